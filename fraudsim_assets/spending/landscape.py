"""Landscape: where the merchants of a world are, and which of them are in reach of whom.

Belongs here: the derived, read-only geography of shopping. Does not belong here: what is bought (``habits``), and
anything that belongs to one day.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.catalog.layout import Layout
from fraudsim_assets.config.model import Config
from fraudsim_assets.spending.kinds import Kinds
from fraudsim_assets.spending.travel import Travel
from fraudsim_assets.spending.where import Cells, Reach, build_reach
from fraudsim_assets.streams import Streams, name_id, name_ids, words_of

DISTANCE_SCALES = (0.6, 2.0, 6.0)
"""How much further people go for small, middling and large tickets. ASSUMPTION, tuned to bbva_2020 (target G02)."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """Where people can shop, and where they travel.

    Attributes
    ----------
    layout
        Places, and how many merchants of each category they have.
    cells
        Cells of merchants by place and category.
    config, streams, entities, kinds
        What reach and journeys follow from; each is worked out when it is first asked for.
    """

    config: Config
    streams: Streams
    entities: Entities
    layout: Layout
    cells: Cells
    kinds: Kinds

    @cached_property
    def reach(self) -> Reach:
        """Which merchants are in reach of which place."""
        cities = self.layout.places
        categories = self.entities.reference.categories
        ratio = np.array([category.ticket_ratio for category in categories])
        places = np.concatenate([words_of(cities.city_id), name_ids(cities.countries)])
        draws = [self.streams.draw("where.reach", name_id(category.name)) for category in categories]
        return build_reach(
            self.cells,
            latitude=cities.latitude,
            longitude=cities.longitude,
            city_country=self.entities.city_country,
            n_countries=len(cities.countries),
            distance_scale=np.select([ratio < 0.8, ratio < 2.0], DISTANCE_SCALES[:2], DISTANCE_SCALES[2]),
            foreign_share=self.config.spending.foreign_ecommerce_share,
            popularity=self.config.geography.merchant_zipf_exponent,
            remote_shares=self.kinds.share[1::2],
            foreign_odds=np.array([category.foreign_odds for category in categories]),
            offsets=np.stack([draw.uniforms(places) for draw in draws]),
        )

    @cached_property
    def travel(self) -> Travel:
        """Journeys."""
        shops, n_cities = ~self.cells.online, len(self.layout.places)
        mass = np.bincount(self.cells.place[shops], self.cells.size[shops], minlength=n_cities)
        return Travel.of(
            city_country=self.entities.city_country,
            mass=mass.astype(np.float64),
            n_countries=len(self.entities.countries),
            trips_per_year=self.config.spending.foreign_trips_per_year,
        )


def merchant_cells(layout: Layout) -> Cells:
    """Cells of merchants by place and category: shops by city, web shops by country."""
    place = np.where(layout.is_online, layout.country, layout.city).astype(np.int64)
    return Cells(layout.first_slot, layout.size, place, layout.category.astype(np.int64), layout.is_online)
