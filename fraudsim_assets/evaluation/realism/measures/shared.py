"""Measures that several targets share: shares, means and quantiles of a view.

Belongs here: small functions from a ``View`` to a number, and makers of such functions. Does not
belong here: what the number should be (``targets``).
"""

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.tallies import AMOUNT_EDGES, CASH, KM_EDGES, POS, REMOTE
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.maths.estimation import histogram_moments, histogram_quantiles
from fraudsim_assets.units import AnyArray, Floats

AMOUNT_CENTRES = (AMOUNT_EDGES[1:] + AMOUNT_EDGES[:-1]) / 2


def ratio(part: AnyArray | float, whole: AnyArray | float, what: str) -> float:
    """Divide sums.

    Raises
    ------
    NotMeasurableError
        If there is nothing to divide by.
    """
    total = float(np.sum(whole))
    if not total > 0:
        raise NotMeasurableError(f"there are no {what}")
    return float(np.sum(part)) / total


def remote_share(tally: str) -> Measure:
    """Share of purchases made remotely, by ``"number"`` or ``"value"``."""

    def measure(view: View) -> float:
        sums = view.sum(tally).sum(axis=0)
        return ratio(sums[REMOTE], sums[POS] + sums[REMOTE], "purchases")

    return measure


def mean_ticket(view: View, *, channels: tuple[int, ...] = (POS, REMOTE)) -> float:
    """Mean purchase in the main billing currency. [billing currency]"""
    number, value = view.sum("number").sum(axis=0), view.sum("value").sum(axis=0)
    chosen = list(channels)
    return ratio(value[chosen], number[chosen], "purchases") * units_per_euro(view)


def units_per_euro(view: View) -> float:
    """Worth of a euro in the currency most bills are in, on the average day of the range."""
    main = int(np.argmax(view.evidence.tallies.billed[:, 0]))
    return float(np.mean([view.world.prices.rates_on(number)[main] for number in view.evidence.days]))


def cash_share(view: View) -> float:
    """Share of withdrawals among all requests that were approved."""
    sums = view.sum("number").sum(axis=0)
    return ratio(sums[CASH], sums, "payments")


def amount_histogram(view: View, *names: str, in_store: bool = False) -> Floats:
    """Histogram of amounts of some categories, or of all. (bins,)

    Raises
    ------
    NotMeasurableError
        If there are none.
    """
    counts = view.sum("amounts")
    if names:
        counts = counts[view.category(*names)]
    histogram = counts[:, 0].sum(axis=0) if in_store else counts.sum(axis=(0, 1))
    if not histogram.sum() > 0:
        raise NotMeasurableError("there are no payments")
    return histogram


def spread_of_amounts(view: View) -> float:
    """Standard deviation of the logarithm of all amounts. [unitless]"""
    return histogram_moments(amount_histogram(view), AMOUNT_CENTRES)[1]


def spread_within(view: View) -> float:
    """Standard deviation of the logarithm of amounts within a category, averaged over payments. [unitless]"""
    counts = view.sum("amounts").sum(axis=1)
    sizes = counts.sum(axis=1)
    spreads = [
        histogram_moments(row, AMOUNT_CENTRES)[1] if size > 0 else 0.0 for row, size in zip(counts, sizes, strict=True)
    ]
    return ratio(np.array(spreads) * sizes, sizes, "payments")


def home_distance(quantile: float, *, urban: bool) -> Measure:
    """Quantile of the distance from home to shops. [km]"""

    def measure(view: View) -> float:
        counts = view.sum("home_km")
        counts = counts[1] if urban else counts.sum(axis=0)
        if not counts.sum() > 0:
            raise NotMeasurableError("no person lives in a city of more than 300,000 people")
        return float(np.exp(histogram_quantiles(counts, KM_EDGES, np.array([quantile]))[0]))

    return measure


def endings(*names: str, cents: tuple[int, ...]) -> Measure:
    """Share of amounts with given cents, among categories in currencies with cents."""

    def measure(view: View) -> float:
        counts = view.sum("cents")[view.category(*names)].sum(axis=0)
        return ratio(counts[list(cents)], counts, "amounts in a currency with cents")

    return measure


def holds(tally: str, what: str) -> Measure:
    """Share of rows for which a check holds, from a tally of [broken, held]."""

    def measure(view: View) -> float:
        broken, held = view.sum(tally)
        return ratio(held, broken + held, what)

    return measure


def weekday_exposure(view: View) -> Floats:
    """How often each day of the week is in the range, Monday first. (7,) [days]"""
    return np.bincount([day.weekday() for day in view.days], minlength=7).astype(np.float64)


def typical_week(view: View, tally: str, categories: AnyArray | None = None, channel: int | None = None) -> Floats:
    """Payments by hour of an average week; each weekday counts once. (168,)

    Raises
    ------
    NotMeasurableError
        If the range has no full week, or no payment in it.
    """
    exposure = weekday_exposure(view)
    if exposure.min() < 1:
        raise NotMeasurableError("the range is shorter than a week")
    counts = view.sum(tally)
    if categories is not None:
        counts = counts[categories]
    counts = counts.sum(axis=(0, 1)) if channel is None else counts[:, channel].sum(axis=0)
    if not counts.sum() > 0:
        raise NotMeasurableError("there are no payments")
    return counts / np.repeat(exposure, 24)
