"""Labels: what the bank learns of fraud, and when.

A row gets a first label when the bank detects its campaign or the holder reports it; purchases
that went through may come back as a chargeback weeks later; a dispute in bad faith may be found
out. Some fraud is never reported and never labelled, some reports are dismissed at first, and reports wait where
more come in than the bank can handle.

References
----------
Targets D11 to D15: dispute windows, arrival of chargebacks, delay of reports.

Belongs here: labels of rows of fraud, by the day they become known. Does not belong here: the
transaction ids and cards of those rows (``simulation.labels``).
"""

from dataclasses import dataclass, fields

import numpy as np

from fraudsim_assets.config.model import Config
from fraudsim_assets.fraud.campaigns import DECEIVED, LURE
from fraudsim_assets.fraud.cast import cast_scenarios
from fraudsim_assets.fraud.rows import fraud_slots
from fraudsim_assets.fraud.schedule import FraudSchedule, lifetime
from fraudsim_assets.fraud.timetable import LONGEST_QUEUE_DAYS, NEVER, Timetable, bought_at
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.spending.rhythm import zone_offsets
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import to_uniforms
from fraudsim_assets.tables.codes import CHARGEBACK_REASONS, LABEL_TYPES
from fraudsim_assets.units import DAY, HOUR, MINUTE, AnyArray, Bools, Ints

REPORTED, CHARGEBACK, DETECTED, FRIENDLY, REVIEW = (
    LABEL_TYPES.index(t) for t in ("reported", "chargeback", "bank_detected", "friendly_fraud", "review")
)
NO_REASON = -1

LONGEST_REPORT_DAYS = 121 + LONGEST_QUEUE_DAYS
"""No campaign is reported later than this after its last step. [days]"""

REASONS = {"present": ("10.1", "10.2", "4870", "4871"), "absent": ("10.4", "4837"), "holder": ("13.1", "4853")}
"""Reasons of chargebacks: fraud with the card present, absent, and claims of holders. Visa, then Mastercard."""


@dataclass(frozen=True)
class RowLabels:
    """Labels that become known on a day. One entry per label.

    Attributes
    ----------
    account, when, slot
        Identity of the row: account index, time [microseconds since 1970], slot.
    bought
        When the purchase was made that the row gives back; -1 if it gives nothing back. [microseconds since 1970]
    known
        When the bank learns of it, on the day, never before ``when``. [microseconds since 1970]
    label
        Code of ``tables.LABEL_TYPES``.
    reason
        Code of ``tables.CHARGEBACK_REASONS``, ``NO_REASON`` where there is none.
    fraud
        What the bank believes from now on.
    scenario
        Position in the world's list of scenarios; -1 for a genuine payment.
    since
        When the card was in use that was asked, as of ``Timetable``. [microseconds since 1970]
    """

    account: Ints
    when: Ints
    slot: Ints
    bought: Ints
    known: Ints
    label: Ints
    reason: Ints
    fraud: Bools
    scenario: Ints
    since: Ints

    def take(self, some: Ints | Bools) -> "RowLabels":
        """Choose some by index or mask."""
        return RowLabels(*(getattr(self, f.name)[some] for f in fields(self)))

    @classmethod
    def join(cls, parts: list["RowLabels"]) -> "RowLabels":
        """Concatenate; no parts at all make an empty one."""
        if not parts:
            none = np.zeros(0, dtype=np.int64)
            return cls(none, none, none, none, none, none, none, none.astype(bool), none, none)
        return cls(**{f.name: np.concatenate([vars(part)[f.name] for part in parts]) for f in fields(cls)})


def longest_label_days(reference: Reference) -> int:
    """No label becomes known later than this after the last step of its campaign. [days]"""
    casework = reference.casework
    return LONGEST_REPORT_DAYS + max(casework.chargeback_days[1], casework.disproved_days[1])


def longest_wait(config: Config) -> int:
    """Longest time from a fraudulent row to a label of it. [days]

    Raises
    ------
    ScenarioError
        If the settings name an unknown scenario or its parameters are wrong.
    """
    return longest_label_days(config.reference.resolved) + max(
        (lifetime(casting) for casting in cast_scenarios(config)), default=0
    )


def labels_on(schedule: FraudSchedule, day: int) -> RowLabels:
    """Labels that become known on a day, in no particular order.

    Parameters
    ----------
    day
        Day number.
    """
    ahead = _clock_ahead(schedule.society, day)
    parts = []
    for casting in schedule.castings:
        for table in schedule.spans(
            casting, day - lifetime(casting) - longest_label_days(schedule.society.reference), day
        ):
            parts.extend(_of_table(table, day, ahead, schedule.society))
    return RowLabels.join([p for p in parts if len(p.account)])


def _clock_ahead(society: Society, day: int) -> int:
    """How far the bank's clock is ahead of UTC at noon; it sits in the largest home city. [microseconds]"""
    places = society.landscape.layout.places
    city = int(np.argmax(np.where(places.is_home_country, places.population, 0)))
    offsets = zone_offsets(places.time_zone[city], day)
    return int(offsets[len(offsets) // 2]) * MINUTE


def _of_table(table: Timetable, day: int, ahead: int, society: Society) -> list[RowLabels]:
    steps, campaigns, casework = table.plan.steps, table.campaigns, society.reference.casework
    known = table.known.take(steps.campaign)
    told = known < NEVER
    when = table.day * DAY + table.moment
    at_once = np.maximum(known, when)
    first = np.where(told, at_once // DAY, -1)
    ids = steps.ids(campaigns)
    word = campaigns.draw("label").words(ids)
    u = to_uniforms(word)
    wait = to_uniforms(campaigns.draw("label_delay").words(ids))
    opens, closes = casework.office_hours
    hour = opens + to_uniforms(campaigns.draw("label_time").words(ids)) * (closes - opens)
    in_office = day * DAY + ((hour * HOUR).astype(np.int64) - ahead) % DAY
    lure, blocks = steps.phase == LURE, table.plan.outcome.blocks.take(steps.campaign)
    # holders who dispute keep their card; those who never pay lose it, and the bank itself finds out
    bad_faith, bust = lure & ~blocks, lure & blocks
    detected = table.plan.outcome.detected.take(steps.campaign) | bust
    returned = told & ~steps.declined & ~bust & (bad_faith | (u < casework.chargebacks))
    # a false claim is a chargeback from the start; others come back after the report
    later, found_out = (
        first + least + (wait * (most - least)).astype(np.int64)
        for least, most in (casework.chargeback_days, casework.disproved_days)
    )
    disproved = returned & bad_faith & (u < casework.disproved)
    dismissed = campaigns.uniforms("dismissed") < society.config.fraud.bank.dismissed
    dismissed = told & ~detected & ~lure & dismissed.take(steps.campaign)
    reviews = [
        (first + low + (campaigns.uniforms(decision) * (high - low)).astype(np.int64).take(steps.campaign), fraud)
        for decision, (low, high), fraud in (
            ("dismissal", casework.dismissed_days, False),
            ("restored", casework.restored_days, True),
        )
    ]
    stolen = _reasons("absent" if table.casting.is_remote else "present", word)
    reason = np.where(bad_faith | (steps.phase == DECEIVED), _reasons("holder", word), stolen)
    first_label = np.where(detected, DETECTED, REPORTED)

    def chosen(rows: Bools, known_at: Ints, label: AnyArray | int, why: AnyArray | int, *, fraud: bool) -> RowLabels:
        at = np.flatnonzero(rows)
        slot = fraud_slots(campaigns.number[steps.campaign[at]], table.casting.code, steps.order[at])
        return RowLabels(
            account=steps.account[at],
            when=when[at],
            slot=slot,
            bought=bought_at(table, at, when),
            known=known_at[at],
            label=np.broadcast_to(label, rows.shape)[at].astype(np.int64),
            reason=np.broadcast_to(why, rows.shape)[at].astype(np.int64),
            fraud=np.full(len(at), fraud),
            scenario=np.full(len(at), table.casting.position, dtype=np.int64),
            since=table.since[at],
        )

    return [
        chosen((first == day) & told & ~bad_faith, at_once, first_label, NO_REASON, fraud=True),
        chosen((first == day) & returned & bad_faith, at_once, CHARGEBACK, reason, fraud=True),
        chosen((later == day) & returned & ~bad_faith, in_office, CHARGEBACK, reason, fraud=True),
        chosen((found_out == day) & disproved, in_office, FRIENDLY, NO_REASON, fraud=False),
        *(chosen((at == day) & dismissed, in_office, REVIEW, NO_REASON, fraud=fraud) for at, fraud in reviews),
    ]


def _reasons(why: str, word: AnyArray) -> Ints:
    codes = np.array([CHARGEBACK_REASONS.index(r) for r in REASONS[why]], dtype=np.int64)
    return codes[(word & np.uint64(0xFF)).astype(np.int64) % len(codes)]
