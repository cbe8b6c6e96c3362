"""Refusals of a world: chances that genuine requests are refused, and remedies, by response code.

Belongs here: the table of refusals as arrays, and chances that follow from configured rates. Does not belong here:
states behind refusals (``causes``), and rows (``simulation.answers``).
"""

from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from fraudsim_assets.config.model import Spending
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.requests import Retries
from fraudsim_assets.spending.causes import CODE, STATES
from fraudsim_assets.tables.codes import CHANNELS, RESPONSE_CODES
from fraudsim_assets.units import Floats

_LEAST = 1e-9

MOST_CHANCE = 0.9
"""Chance of a refusal in a window of its cause, at the most. [share]"""


@dataclass(frozen=True)
class Remedies:
    """What people do about refusals. Each (codes,), as :class:`Refusal` has it; 0 for codes that fraud alone gets."""

    again: Floats
    helps: Floats
    other_card: Floats
    less: Floats
    patient: Floats
    wait: Floats
    wait_spread: Floats

    @classmethod
    def of(cls, reference: Reference) -> "Remedies":
        """Look them up."""
        return cls(*(column_of(reference, each.name) for each in fields(cls)))

    def in_a_row(self, tries: Retries, retry_rate: float) -> Floats:
        """Refusals that follow from one, itself included, since later tries mostly fail too. (codes,) [count]"""
        left, total = np.ones(len(self.again)), np.ones(len(self.again))
        for later in tries.later:
            left = left * np.minimum(self.again * retry_rate / tries.usual_rate * later, 1.0) * (1 - self.helps)
            total += left
        return total


@dataclass(frozen=True)
class Refusals:
    """Chances that a first try is refused, by channel, such that of all requests as many are as a configuration says.

    Attributes
    ----------
    short : (channels,)
        That a sum is beyond what is left, where money is short. [share]
    old : (channels,)
        That an old expiry date is given, where the card is new. [share]
    befall : (channels, codes)
        Running sums over the codes that befall anybody. [share]
    remedies
        What follows.
    """

    short: Floats
    old: Floats
    befall: Floats
    remedies: Remedies

    _COLUMNS: ClassVar = {"pos": "in_shops", "ecommerce": "remote", "atm": "at_machines"}

    @classmethod
    def of(
        cls, reference: Reference, spending: Spending, *, remote: float, short_share: float, most: float
    ) -> "Refusals":
        """Work the chances out.

        Parameters
        ----------
        reference
            What is known of refusals, and of what lies behind them.
        remote
            Share of refused requests among those that customers order remotely. [share]
        short_share
            Share of days on which money is short. [share]
        most
            The most that is left then. [EUR]
        """
        states, remedies = reference.declines, Remedies.of(reference)
        rate = np.array([remote if channel == "ecommerce" else spending.decline_rate_present for channel in CHANNELS])
        shares = np.array([column_of(reference, cls._COLUMNS[channel]) for channel in CHANNELS])
        short = beyond(np.array([states.sum_in_shops, states.sum_remote, states.sum_at_machines]), most)
        row, money = remedies.in_a_row(reference.retries, spending.retry_rate), CODE["51"]
        # what is asked of one balance is refused as often as it is, so the other codes take what a channel has left
        other = np.maximum(rate - short * short_share * row[money], 0.0) / np.maximum(1 - shares[:, money], _LEAST)
        chance = shares * other[:, None] / row
        old = np.minimum(chance[:, CODE["54"]] / (states.renewed_days / 1300.0), MOST_CHANCE)
        rest = chance.copy()
        rest[:, [CODE[code] for code in STATES]] = 0.0
        technical = [CODE["91"], CODE["96"]]
        rest[:, technical] = chance[:, technical] * states.timeouts
        return cls(short, old, np.cumsum(rest, axis=1), remedies)


def most_left(reference: Reference, spending: Spending, short_share: float) -> float:
    """The most that is left where money is short, so that in shops as many requests are refused for it. [EUR]

    Parameters
    ----------
    short_share
        Share of days on which it is. [share]
    """
    states, remedies, money = reference.declines, Remedies.of(reference), CODE["51"]
    wanted = column_of(reference, "in_shops")[money] * spending.decline_rate_present
    first = wanted / remedies.in_a_row(reference.retries, spending.retry_rate)[money]
    return states.sum_in_shops / max(min(first / max(short_share, _LEAST), MOST_CHANCE), _LEAST) ** 2


def beyond(sums: Floats, most: float) -> Floats:
    """Chances that requests are beyond what is left, given the squared mean of the roots of their sums. (n,) [share]"""
    return np.minimum(np.sqrt(sums / most), MOST_CHANCE)


def column_of(reference: Reference, name: str) -> Floats:
    """A column of the table of refusals; nought for codes that fraud alone gets. (codes,)"""
    table = reference.refusals
    return np.array([getattr(table[code], name) if code in table else 0.0 for code in RESPONSE_CODES])
