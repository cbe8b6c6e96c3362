"""Reckoning: what decisions make of the campaigns of one timetable.

The one idea: no step moves. A step comes about or does not, and is refused or not, and each of both follows from
decisions about earlier payments of the same campaign with the same account. So what a decision changes hangs on that
account, afterwards.

A refused request may be tried again within minutes. Where it is not, whoever commits the fraud may give the card up,
and no later step with it comes about. After a block some of the steps that were planned are attempted in vain, and none
once the new card is there, unless the holder is behind them.

Belongs here: the law for campaigns. Does not belong here: what it makes of rows and labels (``aftermath``), and honest
holders (``simulation.answering``).
"""

from collections.abc import Callable
from dataclasses import dataclass, fields, replace

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN, FRAUD_AGAIN_SLOT, REFUND_SLOT, TRANSACTION
from fraudsim_assets.decisions.verdicts import Verdicts
from fraudsim_assets.fraud.blocks import Blocks
from fraudsim_assets.fraud.moving import Stops, began_on
from fraudsim_assets.fraud.rows import fraud_slots
from fraudsim_assets.fraud.timetable import NEVER, Timetable
from fraudsim_assets.reference_data.reactions import Reaction
from fraudsim_assets.spending.causes import level
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY, MINUTE, SECOND, AnyArray, Bools, Ints

MOST_TRIES = 3
"""Tries that follow a refused request, at the most. [count]"""

FRAUD_AGAIN_ROOM = REFUND_SLOT - FRAUD_AGAIN_SLOT
"""How many slots of next tries of fraudsters there are. [count]"""

_SECOND_BITS = 35
# seconds since 1970 below an account index in one sorting key


@dataclass(frozen=True)
class Tries:
    """Requests that follow refused ones. One entry per try.

    Attributes
    ----------
    number, account, when
        Word of ``TRANSACTION``, account index and time. [-], [-], [microseconds since 1970]
    root
        The step that was refused first, as a word of ``TRANSACTION``.
    halvings
        How often less was asked for than before. [count]
    shop
        Word that chooses another shop of the trade; 0 for the step's own. [-]
    granted
        No decision refuses it.
    since
        When the card was in use that is asked, as of ``Timetable``. [microseconds since 1970]
    """

    number: Ints
    account: Ints
    when: Ints
    root: Ints
    halvings: Ints
    shop: AnyArray
    granted: Bools
    since: Ints

    def take(self, some: Ints | Bools) -> "Tries":
        """Choose some by index or mask."""
        return Tries(*(getattr(self, f.name)[some] for f in fields(self)))

    @classmethod
    def join(cls, parts: list["Tries"]) -> "Tries":
        """Concatenate; at least one part."""
        return cls(*(np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(cls)))


@dataclass(frozen=True)
class Reckoned:
    """What decisions make of campaigns.

    Attributes
    ----------
    gone
        Steps that do not come about, as words of ``TRANSACTION``.
    refused
        Steps that are refused though the issuer would have granted them.
    unknown
        Steps that the bank never learns of: refused ones, and those of campaigns that took nothing of the account.
    tries
        What follows refused steps.
    campaign, account
        Pairs of campaign id and account that lead to no block any more.
    harmless
        Whether nothing was taken of the account, so that its holder does not call either.
    stops
        Attempts of rings that are refused.
    fallen
        Ids of campaigns that do not come about, since their ring is away.
    """

    gone: Ints
    refused: Ints
    unknown: Ints
    tries: Tries
    campaign: Ints
    account: Ints
    harmless: Bools
    stops: Stops
    fallen: Ints

    @classmethod
    def none(cls) -> "Reckoned":
        """No decision is about any campaign."""
        no, never = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
        tries = Tries(no, no, no, no, no, no.astype(np.uint64), never, no)
        return cls(no, no, no, tries, no, no, never, Stops(no, no, no), no)

    @classmethod
    def join(cls, parts: list["Reckoned"]) -> "Reckoned":
        """Concatenate; of two tries with one number the first stays."""
        parts = [cls.none(), *parts]
        tries = Tries.join([part.tries for part in parts])
        _, first = np.unique(tries.number, return_index=True)
        others = (f.name for f in fields(cls) if f.name not in {"tries", "stops"})
        joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in others}
        return cls(tries=tries.take(first), stops=Stops.join([part.stops for part in parts]), **joined)

    @classmethod
    def without(cls, table: Timetable, fallen: Bools) -> "Reckoned":
        """What it makes of a timetable that some campaigns do not come about.

        Parameters
        ----------
        fallen : (campaigns,)
            Which.
        """
        steps = _Steps.at(table, np.flatnonzero(fallen.take(table.plan.steps.campaign)))
        first = steps.opens
        campaign = CAMPAIGN.pack(table.campaigns.number[steps.campaign[first]], table.casting.code)
        return replace(
            cls.none(),
            gone=steps.number,
            unknown=steps.number,
            campaign=campaign,
            account=steps.account[first],
            harmless=np.ones(len(first), dtype=bool),
            fallen=np.unique(campaign),
        )


@dataclass(frozen=True)
class _Steps:
    """Steps of campaigns with accounts that something was decided about: by campaign, account and time."""

    rows: Ints
    campaign: Ints
    account: Ints
    when: Ints
    number: Ints
    pair: Ints
    since: Ints

    @classmethod
    def of(cls, table: Timetable, known: Bools) -> "_Steps":
        return cls.at(table, np.flatnonzero(known.take(table.plan.steps.account)))

    @classmethod
    def at(cls, table: Timetable, rows: Ints) -> "_Steps":
        """Those at some positions of a timetable."""
        steps = table.plan.steps
        when = table.day[rows] * DAY + table.moment[rows]
        order = np.lexsort((steps.order[rows], when, steps.account[rows], steps.campaign[rows]))
        rows, when = rows[order], when[order]
        campaign, account = steps.campaign[rows], steps.account[rows]
        slot = fraud_slots(table.campaigns.number[campaign], table.casting.code, steps.order[rows])
        changed = np.diff(campaign, prepend=-1).astype(bool) | np.diff(account, prepend=-1).astype(bool)
        number = TRANSACTION.pack(table.day[rows], account, slot)
        return cls(rows, campaign, account, when, number, np.cumsum(changed) - 1, table.since[rows])

    @property
    def opens(self) -> Ints:
        """First step of each pair of campaign and account."""
        return np.flatnonzero(np.diff(self.pair, prepend=-1))


def reckoned(
    table: Timetable, verdicts: Verdicts, blocks: Blocks, *, known: Bools, reaction: Reaction, streams: Streams
) -> Reckoned:
    """Work out what decisions make of the campaigns of a timetable.

    Parameters
    ----------
    verdicts
        All decisions.
    blocks
        Blocks by decisions, sorted by account, then time.
    known : (accounts,)
        True for accounts that something was decided about.
    reaction
        How whoever commits this kind of fraud reacts.
    """
    steps = _Steps.of(table, known)
    if len(steps.rows) == 0:
        return Reckoned.none()
    passes = reaction.passes if table.casting.is_remote else reaction.passes_in_person

    def refuses(numbers: Ints) -> Bools:
        return verdicts.refused(numbers, np.full(len(numbers), passes), streams)

    stopped, back = (times.take(steps.pair) for times in _first_blocks(blocks, steps))
    after = steps.when >= stopped
    declined = table.plan.steps.declined[steps.rows]
    refused = refuses(steps.number) & ~declined
    tries, ended = _tries(steps, refused, stopped, reaction=reaction, streams=streams, refuses=refuses)
    end = np.full(len(steps.opens), NEVER)
    np.minimum.at(end, steps.pair, ended)
    vain = streams.draw("decisions.vain").uniforms(steps.number) < reaction.again
    late = steps.when >= back
    gone = (steps.when > end.take(steps.pair)) | (after & np.where(late, not reaction.keeps_card, ~vain))
    refused &= ~gone
    tries = tries.take(np.isin(tries.root, steps.number[refused]))
    taken = ~gone & ~declined & ~refused & ~(after & ~late)
    taken |= np.isin(steps.number, tries.root[tries.granted])
    void = _void(table, steps, taken=taken, gone=gone, touched=refused | gone | after)
    unknown = void.take(steps.pair) | refused | gone
    quiet = void | (stopped[steps.opens] < table.known[steps.campaign[steps.opens]])
    first, rings = steps.opens[quiet], table.campaigns.ring.take(steps.campaign)
    stopped_by = np.flatnonzero(refused & (rings >= 0))
    of = steps.campaign[stopped_by]
    campaign = CAMPAIGN.pack(table.campaigns.number[steps.campaign[first]], table.casting.code)
    return Reckoned(
        gone=steps.number[gone],
        refused=np.concatenate([steps.number[refused], tries.number[~tries.granted]]),
        unknown=steps.number[unknown],
        tries=tries,
        campaign=campaign,
        account=steps.account[first],
        harmless=void[quiet],
        stops=Stops(rings[stopped_by], steps.when[stopped_by], began_on(table).take(of) if of.size else of),
        fallen=np.zeros(0, dtype=np.int64),
    )


def _first_blocks(blocks: Blocks, steps: _Steps) -> tuple[Ints, Ints]:
    """First block by a decision after each pair's first step, and its reissue; ``NEVER`` without. Two of (pairs,)"""
    first = steps.opens
    if len(blocks.account) == 0:
        return np.full(len(first), NEVER), np.full(len(first), NEVER)
    keys = (blocks.account << _SECOND_BITS) + blocks.blocked // SECOND
    wanted = (steps.account[first] << _SECOND_BITS) + steps.when[first] // SECOND
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    there = (keys[at] >= wanted) & (blocks.account[at] == steps.account[first])
    return np.where(there, blocks.blocked[at], NEVER), np.where(there, blocks.reissued[at], NEVER)


def tried_again(streams: Streams, numbers: Ints, reaction: Reaction) -> tuple[AnyArray, Bools, Ints]:
    """Whether refused requests are tried again, and after how long.

    Parameters
    ----------
    numbers : (n,)
        Words of ``TRANSACTION``.

    Returns
    -------
    (n,) uint64, (n,), (n,)
        Words, of which the bits from 16 to 47 decide how; whether; time until then. [-], [-], [microseconds]
    """
    words = streams.draw("decisions.again").words(numbers)
    pause = reaction.least_wait - np.log(level(words, 48)) * reaction.wait_minutes
    return words, level(words, 0) < reaction.again, (pause * MINUTE).astype(np.int64)


def _tries(
    steps: _Steps,
    refused: Bools,
    stopped: Ints,
    *,
    reaction: Reaction,
    streams: Streams,
    refuses: Callable[[Ints], Bools],
) -> tuple[Tries, Ints]:
    """What follows refused steps, and when the card is given up because of each; ``NEVER`` if it is not. [-], (n,)"""
    parts, ended = [Reckoned.none().tries], np.full(len(refused), NEVER)
    at = np.flatnonzero(refused)
    number, when = steps.number[at], steps.when[at]
    halvings, shop = np.zeros(len(at), dtype=np.int64), np.zeros(len(at), dtype=np.uint64)
    for attempt in range(MOST_TRIES + 1):
        words, goes_on, pause = tried_again(streams, number, reaction)
        then = when + pause
        goes_on &= (then // DAY == when // DAY) & (then < stopped[at]) & (attempt < MOST_TRIES)
        quits = ~goes_on & (streams.draw("decisions.gives_up").uniforms(number) < reaction.gives_up)
        ended[at[quits]] = when[quits]
        at, when, words = at[goes_on], then[goes_on], words[goes_on]
        if at.size == 0:
            break
        halvings = halvings[goes_on] + (level(words, 16) < reaction.less)
        shop = np.where(level(words, 32) < reaction.elsewhere, words | np.uint64(1), shop[goes_on])
        slot = FRAUD_AGAIN_SLOT + (words % np.uint64(FRAUD_AGAIN_ROOM)).view(np.int64)
        number = TRANSACTION.pack(when // DAY, steps.account[at], slot)
        again = refuses(number)
        parts.append(Tries(number, steps.account[at], when, steps.number[at], halvings, shop, ~again, steps.since[at]))
        at, number, when, halvings, shop = (v[again] for v in (at, number, when, halvings, shop))
    return Tries.join(parts), ended


def _void(table: Timetable, steps: _Steps, *, taken: Bools, gone: Bools, touched: Bools) -> Bools:
    """Pairs of campaign and account of which the bank learns nothing any more. (pairs,)

    A holder who lost nothing has nothing to report; the bank's own rules find what was at least attempted.
    """
    n = len(steps.opens)

    def some(rows: Bools) -> Bools:
        return np.bincount(steps.pair[rows], minlength=n) > 0

    detected = table.plan.outcome.detected[steps.campaign[steps.opens]]
    return some(touched) & np.where(detected, ~some(~gone), ~some(taken))
