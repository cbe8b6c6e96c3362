"""Whose money is short is refused for every sum beyond what is left, not at random."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.simulation.answers import answered
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.keys import occasions_on
from fraudsim_assets.simulation.means import Means
from fraudsim_assets.simulation.purchases import occasion_rows
from fraudsim_assets.units import DAY, day_number
from fraudsim_assets_tests.unit.simulation.worlds import day_of, make_world


def test_who_is_refused_for_want_of_money_is_refused_for_larger_sums_in_shops_that_day():
    spending = {"decline_rate_present": 0.1}
    world = make_world(activity={"transactions_per_day": 3_000}, spending=spending, fraud={"rate": 0.001})
    rows = pl.concat([day_of(world, date(2025, 3, 16) + timedelta(days=i)) for i in range(12)])
    shops = rows.filter((pl.col("channel") == "pos") & (pl.col("transaction_type") == "purchase") & ~pl.col("is_fraud"))
    shops = shops.with_columns(date=pl.col("timestamp").dt.date(), sum=pl.col("billing_amount").cast(pl.Float64))
    refused = shops.filter(pl.col("response_code") == "51").sort("timestamp").unique(["card_id", "date"], keep="first")
    later = shops.join(refused.select("card_id", "date", first="timestamp", short="sum"), on=["card_id", "date"])
    later = later.filter((pl.col("timestamp") > pl.col("first")) & (pl.col("sum") > pl.col("short")))
    assert later.height > 60
    # some move money, and try again
    assert (~later["is_approved"]).mean() > 0.85


def test_who_knows_that_money_is_short_asks_for_what_is_beyond_it_about_once_a_day():
    world = make_world(activity={"transactions_per_day": 3_000}, spending={"decline_rate_present": 0.1})
    hopeful = aware = unaware = 0
    for day in range(day_number(date(2025, 3, 16)), day_number(date(2025, 3, 28))):
        cast = Cast.of_people(world, np.arange(world.entities.n_customers), day)
        rows, means = occasion_rows(world, cast, occasions_on(world, cast.crowd)), Means.of(world, cast)
        beyond = means.short_of(world, rows.at, kind=rows.kind, euros=rows.euros)
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
