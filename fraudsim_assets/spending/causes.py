"""Causes: why issuers refuse genuine requests, and what people do about it.

The one idea: a refusal has a state behind it, and states are windows that are looked up: money is short
until pay day, an issuer or a terminal is out for minutes, a renewed card is not yet known to a shop. So
refusals cluster as in life, and whether trying again helps follows from the cause.

Belongs here: windows. Does not belong here: their chances (``reference_data``), how often codes are given and what
follows (``refusals``), and rows.
"""

import math
from types import MappingProxyType

import numpy as np

from fraudsim_assets.reference_data.requests import Declines
from fraudsim_assets.streams import Streams, combine
from fraudsim_assets.tables.codes import RESPONSE_CODES
from fraudsim_assets.units import DAY_MINUTES, AnyArray, Bools, Floats, Ints

CODE = MappingProxyType({code: RESPONSE_CODES.index(code) for code in RESPONSE_CODES})
"""Positions of response codes."""

PIN_CODES = (CODE["55"], CODE["75"])
"""Answers to a PIN, which is asked of cards that are put in. [positions of response codes]"""

OUTAGE_SLOTS = 4
"""Most outages of a network on a day. [count]"""

STATES = frozenset({"51", "54", "91", "96"})
"""Codes that follow from a window; the others befall any request."""

_SHORT_OF = 1.0 / 30.44
_LEAST = 1e-9


def short_share(table: Declines, tight: float) -> float:
    """Share of days on which money is short, given the share of whose money tends to be. [share]"""
    months = tight * table.tight_short + (1 - tight) * table.others_short
    return months * sum(table.short_days) / 2 * _SHORT_OF


def still_short(table: Declines, days: int) -> float:
    """Share of shortages, met on any of their days, that last so many days more. [share]"""
    least, most = table.short_days
    lengths = range(least, most + 1)
    return sum(max(length - days, 0) for length in lengths) / sum(lengths)


def money_left(
    table: Declines,
    streams: Streams,
    *,
    holder: Ints,
    tight: Floats,
    next_pay: Ints,
    last_pay: Ints,
    day: Ints | int,
) -> Floats:
    """How much money is left on a day or on one each, for those who are short of it.

    Parameters
    ----------
    table
        How often and for how long it is.
    holder : (n,)
        Whose money it is: a person's, that of a line of credit, or that loaded on a card.
    tight : (n,)
        Chance that it is of those that tend to be short. [share]
    next_pay, last_pay : (n,)
        Days on which money comes in after the day, and until it. [day numbers]

    Returns
    -------
    (n,)
        Endless but from some day until the day before pay day, mostly for the same holders time after time. There its
        root is even over holders, with mean one half, and falls from day to day: whoever is refused for a sum is
        refused for every larger one until pay day. [part of the most that is left]
    """
    most = table.short_days[1]
    left, togo = np.full(len(holder), np.inf), next_pay - day
    # before the money is short for anybody, nothing need be asked
    near = np.flatnonzero(togo <= most * (next_pay - last_pay) * _SHORT_OF + 1.0)
    holder, next_pay, last_pay, togo = holder[near], next_pay[near], last_pay[near], togo[near]
    tends = streams.draw("causes.tight").uniforms(holder) < tight[near]
    word, length = _shortage(table, streams, holder=holder, next_pay=next_pay, last_pay=last_pay)
    chance = np.where(tends, table.tight_short, table.others_short)
    u = (word >> np.uint64(40)).astype(np.float64) * 2.0**-24
    some = np.flatnonzero((u < chance) & (togo <= length))
    part = 2.0 * (togo[some] - 0.5) / length[some] - 1.0
    level = streams.draw("causes.left").uniforms(combine(holder[some], next_pay[some] & 0xFFFFF))
    left[near[some]] = (level * (1.0 + table.shrinks * part)) ** 2
    return left


def noticed_at(
    table: Declines, streams: Streams, *, holder: Ints, next_pay: Ints, last_pay: Ints, activity: Floats
) -> Floats:
    """When holders whose money is short know that it is: after some days, the sooner the more they pay.

    Parameters
    ----------
    holder, next_pay, last_pay : (n,)
        As :func:`money_left` has them.
    activity : (n,)
        How much holders pay, against the mean card. [unitless]

    Returns
    -------
    (n,)
        [days, on the scale of day numbers]
    """
    _, length = _shortage(table, streams, holder=holder, next_pay=next_pay, last_pay=last_pay)
    u = streams.draw("causes.noticed").uniforms(combine(holder, next_pay & 0xFFFFF))
    return next_pay - length - np.log(u) * table.unaware_days / np.maximum(activity, _LEAST)


def _shortage(
    table: Declines, streams: Streams, *, holder: Ints, next_pay: Ints, last_pay: Ints
) -> tuple[AnyArray, Floats]:
    """Words of months, and the days before pay day on which money is short if it is. Two of (n,)"""
    least, most = table.short_days
    word = streams.draw("causes.short").words(combine(holder, next_pay & 0xFFFFF))
    length = least + ((word & np.uint64(0xFFFF)).view(np.int64) * (most - least + 1) >> 16)
    # who is paid more often is short for less long; parts of a day are whole ones as often
    part = ((word >> np.uint64(16)) & np.uint64(0xFFFF)).astype(np.float64) / 65536
    return word, np.floor(length * (next_pay - last_pay) * _SHORT_OF + part)


def issuer_out(table: Declines, streams: Streams, *, network: Ints, minute: Floats, day: int) -> Bools:
    """Whether the issuer does not answer for a network at moments of the day. (n,)"""
    out = np.zeros(len(minute), dtype=bool)
    draw = streams.draw("causes.outage", day)
    for slot in range(OUTAGE_SLOTS):
        for code in range(int(network.max()) + 1 if len(network) else 0):
            number = code * OUTAGE_SLOTS + slot
            if draw.uniform(number) < table.outages / OUTAGE_SLOTS:
                begin = DAY_MINUTES * draw.sub(1).uniform(number)
                end = begin + table.outage_minutes[0] + table.outage_minutes[1] * draw.sub(2).uniform(number)
                out |= (network == code) & (minute >= begin) & (minute < end)
    return out


def terminal_out(table: Declines, streams: Streams, *, merchant: Ints, minute: Floats, day: int) -> Bools:
    """Whether a merchant's terminals do not work at moments of the day. (n,)"""
    words = streams.draw("causes.terminal", day).words(merchant)
    some = np.flatnonzero(words < np.uint64(math.ceil(table.terminal_outages * 2**24) << 40))
    out = np.zeros(len(merchant), dtype=bool)
    if some.size:
        begin = (words[some] & np.uint64(0xFFFF)).astype(np.float64) / 65536 * DAY_MINUTES
        length = (
            table.terminal_minutes[0]
            + table.terminal_minutes[1] * ((words[some] >> np.uint64(16)) & np.uint64(0xFF)).astype(np.float64) / 256
        )
        out[some] = (minute[some] >= begin) & (minute[some] < begin + length)
    return out


def within_limits(table: Declines, response: AnyArray, euros: Floats) -> AnyArray:
    """Responses in which requests for little that meet a limit are refused without a reason instead. (n,)"""
    return np.where((response == CODE["61"]) & (euros < table.limit_euros), CODE["05"], response).astype(response.dtype)


def below_level(words: AnyArray, most: float) -> Ints:
    """Places of words whose lowest sixteen bits, as :func:`level` reads them, are below a chance. (m,)"""
    return np.flatnonzero((words & np.uint64(0xFFFF)) < np.uint64(math.ceil(most * 65536 - 0.5)))


def level(words: AnyArray, shift: int) -> Floats:
    """Uniforms from sixteen bits of words. (n,)"""
    return (((words >> np.uint64(shift)) & np.uint64(0xFFFF)).astype(np.float64) + 0.5) / 65536
