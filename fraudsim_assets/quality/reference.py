"""The catalogs as one day sees them, laid out so that a row is looked up by its id at once.

Belongs here: which card, customer and merchant is valid on a day, and what a transaction must
agree with. Does not belong here: the rules themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.catalog.currencies import minor_units
from fraudsim_assets.units import AMOUNT_SCALE, AnyArray, Bools, Ints

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
        table[ids % modulus] = positions
        if preferred is not None:
            table[ids[preferred] % modulus] = positions[preferred]
        return cls(ids, table, np.argsort(ids, kind="stable"))

    def positions(self, ids: Ints) -> Ints:
        """Position of each id, -1 where there is none. (n,)"""
        if not len(self.ids):
            return np.full(len(ids), -1, np.int64)
        modulus = len(self.table)
        found = self.table.take(ids - ids // modulus * modulus).astype(np.int64)
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
        return np.ascontiguousarray(np.stack(facts, axis=1, dtype=np.int16)).view(np.int64).ravel()

    @cached_property
    def offsets_change(self) -> bool:
        """Whether any zone changes its clock on the day."""
        return bool((self.offsets != self.offsets[:, :1]).any())

    @classmethod
    def build(cls, day: date, *, customers: pa.Table, cards: pa.Table, merchants: pa.Table) -> "DayReference":
        """Look at the catalogs on one day.

        Parameters
        ----------
        day
            UTC day.
        customers, cards, merchants
            Catalogs that honour their contracts, reissued cards included.
        """
        holders = _as_of(customers, "customer_id", day, ["customer_id"])
        card = _as_of(cards, "card_id", day, ["card_id", "account_id", "customer_id", "currency"])
        shop = _as_of(merchants, "merchant_id", day, ["merchant_id", "slot", "mcc", "country", "currency", "time_zone"])
        currencies = _vocabulary(card["currency"], shop["currency"])
        mccs, countries = _vocabulary(shop["mcc"]), _vocabulary(shop["country"])
        zones = _vocabulary(shop["time_zone"])
        living = holders.filter(pl.col("valid"))["customer_id"]
        return cls(
            day=day,
            cards=_index(card["card_id"], families=card["account_id"], valid=card["valid"]),
            account=card["account_id"].to_numpy(),
            owner=card["customer_id"].to_numpy(),
            card_valid=card["valid"].to_numpy(),
            owner_valid=card["customer_id"].is_in(living.implode()).to_numpy(),
            card_currency=_codes(card["currency"], currencies),
            merchants=_index(shop["merchant_id"], families=shop["slot"], valid=shop["valid"]),
            merchant_valid=shop["valid"].to_numpy(),
            merchant_mcc=_codes(shop["mcc"], mccs),
            merchant_country=_codes(shop["country"], countries),
            merchant_currency=_codes(shop["currency"], currencies),
            merchant_zone=_codes(shop["time_zone"], zones),
            currencies=currencies,
            mccs=mccs,
            countries=countries,
            granularity=np.array([10 ** max(AMOUNT_SCALE - minor_units(c), 0) for c in currencies], np.int64),
            offsets=np.array([_offsets(zone, day) for zone in zones], np.int64).reshape(-1, QUARTERS),
        )


def _as_of(table: pa.Table, key: str, day: date, wanted: Sequence[str]) -> pl.DataFrame:
    """Latest version of each entity that began by the day, and whether it is still valid."""
    chosen = table.select([*wanted, "valid_from", "valid_to"])
    frame = pl.DataFrame(chosen)
    return (
        frame.filter(pl.col("valid_from") <= day)
        .sort(key, "valid_from")
        .unique(key, keep="last", maintain_order=True)
        .with_columns(valid=pl.col("valid_to").is_null() | (pl.col("valid_to") > day))
        .with_columns(pl.col(pl.Categorical).cast(pl.String))
    )


def _index(ids: pl.Series, *, families: pl.Series, valid: pl.Series) -> IdIndex:
    return IdIndex.of(ids.to_numpy(), modulus=max(families.n_unique(), 1), preferred=valid.to_numpy())


def _vocabulary(*columns: pl.Series) -> tuple[str, ...]:
    return tuple(sorted(set().union(*(column.unique().to_list() for column in columns))))


def _codes(column: pl.Series, vocabulary: Sequence[str]) -> AnyArray:
    known: Mapping[str, int] = {value: code for code, value in enumerate(vocabulary)}
    values = column.unique()
    codes = pl.Series([known[value] for value in values.to_list()], dtype=pl.Int16)
    return column.replace_strict(values, codes, return_dtype=pl.Int16).to_numpy()


def _offsets(zone: str, day: date) -> list[int]:
    """Local time minus UTC in each quarter hour of a UTC day. (96,) [microseconds]"""
    clock = ZoneInfo(zone)
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)

    def offset(quarter: int) -> int:
        local = (start + timedelta(minutes=15 * quarter)).astimezone(clock)
        return round((local.utcoffset() or timedelta()).total_seconds()) * 1_000_000

    first, last = offset(0), offset(QUARTERS - 1)
    return [first] * QUARTERS if first == last else [offset(quarter) for quarter in range(QUARTERS)]
