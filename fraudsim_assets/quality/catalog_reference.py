"""The catalogs laid out for looking at any day: read once, then one day costs a few passes over arrays.

Belongs here: which version of each card, customer and merchant counts on a day. Does not belong
here: what a day's rows are held against (``reference``), and the rules themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pyarrow as pa

from fraudsim_assets.catalog.currencies import minor_units
from fraudsim_assets.quality.reference import QUARTERS, DayReference, IdIndex
from fraudsim_assets.units import AMOUNT_SCALE, AnyArray, Bools, Ints, Ints32, day_number

_NEVER = np.iinfo(np.int32).max


@dataclass(frozen=True)
class Versions:
    """Versions of entities, in the order of (entity, first day). One entry per version.

    Attributes
    ----------
    begins, ends : (n,)
        First day, and the day after the last. [day number]
    entity : (n,)
        Number of the entity, ascending from 0.
    """

    begins: Ints32
    ends: Ints32
    entity: Ints32

    @classmethod
    def of(cls, frame: pl.DataFrame, key: str) -> "Versions":
        """Read them from rows sorted by (key, valid_from)."""
        begins, ends = (frame[name].cast(pl.Int32).fill_null(_NEVER).to_numpy() for name in ("valid_from", "valid_to"))
        entity = (frame[key].rle_id() if len(frame) else pl.Series([], dtype=pl.UInt32)).cast(pl.Int32).to_numpy()
        return cls(begins, ends, entity)

    def on(self, day: int) -> tuple[Ints, Bools]:
        """Latest version of each entity that began by a day, and whether it is still valid. (m,), (m,)"""
        begun = self.begins <= day
        latest = begun.copy()
        latest[:-1] &= ~(begun[1:] & (self.entity[1:] == self.entity[:-1]))
        rows = np.flatnonzero(latest)
        return rows, self.ends.take(rows) > day


@dataclass(frozen=True)
class CatalogReference:
    """What the transactions of any day must agree with; :meth:`on` looks at one day.

    Attributes
    ----------
    customers, cards, merchants
        Versions of the entities.
    card_id, account, owner : (cards,)
        Card, account and holder of each version of a card.
    holder : (cards,)
        Number of the holder among the customers; -1 for none of them.
    card_currency : (cards,)
        Position in ``currencies``.
    merchant_id : (merchants,)
        Merchant of each version.
    merchant_mcc, merchant_country, merchant_currency, merchant_zone : (merchants,)
        Positions in ``mccs``, ``countries``, ``currencies`` and ``zones``.
    families
        Number of accounts, and of places of merchants: what ids are looked up by. [count]
    """

    customers: Versions
    cards: Versions
    merchants: Versions
    card_id: Ints
    account: Ints
    owner: Ints
    holder: Ints
    card_currency: AnyArray
    merchant_id: Ints
    merchant_mcc: AnyArray
    merchant_country: AnyArray
    merchant_currency: AnyArray
    merchant_zone: AnyArray
    currencies: tuple[str, ...]
    mccs: tuple[str, ...]
    countries: tuple[str, ...]
    zones: tuple[str, ...]
    families: tuple[int, int]

    @classmethod
    def of(cls, *, customers: pa.Table, cards: pa.Table, merchants: pa.Table) -> "CatalogReference":
        """Read the catalogs, after which they may be let go.

        Parameters
        ----------
        customers, cards, merchants
            Catalogs that honour their contracts, reissued cards included, in any order.
        """
        person = _sorted(customers, "customer_id", [])
        card = _sorted(cards, "card_id", ["account_id", "customer_id", "currency"])
        shop = _sorted(merchants, "merchant_id", ["slot", "mcc", "country", "currency", "time_zone"])
        currencies = _vocabulary(card["currency"], shop["currency"])
        mccs, countries = _vocabulary(shop["mcc"]), _vocabulary(shop["country"])
        zones = _vocabulary(shop["time_zone"])
        people = person["customer_id"].unique(maintain_order=True).to_numpy()
        return cls(
            customers=Versions.of(person, "customer_id"),
            cards=Versions.of(card, "card_id"),
            merchants=Versions.of(shop, "merchant_id"),
            card_id=card["card_id"].to_numpy(),
            account=card["account_id"].to_numpy(),
            owner=card["customer_id"].to_numpy(),
            holder=IdIndex.of(people, modulus=max(len(people), 1)).positions(card["customer_id"].to_numpy()),
            card_currency=_codes(card["currency"], currencies),
            merchant_id=shop["merchant_id"].to_numpy(),
            merchant_mcc=_codes(shop["mcc"], mccs),
            merchant_country=_codes(shop["country"], countries),
            merchant_currency=_codes(shop["currency"], currencies),
            merchant_zone=_codes(shop["time_zone"], zones),
            currencies=currencies,
            mccs=mccs,
            countries=countries,
            zones=zones,
            families=(card["account_id"].n_unique(), shop["slot"].n_unique()),
        )

    def on(self, day: date) -> DayReference:
        """Look at one UTC day."""
        number = day_number(day)
        person, person_valid = self.customers.on(number)
        living = np.zeros(self.customers.entity[-1:].sum() + 1, dtype=bool)
        living[self.customers.entity.take(person)] = person_valid
        card, card_valid = self.cards.on(number)
        holder = self.holder.take(card)
        shop, shop_valid = self.merchants.on(number)
        accounts, slots = (max(count, 1) for count in self.families)
        return DayReference(
            day=day,
            cards=IdIndex.of(self.card_id.take(card), modulus=accounts, preferred=card_valid),
            account=self.account.take(card),
            owner=self.owner.take(card),
            card_valid=card_valid,
            owner_valid=living.take(holder) & (holder >= 0),
            card_currency=self.card_currency.take(card),
            merchants=IdIndex.of(self.merchant_id.take(shop), modulus=slots, preferred=shop_valid),
            merchant_valid=shop_valid,
            merchant_mcc=self.merchant_mcc.take(shop),
            merchant_country=self.merchant_country.take(shop),
            merchant_currency=self.merchant_currency.take(shop),
            merchant_zone=self.merchant_zone.take(shop),
            currencies=self.currencies,
            mccs=self.mccs,
            countries=self.countries,
            granularity=np.array([10 ** max(AMOUNT_SCALE - minor_units(c), 0) for c in self.currencies], np.int64),
            offsets=np.array([_offsets(zone, day) for zone in self.zones], np.int64).reshape(-1, QUARTERS),
        )


def _sorted(table: pa.Table, key: str, wanted: Sequence[str]) -> pl.DataFrame:
    chosen = pl.DataFrame(table.select([key, *wanted, "valid_from", "valid_to"]))
    return chosen.sort(key, "valid_from").with_columns(pl.col(pl.Categorical).cast(pl.String))


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
