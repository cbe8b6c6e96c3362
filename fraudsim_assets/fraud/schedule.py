"""The calendar of fraud: which campaigns run, their rows on a day, and the blocks they cause.

The one idea: how many campaigns a scenario starts per operational day follows from its share of
the configured rate and from the mean number of rows of a campaign, found on a fixed set of pilot
campaigns that are planned but never happen.

Belongs here: composition of scenarios over time. Does not belong here: what scenarios do, and
labels.
"""

from dataclasses import dataclass, fields, replace
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN, TRANSACTION
from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.fraud.campaigns import Campaigns, Plan, Steps, tickets
from fraudsim_assets.fraud.cast import cast_scenarios
from fraudsim_assets.fraud.clock import OperationalClock
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.rows import FraudRows, fraud_slots
from fraudsim_assets.fraud.scenario import Casting
from fraudsim_assets.fraud.scene import Scene, at_quantile, hour_quantiles
from fraudsim_assets.fraud.victims import Victims
from fraudsim_assets.spending.society import Society
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Bools, Floats, Ints

PILOTS = 4096
"""Pilot campaigns per scenario; the mean rows of a campaign are known to about 1.5 %. [count]"""

PILOT_NUMBER = 1 << 40
"""Numbers of pilots start here, out of reach of any real campaign."""


_ROWS_AT_ONCE, _SPANS_KEPT = 1 << 17, 6


@dataclass(frozen=True)
class Timetable:
    """Planned campaigns of one scenario, with their steps placed in time.

    Attributes
    ----------
    casting, campaigns, plan
        The scenario, its campaigns and their plan.
    day, moment
        Of each step. [day number], [microseconds since midnight UTC]
    known
        When the bank knows of each campaign, by absolute time; ``NEVER`` if it does not.
        [microseconds since 1970]
    """

    casting: Casting
    campaigns: Campaigns
    plan: Plan
    day: Ints
    moment: Ints
    known: Ints


NEVER = 1 << 62
"""Stands for a time that does not come. [microseconds]"""


@dataclass(frozen=True)
class Blocks:
    """Cards blocked by the bank, sorted by account, then time. One entry per block.

    Attributes
    ----------
    account
        Account index.
    blocked, reissued
        When the old plastic stops and the new one starts. [microseconds since 1970]
    campaign
        Campaign that caused it.
    """

    account: Ints
    blocked: Ints
    reissued: Ints
    campaign: Ints


@dataclass(frozen=True)
class Footsteps:
    """Steps of campaigns, sorted by account, then time: when and under which slot. One entry per step."""

    account: Ints
    when: Ints
    slot: Ints


BETWEEN_SITTINGS = 45.0
"""Time between sittings of a campaign that fall on one day. ASSUMPTION. [minutes]"""


class FraudSchedule:
    """Fraud of a society over time.

    Parameters
    ----------
    society
        Genuine life.
    """

    def __init__(self, society: Society) -> None:
        self.society = society
        settings = society.config.fraud
        self.castings = cast_scenarios(society.config) if settings.rate > 0 else ()
        rate = settings.rate
        self.rows_per_day = rate / (1 - rate) * society.habits.rows_per_day
        self.scene = Scene(society, settings.difficulty, self.rows_per_day)

    @cached_property
    def clock(self) -> OperationalClock:
        """Operational clock."""
        return OperationalClock.of(self.society)

    @property
    def victims(self) -> Victims:
        """How victims are chosen."""
        return self.scene.victims

    @cached_property
    def scenario_names(self) -> tuple[str, ...]:
        """Names of the world's scenarios, by position."""
        return tuple(casting.name for casting in self.castings) or ("none",)

    @cached_property
    def densities(self) -> dict[int, float]:
        """Campaigns per operational day of each scenario, by code. [1/day]"""
        return {c.code: self.rows_per_day * c.share / self._rows_per_campaign(c) for c in self.castings}

    def _rows_per_campaign(self, casting: Casting) -> float:
        numbers = np.arange(PILOT_NUMBER, PILOT_NUMBER + PILOTS)
        starts = 20_000.0 + (numbers - PILOT_NUMBER) / 16.0
        plan = self._borne(casting, self._campaigns(casting, numbers, starts))
        return max(len(plan.steps), 1) / PILOTS

    def _campaigns(self, casting: Casting, numbers: Ints, starts: Floats) -> Campaigns:
        name = casting.name
        blank = Campaigns.alone(numbers, starts, name, self.society.streams)
        in_rings = replace(blank, ring=casting.rings(blank, self.scene))
        return replace(in_rings, account=casting.victims(in_rings, self.scene))

    def _borne(self, casting: Casting, campaigns: Campaigns) -> Plan:
        """What campaigns do, cut off where they would take more of an account than it bears."""
        plan = casting.plan(campaigns, self.scene)
        steps = plan.steps
        return replace(plan, steps=steps.take(rank_within(steps) < self.victims.bears.take(steps.account)))

    @cached_property
    def span_days(self) -> int:
        """Days whose campaigns are planned at once: a matter of speed only. [days]"""
        return max(1, min(512, 1 << max(0, int(np.log2(_ROWS_AT_ONCE / max(self.rows_per_day, 1.0))))))

    def spans(self, casting: Casting, first: int, last: int) -> list[Timetable]:
        """Campaigns of a scenario that start from ``first`` to ``last``, and some around them."""
        numbers = range(first // self.span_days, last // self.span_days + 1)
        return [self._planned.get((casting.code, number)) for number in numbers]

    @cached_property
    def _planned(self) -> KeyedCache[tuple[int, int], Timetable]:
        """Campaigns by code of the scenario and number of the span of days in which they start."""
        return KeyedCache(self._plan_span, most=max(len(self.castings), 1) * (_SPANS_KEPT + 240 // self.span_days))

    @cached_property
    def _blocked(self) -> KeyedCache[tuple[int, int], tuple[AnyArray, ...]]:
        """Blocks by campaigns, of the same keys; far smaller than the campaigns."""
        return KeyedCache(
            self._blocks_of_span, most=max(len(self.castings), 1) * (_SPANS_KEPT + 6000 // self.span_days)
        )

    def _plan_span(self, key: tuple[int, int]) -> Timetable:
        code, number = key
        first = number * self.span_days
        casting = next(casting for casting in self.castings if casting.code == code)
        return self._plan(casting, first, first + self.span_days - 1)

    def _plan(self, casting: Casting, first: int, last: int) -> Timetable:
        """Campaigns of a scenario that start from ``first`` to ``last``."""
        span = self.clock.starts(first, last + 1)
        name, density = casting.name, self.densities[casting.code]
        numbers, starts = tickets(
            self.society.streams, name, density=density, first=float(span[0]), last=float(span[-1])
        )
        campaigns = self._campaigns(casting, numbers, starts)
        plan = self._borne(casting, campaigns)
        day, moment = self._placed(casting, campaigns, plan.steps)
        return Timetable(casting, campaigns, plan, day, moment, _known(campaigns, plan, day, moment))

    def _placed(self, casting: Casting, campaigns: Campaigns, steps: Steps) -> tuple[Ints, Ints]:
        """Day and moment of each step. A sitting stays within its day and begins at a local hour."""
        day = self.clock.days_of(campaigns.start.take(steps.campaign) + steps.offset)
        if len(steps) == 0:
            return day, day
        changed = np.ones(len(steps), dtype=bool)
        changed[1:] = (np.diff(steps.campaign) != 0) | (np.diff(day) != 0)
        opens = np.flatnonzero(changed)
        length = np.diff(np.append(opens, len(steps)))
        parameters = casting.parameters
        u = steps.uniforms(campaigns, "hour")[opens]
        local = at_quantile(hour_quantiles(parameters.night, parameters.hours), u)
        by_day = casting.by_day(campaigns).take(steps.campaign[opens])
        local = np.where(by_day, at_quantile(hour_quantiles(0.0, parameters.hours), u), local)
        start = self.scene.moment(account=steps.account[opens], local=local, day=day[opens])
        minutes = steps.minute - np.repeat(np.minimum.reduceat(steps.minute, opens), length)
        # a sitting that was planned apart and falls on the same day begins a while after the one before
        apart = np.diff(steps.minute) < 0
        apart |= (np.diff(steps.offset) != 0) & (np.diff(steps.campaign) == 0)
        pause = np.concatenate([[0.0], np.where(apart, BETWEEN_SITTINGS - np.diff(steps.minute), 0.0)])
        pause[opens] = 0.0
        running = np.cumsum(pause)
        minutes = minutes + (running - np.repeat(running[opens], length))
        micro = (minutes * MINUTE).astype(np.int64)
        span = np.maximum.reduceat(micro, opens)
        start = np.clip(np.minimum(start, DAY - 1 - span), 0, None)
        return day, np.minimum(np.repeat(start, length) + micro, DAY - 1)

    def rows_on(self, day: int) -> FraudRows:
        """Fraudulent rows of a day, sorted by account, then time.

        Raises
        ------
        ScenarioError
            If a scenario breaks its protocol.
        """
        parts = []
        for casting in self.castings:
            tables = self.spans(casting, day - lifetime(casting), day)
            chosen = [(t, np.flatnonzero(t.day == day)) for t in tables]
            chosen = [(t, rows) for t, rows in chosen if rows.size]
            if chosen:
                parts.append(self._committed(casting, chosen, day))
        if not parts:
            return FraudRows.none()
        joined = FraudRows.join(parts)
        joined = joined.take(np.lexsort((joined.campaign, joined.moment, joined.account)))
        return joined.take(_distinct_slots(joined))

    def _committed(self, casting: Casting, chosen: list[tuple[Timetable, Ints]], day: int) -> FraudRows:
        """Ask a scenario what happens at its steps of a day."""
        each = [t.campaigns.take(t.plan.steps.campaign[rows]) for t, rows in chosen]
        moment = np.concatenate([t.moment[rows] for t, rows in chosen])
        steps = replace(_join_steps([t.plan.steps.take(rows) for t, rows in chosen]), moment=moment)
        campaigns = Campaigns.join(each)
        deeds = casting.deeds(campaigns, steps, self.scene, day)
        refunded = _refunded_days(chosen, steps, deeds)
        return FraudRows.of(
            self.society,
            casting.code,
            casting.position,
            campaigns,
            steps,
            moment=moment,
            deeds=deeds,
            refunded_day=refunded,
        )

    def footsteps(self, first: int, last: int) -> Footsteps:
        """Steps of all campaigns on the days from ``first`` to ``last``."""
        parts = []
        for casting in self.castings:
            for table in self.spans(casting, first - lifetime(casting), last):
                rows = np.flatnonzero((table.day >= first) & (table.day <= last))
                steps = table.plan.steps
                slot = fraud_slots(table.campaigns.number[steps.campaign[rows]], casting.code, steps.order[rows])
                parts.append((steps.account[rows], table.day[rows] * DAY + table.moment[rows], slot))
        account, when, slot = _concatenated(parts, 3)
        order = np.lexsort((when, account))
        return Footsteps(account[order], when[order], slot[order])

    def blocks(self, first: int, last: int) -> Blocks:
        """Blocks of cards by campaigns that start from about ``first`` to ``last``.

        A card is not blocked while it waits for its replacement: what other campaigns would have it blocked for then
        changes nothing.
        """
        numbers = range(first // self.span_days, last // self.span_days + 1)
        parts = [self._blocked.get((casting.code, n)) for casting in self.castings for n in numbers]
        account, blocked, reissued, campaign = _concatenated(parts, 4)
        order = np.lexsort((campaign, blocked, account))
        order = order[~_waiting(account[order], blocked[order], reissued[order])]
        return Blocks(account[order], blocked[order], reissued[order], campaign[order])

    def _blocks_of_span(self, key: tuple[int, int]) -> tuple[AnyArray, ...]:
        # a long look back must not drive the plans of today's campaigns out of their cache
        return _blocks_of(self._planned.peek(key) or self._plan_span(key))


def _concatenated(parts: list[tuple[AnyArray, ...]], width: int) -> tuple[AnyArray, ...]:
    if not parts:
        return (np.zeros(0, dtype=np.int64),) * width
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def rank_within(steps: Steps) -> Ints:
    """How many steps of the same campaign strike the same account before each step. (n,)"""
    order = np.lexsort((steps.order, steps.account, steps.campaign))
    first = np.ones(len(steps), dtype=bool)
    campaign, account = steps.campaign[order], steps.account[order]
    first[1:] = (np.diff(campaign) != 0) | (np.diff(account) != 0)
    opens = np.flatnonzero(first)
    rank = np.empty(len(steps), dtype=np.int64)
    rank[order] = np.arange(len(steps)) - np.repeat(opens, np.diff(np.append(opens, len(steps))))
    return rank


def lifetime(casting: Casting) -> int:
    """Longest time from a campaign's start to its last step, by the calendar. [days]"""
    # an operational day never takes more than two calendar days
    return int(casting.scenario.horizon * 2) + 3


def _known(campaigns: Campaigns, plan: Plan, day: Ints, moment: Ints) -> Ints:
    """When the bank learns of each campaign. (campaigns,) [microseconds since 1970]"""
    at = day * DAY + moment
    last = np.zeros(len(campaigns), dtype=np.int64)
    open_steps = ~plan.steps.blocked
    np.maximum.at(last, plan.steps.campaign[open_steps], at[open_steps])
    knows = plan.outcome.detected | plan.outcome.reported
    known = last + (plan.outcome.delay * DAY).astype(np.int64)
    return np.where(knows & (last > 0), known, NEVER)


REISSUE_DAYS = (2.0, 6.0)
"""Least and longest time until the new plastic arrives. ASSUMPTION. [days]"""


def _waiting(account: Ints, blocked: Ints, reissued: Ints) -> Bools:
    """True for blocks that come before the reissue of an earlier one of the same account. (n,)

    Parameters
    ----------
    account, blocked, reissued : (n,)
        Blocks, sorted by account, then time.
    """
    n = len(account)
    waiting = np.zeros(n, dtype=bool)
    if n < 2:
        return waiting
    by_reissue = np.argsort(reissued, kind="stable")
    rank = np.empty(n, dtype=np.int64)
    rank[by_reissue] = np.arange(n)
    group = np.cumsum(np.diff(account, prepend=account[0]) != 0)
    latest = np.maximum.accumulate(group * n + rank)[:-1]  # latest reissue so far, account by account
    same = latest // n == group[1:]
    waiting[1:] = same & (blocked[1:] < reissued.take(by_reissue.take(latest % n)))
    return waiting


def _blocks_of(table: Timetable) -> tuple[AnyArray, ...]:
    rows = np.flatnonzero(table.plan.outcome.blocks & (table.known < NEVER))
    campaigns = table.campaigns.take(rows)
    least, longest = REISSUE_DAYS
    wait = least + (longest - least) * campaigns.uniforms("reissue")
    blocked = table.known[rows]
    ids = CAMPAIGN.pack(campaigns.number, table.casting.code)
    return campaigns.account, blocked, blocked + (wait * DAY).astype(np.int64), ids


def _refunded_days(chosen: list[tuple[Timetable, Ints]], steps: Steps, deeds: Deeds) -> Ints:
    """Day of the step that each step refunds; -1 where it refunds none. (n,)"""
    days = np.full(len(steps), -1, dtype=np.int64)
    ends = np.cumsum([len(rows) for _, rows in chosen])
    for (table, rows), end in zip(chosen, ends, strict=True):
        here = slice(end - len(rows), end)
        back = np.where(deeds.refunds[here] >= 0, steps.order[here] - deeds.refunds[here], 0)
        days[here] = np.where(deeds.refunds[here] >= 0, table.day[rows - back], -1)
    return days


def _join_steps(parts: list[Steps]) -> Steps:
    columns = {f.name: np.concatenate([vars(part)[f.name] for part in parts]) for f in fields(Steps)}
    return Steps(**columns)


def _distinct_slots(rows: FraudRows) -> Bools:
    """True for rows whose (account, slot) no earlier row has; a second one would share its id."""
    code = rows.account * TRANSACTION.room("slot") + rows.slot
    _, first = np.unique(code, return_index=True)
    keep = np.zeros(len(rows), dtype=bool)
    keep[first] = True
    return keep
