"""Rows to look at or to export: from the store where it has them, else from the generator.

Belongs here: choosing between the two. Does not belong here: what becomes of the rows.
"""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from fraudsim_assets.cli.session import Session

if TYPE_CHECKING:
    import polars as pl

    from fraudsim_assets.frames import FrameStream
    from fraudsim_assets.simulation import World


class DaySource:
    """Rows of some days: from the store if all of them are there, else from the generator."""

    def __init__(self, session: Session, days: Sequence[date]) -> None:
        self._session = session
        self._days = days
        self._world: World | None = None

    def transactions(self) -> "pl.LazyFrame":
        """Transactions of all days."""
        from fraudsim_assets.simulation.scan import scan_transactions

        if self._stored("transactions", self._days):
            return self._scan("transactions", self._days)
        config = self._session.seeded
        return scan_transactions(config, self._days[0], self._days[-1], world=self.world)

    def day(self, day: date) -> "pl.LazyFrame | FrameStream":
        """Transactions of one day, made only while they are read."""
        from fraudsim_assets.simulation import simulate_day

        return (
            self._scan("transactions", [day]) if self._stored("transactions", [day]) else simulate_day(self.world, day)
        )

    def frame(self, day: date) -> "pl.DataFrame":
        """Transactions of one day in memory."""
        import polars as pl

        rows = self.day(day)
        return rows.collect(engine="streaming") if isinstance(rows, pl.LazyFrame) else pl.DataFrame(rows.read())

    def catalogs(self, names: Sequence[str]) -> "dict[str, pl.LazyFrame]":
        """Catalogs by name."""
        import polars as pl

        return {name: pl.DataFrame(getattr(self.world.catalogs, name)).lazy() for name in names}

    def labels(self, until: date) -> "pl.LazyFrame":
        """Labels that became known from the first day on, up to a day."""
        import polars as pl

        from fraudsim_assets.cli.days import requested_days
        from fraudsim_assets.simulation import simulate_labels

        days = requested_days(self._session.seeded, None, self._days[0], until)
        if self._stored("fraud_labels", days):
            return self._scan("fraud_labels", days)
        return pl.concat([pl.DataFrame(simulate_labels(self.world, day).read()) for day in days]).lazy()

    def events(self) -> "pl.LazyFrame":
        """What customers do at the bank without paying, of all days."""
        from fraudsim_assets.simulation import scan_events

        if self._stored("account_events", self._days):
            return self._scan("account_events", self._days)
        return scan_events(self.world, self._days[0], self._days[-1])

    @property
    def world(self) -> "World":
        """World of the configuration, made when it is first needed."""
        if self._world is None:
            from fraudsim_assets.cli.catalogs import catalogs_in_memory
            from fraudsim_assets.simulation import World

            self._world = World(self._session.seeded, catalogs_in_memory(self._session))
        return self._world

    def _stored(self, table: str, days: Sequence[date]) -> bool:
        """Whether all days are in the store, of the world in force."""
        from fraudsim_assets.storage.world import whole_days

        found, wanted = self._session.found, {day.isoformat() for day in days}
        return found is not None and wanted == whole_days(found.store, found.config, table, among=wanted)

    def _scan(self, table: str, days: Sequence[date]) -> "pl.LazyFrame":
        from fraudsim_assets.storage import PARTITION_COLUMN, PartKey

        keys = [PartKey(table, day.isoformat()) for day in days]
        return self._session.store.scan(keys).drop(PARTITION_COLUMN)
