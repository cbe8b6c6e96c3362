"""Days: which ones, made one after the other or by several processes.

Belongs here: cutting a request into days, making and checking each, and the pool of workers. Does
not belong here: what a day holds (``fraudsim_assets.simulation``).
"""

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, wait
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from fraudsim_assets.catalog.lifetimes import listing_window
from fraudsim_assets.cli.catalogs import catalog_digests, load_catalogs
from fraudsim_assets.cli.exit_codes import CheckFailedError
from fraudsim_assets.cli.session import Session
from fraudsim_assets.cli.stopping import HEED_SECONDS, heed, last_work, packed_start, worker_pool
from fraudsim_assets.cli.writing import Done, write_table
from fraudsim_assets.config import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import PartKey
from fraudsim_assets.units import day_date

if TYPE_CHECKING:
    from fraudsim_assets.quality.catalog_reference import CatalogReference
    from fraudsim_assets.quality.checker import TableChecker
    from fraudsim_assets.simulation import World

TABLES = ("transactions", "fraud_labels", "account_events")


def requested_days(config: Config, day: date | None, start: date | None, end: date | None) -> list[date]:
    """List the days that ``--date``, or ``--start`` and ``--end``, ask for.

    Raises
    ------
    ConfigError
        If the options contradict each other, or ask for days outside the world.
    """
    if day is not None and (start or end):
        raise ConfigError("--date and --start/--end exclude each other; give one day or a range")
    first, last = day or start, day or end
    if (first is None) != (last is None):
        given, lacks = ("--start", "--end") if last is None else ("--end", "--start")
        raise ConfigError(f"{given} {first or last} is given without {lacks}; both are included in the range")
    if first is None or last is None:
        raise ConfigError("no days given; valid is --date 2025-01-31, or --start 2025-01-01 --end 2025-01-31")
    if last < first:
        raise ConfigError(f"--end {last} is before --start {first}")
    begin, until = config.start_date, day_date(listing_window(config).last)
    if not begin <= first <= last <= until:
        open_end = "" if config.end_date else "; set end_date to go further"
        raise ConfigError(f"days {first} to {last} are outside the world; valid are {begin} to {until}{open_end}")
    count = (last - first).days + 1
    return [first + timedelta(days=n) for n in range(count)]


@dataclass(frozen=True)
class _Workshop:
    """What a process needs to make days: the world, and what days are checked against, if they are."""

    world: "World"
    reference: "CatalogReference | None"

    @classmethod
    def of(cls, session: Session, *, check: bool) -> "_Workshop":
        """Take what is made from the catalogs off the shelf, or read them from the store where it is not there."""
        from fraudsim_assets.simulation import World
        from fraudsim_assets.storage.shelf import shelf_beside

        config = session.config
        shelf = shelf_beside(session.store, config, catalog_digests(session.store, config))
        tables = cache(lambda: load_catalogs(session.store, config, for_days=True))
        world, reference = World(config, tables, keep_catalogs=False, shelf=shelf), None
        if check:
            from fraudsim_assets.quality.catalog_reference import CatalogReference

            def refer() -> CatalogReference:
                return CatalogReference.of(
                    customers=tables().customers, cards=tables().cards, merchants=tables().merchants
                )

            reference = shelf.keep("reference", refer)
        return cls(world, reference)

    def checker(self, table: str, day: date) -> "TableChecker | None":
        """What checks a table of a day; None if nothing does."""
        if self.reference is None:
            return None
        from fraudsim_assets.quality.checks import DayChecker
        from fraudsim_assets.quality.events import EventChecker
        from fraudsim_assets.quality.expectations import Expectations
        from fraudsim_assets.quality.labels import LabelChecker

        if table == "account_events":
            return EventChecker(self.reference.on(day))
        if table == "fraud_labels":
            return LabelChecker(day)
        return DayChecker(self.reference.on(day), Expectations.of(self.world.config))


def make_day(session: Session, workshop: _Workshop, day: date) -> list[Done]:
    """Make and write all daily tables of one day.

    Raises
    ------
    CheckFailedError
        If a blocking check fails; the day is then not written.
    StorageError
        If it cannot be written.
    """
    done, world = [], workshop.world
    for table, make in _makers().items():
        stream = make(world, day)
        checker = workshop.checker(table, day)
        guard = _Guard(f"{table} of {day}", checker) if checker else None
        more: dict[str, Any] = {"expected_fraud_rate": world.config.fraud.rate} if table == "transactions" else {}
        key = PartKey(table, day.isoformat())
        written = write_table(
            session, world.config, key, guard.observe(stream) if guard else stream, scope="transactions", more=more
        )
        done.append(replace(written, warnings=guard.warnings) if guard else written)
    return done


def _makers() -> Mapping[str, Callable[["World", date], FrameStream]]:
    from fraudsim_assets.simulation import simulate_day, simulate_events, simulate_labels

    return dict(zip(TABLES, (simulate_day, simulate_labels, simulate_events), strict=True))


class _Guard:
    """Checks a day as it passes by, and ends it in an error before it is committed if a check blocks."""

    def __init__(self, name: str, checker: "TableChecker") -> None:
        self._name, self._checker = name, checker
        self.warnings: list[str] = []

    def observe(self, stream: FrameStream) -> FrameStream:
        """Pass a stream through."""
        checked = self._checker.observe(stream)
        return replace(checked, batches=lambda: self._guarded(checked), verdict=self._verdict)

    def _verdict(self) -> str:
        from fraudsim_assets.quality.results import verdict

        return verdict(self._checker.results())

    def _guarded(self, checked: FrameStream) -> Iterator[pa.RecordBatch]:
        from fraudsim_assets.quality.results import Severity

        yield from checked.batches()
        failed = [result for result in self._checker.results() if not result.passed]
        blocking = [f"{r.name} ({dict(r.metrics)})" for r in failed if r.severity is Severity.BLOCK]
        if blocking:
            raise CheckFailedError(f"{self._name} were not written: {'; '.join(blocking)}")
        self.warnings = [result.name for result in failed]


def make_days(
    session: Session, days: Sequence[date], *, check: bool, workers: int = 1
) -> Generator[list[Done], None, None]:
    """Make days from the catalogs in the store, giving each as it is done; the order is that of completion.

    Parameters
    ----------
    session
        That has entered its store.
    workers
        Processes. With one, everything happens in this one. [count]

    Raises
    ------
    FraudsimError
        At the first day that fails; days not begun by then are left out.
    """
    if not days:
        return
    if workers == 1 or len(days) == 1:
        workshop = _Workshop.of(session, check=check)
        for day in days:
            heed()
            try:
                yield make_day(session, workshop, day)
            except Exception:
                _tell_failure(session, day)
                raise
        return
    yield from _in_processes(session, days, check=check, workers=min(workers, len(days)))


def _tell_failure(session: Session, day: date) -> None:
    for table in TABLES:
        session.publisher.failure(table, day.isoformat())


def _in_processes(session: Session, days: Sequence[date], *, check: bool, workers: int) -> Iterator[list[Done]]:
    fresh = replace(session, processes=workers)  # what this one has opened cannot travel
    start = packed_start(_start_worker, fresh, check)
    with worker_pool(workers, start, processes=workers) as pool:
        futures = {pool.submit(_work, day): day for day in days}
        pending = set(futures)
        while pending:
            # a signal is heeded within moments, even if what it raised was swallowed
            done, pending = wait(pending, HEED_SECONDS, FIRST_COMPLETED)
            heed()
            for future in done:
                if future.exception() is not None:
                    _tell_failure(session, futures[future])
                yield future.result()


_worker: dict[str, Any] = {}
"""What a worker process keeps from one day to the next."""


def _start_worker(session: Session, check: bool) -> None:
    from fraudsim_assets.observability import configure_logs

    settings = session.config.observability
    configure_logs(settings if session.output.verbose else settings.model_copy(update={"log_level": "warning"}))
    _worker["session"] = session
    _worker["check"] = check


def _work(day: date) -> list[Done]:
    with last_work():
        if "workshop" not in _worker:  # here, where an error has a way back to the parent
            _worker["workshop"] = _Workshop.of(_worker["session"].in_this_process(), check=_worker["check"])
        return make_day(_worker["session"], _worker["workshop"], day)
