r"""When a share differs from its expectation by more than chance allows, for every sample size.

Belongs here: tests of counts against known probabilities. Does not belong here: what is counted.
"""

import math


def surprise(k: float, n: float, p: float) -> float:
    r"""Bound how unlikely a count is: minus the logarithm of an upper bound on its probability.

    .. math:: -\ln \Pr(X \text{ at least as far out as } k) \ge
              n \left( q \ln\frac{q}{p} + (1-q) \ln\frac{1-q}{1-p} \right), \quad q = k/n

    Chernoff's bound [1]_: it holds for every n, so that tiny samples need no special case. It is
    conservative by about half the logarithm of n p, never the other way.

    Parameters
    ----------
    k : scalar
        Successes, 0 to n. [count]
    n : scalar
        Trials; need not be whole, so that an effective sample size can be given. [count]
    p : scalar
        Expected share, 0 to 1. [share]

    Returns
    -------
    float
        0 for a perfect match or no trials, infinity for the impossible. [nats]

    References
    ----------
    .. [1] Hoeffding, "Probability Inequalities for Sums of Bounded Random Variables", Journal of
       the American Statistical Association 58, 1963, eq. 2.1. :doi:`10.2307/2282952`
    """
    if n <= 0:
        return 0.0
    q = min(max(k / n, 0.0), 1.0)
    return n * (_term(q, p) + _term(1.0 - q, 1.0 - p))


def _term(q: float, p: float) -> float:
    if q == 0.0:
        return 0.0
    return math.inf if p <= 0.0 else q * math.log(q / p)


def allowed_surprise(z: float) -> float:
    """Turn a width in standard errors into the largest surprise that still passes.

    Parameters
    ----------
    z : scalar
        Standard errors, two-sided; 4.5 stands for a chance of 7 in a million. [unitless]

    Returns
    -------
    float
        Minus the logarithm of the two-sided tail of a normal distribution. [nats]
    """
    tail = math.erfc(z / math.sqrt(2.0))
    return -math.log(tail) if tail > 0.0 else z * z / 2.0


def within_chance(k: float, n: float, p: float, *, z: float, design_effect: float = 1.0) -> bool:
    """Whether k of n is a plausible outcome of independent trials with probability p.

    Parameters
    ----------
    k, n, p
        Successes, trials and expected share, as in :func:`surprise`.
    z : scalar
        Width of the tolerance. [standard errors]
    design_effect : scalar, at least 1
        How many times the variance exceeds that of independent trials because successes come in
        clusters; the sample counts as n / design_effect. [unitless]
    """
    return surprise(k / design_effect, n / design_effect, p) <= allowed_surprise(z)


def tolerance_band(n: float, p: float, *, z: float, design_effect: float = 1.0) -> tuple[float, float]:
    """Shares between which :func:`within_chance` holds, by bisection. [share, share]"""
    return (
        _edge(n, p, 0.0, z=z, design_effect=design_effect),
        _edge(n, p, 1.0, z=z, design_effect=design_effect),
    )


def _edge(n: float, p: float, extreme: float, *, z: float, design_effect: float) -> float:
    inside, outside = p, extreme
    if within_chance(extreme * n, n, p, z=z, design_effect=design_effect):
        return extreme
    for _ in range(60):
        middle = (inside + outside) / 2
        if within_chance(middle * n, n, p, z=z, design_effect=design_effect):
            inside = middle
        else:
            outside = middle
    return inside
