"""What decisions make of the rows of a day: refusals and checks of who pays, and what honest holders do about them.

The one idea: rows keep their slots. What follows from a decision has slots of its own, made of the slot of the request
that was refused, so that whatever was there before is there still, under the same id.

Who is refused tries again within minutes, some with another card; what falls away while a card is blocked is partly
paid with another one. Both happen only with cards that pay on the day anyway, so that the days on which an account has
rows stay those of its holder's needs.

Belongs here: answers to payments that a decision is about, and further rows of holders. Does not belong here: what
follows for campaigns and cards (``fraud``), causes of other refusals (``answers``), and how decisions come about
(``deciding``).
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.bit_layouts import AGAIN, AGAIN_SLOT, TRANSACTION
from fraudsim_assets.decisions.verdicts import NO_ACTION, STEP_UP, numbers_of_ids
from fraudsim_assets.fraud.reckoning import MOST_TRIES, tried_again
from fraudsim_assets.simulation.answers import elsewhere, other_cards, paying
from fraudsim_assets.simulation.cast import Cast
from fraudsim_assets.simulation.means import Means
from fraudsim_assets.simulation.opening import still_open
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.recharges import recharge_rows
from fraudsim_assets.simulation.rows import FRAUD, SUBSCRIPTION, Rows
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.authorisation import CHALLENGE, CHIP, CONTACTLESS, ECOMMERCE, FAILED
from fraudsim_assets.spending.causes import CODE, level
from fraudsim_assets.units import DAY, AnyArray, Bools, Floats, Ints

NOT_ASKED, PROVEN, UNPROVEN = range(3)
"""Whether a proof was asked for by a decision, and given."""

_MOVED = MOST_TRIES
# number of the try that stands for a payment with another card while the first one is blocked


@dataclass(frozen=True)
class Answered:
    """Rows in the order of (account, time), answered as was decided.

    Attributes
    ----------
    rows
        Rows with their slots.
    card
        Card id of each row.
    proof
        NOT_ASKED, PROVEN or UNPROVEN.
    """

    rows: Rows
    card: Ints
    proof: AnyArray

    def take(self, some: Ints | Bools) -> "Answered":
        """Choose some by index or mask."""
        return Answered(self.rows.take(some), self.card[some], self.proof[some])

    @classmethod
    def join(cls, parts: list["Answered"]) -> "Answered":
        """Concatenate, in order."""
        card, proof = (np.concatenate([vars(part)[name] for part in parts]) for name in ("card", "proof"))
        joined = cls(Rows.join([part.rows for part in parts]), card, proof)
        return joined.take(joined.rows.order())


def decided(world: World, cast: Cast, rows: Rows, *, card: Ints, silent: Bools, lost: Rows) -> Answered:
    """Rows answered as was decided, and those that follow.

    Parameters
    ----------
    rows, card
        Rows in order, and the card of each.
    silent
        Rows that ask for a blocked card, which is refused anyway.
    lost
        Further rows, which fall away because of that.
    """
    answered, refused = _answered(world, cast, rows, card, granted=(rows.response == 0) & ~silent)
    parts = [answered]
    if len(world.verdicts) == 0 and len(lost) == 0:
        return answered
    # which cards pay on the day must not hang on blocks and decisions to come
    active = paying(cast, rows, lost)
    moved = _moved(world, cast, active, lost)
    if len(moved):
        parts.append(_on_cards(world, cast, moved)[0])
    latest = rows.take(refused & (rows.origin < SUBSCRIPTION))
    latest = latest.take(_has_room(world, cast, latest))
    if len(world.verdicts):
        charged, its_card, granted = recharge_rows(world, cast)
        parts.append(_answered(world, cast, charged, its_card, granted=granted)[0])
    for attempt in range(MOST_TRIES):
        if len(latest) == 0:
            break
        answered, refused = _on_cards(world, cast, _tries(world, cast, active, latest, attempt))
        parts.append(answered)
        latest = answered.rows.take(refused)
    return Answered.join(parts) if len(parts) > 1 else answered


def show_proofs(proof: AnyArray, channel: AnyArray, *, entry: AnyArray, three_ds: AnyArray) -> None:
    """Write down what decisions ask for: a challenge where a row is remote, and the PIN where it is not; in place."""
    asked = np.flatnonzero(proof != NOT_ASKED)
    remote, proven = channel[asked] == ECOMMERCE, proof[asked] == PROVEN
    three_ds[asked[remote]] = np.where(proven[remote], CHALLENGE, FAILED)
    entry[asked[~remote & (entry[asked] == CONTACTLESS)]] = CHIP


def refused_originals(world: World, refunds: Rows) -> Bools:
    """True for refunds of honest purchases that were refused because of a decision. (n,)"""
    if len(world.verdicts) == 0:
        return np.zeros(len(refunds), dtype=bool)
    return world.verdicts.refused(
        numbers_of_ids(world.streams, refunds.original), _passes(world, refunds), world.streams
    )


def _passes(world: World, rows: Rows) -> Floats:
    """Chance that honest holders prove who they are. (n,) [share]"""
    holder = world.reference.holder
    return np.where(world.habits.kinds.is_remote.take(rows.kind), holder.passes, holder.passes_in_person)


def _answered(world: World, cast: Cast, rows: Rows, card: Ints, *, granted: Bools) -> tuple[Answered, Bools]:
    """Rows as the bank answers them, and which of those that the issuer grants it refuses because of a decision."""
    proof = np.full(len(rows), NOT_ASKED, dtype=np.int8)
    if len(world.verdicts) == 0:
        return Answered(rows, card, proof), np.zeros(len(rows), dtype=bool)
    number = TRANSACTION.pack(cast.day, cast.accounts.take(rows.at), rows.slot)
    action = np.where(granted, world.verdicts.action_on(number), NO_ACTION)
    refused = action != NO_ACTION
    some = np.flatnonzero(refused)
    if some.size == 0:
        return Answered(rows, card, proof), refused
    stopped = world.verdicts.refused(number[some], _passes(world, rows.take(some)), world.streams)
    fraud = np.flatnonzero(rows.origin[some] == FRAUD)
    stopped[fraud] = world.aftermath.refused(number[some[fraud]])
    refused[some] = stopped
    asked = action == STEP_UP
    proof[asked] = np.where(refused[asked], UNPROVEN, PROVEN)
    remote = world.habits.kinds.is_remote.take(rows.kind)
    code = np.where(asked, np.where(remote, CODE["65"], CODE["55"]), CODE["59"])
    response = np.where(refused, code, rows.response).astype(np.int8)
    return Answered(replace(rows, response=response), card, proof), refused


def _on_cards(world: World, cast: Cast, rows: Rows) -> tuple[Answered, Bools]:
    """Further rows as the bank answers them; those with a card that is blocked are not asked for."""
    account, when = cast.accounts.take(rows.at), cast.day * DAY + rows.moment
    card, silent = cards_in_use(world, account=account, when=when)
    asked = rows.take(~silent)
    return _answered(world, cast, asked, card[~silent], granted=np.ones(len(asked), dtype=bool))


def _tries(world: World, cast: Cast, active: Bools, refused: Rows, attempt: int) -> Rows:
    """Next tries of refused requests: some with another card, some at another shop."""
    holder = world.reference.holder
    number = TRANSACTION.pack(cast.day, cast.accounts.take(refused.at), refused.slot)
    words, again, pause = tried_again(world.streams, number, holder)
    slot = _slots(world, cast, refused, attempt)
    tried = np.flatnonzero(again & (refused.moment + pause < DAY))
    refused, words, pause = refused.take(tried), words[tried], pause[tried]
    at = _other_cards(world, cast, active, refused, level(words, 16) < holder.other_card)
    merchant = elsewhere(world, refused, words, at != refused.at, share=holder.elsewhere)
    asked = replace(
        refused,
        at=at,
        moment=refused.moment + pause,
        slot=slot[tried],
        response=np.zeros(len(at), dtype=np.int8),
        retry=np.ones(len(at), dtype=bool),
        merchant=merchant,
        codes=world.entities.seats.codes.take(merchant).words,
    )
    return asked.take(still_open(world, cast.day, asked))


def why_blocked(world: World, cast: Cast, rows: Rows) -> Ints:
    """What has blocked the cards of rows that ask for blocked ones: ``Blocks.campaign``. (n,)"""
    history = world.history.blocks_around(cast.day)
    last = history.last_before(cast.accounts.take(rows.at), cast.day * DAY + rows.moment)
    return history.blocks.campaign[last]


def _moved(world: World, cast: Cast, active: Bools, lost: Rows) -> Rows:
    """Payments of holders with another card, while the first one is blocked though they did nothing."""
    mine = (lost.origin < SUBSCRIPTION) & (why_blocked(world, cast, lost) < 0) & _has_room(world, cast, lost)
    lost = lost.take(mine)
    number = TRANSACTION.pack(cast.day, cast.accounts.take(lost.at), lost.slot)
    u = world.streams.draw("decisions.moved").uniforms(number)
    at = _other_cards(world, cast, active, lost, u < world.reference.holder.other_card)
    moved = replace(lost, at=at, slot=_slots(world, cast, lost, _MOVED), response=np.zeros(len(at), dtype=np.int8))
    return moved.take(at != lost.at)


def _other_cards(world: World, cast: Cast, active: Bools, refused: Rows, wanted: Bools) -> Ints:
    """Another account of the same person that pays on the day and bears the sum, or else the same one. (n,)"""
    at = other_cards(cast, active, refused.at, wanted)
    line = world.entities.account_line.take(cast.accounts.take(at))
    bears = refused.euros <= world.reference.declines.largest_part * line
    moved = np.flatnonzero(at != refused.at)
    if moved.size:
        bears[moved] &= ~Means.of(world, cast, at[moved]).short_of(at[moved], refused.euros[moved])
    return np.where(bears, at, refused.at)


def _place(world: World, cast: Cast, rows: Rows) -> Ints:
    """Places of accounts among those of their holders. (n,)"""
    return cast.accounts.take(rows.at) - world.lives.wallet.first.take(cast.people.take(rows.at))


def _has_room(world: World, cast: Cast, rows: Rows) -> Bools:
    """Whether there is a slot for what follows a row. (n,)"""
    return (_place(world, cast, rows) < AGAIN.room("place")) & (rows.slot < AGAIN.room("slot"))


def _slots(world: World, cast: Cast, rows: Rows, attempt: int) -> Ints:
    """Slots of what follows rows: made of the place and slot of the request that was refused first. (n,)"""
    _, place, slot = AGAIN.unpack(rows.slot - AGAIN_SLOT)
    own = rows.slot < AGAIN_SLOT
    return AGAIN_SLOT + AGAIN.pack(
        attempt, np.where(own, _place(world, cast, rows), place), np.where(own, rows.slot, slot)
    )
