"""The policy that decides as a log says.

Belongs here: looking decisions up again. Does not belong here: what a log is, and its files
(``fraudsim_assets.decisions``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from fraudsim_assets.config import Config
from fraudsim_assets.decisions import Action, decisions_schema
from fraudsim_assets.decisions.files import Origin, read_log
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.policies.sight import Choices, Sight


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
    def of(cls, folder: Path, config: Config, days: Sequence[date]) -> "Replayed":
        """Read a log.

        Parameters
        ----------
        config
            Of the world that it is to be tried in, which must be that of the log.
        days
            On which it is to be tried, ascending: among those that the log is of.

        Raises
        ------
        ConfigError
            If the log says nothing of some of the days.
        StorageError, WorldMismatchError
            As :func:`read_log`.
        """
        origin, log = Origin.read(folder), read_log(folder, config)
        if days and not origin.start <= days[0] <= days[-1] <= origin.end:
            raise ConfigError(
                f"policy {folder} is a log of {origin.start} to {origin.end}, which says nothing of all days from "
                f"{days[0]} to {days[-1]}; valid are days among its own"
            )
        tables = [decisions_schema().empty_table(), *(log.on(day) for day in log.days)]
        made = pl.concat([pl.DataFrame(table).cast({"action": pl.String}) for table in tables])
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
