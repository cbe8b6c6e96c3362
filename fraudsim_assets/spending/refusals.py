"""Refusals of a world: chances that genuine requests are refused, and remedies, by response code.

Belongs here: the table of refusals as arrays, and chances that follow from configured rates. Does not belong here:
states behind refusals (``causes``), and rows (``simulation.answers``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

import numpy as np

from fraudsim_assets.config.model import Spending
from fraudsim_assets.reference_data.refusals import Refusal
from fraudsim_assets.spending.causes import CODE, RENEWED_DAYS, STATES, short_share
from fraudsim_assets.tables.codes import CHANNELS, RESPONSE_CODES
from fraudsim_assets.units import Floats

LATER_TRIES = (1.0, 0.6, 0.5, 0.5)
"""Chance of trying again after the first, second and further refusals in a row, against that of the code. ASSUMPTION.
[unitless]"""

TIMEOUTS = 0.3
"""Technical refusals that are single ones, not parts of an outage, against the shares of the table. ASSUMPTION.
[share]"""

USUAL_RETRY_RATE = 0.45
"""What the chances of trying again are relative to: the default of ``spending.retry_rate``. [share]"""


@dataclass(frozen=True)
class Remedies:
    """What people do about refusals. Each (codes,), as :class:`Refusal` has it; 0 for codes that fraud alone gets."""

    again: Floats
    helps: Floats
    other_card: Floats
    less: Floats
    wait: Floats
    wait_spread: Floats

    def in_a_row(self, retry_rate: float) -> Floats:
        """Refusals that follow from one, itself included, since later tries mostly fail too. (codes,) [count]"""
        left, total = np.ones(len(self.again)), np.ones(len(self.again))
        for later in LATER_TRIES:
            left = left * np.minimum(self.again * retry_rate / USUAL_RETRY_RATE * later, 1.0) * (1 - self.helps)
            total += left
        return total


@dataclass(frozen=True)
class Refusals:
    """Chances that a first try is refused, by channel, such that of all requests as many are as a configuration says.

    Attributes
    ----------
    short : (channels,)
        That money is too short, where it is short. [share]
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
    def of(cls, table: Mapping[str, Refusal], spending: Spending, *, remote: float) -> "Refusals":
        """Work the chances out.

        Parameters
        ----------
        table
            Refusals by response code.
        remote
            Share of refused requests among those that customers order remotely. [share]
        """

        def column(name: str) -> Floats:
            return np.array([getattr(table[code], name) if code in table else 0.0 for code in RESPONSE_CODES])

        remedies = Remedies(*(column(each.name) for each in fields(Remedies)))
        rate = np.array([remote if channel == "ecommerce" else spending.decline_rate_present for channel in CHANNELS])
        shares = np.array([column(cls._COLUMNS[channel]) for channel in CHANNELS])
        chance = shares * rate[:, None] / remedies.in_a_row(spending.retry_rate)
        short = np.minimum(chance[:, CODE["51"]] / short_share(), 0.9)
        old = np.minimum(chance[:, CODE["54"]] / (RENEWED_DAYS / 1300.0), 0.9)
        rest = chance.copy()
        rest[:, [CODE[code] for code in STATES]] = 0.0
        technical = [CODE["91"], CODE["96"]]
        rest[:, technical] = chance[:, technical] * TIMEOUTS
        return cls(short, old, np.cumsum(rest, axis=1), remedies)
