"""Sums by key, against dictionaries."""

from collections import Counter

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.policies.features.sums import Sums, keys_of

KEYS = st.lists(st.integers(-5, 5), max_size=20)


def of(keys: list[int]) -> Sums:
    values = np.column_stack([np.ones(len(keys), dtype=np.int64), np.arange(len(keys), dtype=np.int64)])
    return Sums.of(np.array(keys, dtype=np.int64), values)


def told(sums: Sums) -> dict[int, int]:
    return dict(zip(sums.keys.tolist(), sums.values[:, 0].tolist(), strict=True))


@given(KEYS, KEYS)
def test_adding_and_taking_away_is_as_with_counters_and_leaves_no_zeros(first, second):
    assert told(of(first)) == Counter(first)
    assert told(of(first).plus(of(second))) == Counter(first) + Counter(second)
    turned = of(first).turned(of(second), [of(first)])
    assert told(turned) == Counter(second)
    assert (turned.values == of(second).values).all(), "counts that are equal must not hide sums that are not"
    assert (np.diff(of(first).plus(of(second)).keys) > 0).all()


@given(KEYS, KEYS)
def test_what_is_not_there_is_looked_up_as_nothing(known, asked):
    found = of(known).look_up(np.array(asked, dtype=np.int64))
    assert found.shape == (len(asked), 2)
    assert found[:, 0].tolist() == [Counter(known)[key] for key in asked]


def test_keys_of_pairs_tell_which_is_first_and_leave_the_columns_as_they_are():
    rows = pl.DataFrame(
        {"customer_id": [1, 2, 1, 7], "device_id": [2, 1, 2, None], "mcc": ["0742", "742", "5411", "Z"]}
    )
    before = rows.clone()
    pairs = keys_of(rows, ("customer_id", "device_id"))
    assert len({*pairs.tolist()}) == 3
    assert pairs[0] == pairs[2]
    assert keys_of(rows, ("customer_id",)).tolist() == [1, 2, 1, 7]
    assert len({*keys_of(rows, ("customer_id", "mcc")).tolist()}) == 4
    assert rows.equals(before)
