"""How far one day's mix has moved from another's.

Belongs here: comparing profiles. Does not belong here: making them (``profile``), and tests
against the configuration (``checks``).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fraudsim_assets.quality.profile import Profile
from fraudsim_assets.quality.results import CheckResult, Severity

WATCHED = (
    "channel",
    "entry_mode",
    "transaction_type",
    "response_code",
    "three_ds",
    "currency",
    "merchant_country",
    "mcc",
    "hour_local",
    "billing_amount",
)
"""Histograms that are compared."""


@dataclass(frozen=True)
class Stability:
    """Population stability index of one histogram.

    Attributes
    ----------
    index
        0 for equal mixes. [nats]
    chance
        Largest index that chance alone explains. [nats]
    bucket
        Bucket that contributes most.
    """

    index: float
    chance: float
    bucket: str


def population_stability(before: Mapping[str, int], now: Mapping[str, int], *, z: float = 4.5) -> Stability:
    r"""Compare two histograms.

    .. math:: \mathrm{PSI} = \sum_b (q_b - p_b) \ln \frac{q_b}{p_b}

    with half a count added to every bucket, so that an empty one is no infinity. If both samples
    come from one mix, the index times :math:`1/(1/m + 1/n)` is chi-square distributed with one
    degree of freedom less than there are buckets [1]_; ``chance`` is z standard deviations above
    its mean.

    Parameters
    ----------
    before, now
        Rows by bucket, m and n in total; a bucket may be missing in either. [count]
    z : scalar
        Width of the tolerance. [standard deviations]

    Returns
    -------
    Stability
        Customary reading: below 0.1 stable, above 0.25 another population.

    References
    ----------
    .. [1] Yurdakul, Naranjo, "Statistical properties of the population stability index", Journal of
       Risk Model Validation, 2020.
    """
    buckets = sorted({*before, *now})
    m, n = sum(before.values()), sum(now.values())
    if len(buckets) < 2 or not m or not n:
        return Stability(0.0, math.inf, buckets[0] if buckets else "")
    p = _shares(before, buckets)
    q = _shares(now, buckets)
    terms = [(new - old) * math.log(new / old) for old, new in zip(p, q, strict=True)]
    degrees = len(buckets) - 1
    chance = (degrees + z * math.sqrt(2 * degrees)) * (1 / m + 1 / n)
    return Stability(sum(terms), chance, buckets[terms.index(max(terms))])


def _shares(histogram: Mapping[str, int], buckets: Sequence[str]) -> list[float]:
    total = sum(histogram.values()) + len(buckets) / 2
    return [(histogram.get(bucket, 0) + 0.5) / total for bucket in buckets]


def drift(before: Profile, now: Profile, *, z: float = 4.5) -> dict[str, Stability]:
    """Compare all watched histograms of two profiles.

    Weekdays differ by nature: compare with the same weekday, or with whole weeks (see
    ``profile.combined``).
    """
    return {
        name: population_stability(before.histograms.get(name, {}), now.histograms.get(name, {}), z=z)
        for name in WATCHED
    }


def drift_results(before: Profile, now: Profile, *, limit: float = 0.25, z: float = 4.5) -> list[CheckResult]:
    """Warn of every histogram that moved by more than a limit and more than chance.

    Parameters
    ----------
    before, now
        Reference and day in question.
    limit
        Largest index that is accepted beyond chance; 0.25 is the customary sign of another
        population. [nats]
    z : scalar
        Width of the tolerance for chance. [standard deviations]
    """
    results = []
    for name, found in drift(before, now, z=z).items():
        metrics: dict[str, float | int | str] = {
            "psi": found.index,
            "limit": limit,
            "chance": found.chance,
            "bucket": found.bucket,
        }
        text = f"the mix by {name} is that of the reference, up to a population stability index of {limit:g} [nats]"
        passed = found.index <= limit + found.chance
        results.append(CheckResult(f"{name}_mix_is_stable", passed, Severity.WARN, text, metrics))
    return results
