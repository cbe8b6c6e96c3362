"""People: age, stage of life, income and how long they stay anywhere, without names or places.

Belongs here: what does not change about a person while the simulation runs. Does not belong
here: homes, names, cards.
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.catalog.households import heads
from fraudsim_assets.catalog.lifetimes import Era
from fraudsim_assets.maths.sampling import normal_quantiles
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.people import People as Numbers
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import SEGMENTS
from fraudsim_assets.units import Bools, Floats, Floats32, Ints

LEVEL_SHIFT = np.uint64(48)
"""Leaves the top 16 bits of a word: a uniform level. [bits]"""

YEAR = 365.2425
"""Mean Gregorian year. [days]"""


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


def build_people(reference: Reference, streams: Streams, era: Era, ordinals: Ints) -> People:
    """Look up the people behind customer ordinals.

    Parameters
    ----------
    reference
        Who customers are, and what tells segments apart.
    streams
        Randomness of the world.
    era
        Decade to which ages are tied.
    ordinals : (n,)
        Customer ordinals, counted from zero.
    """
    table, segments = reference.people, reference.segments
    head = heads(streams, reference.households, ordinals)
    age = _age_quantile(table, _shared_age(table, streams, ordinals, head))
    # in 64 bits: a processor's own exp of 32 bits differs from another's in the last place
    wealth = _wealth(streams, ordinals)
    member = head != ordinals
    wealth[member] *= np.sqrt(1 - table.common_wealth**2)
    wealth[member] += table.common_wealth * _wealth(streams, head[member])
    factor = np.exp(table.income_spread * wealth - table.income_spread**2 / 2) * _income_by_age(table, age)
    segment = _segment(age, wealth, streams.draw("catalog.customer.segment").uniforms(ordinals))
    birth_day = era.middle - np.floor(age * YEAR).astype(np.int64)
    rates = np.array([segments[name].moves for name in SEGMENTS])
    stretch = 1.0 + table.residence_spread * (2.0 * streams.draw("catalog.customer.residence").uniforms(ordinals) - 1.0)
    length = np.floor(YEAR / rates[segment] * stretch).astype(np.int64)
    phase = np.floor(streams.draw("catalog.customer.residence.phase").uniforms(ordinals) * length).astype(np.int64)
    return People(
        ordinal=ordinals,
        is_male=streams.draw("catalog.customer.gender").uniforms(ordinals) < 0.5,
        birth_day=birth_day,
        opened_day=_opened(table, birth_day, era, streams.draw("catalog.customer.opened").uniforms(ordinals)),
        segment=segment,
        income_band=np.searchsorted(np.array(table.income_bands), factor, side="right"),
        income_factor=factor.astype(np.float32),
        residence_days=length,
        residence_phase=phase,
    )


def _wealth(streams: Streams, ordinals: Ints) -> Floats:
    """Wealth of people as if each lived alone: standard normal. (n,)"""
    levels = streams.draw("catalog.customer.income").words(ordinals) >> LEVEL_SHIFT
    return normal_quantiles().take(levels.astype(np.int64)).astype(np.float64)


def _shared_age(table: Numbers, streams: Streams, ordinals: Ints, head: Ints) -> Floats:
    """Uniforms of ages: close to that of the first member of the household for most. (n,)"""
    draw = streams.draw("catalog.customer.age")
    u = draw.uniforms(ordinals)
    couple = np.flatnonzero((head != ordinals) & (draw.sub(1).uniforms(ordinals) < table.couples))
    near = draw.uniforms(head[couple]) + table.age_apart * (2.0 * u[couple] - 1.0)
    # mirrored at the ends, so that ages stay as they are shared out
    u[couple] = 1.0 - np.abs(1.0 - np.abs(near))
    return u


def _age_quantile(table: Numbers, u: Floats) -> Floats:
    """Ages in the middle of the era from uniforms. (n,) [years]"""
    cumulative = np.concatenate([[0.0], np.cumsum(table.age_shares)]) / np.array(table.age_shares).sum()
    return np.interp(u, cumulative, table.ages)


def _mean_income_over_ages(table: Numbers) -> float:
    u = (np.arange(1 << 14) + 0.5) / (1 << 14)
    return float(np.interp(_age_quantile(table, u), table.income_ages, table.income_by_age).mean())


def _income_by_age(table: Numbers, age: Floats) -> Floats:
    return np.interp(age, table.income_ages, table.income_by_age) / _mean_income_over_ages(table)


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


def _opened(table: Numbers, birth_day: Ints, era: Era, u: Floats) -> Ints:
    """Day of joining the bank: an exponential time before the era, never before the youth account. (n,)"""
    joined = era.first - 1 - np.floor(-np.log(u) * table.tenure_years * YEAR).astype(np.int64)
    youngest = birth_day + np.ceil(table.youngest * YEAR).astype(np.int64)
    return np.minimum(np.maximum(joined, youngest), era.first - 1)
