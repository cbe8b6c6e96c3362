"""Whether each transaction names the one before it, and rows come in account and time order.

Belongs here: promises between neighbouring rows of one card. Does not belong here: promises
about single rows (``rules``) and about all rows together (``uniqueness``).
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from fraudsim_assets.quality.view import Rows
from fraudsim_assets.units import Bools, Ints


@dataclass(frozen=True)
class LastTransactions:
    """Each card's latest transaction before the day, sorted by card.

    Attributes
    ----------
    card_id, transaction_id : (cards,)
        Cards in ascending order, and the transaction that their next one must name.
    complete
        Whether the history reaches back to the first day of the world, so that a card that is
        not listed has none.
    """

    card_id: Ints
    transaction_id: Ints
    complete: bool = False

    @classmethod
    def of(cls, history: pl.LazyFrame | pl.DataFrame, *, complete: bool = False) -> "LastTransactions":
        """Find them in the transactions of earlier days, in any order of days.

        Transactions of one card at the same instant must be in row order.
        """
        latest = (
            history.lazy()
            .group_by("card_id")
            .agg(pl.col("transaction_id").sort_by("timestamp", maintain_order=True).last())
            .sort("card_id")
            .collect(engine="streaming")
        )
        return cls(latest["card_id"].to_numpy(), latest["transaction_id"].to_numpy(), complete)

    def of_cards(self, cards: Ints) -> tuple[Ints, Bools]:
        """Last transaction of each card, -1 for none, and whether that is known. (n,), (n,)"""
        if not len(self.card_id):
            return np.full(len(cards), -1, np.int64), np.full(len(cards), self.complete)
        spot = np.minimum(np.searchsorted(self.card_id, cards), len(self.card_id) - 1)
        listed = self.card_id[spot] == cards
        return np.where(listed, self.transaction_id[spot], -1), listed | self.complete


@dataclass(frozen=True)
class Links:
    """The columns of some rows that the chain is about, in row order."""

    account: Ints
    card: Ints
    transaction: Ints
    previous: Ints
    """-1 where there is none."""
    timestamp: Ints

    def __len__(self) -> int:
        return len(self.card)

    def take(self, index: Ints | Bools | slice) -> "Links":
        """Some of the rows."""
        return Links(
            self.account[index], self.card[index], self.transaction[index], self.previous[index], self.timestamp[index]
        )

    def after(self, earlier: "Links") -> "Links":
        """These rows behind others."""
        return Links(
            np.concatenate([earlier.account, self.account]),
            np.concatenate([earlier.card, self.card]),
            np.concatenate([earlier.transaction, self.transaction]),
            np.concatenate([earlier.previous, self.previous]),
            np.concatenate([earlier.timestamp, self.timestamp]),
        )


class ChainFaults(NamedTuple):
    """What one batch adds to the verdict: transactions at fault."""

    unordered: Ints
    unlinked: Ints
    unlinked_to_history: Ints


class ChainChecker:
    """Checks the chain over batches in row order; keeps the last account's rows between batches.

    Parameters
    ----------
    history
        Last transactions before the day; without them, a card's first of the day is not judged.
    """

    def __init__(self, history: LastTransactions | None = None) -> None:
        self._history = history
        self._carried: Links | None = None
        self._gap = False

    def add(self, rows: Rows) -> ChainFaults:
        """Check one batch, the next in row order."""
        links, carried, gap = links_of(rows), self._carried, self._gap
        if not len(links):
            return ChainFaults(*[np.empty(0, np.int64)] * 3)
        same = links.account == links.account[0]
        head = len(links) if same.all() else int(np.argmin(same))
        opening, rest = links.take(slice(head)), links.take(slice(head, None))
        seen = 0
        if carried is not None:
            opening, seen = opening.after(carried), len(carried)
        opened = self._faults(opening, seen=seen, firsts_from=len(opening) if gap else seen)
        self._carried, self._gap = _last_account(rest if len(rest) else opening), False
        followed = self._faults(rest)
        border = rest.transaction[:1][rest.account[:1] < links.account[0]]
        return ChainFaults(
            np.concatenate([opened.unordered, border, followed.unordered]),
            np.concatenate([opened.unlinked, followed.unlinked]),
            np.concatenate([opened.unlinked_to_history, followed.unlinked_to_history]),
        )

    def forget(self) -> None:
        """Leave a gap, as after a batch that could not be read: the account around it is not judged across it."""
        self._carried, self._gap = None, True

    def _faults(self, links: Links, *, seen: int = 0, firsts_from: int = 0) -> ChainFaults:
        """Judge rows in order; the first ``seen`` were judged before, those before ``firsts_from`` are no firsts."""
        same_account = links.account[1:] == links.account[:-1]
        backwards = (links.account[1:] < links.account[:-1]) | (
            same_account & (links.timestamp[1:] < links.timestamp[:-1])
        )
        same_card = links.card[1:] == links.card[:-1]
        if (same_account & ~same_card).any():
            broken, first = _interleaved(links)
        else:
            broken, first = np.zeros(len(links), bool), np.ones(len(links), bool)
            np.logical_and(same_card, links.previous[1:] != links.transaction[:-1], out=broken[1:])
            np.logical_not(same_card, out=first[1:])
        first[:firsts_from] = False
        backwards[: max(seen - 1, 0)] = False
        return ChainFaults(links.transaction[1:][backwards], links.transaction[broken], self._cut_off(links, first))

    def _cut_off(self, links: Links, first: Bools) -> Ints:
        """First transactions of the day that do not name the card's last one before it."""
        wrong = first & (links.previous == links.transaction)
        if self._history is not None:
            index = np.flatnonzero(first)
            wanted, judged = self._history.of_cards(links.card[index])
            wrong[index] |= judged & (links.previous[index] != wanted)
        return links.transaction[wrong]


def links_of(rows: Rows) -> Links:
    """Pick the columns that the chain is about; rows of unknown cards, which belong nowhere, are left out."""
    previous = rows.value("previous_txn_id")
    given = rows.given("previous_txn_id")
    if not given.all():
        previous = np.where(given, previous, -1)
    links = Links(rows.account, rows.card_id, rows.transaction_id, previous, rows.timestamp)
    return links if rows.known_card.all() else links.take(rows.known_card)


def _interleaved(links: Links) -> tuple[Bools, Bools]:
    """Broken links and first rows when cards of one account take turns: the same by a stable sort. (n,), (n,)"""
    order = np.argsort(links.card, kind="stable")
    card, previous, transaction = links.card[order], links.previous[order], links.transaction[order]
    same = np.concatenate([[False], card[1:] == card[:-1]])
    wrong = same.copy()
    wrong[1:] &= previous[1:] != transaction[:-1]
    broken, first = np.empty_like(wrong), np.empty_like(wrong)
    broken[order], first[order] = wrong, ~same
    return broken, first


def _last_account(links: Links) -> Links:
    """Last row of each card of the last account: all that the next batch's links can hang on."""
    other = np.flatnonzero(links.account[::-1] != links.account[-1])[:1]
    tail = links.take(slice(len(links) - int(other[0]) if other.size else 0, None))
    _, from_behind = np.unique(tail.card[::-1], return_index=True)
    return tail.take(np.sort(len(tail) - 1 - from_behind))
