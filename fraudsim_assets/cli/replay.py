"""``fraudsim replay``: make stored data again from what it says about itself, and compare.

Belongs here: finding what made a file, making it again, the verdict. Does not belong here: the
digest of content (``fraudsim_assets.storage``).
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.exit_codes import ExitCode
from fraudsim_assets.cli.options import ConfigOption, DecisionsOption, JsonOption, SetOption, VerboseOption
from fraudsim_assets.cli.output import Output
from fraudsim_assets.config import Config, config_digest, load_config, stored_config
from fraudsim_assets.config.provenance import CONFIG, CONFIG_DIGEST, DECISIONS_DIGEST, SEED, WORLD_DIGEST
from fraudsim_assets.errors import ConfigError, StorageError

if TYPE_CHECKING:
    from fraudsim_assets.frames import FrameStream
    from fraudsim_assets.simulation import World
    from fraudsim_assets.storage import PartMetadata

DAILY = frozenset({"transactions", "fraud_labels", "account_events"})
_DAY = re.compile(r"date=(\d{4}-\d\d-\d\d)")


@dataclass(frozen=True)
class Verdict:
    """What became of making one file again."""

    file: str
    table: str
    partition: str
    seed: str
    config_digest: str
    stored_digest: str
    replayed_digest: str
    recorded_digest: str | None

    @property
    def identical(self) -> bool:
        """Whether the content made again equals that of the file, and that the file was written with."""
        return self.stored_digest == self.replayed_digest and self.recorded_digest in {None, self.stored_digest}

    @property
    def told(self) -> str:
        """Verdict in words."""
        if self.identical:
            return "identical"
        if self.recorded_digest not in {None, self.stored_digest}:
            return "differs: the file was changed after it was written"
        return "differs: this version of the package makes other rows"


def replay(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Parquet files, or folders of them.")],
    config: ConfigOption = None,
    settings: SetOption = None,
    *,
    decisions: DecisionsOption = None,
    as_json: JsonOption = False,
    verbose: VerboseOption = False,
) -> None:
    """Make stored tables again from the seed and settings in their files, and compare.

    Nothing is written. A file that does not carry its settings needs --config; they must have the
    digest that the file says. One that was made under decisions needs their log.
    """
    from fraudsim_assets.quality.stored_files import files_below

    output = Output(as_json, verbose)
    given = load_config(config, overrides=settings) if config or settings else None
    files = files_below(paths)
    verdicts = []
    with output.progress("files", total=len(files)) as advance:
        for path in files:
            verdicts.append(_verdict(path, given, decisions))
            advance(path.name)
    same = all(verdict.identical for verdict in verdicts)
    if as_json:
        output.result({"identical": same, "files": [{**vars(v), "identical": v.identical} for v in verdicts]})
    else:
        rows = [(v.table, v.partition, v.seed, v.config_digest, v.replayed_digest, v.told) for v in verdicts]
        output.table("replayed", ("table", "partition", "seed", "configuration", "content", ""), rows)
    if not same:
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def _verdict(path: Path, given: Config | None, decisions: Path | None) -> Verdict:
    from fraudsim_assets.quality.stored_files import table_of

    footer = _footer(path)
    table = table_of(footer.schema.names, path)
    found = _DAY.search(str(path.resolve()))
    partition = found.group(1) if found else "all"
    made_from = _under(_origin(path, footer, given, table), decisions, path, footer)
    stream = _stream(made_from, table, partition, path, part=(int(footer.facts.get("part", 0)), footer.parts))
    return Verdict(
        file=str(path),
        table=table,
        partition=partition,
        seed=footer.facts.get(SEED, ""),
        config_digest=footer.facts.get(CONFIG_DIGEST, ""),
        stored_digest=_digest(_stored(path, table)),
        replayed_digest=_digest(stream),
        recorded_digest=footer.content_digest,
    )


def _footer(path: Path) -> "PartMetadata":
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fraudsim_assets.storage.facts import part_metadata

    try:
        return part_metadata(str(path), path.stat().st_size, pq.read_metadata(path))
    except (OSError, pa.ArrowInvalid) as error:
        raise StorageError(f"{path} cannot be read as Parquet: {error}") from error


def _origin(path: Path, footer: "PartMetadata", given: Config | None, table: str) -> Config:
    """Configuration that a file was made from: its own, or the one given, if the digests agree."""
    if given is None:
        if CONFIG not in footer.facts:
            raise ConfigError(f"{path} does not carry its settings; give the configuration with --config")
        stored = stored_config(footer.facts)
        if footer.facts.get(WORLD_DIGEST, config_digest(stored)) != config_digest(stored):
            raise ConfigError(f"{path} carries only part of its settings; give the configuration with --config")
        return stored
    seeded = given.model_copy(update={"seed": int(footer.facts[SEED])}) if SEED in footer.facts else given
    scope = "transactions" if table in DAILY else "catalogs"
    digests = {CONFIG_DIGEST: config_digest(seeded, scope=scope), WORLD_DIGEST: config_digest(seeded)}
    for fact, digest in digests.items():
        if footer.facts.get(fact, digest) != digest:
            said = footer.facts[fact]
            raise ConfigError(f"{path} was made from a configuration with digest {said}; the one given has {digest}")
    return seeded


def _under(config: Config, decisions: Path | None, path: Path, footer: "PartMetadata") -> Config:
    """Configuration with the log that a file was made under."""
    from fraudsim_assets.decisions.files import decisions_digest

    made = footer.facts.get(DECISIONS_DIGEST, "")
    if not made:
        return config.model_copy(update={"decisions": None})
    if decisions is None:
        raise ConfigError(f"{path} was made under decisions with digest {made}; give their log with --decisions")
    under = config.model_copy(update={"decisions": str(decisions)})
    if (given := decisions_digest(under)) != made:
        raise ConfigError(f"{path} was made under decisions with digest {made}; those of {decisions} have {given}")
    return under


def _stream(config: Config, table: str, partition: str, path: Path, *, part: tuple[int, int]) -> "FrameStream":
    from fraudsim_assets.frames import FrameStream
    from fraudsim_assets.simulation import simulate_day, simulate_events, simulate_labels, with_reissues

    if table not in DAILY:
        return FrameStream.of(getattr(with_reissues(_world(config)), table))
    if partition == "all":
        raise ConfigError(f"{path} does not say its day; valid is a file in a folder such as date=2025-01-31")
    day = date.fromisoformat(partition)
    # the end of the world changes no day: the end of the year lets its days share one world
    world = _world(config.model_copy(update={"end_date": date(day.year, 12, 31)}))
    make = {"transactions": simulate_day, "fraud_labels": simulate_labels, "account_events": simulate_events}[table]
    return make(world, day, part=part)


def _world(config: Config) -> "World":
    return _world_of(config.model_dump_json())


@lru_cache(maxsize=2)
def _world_of(text: str) -> "World":
    from fraudsim_assets.catalog import build_catalogs
    from fraudsim_assets.simulation import World

    config = Config.model_validate_json(text)
    return World(config, build_catalogs(config))


def _stored(path: Path, table: str) -> "FrameStream":
    from fraudsim_assets.frames import FrameStream
    from fraudsim_assets.quality.stored_files import StoredFile

    file = StoredFile.of(path, table)
    return FrameStream(file.schema, file.batches)


def _digest(stream: "FrameStream") -> Any:
    from fraudsim_assets.storage import ContentDigest

    digest = ContentDigest(stream.schema)
    for batch in stream.batches():
        digest.update(batch)
    return digest.hexdigest()
