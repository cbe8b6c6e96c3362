"""Whole numbers: the same as numpy's own remainder, and packing that can be undone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.maths.integers import packed, remainders, unpacked

SMALL = st.integers(-(2**15), 2**15 - 1)


@given(st.lists(st.integers(0, 2**62)), st.integers(1, 2**40))
def test_remainders_are_those_of_a_division(numbers, modulus):
    numbers = np.array(numbers, dtype=np.int64)
    assert np.array_equal(remainders(numbers, modulus), numbers % modulus)


@given(st.lists(st.tuples(SMALL, SMALL, SMALL, SMALL)))
def test_what_is_packed_is_read_again(rows):
    columns = np.array(rows, dtype=np.int64).reshape(-1, 4)
    words = packed(*columns.T)
    assert words.shape == (len(rows),)
    assert np.array_equal(unpacked(words), columns)
