"""Made-up values honour whatever is declared, so that a new column needs no line in the samples."""

from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.contract import check_contract
from fraudsim_assets.quality.results import failures
from fraudsim_assets.tables import Contract, arrow_schema, validate
from fraudsim_assets.tables.contract import column
from fraudsim_assets_tests.corruptions.filling import filled


class EveryKind(Contract):
    """A column of every type, with bounds on either side of zero or none, strict and not."""

    yes: pl.Boolean = column("A choice.")
    word: pl.String = column("Any text.")
    code: pl.String = column("One of a list.", dictionary="int8", isin=("a", "b"))
    country: pl.String = column("A pattern.", dictionary="int16", str_matches=r"^[A-Z]{2}$")
    mail: pl.String = column("A longer pattern.", str_matches=r"^[^@\s]+@[^@\s]+\.[a-z]+$")
    maybe: pl.Int64 = column("May be missing.", nullable=True, ge=1)
    number: pl.Int16 = column("Any number.")
    above: pl.Int32 = column("Strictly above.", gt=5)
    below: pl.Int64 = column("Strictly below zero.", lt=0)
    small: pl.Float32 = column("A narrow range.", gt=0.0, le=0.01)
    between: pl.Float64 = column("Between.", gt=3.0, lt=3.5)
    south: pl.Float64 = column("Negative.", ge=-90.0, le=-1.0)
    price: Annotated[pl.Decimal, 18, 3] = column("Money.", gt=0)
    day: pl.Date = column("A late day.", ge=date(2030, 1, 1))
    past: pl.Date = column("An early day.", lt=date(1990, 1, 1))
    moment: Annotated[pl.Datetime, "us", "UTC"] = column("An instant.", ge=datetime(2031, 1, 1, tzinfo=UTC))
    clock: Annotated[pl.Datetime, "us", None] = column("A wall clock.")


def test_a_row_that_is_made_up_honours_its_contract_by_both_judges():
    rows = pa.Table.from_pylist([filled(EveryKind, {})], schema=arrow_schema(EveryKind))
    assert failures(check_contract(EveryKind, FrameStream.of(rows))) == []
    validate(EveryKind, pl.DataFrame(rows))


def test_given_values_stay_and_columns_come_in_their_order():
    row = filled(EveryKind, {"above": 9, "maybe": 2})
    assert (row["above"], row["maybe"]) == (9, 2)
    assert list(row) == arrow_schema(EveryKind).names


def test_a_value_for_a_column_that_is_not_declared_is_refused():
    with pytest.raises(AssertionError, match="abvoe"):
        filled(EveryKind, {"abvoe": 9})
