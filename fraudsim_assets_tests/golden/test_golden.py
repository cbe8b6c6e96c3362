"""The tiny world is what it was: on every Python, every machine, with every number of processor features."""

import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.quality.contract import check_contract
from fraudsim_assets.storage import content_digest
from fraudsim_assets.tables import Transactions, arrow_schema
from fraudsim_assets_tests.golden.canonical import table_digest
from fraudsim_assets_tests.golden.regenerate import differences
from fraudsim_assets_tests.golden.world import DIGESTS, SMOKE, SMOKE_ROWS, digests_of, make_world, smoke_rows

ADVICE = "if this was meant, run `make golden` and say why under Data in CHANGELOG.md"
REPOSITORY = Path(__file__).parents[2]
OTHER_PROCESS = """
import json, sys
from fraudsim_assets_tests.golden.world import digests_of, make_world
json.dump(digests_of(make_world()), sys.stdout)
"""


@pytest.fixture(scope="module")
def world():
    return make_world()


@pytest.fixture(scope="module")
def golden():
    return json.loads(DIGESTS.read_text(encoding="utf-8"))


def test_the_tiny_world_has_the_content_it_had(world, golden):
    assert not list(differences(golden, digests_of(world))), ADVICE


def test_a_processor_without_vector_instructions_makes_the_same(golden):
    found = np._core._multiarray_umath.__cpu_features__
    switched_off = [name for name in np._core._multiarray_umath.__cpu_dispatch__ if found.get(name)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "4"}
    environment["NPY_DISABLE_CPU_FEATURES"] = " ".join(switched_off)
    command = [sys.executable, "-W", "ignore", "-c", OTHER_PROCESS]
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=REPOSITORY)
    assert not list(differences(golden, json.loads(made.stdout)))


def test_the_smoke_file_is_what_the_generator_makes(world):
    assert content_digest(smoke_rows(world).read()) == content_digest(pq.read_table(SMOKE)), ADVICE


def test_the_smoke_file_honours_the_contract():
    stored = pq.read_schema(SMOKE).remove_metadata()
    assert stored.equals(arrow_schema(Transactions).remove_metadata())
    assert all(result.passed for result in check_contract(Transactions, SMOKE))


def test_every_reader_sees_the_same_in_the_smoke_file():
    arrow = pq.read_table(SMOKE)
    total = sum(arrow["billing_amount"].to_pylist())
    counted = duckdb.execute("select count(*), sum(billing_amount) from read_parquet(?)", [str(SMOKE)])
    assert arrow.num_rows == SMOKE_ROWS
    assert pl.scan_parquet(SMOKE).select(pl.len(), pl.col("billing_amount").sum()).collect().row(0) == (1000, total)
    assert counted.fetchall() == [(1000, total)]
    assert pd.read_parquet(SMOKE)["billing_amount"].sum() == total


def test_the_smoke_file_says_what_it_was_made_from(world):
    facts = {key.decode(): value.decode() for key, value in pq.read_metadata(SMOKE).metadata.items()}
    assert facts["fraudsim.seed"] == str(world.config.seed)
    assert facts["fraudsim.content_digest"] == content_digest(pq.read_table(SMOKE))


def test_the_digest_sees_content_and_not_its_spelling():
    table = pa.table(
        {
            "transaction_id": pa.array([2, 1, 3]),
            "label_type": pa.array(["a", None, "b"]).dictionary_encode(),
            "amount": pa.array(["1.5", None, "2.25"]).cast(pa.decimal128(18, 3)),
            "known": pa.array([True, None, False]),
        }
    )
    told = table_digest("fraud_labels", table)
    spelt = pa.concat_tables([table.slice(2), table.slice(0, 1), table.slice(1, 1)]).unify_dictionaries()
    assert table_digest("fraud_labels", spelt) == told
    for column, other in [("label_type", ["a", "", "b"]), ("known", [True, True, False]), ("amount", None)]:
        changed = pa.array(other) if other else one_more(table["amount"])
        at = table.column_names.index(column)
        differing = table_digest("fraud_labels", table.set_column(at, column, changed))
        assert [name for name in told["columns"] if told["columns"][name] != differing["columns"][name]] == [column]


def one_more(column):
    values = [None if value is None else value + 1 for value in column.to_pylist()]
    return pa.array(values, pa.decimal128(18, 3))
