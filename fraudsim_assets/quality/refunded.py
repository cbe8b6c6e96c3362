"""Which purchases the refunds of a stored day name, and on which days those are to be found.

The id of a transaction holds its day, scrambled with the world's seed, so the day of a purchase is known before its
file is read.

Belongs here: reading what refunds name. Does not belong here: looking for it (``named``), and whether a refund fits its
purchase (``history``).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.bit_layouts import TRANSACTION
from fraudsim_assets.quality.arrays import numbers
from fraudsim_assets.quality.stored_files import StoredFile
from fraudsim_assets.streams import Streams, unscramble_ids
from fraudsim_assets.units import Bools, Ints

_NAMED = "original_txn_id"


@dataclass(frozen=True)
class Refunded:
    """Purchases that the refunds of a file name.

    Attributes
    ----------
    transaction : (n,)
        Their ids.
    day : (n,)
        Their days, as day numbers.
    """

    transaction: Ints
    day: Ints

    @classmethod
    def of(cls, file: StoredFile) -> "Refunded | None":
        """Read them; None where the column is not as declared, or the file does not say its seed.

        Raises
        ------
        StorageError
            If the file cannot be read.
        """
        if file.seed is None or not file.seed.isdecimal():
            return None
        found = [np.empty(0, np.int64)]
        for column in _columns(file):
            if column.type != pa.int64():
                return None
            found.append(numbers(column.drop_null()))
        named = np.concatenate(found)
        return cls(named, _day_of(named, int(file.seed)))

    def possible(self, day: int) -> Bools:
        """Whether the purchases are of days that refunds of a day may look back to. (n,)"""
        from fraudsim_assets.simulation.refunds import DELAY_EDGES

        return (self.day < day) & (self.day >= day - DELAY_EDGES[-1])


def _columns(file: StoredFile) -> Iterator[pa.Array]:
    """Chunks of the column that names purchases; none where the file has no such column."""
    return (batch.column(_NAMED) for batch in file.batches([_NAMED]) if _NAMED in batch.schema.names)


def _day_of(transactions: Ints, seed: int) -> Ints:
    """Days that ids of a seed hold, as day numbers. (n,)"""
    return TRANSACTION.unpack(unscramble_ids(transactions, Streams(seed).draw("transaction.id").key))[0]


def purchases_of(batch: pa.RecordBatch) -> Ints:
    """Ids of the purchases among rows that keep the contract. (m,)"""
    rows = pl.DataFrame(pa.Table.from_batches([batch.select(["transaction_id", "transaction_type"])]))
    bought = pl.col("transaction_type").cast(pl.String) == "purchase"
    return rows.filter(bought)["transaction_id"].to_numpy()
