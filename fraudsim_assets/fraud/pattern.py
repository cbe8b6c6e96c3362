"""A general pattern of stolen cards, which most scenarios are settings of.

A campaign may begin with tests, goes on with purchases in one sitting or several, meets declines,
and ends when the bank detects it or the holder reports it; a few attempts follow the block.

Belongs here: the pattern. Does not belong here: its parameters (``config.scenarios``) and their values
(``reference_data/data/scenarios``).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

import numpy as np

from fraudsim_assets.config.scenarios import MOST_TRACES, PatternParameters
from fraudsim_assets.fraud.campaigns import CASH, LURE, SPEND, TEST, UNPLACED, Campaigns, Plan, Steps
from fraudsim_assets.fraud.deeds import AS_USUAL, Deeds
from fraudsim_assets.fraud.discovery import detected_and_blocked
from fraudsim_assets.fraud.scenario import Scenario
from fraudsim_assets.fraud.scene import PERSON_BITS, Scene
from fraudsim_assets.fraud.sittings import in_sittings
from fraudsim_assets.fraud.traces import Traces
from fraudsim_assets.maths.sampling import QUANTILE_BITS, geometric_extra, normal_quantiles
from fraudsim_assets.spending.amount import ticket_levels
from fraudsim_assets.spending.authorisation import NO_THREE_DS
from fraudsim_assets.streams import combine
from fraudsim_assets.tables.codes import ENTRY_MODES, EVENT_CHANNELS, EVENT_OUTCOMES, EVENT_TYPES
from fraudsim_assets.units import DAY, SECOND, AnyArray, Bools, Floats, Ints

P = TypeVar("P", bound=PatternParameters)


class Pattern(Scenario[P]):
    """Base of scenarios that follow the general pattern."""

    horizon = 24.0

    def campaigns(self, parameters: P, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan campaigns: tests, purchases, declines, detection, block."""
        p = parameters
        tests = (campaigns.uniforms("test") < p.test).astype(np.int64)
        tests *= 1 + (campaigns.uniforms("second_test") < 0.5)
        counts = 1 + geometric_extra(campaigns.uniforms("steps"), p.steps - 1, p.most_steps - 1)
        steps = Steps.lay_out(campaigns, tests + counts)
        testing = steps.order < tests.take(steps.campaign)
        in_person = ~self._is_remote(p, campaigns).take(steps.campaign)
        cash = in_person & (steps.uniforms(campaigns, "cash") < p.cash)
        steps = replace(steps, phase=np.where(testing, TEST, np.where(cash, CASH, SPEND)))
        ids, each = steps.ids(campaigns), campaigns.take(steps.campaign)
        sums, table = self.sums(each, steps, scene), scene.thieves
        discreet = self.usual(p, each, steps, scene, sums, share=table.usual_sums) | self.modest(p, campaigns, sums)
        large = ticket_levels(campaigns.draw("deed").words(sums)) / (1 << QUANTILE_BITS - 1) - 1
        bold = p.declined + min(table.large_declines, p.declined, 1 - p.declined) * large
        refusal = np.where(discreet, p.declined * table.discreet_declines, bold)
        refusal = np.where(steps.phase == TEST, p.declined_test, refusal)
        steps = replace(steps, declined=campaigns.draw("declined").uniforms(ids) < refusal)
        pace = self._pace(p, each, steps, scene, in_person=in_person)
        steps = in_sittings(p, scene.thieves, campaigns, steps, tests, horizon=self.horizon, **pace)
        return detected_and_blocked(p, campaigns, steps, scene)

    @classmethod
    def _pace(
        cls, p: PatternParameters, each: Campaigns, steps: Steps, scene: Scene, *, in_person: Bools
    ) -> dict[str, Floats]:
        """Mean time before each step of a sitting, and the least: little after a refusal, where the shop is the same.

        Campaigns come one per step.
        """
        refused = np.append(False, steps.declined[:-1]) & (steps.order > 0)
        again, table = refused & cls._stays(each, steps, scene), scene.thieves
        slow = np.where(cls._careful(p, each, scene), table.unhurried, 1.0)
        far = np.where(in_person, table.far_from_haste, table.sprees_abroad)
        slow *= np.where(each.uniforms("abroad") < p.abroad, far, 1.0)
        hurries = each.draw("hurries").uniforms(steps.ids_of(each)) < table.at_once
        gap = np.where(again | (refused & ~in_person & hurries), table.hurried, 1.0) * slow * p.gap_minutes
        return {"gap": gap, "pause": np.where(in_person, table.in_person_minutes, 0.4)}

    @staticmethod
    def _stays(campaigns: Campaigns, steps: Steps, scene: Scene) -> Bools:
        """Whether steps are tried at the shop of the step before; campaigns come one per step. (n,)"""
        stays = campaigns.draw("stays").uniforms(steps.ids_of(campaigns)) < scene.thieves.stays
        return stays & (steps.phase != TEST) & (steps.order % 2 == 1)

    @classmethod
    def _tried(cls, campaigns: Campaigns, steps: Steps, scene: Scene) -> Ints:
        """Order of the step whose sum each step asks for: that of the step before where it is tried once more. (n,)"""
        again = campaigns.draw("again").uniforms(steps.ids_of(campaigns)) < scene.thieves.repeats
        return steps.order - (cls._stays(campaigns, steps, scene) & again)

    @classmethod
    def sums(cls, campaigns: Campaigns, steps: Steps, scene: Scene) -> AnyArray:
        """Addresses by which steps choose their sums; campaigns come one per step. (n,)"""
        return combine(campaigns.number, cls._tried(campaigns, steps, scene))

    def is_remote(self, parameters: P) -> bool:
        """Whether most campaigns are committed remotely."""
        return parameters.remote >= 0.5

    def by_day(self, parameters: P, campaigns: Campaigns) -> Bools:
        """Campaigns in shops abroad keep to the hours of the day, when shops there are open. (n,)"""
        return (campaigns.uniforms("abroad") < parameters.abroad) & ~self._is_remote(parameters, campaigns)

    @staticmethod
    def _careful(p: PatternParameters, campaigns: Campaigns, scene: Scene) -> Bools:
        """Whether campaigns hide in the holder's habits, at most of their steps. (n,)"""
        return campaigns.uniforms("careful") < (scene.stealth if p.mimicry is None else p.mimicry)

    @classmethod
    def hides(cls, p: PatternParameters, campaigns: Campaigns, scene: Scene, ids: AnyArray) -> Bools:
        """Whether each step hides in the holder's habits; campaigns come one per step. (n,)"""
        alike = campaigns.draw("hides_alike").uniforms(ids) < scene.thieves.constancy
        own = campaigns.draw("hides").uniforms(ids) < (scene.stealth if p.mimicry is None else p.mimicry)
        return np.where(alike, cls._careful(p, campaigns, scene), own)

    @staticmethod
    def _undisguised(p: PatternParameters, campaigns: Campaigns, scene: Scene) -> Bools:
        """Whether campaigns come from a ring's devices and addresses though they hide in the holder's habits. (n,)"""
        if p.mimicry is not None:
            return np.zeros(len(campaigns), dtype=np.bool_)
        return (campaigns.ring >= 0) & (campaigns.uniforms("undisguised") < scene.thieves.undisguised)

    @staticmethod
    def modest(p: PatternParameters, campaigns: Campaigns, ids: AnyArray) -> Bools:
        """Whether each purchase is kept small. (n,)"""
        return campaigns.draw("modest").uniforms(ids) < p.modest

    @classmethod
    def usual(
        cls, p: PatternParameters, campaigns: Campaigns, steps: Steps, scene: Scene, ids: AnyArray, share: float = 1.0
    ) -> Bools:
        """Whether each step buys what people usually buy; of those, a share that pay the usual sum for it. (n,)"""
        hides = cls.hides(p, campaigns, scene, ids)
        bought = (steps.phase == SPEND) | (steps.phase == LURE)
        return hides & bought & (campaigns.draw("usual").uniforms(ids) < share * p.usual)

    def _is_remote(self, p: PatternParameters, campaigns: Campaigns) -> Bools:
        return campaigns.uniforms("remote") < p.remote

    def events(self, parameters: P, campaigns: Campaigns, steps: Steps, scene: Scene, day: int) -> Deeds:
        """Say what is bought, where, for how much and with which device."""
        p, n = parameters, len(steps)
        # campaigns come one per step here: address steps by (campaign number, order)
        ids = steps.ids_of(campaigns)
        sums, table = self.sums(campaigns, steps, scene), scene.thieves
        words = campaigns.draw("deed").words(sums)
        # whoever was refused, or was not, tries the same shop once more
        where = combine(campaigns.number, steps.order - self._stays(campaigns, steps, scene))

        def of_shop(decision: str) -> Floats:
            return campaigns.draw(decision).uniforms(where)

        hides = self.hides(p, campaigns, scene, ids)
        usual = self.usual(p, campaigns, steps, scene, where)
        remote = self._is_remote(p, campaigns)
        away = (campaigns.uniforms("abroad") < p.abroad) & ~self._tests_at_home(campaigns, steps, scene, remote)
        home = scene.home_city(steps.account, day)
        country = scene.country_of(home)
        city = self._city(p, campaigns, scene, home=home, country=country)
        gone = np.where(remote, away, city != home)
        web = self._seat(p, campaigns, steps, scene, country=country, away=away)
        kind = self._kinds(
            p, campaigns, steps, scene, remote=remote, away=gone, usual=usual, u=of_shop("kind"), seat=(country, web)
        )
        remote = kind % 2 == 1
        gang, known = self._gang(p, campaigns, scene, of_shop("gang"))
        own = usual & (of_shop("own_merchant") < p.own_merchant) & (city == home)
        persona = np.where(own, scene.customers(steps.account), gang)
        place = scene.place(kind=kind, city=city, web_country=np.where(own, country, web))
        merchant = scene.merchants(
            persona=persona, place=place, kind=kind, u=of_shop("rank"), own=own, day=day, buyer=country
        )
        merchant = np.where(known & ~own & ~away, scene.careless_merchants(merchant, gang, kind), merchant)
        merchant, kind = scene.near(merchant, place=place, kind=kind, words=campaigns.draw("near").words(where))
        placed = np.flatnonzero((steps.moment != UNPLACED) & ~remote)
        merchant[placed], kind[placed] = scene.hours.open_instead(
            merchant[placed], kind[placed], moment=steps.moment[placed], day=day, ids=where[placed]
        )
        growth = np.exp(p.escalation * np.minimum(self._tried(campaigns, steps, scene), 8))
        modest = self.modest(p, campaigns, sums)
        fair = self.usual(p, campaigns, steps, scene, sums, share=table.usual_sums)
        # what is aimed at is the same sum whatever is bought, so dear for what is usually cheap
        meant = p.amount * scene.wares.fashions.sums(campaigns.scenario, campaigns.start)
        kinds = scene.society.habits.kinds
        wanted = (meant / kinds.median.take(kind)) ** p.aim
        bold = np.minimum(growth * wanted, np.exp(table.boldest * kinds.sigma.take(kind) ** 2))
        minor, euros = scene.prices(
            kind=kind,
            merchant=merchant,
            words=words,
            factor=np.where(fair, 1.0, np.where(modest, table.modest_factor, bold)),
            sigma=np.where(fair | modest, 1.0, p.spread),
            day=day,
        )
        small = np.flatnonzero(steps.phase == TEST)
        if small.size:
            minor[small], euros[small] = _test_amounts(scene, kind[small], merchant[small], words[small], day)
        lent = hides & ~self._undisguised(p, campaigns, scene)
        device = np.where(lent, AS_USUAL, scene.hideouts.devices(campaigns))
        noise = words >> np.uint64(32)
        address = np.where(lent, 0, scene.hideouts.addresses(campaigns, country=country, noise=noise, day=day))
        plain = np.full(n, AS_USUAL, dtype=np.int64)
        entry = plain if p.entry is None else np.full(n, ENTRY_MODES.index(p.entry), dtype=np.int64)
        phone = (campaigns.uniforms("wallet") < p.wallet) & (city == home)
        entry = np.where(phone, ENTRY_MODES.index("contactless"), entry)
        return Deeds(
            kind=kind,
            merchant=merchant,
            minor=minor,
            euros=euros,
            entry=np.where(remote & (p.entry in {"magstripe", "chip", "contactless"}), plain, entry),
            three_ds=self._authentication(p, scene, remote, hides, campaigns.draw("three_ds").uniforms(ids)),
            device=device,
            address=address,
            source=np.full(n, -1, dtype=np.int64),
        )

    def traces(self, parameters: P, campaigns: Campaigns, scene: Scene) -> Traces:
        """Say which events come before the first step, one after the other."""
        parts, n = [], len(campaigns)
        for number, trace in enumerate(parameters.traces):
            draw = campaigns.draw("trace").sub(number)
            times = 1 + (draw.sub(1).uniforms(campaigns.number) * trace.most).astype(np.int64)
            times = np.where(draw.uniforms(campaigns.number) < trace.share, times, 0)
            campaign = np.repeat(np.arange(n), times)
            within = np.arange(len(campaign)) - np.repeat(np.cumsum(times) - times, times)
            parts.append((campaign, np.full(len(campaign), number), within))
        if not parts:
            return Traces.none()
        campaign, number, within = (np.concatenate(column) for column in zip(*parts, strict=True))
        # the first lies a while before the first step, and each that follows closer to it
        least, most = parameters.lead_days
        lead = least * (most / least) ** campaigns.uniforms("trace_lead")
        part = campaigns.draw("trace_time").uniforms(combine(campaigns.number.take(campaign), number))
        passed = (number + 0.8 * part) / len(parameters.traces)
        own = np.array([trace.device == "holder" for trace in parameters.traces])[number]
        home = scene.country_of(scene.home_city(campaigns.account, campaigns.start.astype(np.int64)))
        abroad, u = scene.thieves.traces_abroad, campaigns.uniforms("trace_city")
        country = scene.web_country(home, u < abroad, u / abroad % 1.0)
        address = _addresses(campaigns, scene, country)

        def codes(field: str, names: tuple[str, ...]) -> Ints:
            return np.array([names.index(getattr(trace, field)) for trace in parameters.traces])[number]

        return Traces(
            campaign=campaign,
            order=number * MOST_TRACES + within,
            kind=codes("event", EVENT_TYPES),
            channel=codes("channel", EVENT_CHANNELS),
            outcome=codes("outcome", EVENT_OUTCOMES),
            offset=lead.take(campaign) * (passed - 1.0) + within * (scene.thieves.traces_apart * SECOND) / DAY,
            device=np.where(own, AS_USUAL, scene.hideouts.devices(campaigns).take(campaign)),
            address=np.where(own, 0, address.take(campaign)),
            country=np.where(own, AS_USUAL, country.take(campaign)),
            drop=np.where(own, AS_USUAL, scene.hideouts.drops(campaigns).take(campaign)),
            phone=np.where(own, AS_USUAL, scene.hideouts.phones(campaigns, home).take(campaign)),
        )

    def _kinds(
        self,
        p: PatternParameters,
        campaigns: Campaigns,
        steps: Steps,
        scene: Scene,
        *,
        remote: Bools,
        away: Bools,
        usual: Bools,
        u: Floats,
        seat: tuple[Ints, Ints],
    ) -> Ints:
        level, ordered = (u * 1024).astype(np.int64), np.flatnonzero(remote & away)
        home, web = (countries[ordered] for countries in seat)

        def among(categories: Mapping[str, float]) -> Ints:
            found = scene.wares.kinds(categories, campaigns, level=level, remote=remote, abroad=away)
            found[ordered] = scene.wares.kinds_abroad(
                categories, campaigns.take(ordered), level=level[ordered], home=home, country=web
            )
            return found

        buys = np.where(usual, among({}), among(p.categories))
        cash = scene.wares.kind_table({"cash_machine": 1.0}, remote=False)[level]
        tests = among(p.test_categories)
        return np.where(steps.phase == TEST, tests, np.where(steps.phase == CASH, cash, buys))

    @staticmethod
    def _seat(p: P, campaigns: Campaigns, steps: Steps, scene: Scene, *, country: Ints, away: Bools) -> Ints:
        """Country of web shops: one for all purchases of a campaign, one for its tests, by one choice of its ring's."""
        of_ring = campaigns.streams.draw("fraud.gang_country").uniforms(np.maximum(campaigns.ring, 0))
        u = np.where(campaigns.ring >= 0, of_ring, campaigns.uniforms("web"))
        found, tried = (
            scene.ordered_from(wares, campaigns, home=country, abroad=away, u=u)
            for wares in (p.categories, p.test_categories)
        )
        return np.where(steps.phase == TEST, tried, found)

    @staticmethod
    def _tests_at_home(campaigns: Campaigns, steps: Steps, scene: Scene, remote: Bools) -> Bools:
        """Whether steps are remote tests at shops of the holder's own country, whatever is bought elsewhere. (n,)"""
        return remote & (steps.phase == TEST) & (campaigns.uniforms("tests_abroad") >= scene.thieves.runs_abroad)

    def _city(self, p: PatternParameters, campaigns: Campaigns, scene: Scene, *, home: Ints, country: Ints) -> Ints:
        """City of in-person steps: the holder's own unless abroad."""
        away = scene.foreign_city(country, campaigns.uniforms("city"))
        goes = (campaigns.uniforms("abroad") < p.abroad) & (away >= 0)
        return np.where(goes, away, home)

    def _gang(self, p: PatternParameters, campaigns: Campaigns, scene: Scene, u: Floats) -> tuple[Ints, Bools]:
        """Whose pattern of merchants: a gang's (true), or no gang's.

        A ring is a gang of its own; others follow one of the season, as merchants that look away become known.
        """
        season = (campaigns.start // scene.thieves.gang_days).astype(np.int64)
        level = campaigns.uniforms("gang_number")
        # some gangs are larger than others
        gang = (level * level * max(scene.rows_per_day / scene.thieves.rows_of_a_gang, 2.0)).astype(np.int64)
        known = campaigns.streams.draw("fraud.gang").words(combine(season, gang))
        known = np.where(campaigns.ring >= 0, scene.rings.words("merchants", campaigns.ring), known)
        known = (known >> np.uint64(30)).view(np.int64)
        alone = (campaigns.draw("loner").words(campaigns.number) >> np.uint64(30)).view(np.int64)
        return np.where(u < p.gang, known, alone) & ((1 << PERSON_BITS) - 1), u < p.gang

    def _authentication(self, p: PatternParameters, scene: Scene, remote: Bools, hides: Bools, u: Floats) -> Ints:
        """As for anybody in shops that do not look away, which holders go to and some who hide; else none."""
        asked = np.where(hides, 1.0 if p.mimicry is not None else scene.thieves.careless_of_3ds, p.authenticated)
        return np.where(remote & (u < asked), AS_USUAL, NO_THREE_DS)


def _addresses(campaigns: Campaigns, scene: Scene, country: Ints) -> Ints:
    """Addresses that fraudsters have on the days on which campaigns start, in countries. (n,)"""
    noise = campaigns.draw("trace_carrier").words(campaigns.number)
    days, found = campaigns.start.astype(np.int64), np.zeros(len(campaigns), dtype=np.int64)
    for day in np.unique(days).tolist():
        some = np.flatnonzero(days == day)
        found[some] = scene.hideouts.addresses(campaigns.take(some), country=country[some], noise=noise[some], day=day)
    return found


def _test_amounts(scene: Scene, kind: Ints, merchant: Ints, words: AnyArray, day: int) -> tuple[Ints, Floats]:
    """Small amounts: about a fifth exactly 1 or 5, the others up to a few euros. Source: target I05."""
    level = ((words >> np.uint64(32)) & np.uint64(0xFFFF)).view(np.int64)
    small = np.exp(np.log(1.9) + 0.8 * normal_quantiles().take(level).astype(np.float64))
    exact = (words >> np.uint64(50)) & np.uint64(15)
    small = np.where(exact < 2, 1.0, np.where(exact == 2, 5.0, small))
    return scene.write(euros=np.clip(small, 0.3, 12.0), kind=kind, merchant=merchant, words=words, day=day)
