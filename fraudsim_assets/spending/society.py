"""`Society`: genuine life under a configuration, composed of its parts.

Belongs here: the order in which the parts are set up. Does not belong here: what they do, anything that belongs to
one day, and fraud.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial

import numpy as np

from fraudsim_assets.catalog.bundle import Catalogs
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.catalog.layout import build_layout
from fraudsim_assets.config.model import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.spending.epochs import Epochs
from fraudsim_assets.spending.habits import Habits
from fraudsim_assets.spending.landscape import Landscape, merchant_cells
from fraudsim_assets.spending.lives import Lives
from fraudsim_assets.spending.needs import weights_of
from fraudsim_assets.spending.prices import Prices
from fraudsim_assets.spending.purses import Purses
from fraudsim_assets.spending.rhythm import Rhythm
from fraudsim_assets.spending.services import Services
from fraudsim_assets.spending.timing import Timing
from fraudsim_assets.spending.travel import Journeys
from fraudsim_assets.spending.volume import Volume
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Floats, Ints


@dataclass(frozen=True, eq=False)
class Society:
    """Who lives where, shops where, and when.

    Attributes
    ----------
    config
        The configuration; its seed is set.
    reference
        Tables of reference data, as the configuration has them.
    streams
        All randomness of the world.
    entities
        The catalogs as arrays.
    landscape
        Where people shop.
    habits
        How often they pay, and for what.
    prices
        For how much, and in which currency.
    services
        What they subscribe to, and for how much.
    timing
        At what time.
    lives
        What people need, where they are and which card they pay with.
    epochs
        What the timeline changes in all that.
    """

    config: Config
    reference: Reference
    streams: Streams
    entities: Entities
    landscape: Landscape
    habits: Habits
    prices: Prices
    services: Services
    timing: Timing
    lives: Lives
    epochs: Epochs

    @classmethod
    def of(cls, config: Config, catalogs: Catalogs) -> "Society":
        """Set up the parts.

        Parameters
        ----------
        config
            With a seed.
        catalogs
            Customers, cards and merchants made from the same configuration. They are not held on to.

        Raises
        ------
        ConfigError
            If the seed is missing or the geography cannot be laid out.
        CatalogMismatchError
            If the catalogs were made from another configuration.
        """
        if config.seed is None:
            raise ConfigError("seed is not set; a world needs a seed, any integer from 0")
        streams, reference, layout = Streams(config.seed), config.reference.resolved, build_layout(config)
        cells = merchant_cells(layout)
        entities = Entities.of(
            catalogs.customers, catalogs.cards, catalogs.merchants, places=layout.places, reference=reference
        )
        purses = Purses.of(streams, entities, config.spending)
        habits = Habits.of(config, streams, entities, purses=purses, layout=layout, cells=cells)
        landscape = Landscape(config, streams, entities, layout, cells, habits.remote_shares)
        prices = Prices(streams, entities)
        services = Services(streams, habits.subscriptions.kind, habits.kinds, landscape, prices)
        habits = replace(habits, subscriptions=replace(habits.subscriptions, priced=services))
        rhythm = Rhythm(entities.countries, entities.zones)
        lives = Lives.of(config, streams, entities, habits=habits, landscape=landscape, rhythm=rhythm)
        timing = Timing(rhythm, Volume.of(config, habits.kinds))
        epochs = Epochs(config, reference, habits, lives, entities.countries)
        return cls(config, reference, streams, entities, landscape, habits, prices, services, timing, lives, epochs)

    @cached_property
    def bought(self) -> Floats:
        """Share of every kind in what people buy when they need it: none of what is paid by subscription alone. [share]

        (kinds,)
        """
        shares = self.habits.kinds.share
        return np.where(weights_of(self.lives.model.needs, self.reference.categories, shares).any(axis=0), shares, 0.0)

    def journeys(self, people: Ints, home: Ints, day: Ints | int, *, told: int | None = None) -> Journeys:
        """Journeys of people with their home cities that are under way, or over, on a day or on one each.

        Parameters
        ----------
        told
            Day on which they are spoken of: what keeps people at home by then, and no shock to come, takes journeys
            away. None is the first day of each journey. [day number]
        """
        made = self.epochs.journeys_made
        if made is not None and told is not None:
            made = partial(_as_of, made, told)
        country = self.entities.city_country.take(home)
        return self.landscape.travel.journeys(
            self.streams, people=people, home=home, country=country, day=day, made=made
        )


def _as_of(made: Callable[[Ints, Ints], Floats], told: int, country: Ints, _: Ints) -> Floats:
    """Share of journeys that are made, as a day sees it, by home country. (n,)"""
    return made(country, np.full(len(country), told))
