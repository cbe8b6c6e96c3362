"""The catalogs as arrays: what the day generator looks up, by entity and day.

Belongs here: turning catalog tables into numpy arrays, and finding the version of an entity that
is valid on a day. Does not belong here: behaviour.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.caching import DayCache
from fraudsim_assets.catalog.places import Places
from fraudsim_assets.catalog.plastics import ALL_BINS
from fraudsim_assets.catalog.seats import OCCUPANTS, Merchants, Occupants, SeatCodes, Seats
from fraudsim_assets.errors import CatalogMismatchError
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.tables.codes import PRODUCTS, SEGMENTS
from fraudsim_assets.units import AnyArray, Complexes32, Floats, Floats32, Ints, Ints32

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
    """

    first: Ints
    valid_from: Ints32
    valid_to: Ints32

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
        return cls(first, valid_from, days_of(table["valid_to"], missing=FOREVER))

    def regular(self, entity: Ints) -> "Versions":
        """The same, each version valid until the next one begins, whatever put an earlier end to it."""
        until = np.full(len(self.valid_to), FOREVER, dtype=np.int32)
        until[:-1] = np.where(entity[1:] == entity[:-1], self.valid_from[1:], FOREVER)
        return Versions(self.first, self.valid_from, until)

    def _last(self, entities: Ints) -> Ints:
        """Last row of each entity. (n,)"""
        after = self.first.take(entities + 1, mode="clip")
        return np.where(entities + 1 < len(self.first), after, len(self.valid_to)) - 1

    def rows(self, entities: Ints, day: Ints | int) -> Ints:
        """Rows valid on a day, or an entity's last ones, one each; days may differ from entity to entity. (n,)"""
        rows = self.first.take(entities)
        expired = np.flatnonzero(self.valid_to.take(rows) <= day)
        while (expired := expired[rows[expired] < self._last(entities[expired])]).size:
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
        "latitude",
        "longitude",
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
        "bin",
        "credit_limit",
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


@dataclass(frozen=True, eq=False)
class Entities:
    """Everything the day generator reads of the catalogs. Indices replace all strings.

    Attributes
    ----------
    places
        Cities and countries of the world; cities and countries below are positions in it.
    reference
        Tables of reference data of the world.
    customer_versions
        Versions by customer index.
    customer_city, customer_income, customer_segment
        City index, income factor, and code of ``SEGMENTS`` (int16), by customer row. [-], [unitless], [-]
    customer_position
        Home as latitude + longitude i, by customer row. complex64 [degrees]
    account_versions
        Versions by account index; cards issued after fraud belong to fraud, and are not among them.
    account_customer, account_activity
        Customer index and relative activity, by account index. [-], [unitless]
    account_currency, account_product, account_bin
        Index of the billing currency, codes of ``PRODUCTS`` and ``ALL_BINS``, by account index. int16, int16, int8
    account_line
        Credit line by account index at the worth of its currency, infinite without one. float32 [EUR]
    plastic_id, plastic_until
        Card id, and first day after the listed validity, by row of the regular plastics. [-], [day number]
    merchant_versions
        Versions by merchant slot.
    merchant_city
        City index by merchant row.
    seats, occupants
        What never changes about merchant slots; who occupies them, by merchant row.
    """

    places: Places
    reference: Reference
    customer_versions: Versions
    customer_city: Ints
    customer_income: Floats
    customer_segment: AnyArray
    customer_position: Complexes32
    account_versions: Versions
    account_customer: Ints
    account_activity: Floats
    account_currency: AnyArray
    account_product: AnyArray
    account_bin: AnyArray
    account_line: Floats32
    plastic_id: Ints
    plastic_until: Ints32
    merchant_versions: Versions
    merchant_city: Ints
    seats: Seats
    occupants: Occupants

    @classmethod
    def of(
        cls, customers: pa.Table, cards: pa.Table, merchants: pa.Table, *, places: Places, reference: Reference
    ) -> "Entities":
        """Turn the catalogs into arrays; columns beside those of ``NEEDED`` are not looked at, nor tables held on to.

        Raises
        ------
        CatalogMismatchError
            If entities are missing or unsorted, or the catalogs have values that the world does not know.
        """
        plastics = _first_plastics(cards)
        customer, account = (column_of(*c) - 1 for c in ((customers, "customer_id"), (plastics, "account_id")))
        slot = column_of(merchants, "slot").astype(np.int64)
        accounts = Versions.of(account, plastics, n_entities=int(column_of(cards, "account_id").max())).regular(account)
        slots = Versions.of(slot, merchants, n_entities=int(slot.max()) + 1)
        merchant_city, currencies = _city_of(merchants, places), world_currencies(places)

        def of_account(values: AnyArray) -> AnyArray:
            return values.take(accounts.first)

        return cls(
            places=places,
            reference=reference,
            customer_versions=Versions.of(customer, customers, n_entities=int(customer.max()) + 1),
            customer_city=_city_of(customers, places),
            customer_income=column_of(customers, "income_factor").astype(np.float64),
            customer_segment=codes_of(customers["segment"], SEGMENTS, np.int16),
            customer_position=_positions(customers),
            account_versions=accounts,
            account_customer=of_account(column_of(plastics, "customer_id") - 1),
            account_activity=of_account(column_of(plastics, "activity").astype(np.float64)),
            account_currency=of_account(codes_of(plastics["currency"], currencies, np.int16)),
            account_product=of_account(codes_of(plastics["product"], PRODUCTS, np.int16)),
            account_bin=of_account(codes_of(plastics["bin"], ALL_BINS, np.int8)),
            account_line=of_account(_lines(plastics, currencies, reference)),
            plastic_id=column_of(plastics, "card_id"),
            plastic_until=days_of(plastics["valid_to"], missing=FOREVER),
            merchant_versions=slots,
            merchant_city=merchant_city,
            seats=_seats(merchants, slots.first, places, reference, city=merchant_city),
            occupants=Occupants.of(*(column_of(merchants, name) for name in OCCUPANTS)),
        )

    @property
    def n_customers(self) -> int:
        """Number of customers."""
        return len(self.customer_versions.first)

    @property
    def n_accounts(self) -> int:
        """Number of card accounts."""
        return len(self.account_versions.first)

    @property
    def n_slots(self) -> int:
        """Number of merchant slots."""
        return len(self.merchant_versions.first)

    @property
    def countries(self) -> tuple[str, ...]:
        """ISO 3166-1 alpha-2 codes of the world."""
        return self.places.countries

    @cached_property
    def currencies(self) -> tuple[str, ...]:
        """ISO 4217 codes of the world."""
        return world_currencies(self.places)

    @cached_property
    def zones(self) -> tuple[tuple[int, str], ...]:
        """Pairs of (country index, time zone name) of the world."""
        return world_zones(self.places)

    @cached_property
    def city_zone(self) -> Ints:
        """Zone index by city index."""
        return _zone_of_cities(self.places)

    @cached_property
    def city_country(self) -> Ints:
        """Country index by city index."""
        return self.places.country.astype(np.int64)

    @property
    def mccs(self) -> tuple[str, ...]:
        """Merchant category codes in use by any category."""
        return self.reference.mccs

    def merchants_on(self, day: int) -> Merchants:
        """Merchants of one day, by slot."""
        return self._merchants.get(day)

    @cached_property
    def _merchants(self) -> DayCache[Merchants]:
        def find(day: int) -> Merchants:
            rows = self.merchant_versions.rows(np.arange(self.n_slots), day)
            return Merchants(self.seats, rows.astype(np.int32), self.occupants)

        return DayCache(find, most=4)


def world_currencies(places: Places) -> tuple[str, ...]:
    """ISO 4217 codes of a world, in order."""
    return tuple(sorted(set(places.currency)))


def world_zones(places: Places) -> tuple[tuple[int, str], ...]:
    """Pairs of (country index, time zone name) of a world, in order."""
    return tuple(sorted(set(_city_zones(places))))


def _city_zones(places: Places) -> list[tuple[int, str]]:
    return list(zip(places.country.tolist(), places.time_zone, strict=True))


def _zone_of_cities(places: Places) -> Ints:
    position = {zone: i for i, zone in enumerate(world_zones(places))}
    return np.array([position[zone] for zone in _city_zones(places)], dtype=np.int64)


def _city_of(table: pa.Table, places: Places) -> Ints:
    """City index by row of a catalog. (rows,)"""
    ids = places.city_id.astype(np.int64)
    order = np.argsort(ids)
    wanted = column_of(table, "city_id").astype(np.int64)
    found = order.take(np.searchsorted(ids[order], wanted), mode="clip")
    if not np.array_equal(ids[found], wanted):
        raise CatalogMismatchError("a catalog has a city that this configuration does not use; make it again")
    return found


def _first_plastics(cards: pa.Table) -> pa.Table:
    """Cards without reissues, which stand behind the others; the columns of ``NEEDED`` alone."""
    cards = cards.select(NEEDED["cards"])
    regular = pc.is_null(cards["replaces_card_id"]).combine_chunks()  # pyright: ignore[reportAttributeAccessIssue]
    n_regular = pc.sum(regular).as_py() or 0  # pyright: ignore[reportAttributeAccessIssue]
    front = cards.slice(0, n_regular)
    if front["replaces_card_id"].null_count == n_regular:
        return front
    return cards.filter(regular)


def _lines(plastics: pa.Table, currencies: tuple[str, ...], reference: Reference) -> Floats32:
    """Credit lines of plastics, infinite for those without one. (n,) [EUR]"""
    line = pc.fill_null(pc.cast(plastics["credit_limit"], pa.float32()), np.inf).to_numpy()
    worth = np.array([reference.currency(code).units_per_euro for code in currencies], dtype=np.float32)
    return line / worth.take(codes_of(plastics["currency"], currencies))


def _seats(table: pa.Table, rows: Ints, places: Places, reference: Reference, *, city: Ints) -> Seats:
    """What never changes about merchant slots, from the first row of each."""

    def number(name: str, dtype: type) -> AnyArray:
        return column_of(table, name).take(rows).astype(dtype)

    return Seats(
        category=codes_of(table["category"], reference.category_names).take(rows),
        online=number("is_online", np.bool_),
        codes=SeatCodes.of(
            zone=_zone_of_cities(places).take(city.take(rows)),
            country=codes_of(table["country"], places.countries).take(rows),
            currency=codes_of(table["currency"], world_currencies(places)).take(rows),
            mcc=codes_of(table["mcc"], reference.mccs).take(rows),
        ),
        positions=_positions(table).take(rows),
    )


def _positions(table: pa.Table) -> Complexes32:
    """Places of a catalog as latitude + longitude i. (rows,) complex64 [degrees]"""
    both = [column_of(table, name).astype(np.float32) for name in ("latitude", "longitude")]
    return np.stack(both, axis=1).view(np.complex64)[:, 0]
