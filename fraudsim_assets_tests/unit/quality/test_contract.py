"""The one-pass contract check: sources, slices, parts and memory."""

from decimal import Decimal

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.arrays import numbers, present
from fraudsim_assets.quality.contract import ContractChecker, check_contract
from fraudsim_assets.quality.results import Severity, blocked, failures, summary
from fraudsim_assets.tables import Transactions
from fraudsim_assets_tests.corruptions.sample_day import table, transaction_rows


def corrupted_rows():
    rows = transaction_rows()
    rows[7]["mcc"] = "12"
    rows[8]["mcc"] = "13"
    rows[200]["amount"] = Decimal(-1)
    return rows


def test_every_source_gives_the_same_verdict(tmp_path):
    data = table(Transactions, corrupted_rows())
    pq.write_table(data, tmp_path / "day.parquet", row_group_size=50)
    frame = pl.from_arrow(data)
    assert isinstance(frame, pl.DataFrame)
    sources = {
        "stream": FrameStream.of(data),
        "batches": data.to_batches(max_chunksize=31),
        "path": tmp_path / "day.parquet",
        "text path": str(tmp_path / "day.parquet"),
        "frame": frame,
        "lazy frame": pl.scan_parquet(tmp_path / "day.parquet"),
    }
    for name, source in sources.items():
        results = {result.name: result for result in check_contract(Transactions, source)}
        assert failures(results.values()) == ["amount_gt", "mcc_matches"], name
        assert results["mcc_matches"].metrics["violations"] == 2, name
        assert results["mcc_matches"].metrics["example"] in {"12", "13"}
        assert results["mcc_matches"].metrics["rows"] == 300


def test_a_dictionary_entry_that_no_row_uses_is_no_violation():
    data = table(Transactions, transaction_rows())
    position = data.schema.get_field_index("channel")
    column = data.column("channel").combine_chunks()
    values = pa.concat_arrays([column.dictionary, pa.array(["nonsense"])])
    widened = pa.DictionaryArray.from_arrays(column.indices, values)
    changed = data.set_column(position, data.schema.field("channel"), widened)
    assert failures(check_contract(Transactions, FrameStream.of(changed))) == []


def test_a_bad_number_under_a_null_is_no_violation():
    data = table(Transactions, transaction_rows())
    position = data.schema.get_field_index("device_id")
    hidden = pa.Array.from_buffers(
        pa.int64(), 300, [pa.py_buffer(bytes(38)), pa.py_buffer(np.full(300, -9, np.int64))], null_count=300
    )
    changed = data.set_column(position, data.schema.field("device_id"), hidden)
    assert failures(check_contract(Transactions, FrameStream.of(changed))) == []


def test_parts_add_up():
    whole, first, second = (ContractChecker(Transactions) for _ in range(3))
    batches = table(Transactions, corrupted_rows()).to_batches(max_chunksize=100)
    for batch in batches:
        whole.add(batch)
    for checker, part in ((first, batches[:1]), (second, batches[1:])):
        for batch in part:
            checker.add(batch)
    first.absorb(second)
    assert first.results() == whole.results()


def test_the_summary_names_what_failed_and_how_often():
    checker = ContractChecker(Transactions)
    for batch in table(Transactions, corrupted_rows()).to_batches():
        assert not checker.add(batch)
    result = checker.result()
    assert (result.name, result.passed, result.severity) == ("contract", False, Severity.BLOCK)
    assert result.metrics["violations"] == 3
    assert result.metrics["failures"] == "amount_gt, mcc_matches"
    assert result.metrics["example_mcc_matches"] == "12"


def test_a_summary_of_passes_passes_and_blocks_nothing():
    results = check_contract(Transactions, FrameStream.of(table(Transactions, transaction_rows())))
    assert summary("all", "all", results).passed
    assert not blocked(results)


@pytest.mark.parametrize("offset", [0, 1, 7, 8, 13])
@pytest.mark.parametrize("name", ["is_fraud", "amount", "timestamp", "device_id", "ip_address", "latitude"])
def test_numpy_views_of_slices_are_the_values(name, offset):
    column = table(Transactions, transaction_rows()).column(name).combine_chunks()[offset : offset + 50]
    there = present(column)
    assert there.tolist() == column.is_valid().to_pylist()
    plain = column.cast(pa.int64()) if name == "timestamp" else column
    wanted = [int(v * 1000) if name == "amount" else v for v in plain.to_pylist() if v is not None]
    assert numbers(column)[there].tolist() == wanted
