"""How much a purchase costs: a lognormal body, a power-law tail, and prices as shops write them.

Belongs here: amounts from medians and uniforms, and the endings of prices by style. Does not
belong here: exchange rates (``money``) and the medians themselves (``catalog.categories``).
"""

from functools import lru_cache

import numpy as np

from fraudsim_assets.maths.sampling import choice_table, midpoints, normal_quantiles
from fraudsim_assets.reference_data.prices import Prices
from fraudsim_assets.units import AnyArray, Bools, Floats, Floats32, Ints

PRICE_STYLES = ("just_below", "basket", "cash", "round", "fixed", "metered", "fare", "service")
"""How shops write prices; an index into this tuple is a style code."""

_OF_THEIR_OWN = ("cash", "fare", "service")

_ANY = 6
# stands for any ending, after those that a table of prices has

FARE = PRICE_STYLES.index("fare")
"""Code of the style of tickets, which cost everybody the same."""

SERVICE = PRICE_STYLES.index("service")
"""Code of the style of services and drinks, whose sums are whole multiples of a coin."""

_SERVICE_STEPS = np.array([10.0, 5.0, 1.0, 0.0])
# what such sums are multiples of, in coins; nought is any sum

_COINS_IN_NOTE = 100

_ROUNDED = 1.0 + 1e-9
# a sum that is a fare pays it, however both were worked out
_TENS = np.power(10.0, np.arange(8))


@lru_cache(maxsize=4)
def _ticket_table(share: float, exponent: float) -> Floats32:
    """Log-quantiles of tickets without and with a tail: times sigma, and what a power law adds. (2, 65536, 2)"""
    u = midpoints(1 << 16)
    body = normal_quantiles().astype(np.float64)
    knee = body[np.searchsorted(u, 1 - share)]
    tail = np.where(u > 1 - share, -np.log((1 - u) / share) / exponent, 0.0)
    whole = np.stack([body, np.zeros(len(u))], axis=1)
    return np.stack([whole, np.stack([np.minimum(body, knee), tail], axis=1)]).astype(np.float32)


def ticket_levels(words: AnyArray) -> Ints:
    """Where tickets stand among those of their kind, of 2**16 levels, from the words that name their prices. (n,)"""
    return (words & np.uint64(0xFFFF)).view(np.int64)


def tickets(table: Prices, u16: AnyArray, median: Floats, sigma: Floats, tail: Bools) -> Floats:
    r"""Tickets with a lognormal body, and a Pareto tail where the trade has one.

    .. math:: x = m e^{\sigma z(u)}, \quad x = m e^{\sigma z(\min(u, 1-p))} \min(1, (1-u)/p)^{-1/a}

    Parameters
    ----------
    table
        Share *p* of the tail, and its exponent *a*.
    u16 : (n,) uint16
        Uniform 16-bit levels. [unitless]
    median, sigma : (n,)
        Median, and standard deviation of the logarithm of the body. [unit of the result], [unitless]
    tail : (n,)
        Whether the largest follow the power law.

    Returns
    -------
    (n,)
        Increasing in ``u16``. [unit of ``median``]

    References
    ----------
    .. [1] Mizuno et al., "Universal power law for spending per trip", arXiv:0802.0105.
    """
    pair = (
        _ticket_table(table.tail_share, table.tail_exponent)
        .view(np.complex64)
        .ravel()
        .take((tail.astype(np.int32) << 16) + u16)
    )
    x = pair.real * sigma
    x += pair.imag
    np.exp(x, out=x)
    x *= median
    return x


def on_the_list(table: Prices, u16: AnyArray) -> Ints:
    """Levels of tickets, of the few that a list of fares has. (n,) [unitless]"""
    place = np.searchsorted(np.array(table.fares) * (1 << 16), u16, side="right") - 1
    return _fare_levels(table).take(place)


def _fare_levels(table: Prices) -> Ints:
    """Levels of the tickets on a list of fares, from the cheapest on. [unitless]"""
    edges = np.array(table.fares) * (1 << 16)
    return ((edges[:-1] + edges[1:]) / 2).astype(np.int64)


def dearest_fare(table: Prices, value: Floats, *, median: Floats, sigma: Floats, tail: Bools, least: Floats) -> Floats:
    """The dearest ticket on a list of fares that costs no more than a sum, else the cheapest. (n,)

    Parameters
    ----------
    value, least : (n,)
        Sums, and what the cheapest ticket of all costs. [unit of the result]
    median, sigma, tail : (n,)
        Of the tickets, as of :func:`tickets`.
    """
    levels = _fare_levels(table)
    n = len(levels)
    prices = tickets(table, np.tile(levels, len(value)), median.repeat(n), sigma.repeat(n), tail.repeat(n))
    at_least(prices, least.repeat(n))
    prices = np.sort(prices.reshape(-1, n), axis=1)
    bought = (prices <= value[:, None] * _ROUNDED).sum(axis=1)
    return np.take_along_axis(prices, np.maximum(bought - 1, 0)[:, None], axis=1)[:, 0]


def at_least(value: Floats, least: Floats) -> Floats:
    """Turn what is below the cheapest ticket into what is as far above it; changes ``value``. (n,)"""
    cheap = np.flatnonzero(value < least)
    value[cheap] = 2 * least[cheap] - value[cheap]
    return value


def mean_ticket(table: Prices, median: Floats, sigma: Floats, tail: Bools) -> Floats:
    """Mean of :func:`tickets`, by quadrature over its own table. (n,) [unit of ``median``]"""
    levels = _ticket_table(table.tail_share, table.tail_exponent).astype(np.float64)[:, 8::16][tail.astype(np.int64)]
    return median * np.exp(sigma[:, None] * levels[:, :, 0] + levels[:, :, 1]).mean(axis=1)


def _ending_table(table: Prices) -> AnyArray:
    """Places among the endings by style and level; notes, fares and services are written in a way of their own."""
    any_ending = (*[0.0] * _ANY, 1.0)
    return _endings(tuple(any_ending if style in _OF_THEIR_OWN else getattr(table, style) for style in PRICE_STYLES))


@lru_cache(maxsize=4)
def _endings(shares: tuple[tuple[float, ...], ...]) -> AnyArray:
    return np.stack([choice_table(each, 256) for each in shares])


@lru_cache(maxsize=4)
def _service_table(shares: tuple[float, ...]) -> AnyArray:
    return choice_table(shares, 256)


def priced(table: Prices, value: Floats, *, style: AnyArray, digits: Ints, ending: AnyArray, note: Floats) -> Ints:
    """Write amounts the way shops do, in minor units.

    Parameters
    ----------
    table
        How prices end.
    value : (n,)
        Exact amounts. [currency units]
    style : (n,)
        Codes of ``PRICE_STYLES``.
    digits : (n,)
        Decimal places of the currency. [count]
    ending : (n,) uint8
        Uniform levels that choose the ending. [unitless]
    note : (n,)
        Smallest banknote that machines give; services are paid in coins of a hundredth of it. [currency units]

    Returns
    -------
    (n,)
        Amounts, at least one. [minor units]
    """
    scale = _TENS.take(digits)
    minor = np.rint(value * scale).astype(np.int64)
    choice = _ending_table(table).ravel().take(style * np.int64(256) + ending)
    shaped = np.flatnonzero(choice != _ANY)
    places = digits.take(shaped)
    for some, hundred in ((shaped[places == 2], 1), (shaped[places == 3], 10)):
        whole = minor[some] // (100 * hundred)
        ends = np.array(table.endings, dtype=np.int64).take(choice[some])
        # nothing costs nought: what would be written so keeps its cents
        written = (whole * 100 + ends) * hundred
        minor[some] = np.where(written > 0, written, minor[some])
    yen = shaped[places == 0]
    minor[yen] = np.maximum(np.rint(minor[yen] / 10).astype(np.int64) * 10, 10)
    cash = np.flatnonzero(style == PRICE_STYLES.index("cash"))
    if cash.size:
        minor[cash] = _banknotes(value[cash], note[cash], scale[cash])
    served = np.flatnonzero(style == SERVICE)
    if served.size:
        coins = _SERVICE_STEPS.take(_service_table(table.service).take(ending[served]))
        step = np.rint(coins * coin(note[served]) * scale[served])
        some = np.flatnonzero(step > 0)
        served, step = served[some], step[some]
        minor[served] = (np.maximum(np.rint(value[served] * scale[served] / step), 1.0) * step).astype(np.int64)
    fare = np.flatnonzero(style == FARE)
    step = np.where(digits[fare] > 0, scale[fare] / 10, 10.0)
    minor[fare] = np.maximum(np.rint(value[fare] * scale[fare] / step), 1.0) * step
    return np.maximum(minor, 1, out=minor)


def coin(note: Floats) -> Floats:
    """What prices of services are multiples of: a power of ten, about a hundredth of a banknote. (n,) [currency units]

    Tenths of a euro, a pound or a dollar, and whole crowns.

    Parameters
    ----------
    note : (n,)
        Smallest banknote that machines give. [currency units]
    """
    return np.power(10.0, np.floor(np.log10(note / _COINS_IN_NOTE) + 1e-9))


def _banknotes(value: Floats, note: Floats, scale: Floats) -> Ints:
    """Cash in whole banknotes: multiples of one, two or five of the smallest."""
    step = np.where(value < 8 * note, 1.0, np.where(value < 20 * note, 2.0, 5.0)) * note
    return (np.maximum(np.rint(value / step), 1.0) * step * scale).astype(np.int64)
