"""What fraud adds to a day, in the shape the day's composition takes it.

Belongs here: the arrays that stand between fraud scenarios and transactions. Does not belong
here: how scenarios fill them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN, CAMPAIGN_STEP, FRAUD_SLOT, FRAUD_SLOTS
from fraudsim_assets.fraud.campaigns import Campaigns, Steps
from fraudsim_assets.fraud.deeds import AS_USUAL, Deeds
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.spending.authorisation import CONTACTLESS, ECOMMERCE
from fraudsim_assets.spending.causes import CODE, PIN_CODES, within_limits
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import combine
from fraudsim_assets.tables.codes import RESPONSE_CODES
from fraudsim_assets.units import AnyArray, Floats, Ints

__all__ = ["AS_USUAL", "FraudRows", "fraud_slots"]

STEPS_PER_CAMPAIGN = CAMPAIGN_STEP.room("step")
"""Room for steps of one campaign in the numbering of rows. [count]"""


@dataclass(frozen=True)
class FraudRows:
    """Fraudulent requests of a day, sorted by account, then time. One entry per row.

    Attributes
    ----------
    account
        Account index.
    moment
        Time since midnight UTC. [microseconds]
    kind, merchant
        Kind of purchase; merchant slot.
    minor, euros
        Amount. [minor units of the merchant's currency], [EUR]
    response
        Code of ``tables.RESPONSE_CODES``; 0 approves.
    entry, three_ds
        Codes of ``tables.ENTRY_MODES`` and ``tables.THREE_DS_RESULTS``; -1 is none, ``AS_USUAL``
        leaves it to the rules of genuine requests.
    device, address
        Device and IPv4 address; ``AS_USUAL`` (0 for the address) is the holder's own.
    scenario
        Position in the world's list of scenarios.
    campaign
        Campaign id.
    step
        Position within the campaign.
    ring
        Ring that commits the campaign; -1 where none does.
    slot
        Number of the row within (account, day), part of its transaction id.
    source
        Merchant slot where the card data were stolen; -1 if not at a merchant.
    original_slot, original_day
        Slot and day of the row that is refunded; -1 if it is no refund.
    since
        When the card was in use that is asked, as of ``Timetable``. [microseconds since 1970]
    """

    account: Ints
    moment: Ints
    kind: Ints
    merchant: Ints
    minor: Ints
    euros: Floats
    response: Ints
    entry: Ints
    three_ds: Ints
    device: Ints
    address: Ints
    scenario: Ints
    campaign: Ints
    step: Ints
    ring: Ints
    slot: Ints
    source: Ints
    original_slot: Ints
    original_day: Ints
    since: Ints

    def __len__(self) -> int:
        return len(self.account)

    def take(self, rows: AnyArray | slice) -> "FraudRows":
        """Choose rows by index, slice or mask."""
        return FraudRows(**{name: values[rows] for name, values in vars(self).items()})

    def of_accounts(self, low: int, high: int) -> "FraudRows":
        """Rows of the accounts ``low <= account < high``."""
        return self.take(slice(*np.searchsorted(self.account, [low, high])))

    @classmethod
    def of(
        cls,
        society: Society,
        code: int,
        position: int,
        campaigns: Campaigns,
        steps: Steps,
        *,
        moment: Ints,
        deeds: Deeds,
        refunded_day: Ints,
        since: Ints,
    ) -> "FraudRows":
        """Write down what a scenario did.

        Parameters
        ----------
        code
            Code of the scenario in campaign ids.
        position
            Its position in the world's list of scenarios.
        campaigns
            One entry per step.
        steps, deeds
            Steps of one day and what happens at them.
        moment
            Time of each step. [microseconds since midnight UTC]
        refunded_day
            Day of the step that is refunded; -1 where none is.
        since
            When the card was in use that each step asks. [microseconds since 1970]
        """
        slot = fraud_slots(campaigns.number, code, steps.order)
        original = np.where(steps.refunds >= 0, fraud_slots(campaigns.number, code, np.maximum(steps.refunds, 0)), -1)
        return cls(
            account=steps.account,
            moment=moment,
            kind=deeds.kind,
            merchant=deeds.merchant,
            minor=deeds.minor,
            euros=deeds.euros,
            response=_responses(society, campaigns, steps, deeds),
            entry=deeds.entry,
            three_ds=deeds.three_ds,
            device=deeds.device,
            address=deeds.address,
            scenario=np.full(len(steps), position, dtype=np.int64),
            campaign=CAMPAIGN.pack(campaigns.number, code),
            step=steps.order,
            ring=campaigns.ring,
            slot=slot,
            source=deeds.source,
            original_slot=original,
            original_day=refunded_day,
            since=since,
        )

    @classmethod
    def none(cls) -> "FraudRows":
        """No fraud at all."""
        empty = np.zeros(0, dtype=np.int64)
        columns = {f.name: empty for f in fields(cls)}
        return cls(**{**columns, "euros": np.zeros(0)})

    @classmethod
    def join(cls, parts: list["FraudRows"]) -> "FraudRows":
        """Concatenate."""
        return cls(**{f.name: np.concatenate([vars(part)[f.name] for part in parts]) for f in fields(cls)})


def fraud_slots(number: Ints, code: int, order: Ints) -> Ints:
    """Slots of steps: a function of campaign and step. (n,)"""
    return FRAUD_SLOT + ((CAMPAIGN_STEP.pack(number, order) + code * 7919) & (FRAUD_SLOTS - 1))


@lru_cache(maxsize=8)
def _decline_tables(reference: Reference) -> AnyArray:
    """Answers to declined fraud by level: remote, in person, after the block. (3, 1024)"""
    thieves = reference.thieves
    shares = (thieves.declined_remote, thieves.declined_in_person, thieves.declined_blocked)
    return np.stack([choice_table(_by_code(s), 1024) for s in shares])


def _by_code(shares: Mapping[Any, float]) -> Floats:
    """Shares in the order of ``RESPONSE_CODES``, 0 for those not named; a code that does not exist is an error."""
    weights = np.zeros(len(RESPONSE_CODES))
    for code, share in shares.items():
        weights[RESPONSE_CODES.index(code)] = share
    return weights


def blocked_responses(reference: Reference, words: AnyArray) -> AnyArray:
    """Answers to requests with a card that is blocked already, by keyed words. (n,) int8"""
    return _decline_tables(reference)[2].take((words >> np.uint64(54)).view(np.int64)).astype(np.int8)


def _responses(society: Society, campaigns: Campaigns, steps: Steps, deeds: Deeds) -> Ints:
    """Answers of the issuer. (n,)"""
    level = (campaigns.draw("response").words(combine(campaigns.number, steps.order)) >> np.uint64(54)).view(np.int64)
    in_person = society.habits.kinds.channel.take(deeds.kind) != ECOMMERCE
    table = np.where(steps.blocked, 2, in_person.astype(np.int64))
    response = np.where(steps.declined, _decline_tables(society.reference)[table, level], 0).astype(np.int64)
    # who taps has not been asked for a PIN
    response[(deeds.entry == CONTACTLESS) & np.isin(response, PIN_CODES)] = CODE["05"]
    return within_limits(society.reference.declines, response, deeds.euros)
