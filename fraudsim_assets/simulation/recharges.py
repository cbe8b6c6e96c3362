"""Recharges: what merchants charge again on later days because a decision refused it.

The one idea: merchants ask again for a subscription on the days on which they ask again for any that is refused
(``attempts`` of the reference data). Which ones follows from the log and from the charges of those days alone, so no
day reads another one's rows. Later attempts that a decision brings about have slots of their own.

Belongs here: attempts that there are because of decisions. Does not belong here: charges as they are without any
(``charges``), and what holders try again (``answering``).
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from fraudsim_assets.bit_layouts import RECHARGE, RECHARGE_SLOT, TRANSACTION
from fraudsim_assets.fraud.rows import blocked_responses
from fraudsim_assets.simulation.answers import refused_charges
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.charges import charge_rows
from fraudsim_assets.simulation.genuine import genuine_rows
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.rows import SUBSCRIPTION, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.subscriptions import Charges
from fraudsim_assets.streams import combine, to_uniforms
from fraudsim_assets.units import DAY, AnyArray, Bools, Ints

_KEPT_DAYS = 256
# more than are looked back on from a day


@dataclass(frozen=True)
class Recharges:
    """Charges of a day. One entry per attempt.

    Attributes
    ----------
    account, number, attempt
        Account index, number of the person's subscription, and attempt from 0.
    when, slot
        Time and slot of the row. [microseconds since 1970], [-]
    stopped
        Whether it is refused, so that the merchant comes again.
    """

    account: Ints
    number: Ints
    attempt: Ints
    when: Ints
    slot: Ints
    stopped: Bools

    def take(self, some: Ints | Bools) -> "Recharges":
        """Choose some by index or mask."""
        return Recharges(*(getattr(self, f.name)[some] for f in fields(self)))

    @classmethod
    def join(cls, parts: list["Recharges"]) -> "Recharges":
        """Concatenate; of nothing, nothing."""
        no, never = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
        parts = [cls(no, no, no, no, no, never), *parts]
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))


def recharges_on(world: World, day: int) -> Recharges:
    """Attempts of a day that there are because of decisions."""
    if len(world.verdicts) == 0:
        return Recharges.join([])
    return world.daily(_recharges, most=_KEPT_DAYS).get(day)


def recharges_between(world: World, first: int, last: int) -> Recharges:
    """What :func:`recharges_on` gives for days from one to before another."""
    if len(world.verdicts) == 0:
        return Recharges.join([])
    decided = np.unique(world.verdicts.when // DAY)
    days = np.unique(decided[:, None] + _waits(world.reference.subscriptions.attempts))
    return Recharges.join([recharges_on(world, int(day)) for day in days if first <= day < last])


def _waits(attempts: tuple[int, ...]) -> AnyArray:
    """Days after a decision on which it may bring an attempt about."""
    return np.unique([later - earlier for earlier in attempts for later in attempts if later > earlier])


def recharge_rows(world: World, cast: Cast) -> tuple[Rows, Ints, Bools]:
    """Rows of a block for :func:`recharges_on`, with their slots and as the issuer answers them.

    Returns
    -------
    Rows, (n,), (n,)
        Rows; card of each; whether the issuer grants it, so that a decision is asked for.
    """
    asked = recharges_on(world, cast.day)
    mine = np.isin(asked.account, cast.accounts)
    return _rows(world, cast, asked.take(mine))


def _recharges(world: World, day: int) -> Recharges:
    """What :func:`recharges_on` keeps."""
    return Recharges.join(
        [_attempts(world, day, attempt) for attempt in range(1, len(world.reference.subscriptions.attempts))]
    )


def _attempts(world: World, day: int, attempt: int) -> Recharges:
    """Attempts of one number that a day owes to decisions: those before were refused, the first of them by one."""
    waits = world.reference.subscriptions.attempts
    before = day - waits[attempt] + waits[attempt - 1]
    stopped = world.daily(_refused_on, most=_KEPT_DAYS).get(before)
    stopped = stopped.take(stopped.attempt == attempt - 1)
    if attempt > 1:
        again = _attempts(world, before, attempt - 1)
        stopped = Recharges.join([stopped, again.take(again.stopped)])
    if len(stopped.account) == 0:
        return stopped
    found = stopped.take(np.argsort(stopped.account, kind="stable"))
    found = replace(found, attempt=np.full(len(found.account), attempt))
    cast = Cast.of(world, found.account, day)
    rows, _, granted = _rows(world, cast, found)
    when, stopped_again = day * DAY + rows.moment, _refused(world, cast, rows) | ~granted
    return replace(found, when=when, slot=rows.slot, stopped=stopped_again)


def _rows(world: World, cast: Cast, asked: Recharges) -> tuple[Rows, Ints, Bools]:
    """What :func:`recharge_rows` gives, of attempts whose accounts belong to the block."""
    at, base = (
        cast.positions(asked.account),
        cast.day - np.array(world.reference.subscriptions.attempts).take(asked.attempt),
    )
    # the issuer has not been asked before: it refuses as often as at a first attempt
    ids = combine(cast.people.take(at), asked.number)
    subscriptions = world.habits.subscriptions
    short = subscriptions.beyond(asked.account, asked.number, base=base, day=cast.day)
    draw = world.streams.draw("subscription.recharged").at(base).at(asked.attempt)
    refused = short | (to_uniforms(draw.words(ids)) < subscriptions.enough)
    charges = Charges(at, asked.number, asked.attempt, base, refused, short)
    rows = refused_charges(world, cast, charge_rows(world, cast, charges), charges)
    card, silent = cards_in_use(world, account=asked.account, when=cast.day * DAY + rows.moment)
    slot = RECHARGE_SLOT + RECHARGE.pack(asked.attempt, asked.number)
    words = world.streams.draw("fraud.blocked", cast.day).words(combine(asked.account, slot))
    response = np.where(silent, blocked_responses(world.reference, words), rows.response).astype(np.int8)
    return replace(rows, slot=slot, response=response), card, response == 0


def _refused_on(world: World, day: int) -> Recharges:
    """Charges of a day as they are without decisions that the issuer grants and a decision refuses."""
    verdicts = world.verdicts
    about = np.unique(verdicts.account[(verdicts.when // DAY == day) & (verdicts.decided == verdicts.when)])
    about = about[world.habits.subscriptions.any_due(world.streams, about, day)]
    if len(about) == 0:
        return Recharges.join([])
    cast = Cast.of(world, about, day)
    due = world.habits.subscriptions.due(world.streams, accounts=cast.accounts, day=day)
    rows = genuine_rows(world, cast).in_order(len(cast.accounts))
    rows = rows.take((rows.origin == SUBSCRIPTION) & (rows.response == 0))
    account, when = cast.accounts.take(rows.at), day * DAY + rows.moment
    _, silent = cards_in_use(world, account=account, when=when)
    order, names = np.lexsort((due.number, due.at)), _names(due.at, due.number)
    attempt = due.attempt[order].take(np.searchsorted(names[order], _names(rows.at, rows.code)))
    charged = Recharges(account, rows.code, attempt, when, rows.slot, _refused(world, cast, rows) & ~silent)
    return charged.take(charged.stopped)


def _refused(world: World, cast: Cast, rows: Rows) -> Bools:
    """Whether decisions refuse charges. (n,)"""
    number = TRANSACTION.pack(cast.day, cast.accounts.take(rows.at), rows.slot)
    return world.verdicts.refused(number, np.full(len(rows), world.reference.holder.passes), world.streams)


def _names(at: Ints, number: Ints) -> AnyArray:
    """One number per account and subscription. (n,)"""
    return at * RECHARGE.room("number") + number
