"""Chains: `previous_txn_id` is the same card's transaction before, across days, fraud and reissues."""

from datetime import date, timedelta

import numpy as np
import polars as pl

from fraudsim_assets.fraud.history import LOOK_BACK_DAYS
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.day import simulate_day
from fraudsim_assets.simulation.genuine import genuine_rows
from fraudsim_assets.simulation.keys import any_payment
from fraudsim_assets.simulation.lookback import payments_on
from fraudsim_assets.simulation.previous import last_payments
from fraudsim_assets.simulation.recollection import Recollection
from fraudsim_assets.simulation.rows import NONE, transaction_ids
from fraudsim_assets.spending.lives import SPAN_DAYS
from fraudsim_assets.units import day_date, day_number


def rebuilt(month: pl.DataFrame) -> pl.DataFrame:
    """Chains as one would build them from the data, in file order."""
    before = pl.col("transaction_id").shift(1).over("card_id")
    return month.with_columns(before=before)


def test_thirty_days_rebuilt_from_the_data_give_the_stored_chain(month):
    linked = rebuilt(month).filter(pl.col("before").is_not_null())
    assert linked.height > 20_000
    assert (linked["before"] == linked["previous_txn_id"]).all()


def test_a_cards_first_row_points_before_the_data_or_nowhere(month):
    first = rebuilt(month).filter(pl.col("before").is_null())
    inside = first.filter(pl.col("previous_txn_id").is_in(month["transaction_id"].implode()))
    assert inside.height == 0


def test_most_first_rows_point_to_an_earlier_transaction(month):
    first = rebuilt(month).filter(pl.col("before").is_null())
    assert first["previous_txn_id"].is_not_null().mean() > 0.6


def test_chains_pass_through_fraud_and_break_at_reissued_cards(world, month):
    struck = month.filter("is_fraud")["card_id"].unique()
    rows = rebuilt(month).filter(pl.col("card_id").is_in(struck.implode()) & pl.col("before").is_not_null())
    after_fraud = rows.filter(pl.col("is_fraud").shift(1).over("card_id") & ~pl.col("is_fraud"))
    assert after_fraud.height > 0
    assert (after_fraud["previous_txn_id"] == after_fraud["before"]).all()


def test_the_last_payment_of_a_day_has_slot_zero(world):
    cast = Cast.of(world, np.arange(world.entities.n_accounts), day_number(date(2025, 3, 20)))
    keys = genuine_rows(world, cast).in_order(len(cast.accounts))
    last = np.flatnonzero(np.append(keys.at[1:] != keys.at[:-1], True))
    assert np.all(keys.slot[last] == 0)
    assert np.all(np.diff(keys.moment)[keys.at[1:] == keys.at[:-1]] >= 0)


def test_any_payment_is_true_exactly_where_there_are_keys(world):
    accounts = np.arange(world.entities.n_accounts)
    for back in range(12):
        day = day_number(date(2025, 3, 31)) - back
        keys = genuine_rows(world, Cast.of(world, accounts, day))
        assert np.array_equal(any_payment(world, accounts, day), np.bincount(keys.at, minlength=len(accounts)) > 0)


def test_many_days_at_once_are_as_day_by_day(world):
    accounts, last = np.arange(0, world.entities.n_accounts, 3), day_number(date(2025, 3, 31))
    days = range(last // SPAN_DAYS * SPAN_DAYS, last + 1)
    asked = (accounts[:, None] + np.arange(len(days))) % 5 > 0
    expected = np.stack([any_payment(world, accounts, day) for day in days], axis=1)
    assert expected.any(axis=0).all()
    assert np.array_equal(payments_on(world, accounts, days, asked), expected & asked)


def test_the_last_payment_is_found_by_looking_at_every_earlier_day(world):
    """A slow reading of the definition: make all keys of all earlier days."""
    accounts = np.arange(80)
    day = day_number(date(2025, 3, 31))
    expected = np.full(len(accounts), NONE)
    for back in range(LOOK_BACK_DAYS, 0, -1):
        cast = Cast.of(world, accounts, day - back)
        owners = np.unique(cast.accounts[genuine_rows(world, cast).at])
        paid = owners[owners < len(accounts)]
        expected[paid] = transaction_ids(world, accounts=accounts[paid], slots=0, day=day - back)
    assert np.array_equal(last_payments(world, accounts, day).ids, expected)


def test_days_made_before_change_no_answer(world, monkeypatch):
    """In any order of days: what is recollected is what looking back finds."""
    accounts, day = np.arange(world.entities.n_accounts), day_number(date(2025, 3, 20))
    asked = (day - 2, day, day + 1, day + 9)
    monkeypatch.setattr(world, "recollection", Recollection(len(accounts)))
    expected = [last_payments(world, accounts, d).ids for d in asked]
    assert not world.recollection.recall(accounts).paid.any()
    for made in (day + 2, day - 4, day - 3, day - 1, day):
        list(simulate_day(world, day_date(made)).batches())
        for d, ids in zip(asked, expected, strict=True):
            assert np.array_equal(last_payments(world, accounts, d).ids, ids)
    known = world.recollection.recall(accounts)
    assert known.last_before(day + 1).sum() > 0.3 * len(accounts)


def test_rows_stand_in_the_order_of_account_and_time(month):
    account = month["card_id"]
    per_day = month.with_columns(day=pl.col("timestamp").dt.date())
    assert per_day["day"].is_sorted()
    ordered = per_day.with_columns(before=pl.col("timestamp").shift(1).over("day", "card_id"))
    assert ordered.filter(pl.col("timestamp") < pl.col("before")).height == 0
    assert account.null_count() == 0


def test_a_day_holds_only_its_own_moments(month):
    for (day,), rows in month.group_by(pl.col("timestamp").dt.date()):
        assert rows["timestamp"].min().date() == day
        assert rows["timestamp"].max().date() == day
    assert month["timestamp"].dt.date().n_unique() == 30
    assert month["timestamp"].max().date() - month["timestamp"].min().date() == timedelta(days=29)
