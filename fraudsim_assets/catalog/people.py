"""People: age, stage of life, income and how long they stay anywhere, without names or places.

Belongs here: what does not change about a person while the simulation runs. Does not belong
here: homes, names, cards.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fraudsim_assets.catalog.households import heads
from fraudsim_assets.catalog.lifetimes import Era
from fraudsim_assets.maths.sampling import normal_quantiles
from fraudsim_assets.reference_data.holders import CustomerSegment
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import SEGMENTS
from fraudsim_assets.units import Bools, Floats, Floats32, Ints

LEVEL_SHIFT = np.uint64(48)
"""Leaves the top 16 bits of a word: a uniform level. [bits]"""

YEAR = 365.2425
"""Mean Gregorian year. [days]"""

_AGES = np.array([18.0, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0, 85.0, 95.0])
_AGE_SHARES = np.array([0.102, 0.156, 0.162, 0.168, 0.163, 0.132, 0.087, 0.03])
# ages in the middle of the era and share of customers between them. ASSUMPTION, after the shape of
# the adult population of the EU with fewer of the very old.

_INCOME_SIGMA = 0.38
# standard deviation of the log of how much a person spends on the same thing. ASSUMPTION.

_INCOME_AGES = np.array([18.0, 25.0, 35.0, 45.0, 55.0, 65.0, 75.0, 95.0])
_INCOME_BY_AGE = np.array([0.6, 0.82, 1.02, 1.12, 1.14, 1.0, 0.86, 0.78])
# hump of income over life, before scaling to a mean of one. ASSUMPTION.

_BAND_EDGES = np.array([0.6, 0.82, 1.1, 1.55])
# edges of the income bands, in units of the mean. ASSUMPTION.

_COUPLES, _AGE_APART = 0.7, 0.08
# members of a household who are about as old as its first one; how far apart the two are at most, in shares of all
# ages. ASSUMPTION.

_COMMON_WEALTH = 0.8
# correlation of the wealth of members of a household with that of its first one. ASSUMPTION, target S18.

_TENURE_MEAN_YEARS = 11.0
_YOUTH_ACCOUNT_AGE = 10.0
# mean time with the bank before the era, and the youngest age at which an account is opened. ASSUMPTION.

_RESIDENCE_SPREAD = 0.35
# relative half-width of the time between moves about its mean. ASSUMPTION.


@dataclass(frozen=True)
class People:
    """What is fixed about some customers.

    Attributes
    ----------
    ordinal
        (n,) customer ordinals.
    is_male
        (n,) chooses the list of names.
    birth_day, opened_day
        (n,) birth and start of the relationship with the bank. [day numbers]
    segment, income_band
        (n,) positions in ``SEGMENTS`` and ``INCOME_BANDS``.
    income_factor
        (n,) mean one. [unitless]
    residence_days, residence_phase
        (n,) time between moves and its phase. [days]
    """

    ordinal: Ints
    is_male: Bools
    birth_day: Ints
    opened_day: Ints
    segment: Ints
    income_band: Ints
    income_factor: Floats32
    residence_days: Ints
    residence_phase: Ints


def build_people(segments: Mapping[str, CustomerSegment], streams: Streams, era: Era, ordinals: Ints) -> People:
    """Look up the people behind customer ordinals.

    Parameters
    ----------
    segments
        What tells customer segments apart.
    streams
        Randomness of the world.
    era
        Decade to which ages are tied.
    ordinals : (n,)
        Customer ordinals, counted from zero.
    """
    head = heads(streams, ordinals)
    age = age_quantile(_shared_age(streams, ordinals, head))
    # in 64 bits: a processor's own exp of 32 bits differs from another's in the last place
    wealth = _wealth(streams, ordinals)
    member = head != ordinals
    wealth[member] *= np.sqrt(1 - _COMMON_WEALTH**2)
    wealth[member] += _COMMON_WEALTH * _wealth(streams, head[member])
    factor = np.exp(_INCOME_SIGMA * wealth - _INCOME_SIGMA**2 / 2) * _income_by_age(age)
    segment = _segment(age, wealth, streams.draw("catalog.customer.segment").uniforms(ordinals))
    birth_day = era.middle - np.floor(age * YEAR).astype(np.int64)
    rates = np.array([segments[name].moves for name in SEGMENTS])
    stretch = 1.0 + _RESIDENCE_SPREAD * (2.0 * streams.draw("catalog.customer.residence").uniforms(ordinals) - 1.0)
    length = np.floor(YEAR / rates[segment] * stretch).astype(np.int64)
    phase = np.floor(streams.draw("catalog.customer.residence.phase").uniforms(ordinals) * length).astype(np.int64)
    return People(
        ordinal=ordinals,
        is_male=streams.draw("catalog.customer.gender").uniforms(ordinals) < 0.5,
        birth_day=birth_day,
        opened_day=_opened(birth_day, era, streams.draw("catalog.customer.opened").uniforms(ordinals)),
        segment=segment,
        income_band=np.searchsorted(_BAND_EDGES, factor, side="right"),
        income_factor=factor.astype(np.float32),
        residence_days=length,
        residence_phase=phase,
    )


def _wealth(streams: Streams, ordinals: Ints) -> Floats:
    """Wealth of people as if each lived alone: standard normal. (n,)"""
    levels = streams.draw("catalog.customer.income").words(ordinals) >> LEVEL_SHIFT
    return normal_quantiles().take(levels.astype(np.int64)).astype(np.float64)


def _shared_age(streams: Streams, ordinals: Ints, head: Ints) -> Floats:
    """Uniforms of ages: close to that of the first member of the household for most. (n,)"""
    draw = streams.draw("catalog.customer.age")
    u = draw.uniforms(ordinals)
    couple = np.flatnonzero((head != ordinals) & (draw.sub(1).uniforms(ordinals) < _COUPLES))
    near = draw.uniforms(head[couple]) + _AGE_APART * (2.0 * u[couple] - 1.0)
    # mirrored at the ends, so that ages stay as they are shared out
    u[couple] = 1.0 - np.abs(1.0 - np.abs(near))
    return u


def age_quantile(u: Floats) -> Floats:
    """Ages in the middle of the era from uniforms. (n,) [years]"""
    cumulative = np.concatenate([[0.0], np.cumsum(_AGE_SHARES)]) / _AGE_SHARES.sum()
    return np.interp(u, cumulative, _AGES)


@lru_cache(maxsize=1)
def _mean_income_over_ages() -> float:
    u = (np.arange(1 << 14) + 0.5) / (1 << 14)
    return float(np.interp(age_quantile(u), _INCOME_AGES, _INCOME_BY_AGE).mean())


def _income_by_age(age: Floats) -> Floats:
    return np.interp(age, _INCOME_AGES, _INCOME_BY_AGE) / _mean_income_over_ages()


def _segment(age: Floats, wealth: Floats, u: Floats) -> Ints:
    """Stage of life: by age, with the wealthiest apart and blurred edges. (n,)"""
    code = {name: position for position, name in enumerate(SEGMENTS)}
    blurred = age + 6.0 * (u - 0.5)
    segment = np.full(len(age), code["mid_life"])
    segment[blurred < 50] = code["family"]
    segment[blurred < 33] = code["young_professional"]
    segment[blurred < 23.5] = code["student"]
    segment[age >= 65] = code["senior"]
    segment[(wealth > 1.3) & (age >= 30) & (age < 75)] = code["affluent"]
    return segment


def _opened(birth_day: Ints, era: Era, u: Floats) -> Ints:
    """Day of joining the bank: an exponential time before the era, never before the youth account. (n,)"""
    joined = era.first - 1 - np.floor(-np.log(u) * _TENURE_MEAN_YEARS * YEAR).astype(np.int64)
    youngest = birth_day + np.ceil(_YOUTH_ACCOUNT_AGE * YEAR).astype(np.int64)
    return np.minimum(np.maximum(joined, youngest), era.first - 1)
