"""The catalogs as arrays: what the day generator looks up, by entity and day.

Belongs here: turning catalog tables into numpy arrays, and finding the version of an entity that
is valid on a day. Does not belong here: behaviour.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.catalog.places import Places
from fraudsim_assets.catalog.seats import Merchants, Occupants, SeatCodes, Seats
from fraudsim_assets.errors import CatalogMismatchError
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.tables.codes import PRODUCTS, SEGMENTS
from fraudsim_assets.units import AnyArray, Floats, Ints, Ints32

FOREVER = 1 << 30
"""Day number of an open end. [day number]"""


@dataclass(frozen=True)
class Versions:
    """Rows of a slowly changing dimension, sorted by entity, then by time.

    Attributes
    ----------
    first : (entities,)
        Row of each entity's earliest listed version.
    valid_from, valid_to : (rows,) int32
        Days of validity, the last one excluded. [day number]
    most
        Largest number of versions of one entity.
    """

    first: Ints
    valid_from: Ints32
    valid_to: Ints32
    most: int

    @classmethod
    def of(cls, entity: Ints, table: pa.Table, *, n_entities: int) -> "Versions":
        """Index a catalog whose rows are sorted by (entity, valid_from).

        Raises
        ------
        CatalogMismatchError
            If the rows are not sorted or an entity is missing.
        """
        valid_from = days_of(table["valid_from"], missing=-FOREVER)
        first = np.searchsorted(entity, np.arange(n_entities))
        in_order = bool(np.all(entity[1:] >= entity[:-1])) and len(entity) >= n_entities
        if not in_order or not np.array_equal(entity[np.minimum(first, len(entity) - 1)], np.arange(n_entities)):
            raise CatalogMismatchError(
                "a catalog has missing or unsorted entities; make the catalogs again with this configuration"
            )
        most = int(np.bincount(entity, minlength=n_entities).max())
        return cls(first, valid_from, days_of(table["valid_to"], missing=FOREVER), most)

    def rows(self, entities: Ints, day: Ints | int) -> Ints:
        """Rows valid on a day, one per entity; the day may differ from entity to entity. (n,)"""
        rows = self.first.take(entities)
        expired = np.flatnonzero(self.valid_to.take(rows) <= day)
        for _ in range(self.most - 1):
            if expired.size == 0:
                break
            later = rows.take(expired) + 1
            rows[expired] = later
            then = day if np.ndim(day) == 0 else np.asarray(day).take(expired)
            expired = expired.take(np.flatnonzero(self.valid_to.take(later) <= then))
        return rows


def days_of(column: pa.ChunkedArray, *, missing: int) -> Ints32:
    """Dates as day numbers; nulls become ``missing``. (n,)"""
    return pc.fill_null(pc.cast(column, pa.int32()), missing).to_numpy()


def column_of(table: pa.Table, name: str) -> AnyArray:
    """A column without nulls as one numpy array."""
    return table[name].to_numpy()


def codes_of(column: pa.ChunkedArray, values: tuple[str, ...], dtype: type = np.int64) -> AnyArray:
    """Positions of strings in a list of values. (n,)

    Raises
    ------
    CatalogMismatchError
        If a value is not in the list.
    """
    if not pa.types.is_dictionary(column.type):
        column = column.dictionary_encode()
    column = column.unify_dictionaries()
    chunks = []
    for chunk in column.chunks:
        position = {value: i for i, value in enumerate(values)}
        names = chunk.dictionary.to_pylist()
        unknown = [name for name in names if name not in position]
        if unknown:
            raise CatalogMismatchError(f"unknown value {unknown[0]!r} in a catalog; known are {', '.join(values[:20])}")
        translate = np.array([position[name] for name in names], dtype=dtype)
        chunks.append(translate.take(chunk.indices.to_numpy(zero_copy_only=False)))
    return np.concatenate(chunks) if chunks else np.zeros(0, dtype=dtype)


NEEDED: dict[str, tuple[str, ...]] = {
    "customers": (
        "customer_id",
        "valid_from",
        "valid_to",
        "city_id",
        "segment",
        "income_factor",
    ),
    "cards": (
        "card_id",
        "account_id",
        "customer_id",
        "valid_from",
        "valid_to",
        "product",
        "currency",
        "activity",
        "replaces_card_id",
    ),
    "merchants": (
        "merchant_id",
        "slot",
        "valid_from",
        "valid_to",
        "mcc",
        "category",
        "country",
        "city_id",
        "latitude",
        "longitude",
        "currency",
        "is_online",
        "ticket_factor",
        "opens_minute",
        "closes_minute",
    ),
}
"""Columns of the catalogs that days are made from; a reader need not load the others."""


@dataclass(frozen=True)
class Entities:
    """Everything the day generator reads of the catalogs. Indices replace all strings.

    Attributes
    ----------
    customers, cards, merchants
        The catalogs.
    places
        Cities and countries of the world; cities and countries below are positions in it.
    reference
        Tables of reference data of the world.
    """

    customers: pa.Table
    cards: pa.Table
    merchants: pa.Table
    places: Places
    reference: Reference

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO 3166-1 alpha-2 codes of the world."""
        return self.places.countries

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """ISO 4217 codes of the world."""
        return tuple(sorted(set(self.places.currency)))

    @cached_property
    def zones(self) -> tuple[tuple[int, str], ...]:
        """Pairs of (country index, time zone name) of the world."""
        return tuple(sorted(set(self._city_zones)))

    @cached_property
    def _city_zones(self) -> list[tuple[int, str]]:
        return list(zip(self.places.country.tolist(), self.places.time_zone, strict=True))

    @cached_property
    def city_zone(self) -> Ints:
        """Zone index by city index."""
        position = {zone: i for i, zone in enumerate(self.zones)}
        return np.array([position[zone] for zone in self._city_zones], dtype=np.int64)

    @cached_property
    def city_country(self) -> Ints:
        """Country index by city index."""
        return self.places.country.astype(np.int64)

    @property
    def mccs(self) -> tuple[str, ...]:
        """Merchant category codes in use by any category."""
        return self.reference.mccs

    def _city_of(self, table: pa.Table) -> Ints:
        ids = self.places.city_id.astype(np.int64)
        order = np.argsort(ids)
        wanted = column_of(table, "city_id").astype(np.int64)
        found = order.take(np.searchsorted(ids[order], wanted), mode="clip")
        if not np.array_equal(ids[found], wanted):
            raise CatalogMismatchError("a catalog has a city that this configuration does not use; make it again")
        return found

    @cached_property
    def n_customers(self) -> int:
        """Number of customers."""
        return int(column_of(self.customers, "customer_id").max())

    @cached_property
    def customer_versions(self) -> Versions:
        """Versions by customer index."""
        return Versions.of(column_of(self.customers, "customer_id") - 1, self.customers, n_entities=self.n_customers)

    @cached_property
    def customer_city(self) -> Ints:
        """City index by customer row."""
        return self._city_of(self.customers)

    @cached_property
    def customer_income(self) -> Floats:
        """Income factor by customer row. [unitless]"""
        return column_of(self.customers, "income_factor").astype(np.float64)

    @cached_property
    def customer_segment(self) -> AnyArray:
        """Code of ``SEGMENTS`` by customer row. int16"""
        return codes_of(self.customers["segment"], SEGMENTS, np.int16)

    @cached_property
    def first_plastics(self) -> pa.Table:
        """Cards without reissues: those belong to fraud, and stand behind the others."""
        regular = pc.is_null(self.cards["replaces_card_id"]).combine_chunks()  # pyright: ignore[reportAttributeAccessIssue]
        n_regular = pc.sum(regular).as_py() or 0  # pyright: ignore[reportAttributeAccessIssue]
        front = self.cards.slice(0, n_regular)
        if front["replaces_card_id"].null_count == n_regular:
            return front
        return self.cards.filter(regular)

    @cached_property
    def n_accounts(self) -> int:
        """Number of card accounts."""
        return int(column_of(self.cards, "account_id").max())

    @cached_property
    def account_versions(self) -> Versions:
        """Versions by account index."""
        table = self.first_plastics
        return Versions.of(column_of(table, "account_id") - 1, table, n_entities=self.n_accounts)

    @cached_property
    def account_customer(self) -> Ints:
        """Customer index by account index."""
        owners = column_of(self.first_plastics, "customer_id") - 1
        return owners.take(self.account_versions.first)

    @cached_property
    def account_activity(self) -> Floats:
        """Relative activity by account index. [unitless]"""
        activity = column_of(self.first_plastics, "activity").astype(np.float64)
        return activity.take(self.account_versions.first)

    @cached_property
    def account_currency(self) -> AnyArray:
        """Billing currency index by account index. int16"""
        codes = codes_of(self.first_plastics["currency"], self.currencies, np.int16)
        return codes.take(self.account_versions.first)

    @cached_property
    def account_product(self) -> AnyArray:
        """Code of ``PRODUCTS`` by account index. int16"""
        return codes_of(self.first_plastics["product"], PRODUCTS, np.int16).take(self.account_versions.first)

    @cached_property
    def plastic_id(self) -> Ints:
        """Card id by row of the regular plastics."""
        return column_of(self.first_plastics, "card_id")

    @cached_property
    def n_slots(self) -> int:
        """Number of merchant slots."""
        return int(column_of(self.merchants, "slot").max()) + 1

    @cached_property
    def merchant_versions(self) -> Versions:
        """Versions by merchant slot."""
        slot = column_of(self.merchants, "slot").astype(np.int64)
        return Versions.of(slot, self.merchants, n_entities=self.n_slots)

    @cached_property
    def merchant_city(self) -> Ints:
        """City index by merchant row."""
        return self._city_of(self.merchants)

    @cached_property
    def seats(self) -> Seats:
        """What never changes about merchant slots."""
        table, rows = self.merchants, self.merchant_versions.first

        def number(name: str, dtype: type) -> AnyArray:
            return column_of(table, name).take(rows).astype(dtype)

        return Seats(
            category=codes_of(table["category"], self.reference.category_names).take(rows),
            online=number("is_online", np.bool_),
            codes=SeatCodes.of(
                zone=self.city_zone.take(self.merchant_city.take(rows)),
                country=codes_of(table["country"], self.countries).take(rows),
                currency=codes_of(table["currency"], self.currencies).take(rows),
                mcc=codes_of(table["mcc"], self.mccs).take(rows),
            ),
            positions=np.stack([number(name, np.float32) for name in ("latitude", "longitude")], axis=1).view(
                np.complex64
            )[:, 0],
        )

    @cached_property
    def _occupants(self) -> Occupants:
        def number(name: str, dtype: type) -> AnyArray:
            return column_of(self.merchants, name).astype(dtype)

        opens, closes = number("opens_minute", np.int64), number("closes_minute", np.int64)
        distinct, hours = np.unique((opens << _MINUTE_BITS) | closes, return_inverse=True)
        return Occupants(
            merchant_id=number("merchant_id", np.int64),
            ticket=number("ticket_factor", np.float64),
            hours=hours.astype(np.min_scalar_type(len(distinct))),
            opening_hours=np.stack([distinct >> _MINUTE_BITS, distinct & ((1 << _MINUTE_BITS) - 1)], axis=1),
        )

    def merchants_on(self, day: int) -> Merchants:
        """Merchants of one day, by slot."""
        rows = self.merchant_versions.rows(np.arange(self.n_slots), day)
        return Merchants(self.seats, rows.astype(np.int32), self._occupants)

    def let_go(self) -> None:
        """Work everything out, then hold only the arrays: the tables may be freed."""
        for name, attribute in vars(Entities).items():
            if isinstance(attribute, cached_property):
                getattr(self, name)
        del vars(self)["first_plastics"]
        for name in NEEDED:
            object.__setattr__(self, name, getattr(self, name).schema.empty_table())


_MINUTE_BITS = 12
# closing times reach into the next day, but not beyond it
