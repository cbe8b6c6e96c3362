"""Epochs: what the timeline changes in genuine life, day by day: rules of the bank, and shocks to spending.

Belongs here: values of a day as changes leave them. Does not belong here: dates and names of changes
(``config.timeline``), factors of shocks (``reference_data``), and fraud.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.caching import DayCache
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios import enabled_changes
from fraudsim_assets.maths.ramps import Ramp
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.shocks import Shock
from fraudsim_assets.spending.habits import Habits
from fraudsim_assets.spending.lives import Lives
from fraudsim_assets.spending.needs import weights_of
from fraudsim_assets.units import Bools, Floats, Ints, day_number


def ramps_of(config: Config) -> Mapping[str, Ramp]:
    """When changes hold, by name, in alphabetical order."""
    return {
        name: Ramp(day_number(change.start), change.ramp_days, None if change.end is None else day_number(change.end))
        for name, change in enabled_changes(config).items()
    }


@dataclass(frozen=True)
class ShockOfDay:
    """What a day of a shock is like, against a day without.

    Attributes
    ----------
    visits : (needs, homes)
        How often needs come up, by homes as ``lives.weights`` numbers them. [unitless]
    trades : (kinds, countries)
        Payments of each kind by people of a country. [unitless]
    most : (needs, countries)
        The highest of the factors of the kinds that a need buys. [unitless]
    ticket : (kinds, countries)
        Sums paid by people of a country. [unitless]
    volume : float
        Payments of everybody. [unitless]
    """

    visits: Floats
    trades: Floats
    most: Floats
    ticket: Floats
    volume: float


@dataclass(frozen=True, eq=False)
class Epochs:
    """Rules and shocks of a world over time.

    Attributes
    ----------
    config, reference, habits, lives
        Of the world.
    countries
        All countries, in the order of their indices.
    """

    config: Config
    reference: Reference
    habits: Habits
    lives: Lives
    countries: tuple[str, ...]

    @cached_property
    def _ramps(self) -> Mapping[str, Ramp]:
        return ramps_of(self.config)

    def three_ds_share_of_keyed(self, day: int) -> float:
        """Share of authenticated requests among those that customers key, by the rules of a day. [share]"""
        return self._rule("three_ds_share", self.config.spending.three_ds_share, day) * self.habits.three_ds_factor

    def tap_limit(self, day: int) -> float:
        """Sum up to which cards are tapped without a PIN, by the rules of a day. [EUR]"""
        return self._rule("tap_limit_euros", self.reference.authorisation.tap_limit_euros, day)

    def _rule(self, name: str, usual: float, day: int) -> float:
        value = usual
        for change, ramp in self._ramps.items():
            ruled = getattr(self.config.timeline[change].rules, name)
            if ruled is not None:
                value += (ruled - usual) * float(ramp.at(day))
        return value

    @cached_property
    def shocks(self) -> tuple[tuple[Ramp, Shock, Bools], ...]:
        """Shocks: when they hold, what they do fully grown, and to whom: true by country."""
        found = []
        for change, ramp in self._ramps.items():
            told = self.config.timeline[change].shock
            if told.shape is not None:
                struck = np.array([not told.countries or country in told.countries for country in self.countries])
                found.append((ramp, _of_depth(self.reference.shocks[told.shape], told.depth), struck))
        return tuple(found)

    def shock_on(self, day: int) -> ShockOfDay | None:
        """The shock of a day; None where everything is as usual."""
        return self._days.get(day) if any(ramp.touches(day, day) for ramp, _, _ in self.shocks) else None

    def volume(self, first: int, last: int) -> Floats:
        """Payments of days against those without shocks. (last - first + 1,) [unitless]"""
        found = np.ones(last - first + 1)
        for ramp, _, _ in self.shocks:
            begin, end = max(first, ramp.start), last if ramp.end is None else min(last, ramp.end + ramp.days)
            for day in range(begin, end + 1):
                shock = self.shock_on(day)
                found[day - first] = 1.0 if shock is None else shock.volume
        return found

    @cached_property
    def journeys_made(self) -> Callable[[Ints, Ints], Floats] | None:
        """Share of journeys that are made, by home country and first day; None if nothing ever keeps anybody home."""
        return self._journeys_made if self.shocks else None

    def _journeys_made(self, country: Ints, day: Ints) -> Floats:
        made = np.ones(len(day))
        for ramp, shock, struck in self.shocks:
            made -= (1 - shock.journeys) * ramp.at(day) * struck.take(country)
        return np.maximum(made, 0.0)

    @cached_property
    def _days(self) -> DayCache[ShockOfDay]:
        return DayCache(self._find, most=256)

    def _find(self, day: int) -> ShockOfDay:
        kinds = self.habits.kinds
        factor, ticket = np.ones((2, len(kinds.share), len(self.countries)))
        for ramp, shock, struck in self.shocks:
            progress = float(ramp.at(day)) * struck
            for code, category in enumerate(self.reference.categories):
                name = category.name
                factor[2 * code] += (shock.present.get(name, 1.0) - 1.0) * progress
                factor[2 * code + 1] += (shock.remote.get(name, 1.0) - 1.0) * progress
                ticket[2 * code] += (shock.ticket.get(name, 1.0) - 1.0) * progress
        weights, total = self._weights, self._weights.sum(axis=1, keepdims=True)
        factor = np.maximum(factor, 0.0)
        by_need = (weights @ factor) / np.maximum(total, 1e-300)
        most = np.where(weights[:, :, None] > 0, factor[None], 0.0).max(axis=1)
        visits = np.where(total > 0, by_need, 1.0)[:, self._country_of_home]
        people = np.array([self.config.geography.countries.get(country, 0.0) for country in self.countries])
        people = people / people.sum()
        occasions = self.habits.occasions_per_day / max(self.config.activity.transactions_per_day, 1e-9)
        spent = float(total.ravel() @ (by_need @ people)) / float(total.sum())
        volume = 1.0 + occasions * (spent - 1.0)
        return ShockOfDay(visits, factor, most, np.maximum(ticket, 0.05), volume)

    @cached_property
    def _weights(self) -> Floats:
        """Purchases of each kind that each need makes. (needs, kinds) [share]"""
        return weights_of(self.lives.model.needs, self.reference.categories, self.habits.kinds.share)

    @cached_property
    def _country_of_home(self) -> Ints:
        """Country index of homes. (homes,)"""
        weights = self.lives.weights
        codes = [region.country for region in weights.rates.regions]
        return np.array([self.countries.index(code) for code in codes])[weights.homes[:, 1]]


def _of_depth(shock: Shock, depth: float) -> Shock:
    """A shock that goes a part of the way."""

    def part(factors: Mapping[str, float]) -> dict[str, float]:
        return {name: 1.0 + depth * (factor - 1.0) for name, factor in factors.items()}

    changed = {name: part(getattr(shock, name)) for name in ("present", "remote", "ticket")}
    return shock.model_copy(update=changed | {"journeys": 1.0 + depth * (shock.journeys - 1.0)})
