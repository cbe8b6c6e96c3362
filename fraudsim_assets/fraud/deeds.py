"""`Deeds`: what scenarios say of their steps.

Belongs here: the arrays between a scenario and the rows of a day. Does not belong here: how
scenarios fill them, and what the rows become.
"""

from dataclasses import dataclass

from fraudsim_assets.units import AnyArray, Floats, Ints

AS_USUAL = -2
"""Stands for: as the genuine holder's request would have it."""


@dataclass(frozen=True)
class Deeds:
    """What happens at each step. One entry per step.

    Attributes
    ----------
    kind, merchant
        Kind of purchase; merchant slot.
    minor, euros
        Amount. [minor units of the merchant's currency], [EUR]
    entry, three_ds
        Codes of ``tables.ENTRY_MODES`` and ``tables.THREE_DS_RESULTS``; -1 none, ``AS_USUAL``
        for the rules of genuine requests.
    device, address
        Device and IPv4 address; ``AS_USUAL`` (0 for the address) for the holder's own.
    source
        Merchant slot where the card data were stolen, -1 if not at a merchant.
    """

    kind: Ints
    merchant: Ints
    minor: Ints
    euros: Floats
    entry: Ints
    three_ds: Ints
    device: Ints
    address: Ints
    source: Ints

    def arrays(self) -> dict[str, AnyArray]:
        """All arrays by name."""
        return dict(vars(self))
