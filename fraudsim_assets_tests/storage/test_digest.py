"""The digest of content depends on content alone."""

from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim_assets.errors import ContractError
from fraudsim_assets.storage.digest import BLOCK_WORDS, ContentDigest, content_digest
from fraudsim_assets_tests.storage.samples import payments


def _cut(table: pa.Table, sizes: list[int]) -> str:
    digest, start = ContentDigest(table.schema), 0
    while start < table.num_rows:
        for size in sizes:
            for batch in table.slice(start, size).combine_chunks().to_batches():
                digest.update(batch)
            start += size
    return digest.hexdigest()


@settings(max_examples=30)
@given(st.lists(st.integers(1, 170), min_size=1, max_size=8))
def test_the_cut_into_batches_leaves_no_trace(sizes: list[int]) -> None:
    table = payments(331)
    assert _cut(table, sizes) == content_digest(table)


@pytest.mark.parametrize("size", [BLOCK_WORDS - 1, BLOCK_WORDS, BLOCK_WORDS + 1, 10_007])
def test_the_edges_of_blocks_leave_no_trace(size: int) -> None:
    table = pa.table({"a": pa.array(np.arange(3 * BLOCK_WORDS + 5), mask=np.arange(3 * BLOCK_WORDS + 5) % 1_000 == 0)})
    assert _cut(table, [size]) == content_digest(table)


@pytest.mark.parametrize("size", [BLOCK_WORDS - 1, 3 * BLOCK_WORDS, 997])
def test_whether_most_values_are_null_within_a_batch_leaves_no_trace(size: int) -> None:
    n = 2 * BLOCK_WORDS + 77
    there = (np.arange(n) % 40_000 < 3_000) | (np.arange(n) % 211 == 0)
    table = pa.table(
        {
            "number": pa.array(np.arange(n, dtype=np.int16), mask=~there),
            "text": pa.array((np.arange(n) % 7).astype(str), mask=~there).dictionary_encode(),
        }
    )
    assert there.mean() < 0.5
    assert there[:3_000].all()
    assert _cut(table, [size]) == content_digest(table)
    assert _cut(table, [3_000]) == content_digest(table)


def test_empty_batches_leave_no_trace() -> None:
    table = payments(10)
    with_empty = pa.concat_tables([table.slice(0, 4), table.slice(0, 0), table.slice(4)])
    assert content_digest(with_empty) == content_digest(table)


@pytest.mark.parametrize("name", payments(1).column_names)
def test_one_changed_value_of_any_column_changes_the_digest(name: str) -> None:
    table = payments(200)
    index = table.column_names.index(name)
    values = table[name].to_pylist()
    values[100], other = values[101], values[100]
    if values[100] == other:
        values[100] = None
    changed = table.set_column(index, name, pa.array(values, table.schema.field(name).type))
    assert content_digest(changed) != content_digest(table)


def test_the_order_of_rows_matters_within_and_across_blocks() -> None:
    numbers = np.arange(3 * BLOCK_WORDS)
    whole = content_digest(pa.table({"a": numbers}))
    swapped = numbers.copy()
    swapped[[0, 1]] = swapped[[1, 0]]
    blocks = np.concatenate([numbers[BLOCK_WORDS : 2 * BLOCK_WORDS], numbers[:BLOCK_WORDS], numbers[2 * BLOCK_WORDS :]])
    assert len({whole, content_digest(pa.table({"a": swapped})), content_digest(pa.table({"a": blocks}))}) == 3


def test_two_flipped_signs_do_not_cancel() -> None:
    values = np.linspace(-80, 80, 1_000)
    flipped = values.copy()
    flipped[[3, 900]] *= -1
    assert content_digest(pa.table({"a": values})) != content_digest(pa.table({"a": flipped}))


def test_names_types_and_column_order_matter() -> None:
    tables = [
        pa.table({"a": pa.array([1, 2], pa.int64()), "b": pa.array([1, 2], pa.int64())}),
        pa.table({"b": pa.array([1, 2], pa.int64()), "a": pa.array([1, 2], pa.int64())}),
        pa.table({"a": pa.array([1, 2], pa.int32()), "b": pa.array([1, 2], pa.int64())}),
        pa.table({"a": pa.array([1, 2], pa.int64()), "c": pa.array([1, 2], pa.int64())}),
    ]
    assert len({content_digest(table) for table in tables}) == 4


def test_zeros_nulls_and_missing_rows_are_three_things() -> None:
    tables = [pa.table({"a": pa.array(values, pa.int64())}) for values in ([0, 0], [None, 0], [0, None], [0], [])]
    assert len({content_digest(table) for table in tables}) == 5


def test_what_lies_under_a_null_does_not_matter() -> None:
    bits = pa.py_buffer(b"\x05")
    arrays = [
        pa.Array.from_buffers(pa.int64(), 3, [bits, pa.py_buffer(np.array([1, x, 3]).tobytes())]) for x in (0, 99)
    ]
    assert len({content_digest(pa.table({"a": array})) for array in arrays}) == 1


def test_the_order_of_a_dictionary_does_not_matter() -> None:
    codes, values = [0, 1, None, 2, 1], ["x", "y", "z"]
    one = pa.DictionaryArray.from_arrays(pa.array(codes, pa.int8()), pa.array(values))
    two = pa.DictionaryArray.from_arrays(pa.array([2, 1, None, 0, 1], pa.int16()), pa.array([*values[::-1], "unused"]))
    three = pa.DictionaryArray.from_arrays(pa.array([0, 1, 3, 2, 1], pa.int16()), pa.array([*values, None]))
    assert len({content_digest(pa.table({"a": array})) for array in (one, two, three)}) == 1


def test_batches_with_different_dictionaries_are_one_column() -> None:
    first = pa.table({"a": pa.array(["x", "y"]).dictionary_encode()})
    second = pa.table({"a": pa.array(["z", "y"]).dictionary_encode()})
    together = pa.table({"a": pa.array(["x", "y", "z", "y"]).dictionary_encode()})
    assert content_digest(pa.concat_tables([first, second])) == content_digest(together)


@pytest.mark.parametrize("kind", [pa.decimal32(9, 3), pa.decimal64(9, 3), pa.decimal128(9, 3), pa.decimal256(9, 3)])
def test_the_width_of_a_decimal_does_not_matter(kind: pa.DataType) -> None:
    values = [Decimal("-1.5"), None, Decimal("123456.789"), Decimal(0)]
    assert content_digest(pa.table({"a": pa.array(values, kind)})) == content_digest(
        pa.table({"a": pa.array(values, pa.decimal128(9, 3))})
    )


def test_all_digits_of_a_long_decimal_count() -> None:
    long = [Decimal(10) ** 30 + k * Decimal(2) ** 64 for k in (0, 1)]
    assert len({content_digest(pa.table({"a": pa.array([value], pa.decimal128(38, 0))})) for value in long}) == 2


def test_the_cut_between_strings_counts() -> None:
    assert content_digest(pa.table({"a": ["ab", "c"]})) != content_digest(pa.table({"a": ["a", "bc"]}))
    assert content_digest(pa.table({"a": ["", None]})) != content_digest(pa.table({"a": [None, ""]}))
    assert content_digest(pa.table({"a": pa.array(["ab"], pa.large_string())})) == content_digest(
        pa.table({"a": ["ab"]})
    )


def test_lists_and_structs_are_digested() -> None:
    lists = [[[1, 2], []], [[1], [2]], [[1, 2], None]]
    structs = [[{"x": 1}, None], [{"x": 1}, {"x": None}]]
    assert len({content_digest(pa.table({"a": pa.array(v, pa.list_(pa.int64()))})) for v in lists}) == 3
    assert len({content_digest(pa.table({"a": pa.array(v, pa.struct([("x", pa.int64())]))})) for v in structs}) == 2


def test_a_type_without_a_canonical_form_is_refused_by_name() -> None:
    with pytest.raises(ContractError, match=r"column 'm' has type map<.*valid are"):
        content_digest(pa.table({"m": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64()))}))


def test_the_digest_of_a_fixed_table_never_changes() -> None:
    """Digests are stored in files: a change of this value makes every stored one useless."""
    assert content_digest(payments(100)) == GOLDEN


GOLDEN = "d69cbd8bdda187540610269f1f982678"
