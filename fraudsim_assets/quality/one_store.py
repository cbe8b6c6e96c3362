"""Whether files lie together rightly: all of one world, and every partition whole.

Belongs here: what paths and footers tell. Does not belong here: anything for which rows are read
(``folder``).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from fraudsim_assets.quality.results import CheckResult, Severity
from fraudsim_assets.quality.stored_files import StoredFile
from fraudsim_assets.storage.identity import IDENTITY, Identity

CATALOGS = ("customers", "cards", "merchants")

_SILENT = (None, None)


@dataclass(eq=False)
class FileVerdict:
    """A file and the promises that it breaks."""

    file: StoredFile
    failed: list[CheckResult] = field(default_factory=list)

    def add(self, *results: CheckResult) -> None:
        """Keep the failures among some results."""
        self.failed += [result for result in results if not result.passed]

    @property
    def day(self) -> int:
        """Day of the partition, as a day number; -1 for a table without days."""
        return -1 if self.file.day is None else self.file.day

    @property
    def label(self) -> tuple[str | None, str | None]:
        """World and seed that the file says it is of."""
        return self.file.world, self.file.seed


def partitions(verdicts: Iterable[FileVerdict]) -> list[list[FileVerdict]]:
    """Files that lie as parts of a store, by partition, in the order of tables, days and parts."""
    found: dict[tuple[str, int], list[FileVerdict]] = {}
    placed = [(verdict.file.asset, verdict) for verdict in verdicts if verdict.file.asset is not None]
    for asset, verdict in sorted(placed, key=lambda pair: (pair[0], pair[1].day, pair[1].file.part)):
        found.setdefault((asset, verdict.day), []).append(verdict)
    return list(found.values())


def is_whole(partition: Sequence[FileVerdict]) -> bool:
    """Whether all parts of a partition are there."""
    return not _missing(partition)


def judge_partitions(verdicts: Sequence[FileVerdict]) -> None:
    """Blame the first part of each partition that lacks others."""
    for partition in partitions(verdicts):
        missing = _missing(partition)
        metrics: dict[str, float | int | str] = {"violations": len(missing)}
        if missing:
            metrics["example"] = f"part {missing[0]}"
        text = "all parts that a partition was cut into are there"
        partition[0].add(CheckResult("partition_is_whole", not missing, Severity.BLOCK, text, metrics))


def _missing(partition: Sequence[FileVerdict]) -> list[int]:
    parts = max(verdict.file.parts for verdict in partition)
    return sorted(set(range(parts)) - {verdict.file.part for verdict in partition})


def judge_worlds(verdicts: Sequence[FileVerdict]) -> None:
    """Blame files that are of another world than the store, its catalogs, or most of the files.

    Files that neither lie as a part of a store does nor name a world are left alone.
    """
    wanted = _world(verdicts)
    if wanted is None:
        return
    text = f"every file of the store is of {_told(wanted)}"
    for verdict in verdicts:
        same = verdict.label == wanted or (verdict.file.asset is None and verdict.label == _SILENT)
        metrics = {"violations": int(not same), "example": _told(verdict.label)}
        verdict.add(CheckResult("file_is_of_the_stores_world", same, Severity.BLOCK, text, metrics))


def is_foreign(verdict: FileVerdict) -> bool:
    """Whether a file has been found to be of another world."""
    return any(result.name == "file_is_of_the_stores_world" for result in verdict.failed)


def _world(verdicts: Sequence[FileVerdict]) -> tuple[str | None, str | None] | None:
    stored = _stored_world(verdicts)
    if stored is not None:
        return stored
    catalogs = [verdict.label for verdict in verdicts if verdict.file.table in CATALOGS]
    everywhere = Counter(verdict.label for verdict in verdicts).most_common()
    return next((label for label in [*catalogs, *(label for label, _ in everywhere)] if label != _SILENT), None)


def _stored_world(verdicts: Sequence[FileVerdict]) -> tuple[str, str] | None:
    """What the store says of itself, in its own folder or, where tables have a prefix, in one above."""
    root = next((verdict.file.root for verdict in verdicts if verdict.file.asset is not None), None)
    for folder in [] if root is None else [root, *root.parents]:
        path = folder / IDENTITY
        if path.is_file():
            identity = Identity.parse(path.read_bytes(), str(path))
            return identity.id, str(identity.seed)
    return None


def _told(label: tuple[str | None, str | None]) -> str:
    world, seed = label
    if world is None:
        return "no world that it names" if seed is None else f"seed {seed}, without naming its world"
    return f"world {world} (seed {seed})"
