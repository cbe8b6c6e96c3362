"""Counting what passes by, against counting the whole table."""

import io
import json
import logging

import pyarrow as pa
import pytest

from fraudsim_assets.config.model import Observability
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.observability import configure_logs, observed

SCHEMA = pa.schema(
    [
        pa.field("transaction_id", pa.int64(), nullable=False),
        pa.field("card_id", pa.int64(), nullable=False),
        pa.field("latitude", pa.float32()),
        pa.field("is_fraud", pa.bool_(), nullable=False),
    ]
)


def stream(sizes=(3, 0, 4)) -> FrameStream:
    def batches():
        start = 0
        for size in sizes:
            ids = list(range(start, start + size))
            columns = [ids, [n // 2 for n in ids], [None if n % 3 == 0 else 1.0 for n in ids], [n == 1 for n in ids]]
            arrays = [pa.array(column, field.type) for column, field in zip(columns, SCHEMA, strict=True)]
            yield pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
            start += size

    return FrameStream(SCHEMA, batches, {"seed": "7"})


@pytest.fixture
def log():
    package = logging.getLogger("fraudsim_assets")
    before = (list(package.handlers), package.level, package.propagate)
    out = io.StringIO()
    configure_logs(Observability(log_format="json"), stream=out)
    yield out
    package.handlers[:], package.level, package.propagate = before


def test_what_passes_is_what_was_streamed():
    watched = observed(stream(), table="transactions", partition="2025-01-15").stream
    assert watched.read().equals(stream().read())
    assert watched.metadata == {"seed": "7"}
    assert watched.schema == SCHEMA


def test_facts_agree_with_the_whole_table():
    result = observed(stream(), table="transactions", partition="2025-01-15")
    table = result.stream.read()
    facts = result.facts
    assert (facts.table, facts.partition) == ("transactions", "2025-01-15")
    assert facts.rows == table.num_rows == 7
    assert facts.chunks == 3
    assert facts.fraud_rows == 1
    assert facts.nulls == {"latitude": table["latitude"].null_count}
    assert facts.seconds > 0


def test_a_second_pass_counts_anew():
    result = observed(stream(), table="transactions", partition="2025-01-15")
    result.stream.read()
    half = result.stream.batches()
    next(half)
    assert result.facts.rows == 3
    result.stream.read()
    assert result.facts.rows == 7


def test_a_table_without_truth_has_no_fraud_count():
    table = pa.table({"customer_id": [1, 2]})
    result = observed(FrameStream.of(table), table="customers", partition="all")
    result.stream.read()
    assert result.facts.fraud_rows is None


def test_nothing_is_made_before_it_is_read():
    made = []
    lazy = FrameStream(SCHEMA, lambda: (made.append(batch) or batch for batch in stream().batches()))
    watched = observed(lazy, table="transactions", partition="2025-01-15").stream
    assert made == []
    next(watched.batches())
    assert len(made) == 1


def test_each_chunk_is_one_line(log):
    observed(stream(), table="transactions", partition="2025-01-15").stream.read()
    chunks = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["rows"] for line in chunks] == [3, 0, 4]
    assert [line["unique_card_id"] for line in chunks] == [2, 0, 3]
    assert [line["nulls"] for line in chunks] == [1, 0, 2]
    assert [line["fraud"] for line in chunks] == [1, 0, 0]
    assert all(line["event"] == "chunk made" and line["seconds"] >= 0 for line in chunks)
