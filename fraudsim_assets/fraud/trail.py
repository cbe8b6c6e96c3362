"""`Trail`: events that are no payments, left by fraud and by its victims, day by day.

The one idea: a trace lies at a fixed distance from its campaign's first step, and a call to the bank at the moment when
the bank knows. Both are a function of the campaign, so those of a day are found by looking at campaigns around it.

Belongs here: traces placed in time, and calls of holders. Does not belong here: which traces scenarios leave
(``traces``), and rows (``simulation.account_events``).
"""

from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN, CAMPAIGN_STEP, FRAUD_EVENT_SLOT
from fraudsim_assets.caching import DayCache, KeyedCache
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.fraud.campaigns import LURE
from fraudsim_assets.fraud.deeds import AS_USUAL
from fraudsim_assets.fraud.labels import LONGEST_REPORT_DAYS
from fraudsim_assets.fraud.rings import ALONE
from fraudsim_assets.fraud.schedule import FraudSchedule, Timetable, lifetime
from fraudsim_assets.fraud.timetable import NEVER
from fraudsim_assets.fraud.traces import LONGEST_LEAD
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.spending.causes import level
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import Draw, combine, half_uniforms, half_words
from fraudsim_assets.tables.codes import EVENT_OUTCOMES, EVENT_TYPES
from fraudsim_assets.units import DAY, HOUR, MINUTE, AnyArray, Bools, Ints

DISPUTE, _SUCCESS = EVENT_TYPES.index("dispute"), EVENT_OUTCOMES.index("success")

_CALL = (1 << CAMPAIGN_STEP.bits("step")) - 1
# number of the call among the events of a campaign: the last one


@dataclass(frozen=True)
class FraudEvents:
    """Events of fraud and of its victims. One entry per event.

    Attributes
    ----------
    account, when
        Account index and time. [-], [microseconds since 1970]
    kind, channel, outcome
        Codes of ``tables.EVENT_TYPES``, ``tables.EVENT_CHANNELS`` and ``tables.EVENT_OUTCOMES``.
    device, address, country, drop, phone
        As ``Traces`` have them.
    fraud
        False for holders who report in good faith.
    scenario, campaign, ring
        Position in the world's list of scenarios, campaign id, and ring, -1 for none.
    slot
        Number within (customer, day), part of the event's id.
    """

    account: Ints
    when: Ints
    kind: Ints
    channel: Ints
    outcome: Ints
    device: Ints
    address: Ints
    country: Ints
    drop: Ints
    phone: Ints
    fraud: Bools
    scenario: Ints
    campaign: Ints
    ring: Ints
    slot: Ints

    def __len__(self) -> int:
        return len(self.account)

    def take(self, some: AnyArray | slice) -> "FraudEvents":
        """Choose some by index, slice or mask."""
        return FraudEvents(*(getattr(self, f.name)[some] for f in fields(self)))

    @classmethod
    def join(cls, parts: list["FraudEvents"]) -> "FraudEvents":
        """Concatenate; no parts at all make an empty one."""
        none = {f.name: np.zeros(0, dtype=bool if f.name == "fraud" else np.int64) for f in fields(cls)}
        return cls(*(np.concatenate([none[f.name], *(getattr(p, f.name) for p in parts)]) for f in fields(cls)))

    def distinct(self, entities: Entities) -> "FraudEvents":
        """These by customer, then time; of two with one id, the first."""
        person = entities.account_customer.take(self.account)
        found = self.take(np.lexsort((self.campaign, self.when, person)))
        person = entities.account_customer.take(found.account)
        _, first = np.unique(person * (FRAUD_EVENT_SLOT << 1) + found.slot, return_index=True)
        return found.take(np.sort(first))


class Trail:
    """What fraud leaves besides payments.

    Parameters
    ----------
    schedule
        Campaigns over time.
    """

    def __init__(self, schedule: FraudSchedule) -> None:
        self._schedule, self._entities = schedule, schedule.society.entities
        self._days = DayCache(self._find, most=12)

    def events_on(self, day: int) -> FraudEvents:
        """Events of a day, by customer, then time; of two with one id, the first.

        Raises
        ------
        ScenarioError
            If a scenario breaks its protocol.
        """
        return self._days.get(day)

    def _find(self, day: int) -> FraudEvents:
        schedule, parts = self._schedule, []
        for casting in schedule.castings:
            first = day - lifetime(casting) - max(LONGEST_REPORT_DAYS, int(LONGEST_LEAD))
            last = day + int(LONGEST_LEAD) + 1
            for number in range(first // schedule.span_days, last // schedule.span_days + 1):
                events = self._placed.get((casting.code, number))
                parts.append(events.take(slice(*np.searchsorted(events.when, (day * DAY, (day + 1) * DAY)))))
        if schedule.castings:
            parts.append(self._calls_of_blocked(day))
        return FraudEvents.join(parts).distinct(self._entities)

    def _calls_of_blocked(self, day: int) -> FraudEvents:
        """Calls on a day of holders whose card was blocked by mistake."""
        society, blocks = self._schedule.society, self._schedule.mistakes.blocks(day - 2, day)
        ids, draw = combine(blocks.account, blocks.blocked // DAY), society.streams.draw("bank.alarm.call")
        calls = calls_of_blocked(society, draw, ids, account=blocks.account, since=blocks.blocked)
        return calls.take(calls.when // DAY == day)

    @cached_property
    def _placed(self) -> KeyedCache[tuple[int, int], FraudEvents]:
        """Events by code of the scenario and number of the span of days in which campaigns start, in order of time."""
        schedule = self._schedule
        return KeyedCache(self._place, most=max(len(schedule.castings), 1) * (6 + 400 // schedule.span_days))

    def _place(self, key: tuple[int, int]) -> FraudEvents:
        code, number = key
        casting = next(casting for casting in self._schedule.castings if casting.code == code)
        first = number * self._schedule.span_days
        (table,) = self._schedule.spans(casting, first, first)
        found = FraudEvents.join([self._left(table), self._calls(table)])
        return found.take(np.argsort(found.when, kind="stable"))

    def _left(self, table: Timetable) -> FraudEvents:
        """Traces of campaigns that take at least one step."""
        traces = table.casting.traces(table.campaigns, self._schedule.scene_of(table.casting))
        first = np.full(len(table.campaigns), NEVER)
        np.minimum.at(first, table.plan.steps.campaign, table.day * DAY + table.moment)
        traces = traces.take(first.take(traces.campaign) < NEVER)
        when = first.take(traces.campaign) + (traces.offset * DAY).astype(np.int64)
        yes = np.ones(len(traces), dtype=bool)
        return self._events(table, traces.campaign, traces.order, when, fraud=yes, **_like(vars(traces)))

    def _calls(self, table: Timetable) -> FraudEvents:
        """Calls of holders who report fraud, or dispute in bad faith what they have bought."""
        campaigns, outcome = table.campaigns, table.plan.outcome
        bad_faith = np.zeros(len(campaigns), dtype=bool)
        bad_faith[table.plan.steps.campaign[table.plan.steps.phase == LURE]] = True
        # who never pays does not call either
        some = np.flatnonzero(outcome.reported & (table.known < NEVER) & ~(bad_faith & outcome.blocks))
        n, entry = len(some), self._schedule.society.reference.account_events[EVENT_TYPES[DISPUTE]]
        words = campaigns.draw("call").words(campaigns.number[some])
        how, early = (half_uniforms(half) for half in half_words(words))
        least, spread = self._schedule.society.reference.casework.call_before
        before = ((least + spread * early) * MINUTE).astype(np.int64)
        channel = choice_table(entry.channel_weights, 1024)
        usual, zero = np.full(n, AS_USUAL), np.zeros(n, dtype=np.int64)
        return self._events(
            table,
            some,
            np.full(n, _CALL),
            table.known[some] - before,
            fraud=bad_faith[some],
            kind=np.full(n, DISPUTE),
            channel=channel.take((how * 1024).astype(np.int64)).astype(np.int64),
            outcome=np.full(n, _SUCCESS),
            device=usual,
            address=zero,
            country=usual,
            drop=usual,
            phone=usual,
        )

    @staticmethod
    def _events(
        table: Timetable, campaign: Ints, order: Ints, when: Ints, *, fraud: Bools, **said: Ints
    ) -> FraudEvents:
        number, code = table.campaigns.number.take(campaign), table.casting.code
        slot = (CAMPAIGN_STEP.pack(number, order) + code * 7919) & (FRAUD_EVENT_SLOT - 1)
        return FraudEvents(
            account=table.campaigns.account.take(campaign),
            when=when,
            fraud=fraud,
            scenario=np.full(len(campaign), table.casting.position, dtype=np.int64),
            campaign=CAMPAIGN.pack(number, code),
            ring=table.campaigns.ring.take(campaign),
            slot=FRAUD_EVENT_SLOT + slot,
            **said,
        )


def calls_of_blocked(society: Society, draw: Draw, ids: AnyArray, *, account: Ints, since: Ints) -> FraudEvents:
    """Calls of honest holders whose card was blocked over a payment of their own, which they vouch for.

    Parameters
    ----------
    draw, ids : (n,)
        Randomness and the address of each block.
    account, since : (n,)
        Whose card is blocked, and when. [-], [microseconds since 1970]
    """
    calls = draw.uniforms(ids) < society.reference.holder.calls
    account, since, words = account[calls], since[calls], draw.sub(1).words(ids[calls])
    least, mean, longest = society.reference.casework.call_hours
    wait = np.minimum(least - np.log(level(words, 0)) * mean, longest)
    channels = choice_table(society.reference.account_events[EVENT_TYPES[DISPUTE]].channel_weights, 1024)
    n, zero, usual = len(account), np.zeros(len(account), dtype=np.int64), np.full(len(account), AS_USUAL)
    return FraudEvents(
        account=account,
        when=since + (wait * HOUR).astype(np.int64),
        kind=np.full(n, DISPUTE),
        channel=channels.take((level(words, 16) * 1024).astype(np.int64)).astype(np.int64),
        outcome=zero,
        device=usual,
        address=zero,
        country=usual,
        drop=usual,
        phone=usual,
        fraud=np.zeros(n, dtype=bool),
        scenario=zero,
        campaign=zero,
        ring=np.full(n, ALONE),
        slot=FRAUD_EVENT_SLOT + (words >> np.uint64(45)).view(np.int64),
    )


def _like(traces: dict[str, AnyArray]) -> dict[str, Ints]:
    """What events say as their traces do."""
    names = ("kind", "channel", "outcome", "device", "address", "country", "drop", "phone")
    return {name: traces[name] for name in names}
