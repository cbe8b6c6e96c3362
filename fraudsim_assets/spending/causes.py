"""Causes: why issuers refuse genuine requests, and what people do about it.

The one idea: a refusal has a state behind it, and states are windows that are looked up: money is short
until pay day, an issuer or a terminal is out for minutes, a renewed card is not yet known to a shop. So
refusals cluster as in life, and whether trying again helps follows from the cause.

Belongs here: windows and their chances. Does not belong here: how often codes are given, and what follows
(``refusals``), and rows.
"""

import math
from types import MappingProxyType

import numpy as np

from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.tables.codes import RESPONSE_CODES
from fraudsim_assets.units import DAY_MINUTES, AnyArray, Bools, Floats, Ints

CODE = MappingProxyType({code: RESPONSE_CODES.index(code) for code in RESPONSE_CODES})
"""Positions of response codes."""

PIN_CODES = (CODE["55"], CODE["75"])
"""Answers to a PIN, which is asked of cards that are put in. [positions of response codes]"""

TIGHT_SHARE, OFTEN, SELDOM = 0.28, 0.75, 0.04
"""People whose money tends to be short, and in how many months it is: theirs and the others'. ASSUMPTION. [share]"""

SHORT_DAYS = (3, 13)
"""Money is short for so many days of a month before pay day, at least and at most; fewer where pay days are closer.
ASSUMPTION. [days]"""

DEARER = (0.8, 1.3)
"""Chance of a refusal in a month of short money for small and large sums, against the mean. ASSUMPTION. [unitless]"""

LARGE_EUR = 40.0
"""Sums from here on are large to whoever is short of money. ASSUMPTION. [EUR]"""

LIMIT_EUR = 100.0
"""No request for less meets the limit of a card for one payment or one day. ASSUMPTION. [EUR]"""

LARGEST_PART, LIMIT_SAID = 0.25, 0.4
"""Largest part of a credit line that one payment may take, and refusals beyond it that name the limit (61) instead of
the money (51). ASSUMPTION. [share]"""

RENEWED_DAYS = 60
"""A renewed card is refused for its old expiry date for so long. ASSUMPTION. [days]"""

OUTAGES_PER_DAY, OUTAGE_MINUTES, OUTAGE_REFUSALS = 0.14, (4.0, 34.0), 0.75
"""Outages of the issuer for one network: how many, how long (least and spread), whom they strike. ASSUMPTION after
target D03, 91 and 96 being 2 to 8 % of refusals. [1/day], [minutes], [share]"""

TERMINAL_OUTAGES, TERMINAL_MINUTES = 0.006, (20.0, 120.0)
"""Outages of a merchant's terminals. ASSUMPTION. [1/day], [minutes]"""

OUTAGE_SLOTS = 4
"""Most outages of a network on a day. [count]"""


STATES = frozenset({"51", "54", "91", "96"})
"""Codes that follow from a window; the others befall any request."""

_SHORT_OF = 1.0 / 30.44


def short_share() -> float:
    """Share of days on which a person's money is short. [share]"""
    months = TIGHT_SHARE * OFTEN + (1 - TIGHT_SHARE) * SELDOM
    return months * sum(SHORT_DAYS) / 2 * _SHORT_OF


def money_short(streams: Streams, *, holder: Ints, next_pay: Ints, last_pay: Ints, day: int) -> Bools:
    """Whether money is short on a day.

    Parameters
    ----------
    holder : (n,)
        Whose money it is: a person's, or that of a line of credit.
    next_pay, last_pay : (n,)
        Pay days of the person after the day, and until it. [day numbers]

    Returns
    -------
    (n,)
        True from some day until the day before pay day, mostly for the same holders time after time.
    """
    least, most = SHORT_DAYS
    word = streams.draw("causes.short").words(combine(holder, next_pay & 0xFFFFF))
    tight = streams.draw("causes.tight").happens(holder, TIGHT_SHARE)
    chance = np.where(tight, OFTEN, SELDOM)
    length = least + ((word & np.uint64(0xFFFF)).view(np.int64) * (most - least + 1) >> 16)
    # who is paid more often is short for less long; parts of a day are whole ones as often
    part = ((word >> np.uint64(16)) & np.uint64(0xFFFF)).astype(np.float64) / 65536
    length = np.floor(length * (next_pay - last_pay) * _SHORT_OF + part)
    u = (word >> np.uint64(40)).astype(np.float64) * 2.0**-24
    return (u < chance) & (next_pay - day <= length)


def issuer_out(streams: Streams, *, network: Ints, minute: Floats, day: int) -> Bools:
    """Whether the issuer does not answer for a network at moments of the day. (n,)"""
    out = np.zeros(len(minute), dtype=bool)
    draw = streams.draw("causes.outage", day)
    for slot in range(OUTAGE_SLOTS):
        for code in range(int(network.max()) + 1 if len(network) else 0):
            number = code * OUTAGE_SLOTS + slot
            if draw.uniform(number) < OUTAGES_PER_DAY / OUTAGE_SLOTS:
                begin = DAY_MINUTES * draw.sub(1).uniform(number)
                end = begin + OUTAGE_MINUTES[0] + OUTAGE_MINUTES[1] * draw.sub(2).uniform(number)
                out |= (network == code) & (minute >= begin) & (minute < end)
    return out


def terminal_out(streams: Streams, *, merchant: Ints, minute: Floats, day: int) -> Bools:
    """Whether a merchant's terminals do not work at moments of the day. (n,)"""
    words = streams.draw("causes.terminal", day).words(merchant)
    some = np.flatnonzero(words < np.uint64(math.ceil(TERMINAL_OUTAGES * 2**24) << 40))
    out = np.zeros(len(merchant), dtype=bool)
    if some.size:
        begin = (words[some] & np.uint64(0xFFFF)).astype(np.float64) / 65536 * DAY_MINUTES
        length = (
            TERMINAL_MINUTES[0]
            + TERMINAL_MINUTES[1] * ((words[some] >> np.uint64(16)) & np.uint64(0xFF)).astype(np.float64) / 256
        )
        out[some] = (minute[some] >= begin) & (minute[some] < begin + length)
    return out


def within_limits(response: AnyArray, euros: Floats) -> AnyArray:
    """Responses in which requests for little that meet a limit are refused without a reason instead. (n,)"""
    return np.where((response == CODE["61"]) & (euros < LIMIT_EUR), CODE["05"], response).astype(response.dtype)


def below_level(words: AnyArray, most: float) -> Ints:
    """Places of words whose lowest sixteen bits, as :func:`level` reads them, are below a chance. (m,)"""
    return np.flatnonzero((words & np.uint64(0xFFFF)) < np.uint64(math.ceil(most * 65536 - 0.5)))


def level(words: AnyArray, shift: int) -> Floats:
    """Uniforms from sixteen bits of words. (n,)"""
    return (((words >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.float64) + 0.5) / 65536
