"""The panel: every payment of a fixed small sample of customers, for questions about sequences.

Customers have a fixed pseudo-random rank, the same for neighbours in number, so that households are in it whole; the
panel holds those of lowest rank. When it grows
beyond its size, it drops the half of higher rank, so memory stays flat, and panels of different
days or processes can be merged.

Belongs here: keeping and ordering the sample. Does not belong here: statistics of it (``habits``).
"""

from dataclasses import dataclass, field

import numpy as np

from fraudsim_assets.evaluation.rows import Rows
from fraudsim_assets.reference_data.people import BLOCK
from fraudsim_assets.streams import Draw
from fraudsim_assets.tables.codes import ENTRY_MODES
from fraudsim_assets.units import AnyArray, Ints

WANTED_CUSTOMERS = 4_000
"""Customers to begin with. [count]"""

MOST_ROWS = 1_500_000
"""Rows from which the sample is halved. [count]"""

_RANK = Draw(0x5C0EECA2D)
"""Order of customers, the same in every world."""

ON_FILE = ENTRY_MODES.index("credential_on_file")

PANEL_TYPE = np.dtype(
    [
        ("customer", np.int64),
        ("account", np.int64),
        ("moment", np.int64),
        ("local", np.int64),
        ("transaction", np.int64),
        ("original", np.int64),
        ("merchant", np.int64),
        ("amount", np.int64),
        ("euros", np.float64),
        ("billed", np.float64),
        ("device", np.int64),
        ("address", np.int64),
        ("latitude", np.float32),
        ("longitude", np.float32),
        ("category", np.int16),
        ("channel", np.int8),
        ("kind", np.int8),
        ("entry", np.int8),
        ("region", np.int8),
        ("response", np.int8),
        ("three_ds", np.int8),
        ("open", np.bool_),
        ("charged", np.bool_),
        ("approved", np.bool_),
        ("fraud", np.bool_),
    ]
)
"""Columns of a panel row, with their units as in ``rows``."""


def ranks(customers: Ints) -> AnyArray:
    """Pseudo-random rank of customers in [0, 2**32). (n,)"""
    return _RANK.words(customers // BLOCK) >> np.uint64(32)


@dataclass
class Panel:
    """A growing sample.

    Attributes
    ----------
    limit
        Customers of lower rank are in. [0 to 2**32]
    parts
        Rows seen so far.
    """

    limit: int
    parts: list[np.ndarray] = field(default_factory=list)

    @classmethod
    def empty(cls, customers: int) -> "Panel":
        """Sample about ``WANTED_CUSTOMERS`` of all customers."""
        return cls(min(1 << 32, int((1 << 32) * WANTED_CUSTOMERS / max(customers, 1))))

    def count(self, rows: Rows) -> None:
        """Keep the sample's rows of a batch."""
        chosen = np.flatnonzero(ranks(rows.customer) < np.uint64(self.limit))
        part = np.empty(len(chosen), dtype=PANEL_TYPE)
        for name in PANEL_TYPE.names or ():
            if name not in {"approved", "open"}:
                part[name] = getattr(rows, name)[chosen]
        part["approved"] = rows.response[chosen] == 0
        part["open"] = rows.shop_is_open[chosen]
        self.parts.append(part)
        if sum(map(len, self.parts)) > MOST_ROWS:
            self._halve()

    def _halve(self) -> None:
        self.limit //= 2
        self._keep()

    def _keep(self) -> None:
        rows = np.concatenate(self.parts)
        self.parts = [rows[ranks(rows["customer"]) < np.uint64(self.limit)]]

    def merge(self, other: "Panel") -> None:
        """Join the sample of another range of days; the smaller sample counts."""
        self.limit = min(self.limit, other.limit)
        self.parts += other.parts
        if self.parts:
            self._keep()
        while sum(map(len, self.parts)) > MOST_ROWS:
            self._halve()

    def rows(self) -> np.ndarray:
        """Rows in the order of (account, time). (n,) of ``PANEL_TYPE``"""
        rows = np.concatenate(self.parts) if self.parts else np.empty(0, dtype=PANEL_TYPE)
        return rows[np.lexsort((rows["moment"], rows["account"]))]
