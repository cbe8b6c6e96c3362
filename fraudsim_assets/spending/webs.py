"""Remote purchases: how much people of a country buy from giants, from leaders of their market, and abroad.

Belongs here: shares of web cells. Does not belong here: which web shops are large (``catalog.giants``), and a person's
own favourites (``where``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.reference_data import Reference
from fraudsim_assets.spending.where import Cells, masses
from fraudsim_assets.units import Bools, Floats


@dataclass(frozen=True)
class Market:
    """What is sold remotely, and how readily abroad.

    Attributes
    ----------
    foreign_share
        Share of remote occasions at merchants abroad. [share]
    shares : (categories,)
        Each category's part of remote purchases. [share]
    odds : (categories,)
        How readily each category is bought abroad, against the average. [unitless]
    """

    foreign_share: float
    shares: Floats
    odds: Floats


def web_shares(cells: Cells, reference: Reference, countries: tuple[str, ...], market: Market) -> Floats:
    """What people of a country buy in each web cell, of all that they buy of a category remotely.

    Giants come first, as far as the share of purchases abroad allows; the rest is divided between home and abroad
    such that this share is met, and at home between leaders and others. What is bought on journeys above all is bought
    from web shops of the countries that people travel to.

    Returns
    -------
    (countries, categories, webs)
        Shares of the cells that are web markets, in their order; rows sum to one, and are zeros where no market sells a
        category. [share]
    """
    cells = cells.take(np.flatnonzero(cells.online))
    web = cells.giant < 0
    at_home = np.zeros((len(countries), len(reference.categories)), dtype=bool)
    at_home[cells.place[web], cells.category[web]] = True
    giants = _giants(cells, reference, countries, market, at_home)
    rest = 1.0 - giants.sum(axis=2)
    foreign = cells.place[None, :] != np.arange(len(countries))[:, None]
    spent = market.foreign_share - (giants * foreign[:, None, :]).sum(axis=2) @ market.shares
    abroad = _shares_abroad(at_home, rest * market.shares, spent, odds=market.odds)
    shares = giants
    leads = np.zeros(len(cells.start))
    leads[cells.leader >= 0] = [
        reference.categories[category].web_leaders[rank]
        for category, rank in zip(cells.category[cells.leader >= 0], cells.leader[cells.leader >= 0], strict=True)
    ]
    mass = np.where(web, masses(cells), 0.0)
    visited = np.array([reference.country(code).travel_weight for code in countries]).take(cells.place)
    on_journeys = np.array(
        [category.travel_factor >= reference.shopping.for_journeys for category in reference.categories]
    )
    mass *= np.where(on_journeys.take(cells.category), np.maximum(visited, reference.shopping.least_visited), 1.0)
    for k in range(rest.shape[1]):
        sold = np.flatnonzero(web & (cells.category == k))
        if sold.size:
            shares[:, k, sold] += rest[:, k, None] * _divided(
                foreign[:, sold], mass[sold], leads[sold], abroad[:, k], cells.leader[sold] >= 0
            )
    return shares


def _giants(cells: Cells, reference: Reference, countries: tuple[str, ...], market: Market, at_home: Bools) -> Floats:
    """Shares of giants: of the one at home, else of the first seat that the world has. (countries, categories, webs)

    What is not sold at home is bought abroad anyway; of the rest, giants abroad take as much as is left for them.
    """
    shares = np.zeros((len(countries), len(reference.categories), len(cells.start)))
    abroad = np.zeros_like(shares)
    for number, giant in enumerate(reference.giants.values()):
        seats = {int(cells.place[cell]): int(cell) for cell in np.flatnonzero(cells.giant == number)}
        order = [countries.index(code) for code in giant.seats if code in countries]
        first = next((seats[country] for country in order if country in seats), None)
        if first is None:
            continue
        for name, share in giant.serves.items():
            category = reference.category_code(name)
            for country in range(len(countries)):
                target = shares if country in seats else abroad
                target[country, category, seats.get(country, first)] += share
    missing = ((1.0 - shares.sum(axis=2)) * ~at_home) @ market.shares
    sales = abroad.sum(axis=2) * market.shares
    most = reference.shopping.giants_abroad * np.maximum(market.foreign_share - missing, 0.0) + (sales * ~at_home).sum(
        axis=1
    )
    return shares + abroad * _shares_abroad(at_home, sales, most, odds=market.odds)[:, :, None]


def _shares_abroad(at_home: Bools, weights: Floats, wanted: Floats, *, odds: Floats) -> Floats:
    """Share bought abroad of what could be, by country. (countries, categories)

    Where a country has no web shop of a category, all of that category is bought abroad. The rest is
    in proportion to the odds, scaled such that all together are no more than the wanted part of remote purchases.
    """
    low, high = np.zeros((len(weights), 1)), np.full((len(weights), 1), 1e3)
    for _ in range(60):
        scale = (low + high) / 2
        shares = np.where(at_home, np.minimum(odds * scale, 1.0), 1.0)
        too_much = ((shares * weights).sum(axis=1) > wanted)[:, None]
        low, high = np.where(too_much, low, scale), np.where(too_much, scale, high)
    return np.where(at_home, np.minimum(odds * low, 1.0), 1.0)


def _divided(foreign: Bools, mass: Floats, leads: Floats, abroad: Floats, is_leader: Bools) -> Floats:
    """Divide what giants leave between the web cells of one category. (countries, webs) [share]

    At home, leaders take their shares and the others the rest, all of it where there are no others, by mass abroad.
    """
    home = np.where(foreign, 0.0, np.where(is_leader, leads, 0.0))
    others = np.where(foreign | is_leader, 0.0, mass)
    others_sum = others.sum(axis=1, keepdims=True)
    home += others / np.maximum(others_sum, 1e-300) * (1.0 - home.sum(axis=1, keepdims=True))
    home_sum = home.sum(axis=1, keepdims=True)
    away = np.where(foreign, mass, 0.0)
    away_sum = away.sum(axis=1, keepdims=True)
    part = np.where(home_sum > 0, np.where(away_sum > 0, 1.0 - abroad[:, None], 1.0), 0.0)
    return home / np.maximum(home_sum, 1e-300) * part + away / np.maximum(away_sum, 1e-300) * (1.0 - part)
