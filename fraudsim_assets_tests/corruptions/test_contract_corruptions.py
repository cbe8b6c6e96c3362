"""Every declared constraint fails on its own corruption, no other does, and pandera agrees."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.contract import check_contract
from fraudsim_assets.quality.results import failures
from fraudsim_assets.tables import TABLES, Constraint, Model, columns, constraints, validate
from fraudsim_assets_tests.corruptions.sample_day import SAMPLES, table

EVERY_CONSTRAINT = [(model, constraint) for model in TABLES.values() for constraint in constraints(model)]
EVERY_COLUMN = [(model, name) for model in TABLES.values() for name in columns(model)]


def _step(bound: Any) -> Any:
    if isinstance(bound, date | datetime):
        return timedelta(days=1)
    if isinstance(bound, float):
        return max(1.0, abs(bound) * 1e-6)
    return Decimal("0.001") if isinstance(bound, Decimal) else 1


def bad_value(model: Model, constraint: Constraint) -> Any:
    """The value nearest to the allowed ones that is not allowed."""
    bound = constraint.argument
    if constraint.kind in ("gt", "ge") and isinstance(columns(model)[constraint.column].dtype, pl.Decimal):
        bound = Decimal(bound)
    return {
        "not_null": lambda: None,
        "ge": lambda: bound - _step(bound),
        "gt": lambda: bound,
        "le": lambda: bound + _step(bound),
        "lt": lambda: bound,
        "isin": lambda: "nonsense",
        "matches": lambda: " ?",
    }[constraint.kind]()


def corrupted(model: Model, constraint: Constraint) -> pl.DataFrame:
    rows = SAMPLES[model]()
    rows[len(rows) // 2][constraint.column] = bad_value(model, constraint)
    frame = pl.from_arrow(table(model, rows))
    assert isinstance(frame, pl.DataFrame)
    return frame


def name_of(pair: tuple[Model, Any]) -> str:
    model, what = pair
    return f"{model.__name__}.{what.name if isinstance(what, Constraint) else what}"


@pytest.mark.parametrize("pair", EVERY_CONSTRAINT, ids=name_of)
def test_a_corruption_fails_its_own_constraint_and_no_other(pair):
    model, constraint = pair
    rows = SAMPLES[model]()
    rows[len(rows) // 2][constraint.column] = bad_value(model, constraint)
    results = check_contract(model, FrameStream.of(table(model, rows)))
    assert failures(results) == [constraint.name]
    (failed,) = [result for result in results if not result.passed]
    assert failed.metrics == {"rows": len(rows), "violations": 1, "example": str(bad_value(model, constraint))} | (
        {"example": failed.metrics["example"]} if isinstance(bad_value(model, constraint), Decimal | float) else {}
    )


@pytest.mark.parametrize("pair", EVERY_CONSTRAINT, ids=name_of)
def test_pandera_finds_the_same_corruption(pair):
    model, constraint = pair
    with pytest.raises(ContractError, match=constraint.column):
        validate(model, corrupted(model, constraint))


@pytest.mark.parametrize("pair", EVERY_COLUMN, ids=name_of)
def test_a_column_of_another_type_fails_its_type_and_no_other_check(pair):
    model, name = pair
    data = table(model, SAMPLES[model]())
    position = data.schema.get_field_index(name)
    other = "string" if not str(data.schema.field(name).type).startswith("string") else "large_string"
    changed = data.set_column(position, name, data.column(name).cast(other))
    assert failures(check_contract(model, FrameStream.of(changed))) == [f"{name}_type"]


@pytest.mark.parametrize("model", TABLES.values(), ids=TABLES)
def test_missing_surplus_and_swapped_columns_fail_and_nothing_else_does(model):
    data = table(model, SAMPLES[model]())
    names = data.schema.names
    for changed in (
        data.drop_columns(names[-1]),
        data.append_column("surplus", data.column(0)),
        data.select([names[1], names[0], *names[2:]]),
    ):
        assert failures(check_contract(model, FrameStream.of(changed))) == ["columns_are_as_declared"]


@pytest.mark.parametrize("model", TABLES.values(), ids=TABLES)
def test_the_samples_honour_their_contract_by_both_judges(model, tmp_path):
    data = table(model, SAMPLES[model]())
    frame = pl.from_arrow(data)
    assert isinstance(frame, pl.DataFrame)
    validate(model, frame)
    frame.write_parquet(tmp_path / "table.parquet")
    for source in (FrameStream.of(data), frame, frame.lazy(), pl.scan_parquet(tmp_path / "table.parquet")):
        assert failures(check_contract(model, source)) == []


@pytest.mark.parametrize("model", TABLES.values(), ids=TABLES)
def test_an_empty_table_still_answers_for_its_columns(model):
    data = table(model, [])
    assert failures(check_contract(model, FrameStream.of(data))) == []
    assert failures(check_contract(model, FrameStream.of(data.drop_columns(data.schema.names[0])))) == [
        "columns_are_as_declared"
    ]


def test_not_a_number_breaks_an_upper_bound_as_in_polars():
    model = TABLES["customers"]
    rows = SAMPLES[model]()
    rows[0]["latitude"] = float("nan")
    assert failures(check_contract(model, FrameStream.of(table(model, rows)))) == ["latitude_le"]
    frame = pl.from_arrow(table(model, rows))
    with pytest.raises(ContractError, match="latitude"):
        validate(model, frame)
