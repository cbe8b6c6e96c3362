"""Skimming: cards copied at a compromised merchant, used elsewhere weeks later.

Points of compromise follow each other in every region; a victim is somebody who habitually shops
at one. The copy is used after a lag, by magnetic stripe far away or, for data copied from a web
shop's page, remotely.

References
----------
Targets I11 to I13: FICO Card Alert Service; cluster sizes and lags are judged.

Belongs here: points of compromise and their victims. Does not belong here: the use of a stolen
card, which follows the general pattern.
"""

from dataclasses import replace

import numpy as np
from pydantic import Field

from fraudsim_assets.catalog.categories import CATEGORY_NAMES
from fraudsim_assets.catalog.layout import customers_per_city
from fraudsim_assets.fraud.campaigns import Campaigns, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.pattern import Pattern, PatternParameters
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.streams import combine, to_uniforms
from fraudsim_assets.units import Ints

SEASON_DAYS = 24
"""A new set of points of compromise every 24 days; each is open for about 12. Target I11. [operational days]"""

PLACES_TO_COPY = ("fuel", "cash_machine", "restaurant", "grocery")
"""Categories in which cards are copied: pumps, cash machines and tills. ASSUMPTION after target I11."""

CANDIDATES = 96
"""Customers of the city looked at for each victim. [count]"""

HABIT_RANKS = 3
"""A victim has the point of compromise among so many favourites of its category. [count]"""


class SkimmingParameters(PatternParameters):
    """Use of cards that were copied at a merchant."""

    points: int = Field(default=6, ge=1, le=1000, description="Points of compromise at a time. [count]")


class Skimming(Pattern):
    """The general pattern, with victims who share a merchant."""

    def __init__(self) -> None:
        super().__init__(
            "skimming",
            share=0.13,
            hours="retail",
            remote=0.08,
            categories={
                "grocery": 0.24,
                "fuel": 0.16,
                "restaurant": 0.12,
                "fast_food": 0.10,
                "specialty_retail": 0.14,
                "electronics": 0.05,
                "clothing": 0.16,
            },
            steps=3.8,
            test=0.3,
            cash=0.12,
            abroad=0.47,
            gang=0.3,
            amount=75.0,
            modest=0.3,
            entry="magstripe",
            wallet=1.0,
            days_between=2.2,
            declined=0.55,
            detection=0.2,
            mimicry=0.1,
        )
        self.parameters_model = _with_points(self.parameters_model)

    def strike(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        """Choose victims among those who habitually shop at the point of compromise."""
        city, kind, slot = self._points(parameters, campaigns, scene)
        first, size = _residents(scene)
        account = scene.victims.choose(campaigns)
        pending, exposure = np.flatnonzero(size[city] > 0), scene.victims.weight
        for attempt in range(CANDIDATES):
            if pending.size == 0:
                break
            words = campaigns.draw("resident").sub(attempt).words(campaigns.number[pending])
            count = size[city[pending]].astype(np.uint64)
            person = first[city[pending]] + (((words >> np.uint64(32)) * count) >> np.uint64(32)).view(np.int64)
            habitual = _has_habit(scene, person, city[pending], kind[pending], slot[pending])
            holding = np.searchsorted(scene.society.entities.account_customer, person)
            u = to_uniforms(campaigns.draw("resident_used").sub(attempt).words(campaigns.number[pending]))
            copied = habitual & (u < 2 * exposure.take(holding))
            account[pending[copied]] = holding[copied]
            pending = pending[~copied]
        return account

    def _points(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> tuple[Ints, Ints, Ints]:
        """Point of compromise of each campaign: city, kind of purchase, merchant slot."""
        reach = scene.society.reach
        season = (campaigns.start // SEASON_DAYS).astype(np.int64)
        level = campaigns.uniforms("point")
        # some points are larger than others
        point = (level * level * getattr(parameters, "points", 6)).astype(np.int64)
        ids = combine(season, point)
        draw = campaigns.streams.draw
        first, size = _residents(scene)
        people = draw("fraud.skimming.near").words(ids)
        n = np.uint64(int(size.sum()))
        person = (((people >> np.uint64(32)) * n) >> np.uint64(32)).view(np.int64)
        city = _city_of_person(first, size, person)
        kinds = np.array([2 * CATEGORY_NAMES.index(c) for c in PLACES_TO_COPY])
        kinds = kinds[scene.society.kinds.share[kinds] > 0]
        kind = kinds[(draw("fraud.skimming.kind").words(ids) % np.uint64(len(kinds))).astype(np.int64)]
        slot = reach.choose(
            people=person, place=city, kind=kind, ranks=np.ones_like(kind), favourites=draw("where.favourite")
        )
        return city, kind, slot

    def events(
        self, parameters: PatternParameters, campaigns: Campaigns, steps: Steps, scene: Scene, day: int
    ) -> Deeds:
        """As in the general pattern, with the point of compromise as source."""
        deeds = super().events(parameters, campaigns, steps, scene, day)
        return replace(deeds, source=self._points(parameters, campaigns, scene)[2])


def _with_points(model: type[PatternParameters]) -> type[PatternParameters]:
    from pydantic import create_model

    field = SkimmingParameters.model_fields["points"]
    return create_model("SkimmingParameters", __base__=model, __doc__=model.__doc__, points=(int, field))


def _residents(scene: Scene) -> tuple[Ints, Ints]:
    """First customer and number of customers by city of origin. Two of (cities,)"""
    layout = scene.society.layout
    size = np.zeros(len(layout.places), dtype=np.int64)
    size[layout.home_cities] = customers_per_city(scene.society.config, layout)
    first = np.zeros_like(size)
    first[layout.home_cities] = np.concatenate([[0], np.cumsum(size[layout.home_cities])[:-1]])
    return first, size


def _city_of_person(first: Ints, size: Ints, person: Ints) -> Ints:
    cities = np.flatnonzero(size)
    order = cities[np.argsort(first[cities], kind="stable")]
    return order[np.searchsorted(first[order], person, side="right") - 1]


def _has_habit(scene: Scene, person: Ints, city: Ints, kind: Ints, slot: Ints) -> np.ndarray:
    """Whether the merchant is among a person's favourites of a kind. (n,)"""
    found = np.zeros(len(person), dtype=bool)
    favourites = scene.streams.draw("where.favourite")
    for rank in range(1, HABIT_RANKS + 1):
        ranks = np.full(len(person), rank, dtype=np.int64)
        found |= (
            scene.society.reach.choose(people=person, place=city, kind=kind, ranks=ranks, favourites=favourites) == slot
        )
    return found


SKIMMING = Skimming()
