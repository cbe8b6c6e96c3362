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

from fraudsim_assets.caching import NO_SHELF, KeyedCache, Shelf
from fraudsim_assets.fraud.blocks import MISTAKEN, Blocks, blocks_of, mean_wait, silenced, struck
from fraudsim_assets.fraud.campaigns import Campaigns, Plan, Steps, rank_within, since_opened, tickets
from fraudsim_assets.fraud.cast import cast_scenarios
from fraudsim_assets.fraud.clock import OperationalClock
from fraudsim_assets.fraud.courses import Courses
from fraudsim_assets.fraud.curves import at_quantile, hour_quantiles
from fraudsim_assets.fraud.limits import within_line
from fraudsim_assets.fraud.mistakes import Mistakes
from fraudsim_assets.fraud.rows import FraudRows, fraud_slots
from fraudsim_assets.fraud.scenario import Casting
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.fraud.timetable import Timetable, bought_at, first_times, known_at
from fraudsim_assets.fraud.victims import Victims
from fraudsim_assets.spending.society import Society
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Bools, Floats, Ints

PILOTS = 4096
"""Pilot campaigns per scenario; the mean rows of a campaign are known to about 1.5 %. [count]"""

PILOT_NUMBER = 1 << 40
"""Numbers of pilots start here, out of reach of any real campaign."""


_ROWS_AT_ONCE, _SPANS_KEPT = 1 << 17, 6

_SATURDAY = 5  # counted from Monday

_NEXT_TO_NOTHING = 1e-9
# chances below this are errors of sums


@dataclass(frozen=True)
class Footsteps:
    """Steps of campaigns, sorted by account, then time: when, under which slot, and with the card of which time.

    One entry per step; ``since`` as of ``Timetable``.
    """

    account: Ints
    when: Ints
    slot: Ints
    since: Ints

    def take(self, some: Ints | Bools) -> "Footsteps":
        """Choose some by index or mask."""
        return Footsteps(*(getattr(self, f.name)[some] for f in fields(self)))

    def and_also(self, others: "Footsteps") -> "Footsteps":
        """These and others, in order."""
        joined = Footsteps(*(np.concatenate([getattr(self, f.name), getattr(others, f.name)]) for f in fields(self)))
        return joined.take(np.lexsort((joined.when, joined.account)))


_OWN = "fraudsim_assets."

_ROUNDS = 12
# fraud and what blocks leave of genuine life settle within so many rounds, to far below a per mille


class FraudSchedule:
    """Fraud of a society over time.

    Parameters
    ----------
    society
        Genuine life.
    shelf
        Where what is worked out for all days outlasts this process. Scenarios of plugins are worked out each time:
        nothing tells when their code changes.
    """

    def __init__(self, society: Society, shelf: Shelf = NO_SHELF) -> None:
        self.society = society
        settings = society.config.fraud
        self.castings = cast_scenarios(society.config) if settings.rate > 0 else ()
        rate = settings.rate
        self.scene = Scene(society, settings.difficulty, rate / (1 - rate) * society.habits.rows_per_day)
        self.courses = Courses(society.config, society.streams, society.epochs)
        own = all(type(casting.scenario).__module__.startswith(_OWN) for casting in self._everything)
        self.shelf = shelf if own else NO_SHELF

    @property
    def clock(self) -> OperationalClock:
        """Operational clock."""
        return self.scene.clock

    @property
    def victims(self) -> Victims:
        """How victims are chosen."""
        return self.scene.victims

    @cached_property
    def scenario_names(self) -> tuple[str, ...]:
        """Names of the world's scenarios, by position."""
        return tuple(dict.fromkeys(casting.name for casting in self.castings)) or ("none",)

    def scene_of(self, casting: Casting) -> Scene:
        """The society as a scenario meets it, at the difficulty of its way."""
        difficulty = casting.tactic.difficulty
        if difficulty not in self._scenes:
            self._scenes[difficulty] = replace(self.scene, difficulty=difficulty)
        return self._scenes[difficulty]

    @cached_property
    def _scenes(self) -> dict[str, Scene]:
        return {self.scene.difficulty: self.scene}

    @cached_property
    def rows_per_day(self) -> float:
        """Fraudulent rows expected per operational day, in proportion to the genuine ones that blocks leave. [1/day]

        More fraud blocks more cards, and blocked cards pay less: the number that the rate asks for answers for that.
        """
        return self.shelf.keep("volume", self._find_rows_per_day)

    def _find_rows_per_day(self) -> float:
        wanted = found = self.scene.rows_per_day
        # those that are off count as well: turning one off leaves the others as they are
        pilots = [(casting.tactic.weight, *self._pilots[casting.code]) for casting in self._everything]
        bank, reference = self.society.config.fraud.bank, self.society.reference
        holder, casework = reference.holder, reference.casework
        mistaken = bank.false_alerts * bank.mistaken_blocks * mean_wait(casework, holder)
        waits = sum(weight / rows * (blocks * mean_wait(casework, None) + mistaken) for weight, rows, blocks in pilots)
        for _ in range(_ROUNDS):
            found = wanted * (1 - silenced(self.society, self.victims.weight, found * waits))
        return found

    @cached_property
    def densities(self) -> dict[int, float]:
        """Campaigns per operational day of each scenario outside of any change, by code. [1/day]"""
        return {c.code: self.rows_per_day * c.share / self._pilots[c.code][0] for c in self.castings}

    @cached_property
    def _everything(self) -> tuple[Casting, ...]:
        """Scenarios that are on, and those that are off; none where there is no fraud."""
        return cast_scenarios(self.society.config, disabled=True) if self.castings else ()

    @cached_property
    def _pilots(self) -> dict[int, tuple[float, float]]:
        """Mean rows and mean blocks of a campaign, by pilots, by code of the scenario. [1/campaign]"""
        return self.shelf.keep("pilots", lambda: {c.code: self._measure_pilots(c) for c in self._everything})

    def _measure_pilots(self, casting: Casting) -> tuple[float, float]:
        numbers = np.arange(PILOT_NUMBER, PILOT_NUMBER + PILOTS)
        starts = 20_000.0 + (numbers - PILOT_NUMBER) / 16.0
        plan = self._borne(casting, self._campaigns(casting, numbers, starts))
        blocks = plan.outcome.blocks & (plan.outcome.detected | plan.outcome.reported)
        return max(len(plan.steps), 1) / PILOTS, float(blocks.take(struck(plan.steps)[0]).sum()) / PILOTS

    def _campaigns(self, casting: Casting, numbers: Ints, starts: Floats) -> Campaigns:
        name, scene = casting.namespace, self.scene_of(casting)
        blank = Campaigns.alone(numbers, starts, name, self.society.streams)
        in_rings = replace(blank, ring=casting.rings(blank, scene))
        return replace(in_rings, account=casting.victims(in_rings, scene))

    def _borne(self, casting: Casting, campaigns: Campaigns) -> Plan:
        """What campaigns do, cut off where they would take more of an account than it bears, or before it is there."""
        plan = casting.plan(campaigns, self.scene_of(casting))
        steps = plan.steps
        keep = rank_within(steps) < self.victims.bears.take(steps.account)
        keep &= self.victims.there(steps.account, campaigns.start.take(steps.campaign))
        return replace(plan, steps=steps.take(keep))

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
        return KeyedCache(self._kept_plan, most=max(len(self.castings), 1) * (_SPANS_KEPT + 240 // self.span_days))

    @cached_property
    def _blocked(self) -> KeyedCache[tuple[int, int], tuple[AnyArray, ...]]:
        """Blocks by campaigns, of the same keys; far smaller than the campaigns."""
        return KeyedCache(self._blocks_of_span, most=(len(self.castings) + 1) * (_SPANS_KEPT + 6000 // self.span_days))

    def _kept_plan(self, key: tuple[int, int]) -> Timetable:
        code, number = key
        return Timetable(self._casting(code), *self.shelf.keep(f"plan-{code}-{number}", lambda: self._plan(key)))

    def _casting(self, code: int) -> Casting:
        return next(casting for casting in self.castings if casting.code == code)

    def _plan(self, key: tuple[int, int]) -> tuple[Campaigns, Plan, Ints, Ints, Ints, Ints]:
        """Campaigns of a scenario that start in a span of days: what a timetable holds of them."""
        code, number = key
        casting, first = self._casting(code), number * self.span_days
        campaigns = self._campaigns(casting, *self._begun(casting, first, first + self.span_days - 1))
        plan = self._borne(casting, campaigns)
        day, moment = self._placed(casting, campaigns, plan.steps)
        when, follows = day * DAY + moment, self.society.reference.reaction(casting.name).follows_account
        since = when if follows else first_times(plan.steps, when)
        return campaigns, plan, day, moment, known_at(campaigns, plan, day, moment, waits=self._waits), since

    @cached_property
    def mistakes(self) -> Mistakes:
        """Alerts and reports of genuine payments; turning a scenario off leaves them as they are."""
        campaigns = sum(self.rows_per_day * c.tactic.weight / self._pilots[c.code][0] for c in self._everything)
        return Mistakes(self.society, self.victims, self.clock, campaigns)

    def _waits(self, days: Ints) -> Floats:
        """Mean wait of reports that come in on days: the busier the day for its staff, the longer. (n,) [days]"""
        bank = self.society.config.fraud.bank
        if days.size == 0:
            return np.zeros(0)
        first, last = int(days.min()), int(days.max())
        load = np.diff(self.clock.starts(first, last + 1))[days - first]
        weekend = (days + 3) % 7 >= _SATURDAY
        staff = np.where(weekend, bank.weekend_capacity, bank.capacity)
        return bank.queue_days * np.maximum(load / staff - 1.0, 0.0)

    def _begun(self, casting: Casting, first: int, last: int) -> tuple[Ints, Floats]:
        """Numbers and starts of the campaigns that start from one day to another.

        Changes keep some of them from starting, or let further ones start in the same cells of time: which, is a
        function of their numbers, so those outside a change stay as they are.
        """
        span = self.clock.starts(first, last + 1)
        often = self.courses.at(casting, np.arange(first, last + 1))
        parts = []
        for layer in range(int(np.ceil(often.max() - _NEXT_TO_NOTHING))):
            numbers, starts = tickets(
                self.society.streams,
                casting.namespace,
                density=self.densities[casting.code],
                first=float(span[0]),
                last=float(span[-1]),
                layer=layer,
            )
            if often.min() < layer + 1:
                chance = often.take(np.clip(self.clock.days_of(starts) - first, 0, last - first)) - layer
                kept = self.society.streams.draw(f"fraud.{casting.namespace}.begins").uniforms(numbers) < chance
                numbers, starts = numbers[kept], starts[kept]
            parts.append((numbers, starts))
        if not parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        numbers, starts = _concatenated(parts, 2)
        order = np.lexsort((numbers, starts))
        return (numbers, starts) if len(parts) == 1 else (numbers[order], starts[order])

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
        hours = self.scene.society.entities.reference.hour_curves[parameters.hours]
        table = self.scene.thieves
        local = at_quantile(hour_quantiles(parameters.night, hours, table.small_hours), u)
        by_day = casting.by_day(campaigns).take(steps.campaign[opens])
        local = np.where(by_day, at_quantile(hour_quantiles(0.0, hours, table.small_hours), u), local)
        start = self.scene.moment(account=steps.account[opens], local=local, day=day[opens])
        minutes = steps.minute - np.repeat(np.minimum.reduceat(steps.minute, opens), length)
        # a sitting that was planned apart and falls on the same day begins a while after the one before
        apart = np.diff(steps.minute) < 0
        apart |= (np.diff(steps.offset) != 0) & (np.diff(steps.campaign) == 0)
        shortest, longest = table.between_sittings
        # to an exact fraction, so that sums do not depend on which campaigns are near
        between = shortest + np.rint(steps.uniforms(campaigns, "between") * (longest - shortest) * 1024) / 1024
        pause = np.where(np.append(False, apart), between - np.diff(steps.minute, prepend=0.0), 0.0)
        minutes = minutes + since_opened(np.cumsum(np.where(changed, 0.0, pause)), changed)
        micro = (minutes * MINUTE).astype(np.int64)
        span = np.maximum.reduceat(micro, opens)
        # what would reach into the next day begins some time earlier, rather than all end at midnight; in the small
        # hours it is still the night, and the day of UTC begins in it or soon after
        latest = np.maximum(DAY - 1 - span, 0)
        most = np.minimum(latest, table.earlier * MINUTE)
        earlier = (steps.uniforms(campaigns, "earlier")[opens] * most).astype(np.int64)
        begins = np.where(local < table.small_hours / 24, earlier, latest - earlier)
        start = np.where(start > latest, begins, start)
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
        return joined.take(_first_of_each(joined.account, joined.slot))

    def _committed(self, casting: Casting, chosen: list[tuple[Timetable, Ints]], day: int) -> FraudRows:
        """Ask a scenario what happens at its steps of a day."""
        each = [t.campaigns.take(t.plan.steps.campaign[rows]) for t, rows in chosen]
        moment = np.concatenate([t.moment[rows] for t, rows in chosen])
        steps = replace(_join_steps([t.plan.steps.take(rows) for t, rows in chosen]), moment=moment)
        campaigns = Campaigns.join(each)
        scene = self.scene_of(casting)
        deeds = within_line(campaigns, steps, casting.deeds(campaigns, steps, scene, day), scene, day)
        refunded = np.concatenate([bought_at(t, rows, t.day) for t, rows in chosen])
        return FraudRows.of(
            self.society,
            casting.code,
            casting.position,
            campaigns,
            steps,
            moment=moment,
            deeds=deeds,
            refunded_day=refunded,
            since=np.concatenate([t.since[rows] for t, rows in chosen]),
        )

    def footsteps(self, first: int, last: int) -> Footsteps:
        """Steps of all campaigns on the days from ``first`` to ``last``."""
        parts = []
        for casting in self.castings:
            for table in self.spans(casting, first - lifetime(casting), last):
                rows = np.flatnonzero((table.day >= first) & (table.day <= last))
                steps = table.plan.steps
                slot = fraud_slots(table.campaigns.number[steps.campaign[rows]], casting.code, steps.order[rows])
                when = table.day[rows] * DAY + table.moment[rows]
                parts.append((steps.account[rows], when, slot, table.since[rows]))
        account, when, slot, since = _concatenated(parts, 4)
        steps = Footsteps(account, when, slot, since).take(np.lexsort((when, account)))
        return steps.take(_first_of_each(steps.account, steps.when // DAY, steps.slot))

    def blocks(self, first: int, last: int) -> Blocks:
        """Blocks of cards by campaigns that start from about ``first`` to ``last``, those without effect included."""
        numbers = range(first // self.span_days, last // self.span_days + 1)
        codes = [casting.code for casting in self.castings]
        parts = [self._blocked.get((code, n)) for code in (*codes, *([MISTAKEN] if codes else [])) for n in numbers]
        blocks = Blocks(*_concatenated(parts, 5))
        return blocks.take(np.lexsort((blocks.campaign, blocks.blocked, blocks.account)))

    def _blocks_of_span(self, key: tuple[int, int]) -> tuple[AnyArray, ...]:
        code, number = key
        if code == MISTAKEN:
            first = number * self.span_days
            return tuple(vars(self.mistakes.blocks(first, first + self.span_days - 1)).values())
        # a long look back must not drive the plans of today's campaigns out of their cache
        table = self._planned.peek(key) or Timetable(self._casting(code), *self._plan(key))
        return blocks_of(table, self.society)


def _concatenated(parts: list[tuple[AnyArray, ...]], width: int) -> tuple[AnyArray, ...]:
    if not parts:
        return (np.zeros(0, dtype=np.int64),) * width
    return tuple(np.concatenate(column) for column in zip(*parts, strict=True))


def lifetime(casting: Casting) -> int:
    """Longest time from a campaign's start to its last step, by the calendar. [days]"""
    # an operational day never takes more than two calendar days
    return int(casting.scenario.horizon * 2) + 3


def _join_steps(parts: list[Steps]) -> Steps:
    columns = {f.name: np.concatenate([vars(part)[f.name] for part in parts]) for f in fields(Steps)}
    return Steps(**columns)


def _first_of_each(*keys: Ints) -> Bools:
    """True for entries whose keys (of a row: account, day and slot) no earlier one has: a second would share its id."""
    order = np.lexsort(keys[::-1])
    new = np.ones(len(order), dtype=bool)
    new[1:] = np.any([np.diff(key[order]) != 0 for key in keys], axis=0)
    keep = np.zeros(len(order), dtype=bool)
    keep[order[new]] = True
    return keep
