"""What the project makes passes every check of the project: a small world over a change of summer time."""

from datetime import date, timedelta

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.catalog_reference import CatalogReference
from fraudsim_assets.quality.catalogs import check_catalog
from fraudsim_assets.quality.chain import LastTransactions
from fraudsim_assets.quality.checks import DayChecker, check_day
from fraudsim_assets.quality.contract import check_contract
from fraudsim_assets.quality.events import EventChecker
from fraudsim_assets.quality.expectations import Expectations
from fraudsim_assets.quality.history import check_history
from fraudsim_assets.quality.labels import LabelChecker
from fraudsim_assets.quality.results import CheckResult, Severity, failures
from fraudsim_assets.simulation import World, simulate_day, simulate_events, simulate_labels, with_reissues
from fraudsim_assets.simulation.refunds import DELAY_EDGES
from fraudsim_assets.tables import TABLES

DAYS = [date(2025, 3, 29) + timedelta(days=n) for n in range(3)]


@pytest.fixture(scope="module")
def config():
    return load_config("tiny")


@pytest.fixture(scope="module")
def world(config):
    return World(config, build_catalogs(config))


@pytest.fixture(scope="module")
def catalogs(world):
    issued = with_reissues(world)
    return {name: getattr(issued, name) for name in ("customers", "cards", "merchants")}


@pytest.fixture(scope="module")
def days(world):
    return {day: simulate_day(world, day).read() for day in DAYS}


def blocking(results: list[CheckResult]) -> list[str]:
    return failures(result for result in results if result.severity is Severity.BLOCK)


@pytest.mark.parametrize("name", ["customers", "cards", "merchants"])
def test_catalogs_honour_their_contracts_and_rules(catalogs, name):
    assert failures(check_contract(TABLES[name], FrameStream.of(catalogs[name]))) == []
    assert failures(check_catalog(name, catalogs)) == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_a_day_passes_every_check_with_links_to_the_day_before(config, catalogs, days, day):
    before = days.get(day - timedelta(days=1))
    history = None if before is None else LastTransactions.of(pl.DataFrame(before))
    checker = DayChecker(CatalogReference.of(**catalogs).on(day), Expectations.of(config), history=history)
    for batch in days[day].to_batches(max_chunksize=100):
        checker.add(batch)
    assert failures(checker.results()) == []


def test_a_stored_day_in_any_order_passes_too(config, catalogs, days):
    day = DAYS[1]
    frame = pl.DataFrame(days[day]).sort("transaction_id")
    assert failures(check_day(frame, CatalogReference.of(**catalogs).on(day), Expectations.of(config))) == []


def test_parts_of_a_day_check_to_the_same_verdict_as_the_whole(world, config, catalogs, days):
    day = DAYS[1]
    reference = CatalogReference.of(**catalogs).on(day)
    whole, first, second = (DayChecker(reference, Expectations.of(config)) for _ in range(3))
    for batch in days[day].to_batches():
        whole.add(batch)
    for checker, number in ((first, 0), (second, 1)):
        for batch in simulate_day(world, day, part=(number, 2)).batches():
            checker.add(batch)
    first.absorb(second)
    assert first.results() == whole.results()


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_labels_pass_every_check(world, day):
    checker = LabelChecker(day)
    checker.observe(simulate_labels(world, day)).read()
    assert failures(checker.results()) == []


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_events_pass_every_check(world, catalogs, day):
    checker = EventChecker(CatalogReference.of(**catalogs).on(day))
    assert checker.observe(simulate_events(world, day)).read().num_rows > 0
    assert failures(checker.results()) == []


def test_the_days_together_pass_every_check_across_days(days):
    frame = pl.concat(pl.DataFrame(table) for table in days.values())
    assert failures(check_history(frame.lazy(), refund_days=DELAY_EDGES[-1])) == []


def test_another_days_catalogs_view_is_noticed(config, catalogs, days):
    wrong = CatalogReference.of(**catalogs).on(DAYS[0])
    results = check_day(FrameStream.of(days[DAYS[1]]), wrong, Expectations.of(config))
    assert "timestamp_is_within_the_day" in blocking(results)
