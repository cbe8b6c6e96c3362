"""Repeated ids are found, with and without a sample."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.quality.uniqueness import IdWitness, repeated_by_hash
from fraudsim_assets.streams import Streams


def ids_of(n: int, name: str = "ids") -> np.ndarray:
    return (Streams(7).draw(name).words(np.arange(n)) >> np.uint64(1)).view(np.int64)


def witness(*batches: np.ndarray, capacity: int) -> IdWitness:
    found = IdWitness(capacity)
    for batch in batches:
        found.add(batch)
    return found


@given(st.lists(st.integers(0, 40) | st.integers(0, 2**63 - 1), max_size=200))
def test_repetitions_by_hash_are_those_by_counting(numbers):
    ids = np.array(numbers, np.int64)
    values, counts = np.unique(ids, return_counts=True)
    assert repeated_by_hash(ids).tolist() == values[counts > 1].tolist()


def test_repetitions_by_hash_survive_ids_that_share_all_their_low_bits():
    ids = np.arange(2000, dtype=np.int64) << 50
    assert repeated_by_hash(ids).tolist() == []
    assert repeated_by_hash(np.append(ids, ids[7])).tolist() == [ids[7]]


@given(st.lists(st.integers(0, 500), max_size=300), st.integers(1, 50))
def test_few_ids_are_compared_exactly_however_they_are_cut(numbers, size):
    ids = np.array(numbers, np.int64)
    values, counts = np.unique(ids, return_counts=True)
    found = witness(*(ids[i : i + size] for i in range(0, len(ids), size)), capacity=1000)
    assert found.repeated().tolist() == values[counts > 1].tolist()
    assert found.sampling == 1


def test_memory_stays_flat_beyond_the_capacity():
    found = witness(*np.array_split(ids_of(100_000), 100), capacity=5_000)
    assert found.held <= 5_000
    assert found.sampling >= 16
    assert found.repeated().tolist() == []


def test_a_repeated_block_is_found_beyond_the_capacity():
    batches = np.array_split(ids_of(100_000), 100)
    found = witness(*batches, batches[3], capacity=5_000)
    assert 0 < len(found.repeated()) <= len(batches[3])
    assert set(found.repeated()) <= set(batches[3])


def test_a_pair_within_one_batch_is_found_beyond_the_capacity():
    ids = ids_of(101_000)
    twin = np.append(ids[100_000:], ids[100_500])
    found = witness(*np.array_split(ids[:100_000], 100), twin, capacity=5_000)
    assert found.repeated().tolist() == [ids[100_500]]


@pytest.mark.parametrize("capacity", [1_000_000, 3_000])
def test_witnesses_of_two_parts_find_what_the_parts_share(capacity):
    ids = ids_of(40_000)
    first = witness(ids[:25_000], capacity=capacity)
    second = witness(ids[20_000:], capacity=capacity)
    assert first.repeated().tolist() == second.repeated().tolist() == []
    first.absorb(second)
    assert set(first.repeated()) <= set(ids[20_000:25_000])
    assert len(first.repeated()) == 5_000 if capacity > 40_000 else len(first.repeated()) > 0


def test_one_id_repeated_for_ever_is_found():
    assert witness(*[np.full(100, 5, np.int64)] * 50, capacity=100).repeated().tolist() == [5]
