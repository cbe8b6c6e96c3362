"""Inverse transforms: uniforms in, values out.

Nothing here draws. Every function is pure, vectorised and increasing in its uniform where that
makes sense, so it can be checked against a textbook.

Belongs here: transforms of uniforms and the tables that make them fast. Does not belong here:
parameters of payments, and any randomness of its own.
"""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from fraudsim_assets.units import EARTH_RADIUS_KM, AnyArray, Floats, Floats32, Ints

QUANTILE_BITS = 16
"""Resolution of the tables of quantiles: 2**16 equally likely levels."""


def midpoints(n: int) -> Floats:
    """Centres of n equal cells of the unit interval. (n,) [unitless]"""
    return (np.arange(n) + 0.5) / n


@lru_cache(maxsize=4)
def normal_quantiles(bits: int = QUANTILE_BITS) -> Floats32:
    """Standard normal quantiles at the midpoints of 2**bits equal cells.

    Returns
    -------
    (2**bits,)
        Increasing, antisymmetric about the middle. [unitless]

    References
    ----------
    .. [1] Wichura, "Algorithm AS 241: The Percentage Points of the Normal Distribution",
       Applied Statistics 37, 1988 (the method of :class:`statistics.NormalDist`).
    """
    inverse = NormalDist().inv_cdf
    half = np.array([inverse(u) for u in midpoints(1 << bits)[: 1 << (bits - 1)]])
    table = np.concatenate([half, -half[::-1]]).astype(np.float32)
    table.setflags(write=False)
    return table


def lognormal_mean_one(u16: AnyArray, sigma: float) -> Floats32:
    r"""Lognormal factors with mean one: :math:`\exp(\sigma z - \sigma^2/2)`.

    Parameters
    ----------
    u16 : (n,) integers below 2**16
        Uniform 16-bit levels. [unitless]
    sigma
        Standard deviation of the logarithm. [unitless]

    Returns
    -------
    (n,)
        Factors of mean one, increasing in ``u16``. [unitless]
    """
    return _lognormal_table(sigma).take(u16)


@lru_cache(maxsize=64)
def _lognormal_table(sigma: float) -> Floats32:
    table = np.exp(sigma * normal_quantiles().astype(np.float64) - sigma * sigma / 2)
    table /= table.mean()
    return table.astype(np.float32)


def poisson_counts(u: Floats, mean: Floats) -> Ints:
    r"""Poisson counts by inversion of the distribution function.

    Parameters
    ----------
    u : (n,)
        Uniforms in (0, 1). [unitless]
    mean : (n,)
        Means, not negative, at most 600. [count]

    Returns
    -------
    (n,)
        Smallest k with P(N <= k) >= u; zero exactly where ``u <= exp(-mean)``. [count]

    References
    ----------
    .. [1] Devroye, *Non-Uniform Random Variate Generation*, Springer 1986, chapter X.3.
    """
    term = np.exp(-mean)
    positive = u > term
    counts = positive.astype(np.int64)
    rows = np.flatnonzero(positive)
    u, mean, term = u.take(rows), mean.take(rows), term.take(rows)
    cumulative, more = term.copy(), np.ones(len(rows), dtype=bool)
    above = np.ones(len(rows), dtype=np.int64)
    k, stride = 0, 1
    while rows.size:
        for _ in range(stride):
            k += 1
            term *= mean
            term /= k
            cumulative += term
            np.greater(u, cumulative, out=more)  # once false it stays so: the sums never fall
            above += more
        stride = min(k, 8)
        counts[rows] = above
        left = np.flatnonzero(more & ((term > _NO_MORE_MASS) | (k < mean)))
        rows, u, mean, more, above = rows.take(left), u.take(left), mean.take(left), more.take(left), above.take(left)
        term, cumulative = term.take(left), cumulative.take(left)
    return counts


_NO_MORE_MASS = 1e-18
# terms this small cannot move a sum that is near one


def geometric_extra(u: Floats, mean: Floats | float, most: int) -> Ints:
    r"""Geometric counts from zero: :math:`P(N \ge k) = (m/(1+m))^k`, cut off at ``most``.

    Parameters
    ----------
    u : (n,)
        Uniforms in (0, 1). [unitless]
    mean
        Mean m before the cut, one or one each; where it is not positive, counts are 0. [count]
    most
        Largest count. [count]
    """
    mean = np.maximum(mean, 1e-12)
    counts = np.floor(np.log(u) / np.log(mean / (1 + mean))).astype(np.int64)
    return np.minimum(counts, most, out=counts)


def pareto_ranks(u: Floats, exponent: AnyArray | float, most: int = 1 << 20) -> Ints:
    r"""Ranks from one upwards with an unbounded Zipf tail: :math:`P(R \ge k) = k^{-(a-1)}`.

    The floor of a Pareto variable: its probabilities fall as :math:`k^{-a}`, so n draws visit
    about :math:`n^{1/a}` distinct ranks.

    Parameters
    ----------
    u : (n,)
        Uniforms in (0, 1). [unitless]
    exponent : (n,) or scalar
        Zipf exponent a, above one. [unitless]
    most
        Largest rank returned.

    References
    ----------
    .. [1] Song, Koren, Wang, Barabási, "Modelling the scaling properties of human mobility",
       Nature Physics 6, 2010, :doi:`10.1038/nphys1760` (distinct places grow as n^(1/a)).
    """
    with np.errstate(over="ignore"):  # what overflows is cut off next
        ranks = np.power(u, -1.0 / (np.asarray(exponent) - 1.0))
    return np.minimum(ranks, float(most), out=ranks).astype(np.int64)


def zipf_spread(n: AnyArray, exponent: float) -> Floats:
    """What :func:`bounded_zipf` needs to know of sizes, worked out once for many draws. (n,) [unitless]"""
    size = np.asarray(n, dtype=np.float64)
    if abs(exponent - 1.0) < 1e-9:
        return np.log(size + 1.0)
    return np.power(size + 1.0, 1.0 - exponent) - 1.0


def bounded_zipf(u: Floats, n: AnyArray, exponent: float, *, spread: Floats | None = None) -> Ints:
    r"""Positions in ``[0, n)`` with probabilities close to :math:`(k+1)^{-s}`.

    The inverse of the continuous law :math:`x^{-s}` on :math:`[1, n+1)`, floored; position k has
    the exact probability :math:`\int_{k+1}^{k+2} x^{-s}dx` over the whole integral.

    Parameters
    ----------
    u : (n,)
        Uniforms in (0, 1). [unitless]
    n : (n,)
        Sizes, at least one. [count]
    exponent
        Zipf exponent s, not negative. [unitless]
    spread : (n,)
        :func:`zipf_spread` of the sizes, if known.
    """
    size = np.asarray(n).astype(np.int64, copy=False)
    s = exponent
    x = u * (zipf_spread(size, s) if spread is None else spread)
    if abs(s - 1.0) < 1e-9:
        np.exp(x, out=x)
    else:
        x += 1.0
        np.power(x, 1.0 / (1.0 - s), out=x)
    positions = x.astype(np.int64)
    np.minimum(positions, size, out=positions)
    positions -= 1
    return np.maximum(positions, 0, out=positions)


def bounded_zipf_masses(n: int, exponent: float) -> Floats:
    """Probabilities of the positions of :func:`bounded_zipf`. (n,) [unitless]"""
    edges = np.arange(1, n + 2, dtype=np.float64)
    if abs(exponent - 1.0) < 1e-9:
        integral = np.log(edges)
    else:
        integral = np.power(edges, 1.0 - exponent) / (1.0 - exponent)
    masses = np.diff(integral)
    return masses / masses.sum()


def choice_table(weights: npt.ArrayLike, size: int) -> AnyArray:
    """Table of codes in which code k fills its share of ``size`` cells, by largest remainder.

    A look-up at a uniform integer below ``size`` then chooses codes in proportion to weights.

    Parameters
    ----------
    weights : (k,)
        Not negative, not all zero, k at most 65536. [unitless]
    size
        Number of cells.

    Returns
    -------
    (size,) uint8, or uint16 where k is above 256
        Codes in ascending order. A code of weight zero never occurs.

    Raises
    ------
    ValueError
        If a weight is negative or all are zero.
    """
    w = np.asarray(weights, dtype=np.float64)
    if np.any(w < 0) or not w.sum() > 0:
        raise ValueError(f"weights must be non-negative with a positive sum, not {w.tolist()}")
    exact = w / w.sum() * size
    cells = np.floor(exact).astype(np.int64)
    missing = size - int(cells.sum())
    order = np.argsort(cells - exact, kind="stable")
    cells[order[:missing]] += 1
    dtype = np.uint8 if len(w) <= 256 else np.uint16
    return np.repeat(np.arange(len(w)), cells).astype(dtype)


def inverse_table(density: Floats, points: int) -> Floats:
    """Quantiles of piecewise-constant densities on equal cells of the unit interval.

    Parameters
    ----------
    density : (m, c)
        Not negative; each row is one density over c cells. A row of zeros counts as uniform.
    points
        Number of equal steps of probability.

    Returns
    -------
    (m, points + 1)
        Row-wise quantiles at 0, 1/points, ..., 1; not decreasing; in [0, 1].
    """
    density = np.where(density.sum(axis=1, keepdims=True) > 0, density, 1.0)
    cumulative = np.cumsum(density, axis=1)
    cumulative = np.concatenate([np.zeros((len(density), 1)), cumulative], axis=1)
    cumulative /= cumulative[:, -1:]
    grid = np.linspace(0.0, 1.0, density.shape[1] + 1)
    probabilities = np.linspace(0.0, 1.0, points + 1)
    return np.stack([np.interp(probabilities, row, grid) for row in cumulative])


def great_circle_km(lat1: AnyArray, lon1: AnyArray, lat2: AnyArray, lon2: AnyArray) -> Floats:
    """Great-circle distance by the haversine formula. Degrees in, [km] out.

    References
    ----------
    .. [1] Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 1984.
    """
    p1, p2 = np.radians(lat1), np.radians(lat2)
    half_lat = np.sin((p2 - p1) / 2)
    half_lon = np.sin(np.radians(np.asarray(lon2) - np.asarray(lon1)) / 2)
    h = half_lat**2 + np.cos(p1) * np.cos(p2) * half_lon**2
    return 2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(np.clip(h, 0.0, 1.0)))
