"""The merchant landscape: which city and which web market has how many merchants of each kind.

Merchants live in slots, numbered so that all slots of one cell are neighbours. A cell is a city
and a category for shops, a country and a category for web shops; inside it, slots are in order of
popularity. The landscape is a function of the configuration alone, without chance: shares are
rounded so that every city gets an everyday supply first and rare categories are spread evenly.

Belongs here: counts of merchants and of customers per place. Does not belong here: anything about
a single merchant or customer.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.bit_layouts import FAVOURITE
from fraudsim_assets.catalog.giants import LargeWebShops, seat_giants
from fraudsim_assets.catalog.places import Places, build_places
from fraudsim_assets.config import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.places import Cities
from fraudsim_assets.units import Bools, Floats, Ints, Ints32

_GOLDEN = 0.6180339887498949
# fractional multiples of it are spread evenly over the unit interval


@dataclass(frozen=True)
class Layout:
    """Cells of merchant slots, in slot order.

    Attributes
    ----------
    places
        Cities that cells point at.
    reference
        Tables of reference data of the configuration.
    is_online
        (c,) whether the cell is a web market.
    country, city, category
        (c,) positions in ``places.countries``, in ``places`` (-1 online) and among the categories.
    first_slot, size
        (c,) slots of the cell are ``first_slot <= slot < first_slot + size``; size is never 0.
    home_cities
        Positions in ``places`` of the cities where customers live.
    large
        Web shops that take a large part of what is bought, the first of their cells.
    """

    places: Places
    reference: Reference
    is_online: Bools
    country: Ints32
    city: Ints32
    category: Ints32
    first_slot: Ints
    size: Ints
    home_cities: Ints
    large: LargeWebShops

    @property
    def n_slots(self) -> int:
        """Number of merchants open at any one time."""
        return int(self.first_slot[-1] + self.size[-1])

    def cell_of(self, slots: Ints) -> Ints:
        """Cell of each slot. (n,)"""
        return np.searchsorted(self.first_slot, slots, side="right") - 1


def apportion(weights: Floats, total: int, at_least: int = 0) -> Ints:
    """Share out whole things in proportion to weights, by largest remainder.

    Parameters
    ----------
    weights : (k,)
        Not negative, with a positive sum. [unitless]
    total
        How many things there are. [count]
    at_least
        Least share of each, as far as the total allows. [count]

    Returns
    -------
    (k,)
        Counts that sum to ``total``.
    """
    floor = min(at_least, total // len(weights))
    fixed = np.zeros(len(weights), dtype=bool)
    while True:
        free = np.where(fixed, 0.0, weights)
        rest = total - floor * int(fixed.sum())
        exact = free / free.sum() * rest if free.sum() > 0 else free
        short = ~fixed & (exact < floor)
        if not short.any():
            break
        fixed |= short
    counts = np.where(fixed, floor, np.floor(exact)).astype(np.int64)
    order = np.argsort(np.where(fixed, 1.0, counts - exact), kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


@dataclass(frozen=True)
class _Needs:
    """What places need of each category.

    Attributes
    ----------
    shops, abroad, webs
        (categories,) relative numbers of merchants in home cities, cities abroad and web markets. [unitless]
    in_shops, everyday_abroad, online
        Codes of everyday categories, the most common first.
    domestic
        Codes of those that are ordered at home: the everyday ones, then others, the most common first.
    """

    shops: Floats
    abroad: Floats
    webs: Floats
    in_shops: Ints
    everyday_abroad: Ints
    online: Ints
    domestic: Ints

    @classmethod
    def of(cls, reference: Reference) -> "_Needs":
        categories, table = reference.categories, reference.commerce
        online = _ranked([c.share * (c.everyday and not c.is_sold_in_shops) for c in categories])
        ordered = [
            c.share * c.online_share * (c.is_sold_online and c.foreign_odds <= table.domestic_odds) for c in categories
        ]
        return cls(
            shops=np.array([c.merchants for c in categories]),
            abroad=np.array([c.merchants * min(c.travel_factor, table.most_travel) for c in categories]),
            webs=np.array([c.online_merchants for c in categories]),
            in_shops=_ranked([c.share * (c.everyday and c.is_sold_in_shops) for c in categories]),
            everyday_abroad=_ranked([c.share * c.travel_factor * c.is_sold_in_shops for c in categories])[:9],
            online=online,
            domestic=np.append(online, [code for code in _ranked(ordered) if code not in online]),
        )


def build_layout(config: Config) -> Layout:
    """Lay out merchant slots.

    Raises
    ------
    ConfigError
        If there are too few merchants to give every home country its everyday ones, or more categories than the
        addresses of favourites have room for.
    """
    reference = config.reference.resolved
    categories, table = reference.categories, reference.commerce
    FAVOURITE.require("kind", 2 * len(categories), "the number of kinds of purchase, two for each category,")
    places = build_places(config)
    n_foreign = round(config.population.merchants * config.geography.foreign_share_of_merchants)
    n_home = config.population.merchants - n_foreign
    n_online, n_online_abroad = round(n_home * table.online), round(n_foreign * table.online_abroad)
    needs = _Needs.of(reference)
    _check_enough(config, n_home - n_online, places.n_home_countries, needs)
    home = _home_city_counts(config, places, n_home - n_online, len(needs.in_shops))
    abroad = _foreign_city_counts(config, places, n_foreign - n_online_abroad)
    shops = _fill(home, needs.shops, needs.in_shops) + _fill(abroad, needs.abroad, needs.everyday_abroad)
    webs = _fill(_home_web_counts(config, places, n_online, len(needs.online)), needs.webs, needs.domestic)
    webs += _fill(_foreign_web_counts(config, places, n_online_abroad), needs.webs, needs.online)
    webs, position = seat_giants(webs, places.countries, reference)
    return _layout(config, places, shops, webs, np.flatnonzero(home), position)


def home_country_weights(config: Config, places: Places) -> Floats:
    """Share of customers of each home country, in the order of ``places.countries``. (h,)"""
    return np.array([config.geography.countries[code] for code in places.countries[: places.n_home_countries]])


def customers_per_city(config: Config, layout: Layout) -> Ints:
    """How many customers each home city has, in the order of ``layout.home_cities``. (n,) [count]"""
    places, cities = layout.places, layout.home_cities
    per_country = apportion(home_country_weights(config, places), config.population.customers)
    counts = np.zeros(len(cities), dtype=np.int64)
    for country, total in enumerate(per_country):
        inside = places.country[cities] == country
        counts[inside] = apportion(places.population[cities[inside]], int(total))
    return counts


def _check_enough(config: Config, n_shops: int, n_countries: int, needs: "_Needs") -> None:
    needed = len(needs.in_shops) * n_countries
    if n_shops < needed:
        home = (1 - config.geography.foreign_share_of_merchants) * (1 - config.reference.resolved.commerce.online)
        raise ConfigError(
            f"population.merchants is {config.population.merchants} with geography.foreign_share_of_merchants "
            f"{config.geography.foreign_share_of_merchants}, which leaves {n_shops} shops for {n_countries} home "
            f"countries; each needs {needed // n_countries}, so at least {needed} shops "
            + (f"or {int(needed / home) + 2} merchants are needed" if home > 0 else "are needed")
        )


def _home_city_counts(config: Config, places: Places, total: int, least: int) -> Ints:
    """Shops per city in the home countries. (n,)"""
    table = config.reference.resolved.cities
    counts = np.zeros(len(places), dtype=np.int64)
    for country, n in enumerate(apportion(home_country_weights(config, places), total, least)):
        cities = places.of_country(country)
        counts[cities] = _largest_cities(table, places.population[cities] ** table.shops_growth, int(n))
    return counts


def _largest_cities(table: Cities, weights: Floats, total: int) -> Ints:
    """Share ``total`` out among the largest cities that then have enough each; weights descend."""
    smallest = weights / np.cumsum(weights) * total
    n_cities = max(1, int(np.searchsorted(-smallest, -table.least_shops, side="right")))
    counts = np.zeros(len(weights), dtype=np.int64)
    counts[:n_cities] = apportion(weights[:n_cities], total)
    return counts


def _foreign_city_counts(config: Config, places: Places, total: int) -> Ints:
    """Shops per city abroad. (n,)"""
    reference = config.reference.resolved
    weights = np.zeros(len(places))
    for country in range(places.n_home_countries, len(places.countries)):
        cities = places.of_country(country)
        powers = places.population[cities] ** reference.cities.shops_growth
        weights[cities] = powers / powers.sum() * reference.country(places.countries[country]).travel_weight
    counts = np.zeros(len(places), dtype=np.int64)
    if total > 0 and weights.any():
        order = np.argsort(-weights, kind="stable")[: np.count_nonzero(weights)]
        counts[order] = _largest_cities(reference.cities, weights[order], total)
    return counts


def _home_web_counts(config: Config, places: Places, total: int, least: int) -> Ints:
    counts = np.zeros(len(places.countries), dtype=np.int64)
    weights = home_country_weights(config, places)
    counts[: len(weights)] = apportion(weights, total, least)
    return counts


def _foreign_web_counts(config: Config, places: Places, total: int) -> Ints:
    weights = np.array([config.reference.resolved.country(code).seller_weight for code in places.countries])
    weights[: places.n_home_countries] = 0.0
    return apportion(weights, total) if weights.any() else np.zeros(len(weights), dtype=np.int64)


def _fill(places: Ints, weights: Floats, everyday: Ints) -> Ints:
    """Split each place's merchants into categories.

    Every place first gets one of each everyday category, as far as its number goes. What remains
    is dealt out from one long sequence in which each category recurs at even distances, so that
    totals are in proportion to the weights and each place gets its cross-section.

    Returns
    -------
    (places, categories)
        Counts; row sums are ``places``.
    """
    counts = np.zeros((len(places), len(weights)), dtype=np.int64)
    for order, category in enumerate(everyday):
        counts[:, category] += places > order
    rest = places - counts.sum(axis=1)
    if rest.sum() == 0:
        return counts
    wanted = np.maximum(weights / weights.sum() * places.sum() - counts.sum(axis=0), 0.0)
    totals = np.zeros(len(weights), dtype=np.int64)
    sold = weights > 0
    totals[sold] = apportion(np.maximum(wanted, 1e-9)[sold], int(rest.sum()))
    absent = sold & (totals == 0) & (counts.sum(axis=0) == 0)
    for category in np.flatnonzero(absent):
        if totals.max() > 1:
            totals[np.argmax(totals)] -= 1
            totals[category] += 1
    sequence = _even_sequence(totals)
    place = np.repeat(np.arange(len(places)), rest)
    np.add.at(counts, (place, sequence), 1)
    return counts


def _even_sequence(totals: Ints) -> Ints:
    """Codes of categories, each recurring at even distances. (sum of totals,)"""
    codes = np.repeat(np.arange(len(totals)), totals)
    turn = np.arange(len(codes)) - np.repeat(np.cumsum(totals) - totals, totals)
    offset = (np.arange(1, len(totals) + 1) * _GOLDEN) % 1.0
    position = (turn + offset[codes]) / totals[codes]
    return codes[np.lexsort((codes, position))]


def _layout(config: Config, places: Places, shops: Ints, webs: Ints, home_cities: Ints, position: Ints) -> Layout:
    city, category = np.nonzero(shops)
    country, web_category = np.nonzero(webs)
    size = np.concatenate([shops[city, category], webs[country, web_category]])
    n_shops, n_webs = len(city), len(country)
    arrays = {
        "is_online": np.repeat([False, True], [n_shops, n_webs]),
        "country": np.concatenate([places.country[city], country]).astype(np.int32),
        "city": np.concatenate([city, np.full(n_webs, -1)]).astype(np.int32),
        "category": np.concatenate([category, web_category]).astype(np.int32),
        "first_slot": np.cumsum(size) - size,
        "size": size,
        "home_cities": home_cities,
    }
    for array in arrays.values():
        array.setflags(write=False)
    reference = config.reference.resolved
    cell_of = np.full(webs.shape, -1, dtype=np.int64)
    cell_of[country, web_category] = n_shops + np.arange(n_webs)
    large = LargeWebShops.of(
        cell_of=cell_of,
        category=arrays["category"],
        first_slot=arrays["first_slot"],
        size=size,
        position=position,
        reference=reference,
    )
    return Layout(places=places, reference=reference, large=large, **arrays)


def _ranked(weights: list[float]) -> Ints:
    """Positions of positive weights, largest first."""
    order = np.argsort(-np.array(weights), kind="stable")
    return order[: np.count_nonzero(weights)]
