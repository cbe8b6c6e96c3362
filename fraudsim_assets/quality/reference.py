"""The catalogs as one day sees them, laid out so that a row is looked up by its id at once.

Belongs here: what a transaction must agree with, and how it is looked up. Does not belong here: how
it is found in the catalogs (``catalog_reference``), and the rules themselves.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from fraudsim_assets.maths.integers import packed, remainders
from fraudsim_assets.units import AnyArray, Bools, Ints

QUARTERS = 96
"""Quarter hours of a day; every time zone's offset changes on one."""

CARD_VALID, OWNER_VALID, CURRENCY_SHIFT = 1, 2, 2
"""Bits of ``DayReference.card_facts``."""


@dataclass(frozen=True)
class IdIndex:
    """Finds positions of ids, fast for those that are asked for most.

    Ids of one family (the cards of an account, the shops that followed each other in one place)
    are equal modulo some number. Each family has one entry in a table, for its preferred id; the
    others are found by binary search. The modulus decides the speed, never the answer.

    Attributes
    ----------
    ids : (n,)
        Distinct ids in the caller's order.
    table : (modulus,) int32
        Position of the preferred id of each family.
    order : (n,)
        Positions in ascending order of ids.
    """

    ids: Ints
    table: AnyArray
    order: Ints

    @classmethod
    def of(cls, ids: Ints, *, modulus: int, preferred: Bools | None = None) -> "IdIndex":
        """Index distinct ids.

        Parameters
        ----------
        ids : (n,)
            Distinct ids.
        modulus
            Ids that are equal modulo this are one family; at least 1. [count]
        preferred : (n,)
            Ids that win their family's entry.
        """
        table = np.zeros(modulus, np.int32)
        positions = np.arange(len(ids), dtype=np.int32)
        families = remainders(ids, modulus)
        table[families] = positions
        if preferred is not None:
            table[families[preferred]] = positions[preferred]
        return cls(ids, table, np.argsort(ids, kind="stable"))

    def positions(self, ids: Ints) -> Ints:
        """Position of each id, -1 where there is none. (n,)"""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        found = self.table.take(remainders(ids, len(self.table))).astype(np.int64)
        lost = np.flatnonzero(self.ids.take(found) != ids)
        if lost.size:
            found[lost] = self._search(ids[lost])
        return found

    def _search(self, ids: Ints) -> Ints:
        spot = np.searchsorted(self.ids, ids, sorter=self.order)
        candidate = self.order[np.minimum(spot, len(self.order) - 1)]
        return np.where(self.ids[candidate] == ids, candidate, -1)


@dataclass(frozen=True)
class DayReference:
    """What the transactions of one day must agree with.

    An entity that exists but is not valid on the day keeps its latest version, so that a refund of
    a closed shop can still be looked up.

    Attributes
    ----------
    cards, merchants
        Index of card and merchant ids into the arrays below.
    account, owner : (cards,)
        Account and holder of each card.
    card_valid, owner_valid : (cards,)
        Whether the card, and its holder, is valid on the day.
    card_currency : (cards,)
        Position in ``currencies``.
    merchant_valid : (merchants,)
        Whether the merchant is open for business on the day.
    merchant_mcc, merchant_country, merchant_currency, merchant_zone : (merchants,)
        Positions in ``mccs``, ``countries``, ``currencies`` and the rows of ``offsets``.
    granularity : (currencies,)
        Thousandths of a currency unit in its smallest unit: 10 for cents.
    offsets : (zones, 96)
        Local time minus UTC in each quarter hour of the day. [microseconds]
    """

    day: date
    cards: IdIndex
    account: Ints
    owner: Ints
    card_valid: Bools
    owner_valid: Bools
    card_currency: AnyArray
    merchants: IdIndex
    merchant_valid: Bools
    merchant_mcc: AnyArray
    merchant_country: AnyArray
    merchant_currency: AnyArray
    merchant_zone: AnyArray
    currencies: tuple[str, ...]
    mccs: tuple[str, ...]
    countries: tuple[str, ...]
    granularity: Ints
    offsets: Ints

    @cached_property
    def card_facts(self) -> AnyArray:
        """Validity of card and holder, and currency, as bits of one number: one look-up for all. (cards,)"""
        facts = self.card_currency.astype(np.int16) << CURRENCY_SHIFT
        return facts | self.card_valid * np.int16(CARD_VALID) | self.owner_valid * np.int16(OWNER_VALID)

    @cached_property
    def merchant_facts(self) -> Ints:
        """Four 16-bit numbers in one word: MCC, country, currency, and zone times two plus validity. (merchants,)"""
        zone = self.merchant_zone.astype(np.int16) * 2 + self.merchant_valid
        facts = (self.merchant_mcc, self.merchant_country, self.merchant_currency, zone)
        return packed(*facts)

    @cached_property
    def offsets_change(self) -> bool:
        """Whether any zone changes its clock on the day."""
        return bool((self.offsets != self.offsets[:, :1]).any())
