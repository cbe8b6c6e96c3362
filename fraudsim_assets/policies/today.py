"""`Today`: payments of a day as they come in, as the bank sees them.

The one idea: what was seen of a payment once holds until it is shown again. So payments are seen in parts, of which no
row is copied until the day is over; what other payments ask of them is kept beside in a few columns.

Belongs here: the payments of the day so far. Does not belong here: days before (``past``), and who decides (``trial``).
"""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.policies.features import memory, recent
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.policies.ledger import OF_PAYMENT
from fraudsim_assets.units import Ints

KEPT = tuple(dict.fromkeys(["time", *recent.COLUMNS, *memory.COLUMNS, *OF_PAYMENT]))
"""Columns of payments that are kept of a day when it is over."""


class Today:
    """A day as far as it has come.

    Parameters
    ----------
    directory
        What the bank knows of customers, cards and merchants.
    """

    def __init__(self, directory: Directory) -> None:
        self._directory, self._parts, self._seen = directory, list[pl.DataFrame](), 0
        self._glance: pl.DataFrame | None = None
        self._void: Mapping[int, int] = {}

    def take_in(self, payments: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Payments that come in, in the order of time; those that were shown before are what they have become.

        Returns
        -------
        pl.DataFrame, pl.DataFrame
            Of ``Directory.see``, in the same order; and ``recent.COLUMNS`` of the day's other payments so far.
        """
        rows = self._directory.see(payments)
        new = rows.select(recent.COLUMNS, at=pl.int_range(self._seen, self._seen + rows.height, dtype=pl.Int64))
        others = new.clear() if self._glance is None else self._kept(self._glance, rows["transaction_id"])
        self._glance = pl.concat([others, new])
        self._parts.append(rows)
        self._seen += rows.height
        return rows, others.drop("at")

    def _kept(self, glance: pl.DataFrame, again: pl.Series) -> pl.DataFrame:
        """Payments that still hold: not shown again, nor after the first decision that changes their customer's day."""
        customer, known = glance["customer_id"].to_numpy(), np.array(sorted(self._void), dtype=np.int64)
        at, mine = places_of(known, customer)
        until = np.array([self._void[each] for each in known.tolist()], dtype=np.int64)
        gone = places_of(np.sort(again.to_numpy()), glance["transaction_id"].to_numpy())[1]
        gone[mine] |= glance["time"].to_numpy()[mine] > until[at[mine]]
        return glance.filter(pl.Series(~gone))

    def changed(self, since: Mapping[int, int], refused: Ints) -> None:
        """Take in whose later payments are void, by customer and since when, and which payments are refused at once."""
        self._void = since
        if self._glance is not None and len(refused):
            mine = pl.col("transaction_id").is_in(pl.Series(refused).implode())
            self._glance = self._glance.with_columns(declined=pl.col("declined") | mine)

    def ended(self, made: pa.Table, acted: Ints) -> pl.DataFrame:
        """The day as it came out.

        Parameters
        ----------
        made
            Its payments.
        acted
            Payments that something was done about, so that they are to be seen again.

        Returns
        -------
        pl.DataFrame
            ``KEPT`` of ``Directory.see`` and ``is_fraud``, in the order of time.
        """
        order = pl.DataFrame(made.select(["transaction_id", "timestamp", "is_fraud"])).with_row_index("place")
        order = order.sort("timestamp", "transaction_id")
        ids = order["transaction_id"].to_numpy()
        known, places = self._holding(acted)
        found, there = places_of(known, ids)
        at = np.empty(len(ids), dtype=np.int64)
        at[there] = places[found[there]]
        at[~there] = self._seen + np.arange(np.count_nonzero(~there))
        others = made.take(order["place"].filter(pl.Series(~there)).to_arrow())
        parts = [*self._parts, self._directory.see(pl.DataFrame(others))]
        return pl.concat([part.select(KEPT) for part in parts])[at].with_columns(order["is_fraud"])

    def _holding(self, acted: Ints) -> tuple[Ints, Ints]:
        """Ids of payments that nothing was done about, ascending, and their places. Two of (n,)"""
        if self._glance is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        ids, places = (self._glance[name].to_numpy() for name in ("transaction_id", "at"))
        order = np.argsort(ids)
        order = order[~places_of(acted, ids[order])[1]]
        return ids[order], places[order]
