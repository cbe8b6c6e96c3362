"""Card testing: stolen or enumerated numbers are tried in bulk at one careless merchant.

A run is a square wave: small amounts on many cards within an hour or two, mostly declined. A
third of the cards that pass are used for a purchase within five days.

References
----------
Targets I05 to I07: vendor reports on card testing; Visa, press release on enumeration, May 2024.

Belongs here: the run and its follow-on. Does not belong here: single tests of one stolen card.
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.config.scenarios import CardTestingParameters, PatternParameters
from fraudsim_assets.fraud.campaigns import SPEND, TEST, Campaigns, Outcome, Plan, Steps, sum_within
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.hideouts import hired_addresses
from fraudsim_assets.fraud.scenario import Scenario
from fraudsim_assets.fraud.scenarios.third_party import StolenCard
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.streams import below, to_uniforms
from fraudsim_assets.units import Ints

CANDIDATES = 24
"""Numbers of the range looked at for each test; the last is taken whether in use or not. [count]"""


class CardTesting(Scenario[CardTestingParameters]):
    """Runs of tests, each one campaign over many accounts."""

    name = "card_testing"
    parameters_model = CardTestingParameters
    horizon = 6.0

    def campaigns(self, parameters: CardTestingParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan runs: one test per card, then purchases on some that passed."""
        p = parameters
        size = int(np.clip(scene.rows_per_day * p.share_of_day, 3, p.cards))
        cards = np.maximum((size * (0.5 + campaigns.uniforms("size"))).astype(np.int64), 2)
        steps = Steps.lay_out(campaigns, cards)
        account = self._range(p, campaigns, steps, scene)
        declined = steps.uniforms(campaigns, "declined") < p.declined
        gap = -np.log(steps.uniforms(campaigns, "gap")) * p.gap_minutes
        steps = replace(
            steps,
            account=account,
            phase=np.full(len(steps), TEST, dtype=np.int64),
            minute=sum_within(np.where(steps.order > 0, gap, 0.0), steps),
            declined=declined,
        )
        used = np.flatnonzero(~declined & (steps.uniforms(campaigns, "follow_on") < p.follow_on))
        later = steps.take(used)
        later = replace(
            later,
            order=later.order + 128,
            offset=0.2 + 4.8 * later.uniforms(campaigns, "follow_on_delay"),
            minute=np.zeros(len(later)),
            phase=np.full(len(later), SPEND, dtype=np.int64),
            declined=later.uniforms(campaigns, "follow_on_declined") < 0.25,
        )
        merged = Steps(**{k: np.concatenate([v, vars(later)[k]]) for k, v in vars(steps).items()})
        merged = merged.take(np.lexsort((merged.order, merged.campaign)))
        n = len(campaigns)
        no = np.zeros(n, dtype=bool)
        # the bank finds the run, and replaces the cards whose numbers are known to others now
        return Plan(merged, Outcome(~no, no, np.full(n, 0.2), ~no))

    def _range(self, p: CardTestingParameters, campaigns: Campaigns, steps: Steps, scene: Scene) -> Ints:
        """Accounts of each run: numbers that lie near each other, those in use more often. (n,)"""
        among = None if p.incident is None else scene.cache(_of_one_bin, most=1 << 8).get(p.incident)
        n = len(scene.victims.weight) if among is None else len(among)
        base = self._first(p, campaigns, scene).take(steps.campaign)
        base = base if among is None else np.searchsorted(among, base)
        ids, thieves = steps.ids(campaigns), scene.thieves
        span = min(max(n // thieves.part_of_numbers, thieves.least_numbers), n)
        place, pending = base.copy(), np.arange(len(steps))
        for attempt in range(CANDIDATES):
            words = campaigns.draw("card").sub(attempt).words(ids[pending])
            near = (words >> np.uint64(32)).view(np.int64) * span >> 32
            place[pending] = (base[pending] + near) % n
            u = to_uniforms(campaigns.draw("card_used").sub(attempt).words(ids[pending]))
            account = place[pending] if among is None else among.take(place[pending])
            pending = pending[u >= 2 * scene.victims.weight.take(account)]
        return place if among is None else among.take(place)

    @staticmethod
    def _first(p: CardTestingParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        """First account of the range that each run goes through. (campaigns,)"""
        words = campaigns.draw("near").words(campaigns.number)
        if p.incident is None:
            return scene.any_account(words)
        among = scene.cache(_of_one_bin, most=1 << 8).get(p.incident)
        return among.take(below(words, len(among)))

    def events(
        self, parameters: CardTestingParameters, campaigns: Campaigns, steps: Steps, scene: Scene, day: int
    ) -> Deeds:
        """Tests all fall on the run's one merchant; purchases are those of a stolen credential."""
        stolen = PatternParameters(
            categories=parameters.follow_on_categories, gang=parameters.follow_on_gang, test=0.0
        ).at(scene.difficulty, fixed=("gang",))
        deeds = StolenCard().events(stolen, campaigns, steps, scene, day)
        tests = np.flatnonzero(steps.phase == TEST)
        if tests.size:
            kind, merchant = self._target(parameters, campaigns.take(tests), scene, day)
            words = campaigns.draw("amount").words(steps.ids_of(campaigns))[tests]
            level = ((words >> np.uint64(32)) & np.uint64(0xFFFF)).astype(np.float64) / 65536.0
            euros = np.where(level < 0.2, 1.0, 0.4 + 4.6 * level**1.5)
            minor, value = scene.write(euros=euros, kind=kind, merchant=merchant, words=words, day=day)
            deeds.kind[tests], deeds.merchant[tests] = kind, merchant
            deeds.minor[tests], deeds.euros[tests] = minor, value
            self._rotate(parameters, campaigns.take(tests), steps.take(tests), deeds, tests)
        return deeds

    @staticmethod
    def _rotate(p: CardTestingParameters, campaigns: Campaigns, steps: Steps, deeds: Deeds, tests: Ints) -> None:
        """Let tests come from devices and addresses that are seen once: fingerprints made up, connections hired."""
        words = campaigns.draw("mask").words(steps.ids_of(campaigns))
        masked = to_uniforms(words) < p.masked
        device = (campaigns.draw("mask_device").words(steps.ids_of(campaigns)) >> np.uint64(16)).view(np.int64)
        deeds.device[tests] = np.where(masked, device, deeds.device[tests])
        deeds.address[tests] = np.where(masked, hired_addresses(words), deeds.address[tests])

    def _target(
        self, parameters: CardTestingParameters, campaigns: Campaigns, scene: Scene, day: int
    ) -> tuple[Ints, Ints]:
        """Kind and merchant of each run: fixed by its number."""
        reference, weights = scene.society.reference, parameters.test_categories
        odds = [reference.categories[reference.category_code(name)].foreign_odds for name in weights]
        often = scene.thieves.runs_abroad * np.average(odds, weights=list(weights.values()))
        away, level = campaigns.uniforms("abroad") < often, (campaigns.uniforms("kind") * 1024).astype(np.int64)
        remote = np.ones(len(campaigns), dtype=bool)
        kind = scene.wares.kinds(weights, campaigns, level=level, remote=remote, abroad=away)
        home = scene.country_of(scene.home_city(self._first(parameters, campaigns, scene), day))
        u = campaigns.uniforms("country")
        country = scene.ordered_from(weights, campaigns, home=home, abroad=away, u=u)
        gone = np.flatnonzero(away)
        kind[gone] = scene.wares.kinds_abroad(
            weights, campaigns.take(gone), level=level[gone], home=home[gone], country=country[gone]
        )
        persona = (campaigns.draw("merchant").words(campaigns.number) >> np.uint64(30)).view(np.int64)
        merchant = scene.merchants(
            persona=persona,
            place=scene.place(kind=kind, city=country * 0, web_country=country),
            kind=kind,
            u=campaigns.uniforms("rank"),
            own=np.zeros(len(campaigns), dtype=bool),
            day=day,
            buyer=home,
        )
        return kind, merchant


def _of_one_bin(scene: Scene, incident: str) -> Ints:
    """Accounts whose numbers begin as those that an incident is about. Ascending."""
    bins = scene.society.entities.account_bin
    held = np.unique(bins)
    word = scene.streams.draw(f"fraud.incident.{incident}.bin").words(np.zeros(1, dtype=np.int64))
    return np.flatnonzero(bins == held[int(below(word, len(held))[0])])
