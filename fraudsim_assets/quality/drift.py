"""How far one day has moved from others: its mixes, its rates, its amounts.

Belongs here: comparing profiles. Does not belong here: making them (``profile``), and tests
against the configuration (``checks``).
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from statistics import NormalDist, fmean
from typing import Protocol

import polars as pl

from fraudsim_assets.quality.declaration import NEEDS_DAYS, Rule
from fraudsim_assets.quality.results import CheckResult, Severity
from fraudsim_assets.quality.sketch import QUANTILES

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

RATES = ("approved", "fraud", "null_latitude", "null_entry_mode", "null_device_id", "null_ip_address")
"""Shares of rows that are compared."""

AMOUNTS = ("p05", "p25", "p50", "p75", "p95")
"""Quantiles of genuine billing amounts that are compared."""

_rule = partial(Rule, "daily_profile", left_out=NEEDS_DAYS, severity=Severity.WARN)

MIX_RULES = {
    name: _rule(f"{name}_mix_is_stable", "mix_drift", f"the mix by {name} is that of the days before")
    for name in WATCHED
}
RATE_RULES = {
    name: _rule(f"{name}_share_is_stable", "rate_drift", f"the share of {name} rows is that of the days before")
    for name in RATES
}
AMOUNT_RULES = {
    name: _rule(f"amount_{name}_is_stable", "amount_drift", f"billing_amount_{name} is that of the days before")
    for name in AMOUNTS
}

DRIFT_RULES = (*MIX_RULES.values(), *RATE_RULES.values(), *AMOUNT_RULES.values())
"""Every rule about a day beside others; results say the limit as well."""

LIMIT = 0.25
"""Index, and relative change of rates and amounts, accepted beyond chance. 0.25 is the customary sign
of another population [nats]; for rates and amounts it leaves room for weekdays and seasons.
ASSUMPTION."""

FRAUD_DESIGN_EFFECT = 4.0
"""How many times the variance of the number of frauds exceeds that of independent rows, since frauds
come in campaigns; as of ``Expectations.fraud_design_effect``. ASSUMPTION."""

_HISTOGRAM = "rows_by_"


class Described(Protocol):
    """Anything that holds histograms of a day, or of several: :class:`Description` or ``profile.Profile``."""

    @property
    def histograms(self) -> Mapping[str, Mapping[str, int]]:
        """Rows by bucket. [count]"""
        ...


@dataclass(frozen=True)
class Description:
    """A day as its stored profile tells it.

    Attributes
    ----------
    metrics
        Single numbers by name, as of ``Profile.metrics``.
    histograms
        Rows by bucket. [count]
    """

    metrics: Mapping[str, float]
    histograms: Mapping[str, Mapping[str, int]]


def described(rows: pl.DataFrame) -> dict[date, Description]:
    """Days that rows of ``DailyProfile`` tell of, in order."""
    found: dict[date, Description] = {}
    columns = ("profile_date", "metric", "bucket", "value")
    plain = rows.select(pl.col(columns[0]), pl.col(columns[1:3]).cast(pl.String), pl.col(columns[3]))
    for (day,), part in plain.sort("profile_date", maintain_order=True).group_by("profile_date", maintain_order=True):
        metrics: dict[str, float] = {}
        histograms: dict[str, dict[str, int]] = {}
        for _, metric, bucket, value in part.iter_rows():
            if metric.startswith(_HISTOGRAM):
                histograms.setdefault(metric.removeprefix(_HISTOGRAM), {})[bucket] = round(value)
            else:
                metrics[metric] = value
        found[day] = Description(metrics, histograms)
    return found


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


def drift(before: Described, now: Described, *, z: float = 4.5) -> dict[str, Stability]:
    """Compare all watched histograms of two profiles.

    Weekdays differ by nature: compare with the same weekday, or with whole weeks (see
    ``profile.combined``).
    """
    return {
        name: population_stability(before.histograms.get(name, {}), now.histograms.get(name, {}), z=z)
        for name in WATCHED
    }


def drift_results(before: Described, now: Described, *, limit: float = LIMIT, z: float = 4.5) -> list[CheckResult]:
    """Warn of every histogram that moved by more than a limit and more than chance.

    Parameters
    ----------
    before, now
        Reference and day in question.
    limit
        Largest index that is accepted beyond chance. [nats]
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
        results.append(replace(MIX_RULES[name].result(passed, metrics), description=text))
    return results


def day_drift(
    before: Sequence[Description], now: Description, *, limit: float = LIMIT, z: float = 4.5
) -> list[CheckResult]:
    """Warn of every mix, rate and quantile of amounts in which a day differs from the days before it.

    Parameters
    ----------
    before
        Days to compare with, in any order; with none, or none with rows, everything passes.
    now
        Day in question.
    limit
        Change accepted beyond chance if there are many days before: index of a mix [nats], relative
        change of a rate or amount [share]. With few days it is wider.
    z : scalar
        Width of the tolerance for chance. [standard deviations]

    Returns
    -------
    list of CheckResult
        All of them warnings; ``psi``, ``rate`` and ``change`` are the numbers to follow over the days.
    """
    reference = [day for day in before if day.metrics["rows"]]
    # a mean of few days is itself off by what days differ in: variances add up
    widened = 1.0 + 1.0 / max(len(reference), 1)
    wider = limit * math.sqrt(widened)
    results = [
        # an index is a squared distance
        *drift_results(_together(reference), now, limit=limit * widened, z=z),
        *(_rate_result(name, reference, now, wider, z) for name in RATES),
        *(_amount_result(name, reference, now, wider, z) for name in AMOUNTS),
    ]
    days = {"days_before": len(reference)}
    return [replace(result, metrics={**result.metrics, **days}) for result in results]


def _together(days: Sequence[Description]) -> Description:
    histograms: dict[str, Counter[str]] = {}
    for day in days:
        for name, histogram in day.histograms.items():
            histograms.setdefault(name, Counter()).update(histogram)
    return Description({}, histograms)


def _rate_result(name: str, before: Sequence[Description], now: Description, limit: float, z: float) -> CheckResult:
    """Compare a share with that of the days before, as two binomial counts of rows that come in clusters."""
    metric = f"{name}_share"
    m, n = sum(day.metrics["rows"] for day in before), now.metrics["rows"]
    rate = now.metrics[metric]
    usual = sum(day.metrics[metric] * day.metrics["rows"] for day in before) / m if m else rate
    lowest, highest = 0.0, 1.0
    if m and n:
        pooled = (usual * m + rate * n) / (m + n)
        effect = FRAUD_DESIGN_EFFECT if name == "fraud" else 1.0
        chance = z * math.sqrt(effect * pooled * (1.0 - pooled) * (1.0 / m + 1.0 / n))
        slack = limit * min(usual, 1.0 - usual) + chance
        lowest, highest = usual - slack, usual + slack
    text = f"the share of {name} rows is that of the days before, up to {limit:.0%} of it and chance [share of rows]"
    metrics = {"rate": rate, "usual": usual, "lowest": lowest, "highest": highest}
    return replace(RATE_RULES[name].result(lowest <= rate <= highest, metrics), description=text)


def _amount_result(name: str, before: Sequence[Description], now: Description, limit: float, z: float) -> CheckResult:
    r"""Compare a quantile of amounts with that of the days before, on a logarithmic scale.

    The standard error of the logarithm of a quantile at share q is
    :math:`\sqrt{q(1-q)(1/m+1/n)}/f`, with f the density there; amounts are taken to be log-normal
    with the spread that their quartiles show, which is enough for a tolerance.
    """
    metric = f"billing_amount_{name}"
    days = [day for day in before if metric in day.metrics]
    change, slack = 0.0, limit
    if days and metric in now.metrics:
        usual = fmean([math.log(day.metrics[metric]) for day in days], [day.metrics["rows"] for day in days])
        change = math.log(now.metrics[metric]) - usual
        normal, share = NormalDist(), QUANTILES[name]
        quartiles = normal.inv_cdf(0.75) - normal.inv_cdf(0.25)
        spread = math.log(now.metrics["billing_amount_p75"] / now.metrics["billing_amount_p25"]) / quartiles
        counts = 1.0 / sum(day.metrics["rows"] for day in days) + 1.0 / now.metrics["rows"]
        slack += z * math.sqrt(share * (1.0 - share) * counts) * spread / normal.pdf(normal.inv_cdf(share))
    text = f"{metric} is that of the days before, up to {limit:.0%} and chance [natural logarithm of the ratio]"
    metrics = {"change": change, "lowest": -slack, "highest": slack}
    return replace(AMOUNT_RULES[name].result(abs(change) <= slack, metrics), description=text)
