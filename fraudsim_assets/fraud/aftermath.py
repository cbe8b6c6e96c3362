"""`Aftermath`: what decisions leave of fraud, and add to it.

The one idea: fraud without decisions is known; decisions take some of it away and add some, and both follow from the
log and from campaigns alone. So rows, steps, blocks, labels and events are made as ever, and then corrected.

Belongs here: the corrections. Does not belong here: the law behind them (``reckoning``), and genuine rows
(``simulation.answering``).
"""

from dataclasses import replace
from functools import cached_property

import numpy as np

from fraudsim_assets.bit_layouts import FRAUD_AGAIN_SLOT, TRANSACTION
from fraudsim_assets.decisions.verdicts import STEP_UP, Verdicts, proof_of
from fraudsim_assets.fraud.blocks import Blocks, decided_blocks, on_all_cards
from fraudsim_assets.fraud.labels import RowLabels
from fraudsim_assets.fraud.moving import Absences
from fraudsim_assets.fraud.reckoning import Reckoned, Tries
from fraudsim_assets.fraud.reckonings import Reckonings
from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.fraud.schedule import Footsteps, FraudSchedule, lifetime
from fraudsim_assets.fraud.trail import DISPUTE, FraudEvents, calls_of_blocked
from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.spending.authorisation import ATM
from fraudsim_assets.streams import below
from fraudsim_assets.units import DAY, Bools, Ints


class Aftermath:
    """What follows from decisions, apart from answers to honest payments.

    Parameters
    ----------
    schedule
        Campaigns over time, as they are without decisions.
    verdicts
        All decisions.
    reckonings
        What decisions make of campaigns.

    Attributes
    ----------
    blocks
        Blocks by decisions, sorted by account, then time.
    """

    def __init__(self, schedule: FraudSchedule, verdicts: Verdicts, reckonings: Reckonings) -> None:
        self._reckonings = reckonings
        self._schedule, self._society, self._verdicts = schedule, schedule.society, verdicts
        self.blocks = decided_blocks(self._society, verdicts)

    @cached_property
    def spells(self) -> tuple[Ints, Ints, Ints]:
        """Times that set days of accounts apart: of decisions, and until a blocked card is replaced.

        Whoever is refused may take another card, so all accounts of a person are named. Where a subscription falls due
        on the day of a decision, its merchant may come again until the last attempt.

        Returns
        -------
        (n,), (n,), (n,)
            Account indices, ascending; first and last moment. [-], [microseconds since 1970]
        """
        verdicts, blocks = self._verdicts, self.blocks
        account = np.concatenate([verdicts.account, blocks.account])
        begins, ends = (np.concatenate([verdicts.when, times]) for times in (blocks.blocked, blocks.reissued))
        ends[: len(verdicts)] = verdicts.decided
        if len(verdicts):
            charges, day = self._society.habits.subscriptions, verdicts.when // DAY
            charged = np.flatnonzero(charges.any_due(self._society.streams, verdicts.account, day))
            ends[charged] = np.maximum(ends[charged], (day[charged] + charges.table.attempts[-1] + 1) * DAY - 1)
        return on_all_cards(self._society, account, begins, ends)

    @cached_property
    def _campaigns(self) -> Reckoned:
        found = self._reckonings.of(self._verdicts)
        return self._without_absent(found, Absences.of(found.stops, self._schedule.scene.rings))

    def _without_absent(self, found: Reckoned, away: Absences) -> Reckoned:
        """Campaigns as reckoned, without those of rings that are away."""
        if len(away) == 0:
            return found
        first, last = int(away.leaves.min()), int(away.back.max())
        fallen = []
        for casting in self._schedule.castings:
            for table in self._schedule.spans(casting, first - lifetime(casting), last):
                some = away.fallen(table)
                fallen += [Reckoned.without(table, some)] if some.any() else []
        everything = Reckoned.join([found, *fallen])
        gone = np.unique(np.concatenate([found.gone[:0], *(each.gone for each in fallen)]))
        tries = everything.tries
        return replace(everything, tries=tries.take(~places_of(gone, tries.root)[1]))

    @cached_property
    def _refused(self) -> Ints:
        return np.unique(self._campaigns.refused)

    @cached_property
    def _gone(self) -> Ints:
        return np.unique(self._campaigns.gone)

    def people(self, day: int) -> Ints:
        """People whose day may be another than without decisions. Customer indices, ascending. (n,)

        Whoever proved to be the holder on an earlier day goes on as if nothing had been asked.
        """
        found, verdicts, holder = self._campaigns, self._verdicts, self._society.reference.holder
        proven = (verdicts.action == STEP_UP) & (TRANSACTION.unpack(verdicts.number)[2] < FRAUD_AGAIN_SLOT)
        proven &= verdicts.decided // DAY < day
        proof = proof_of(self._society.streams, verdicts.number)
        proven &= proof < min(holder.passes, holder.passes_in_person)
        numbers = np.concatenate([found.gone, found.refused, found.unknown, found.tries.number])
        account = np.concatenate([verdicts.account[~proven], found.account, TRANSACTION.unpack(numbers)[1]])
        return np.unique(self._society.entities.account_customer.take(account))

    def refused(self, numbers: Ints) -> Bools:
        """Whether payments of fraudsters are refused because of decisions. (n,)

        Parameters
        ----------
        numbers : (n,)
            Words of ``TRANSACTION``.
        """
        return places_of(self._refused, numbers)[1]

    def rows(self, rows: FraudRows, day: int) -> FraudRows:
        """Fraudulent rows of a day that come about: without steps that do not, with next tries of refused ones."""
        stay = ~places_of(self._gone, TRANSACTION.pack(day, rows.account, rows.slot))[1]
        tries = self._campaigns.tries
        tries = tries.take(tries.when // DAY == day)
        if len(tries.number) == 0:
            return rows if stay.all() else rows.take(stay)
        found = FraudRows.join([rows.take(stay), self._tried(rows, tries, day)])
        return found.take(np.lexsort((found.campaign, found.moment, found.account)))

    def _tried(self, rows: FraudRows, tries: Tries, day: int) -> FraudRows:
        """Rows of next tries: as those of their steps, for less or at another shop."""
        number = TRANSACTION.pack(day, rows.account, rows.slot)
        order = np.argsort(number)
        at, there = places_of(number[order], tries.root)
        tries, like = tries.take(there), rows.take(order[at[there]])
        remote = like.kind % 2 == 1
        cells = self._society.landscape.reach.cells
        merchant = like.merchant.copy()
        some = np.flatnonzero((tries.shop > 0) & remote)
        cell = np.searchsorted(cells.start, merchant[some], side="right") - 1
        merchant[some] = cells.start.take(cell) + below(tries.shop[some], cells.size.take(cell))
        # machines give whole notes, so what is drawn there stays
        halvings = np.where(self._society.habits.kinds.channel.take(like.kind) == ATM, 0, tries.halvings)
        minor = np.maximum(like.minor >> halvings, 1)
        return replace(
            like,
            moment=tries.when % DAY,
            slot=TRANSACTION.unpack(tries.number)[2],
            merchant=merchant,
            minor=minor,
            euros=like.euros * minor / like.minor,
        )

    def footsteps(self, steps: Footsteps) -> Footsteps:
        """Steps that come about, next tries included."""
        number = TRANSACTION.pack(steps.when // DAY, steps.account, steps.slot)
        stay, tries = ~places_of(self._gone, number)[1], self._campaigns.tries
        if stay.all() and len(tries.number) == 0:
            return steps
        slot = TRANSACTION.unpack(tries.number)[2]
        return steps.take(stay).and_also(Footsteps(tries.account, tries.when, slot, tries.since))

    def all_blocks(self, planned: Blocks, effective: Blocks) -> Blocks:
        """Blocks that change anything: those of campaigns that still lead to one, and those by decisions.

        Parameters
        ----------
        planned, effective
            Blocks by campaigns as they would be without decisions, and those of them that would change anything.
        """
        found = self._campaigns
        touched = np.zeros(self._society.entities.n_accounts, dtype=bool)
        touched[found.account] = touched[self.blocks.account] = True
        if not touched.any():
            return effective
        mine = planned.take(touched.take(planned.account))
        quiet = _among_pairs(mine.campaign, mine.account, found.campaign, found.account)
        decided = mine.take(~quiet).apart().merged(self.blocks).apart()
        return decided.beside(effective.take(~touched.take(effective.account)))

    def labels(self, labels: RowLabels) -> RowLabels:
        """Labels that the bank still gets: none of what was stopped; a try that went through has that of its step."""
        number = TRANSACTION.pack(labels.when // DAY, labels.account, labels.slot)
        tries = self._campaigns.tries
        tries = tries.take(tries.granted)
        order = np.argsort(tries.root)
        at, tried = places_of(tries.root[order], number)
        stay = tried | ~places_of(np.unique(self._campaigns.unknown), number)[1]
        if stay.all() and not tried.any():
            return labels
        when, slot = labels.when.copy(), labels.slot.copy()
        some = order[at[tried]]
        when[tried], slot[tried] = tries.when[some], TRANSACTION.unpack(tries.number[some])[2]
        return replace(labels, when=when, slot=slot, known=np.maximum(labels.known, when)).take(stay)

    def events(self, events: FraudEvents, day: int) -> FraudEvents:
        """Events that fraud leaves on a day: no calls over what was stopped, and those of holders who were blocked."""
        found = self._campaigns
        campaign, account = found.campaign[found.harmless], found.account[found.harmless]
        calls = events.kind == DISPUTE
        calls[calls] = _among_pairs(events.campaign[calls], events.account[calls], campaign, account)
        left = events.take(~(calls | np.isin(events.campaign, found.fallen)))
        called = self._calls
        called = called.take(called.when // DAY == day)
        return FraudEvents.join([left, called]).distinct(self._society.entities) if len(called) else left

    @cached_property
    def _calls(self) -> FraudEvents:
        """Calls of holders whose honest payment had their card blocked: they vouch for it."""
        blocks = self._verdicts.blocks
        blocks = blocks.take(TRANSACTION.unpack(blocks.number)[2] < FRAUD_AGAIN_SLOT)
        draw = self._society.streams.draw("decisions.call")
        return calls_of_blocked(self._society, draw, blocks.number, account=blocks.account, since=blocks.decided)


def _among_pairs(first: Ints, second: Ints, firsts: Ints, seconds: Ints) -> Bools:
    """Whether pairs are among some pairs; the second numbers are account indices. (n,)"""
    names, room = np.unique(firsts), TRANSACTION.room("account")
    at, there = places_of(names, first)
    some = np.unique(np.searchsorted(names, firsts) * room + seconds)
    return there & places_of(some, at * room + second)[1]
