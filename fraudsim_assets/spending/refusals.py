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
from fraudsim_assets.spending.causes import CODE, STATES, short_share
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
    most_left : (channels,)
        What is left where money is short, where most is. [EUR]
    old : (channels,)
        That an old expiry date is given, where the card is new. [share]
    befall : (channels, codes)
        Running sums over the codes that befall anybody. [share]
    remedies
        What follows.
    """

    short: Floats
    most_left: Floats
    old: Floats
    befall: Floats
    remedies: Remedies

    _COLUMNS: ClassVar = {"pos": "in_shops", "ecommerce": "remote", "atm": "at_machines"}

    @classmethod
    def of(cls, reference: Reference, spending: Spending, *, remote: float) -> "Refusals":
        """Work the chances out.

        Parameters
        ----------
        reference
            What is known of refusals, and of what lies behind them.
        remote
            Share of refused requests among those that customers order remotely. [share]
        """
        table, states = reference.refusals, reference.declines

        def column(name: str) -> Floats:
            return np.array([getattr(table[code], name) if code in table else 0.0 for code in RESPONSE_CODES])

        remedies = Remedies(*(column(each.name) for each in fields(Remedies)))
        rate = np.array([remote if channel == "ecommerce" else spending.decline_rate_present for channel in CHANNELS])
        shares = np.array([column(cls._COLUMNS[channel]) for channel in CHANNELS])
        chance = shares * rate[:, None] / remedies.in_a_row(reference.retries, spending.retry_rate)
        short = np.minimum(chance[:, CODE["51"]] / max(short_share(states), _LEAST), MOST_CHANCE)
        old = np.minimum(chance[:, CODE["54"]] / (states.renewed_days / 1300.0), MOST_CHANCE)
        rest = chance.copy()
        rest[:, [CODE[code] for code in STATES]] = 0.0
        technical = [CODE["91"], CODE["96"]]
        rest[:, technical] = chance[:, technical] * states.timeouts
        most_left = [states.sum_in_shops, states.sum_remote, states.sum_at_machines] / np.maximum(short, _LEAST) ** 2
        return cls(short, most_left, old, np.cumsum(rest, axis=1), remedies)
