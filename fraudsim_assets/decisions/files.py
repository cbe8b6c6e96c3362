"""A log of decisions in a folder: an input of a world, as its configuration is.

``log.json`` says of which world, policy and days the log is, how many decisions there are and their digest; the
decisions lie in ``decisions/date=YYYY-MM-DD/part-0.parquet``. The folder appears in one step, and a log that is not
what ``log.json`` says is refused.

Belongs here: writing a log, reading it, and the log that a configuration names. Does not belong here: what decisions
change, and who takes them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from fraudsim_assets.config.digest import differences, lasting_digest, lasting_settings
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.provenance import PREFIX, package_version, provenance
from fraudsim_assets.decisions.log import DecisionLog
from fraudsim_assets.errors import ConfigError, FraudsimError, StorageError, WorldMismatchError
from fraudsim_assets.folders import new_folder

MANIFEST = "log.json"
"""What a log says of itself."""

_TABLE, _DAY, _PART = "decisions", "date=", "part-0.parquet"


@dataclass(frozen=True)
class Origin:
    """Where a log comes from.

    Attributes
    ----------
    policy
        Who decided.
    start, end
        First and last day on which anything could be decided, both included.
    seed, world, settings, package
        Seed, digest, settings and package of the world that it was decided in: that without decisions.
    digest, days
        Digest of the decisions, and how many take effect on each day that has any. [count]
    """

    policy: str
    start: date
    end: date
    seed: int
    world: str
    settings: Mapping[str, Any]
    package: str
    digest: str
    days: Mapping[str, int]

    @classmethod
    def of(cls, log: DecisionLog, config: Config, *, policy: str, days: Sequence[date]) -> "Origin":
        """Origin of a log that is about to be written; see :func:`write_log`."""
        if config.seed is None:
            raise ConfigError("seed is not set; a log of decisions is of one world, so give any integer from 0")
        return cls(
            policy=policy,
            start=days[0],
            end=days[-1],
            seed=config.seed,
            world=lasting_digest(config),
            settings=lasting_settings(config),
            package=_minor(package_version()),
            digest=log.digest,
            days={day.isoformat(): log.on(day).num_rows for day in log.days},
        )

    @classmethod
    def read(cls, folder: Path) -> "Origin":
        """Read what a log says of itself.

        Raises
        ------
        StorageError
            If the folder holds no log that was written to its end.
        """
        try:
            told = json.loads((folder / MANIFEST).read_bytes())
            days = {name: date.fromisoformat(told.pop(name)) for name in ("start", "end")}
            return cls(**days, **told)
        except FileNotFoundError as error:
            raise StorageError(
                f"{folder} holds no log of decisions that was written to its end (there is no {MANIFEST}); valid is a "
                "folder that `fraudsim evaluate --log` has written, FOLDER/POLICY"
            ) from error
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise StorageError(f"{folder / MANIFEST} says nothing of a log of decisions: {error}") from error

    def demand(self, config: Config, folder: Path) -> None:
        """Make sure that a log is of the world of a configuration.

        Raises
        ------
        WorldMismatchError
            If it is not; names both worlds and what differs.
        """
        world, package = lasting_digest(config), _minor(package_version())
        if (self.world, self.package) == (world, package):
            return
        there = {**self.settings, "package": self.package}
        told = differences(there, {**lasting_settings(config), "package": package}, place="the log")
        raise WorldMismatchError(
            f"{folder} holds decisions of policy {self.policy}, {self.start} to {self.end}, about world {self.world} "
            f"(seed {self.seed}); this run is of world {world} (seed {config.seed}): "
            + ("; ".join(told) or "their reference data differ")
        )


def _minor(version: str) -> str:
    """A version without its patch, which changes no row."""
    return ".".join(version.split(".")[:2])


def write_log(log: DecisionLog, folder: Path, config: Config, *, policy: str, days: Sequence[date]) -> None:
    """Write a log; the folder appears whole or not at all.

    Parameters
    ----------
    config
        Of the world that it was decided in, with a seed.
    policy
        Who decided.
    days
        On which anything could be decided, ascending.

    Raises
    ------
    StorageError
        If the folder holds something already, or cannot be written.
    """
    origin = Origin.of(log, config, policy=policy, days=days)
    facts = {f"{PREFIX}{name}": fact for name, fact in provenance(config, scope="transactions").items()}
    with new_folder(folder) as hidden:
        for day in log.days:
            path = _file(hidden, day)
            path.parent.mkdir(parents=True)
            table = log.on(day)
            pq.write_table(table.replace_schema_metadata({**(table.schema.metadata or {}), **facts}), path)
        (hidden / MANIFEST).write_text(json.dumps(asdict(origin), default=str, indent=1, sort_keys=True) + "\n")


def read_log(folder: Path, config: Config | None = None) -> DecisionLog:
    """Read a log.

    Parameters
    ----------
    config
        Whose world it must be of; None asks nothing.

    Raises
    ------
    StorageError
        If there is none that was written to its end, or it is not what was written.
    WorldMismatchError
        If it is of another world.
    """
    origin = Origin.read(folder)
    if config is not None:
        origin.demand(config, folder)
    found = {path.parent.name.removeprefix(_DAY) for path in folder.glob(f"{_TABLE}/{_DAY}*/{_PART}")}
    if odd := sorted(found ^ origin.days.keys()):
        there = "is there and not" if odd[0] in found else "is not there and is"
        raise StorageError(f"{folder}: the file of {odd[0]} {there} in its {MANIFEST}; take the log as it was written")
    log = DecisionLog.empty()
    for day in map(date.fromisoformat, origin.days):
        path = _file(folder, day)
        try:
            log = log.with_day(day, pq.ParquetFile(path).read())
        except (OSError, pa.ArrowException, FraudsimError) as error:
            raise StorageError(f"{path} holds no decisions of its day: {error}") from error
    if log.digest != origin.digest:
        raise StorageError(
            f"{folder} holds decisions with digest {log.digest!r}, and {MANIFEST} says {origin.digest!r}; take the log "
            "as it was written"
        )
    return log


def _file(folder: Path, day: date) -> Path:
    return folder / _TABLE / f"{_DAY}{day}" / _PART


def decisions_of(config: Config) -> DecisionLog:
    """The log that a configuration names; without one, none at all.

    Raises
    ------
    StorageError, WorldMismatchError
        As :func:`read_log`.
    """
    return DecisionLog.empty() if config.decisions is None else read_log(Path(config.decisions), config)


def decisions_digest(config: Config) -> str:
    """Digest of the decisions that a configuration names, as its log says; empty without any.

    Raises
    ------
    StorageError, WorldMismatchError
        If there is no such log, or it is of another world.
    """
    if config.decisions is None:
        return ""
    folder = Path(config.decisions)
    origin = Origin.read(folder)
    if config.seed is not None:
        origin.demand(config, folder)
    return origin.digest


def with_decisions(digest: str, config: Config) -> str:
    """A digest of settings, followed by that of the decisions that the configuration names, if it names any."""
    return "-".join(filter(None, (digest, decisions_digest(config))))
