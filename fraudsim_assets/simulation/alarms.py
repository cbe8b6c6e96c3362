"""False alarms: genuine payments that the bank, or the holder, takes for fraud, and takes back later.

The one idea: alarms are numbered over operational time as campaigns are, and each looks for an account that pays on its
day; so whether a payment is struck, and when that is found out, is known without making any other day.

Belongs here: labels of genuine payments. Does not belong here: labels of fraud (``fraud.labels``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.labels import DETECTED, NO_REASON, REPORTED, REVIEW, RowLabels
from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.simulation.composition import genuine_on_cards
from fraudsim_assets.simulation.keys import any_payment
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Bools, Ints

CANDIDATES = 12
"""Accounts looked at for each alarm; those that do not pay on its day have none. [count]"""


@dataclass(frozen=True)
class Alarms:
    """Alarms about payments of a day. One entry per alarm.

    Attributes
    ----------
    account, when, slot
        Identity of the payment: account index, time [microseconds since 1970], slot.
    known, withdrawn
        When the label is given and taken back; ``withdrawn`` is 0 where it stays. [microseconds since 1970]
    by_bank
        An alert of the bank, rather than a report.
    """

    account: Ints
    when: Ints
    slot: Ints
    known: Ints
    withdrawn: Ints
    by_bank: Bools


def alarms_about(world: World, day: int) -> Alarms:
    """Alarms about genuine payments of a day."""
    mistakes = world.fraud.mistakes
    alarms, account = world.lasting(_raised, most=_KEPT).get(day)
    cast, rows, _ = genuine_on_cards(world, account, day)
    last = np.flatnonzero((rows.slot == 0) & (rows.response == 0))
    at, there = places_of(account, cast.accounts.take(rows.at[last]))
    last, alarms = last[there], alarms.take(at[there])
    by_bank = mistakes.are_alerts(alarms)
    when = day * DAY + rows.moment[last]
    casework = world.reference.casework
    known = when + np.where(
        by_bank,
        _between(alarms, "alert", casework.alert_minutes) * MINUTE,
        _between(alarms, "report", casework.false_report_days) * DAY,
    ).astype(np.int64)
    review = np.where(
        by_bank,
        _between(alarms, "review", casework.alert_review_days),
        _between(alarms, "review", casework.report_review_days),
    )
    stays = alarms.uniforms("stays") < world.config.fraud.bank.never_withdrawn
    # whose card was blocked vouches for the payment after that
    since = np.where(mistakes.block(alarms), np.maximum(mistakes.blocked_at(alarms), known), known)
    withdrawn = np.where(stays, 0, since + (review * DAY).astype(np.int64))
    return Alarms(account[at[there]], when, rows.slot[last], known, withdrawn, by_bank)


_KEPT = 4
# days whose alarms are kept for worlds under other decisions


def _raised(world: World, day: int) -> tuple[Campaigns, Ints]:
    """Alarms of a day, and the accounts that they are about, ascending."""
    alarms = world.fraud.mistakes.on(day, day)
    # the last payment of an account on a day has slot 0; it can be under suspicion once
    account, first = np.unique(_payers(world, alarms, day), return_index=True)
    return alarms.take(first[account >= 0]), account[account >= 0]


def _between(alarms: Campaigns, decision: str, bounds: tuple[float, float]) -> AnyArray:
    low, high = bounds
    return low * (high / low) ** alarms.uniforms(decision)


def _payers(world: World, alarms: Campaigns, day: int) -> Ints:
    """An account that pays on the day for each alarm, exposed ones more often; -1 where none is found. (n,)"""
    found = np.full(len(alarms), -1, dtype=np.int64)
    pending, mistakes = np.arange(len(alarms)), world.fraud.mistakes
    for attempt in range(CANDIDATES):
        if pending.size == 0:
            break
        some = alarms.take(pending)
        chosen = mistakes.accounts(some, attempt)
        accounts, inverse = np.unique(chosen, return_inverse=True)
        pays = any_payment(world, accounts, day)[inverse]
        found[pending[pays]] = chosen[pays]
        # a card that is blocked is blocked whether it pays on the day or not
        pending = pending[~pays & ~mistakes.block(some)]
    return found


def alarm_labels_on(world: World, day: int) -> RowLabels:
    """Labels of genuine payments that become known on a day, and reviews that withdraw earlier ones."""
    bank = world.config.fraud.bank
    if not world.fraud.castings or bank.false_alerts + bank.false_reports == 0:
        return RowLabels.join([])
    casework, parts = world.reference.casework, []
    # no alarm is withdrawn later than this after its payment
    longest = 1 + int(casework.false_report_days[1] + casework.report_review_days[1])
    for past in range(day - longest, day + 1):
        alarms = world.daily(alarms_about, most=2 * longest).get(past)
        label = np.where(alarms.by_bank, DETECTED, REPORTED)
        parts.append(_labels(alarms, alarms.known, day, label, fraud=True))
        parts.append(_labels(alarms, alarms.withdrawn, day, np.full(len(label), REVIEW), fraud=False))
    return RowLabels.join(parts)


def _labels(alarms: Alarms, known: Ints, day: int, label: Ints, *, fraud: bool) -> RowLabels:
    at = np.flatnonzero(known // DAY == day)
    n = len(at)
    return RowLabels(
        account=alarms.account[at],
        when=alarms.when[at],
        slot=alarms.slot[at],
        bought=np.full(n, -1),
        known=known[at],
        label=label[at],
        reason=np.full(n, NO_REASON, dtype=np.int64),
        fraud=np.full(n, fraud),
        scenario=np.full(n, -1, dtype=np.int64),
        since=alarms.when[at],
    )
