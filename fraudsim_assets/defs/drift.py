"""A day's profile on its way to storage, compared with the profiles of the days before it.

Belongs here: which days a day is compared with, and reading them. Does not belong here: the
comparison (``quality.drift``), and what a profile holds (``quality.profile``).
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING

import dagster as dg
import polars as pl
import pyarrow as pa

from fraudsim_assets.errors import FraudsimError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.contract import ContractChecker
from fraudsim_assets.quality.drift import Description, day_drift, described
from fraudsim_assets.quality.results import CheckResult
from fraudsim_assets.tables import DailyProfile

if TYPE_CHECKING:
    from fraudsim_assets.storage import ParquetStore

DAYS_BEFORE = 28
"""Longest stretch that a day is compared with: four weeks, so that each weekday has its share. [days]"""


class ProfileHistory:
    """Profiles that are in the store, each read once.

    Days of the run itself come in order, and each is read only after it has been written, so a day
    is compared with the same days whether it is made alone or in a range.

    Parameters
    ----------
    store
        Where profiles are.
    asset
        Name of their asset.
    """

    def __init__(self, store: "ParquetStore", asset: str = "daily_profile") -> None:
        self._store, self._asset = store, asset
        self._known: dict[date, Description] = {}

    def before(self, day: date) -> list[Description]:
        """The days before a day, ``DAYS_BEFORE`` at most, that are there; none if they cannot be read."""
        first = (day - timedelta(days=DAYS_BEFORE)).isoformat()
        try:
            there = [key for key in self._store.list_partitions(self._asset) if first <= key < day.isoformat()]
            wanted = [date.fromisoformat(key) for key in there]
            self._read([found for found in wanted if found not in self._known])
        except (FraudsimError, pl.exceptions.PolarsError, OSError) as error:
            dg.get_dagster_logger().warning("%s is not compared with the days before it: %s", day, error)
            return []
        return [self._known[found] for found in wanted if found in self._known]

    def _read(self, days: list[date]) -> None:
        from fraudsim_assets.storage import PartKey

        if days:
            keys = [PartKey(self._asset, found.isoformat()) for found in days]
            self._known |= described(self._store.scan(keys, missing="skip").collect())


class ProfileChecker:
    """Checks the profile of a day against its contract and against the days before.

    Parameters
    ----------
    day
        The day.
    history
        Where the days before are.
    z
        Width of tolerances. [standard errors]
    """

    def __init__(self, day: date, history: ProfileHistory, *, z: float) -> None:
        self._day, self._history, self._z = day, history, z
        self._restart()

    def _restart(self) -> None:
        self._contract = ContractChecker(DailyProfile)
        self._batches: list[pa.RecordBatch] = []

    def observe(self, stream: FrameStream) -> FrameStream:
        """Pass a stream through, checking it on the way; a second pass starts afresh."""
        return stream.watched(self._restart, self._add)

    def _add(self, batch: pa.RecordBatch) -> None:
        self._contract.add(batch)
        self._batches.append(batch)

    def results(self) -> list[CheckResult]:
        """The verdict named ``contract``, and those on drift if it is good."""
        contract = self._contract.result()
        if not contract.passed:
            return [contract]
        rows = pl.DataFrame(pa.Table.from_batches(self._batches))
        return [contract, *day_drift(self._history.before(self._day), described(rows)[self._day], z=self._z)]
