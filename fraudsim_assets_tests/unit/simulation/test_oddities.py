"""Odd requests of honest people: false alerts, further tries, bursts and checks of cards."""

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.bit_layouts import OCCASIONS
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.encores import MOST_ENCORES
from fraudsim_assets.simulation.genuine import genuine_rows
from fraudsim_assets.simulation.opening import still_open
from fraudsim_assets.simulation.rows import ENCORE, Rows
from fraudsim_assets.spending.causes import CODE
from fraudsim_assets.units import SECOND, day_number
from fraudsim_assets_tests.unit.simulation import worlds

DAYS = 24


@pytest.fixture(scope="module")
def days(world) -> list[tuple[Cast, Rows]]:
    """Genuine rows of all people on some days."""
    first = day_number(worlds.FIRST) + 3
    casts = [Cast.of_people(world, np.arange(world.entities.n_customers), first + d) for d in range(DAYS)]
    return [(cast, genuine_rows(world, cast)) for cast in casts]


def test_encores_follow_an_occasion_of_the_day_on_the_same_card_and_at_the_same_merchant_unless_tried_elsewhere(days):
    for _, rows in days:
        first = rows.take(rows.origin < ENCORE)
        more = rows.take((rows.origin == ENCORE) & ~rows.retry)
        known = set(zip(first.at.tolist(), first.code.tolist(), first.merchant.tolist(), strict=True))
        asked = zip(more.at.tolist(), (more.code % OCCASIONS).tolist(), more.merchant.tolist(), strict=True)
        assert set(asked) <= known
        assert len(more) > 0
        assert (more.code // OCCASIONS).max() <= MOST_ENCORES + 1


def test_genuine_people_try_more_than_twice_and_pause_from_seconds_to_minutes(days):
    longest, pauses = 0, []
    for _, rows in days:
        tries = rows.take(np.lexsort((rows.moment, rows.code, rows.at)))
        person_code = tries.at * (1 << 32) + tries.code
        _, count = np.unique(person_code[tries.retry], return_counts=True)
        longest = max(longest, int(count.max(initial=0)))
        again = np.flatnonzero(tries.retry)
        same = again[person_code[again] == person_code[again - 1]]
        pauses.append((tries.moment[same] - tries.moment[same - 1]) / SECOND)
    seconds = np.concatenate(pauses)
    assert longest >= 2
    assert seconds.min() > 0
    assert np.quantile(seconds, 0.95) > 5 * np.quantile(seconds, 0.25)


def test_issuers_suspect_honest_requests_and_limits_hold_on_every_channel(days, world):
    rows = Rows.join([rows for _, rows in days])
    suspected = rows.response == CODE["59"]
    assert 0.0001 < suspected.mean() < 0.002
    refused = rows.euros[(rows.response == CODE["61"]) & ~rows.retry]
    assert len(refused) > 0
    assert refused.min() >= world.reference.declines.limit_euros
    befall = world.habits.refusals.befall
    assert np.all(np.diff(befall, axis=1)[:, CODE["61"] - 1] > 0), "a channel in which no limit is met"


def test_retries_and_encores_happen_in_open_shops(days, world):
    for cast, rows in days:
        later = rows.take(rows.retry | (rows.origin == ENCORE))
        assert still_open(world, cast.day, later).all()


def test_checks_of_cards_cost_next_to_nothing(days):
    rows = Rows.join([rows for _, rows in days])
    checks = rows.take(rows.code // OCCASIONS == MOST_ENCORES + 1)
    assert len(checks) > 0
    assert checks.euros.max() < 3.0


def test_an_account_alone_has_the_rows_that_it_has_among_all(days, world):
    cast, rows = days[0]
    some = np.unique(cast.who.take(rows.at[rows.origin == ENCORE]))[:40]
    alone = Cast.of_people(world, cast.crowd.people[some], cast.day)
    mine = genuine_rows(world, alone)
    shared = rows.take(np.isin(cast.accounts.take(rows.at), alone.accounts))

    def table(accounts: np.ndarray, found: Rows) -> pl.DataFrame:
        columns = {name: getattr(found, name) for name in ("moment", "code", "merchant", "minor", "response")}
        return pl.DataFrame({"account": accounts.take(found.at), **columns}).sort("account", "moment", "code")

    assert table(alone.accounts, mine).equals(table(cast.accounts, shared))
