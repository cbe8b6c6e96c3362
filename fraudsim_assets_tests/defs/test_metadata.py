import base64
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.defs.metadata import INLINE_LIMIT, column_schema, rows_table, sparkline
from fraudsim_assets.tables import TABLES, columns


def svg_of(markdown: str) -> str:
    return base64.b64decode(markdown.split("base64,")[1].rstrip(")")).decode()


@given(st.lists(st.integers(0, 10**9), min_size=24, max_size=24))
def test_a_sparkline_of_a_day_is_always_short_enough_to_be_shown_in_line(counts):
    assert len(sparkline(counts, label="rows by hour UTC").value) < INLINE_LIMIT


def test_a_sparkline_is_as_tall_as_its_largest_count():
    assert "v-40h" in svg_of(sparkline([1, 2, 4], label="x").value)
    assert "v-20h" in svg_of(sparkline([1, 2, 4], label="x").value)


def test_a_sparkline_of_nothing_is_flat():
    assert svg_of(sparkline([0] * 24, label="x").value).count("v-0h") == 24


def test_a_picture_that_would_hide_behind_a_link_is_refused():
    with pytest.raises(ValueError, match=r"60 bars make \d+ characters"):
        sparkline([1] * 60, label="x")


def test_rows_are_shown_exactly():
    table = rows_table(
        [{"id": 2**53 + 1, "amount": Decimal("1.50"), "day": date(2025, 1, 2), "none": None, "ok": True}]
    )
    assert table is not None
    assert table.records[0].data == {
        "id": str(2**53 + 1),
        "amount": "1.50",
        "day": "2025-01-02",
        "none": "",
        "ok": True,
    }


def test_no_rows_make_no_table():
    assert rows_table([]) is None


@pytest.mark.parametrize("table", TABLES)
def test_columns_shown_are_the_declared_ones(table):
    shown = {column.name: column for column in column_schema(table).columns}
    declared = columns(TABLES[table])
    assert list(shown) == list(declared)
    assert all(shown[name].description == column.description for name, column in declared.items())
    assert all(shown[name].constraints.nullable == column.nullable for name, column in declared.items())
    readable = {n: "string, dictionary" if c.dictionary else str(c.arrow_type) for n, c in declared.items()}
    assert {name: column.type for name, column in shown.items()} == readable
