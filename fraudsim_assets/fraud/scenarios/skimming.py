"""Skimming: cards copied at a compromised merchant, used elsewhere weeks later.

Points of compromise follow each other in every region; a victim is a person who habitually shops
at one. The copy is used after a lag, by magnetic stripe far away or, for data copied from a web
shop's page, remotely.

References
----------
Targets I11 to I13: FICO Card Alert Service; cluster sizes and lags are judged.

Belongs here: points of compromise and their victims. Does not belong here: the use of a stolen
card, which follows the general pattern.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.catalog.layout import customers_per_city
from fraudsim_assets.config.scenarios import SkimmingParameters
from fraudsim_assets.errors import ScenarioError
from fraudsim_assets.fraud.campaigns import Campaigns, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.pattern import Pattern
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.spending.favourites import favourites
from fraudsim_assets.streams import below, combine
from fraudsim_assets.units import AnyArray, Bools, Ints

RESIDENTS = 20_000
"""Most customers of a city among whom regulars of a point of compromise are sought. [count]"""

SEASONS_KEPT = 64
"""Seasons whose copied cards are kept: a matter of speed only. [count]"""


class Skimming(Pattern[SkimmingParameters]):
    """The general pattern, with victims who share a merchant."""

    name = "skimming"
    parameters_model = SkimmingParameters

    def strike(self, parameters: SkimmingParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        """Choose victims among those who habitually shop at the point of compromise."""
        account = scene.victims.choose(campaigns)
        for campaign, copied in self._copied(parameters, campaigns, scene):
            if len(copied.account):
                account[campaign] = copied.account[campaigns.number[campaign] % len(copied.account)]
        return account

    @staticmethod
    def _copied(
        parameters: SkimmingParameters, campaigns: Campaigns, scene: Scene
    ) -> "Iterator[tuple[Ints, CopiedCards]]":
        """Campaigns of each season that occurs, with the cards that are copied in it."""
        season = (campaigns.start // scene.thieves.season_days).astype(np.int64)
        if parameters.incident is not None:
            season = np.full_like(season, _season_of(parameters.incident, scene))
        copied = scene.cache(_copied_cards, most=SEASONS_KEPT)
        for one in np.unique(season).tolist():
            key = (one, parameters.points, parameters.copied_at, parameters.copied_online)
            yield np.flatnonzero(season == one), copied.get(key)

    def events(
        self, parameters: SkimmingParameters, campaigns: Campaigns, steps: Steps, scene: Scene, day: int
    ) -> Deeds:
        """As in the general pattern, with the point of compromise as source."""
        deeds = super().events(parameters, campaigns, steps, scene, day)
        source = np.full(len(steps), -1, dtype=np.int64)
        for campaign, copied in self._copied(parameters, campaigns, scene):
            source[campaign] = copied.merchants_of(campaigns.number[campaign])
        return replace(deeds, source=source)


def _season_of(incident: str, scene: Scene) -> int:
    """Number of the season of an incident, which no other one has."""
    word = scene.streams.draw(f"fraud.incident.{incident}.season").words(np.zeros(1, dtype=np.int64))
    return -1 - int(word[0] >> np.uint64(33))


def _residents(scene: Scene) -> tuple[Ints, Ints]:
    """First customer and number of customers by city of origin. Two of (cities,)"""
    layout = scene.society.landscape.layout
    size = np.zeros(len(layout.places), dtype=np.int64)
    size[layout.home_cities] = customers_per_city(scene.society.config, layout)
    first = np.zeros_like(size)
    first[layout.home_cities] = np.concatenate([[0], np.cumsum(size[layout.home_cities])[:-1]])
    return first, size


def _city_of_person(first: Ints, size: Ints, person: Ints) -> Ints:
    cities = np.flatnonzero(size)
    order = cities[np.argsort(first[cities], kind="stable")]
    return order[np.searchsorted(first[order], person, side="right") - 1]


@dataclass(frozen=True)
class CopiedCards:
    """Cards copied in one season at all its points of compromise, in a fixed random order.

    Campaigns take them in turn, so no card is used by two of them before all others were; a point where more
    people shop yields more cards.

    Attributes
    ----------
    account, merchant : (n,)
        Accounts, each once, and the merchant slot that each was copied at.
    first : int
        Merchant slot of the season's first point.
    """

    account: Ints
    merchant: Ints
    first: int

    @classmethod
    def of(
        cls, scene: Scene, season: int, points: int, copied_at: Sequence[str], copied_online: bool = False
    ) -> "CopiedCards":
        """Find the points of a season, of some categories, and the regulars of each."""
        ids = combine(np.full(points, season), np.arange(points))
        residents = _residents(scene)
        city, kind, slot = _points_of_compromise(scene, residents, ids, copied_at, remote=copied_online)
        found = [_regulars(scene, residents, *place) for place in zip(ids, city, kind, slot, strict=True)]
        account = np.concatenate(found)
        merchant = np.repeat(slot, [len(f) for f in found])
        account, at = np.unique(account, return_index=True)
        draw = scene.streams.draw("fraud.skimming.turn")
        turn = np.argsort(draw.words(combine(np.full(len(account), season), account)), kind="stable")
        return cls(account[turn], merchant[at][turn], int(slot[0]))

    def merchants_of(self, number: Ints) -> Ints:
        """Merchant slot at which the victims of campaigns were copied. (n,)"""
        if len(self.merchant) == 0:
            return np.full(len(number), self.first, dtype=np.int64)
        return self.merchant[number % len(self.merchant)]


def _copied_cards(scene: Scene, key: tuple[int, int, tuple[str, ...], bool]) -> CopiedCards:
    """Cards copied in a season, at so many points of some categories, online or not."""
    return CopiedCards.of(scene, *key)


def _points_of_compromise(
    scene: Scene, residents: tuple[Ints, Ints], ids: AnyArray, copied_at: Sequence[str], *, remote: bool
) -> tuple[Ints, Ints, Ints]:
    """City, kind of purchase and merchant slot of points of compromise, by their addresses. Three of (n,)"""
    draw, (first, size) = scene.streams.draw, residents
    people = draw("fraud.skimming.near").words(ids)
    person = below(people, int(size.sum()))
    city = _city_of_person(first, size, person)
    kinds = np.array([2 * scene.society.reference.category_code(name) + remote for name in copied_at])
    sold = kinds[scene.society.habits.kinds.share[kinds] > 0]
    if len(sold) == 0:
        where = "web shops" if remote else "shops"
        raise ScenarioError(f"copied_at is {', '.join(copied_at)}, which no {where} of this world sell")
    kind = sold[(draw("fraud.skimming.kind").words(ids) % np.uint64(len(sold))).astype(np.int64)]
    return city, kind, _first_favourites(scene, person, city, kind)


def _places(scene: Scene, city: Ints, kind: Ints) -> Ints:
    """Places where residents of cities buy kinds: the city, or the country for web shops. (n,)"""
    return scene.place(kind=kind, city=city, web_country=scene.country_of(city))


def _regulars(
    scene: Scene, residents: tuple[Ints, Ints], point: np.uint64, city: np.int64, kind: np.int64, slot: np.int64
) -> Ints:
    """Accounts of residents whose favourite is a merchant, and who use their cards. (n,)"""
    first, size = residents
    remote = kind % 2 == 1
    # a web shop has customers all over the country, a shop in its city
    cities = np.flatnonzero(size) if remote else np.array([city])
    cities = cities[scene.country_of(cities) == scene.country_of(np.array([city]))]
    number = np.repeat(cities, size[cities])
    within = np.arange(len(number)) - np.repeat(np.cumsum(size[cities]) - size[cities], size[cities])
    everybody = first[number] + within
    count = min(len(everybody), RESIDENTS)
    person = everybody[np.arange(count) * len(everybody) // max(count, 1)]
    person = person[_has_habit(scene, person, city, kind, slot)]
    account = np.searchsorted(scene.society.entities.account_customer, person)
    u = scene.streams.draw("fraud.skimming.used").uniforms(combine(np.full(len(person), point), person))
    return account[u < 2 * scene.victims.weight.take(account)]


def _has_habit(scene: Scene, person: Ints, city: np.int64, kind: np.int64, slot: np.int64) -> Bools:
    """Whether a merchant is persons' first favourite of a kind, which stays so. (n,)"""
    return _first_favourites(scene, person, np.full(len(person), city), np.full(len(person), kind)) == slot


def _first_favourites(scene: Scene, person: Ints, city: Ints, kind: Ints) -> Ints:
    """First favourites of residents of cities, wherever in the city they live: homes of long ago are not known. (n,)"""
    place = _places(scene, city, kind)
    return favourites(scene.society, people=person, place=place, kind=kind, ranks=np.ones_like(person), day=None)
