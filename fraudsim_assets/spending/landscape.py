"""Landscape: where the merchants of a world are, and which of them are in reach of whom.

Belongs here: the derived, read-only geography of shopping. Does not belong here: what is bought (``habits``), and
anything that belongs to one day.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.catalog.layout import Layout
from fraudsim_assets.config.model import Config
from fraudsim_assets.spending.travel import Travel
from fraudsim_assets.spending.webs import Market, web_shares
from fraudsim_assets.spending.where import Cells, Reach, build_reach, systematic_slots
from fraudsim_assets.streams import Streams, name_id, name_ids, words_of
from fraudsim_assets.units import AnyArray, Floats, Ints


@dataclass(frozen=True, eq=False)
class Landscape:
    """Where people can shop, and where they travel.

    Attributes
    ----------
    layout
        Places, and how many merchants of each category they have.
    cells
        Cells of merchants by place and category.
    remote_shares : (categories,)
        Each category's part of remote payments. [share]
    config, streams, entities
        What reach and journeys follow from; each is worked out when it is first asked for.
    """

    config: Config
    streams: Streams
    entities: Entities
    layout: Layout
    cells: Cells
    remote_shares: Floats

    @cached_property
    def reach(self) -> Reach:
        """Which merchants are in reach of which place."""
        cities = self.layout.places
        categories, table = self.entities.reference.categories, self.entities.reference.shopping
        ratio = np.array([category.ticket_ratio for category in categories])
        places = np.concatenate([words_of(cities.city_id), name_ids(cities.countries)])
        draws = [self.streams.draw("where.reach", name_id(category.name)) for category in categories]
        near, middling, far = table.distance_scales
        return build_reach(
            self.cells,
            table,
            latitude=cities.latitude,
            longitude=cities.longitude,
            city_country=self.entities.city_country,
            n_countries=len(cities.countries),
            distance_scale=np.select([ratio < 0.8, ratio < 2.0], [near, middling], far),
            popularity=self.config.geography.merchant_zipf_exponent,
            webs=self.webs,
            offsets=np.stack([draw.uniforms(places) for draw in draws]),
        )

    @cached_property
    def webs(self) -> Floats:
        """Shares of web cells in what people of a country buy of a category remotely, as of ``web_shares``."""
        market = Market(
            self.entities.reference.encores.occasions_across(self.config.spending.foreign_ecommerce_share),
            shares=self.remote_shares,
            odds=np.array([category.foreign_odds for category in self.entities.reference.categories]),
        )
        return web_shares(self.cells, self.entities.reference, self.layout.places.countries, market)

    @cached_property
    def web_countries(self) -> Floats:
        """Remote purchases of people of each country at web shops of each. (countries, countries) [share]"""
        seats = self.cells.place[self.cells.online]
        bought = np.einsum("ckw,k->cw", self.webs, self.remote_shares)
        return np.array([np.bincount(seats, row, minlength=len(bought)) for row in bought], dtype=np.float64)

    def web_cells(self, home: int, seat: int) -> Ints:
        """Web cells of one country that people of another turn to, for every category, as ``Reach`` has them.

        What they do not buy there, they buy in other countries; what they buy at home alone, where that country's
        own people buy it.

        Returns
        -------
        (categories, REACH_SLOTS)
            Indices of cells; -1 where a category is not sold remotely.
        """
        online = np.flatnonzero(self.cells.online)
        there, bought = self.cells.place[online] == seat, self.webs[home]
        abroad = self.cells.place[online] != home
        ids = [name_id(self.layout.places.countries[country]) for country in (home, seat)]
        draw = self.streams.draw("where.abroad", ids[0]).sub(ids[1])
        found = self.reach.cell[self.reach.n_cities + seat].astype(np.int64)
        for k, category in enumerate(self.entities.reference.categories):
            weights = next((w for w in (bought[k] * there, bought[k] * abroad) if w.any()), None)
            if weights is not None:
                offset = draw.sub(name_id(category.name)).uniforms(np.zeros(1, dtype=np.int64))
                found[k] = online[systematic_slots(weights[None, :], offset)[0]]
        return found

    @cached_property
    def travel(self) -> Travel:
        """Journeys."""
        shops, n_cities = ~self.cells.online, len(self.layout.places)
        mass = np.bincount(self.cells.place[shops], self.cells.size[shops], minlength=n_cities)
        calendar = CalendarData.of(self.entities.reference)
        return Travel.of(
            city_country=self.entities.city_country,
            mass=mass.astype(np.float64),
            seasons=np.array([calendar.journeys(country) for country in self.entities.countries]),
            trips_per_year=self.config.spending.foreign_trips_per_year,
            table=self.entities.reference.itinerary,
        )


def merchant_cells(layout: Layout) -> Cells:
    """Cells of merchants by place and category: shops by city, web shops by country, large web shops by themselves."""
    large = layout.large
    n_large = np.bincount(large.cell, minlength=len(layout.size))
    start = np.concatenate([layout.first_slot + n_large, large.slot])
    order = np.argsort(start, kind="stable")
    none = np.full(len(layout.size), -1, dtype=np.int64)

    def both(values: AnyArray) -> Ints:
        return np.concatenate([values, values[large.cell]]).astype(np.int64)[order]

    return Cells(
        start[order],
        np.concatenate([layout.size - n_large, np.ones(len(large.slot), dtype=np.int64)])[order],
        both(np.where(layout.is_online, layout.country, layout.city)),
        both(layout.category),
        both(layout.is_online).astype(bool),
        np.concatenate([none, large.giant])[order],
        np.concatenate([none, large.rank])[order],
    )
