"""Answers: what the issuer says to genuine requests, and the requests that follow a refusal.

Belongs here: responses of rows by their causes, and retries as rows. Does not belong here: the causes
themselves (``spending.causes``, ``spending.refusals``), and fraud.
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.maths.sampling import choice_table, lognormal_mean_one
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.means import Means
from fraudsim_assets.simulation.oddities import odd_refusals
from fraudsim_assets.simulation.opening import still_open
from fraudsim_assets.simulation.rows import ENCORE, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.authorisation import ATM, ECOMMERCE
from fraudsim_assets.spending.causes import (
    CODE,
    below_level,
    issuer_out,
    level,
    terminal_out,
    within_limits,
)
from fraudsim_assets.spending.subscriptions import Charges
from fraudsim_assets.streams import below, combine, mix_words
from fraudsim_assets.units import DAY, MINUTE, SECOND, AnyArray, Bools, Floats, Ints


def answered(world: World, cast: Cast, rows: Rows, means: Means) -> Rows:
    """Ask the issuer: rows of occasions with their responses, less those that are not asked for since money is short.

    The same for any choice of rows.
    """
    refusals, entities, day = world.habits.refusals, world.entities, cast.day
    states, befall = world.reference.declines, refusals.befall
    channel = world.habits.kinds.channel.take(rows.kind)
    words = world.streams.draw("answer", day).words(cast.ids(rows.at, rows.code))
    minute = rows.moment / MINUTE
    response = np.zeros(len(rows), dtype=np.int8)
    some = below_level(words, float(befall[:, -1].max()))
    u, certain = level(words[some], 0), befall[channel[some], -1]
    some, u = some[u < certain], u[u < certain]
    response[some] = (befall[channel[some]] <= u[:, None]).sum(axis=1)
    response = within_limits(states, response, rows.euros)
    beyond = means.short_of(rows.at, rows.euros)
    response[beyond] = CODE["51"]
    some = np.flatnonzero(channel == ECOMMERCE)
    some = some[level(words[some], 32) < refusals.old.take(channel[some])]
    response[some[_renewed(world, cast.accounts.take(rows.at[some]), day)]] = CODE["54"]
    network = entities.account_product.take(cast.accounts).astype(np.int64).take(rows.at)
    out = np.flatnonzero(issuer_out(states, world.streams, network=network, minute=minute, day=day))
    response[out[level(words[out], 48) < states.outage_refused]] = CODE["91"]
    dead = terminal_out(states, world.streams, merchant=rows.merchant, minute=minute, day=day) & (channel != ECOMMERCE)
    response[dead] = CODE["96"]
    line = entities.account_line.take(cast.accounts).take(rows.at)
    some = np.flatnonzero(rows.euros > states.largest_part * line)
    response[some] = np.where(level(words[some], 32) < states.limit_said, CODE["61"], CODE["51"])
    odd = odd_refusals(world, cast, rows)
    response = np.where(response == 0, odd, response)
    made = ~means.forgone(world, cast, rows, beyond)
    return replace(rows, response=response).take(made)


def refused_charges(world: World, cast: Cast, rows: Rows, charges: Charges) -> Rows:
    """Charges of subscriptions with their responses.

    What is not beyond the money behind the account is refused for one reason at all attempts at a charge.
    """
    ids = combine(cast.ids(rows.at, rows.code), charges.base)
    words = world.streams.draw("answer.charge").words(ids)
    shares = sorted(world.reference.declines.charges.items(), key=lambda item: (-item[1], item[0]))
    known = np.array([CODE[code] for code, _ in shares], dtype=np.int8)
    codes = known.take(choice_table([share for _, share in shares], 16).take((words >> np.uint64(60)).view(np.int64)))
    codes = np.where(charges.short, np.int8(CODE["51"]), codes)
    return replace(rows, response=np.where(charges.refused, codes, np.int8(0)))


def with_retries(world: World, cast: Cast, rows: Rows, means: Means) -> list[Rows]:
    """Rows of a block, and those that follow their refusals, try by try."""
    found, active = [rows], paying(cast, rows)
    for attempt in range(len(world.reference.retries.later)):
        if not (found[-1].response != 0).any():
            break
        found.append(_retries(world, cast, found[-1], attempt, active=active, means=means))
    return found


def _retries(world: World, cast: Cast, rows: Rows, attempt: int, *, active: Bools, means: Means) -> Rows:
    """Requests that follow refusals within minutes or hours: some with another card, some for less, some elsewhere.

    Another card is one that its holder uses on the day as well. Shops that have closed are not asked again.
    """
    remedies, tries = world.habits.refusals.remedies, world.reference.retries
    failed = np.flatnonzero(rows.response != 0)
    ids = cast.ids(rows.at[failed], rows.code[failed])
    words = world.streams.draw("answer.retry", cast.day).sub(attempt).words(ids)
    code = rows.response[failed].astype(np.int64)
    factor = world.config.spending.retry_rate / tries.usual_rate * tries.later[attempt]
    longer = lognormal_mean_one((words >> np.uint64(16)) & np.uint64(0xFFFF), tries.spread)
    patient = level(words, 48) < remedies.patient.take(code)
    mean = np.where(patient, tries.patient_minutes * 60, remedies.wait_spread.take(code) / 2)
    pause = ((remedies.wait.take(code) + mean * longer) * SECOND).astype(np.int64)
    tried = (level(words, 0) < remedies.again.take(code) * factor) & (rows.moment[failed] + pause < DAY)
    failed, words, code, pause = failed[tried], words[tried], code[tried], pause[tried]
    second = world.streams.draw("answer.again", cast.day).sub(attempt).words(ids[tried])
    wants = level(second, 0)
    at = other_cards(cast, active, rows.at[failed], wants < remedies.other_card.take(code))
    changed = at != rows.at[failed]
    smaller = ~changed & (level(second, 16) < remedies.less.take(code)) & (rows.minor[failed] > tries.least_minor_units)
    success = np.where(changed, tries.other_card_helps, np.where(smaller, tries.less_helps, remedies.helps.take(code)))
    wanting = (code == CODE["51"]) & ~changed
    found = rows.take(failed)
    minor, euros = _less(world, found, smaller)
    beyond = means.short_of(at, euros)
    line = world.entities.account_line.take(cast.accounts).take(at)
    # where money was wanting, less is granted if there is as much, and the same sum to those who move money
    success = np.where(wanting & smaller, 1.0, success)
    granted = (level(second, 32) < success) & (euros <= world.reference.declines.largest_part * line)
    granted &= ~beyond | (wanting & ~smaller)
    # the last of so many wrong PINs in a row locks the card
    again_code = np.where((code == CODE["55"]) & (attempt >= tries.pin_tries - 2), CODE["75"], code)
    again_code = np.where(beyond, CODE["51"], np.where(changed, CODE["05"], again_code))
    response = np.where(granted, 0, again_code).astype(np.int8)
    merchant = elsewhere(world, found, words, changed | smaller, share=tries.elsewhere)
    asked = replace(
        found,
        at=at,
        moment=found.moment + pause,
        retry=np.ones(len(failed), dtype=bool),
        response=response,
        merchant=merchant,
        codes=world.entities.seats.codes.take(merchant).words,
        minor=minor,
        euros=euros,
    )
    return asked.take(still_open(world, cast.day, asked))


def elsewhere(world: World, rows: Rows, words: AnyArray, bound: Bools, *, share: float) -> Ints:
    """Merchants of next tries: a share of the remote ones are of the same trade and country, not the same. (n,)"""
    remote = world.habits.kinds.is_remote.take(rows.kind)
    some = np.flatnonzero(remote & ~bound & (level(words, 32) < share))
    merchant = rows.merchant.copy()
    cells = world.landscape.reach.cells
    cell = np.searchsorted(cells.start, merchant[some], side="right") - 1
    merchant[some] = cells.start.take(cell) + below(mix_words(words[some]), cells.size.take(cell))
    return merchant


def _less(world: World, rows: Rows, smaller: Bools) -> tuple[Ints, Floats]:
    """Half the sum where less is asked for, in whole banknotes at machines."""
    currency = rows.codes_of().currency.astype(np.int64)
    atm = world.habits.kinds.channel.take(rows.kind) == ATM
    note = world.prices.money.note.take(currency) * world.prices.money.scale.take(currency)
    step = np.where(atm, note.astype(np.int64), 1)
    minor = np.where(smaller, np.maximum(rows.minor // (2 * step), 1) * step, rows.minor)
    minor = np.minimum(minor, rows.minor)
    return minor, np.where(smaller, rows.euros * minor / rows.minor, rows.euros)


def paying(cast: Cast, *rows: Rows) -> Bools:
    """Which accounts pay on the day, by the rows of what their holders need. (accounts,)"""
    active = np.zeros(len(cast.accounts), dtype=bool)
    for some in rows:
        active[some.at[some.origin <= ENCORE]] = True
    return active


def other_cards(cast: Cast, active: Bools, at: Ints, wanted: Bools) -> Ints:
    """Another account of the same person that is among those that pay on the day, or else the same one. (n,)"""
    found = at.copy()
    pending = np.flatnonzero(wanted)
    for step in (1, -1, 2, -2):
        if pending.size == 0:
            break
        there = np.clip(at[pending] + step, 0, len(cast.accounts) - 1)
        good = active.take(there) & (cast.who.take(there) == cast.who.take(at[pending])) & (there != at[pending])
        found[pending[good]] = there[good]
        pending = pending[~good]
    return found


def _renewed(world: World, accounts: Ints, day: int) -> Bools:
    """Whether the plastic of accounts is new. (n,)"""
    versions = world.entities.account_versions
    since = versions.valid_from.take(versions.rows(accounts, day))
    return (day - since.astype(np.int64)) < world.reference.declines.renewed_days
