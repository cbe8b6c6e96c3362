"""A store's side of its identity: created once, compared whenever something is read or written.

The identity is one small file that is created by one conditional create and never changed. Every
Parquet file names the id of its world in its footer, so that the check and the read are one open.
How far the catalogs reach is kept beside it as file names that are only ever added: the order in
which writers add them does not matter.

Belongs here: the primitives and the comparisons. Does not belong here: what a world is (``world``),
and giving a store to another world (``replacing``).
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce

from fraudsim_assets.errors import StorageError, WorldMismatchError
from fraudsim_assets.storage.facts import PartMetadata
from fraudsim_assets.storage.identity import FOLDER, IDENTITY, PARQUET, REPLACING, WORLD, Identity
from fraudsim_assets.storage.layout import StoredPart, stored_part

REMEDY = (
    "give this run a place of its own (storage.base_dir, or storage.prefix in a bucket), or replace the world that is "
    "there, all of it, with --replace-world"
)
_COVERS = "covers-"
_DAY_LETTERS = 10


@dataclass(frozen=True)
class Days:
    """A range of days, both included."""

    first: date
    last: date

    def with_(self, other: "Days") -> "Days":
        """Shortest range that holds both."""
        return Days(min(self.first, other.first), max(self.last, other.last))

    def holds(self, other: "Days") -> bool:
        """Whether all days of another range are among these."""
        return self.first <= other.first and other.last <= self.last


class Membership(ABC):
    """What a store knows of the world that it belongs to.

    Attributes
    ----------
    world
        The world that this process works with; None compares nothing.
    table_format
        How tables are kept; a store whose identity says another format is refused.
    """

    table_format: str = PARQUET

    def __init__(self) -> None:
        self.world: Identity | None = None

    # --- what a carrier provides -------------------------------------------------------------

    @property
    @abstractmethod
    def place(self) -> str:
        """Address of the whole, for people."""

    @abstractmethod
    def read_small(self, path: str) -> bytes | None:
        """Content of a small file; None if it is not there."""

    @abstractmethod
    def create_small(self, path: str, content: bytes) -> None:
        """Create a small file whole, unless one is there: of several writers at once, one succeeds."""

    @abstractmethod
    def put_small(self, path: str, content: bytes, media_type: str) -> str:
        """Make a small file visible in one step, in the place of any other, and give its address."""

    @abstractmethod
    def remove_small(self, path: str) -> None:
        """Remove a small file; no error if it is gone."""

    @abstractmethod
    def small_names(self, folder: str) -> list[str]:
        """Names of the small files in a folder."""

    @abstractmethod
    def all_files(self, folder: str = "") -> list[tuple[str, int]]:
        """Path and size of every file of the store, or of a folder of it. [path, bytes]"""

    def all_parts(self) -> list[StoredPart]:
        """Parts of all tables that are visible, in order."""
        return sorted(part for path, size in self.all_files() if (part := stored_part(path, size)) is not None)

    # --- identity ----------------------------------------------------------------------------

    def identity(self) -> Identity | None:
        """World that the store belongs to; None if it belongs to none yet.

        Raises
        ------
        StorageError
            If its tables are kept in another format.
        """
        found = self._read_identity(IDENTITY)
        if found is not None and found.table_format != self.table_format:
            raise StorageError(
                f"{self.place} holds tables of format {found.table_format!r} and storage.format is "
                f"{self.table_format!r}; set it to {found.table_format!r}, or give this run a place of its own"
            )
        return found

    def replacement(self) -> Identity | None:
        """World that the store is being given to; None if nothing of the kind is under way."""
        return self._read_identity(REPLACING)

    def claim(self, identity: Identity) -> Identity:
        """Give a store without a world to one, unless another process is first.

        Returns
        -------
        Identity
            The one that the store has from now on.
        """
        self.create_small(IDENTITY, replace(identity, table_format=self.table_format).text.encode())
        stored = self.identity()
        if stored is None:
            raise StorageError(f"{self.place} lost {IDENTITY} right after it was written; run again")
        return stored

    def disown(self) -> None:
        """Take the store's identity away, and what is said about the catalogs with it."""
        self.remove_small(IDENTITY)
        for name in self.small_names(FOLDER):
            if name.startswith(_COVERS):
                self.remove_small(f"{FOLDER}/{name}")

    def bind(self, identity: Identity) -> None:
        """Work with a world from now on: compare it whenever something is read or written."""
        self.world = identity

    def _read_identity(self, path: str) -> Identity | None:
        content = self.read_small(path)
        return None if content is None else Identity.parse(content, f"{self.place}/{path}")

    # --- comparing ---------------------------------------------------------------------------

    def world_fact(self) -> dict[str, str]:
        """Fact for the footer of what is written."""
        return {} if self.world is None else {WORLD: self.world.id}

    def demand_world(self) -> None:
        """Make sure that the store still belongs to the world that this process works with.

        Raises
        ------
        WorldMismatchError
            If it does not.
        """
        if self.world is None:
            return
        stored = self.identity()
        if stored is None:
            raise WorldMismatchError(f"{self.place} has been given away or emptied by another process; run again")
        if stored.id != self.world.id:
            raise another_world(self.place, stored, self.world)

    def check_world(self, footer: PartMetadata) -> None:
        """Make sure that a file is of the world that this process works with.

        Raises
        ------
        WorldMismatchError
            If it is not, or does not say.
        """
        said = footer.facts.get(WORLD)
        if self.world is not None and said != self.world.id:
            of = "does not say its world" if said is None else f"is of world {said}"
            raise WorldMismatchError(
                f"{footer.uri} {of}; this run works with world {self.world.id}: make the partition again, or delete it"
            )

    # --- how far the catalogs reach ----------------------------------------------------------

    def covered(self) -> Days | None:
        """Days that the catalogs of the store's world are made for; None before the first are."""
        told = [days for name in self.small_names(FOLDER) if (days := self._days_of(name)) is not None]
        return reduce(Days.with_, told) if told else None

    def cover(self, days: Days) -> None:
        """Let the catalogs reach over further days from now on."""
        self.put_small(f"{FOLDER}/{self._prefix_of_days()}{days.first}-{days.last}", b"", "text/plain")

    def _prefix_of_days(self) -> str:
        return f"{_COVERS}{self.world.id if self.world else ''}-"

    def _days_of(self, name: str) -> Days | None:
        prefix, told = self._prefix_of_days(), name.removeprefix(self._prefix_of_days())
        if not name.startswith(prefix):
            return None
        return Days(date.fromisoformat(told[:_DAY_LETTERS]), date.fromisoformat(told[_DAY_LETTERS + 1 :]))


def another_world(place: str, stored: Identity, wanted: Identity) -> WorldMismatchError:
    """Refusal of a store that belongs to another world: what differs, and what to do."""
    return WorldMismatchError(f"{place} holds another world: {'; '.join(stored.differences(wanted))}; {REMEDY}")
