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
from fraudsim_assets.fraud.schedule import FraudSchedule, Timetable, lifetime
from fraudsim_assets.fraud.timetable import NEVER
from fraudsim_assets.fraud.traces import LONGEST_LEAD
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.streams import half_uniforms, half_words
from fraudsim_assets.tables.codes import EVENT_OUTCOMES, EVENT_TYPES
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Bools, Ints

DISPUTE, _SUCCESS = EVENT_TYPES.index("dispute"), EVENT_OUTCOMES.index("success")

CALL_BEFORE = (2.0, 8.0)
"""A holder's call begins so long before the bank has taken the case down: least and spread. ASSUMPTION. [minutes]"""

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
    device, address, country
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
        return FraudEvents.join(parts).distinct(self._entities)

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
        before = ((CALL_BEFORE[0] + CALL_BEFORE[1] * early) * MINUTE).astype(np.int64)
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


def _like(traces: dict[str, AnyArray]) -> dict[str, Ints]:
    """What events say as their traces do."""
    return {name: traces[name] for name in ("kind", "channel", "outcome", "device", "address", "country")}
