"""`Society`: everything about a configuration that no day needs to decide again.

Belongs here: the derived, read-only state of genuine life that all days share. Does not belong
here: anything that belongs to one day, and fraud.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np

from fraudsim_assets.catalog.bundle import Catalogs
from fraudsim_assets.catalog.entities import NEEDED, Entities
from fraudsim_assets.catalog.layout import Layout, build_layout, home_country_weights
from fraudsim_assets.catalog.seats import Merchants
from fraudsim_assets.config.model import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.spending.activity import ActivityModel
from fraudsim_assets.spending.amount import INCOME_ELASTICITY
from fraudsim_assets.spending.authorisation import ON_FILE_SHARE
from fraudsim_assets.spending.inclination import Inclination
from fraudsim_assets.spending.kinds import Kinds, Shares
from fraudsim_assets.spending.money import Money, price_levels
from fraudsim_assets.spending.rhythm import DayRhythm, Rhythm
from fraudsim_assets.spending.slumber import Slumber
from fraudsim_assets.spending.subscriptions import Subscriptions
from fraudsim_assets.spending.trades import trade_factors
from fraudsim_assets.spending.travel import Travel
from fraudsim_assets.spending.where import Cells, Reach, build_reach
from fraudsim_assets.streams import Streams, name_id, name_ids, words_of
from fraudsim_assets.units import AnyArray, Floats, Ints, day_number

DISTANCE_SCALES = (0.6, 2.0, 6.0)
"""How much further people go for small, middling and large tickets. ASSUMPTION, tuned to bbva_2020 (target G02)."""


_MEMORY = RLock()
# held while something is worked out: threads wait for it instead of doing it twice


@dataclass(frozen=True, eq=False)
class Society:
    """A configuration with its catalogs: who lives where, shops where, and when.

    Attributes
    ----------
    config
        The configuration; its seed is set.
    catalogs
        Customers, cards and merchants made from the same configuration.
    """

    config: Config
    catalogs: Catalogs

    def __post_init__(self) -> None:
        if self.config.seed is None:
            raise ConfigError("seed is not set; a world needs a seed, any integer from 0")

    @cached_property
    def streams(self) -> Streams:
        """All randomness of the world."""
        return Streams(self.config.seed or 0)

    def let_go(self) -> None:
        """Turn the catalogs into arrays and let go of the tables, which a world that only makes days can do without.

        ``catalogs`` is empty from then on; what reads it (reissued cards, checks, exports) needs another world.
        """
        self.entities.let_go()
        tables = (self.catalogs.customers, self.catalogs.cards, self.catalogs.merchants)
        object.__setattr__(self, "catalogs", Catalogs(*(table.schema.empty_table() for table in tables)))

    @cached_property
    def entities(self) -> Entities:
        """The catalogs as arrays."""
        return Entities(
            self.catalogs.customers.select(NEEDED["customers"]),
            self.catalogs.cards.select(NEEDED["cards"]),
            self.catalogs.merchants.select(NEEDED["merchants"]),
            self.layout.places,
            self.reference,
        )

    @cached_property
    def kinds(self) -> Kinds:
        """Kinds of purchase that the world's merchants can serve."""
        cells = self.cells
        available = np.zeros((len(self.reference.categories), 2), dtype=bool)
        available[cells.category, cells.online.astype(np.int64)] = True
        prices = self.price_level[: self.layout.places.n_home_countries]
        return Kinds.of(
            self.config.spending,
            self.reference.categories,
            available=available.ravel(),
            shares=self._shares,
            mean_euros=self.config.spending.mean_ticket_euros / float(np.average(prices, weights=self._home_weights)),
        )

    @property
    def _home_weights(self) -> Floats:
        """Weight of each home country. (h,)"""
        return home_country_weights(self.config, self.layout.places)

    @cached_property
    def keyed_three_ds_share(self) -> float:
        """Share of authenticated requests among those keyed, such that it is the configured one among remote ones."""
        spending, charges = self.config.spending, self.subscriptions.per_day() * self.entities.n_accounts
        remote = spending.ecommerce_share * (1 - spending.cash_share) * self.config.activity.transactions_per_day
        keyed = max(remote - charges, 0.0) * (1 - ON_FILE_SHARE)
        return spending.three_ds_share * remote / max(keyed, 1e-9)

    @cached_property
    def _shares(self) -> Shares:
        """Shares of channels in purchases other than subscriptions."""
        charges = self.subscriptions.per_day() * self.entities.n_accounts
        return Shares.of(self.config.spending, charged=charges / self.config.activity.transactions_per_day)

    @cached_property
    def reference(self) -> Reference:
        """Tables of reference data, as the configuration has them."""
        return self.config.reference.resolved

    @cached_property
    def layout(self) -> Layout:
        """The merchant landscape."""
        return build_layout(self.config)

    @cached_property
    def cells(self) -> Cells:
        """Cells of merchants by place and category."""
        layout = self.layout
        place = np.where(layout.is_online, layout.country, layout.city).astype(np.int64)
        return Cells(layout.first_slot, layout.size, place, layout.category.astype(np.int64), layout.is_online)

    @property
    def first_day(self) -> int:
        """First day that can be made. [day number]"""
        return day_number(self.config.start_date)

    @cached_property
    def reach(self) -> Reach:
        """Which merchants are in reach of which place."""
        cities = self.layout.places
        names = self.reference.category_names
        ratio = np.array([c.ticket_ratio for c in self.reference.categories])
        scale = np.select([ratio < 0.8, ratio < 2.0], DISTANCE_SCALES[:2], DISTANCE_SCALES[2])
        places = np.concatenate([words_of(cities.city_id), name_ids(cities.countries)])
        return build_reach(
            self.cells,
            latitude=cities.latitude,
            longitude=cities.longitude,
            city_country=self.entities.city_country,
            n_countries=len(cities.countries),
            distance_scale=scale,
            foreign_share=self.config.spending.foreign_ecommerce_share,
            popularity=self.config.geography.merchant_zipf_exponent,
            remote_shares=self.kinds.share[1::2],
            foreign_odds=np.array([c.foreign_odds for c in self.reference.categories]),
            offsets=np.stack([self.streams.draw("where.reach", name_id(name)).uniforms(places) for name in names]),
        )

    @cached_property
    def rhythm(self) -> Rhythm:
        """Curves over the week, and the zones they are seen from."""
        present, remote = self.kinds.week
        return Rhythm(self.entities.countries, self.entities.zones, present, remote)

    @cached_property
    def money(self) -> Money:
        """Currencies."""
        return Money.of(self.reference, self.entities.currencies)

    @cached_property
    def price_level(self) -> Floats:
        """Price level by country index. [unitless]"""
        return price_levels(self.reference, self.entities.countries)

    @cached_property
    def travel(self) -> Travel:
        """Journeys."""
        shops = ~self.cells.online
        mass = np.bincount(self.cells.place[shops], self.cells.size[shops], minlength=len(self.layout.places))
        return Travel.of(
            city_country=self.entities.city_country,
            mass=mass.astype(np.float64),
            n_countries=len(self.entities.countries),
            trips_per_year=self.config.spending.foreign_trips_per_year,
        )

    @cached_property
    def subscriptions(self) -> Subscriptions:
        """Subscriptions of all accounts."""
        return Subscriptions.of(
            self.streams,
            self.reference.categories,
            may_have=~self.slumber.rests,
            mean=self.config.spending.subscriptions_per_card,
        )

    @cached_property
    def slumber(self) -> Slumber:
        """Accounts that rest for most of the year."""
        return Slumber.of(
            self.streams,
            activity=self.entities.account_activity,
            dormant_share=self.config.activity.dormant_share,
        )

    @cached_property
    def activity(self) -> ActivityModel:
        """Rates of trips."""
        return ActivityModel.of(
            self.config,
            self.slumber,
            accounts=self.entities.n_accounts,
            decline_rate=self.kinds.decline_rate,
            subscriptions_per_day=self.subscriptions.per_day(),
        )

    @property
    def expected_rows_per_day(self) -> float:
        """Expected genuine rows of an average day, refunds included. [1/day]"""
        spending = self.config.spending
        refundable = float((self.kinds.share * (1 - self.kinds.decline) * self.kinds.refundable).sum())
        return self.config.activity.transactions_per_day * (1 + spending.refund_rate * refundable)

    @cached_property
    def customer_ticket(self) -> Floats:
        """Factor on tickets by customer row. [unitless]"""
        return self.entities.customer_income**INCOME_ELASTICITY

    @cached_property
    def _memory(self) -> dict[tuple[str, int], Any]:
        """What was worked out about single days; dropped oldest first."""
        return {}

    def _remembers(self, what: str, day: int) -> bool:
        """Whether something is known already."""
        return (what, day) in self._memory

    def remember(self, what: str, day: int, make: Callable[[int], Any], *, most: int) -> Any:
        """What was worked out about a day, or another number, before; else it is worked out.

        Parameters
        ----------
        what
            Name of what is remembered.
        make
            Works it out from the number.
        most
            How many are kept, a matter of speed only. [count]
        """
        key = (what, day)
        with _MEMORY:
            if key not in self._memory:
                same = [k for k in self._memory if k[0] == what]
                if len(same) >= most:
                    self._memory.pop(same[0], None)
                self._memory[key] = make(day)
            return self._memory[key]

    def merchants_on(self, day: int) -> Merchants:
        """Merchants by slot on a day."""
        return self.remember("merchants", day, self.entities.merchants_on, most=4)

    def shop_levels_on(self, day: int) -> Floats:
        """Factor on the median ticket by merchant slot: its own, its trade's and its country's. (slots,) [unitless]"""
        return self.remember("levels", day, lambda d: self.merchants_on(d).ticket * self._seat_levels, most=4)

    @cached_property
    def _seat_levels(self) -> Floats:
        seats = self.entities.seats
        trades = trade_factors(self.reference)
        return trades[seats.category, seats.codes.mcc] * self.price_level.take(seats.codes.country)

    def rhythm_on(self, day: int) -> DayRhythm:
        """One UTC day as every zone sees it."""
        return self.remember("rhythm", day, self.rhythm.day, most=16)

    def inclination_on(self, day: int) -> Inclination:
        """What people tend to buy in each quarter hour of a UTC day."""
        return self.remember("inclination", day, lambda d: Inclination.of(self.kinds, self.rhythm_on(d)), most=4)

    def volume_on(self, day: int) -> Floats:
        """Volume of a day in every zone against the average day. (zones,) [unitless]"""
        return self.remember("volume", day, self.rhythm.volume, most=4000)

    def in_euros(self, minor: Ints, currency: AnyArray, day: int) -> Floats:
        """Amounts in minor units of their currencies, at the day's rates. (n,) [EUR]"""
        return minor / (self.money.scale * self.exchange_rates_on(day)).take(currency)

    def exchange_rates_on(self, day: int) -> Floats:
        """Units of each currency per euro on a day. [units/EUR]"""
        return self.remember("rates", day, lambda d: self.money.rates(self.streams, d), most=64)
