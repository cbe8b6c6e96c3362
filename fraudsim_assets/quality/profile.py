"""What a day looks like: counts, shares, quantiles and small histograms, from one pass.

Belongs here: describing. Does not belong here: judging (``checks`` against the configuration,
``drift`` against another day).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np
import pyarrow as pa

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.arrays import numbers, present
from fraudsim_assets.quality.sketch import QUANTILES, DistinctCounter, QuantileSketch
from fraudsim_assets.tables import DailyProfile, Transactions, arrow_schema, columns
from fraudsim_assets.units import AMOUNT_SCALE, DAY, HOUR, AnyArray, Bools

MISSING = "missing"
"""Bucket of rows without a value."""

AMOUNT_EDGES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)
"""Edges of the histogram of amounts. [currency units]"""

_MIXES = tuple(name for name, declared in columns(Transactions).items() if declared.dictionary)
_NULLABLE = tuple(name for name, declared in columns(Transactions).items() if declared.nullable)
_DISTINCT = {"card_id": "distinct_cards", "customer_id": "distinct_customers", "merchant_id": "distinct_merchants"}
_UNIT = 10**AMOUNT_SCALE
_AMOUNT_LABELS = (
    f"under {AMOUNT_EDGES[0]}",
    *(f"{low} to {high}" for low, high in pairwise(AMOUNT_EDGES)),
    f"{AMOUNT_EDGES[-1]} and more",
)


@dataclass(frozen=True)
class Profile:
    """Description of the transactions of a day, or of several.

    Attributes
    ----------
    counts
        Rows by property: ``rows``, ``approved``, ``fraud``, ``fraud_approved``, ``null_<column>``,
        and distinct ids. [count]
    sums
        Billing amounts of all approved rows and of approved fraud. [thousandths of currency units]
    histograms
        Rows by bucket, for each dictionary column, the hour and the amount. [count]
    amounts, fraud_amounts
        Billing amounts of genuine rows and of fraud. [thousandths of currency units]
    """

    counts: Mapping[str, int]
    sums: Mapping[str, int]
    histograms: Mapping[str, Mapping[str, int]]
    amounts: QuantileSketch
    fraud_amounts: QuantileSketch

    def metrics(self) -> dict[str, float]:
        """Single numbers by name; shares are of all rows unless they say otherwise.

        ``rows``, ``distinct_*`` [count]; ``*_share`` [share]; ``billing_amount_*`` [currency units].
        A quantile of no rows is left out.
        """
        rows = max(self.counts["rows"], 1)
        found = {"rows": float(self.counts["rows"])}
        found |= {name: float(self.counts[name]) for name in _DISTINCT.values() if name in self.counts}
        found["approved_share"] = self.counts["approved"] / rows
        found["fraud_share"] = self.counts["fraud"] / rows
        found["fraud_approved_share"] = self.counts["fraud_approved"] / max(self.counts["fraud"], 1)
        found["fraud_value_share"] = self.sums["fraud"] / max(self.sums["approved"], 1)
        found |= {f"null_{name}_share": self.counts[f"null_{name}"] / rows for name in _NULLABLE}
        found["billing_amount_mean"] = self.sums["approved"] / max(self.counts["approved"], 1) / _UNIT
        for prefix, sketch in (("billing_amount", self.amounts), ("fraud_billing_amount", self.fraud_amounts)):
            quantiles = {name: sketch.quantile(share) / _UNIT for name, share in QUANTILES.items()}
            found |= {f"{prefix}_{name}": value for name, value in quantiles.items() if value == value}  # noqa: PLR0124
        return found

    def table(self, day: date) -> pa.Table:
        """Rows that honour ``DailyProfile``: one per number and one per bucket of each histogram."""
        rows = [(name, "all", _unit_of(name), value) for name, value in self.metrics().items()]
        for name, histogram in self.histograms.items():
            rows += [(f"rows_by_{name}", bucket, "count", float(n)) for bucket, n in histogram.items()]
        names = ("metric", "bucket", "unit", "value")
        return pa.Table.from_pylist(
            [{"profile_date": day, **dict(zip(names, row, strict=True))} for row in rows],
            schema=arrow_schema(DailyProfile),
        )


def combined(profiles: Sequence[Profile]) -> Profile:
    """Profile of several days, or of parts of one, together; distinct ids cannot be added up and are left out."""
    counts, sums = Counter[str](), Counter[str]()
    histograms: dict[str, Counter[str]] = {}
    amounts, fraud_amounts = QuantileSketch(), QuantileSketch()
    for profile in profiles:
        counts.update({name: n for name, n in profile.counts.items() if name not in _DISTINCT.values()})
        sums.update(profile.sums)
        for name, histogram in profile.histograms.items():
            histograms.setdefault(name, Counter()).update(histogram)
        amounts.counts += profile.amounts.counts
        fraud_amounts.counts += profile.fraud_amounts.counts
    return Profile(counts, sums, histograms, amounts, fraud_amounts)


class DayProfiler:
    """Describes transactions batch by batch, in flat memory and in any order."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Forget everything taken in, as before a second pass."""
        self._counts: Counter[str] = Counter()
        self._sums: Counter[str] = Counter()
        self._histograms: dict[str, Counter[str]] = {}
        self._amounts, self._fraud_amounts = QuantileSketch(), QuantileSketch()
        self._distinct = {name: DistinctCounter() for name in _DISTINCT}

    def observe(self, stream: FrameStream) -> FrameStream:
        """Pass a stream through, describing it on the way; a second pass starts afresh."""
        return stream.watched(self.restart, self.add)

    def add(self, batch: pa.RecordBatch) -> None:
        """Take in the next batch of transactions."""
        fraud, approved = numbers(batch.column("is_fraud")) != 0, numbers(batch.column("is_approved")) != 0
        self._counts.update(
            rows=batch.num_rows,
            approved=int(np.count_nonzero(approved)),
            fraud=int(np.count_nonzero(fraud)),
            fraud_approved=int(np.count_nonzero(fraud & approved)),
        )
        self._counts.update({f"null_{name}": batch.column(name).null_count for name in _NULLABLE})
        self._add_amounts(numbers(batch.column("billing_amount")), fraud, approved)
        for name in _MIXES:
            self._add_mix(name, batch.column(name))
        for name in ("timestamp", "local_time"):
            hours = numbers(batch.column(name)) % DAY // HOUR
            self._count("hour_utc" if name == "timestamp" else "hour_local", [f"{h:02d}" for h in range(24)], hours)
        for name in _DISTINCT:
            self._distinct[name].add(numbers(batch.column(name)))

    def _add_amounts(self, thousandths: AnyArray, fraud: Bools, approved: Bools) -> None:
        amounts = np.ascontiguousarray(thousandths)
        self._sums.update(approved=int(amounts[approved].sum()), fraud=int(amounts[fraud & approved].sum()))
        self._amounts.add(amounts[~fraud])
        self._fraud_amounts.add(amounts[fraud])
        buckets = np.zeros(len(amounts), np.int8)
        for edge in AMOUNT_EDGES:
            # a dozen comparisons are ten times as fast as a binary search
            buckets += amounts >= edge * _UNIT
        self._count("billing_amount", _AMOUNT_LABELS, buckets)

    def _add_mix(self, name: str, column: pa.Array) -> None:
        codes = numbers(column.indices)
        self._count(name, column.dictionary.to_pylist(), codes if not column.null_count else codes[present(column)])
        if column.null_count:
            self._histograms.setdefault(name, Counter())[MISSING] += column.null_count

    def _count(self, name: str, labels: Sequence[str], codes: AnyArray) -> None:
        found = np.bincount(codes, minlength=len(labels))
        histogram = self._histograms.setdefault(name, Counter())
        histogram.update({labels[spot]: int(found[spot]) for spot in np.flatnonzero(found).tolist()})

    def profile(self) -> Profile:
        """Describe everything taken in so far."""
        distinct = {title: self._distinct[name].count() for name, title in _DISTINCT.items()}
        ordered = {name: dict(sorted(histogram.items())) for name, histogram in self._histograms.items()}
        return Profile(
            Counter({**self._counts, **distinct}), Counter(self._sums), ordered, self._amounts, self._fraud_amounts
        )


def _unit_of(metric: str) -> str:
    if metric.endswith("_share"):
        return "share"
    return "currency units" if "billing_amount" in metric else "count"
