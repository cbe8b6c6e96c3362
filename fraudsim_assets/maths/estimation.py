"""Estimators: numbers that describe samples, as textbooks define them.

Everything here is pure and vectorised and knows no payments. Belongs here: statistics of arrays
and of histograms. Does not belong here: what a statistic should be.
"""

import numpy as np

from fraudsim_assets.units import AnyArray, Floats


def gini(values: AnyArray) -> float:
    r"""Gini coefficient of non-negative values: 0 for equality, near 1 for one owner of all.

    .. math:: G = \frac{2\sum_i i\,x_{(i)}}{n\sum_i x_i} - \frac{n+1}{n}

    Parameters
    ----------
    values : (n,)
        Not negative, with a positive sum. [any]

    Raises
    ------
    ValueError
        If there is nothing to share.
    """
    x = np.sort(np.asarray(values, dtype=np.float64))
    n, total = len(x), float(x.sum())
    if n == 0 or total <= 0:
        raise ValueError("the Gini coefficient needs at least one positive value")
    return max(float(2 * (np.arange(1, n + 1) * x).sum() / (n * total) - (n + 1) / n), 0.0)  # rounding may fall below


def burstiness(count: AnyArray, total: AnyArray, squares: AnyArray) -> Floats:
    r"""Burstiness of gaps between events, from their moments: :math:`B = (\sigma-\mu)/(\sigma+\mu)`.

    Parameters
    ----------
    count, total, squares : (n,)
        Number of gaps (at least 1), their sum, and the sum of their squares.

    Returns
    -------
    (n,)
        -1 for a clock, 0 for a Poisson process, towards 1 for bursts. [unitless]

    References
    ----------
    .. [1] Goh, Barabasi, "Burstiness and memory in complex systems", EPL 81, 2008, eq. 1.
    """
    n = np.asarray(count, dtype=np.float64)
    mean = np.asarray(total) / n
    spread = np.sqrt(np.maximum(np.asarray(squares) / n - mean**2, 0.0))
    return (spread - mean) / np.maximum(spread + mean, 1e-300)


def histogram_quantiles(counts: AnyArray, edges: Floats, shares: AnyArray) -> Floats:
    """Quantiles of a histogram, straight within each bin.

    Parameters
    ----------
    counts : (k,)
        Not negative, with a positive sum. [count]
    edges : (k + 1,)
        Ascending.
    shares : (m,)
        In (0, 1). [unitless]

    Returns
    -------
    (m,)
        In the unit of ``edges``.

    Raises
    ------
    ValueError
        If the histogram is empty.
    """
    weights = np.asarray(counts, dtype=np.float64)
    if not weights.sum() > 0:
        raise ValueError("an empty histogram has no quantiles")
    cumulative = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
    return np.interp(np.asarray(shares, dtype=np.float64), cumulative, edges)


def histogram_moments(counts: AnyArray, centres: Floats) -> tuple[float, float]:
    """Mean and standard deviation of a histogram. [unit of ``centres``]

    Raises
    ------
    ValueError
        If the histogram is empty.
    """
    weights = np.asarray(counts, dtype=np.float64)
    if not weights.sum() > 0:
        raise ValueError("an empty histogram has no mean")
    mean = float(np.average(centres, weights=weights))
    return mean, float(np.sqrt(np.average((centres - mean) ** 2, weights=weights)))


def hill_exponent(counts: AnyArray, log_centres: Floats, top: float) -> float:
    r"""Exponent a of a tail :math:`P(X > x) \propto x^{-a}`, from a histogram of logarithms.

    Hill's estimator over the largest ``top`` of the values: one over the mean excess of the
    logarithm above the knee.

    Parameters
    ----------
    counts : (k,)
        Not negative, with a positive sum. [count]
    log_centres : (k,)
        Natural logarithms at the centres of the bins, equally spaced.
    top : scalar
        Share of values in the tail, in (0, 1). [share]

    References
    ----------
    .. [1] Hill, "A Simple General Approach to Inference About the Tail of a Distribution",
       Annals of Statistics 3, 1975. :doi:`10.1214/aos/1176343247`
    """
    width = float(log_centres[1] - log_centres[0])
    edges = np.concatenate([log_centres - width / 2, [log_centres[-1] + width / 2]])
    knee = float(histogram_quantiles(counts, edges, np.array([1 - top]))[0])
    # the share of the knee's own bin that lies above the knee
    upper = np.clip((edges[1:] - knee) / width, 0.0, 1.0) * np.asarray(counts, dtype=np.float64)
    centres = np.maximum(log_centres, (edges[1:] + knee) / 2)
    return float(upper.sum() / ((centres - knee) * upper).sum())


def log_slope(x: AnyArray, y: AnyArray, weights: AnyArray | None = None) -> float:
    """Slope of log y on log x by weighted least squares; points must be positive. [unitless]"""
    lx, ly = np.log(np.asarray(x, dtype=np.float64)), np.log(np.asarray(y, dtype=np.float64))
    w = np.ones(len(lx)) if weights is None else np.asarray(weights, dtype=np.float64)
    lx = lx - np.average(lx, weights=w)
    return float((w * lx * ly).sum() / (w * lx * lx).sum())


def distance_from_uniform(u: AnyArray) -> float:
    """Kolmogorov's distance between a sample and the uniform distribution on (0, 1). [unitless]"""
    x = np.sort(np.asarray(u, dtype=np.float64))
    n = len(x)
    steps = np.arange(n + 1) / n
    return float(max((steps[1:] - x).max(), (x - steps[:-1]).max()))


def kolmogorov_p(distance: float, n: float) -> float:
    r"""Probability of a larger Kolmogorov distance by chance: :math:`2\sum_k (-1)^{k-1} e^{-2k^2 n D^2}`.

    References
    ----------
    .. [1] Kolmogorov, "Sulla determinazione empirica di una legge di distribuzione", 1933; with
       the small-sample factor of Stephens, Journal of the Royal Statistical Society B 32, 1970.
    """
    root = np.sqrt(n)
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < 0.2:
        return 1.0
    k = np.arange(1, 101)
    return float(np.clip(2 * np.sum((-1.0) ** (k - 1) * np.exp(-2 * (k * scaled) ** 2)), 0.0, 1.0))


def jackknife_error(leave_one_out: AnyArray) -> float:
    r"""Standard error from estimates that each leave one of G groups out.

    .. math:: \sqrt{\tfrac{G-1}{G} \sum_g (\theta_{(g)} - \bar\theta)^2}

    References
    ----------
    .. [1] Shao, Tu, *The Jackknife and Bootstrap*, Springer 1995, chapter 2 (delete-d by groups).
    """
    theta = np.asarray(leave_one_out, dtype=np.float64)
    return float(np.sqrt((len(theta) - 1) / len(theta) * ((theta - theta.mean()) ** 2).sum()))
