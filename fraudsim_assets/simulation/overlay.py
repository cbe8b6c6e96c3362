"""What fraud adds to a day, in the shape the day's composition takes it.

Belongs here: the arrays that stand between fraud scenarios and transactions. Does not belong
here: how scenarios fill them.
"""

from dataclasses import dataclass, fields

import numpy as np

from fraudsim_assets.units import AnyArray, Floats, Ints

AS_USUAL = -2
"""Stands for: as the genuine holder's request would have it."""


@dataclass(frozen=True)
class FraudRows:
    """Fraudulent requests of a day, sorted by account, then time. One entry per row.

    Attributes
    ----------
    account
        Account index.
    moment
        Time since midnight UTC. [microseconds]
    kind, merchant
        Kind of purchase; merchant slot.
    minor, euros
        Amount. [minor units of the merchant's currency], [EUR]
    response
        Code of ``tables.RESPONSE_CODES``; 0 approves.
    entry, three_ds
        Codes of ``tables.ENTRY_MODES`` and ``tables.THREE_DS_RESULTS``; -1 is none, ``AS_USUAL``
        leaves it to the rules of genuine requests.
    device, address
        Device and IPv4 address; ``AS_USUAL`` (0 for the address) is the holder's own.
    scenario
        Position in the world's list of scenarios.
    campaign
        Campaign id.
    step
        Position within the campaign.
    """

    account: Ints
    moment: Ints
    kind: Ints
    merchant: Ints
    minor: Ints
    euros: Floats
    response: Ints
    entry: Ints
    three_ds: Ints
    device: Ints
    address: Ints
    scenario: Ints
    campaign: Ints
    step: Ints

    def __len__(self) -> int:
        return len(self.account)

    def take(self, rows: AnyArray) -> "FraudRows":
        """Choose rows by index, slice or mask."""
        return FraudRows(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def of_accounts(self, low: int, high: int) -> "FraudRows":
        """Rows of the accounts ``low <= account < high``."""
        return self.take(slice(*np.searchsorted(self.account, [low, high])))

    @classmethod
    def none(cls) -> "FraudRows":
        """No fraud at all."""
        empty = np.zeros(0, dtype=np.int64)
        columns = {f.name: empty for f in fields(cls)}
        return cls(**{**columns, "euros": np.zeros(0)})
