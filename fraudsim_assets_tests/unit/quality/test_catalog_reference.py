"""The catalogs read once for many days: each day sees the versions that count on it."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.quality.catalog_reference import CatalogReference, Versions
from fraudsim_assets.tables import Cards, Customers, Merchants, arrow_schema
from fraudsim_assets.units import EPOCH
from fraudsim_assets_tests.corruptions.sample_day import DAY, card_rows, customer_rows, merchant_rows

SPELLS = st.lists(
    st.tuples(st.integers(0, 4), st.none() | st.integers(0, 12), st.none() | st.integers(1, 6)), max_size=12
)
"""Entity, first day, and length; None is unknown, and without end."""


def frame_of(spells: list[tuple[int, int | None, int | None]]) -> pl.DataFrame:
    known = {(who, begins): lasts for who, begins, lasts in spells}
    rows = [
        {
            "who": who,
            "valid_from": None if begins is None else EPOCH + timedelta(days=begins),
            "valid_to": None if lasts is None or begins is None else EPOCH + timedelta(days=begins + lasts),
        }
        for (who, begins), lasts in known.items()
    ]
    frame = pl.DataFrame(rows, schema={"who": pl.Int64, "valid_from": pl.Date, "valid_to": pl.Date})
    return frame.sort("who", "valid_from")


@given(SPELLS, st.integers(0, 15))
def test_the_version_that_counts_is_the_latest_begun_of_each_entity(spells, day):
    frame, today = frame_of(spells), EPOCH + timedelta(days=day)
    rows, valid = Versions.of(frame, "who").on(day)
    expected: dict[int, tuple[int, bool]] = {}
    for number, row in enumerate(frame.iter_rows(named=True)):
        if row["valid_from"] is not None and row["valid_from"] <= today:
            expected[row["who"]] = (number, row["valid_to"] is None or row["valid_to"] > today)
    assert list(zip(rows.tolist(), valid.tolist(), strict=True)) == list(expected.values())


def tables(**some: list[dict]) -> dict[str, pa.Table]:
    rows = {"customers": customer_rows(), "cards": card_rows(DAY), "merchants": merchant_rows()} | some
    contracts = {"customers": Customers, "cards": Cards, "merchants": Merchants}
    return {name: pa.Table.from_pylist(rows[name], schema=arrow_schema(contracts[name])) for name in contracts}


@pytest.mark.parametrize("days", [-400, -1, 0, 1, 400])
def test_days_seen_in_any_order_are_seen_as_by_a_reading_of_their_own(days):
    day = DAY + timedelta(days=days)
    much_used = CatalogReference.of(**tables())
    for other in (DAY + timedelta(days=700), date(1990, 1, 1), DAY):
        much_used.on(other)
    seen, alone = much_used.on(day), CatalogReference.of(**tables()).on(day)
    for name in ("account", "owner", "card_valid", "owner_valid", "card_currency", "merchant_valid", "merchant_facts"):
        assert np.array_equal(getattr(seen, name), getattr(alone, name)), name
    assert np.array_equal(seen.cards.ids, alone.cards.ids)


def test_the_holder_of_a_card_is_valid_while_the_customer_is():
    people = customer_rows()
    people[0]["valid_to"] = DAY
    holder = people[0]["customer_id"]
    reference = CatalogReference.of(**tables(customers=people))
    before, after = (reference.on(day) for day in (DAY - timedelta(days=1), DAY))
    assert before.owner_valid[before.owner == holder].all()
    assert not after.owner_valid[after.owner == holder].any()
    assert after.owner_valid[after.owner != holder].any()


def test_a_card_of_nobody_has_no_valid_holder():
    cards = card_rows(DAY)
    cards[0]["customer_id"] = 999_999
    seen = CatalogReference.of(**tables(cards=cards)).on(DAY)
    assert not seen.owner_valid[seen.owner == 999_999].any()
    assert seen.owner_valid.any()


def test_catalogs_without_rows_know_nobody():
    seen = CatalogReference.of(**tables(customers=[], cards=[], merchants=[])).on(DAY)
    assert seen.cards.positions(np.array([1, 2])).tolist() == [-1, -1]
    assert seen.merchants.positions(np.array([1])).tolist() == [-1]
