"""Customers: people with a home, an age, an income and habits.

A customer is an ordinal. Ordinals are dealt out to cities in blocks, so neighbours in number are
neighbours in space. Everything else about a person is looked up from the ordinal; a move makes
the next version of the person, at a new address.

Belongs here: who the customers are and where they live when. Does not belong here: their cards
and what they buy.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from fraudsim_assets.catalog.columns import Coded, joined, record_batch, strings, table
from fraudsim_assets.catalog.geography import scatter, spread_km
from fraudsim_assets.catalog.households import heads
from fraudsim_assets.catalog.layout import Layout, build_layout, customers_per_city
from fraudsim_assets.catalog.lifetimes import Era, Window, era_of, expand, listing_window, period_of
from fraudsim_assets.catalog.names import EMAIL_DOMAINS, EMAIL_HOSTS, Vocabulary, first_names, last_names
from fraudsim_assets.catalog.people import LEVEL_SHIFT, People, build_people
from fraudsim_assets.catalog.randomness import streams_of
from fraudsim_assets.config import Config
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data.people import People as Numbers
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.tables import INCOME_BANDS, SEGMENTS, Customers
from fraudsim_assets.units import AnyArray, Ints

CHUNK = 1 << 18
"""Customers built at a time; no value depends on it. [count]"""


@dataclass(frozen=True)
class Homes:
    """Where customers live in some period of their lives.

    Attributes
    ----------
    customer
        (m,) ordinals, ascending.
    period
        (m,) number of the period of residence.
    city
        (m,) positions in ``places``.
    """

    customer: Ints
    period: Ints
    city: Ints


def build_customers(config: Config) -> pa.Table:
    """Make the table of customers.

    Parameters
    ----------
    config
        With a seed.

    Returns
    -------
    pa.Table
        Rows that honour ``Customers``, by customer and version.
    """
    return table(Customers, list(customer_batches(config)))


def customer_batches(config: Config, chunk: int = CHUNK) -> Iterator[pa.RecordBatch]:
    """Make the table of customers piece by piece, each of ``chunk`` customers and all their versions."""
    layout = build_layout(config)
    origins = _Origins.of(config, layout)
    for start in range(0, config.population.customers, chunk):
        ordinals = np.arange(start, min(start + chunk, config.population.customers))
        yield _batch(config, layout, origins, ordinals)


@dataclass(frozen=True)
class _Origins:
    """Blocks of customer ordinals by city of origin."""

    cities: Ints
    block_ends: Ints

    @classmethod
    def of(cls, config: Config, layout: Layout) -> "_Origins":
        return cls(layout.home_cities, np.cumsum(customers_per_city(config, layout)))

    def city_of(self, ordinals: Ints) -> Ints:
        return self.cities[np.searchsorted(self.block_ends, ordinals, side="right")]


def origin_cities(config: Config, layout: Layout, ordinals: Ints) -> Ints:
    """City of origin of customers, as positions in ``places``. (n,)"""
    return _Origins.of(config, layout).city_of(ordinals)


def _batch(config: Config, layout: Layout, origins: _Origins, ordinals: Ints) -> pa.RecordBatch:
    streams, era = streams_of(config), era_of(config)
    places = layout.places
    origin = origins.city_of(ordinals)
    people = build_people(layout.reference, streams, era, ordinals)
    homes, starts, ends, versions = _homes(streams, layout, people, origin, listing_window(config), era)
    who = homes.customer - ordinals[0]
    cities = layout.reference.cities
    latitude, longitude = scatter(
        cities,
        streams.draw("catalog.customer.address"),
        combine(homes.customer, homes.period),
        places.latitude[homes.city],
        places.longitude[homes.city],
        spread=spread_km(cities, places.population)[homes.city],
    )
    country = places.country[homes.city]
    names = _names(streams, layout, people, origin, ordinals)
    return record_batch(
        Customers,
        {
            "customer_id": homes.customer + 1,
            "version": versions,
            "valid_from": starts,
            "valid_to": ends,
            **{name: column.take(pa.array(who)) for name, column in names.items()},
            "birth_date": people.birth_day[who],
            "segment": Coded(people.segment[who], SEGMENTS),
            "income_band": Coded(people.income_band[who], INCOME_BANDS),
            "income_factor": people.income_factor[who],
            "country": Coded(country, places.countries),
            "city": Coded(homes.city, places.name),
            "city_id": places.city_id[homes.city],
            "latitude": latitude,
            "longitude": longitude,
            "time_zone": Coded(homes.city, places.time_zone),
            "currency": Coded(country, places.currency),
            "opened_on": people.opened_day[who],
        },
    )


def _homes(
    streams: Streams, layout: Layout, people: People, origin: Ints, window: Window, era: Era
) -> tuple[Homes, Ints, Ints, Ints]:
    """Periods of residence that touch the window, with first day, end and version number."""
    ordinals, length, phase = people.ordinal, people.residence_days, people.residence_phase
    first = np.maximum(period_of(window.first, phase, length), period_of(people.opened_day, phase, length))
    who, period = expand(first, period_of(window.last, phase, length))
    opened_in = period_of(people.opened_day, phase, length)[who]
    home = period_of(era.middle, phase, length)[who]
    starts = np.maximum(period * length[who] - phase[who], people.opened_day[who])
    ends = (period + 1) * length[who] - phase[who]
    city = np.where(period == home, origin[who], _moved(streams, layout, ordinals[who], period, origin[who]))
    return Homes(ordinals[who], period, city), starts, ends, period - opened_in + 1


def _moved(streams: Streams, layout: Layout, customer: Ints, period: Ints, origin: Ints) -> Ints:
    """City of residence in a period other than the one at home: often home, else by population."""
    places, cities = layout.places, layout.home_cities
    words = combine(customer, period & 0xFFFFF)
    choice = streams.draw("catalog.customer.move.kind").uniforms(words)
    u = streams.draw("catalog.customer.move.city").uniforms(words)
    cumulative = np.concatenate([[0.0], np.cumsum(places.population[cities])])
    countries = places.country[cities]
    first, last = np.searchsorted(
        countries, [np.arange(places.n_home_countries), np.arange(1, places.n_home_countries + 1)]
    )
    home = places.country[origin]
    low, high = cumulative[first[home]], cumulative[last[home]]
    abroad = choice > 1.0 - layout.reference.people.leaves_country
    low, high = np.where(abroad, 0.0, low), np.where(abroad, cumulative[-1], high)
    position = np.searchsorted(cumulative, low + u * (high - low), side="right") - 1
    return np.where(
        choice < layout.reference.people.stays_in_city, origin, cities[np.minimum(position, len(cities) - 1)]
    )


def _names(streams: Streams, layout: Layout, people: People, origin: Ints, ordinals: Ints) -> dict[str, pa.Array]:
    """Name and address of each customer, by the country of origin."""
    countries = layout.places.countries[: layout.places.n_home_countries]
    country = layout.places.country[origin].astype(np.int64)
    rows = country * 2 + people.is_male
    table = layout.reference.people
    given, family = first_names(layout.reference, countries), last_names(layout.reference, countries)
    first = given.choose(rows, _levels(streams, "catalog.customer.first_name", ordinals))
    shared = streams.draw("catalog.customer.family").happens(ordinals, table.family_name)
    namesake = np.where(shared, heads(streams, layout.reference.households, ordinals), ordinals)
    last = family.choose(rows, _levels(streams, "catalog.customer.last_name", namesake))
    email = joined(
        _mailboxes(table, streams, ordinals, given, first, family=family, last=last),
        pa.array(ordinals + 1).cast(pa.utf8()),
        _domains(table, streams, ordinals, countries, country),
    )
    return {"first_name": strings(given.words, first), "last_name": strings(family.words, last), "email": email}


def _mailboxes(
    table: Numbers, streams: Streams, ordinals: Ints, given: Vocabulary, first: Ints, *, family: Vocabulary, last: Ints
) -> pa.Array:
    """What stands before the number of an address: names in one of some styles. (n,) utf8

    A number of their own follows, so that no two customers share an address.
    """
    style = (streams.draw("catalog.customer.mailbox").words(ordinals) >> LEVEL_SHIFT).astype(np.int64)
    style = choice_table(np.array(table.mailboxes), 1 << 16).astype(np.int64).take(style)
    n_first, n_last = len(given.latin), len(family.latin)
    before = [*given.latin, *(f"{word}." for word in given.latin), *(f"{word[:1]}." for word in given.latin)]
    before += [*family.latin, *(f"{word}." for word in family.latin)]
    after = [*family.latin, *given.latin, ""]
    full, dotted, initial, alone, turned = range(5)
    front = np.select(
        [style == full, style == dotted, style == initial, style == alone],
        [first, n_first + first, 2 * n_first + first, first],
        3 * n_first + n_last + last,
    )
    back = np.select([style == alone, style == turned], [np.full(len(first), n_last + n_first), n_last + first], last)
    return joined(strings(before, front), strings(after, back))


def _domains(table: Numbers, streams: Streams, ordinals: Ints, countries: tuple[str, ...], country: Ints) -> pa.Array:
    """Domain of each address: one of the customer's country, or one that is used everywhere. (n,) utf8"""
    words = streams.draw("catalog.customer.email").words(ordinals)
    anywhere = streams.draw("catalog.customer.email.anywhere").happens(ordinals, table.email_anywhere)
    domains = [f"@{host}.{code.lower()}.example" for code in countries for host in EMAIL_HOSTS]
    own = country * len(EMAIL_HOSTS) + (words % np.uint64(len(EMAIL_HOSTS))).astype(np.int64)
    common = len(domains) + (words % np.uint64(len(EMAIL_DOMAINS))).astype(np.int64)
    return strings([*domains, *(f"@{name}" for name in EMAIL_DOMAINS)], np.where(anywhere, common, own))


def _levels(streams: Streams, decision: str, ordinals: Ints) -> AnyArray:
    return (streams.draw(decision).words(ordinals) >> LEVEL_SHIFT).astype(np.int64)
