"""Whose money is short is refused for every sum beyond what is left, whatever asks for it, not at random."""

from datetime import date

import numpy as np
import pytest

from fraudsim_assets.simulation.answers import answered, with_retries
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.genuine import genuine_rows
from fraudsim_assets.simulation.keys import occasions_on
from fraudsim_assets.simulation.means import Means
from fraudsim_assets.simulation.purchases import occasion_rows
from fraudsim_assets.simulation.rows import SUBSCRIPTION
from fraudsim_assets.spending.causes import CODE
from fraudsim_assets.units import DAY, day_number
from fraudsim_assets_tests.unit.simulation.worlds import make_world


def test_whatever_asks_gets_one_answer_of_an_account_on_a_day():
    world = make_world(activity={"transactions_per_day": 3_000}, spending={"decline_rate_present": 0.1})
    met, ways = 0, set()
    for day in range(day_number(date(2025, 3, 16)), day_number(date(2025, 3, 28))):
        cast = Cast.of_people(world, np.arange(world.entities.n_customers), day)
        rows = genuine_rows(world, cast)
        # some move money, and try again
        granted = rows.take((rows.response == 0) & ~rows.retry)
        wanting = rows.take(rows.response == CODE["51"])
        most, least = np.zeros(len(cast.accounts)), np.full(len(cast.accounts), np.inf)
        np.maximum.at(most, granted.at, granted.euros)
        np.minimum.at(least, wanting.at, wanting.euros)
        assert np.all(most <= least)
        met += int(((most > 0) & (least < np.inf)).sum())
        ways |= {(int(c), o == SUBSCRIPTION) for c, o in zip(wanting.kind & 1, wanting.origin, strict=True)}
    assert met > 60
    assert ways == {(0, False), (1, False), (1, True)}


def test_a_refused_request_is_granted_for_less_or_with_another_card_only_where_there_is_as_much():
    world = make_world(activity={"transactions_per_day": 3_000}, spending={"decline_rate_present": 0.1})
    less = 0
    for day in range(day_number(date(2025, 3, 16)), day_number(date(2025, 3, 28))):
        cast = Cast.of_people(world, np.arange(world.entities.n_customers), day)
        means = Means.of(world, cast)
        met = answered(world, cast, occasion_rows(world, cast, occasions_on(world, cast.crowd)), means)
        first, second = with_retries(world, cast, met, means)[:2]
        asked = {(at, code): euros for at, code, euros in zip(first.at, first.code, first.euros, strict=True)}
        tries = zip(second.at, second.code, second.euros, strict=True)
        smaller = np.array([euros < asked.get((at, code), 0.0) for at, code, euros in tries])
        beyond = means.short_of(second.at, second.euros)
        assert np.all(second.response[smaller & beyond] != 0)
        less += int((smaller & (second.response == 0)).sum())
    assert less > 10


def test_who_knows_that_money_is_short_asks_for_what_is_beyond_it_about_once_a_day():
    world = make_world(activity={"transactions_per_day": 3_000}, spending={"decline_rate_present": 0.1})
    hopeful = aware = unaware = 0
    for day in range(day_number(date(2025, 3, 16)), day_number(date(2025, 3, 28))):
        cast = Cast.of_people(world, np.arange(world.entities.n_customers), day)
        rows, means = occasion_rows(world, cast, occasions_on(world, cast.crowd)), Means.of(world, cast)
        beyond = means.short_of(rows.at, rows.euros)
        knows = rows.moment >= means.known.take(rows.at) * DAY
        forgone = means.forgone(world, cast, rows, beyond)
        met = answered(world, cast, rows, means)

        assert not forgone[~beyond | ~knows].any()
        assert set(rows.at.tolist()) == set(met.at.tolist()), "who pays on a day still does"
        assert len(met) == len(rows) - forgone.sum()

        first = np.zeros(len(rows), dtype=bool)
        order = np.lexsort((rows.code, rows.at))
        first[order[np.unique(rows.at[order], return_index=True)[1]]] = True
        assert not forgone[first].any()
        hopeful += int((beyond & knows & ~forgone & ~first).sum())
        aware += int((beyond & knows & ~first).sum())
        unaware += int((beyond & ~knows).sum())
    hopes = world.reference.declines.hopes
    assert min(aware, unaware) > 80
    assert hopeful / aware == pytest.approx(hopes, abs=4.5 * np.sqrt(hopes * (1 - hopes) / aware))
