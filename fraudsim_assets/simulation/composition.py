"""Composition of a day's rows: genuine payments, refunds and fraud, in order, each on its card.

Belongs here: which rows accounts have on a day, and their keys. Does not belong here: what stands
in the columns (``transactions``), and earlier days (``previous``).
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.maths.ordered import mask_of_members, places_of
from fraudsim_assets.simulation.keys import (
    FRAUD,
    Cast,
    Keys,
    minutes_of,
    rates_on,
    slots_in_order,
    trips_on,
    unordered_keys,
)
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.refunds import (
    Refunds,
    Returns,
    find_returns,
    likely_refunds,
    make_refunds,
    refund_moments,
)
from fraudsim_assets.simulation.world import World
from fraudsim_assets.units import DAY, Bools, Ints


@dataclass(frozen=True)
class Composition:
    """Rows of a block of accounts on a day.

    Attributes
    ----------
    cast
        The accounts.
    keys
        Rows in the order of (account, time).
    card
        Card id of each row.
    refunds, fraud
        What ``keys.code`` of refunds and of fraudulent rows points at.
    """

    cast: Cast
    keys: Keys
    card: Ints
    refunds: Refunds
    fraud: FraudRows


def compose(world: World, cast: Cast, trips: Ints, returns: Returns) -> Composition:
    """Work out the rows of accounts on a day.

    Parameters
    ----------
    cast, trips
        The accounts, ascending, and their trips. How accounts are cut into blocks changes no row.
    returns
        What is given back to them on the day.
    """
    genuine = unordered_keys(world, cast, trips)
    refunds = make_refunds(world, cast, genuine, returns)
    at, fraud = _fraud_of(world, cast.accounts, cast.day)
    parts = [genuine]
    if len(refunds.keys):
        parts.append(refunds.keys.take(~_lost_originals(world, cast, refunds)))
    if len(fraud):
        parts.append(_fraud_keys(at, fraud))
    keys = Keys.join(*parts) if len(parts) > 1 else genuine
    keys, card = _in_order(cast, keys, *_cards(world, cast, keys))
    return Composition(cast, keys, card, refunds, fraud)


def _in_order(cast: Cast, keys: Keys, card: Ints, silent: Bools) -> tuple[Keys, Ints]:
    """Rows in order, with slots, and the card of each; genuine rows of silent spells fall away."""
    order, slots = slots_in_order(keys, len(cast.accounts))
    gone = (silent & (keys.origin != FRAUD)).take(order)
    if gone.any():
        stay = np.flatnonzero(~gone)
        order, slots = order.take(stay), slots.take(stay)
    return replace(keys.take(order), slot=slots), card.take(order)


def _cards(world: World, cast: Cast, keys: Keys) -> tuple[Ints, Bools]:
    """Card and silence of each row: by account, and moment by moment only where they change during the day."""
    entities, history = world.entities, world.history.blocks_around(cast.day)
    card = np.zeros(len(cast.accounts), dtype=np.int64)
    silent, active = np.zeros(len(card), dtype=bool), np.zeros(len(card), dtype=bool)
    active[keys.at] = True
    present = np.flatnonzero(active)
    accounts = cast.accounts.take(present)
    card[present] = entities.plastic_id.take(entities.account_versions.rows(accounts, cast.day))
    struck = present.take(np.flatnonzero(history.struck.take(accounts)))
    when = np.full(len(struck), cast.day * DAY)
    card[struck], silent[struck] = cards_in_use(world, account=cast.accounts[struck], when=when)
    turning = mask_of_members(cast.accounts, world.history.turning_on(cast.day))
    card, silent = card.take(keys.at), silent.take(keys.at)
    mine = np.flatnonzero(turning.take(keys.at))
    if mine.size:
        when = cast.day * DAY + keys.moment[mine]
        card[mine], silent[mine] = cards_in_use(world, account=cast.accounts.take(keys.at[mine]), when=when)
    return card, silent


def genuine_on_cards(world: World, accounts: Ints, day: int) -> tuple[Keys, Ints]:
    """Genuine rows of accounts on a day, in order, with their cards; refunds only where they may come last.

    Parameters
    ----------
    accounts : (n,)
        Account indices, ascending.
    """
    cast = Cast.of(world, accounts, day)
    trips = trips_on(world, cast)
    genuine = unordered_keys(world, cast, trips)
    card, silent = _cards(world, cast, genuine)
    # a refund precedes all payments: it can be the last row only where all of them fell away
    silenced = np.zeros(len(accounts), dtype=bool)
    silenced[genuine.at[silent]] = True
    silenced[genuine.at[~silent]] = False
    silenced = np.flatnonzero(silenced)
    if silenced.size:
        returns = _audible_returns(world, cast, genuine, silenced, trips=trips[silenced])
        refunds = make_refunds(world, cast, genuine, returns)
        if len(refunds.keys):
            genuine = Keys.join(genuine, refunds.keys.take(~_lost_originals(world, cast, refunds)))
            card, silent = _cards(world, cast, genuine)
    return _in_order(cast, genuine, card, silent)


def _audible_returns(world: World, cast: Cast, genuine: Keys, some: Ints, *, trips: Ints) -> Returns:
    """What is given back to some accounts of a block at moments at which they are not silent."""
    accounts = cast.accounts[some]
    rates = rates_on(world, accounts, cast.day)
    accounts = accounts[likely_refunds(world, accounts, rates=rates, trips=trips, day=cast.day)]
    _, moment = refund_moments(world, cast, genuine, accounts)
    _, silent = cards_in_use(world, account=accounts, when=cast.day * DAY + moment)
    return find_returns(world, accounts[~silent], cast.day)


def _fraud_of(world: World, accounts: Ints, day: int) -> tuple[Ints, FraudRows]:
    """Fraudulent rows of the accounts, and the position of each one's account."""
    rows = world.history.rows_on(day)
    if len(accounts) == 0 or len(rows) == 0:
        return np.zeros(0, dtype=np.int64), rows.take(slice(0, 0))
    rows = rows.of_accounts(int(accounts[0]), int(accounts[-1]) + 1)
    at, mine = places_of(accounts, rows.account)
    return at[mine], rows.take(mine)


def _fraud_keys(at: Ints, fraud: FraudRows) -> Keys:
    no = np.zeros(len(at), dtype=bool)
    return Keys(
        at=at,
        moment=fraud.moment,
        minute=minutes_of(fraud.moment),
        code=np.arange(len(at)),
        declined=no,
        retry=no,
        origin=np.full(len(at), FRAUD, dtype=np.int8),
        slot=fraud.slot,
    )


def _lost_originals(world: World, cast: Cast, refunds: Refunds) -> Bools:
    """True for refunds whose original was never made, because the card was silent then."""
    return cards_in_use(world, account=cast.accounts.take(refunds.keys.at), when=refunds.bought)[1]
