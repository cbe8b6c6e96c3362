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

    def take(self, index: Ints | Bools) -> "Links":
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
        links = links_of(rows)
        carried = 0
        if self._carried is not None:
            carried = len(self._carried)
            links = links.after(self._carried)
        elif self._gap:
            carried = int(np.argmax(np.append(links.account != links.account[:1], True)))
        self._gap = False
        faults = self._faults(links, carried)
        self._carried = _last_account(links)
        return faults

    def forget(self) -> None:
        """Leave a gap, as after a batch that could not be read: the account around it is not judged across it."""
        self._carried, self._gap = None, True

    def _faults(self, links: Links, carried: int) -> ChainFaults:
        # the first `carried` rows are nobody's first of the day
        same_account = links.account[1:] == links.account[:-1]
        backwards = (links.account[1:] < links.account[:-1]) | (
            same_account & (links.timestamp[1:] < links.timestamp[:-1])
        )
        same_card = links.card[1:] == links.card[:-1]
        broken = same_card & (links.previous[1:] != links.transaction[:-1])
        first = np.concatenate([[True], ~same_card])
        unlinked = links.transaction[1:][broken]
        if (same_account & ~same_card).any():
            broken, first = _interleaved(links)
            unlinked = links.transaction[broken]
        first[:carried] = False
        return ChainFaults(links.transaction[1:][backwards], unlinked, self._cut_off(links.take(np.flatnonzero(first))))

    def _cut_off(self, first: Links) -> Ints:
        """First transactions of the day that do not name the card's last one before it."""
        itself = first.previous == first.transaction
        if self._history is None or not len(first):
            return first.transaction[itself]
        known = self._history
        spot = np.searchsorted(known.card_id, first.card)
        inside = np.minimum(spot, max(len(known.card_id) - 1, 0))
        listed = (spot < len(known.card_id)) & (
            known.card_id[inside] == first.card if len(known.card_id) else np.zeros(len(first), bool)
        )
        wanted = np.full(len(first), -1, np.int64)
        wanted[listed] = known.transaction_id[inside[listed]]
        judged = listed | known.complete
        return first.transaction[itself | (judged & (first.previous != wanted))]


def links_of(rows: Rows) -> Links:
    """Pick the columns that the chain is about; an unknown card is an account of its own, out of order with none."""
    account = rows.account
    if not rows.known_card.all():
        account = np.maximum.accumulate(np.where(rows.known_card, account, -1))
    previous = rows.value("previous_txn_id")
    given = rows.given("previous_txn_id")
    if not given.all():
        previous = np.where(given, previous, -1)
    return Links(account, rows.card_id, rows.transaction_id, previous, rows.timestamp)


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


def _last_account(links: Links) -> Links | None:
    """Last row of each card of the last account: all that the next batch's links can hang on."""
    if not len(links):
        return None
    tail = links.take(np.arange(np.searchsorted(links.account, links.account[-1]), len(links)))
    tail = tail if len(tail) else links.take(np.array([len(links) - 1]))
    _, from_behind = np.unique(tail.card[::-1], return_index=True)
    return tail.take(np.sort(len(tail) - 1 - from_behind))
