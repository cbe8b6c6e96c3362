"""Logs of decisions in files: a daily table, in folders by the day on which decisions take effect.

Belongs here: writing a log, reading it, and the policy that decides as a log says. Does not belong here: what a log is
(``fraudsim_assets.decisions``).
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq

from fraudsim_assets.decisions import Action, DecisionLog
from fraudsim_assets.errors import StorageError
from fraudsim_assets.policies.sight import Choices, Sight

_DAY, _FILE = "date=", "decisions.parquet"


def write_log(log: DecisionLog, folder: Path) -> None:
    """Write a log: ``folder/date=YYYY-MM-DD/decisions.parquet`` for each day, each complete or not there.

    Raises
    ------
    StorageError
        If the folder has decisions already, or cannot be written to.
    """
    if any(folder.glob(f"{_DAY}*")):
        raise StorageError(f"{folder} has decisions already; give a folder without, or remove it")
    try:
        for day in log.days:
            place = folder / f"{_DAY}{day}"
            place.mkdir(parents=True, exist_ok=True)
            unfinished = place / f".{_FILE}.part"
            pq.write_table(log.on(day), unfinished)
            unfinished.replace(place / _FILE)
    except OSError as error:
        raise StorageError(f"decisions cannot be written to {folder}: {error.strerror}") from error


def read_log(folder: Path) -> DecisionLog:
    """Read a log that was written.

    Raises
    ------
    StorageError
        If the folder holds none.
    ContractError
        If a file of it holds no decisions of its day.
    """
    files = sorted(folder.glob(f"{_DAY}*/{_FILE}"))
    if not files:
        raise StorageError(f"{folder} holds no decisions; valid is a folder that --log has written")
    log = DecisionLog.empty()
    for file in files:
        log = log.with_day(date.fromisoformat(file.parent.name.removeprefix(_DAY)), pq.ParquetFile(file).read())
    return log


@dataclass(frozen=True)
class Replayed:
    """Decides as a log says.

    Attributes
    ----------
    name
        Of the folder.
    actions
        What was decided as payments came in: ``transaction_id``, ``action`` and ``urgency``, the order of reviews.
    """

    name: str
    actions: pl.DataFrame

    @classmethod
    def of(cls, folder: Path) -> "Replayed":
        """Read a log; errors as :func:`read_log`."""
        log = read_log(folder)
        made = pl.concat([pl.DataFrame(log.on(day)).cast({"action": pl.String}) for day in log.days])
        once = made.filter(pl.col("decided_at") == pl.col("timestamp"))
        ended = made.filter(pl.col("decided_at") > pl.col("timestamp"))
        # who was taken up earlier was more urgent
        urgency = ended.select("transaction_id", urgency=-pl.col("decided_at").dt.epoch("us").cast(pl.Float64))
        return cls(folder.name, once.select("transaction_id", "action").join(urgency, "transaction_id", "left"))

    def decide(self, sight: Sight) -> Choices:
        """Look the decisions up; what the log does not name is approved."""
        found = sight.payments.select("transaction_id").join(
            self.actions, "transaction_id", "left", maintain_order="left"
        )
        actions = [Action(text) for text in found["action"].fill_null(Action.APPROVE.value)]
        return Choices(actions, found["urgency"].fill_null(-np.inf).to_numpy())
