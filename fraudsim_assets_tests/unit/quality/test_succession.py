"""Last transactions carried over days, against a look at all rows at once."""

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.fraud.history import LOOK_BACK_DAYS
from fraudsim_assets.quality import succession
from fraudsim_assets.quality.chain import LastTransactions
from fraudsim_assets.quality.succession import Succession


def days_of(count: int, rows: int) -> list[pl.DataFrame]:
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return [
        pl.DataFrame(
            {
                "card_id": np.sort((np.arange(rows) * 7919 + day * 104729) % 39),
                "transaction_id": np.arange(day * rows, (day + 1) * rows),
                "timestamp": [start + timedelta(days=day, seconds=n) for n in range(rows)],
            }
        )
        for day in range(count)
    ]


@pytest.mark.parametrize("fewest_merged", [10, 1_000_000])
def test_carried_transactions_are_those_found_by_looking_at_all_rows(monkeypatch, fewest_merged):
    monkeypatch.setattr(succession, "_FEWEST_MERGED", fewest_merged)
    carried, days = Succession(), days_of(6, 25)
    for day, frame in enumerate(days):
        known = carried.before(day)
        if day:
            wanted = LastTransactions.of(pl.concat(days[:day]))
            assert known is not None
            assert known.card_id.tolist() == wanted.card_id.tolist()
            assert known.transaction_id.tolist() == wanted.transaction_id.tolist()
        for piece in frame.iter_slices(7):
            carried.note(piece["card_id"].to_numpy(), piece["transaction_id"].to_numpy(), day)
        carried.end(day)


def test_nothing_is_known_on_the_first_day_nor_after_a_gap():
    carried = Succession()
    assert carried.before(10) is None
    carried.note(np.array([1]), np.array([100]), 10)
    carried.end(10)
    assert carried.before(12) is None
    assert carried.before(11) is None, "a gap forgets what was before it"


def test_a_card_that_rests_longer_than_the_generator_looks_back_is_forgotten():
    carried = Succession()
    carried.note(np.array([1]), np.array([100]), 0)
    carried.end(0)
    listed = []
    for day in range(1, LOOK_BACK_DAYS + 1):
        known = carried.before(day)
        assert known is not None
        listed.append(known.card_id.tolist())
        carried.end(day)
    assert listed == [[1]] * (LOOK_BACK_DAYS - 1) + [[]]
