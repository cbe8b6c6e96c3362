"""Looking things up in ascending arrays."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.maths.ordered import mask_of_members, places_of, ranges_of, repeated

numbers = st.lists(st.integers(-50, 50), max_size=20)


@given(numbers, numbers)
def test_values_are_found_exactly_where_they_are(held, wanted):
    ordered, asked = np.unique(np.array(held, dtype=np.int64)), np.array(wanted, dtype=np.int64)
    at, there = places_of(ordered, asked)
    assert there.tolist() == [value in held for value in wanted]
    assert np.array_equal(ordered[at[there]], asked[there])
    assert ordered[mask_of_members(ordered, asked)].tolist() == sorted(set(held) & set(wanted))


@given(numbers, numbers)
def test_all_places_of_repeated_values_are_found_in_order(held, wanted):
    ordered, asked = np.sort(np.array(held, dtype=np.int64)), np.array(wanted, dtype=np.int64)
    found = zip(*(part.tolist() for part in ranges_of(ordered, asked)), strict=True)
    assert list(found) == [(i, j) for i, value in enumerate(wanted) for j, h in enumerate(sorted(held)) if h == value]


@given(st.lists(st.integers(0, 4), max_size=12))
def test_places_are_repeated_as_often_as_their_counts_and_numbered(counts):
    at, number = repeated(np.array(counts, dtype=np.int64))
    assert list(zip(at, number, strict=True)) == [(i, n) for i, count in enumerate(counts) for n in range(count)]
