"""The declarations of tables, and everything derived from them."""

import json
import re

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.errors import ContractError
from fraudsim_assets.schema_files import REPOSITORY, generated_files, write_files
from fraudsim_assets.tables import (
    APPROVED_CODE,
    CHARGEBACK_REASONS,
    MONEY,
    RESPONSE_CODES,
    SEGMENTS,
    TABLES,
    Cards,
    Customers,
    Transactions,
    arrow_schema,
    columns,
    constraints,
    foreign_keys,
    polars_schema,
    primary_key,
    validate,
)
from fraudsim_assets.tables.export import json_contract
from fraudsim_assets_tests.corruptions.sample_day import SAMPLES, table

MODELS = pytest.mark.parametrize("model", TABLES.values(), ids=TABLES)


@MODELS
def test_every_column_says_what_it_is_in_words_a_newcomer_understands(model):
    for declared in columns(model).values():
        assert len(declared.description.split()) >= 1
        assert declared.description[0].isupper(), declared.name
        assert re.search(r"(\.|\])$", declared.description), declared.name
        if declared.unit:
            assert declared.description.endswith(f" [{declared.unit}]")


@MODELS
def test_every_number_with_a_decimal_point_names_its_unit(model):
    for declared in columns(model).values():
        if declared.dtype.is_float() or declared.dtype.is_decimal():
            assert declared.unit, declared.name


@MODELS
def test_every_float_has_an_upper_bound_so_that_not_a_number_is_caught(model):
    for declared in columns(model).values():
        if declared.dtype.is_float():
            assert {"le", "lt"} & {c.kind for c in declared.constraints}, declared.name


@MODELS
def test_a_column_that_may_be_missing_says_when(model):
    for declared in columns(model).values():
        assert declared.nullable == ("null" in declared.description), declared.name


@MODELS
def test_codes_of_a_standard_name_the_standard(model):
    wanted = {
        "mcc": "ISO 18245",
        "currency": "ISO 4217",
        "billing_currency": "ISO 4217",
        "country": "ISO 3166-1 alpha-2",
        "merchant_country": "ISO 3166-1 alpha-2",
        "response_code": "ISO 8583 field 39",
        "time_zone": "IANA time zone",
    }
    for name, standard in wanted.items():
        if name in columns(model):
            assert columns(model)[name].standard == standard


@MODELS
def test_arrow_and_polars_schemas_describe_the_same_table(model):
    frame = pl.from_arrow(arrow_schema(model).empty_table())
    assert isinstance(frame, pl.DataFrame)
    assert frame.schema == polars_schema(model)


@MODELS
def test_a_parquet_file_keeps_types_nullability_and_descriptions(model, tmp_path):
    pq.write_table(table(model, SAMPLES[model]()), tmp_path / "table.parquet")
    stored = pq.read_schema(tmp_path / "table.parquet")
    assert stored.equals(arrow_schema(model), check_metadata=False)
    for name, declared in columns(model).items():
        assert stored.field(name).nullable == declared.nullable
        assert stored.field(name).metadata[b"description"].decode() == declared.description
    assert pl.scan_parquet(tmp_path / "table.parquet").collect_schema() == polars_schema(model)


@MODELS
def test_keys_are_columns_of_declared_tables(model):
    assert set(primary_key(model)) <= set(columns(model))
    assert not any(columns(model)[name].nullable for name in primary_key(model))
    for name, target in foreign_keys(model).items():
        parent, key = target.split(".")
        assert name in columns(model)
        assert columns(TABLES[parent])[key].dtype == columns(model)[name].dtype


@MODELS
def test_constraint_names_are_unique(model):
    names = [constraint.name for constraint in constraints(model)]
    assert len(names) == len(set(names))
    assert all(constraint.sentence.startswith(constraint.column) for constraint in constraints(model))


def test_money_is_exact_to_three_places():
    assert arrow_schema(Transactions).field("amount").type == MONEY == pa.decimal128(18, 3)


def test_instants_are_utc_and_wall_clocks_have_no_zone():
    assert arrow_schema(Transactions).field("timestamp").type == pa.timestamp("us", "UTC")
    assert arrow_schema(Transactions).field("local_time").type == pa.timestamp("us")


def test_closed_lists_are_known_and_fit_their_index():
    assert columns(Customers)["segment"].values == SEGMENTS
    assert columns(Customers)["city"].values is None
    for model in TABLES.values():
        for declared in columns(model).values():
            assert declared.values is None or len(set(declared.values)) == len(declared.values) <= 127


def test_approval_is_the_first_response_code():
    assert RESPONSE_CODES[0] == APPROVED_CODE == "00"


def test_codes_are_written_as_in_their_standard():
    assert all(re.fullmatch(r"[0-9A-Z]{2}", code) for code in RESPONSE_CODES)
    assert all(re.fullmatch(r"[0-9]{2}\.[0-9]|[0-9]{4}|[A-Z][0-9]{2}", code) for code in CHARGEBACK_REASONS)


def test_a_frame_that_breaks_its_contract_is_refused_with_all_failures_at_once():
    rows = SAMPLES[Cards]()
    rows[0]["bin"] = "12"
    rows[1]["activity"] = -1.0
    frame = pl.from_arrow(table(Cards, rows))
    with pytest.raises(ContractError, match=r"(?s)Cards.*bin.*activity|Cards.*activity.*bin"):
        validate(Cards, frame)


def test_columns_cannot_be_changed_by_accident():
    with pytest.raises(TypeError):
        columns(Cards)["bin"] = None


@pytest.mark.parametrize(("name", "model"), TABLES.items())
def test_the_json_contract_says_everything_that_is_declared(name, model):
    contract = json.loads(json.dumps(json_contract(name, model)))
    assert [column["name"] for column in contract["columns"]] == list(columns(model))
    listed = sum(len(c.get("constraints", {})) + (not c["nullable"]) for c in contract["columns"])
    assert listed == len(constraints(model))


def test_generated_files_are_fresh():
    stale = [
        name
        for name, text in generated_files().items()
        if not (REPOSITORY / name).exists() or (REPOSITORY / name).read_text(encoding="utf-8") != text
    ]
    assert stale == [], "run: make schema"


def test_only_stale_files_are_written(tmp_path):
    assert sorted(write_files(tmp_path)) == sorted(generated_files())
    assert write_files(tmp_path) == []
    (tmp_path / "schema" / "cards.json").write_text("{}")
    assert write_files(tmp_path) == ["schema/cards.json"]
