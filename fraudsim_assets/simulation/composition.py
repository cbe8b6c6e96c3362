"""Composition of a day's rows: genuine payments, refunds and fraud, in order, each on its card.

Belongs here: which rows accounts have on a day. Does not belong here: what stands in the columns
(``transactions``), and earlier days (``previous``).
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.bit_layouts import OCCASIONS
from fraudsim_assets.fraud.blocks import DECIDED
from fraudsim_assets.fraud.rows import FraudRows, blocked_responses
from fraudsim_assets.maths.ordered import mask_of_members, places_of, ranges_of
from fraudsim_assets.simulation.answering import Answered, decided, refused_originals, why_blocked
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.genuine import genuine_parts, genuine_rows
from fraudsim_assets.simulation.keys import Occasions
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.refunds import Returns, make_refunds, silent_originals
from fraudsim_assets.simulation.rows import FRAUD, NONE, REFUND, SUBSCRIPTION, Rows, transaction_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.streams import combine, to_uniforms
from fraudsim_assets.units import DAY, AnyArray, Bools, Ints


@dataclass(frozen=True)
class Composition:
    """Rows of a block of accounts on a day.

    Attributes
    ----------
    cast
        The accounts.
    rows
        Rows in the order of (account, time).
    card
        Card id of each row.
    fraud
        What ``rows.code`` of fraudulent rows points at.
    proof
        Whether a decision asked for a proof, as ``answering`` has it.
    """

    cast: Cast
    rows: Rows
    card: Ints
    fraud: FraudRows
    proof: AnyArray


def compose(world: World, cast: Cast, occasions: Occasions | None, returns: Returns) -> Composition:
    """Work out the rows of people on a day.

    Parameters
    ----------
    cast, occasions
        The people with all their accounts, and their needs of the day, if known. How people are cut into blocks
        changes no row.
    returns
        What is given back to them on the day.
    """
    genuine = genuine_parts(world, cast, occasions)
    parts = list(genuine)
    if len(returns):
        refunds, bought = make_refunds(world, cast, genuine, returns)
        never = silent_originals(world, cast, refunds.at, bought) | refused_originals(world, refunds)
        parts.append(refunds.take(~never))
    at, fraud = _fraud_of(world, cast.accounts, cast.day)
    if len(fraud):
        parts.append(_fraud_rows(world, at, fraud))
    joined = Rows.join(parts)
    card, silent = _cards(world, cast, joined)
    answered = _in_order(world, cast, _refused(world, cast, joined, silent, fraud), card, silent)
    return Composition(cast, answered.rows, answered.card, fraud, answered.proof)


def _gone(world: World, cast: Cast, rows: Rows, silent: Bools) -> Bools:
    """Which rows are not made as the card is blocked: few genuine ones are tried, what belongs together alike. (n,)

    Where payments fall away, refunds of the day do too: so an account's last genuine row is never a refund. Where a
    decision is the reason, only those do that no payment follows: what was before the decision stays.
    """
    some = np.flatnonzero(silent & (rows.origin != FRAUD))
    words = world.streams.draw("card.tried", cast.day).words(cast.ids(rows.at[some], rows.code[some] % OCCASIONS))
    casework = world.reference.casework
    chance = np.where(rows.origin[some] == SUBSCRIPTION, casework.tried_by_merchants, casework.tried_by_holders)
    some = some[(rows.origin[some] == REFUND) | (to_uniforms(words) >= chance)]
    gone, since = np.zeros(len(rows), dtype=bool), np.full(len(cast.accounts), DAY)
    gone[some] = True
    np.minimum.at(since, rows.at[some], _last_kept(world, cast, rows, gone))
    refunds = np.flatnonzero(rows.origin == REFUND)
    gone[refunds] |= rows.moment[refunds] > since.take(rows.at[refunds])
    return gone


def _last_kept(world: World, cast: Cast, rows: Rows, gone: Bools) -> Ints:
    """Last payment that stays of the account of each that falls away by a decision; -1 for other reasons. (gone,)"""
    lost = rows.take(gone)
    if len(world.verdicts) == 0 or len(lost) == 0:
        return np.full(len(lost), -1)
    stay, last = np.flatnonzero(~gone & (rows.origin < REFUND)), np.full(len(cast.accounts), -1)
    np.maximum.at(last, rows.at[stay], rows.moment[stay])
    return np.where(why_blocked(world, cast, lost) == DECIDED, last.take(lost.at), -1)


def _refused(world: World, cast: Cast, rows: Rows, silent: Bools, fraud: FraudRows) -> Rows:
    """Rows with those refused that ask for a blocked card, and fraudulent refunds of what was refused so."""
    response = rows.response.copy()
    draw = world.streams.draw("fraud.blocked", cast.day)
    late = np.flatnonzero((silent | _of_blocked(world, cast, rows, fraud)) & (response == 0))
    response[late] = blocked_responses(
        world.reference, draw.words(combine(cast.accounts.take(rows.at[late]), rows.slot[late]))
    )
    return replace(rows, response=response)


def _of_blocked(world: World, cast: Cast, rows: Rows, fraud: FraudRows) -> Bools:
    """True for fraudulent refunds of purchases that a blocked card did not pay. (n,)"""
    found = np.zeros(len(rows), dtype=bool)
    refunds = np.flatnonzero((rows.origin == FRAUD) & (rows.original >= 0))
    if refunds.size:
        steps = world.history.footsteps_around(cast.day)
        at, step = ranges_of(steps.account, cast.accounts.take(rows.at[refunds]))
        same = steps.slot.take(step) == fraud.original_slot.take(rows.code[refunds]).take(at)
        at, step = at[same], step[same]
        _, silent = cards_in_use(world, account=steps.account[step], when=steps.when[step])
        found[refunds[at]] = silent
    return found


def _in_order(world: World, cast: Cast, rows: Rows, card: Ints, silent: Bools) -> Answered:
    """Rows in order, with slots, and answered as was decided; most genuine rows of silent spells fall away."""
    order = rows.order()
    slot = rows.slots_of(order, len(cast.accounts))
    gone = _gone(world, cast, rows, silent).take(order)
    here, lost = (np.flatnonzero(some) for some in (~gone, gone))
    made, missed = (replace(rows.take(order[some]), slot=slot[some]) for some in (here, lost))
    return decided(world, cast, made, card=card.take(order[here]), silent=silent.take(order[here]), lost=missed)


def _cards(world: World, cast: Cast, rows: Rows) -> tuple[Ints, Bools]:
    """Card and silence of each row: by account, and moment by moment only where they change during the day."""
    entities, history = world.entities, world.history.blocks_around(cast.day)
    card = np.zeros(len(cast.accounts), dtype=np.int64)
    silent, active = np.zeros(len(card), dtype=bool), np.zeros(len(card), dtype=bool)
    active[rows.at] = True
    present = np.flatnonzero(active)
    accounts = cast.accounts.take(present)
    card[present] = entities.plastic_id.take(entities.account_versions.rows(accounts, cast.day))
    struck = present.take(np.flatnonzero(history.struck.take(accounts)))
    when = np.full(len(struck), cast.day * DAY)
    card[struck], silent[struck] = cards_in_use(world, account=cast.accounts[struck], when=when)
    turning = mask_of_members(cast.accounts, world.history.turning_on(cast.day))
    card, silent = card.take(rows.at), silent.take(rows.at)
    mine = np.flatnonzero(turning.take(rows.at))
    if mine.size:
        when = cast.day * DAY + rows.moment[mine]
        card[mine], silent[mine] = cards_in_use(world, account=cast.accounts.take(rows.at[mine]), when=when)
    return card, silent


def genuine_on_cards(world: World, accounts: Ints, day: int) -> tuple[Cast, Rows, Ints]:
    """Genuine payments of accounts' holders on a day, in order, with their cards; no refunds, which never come last.

    Parameters
    ----------
    accounts : (n,)
        Account indices, ascending.
    """
    cast = Cast.of(world, accounts, day)
    rows = genuine_rows(world, cast)
    card, silent = _cards(world, cast, rows)
    answered = _in_order(world, cast, rows, card, silent)
    return cast, answered.rows, answered.card


def _fraud_of(world: World, accounts: Ints, day: int) -> tuple[Ints, FraudRows]:
    """Fraudulent rows of the accounts, and the position of each one's account."""
    rows = world.history.rows_about(accounts, day)
    if len(accounts) == 0 or len(rows) == 0:
        return np.zeros(0, dtype=np.int64), rows.take(slice(0, 0))
    rows = rows.of_accounts(int(accounts[0]), int(accounts[-1]) + 1)
    at, mine = places_of(accounts, rows.account)
    return at[mine], rows.take(mine)


def _fraud_rows(world: World, at: Ints, fraud: FraudRows) -> Rows:
    n = len(at)
    past, slot = np.maximum(fraud.original_day, 0), np.maximum(fraud.original_slot, 0)
    ids = transaction_ids(world, accounts=fraud.account, slots=slot, day=past)
    return Rows(
        at=at,
        moment=fraud.moment,
        origin=np.full(n, FRAUD, dtype=np.int8),
        code=np.arange(n),
        slot=fraud.slot,
        response=fraud.response.astype(np.int8),
        retry=np.zeros(n, dtype=bool),
        kind=fraud.kind,
        merchant=fraud.merchant,
        codes=world.entities.seats.codes.take(fraud.merchant).words,
        minor=fraud.minor,
        euros=fraud.euros,
        original=np.where(fraud.original_slot >= 0, ids, NONE),
    )
