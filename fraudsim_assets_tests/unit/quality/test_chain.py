"""The chain of a card's transactions, against a slow reading of its definition."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.quality import chain as chain_module
from fraudsim_assets.quality.chain import ChainChecker, LastTransactions, Links


@dataclass
class Row:
    account: int
    card: int
    transaction: int
    previous: int
    timestamp: int


def links(rows: list[Row]) -> Links:
    columns = {name: [getattr(row, name) for row in rows] for name in Links.__dataclass_fields__}
    return Links(**{name: np.array(values, np.int64) for name, values in columns.items()})


def by_definition(rows: list[Row], history: dict[int, int]) -> tuple[list[int], list[int], list[int]]:
    """Unordered, unlinked, and unlinked to history, row by row."""
    unordered, unlinked, cut = [], [], []
    last: dict[int, int] = {}
    for index, row in enumerate(rows):
        before = rows[index - 1] if index else row
        if (row.account, row.timestamp) < (before.account, before.timestamp):
            unordered.append(row.transaction)
        if row.card in last:
            if row.previous != last[row.card]:
                unlinked.append(row.transaction)
        elif row.previous != history.get(row.card, -1):
            cut.append(row.transaction)
        last[row.card] = row.transaction
    return unordered, unlinked, cut


@st.composite
def days(draw: st.DrawFn) -> list[Row]:
    """Rows in account order, cards of one account in turns, with a few wrong links and times."""
    rows: list[Row] = []
    last: dict[int, int] = {}
    for account in range(draw(st.integers(1, 5))):
        clock = 0
        for _ in range(draw(st.integers(0, 6))):
            card = account * 10 + draw(st.integers(0, 1))
            clock += draw(st.integers(-1, 4))
            right = last.get(card, 1000 + card)
            previous = draw(st.sampled_from([right] * 6 + [-1, 3]))
            rows.append(Row(account, card, 100 + len(rows), previous, clock))
            last[card] = rows[-1].transaction
    return rows


@given(days(), st.integers(1, 9))
def test_faults_are_those_of_the_definition_however_the_day_is_cut(rows, size):
    history = {card: 1000 + card for card in range(60)}
    known = LastTransactions(np.array(list(history)), np.array(list(history.values())), complete=True)
    checker = ChainChecker(known)
    found: tuple[list[int], ...] = ([], [], [])
    for start in range(0, len(rows), size):
        batch = links(rows[start : start + size])
        with _links_given(batch):
            for into, faults in zip(found, checker.add(None), strict=True):
                into.extend(faults.tolist())
    assert tuple(sorted(part) for part in found) == tuple(sorted(p) for p in by_definition(rows, history))


class _links_given:  # noqa: N801
    """Hand links to the checker in place of those it would pick from a batch."""

    def __init__(self, batch: Links) -> None:
        self._batch = batch
        self._original = chain_module.links_of

    def __enter__(self) -> None:
        chain_module.links_of = lambda _: self._batch

    def __exit__(self, *_: object) -> None:
        chain_module.links_of = self._original


def test_without_history_only_a_row_that_names_itself_is_at_fault_at_the_start():
    with _links_given(links([Row(1, 1, 7, 7, 0), Row(2, 2, 8, 99, 0), Row(3, 3, 9, -1, 0)])):
        faults = ChainChecker().add(None)
    assert faults.unlinked_to_history.tolist() == [7]


def test_a_card_outside_an_incomplete_history_is_not_judged():
    with _links_given(links([Row(1, 1, 7, 3, 0), Row(2, 2, 8, 99, 0)])):
        faults = ChainChecker(LastTransactions(np.array([1]), np.array([4]))).add(None)
    assert faults.unlinked_to_history.tolist() == [7]


def test_an_empty_but_complete_history_wants_no_predecessor():
    with _links_given(links([Row(1, 1, 7, 3, 0), Row(2, 2, 8, -1, 0)])):
        faults = ChainChecker(LastTransactions(np.empty(0, np.int64), np.empty(0, np.int64), complete=True)).add(None)
    assert faults.unlinked_to_history.tolist() == [7]


def test_after_a_gap_the_broken_account_is_not_judged_across_it():
    checker = ChainChecker(LastTransactions(np.empty(0, np.int64), np.empty(0, np.int64), complete=True))
    checker.forget()
    with _links_given(links([Row(1, 1, 7, 6, 0), Row(1, 1, 8, 7, 1), Row(2, 2, 9, 3, 0)])):
        assert checker.add(None).unlinked_to_history.tolist() == [9]


def test_the_history_of_days_in_any_order_ends_with_the_latest_transaction():
    def moment(day: int, hour: int) -> datetime:
        return datetime(2025, 1, day, hour, tzinfo=UTC)

    frame = pl.DataFrame(
        {
            "card_id": [1, 2, 1, 1, 3, 3],
            "transaction_id": [10, 20, 30, 40, 50, 60],
            "timestamp": [moment(3, 5), moment(1, 1), moment(2, 9), moment(3, 4), moment(1, 1), moment(1, 1)],
        }
    )
    known = LastTransactions.of(frame)
    assert known.card_id.tolist() == [1, 2, 3]
    assert known.transaction_id.tolist() == [10, 20, 60]
