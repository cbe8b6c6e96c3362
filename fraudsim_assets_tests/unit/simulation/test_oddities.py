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
from fraudsim_assets.simulation.world import World
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


def test_encores_follow_an_occasion_of_the_day_on_the_same_card_and_at_its_merchant_or_another_web_shop(days, world):
    for _, rows in days:
        first = rows.take(rows.origin < ENCORE)
        more = rows.take((rows.origin == ENCORE) & ~rows.retry)
        merchant = dict(
            zip(zip(first.at.tolist(), first.code.tolist(), strict=True), first.merchant.tolist(), strict=True)
        )
        asked = zip(more.at.tolist(), (more.code % OCCASIONS).tolist(), strict=True)
        origin = np.array([merchant[occasion] for occasion in asked])
        remote, seats = world.habits.kinds.is_remote.take(more.kind), world.entities.seats
        assert ((origin == more.merchant) | remote).all()
        assert (seats.category.take(origin) == seats.category.take(more.merchant)).all()
        assert (seats.codes.take(origin).country == seats.codes.take(more.merchant).country).all()
        assert len(more) > 0
        assert (more.code // OCCASIONS).max() <= MOST_ENCORES + 1


def test_whoever_orders_across_a_border_orders_more_often_again(days):
    def ordered_again(world: World, cast: Cast, rows: Rows) -> list[set[tuple[int, int]]]:
        """Remote requests of the day that follow others, at home and across a border."""
        home = world.entities.city_country.take(cast.crowd.home).take(cast.who.take(rows.at))
        again = world.habits.kinds.is_remote.take(rows.kind) & (rows.origin == ENCORE) & ~rows.retry
        away = rows.codes_of().country != home
        pairs = list(zip(rows.at.tolist(), rows.code.tolist(), strict=True))
        return [{pairs[n] for n in np.flatnonzero(again & where)} for where in (~away, away)]

    found = [ordered_again(worlds.world(), cast, rows) for cast, rows in days]
    alike = worlds.make_world(reference={"encores": {"across_borders": 1.0}})
    fewer = [ordered_again(alike, cast, genuine_rows(alike, cast)) for cast, _ in days]
    assert [home for home, _ in found] == [home for home, _ in fewer]
    assert all(less <= more for (_, more), (_, less) in zip(found, fewer, strict=True))
    assert sum(len(more) for _, more in found) > sum(len(less) for _, less in fewer) > 0


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
    assert 0.05 < (seconds > 900).mean() < 0.4, "some come back later, when money was moved or the bank was called"


def test_fewer_requests_are_granted_across_a_border(days, world):
    away, unwanted = [], []
    for cast, rows in days:
        first = rows.take(rows.origin < ENCORE)
        home = world.entities.city_country.take(cast.crowd.home).take(cast.who.take(first.at))
        away.append(first.codes_of().country != home)
        unwanted.append(np.isin(first.response, [CODE["05"], CODE["59"]]))
    across, refused = np.concatenate(away), np.concatenate(unwanted)
    share, n = refused[across].mean(), across.sum()
    assert share > refused[~across].mean() + 3 * np.sqrt(share * (1 - share) / n)


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
