"""`Memory`: what whole days before the present one have left, as sums by card account, merchant, device and pair.

Belongs here: sums of whole numbers over the days that are remembered, and looking them up. Does not belong here: the
present day (``recent``), and what becomes of the sums (``making``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

import numpy as np
import polars as pl

from fraudsim_assets.policies.features.sums import Sums, keys_of
from fraudsim_assets.units import DAY, Ints

SUMS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType(
    {
        "account": (("account",), ("cents", "size", "size_squared", "declined", "remote", "night")),
        "merchant_id": (("merchant_id",), ("declined", "foreign", "small")),
        "device_id": (("device_id",), ("declined",)),
        "ip_address": (("ip_address",), ("declined",)),
        "customer_merchant": (("customer_id", "merchant_id"), ()),
        "customer_mcc": (("customer_id", "mcc"), ()),
        "customer_country": (("customer_id", "merchant_country"), ()),
        "customer_device": (("customer_id", "device_id"), ()),
        "customer_address": (("customer_id", "ip_address"), ()),
    }
)
"""Sums by name: what they are by, and what is summed besides the count of rows."""

REPORTED = ("merchant_id", "mcc", "merchant_country", "device_id", "ip_address", "customer_id", "account")
"""What reports of fraud are counted by."""

LATEST: Mapping[str, tuple[str, tuple[str, ...]]] = MappingProxyType(
    {
        "payment": ("account", ("time", "cents", "declined", "merchant_id")),
        "place": ("customer_id", ("time", "longitude", "latitude")),
    }
)
"""What is remembered of an account's last payment, and of where a customer last paid in person."""

COLUMNS = tuple(
    dict.fromkeys(
        [
            "transaction_id",
            *(name for by, values in SUMS.values() for name in (*by, *values)),
            *REPORTED,
            *(name for by, values in LATEST.values() for name in (by, *values)),
        ]
    )
)
"""Columns of rows that are remembered."""


@dataclass(frozen=True)
class _Day:
    """What one day has left.

    Attributes
    ----------
    rows
        ``COLUMNS`` of ``seen.Directory.see`` and those of ``recent``, in the order of time.
    labels
        That became known on it.
    """

    rows: pl.DataFrame
    labels: pl.DataFrame

    def sums(self, name: str) -> Sums:
        """Sums of one name, made when they are first asked for."""
        if name not in self._made:
            self._made[name] = _sums(self.rows, name)
        return self._made[name]

    @cached_property
    def _made(self) -> dict[str, Sums]:
        return {}


@dataclass(frozen=True)
class Memory:
    """What is remembered as a day begins. It never changes; :meth:`after` gives the next one.

    Sums are made when they are first asked for; from then on they come along from day to day.

    Attributes
    ----------
    days
        How many days are remembered. [days]
    past
        What each of them has left, the oldest first.
    """

    days: int
    past: tuple[_Day, ...] = ()
    _totals: dict[str, Sums] = field(default_factory=dict)
    _latest: dict[str, pl.DataFrame] = field(default_factory=dict)

    @property
    def yesterday(self) -> pl.DataFrame | None:
        """Rows of the day before; None where no day is remembered."""
        return self.past[-1].rows if self.past else None

    def after(self, day: int, rows: pl.DataFrame, labels: pl.DataFrame) -> "Memory":
        """What is remembered a day later.

        Parameters
        ----------
        day
            Day number; the one after that of the call before.
        rows
            Of the day, with their answers, in the order of time: of ``seen.Directory.see``.
        labels
            That became known on the day: ``transaction_id`` and ``labelled_fraud``.
        """
        past = (*self.past, _Day(rows, labels))
        gone, kept, since = past[: -self.days], past[-self.days :], (day + 1 - self.days) * DAY
        totals = {
            name: total.turned(kept[-1].sums(name), [old.sums(name) for old in gone])
            for name, total in self._totals.items()
        }
        latest = {
            name: _last_of([known.filter(pl.col("time") >= since), _chosen(rows, name)], name)
            for name, known in self._latest.items()
        }
        return Memory(self.days, kept, totals, latest)

    def look_up(self, rows: pl.DataFrame, name: str) -> dict[str, Ints]:
        """Sums of each row's own account, merchant or pair: ``count`` and its values; 0 where there are none. (n,)"""
        by, values = SUMS[name]
        if not self.past:
            return dict.fromkeys(("count", *values), np.zeros(rows.height, dtype=np.int64))
        found = self._total(name).look_up(keys_of(rows, by))
        return dict(zip(("count", *values), found.T, strict=True))

    def _total(self, name: str) -> Sums:
        """Sums over all days."""
        if name not in self._totals:
            everything = pl.concat([day.rows.select(*SUMS[name][0], *SUMS[name][1]) for day in self.past])
            self._totals[name] = _sums(everything, name)
        return self._totals[name]

    def sharers(self, rows: pl.DataFrame, pair: str) -> pl.Series:
        """Customers that each row's device or address was used by. (n,)"""
        (customer, thing), _ = SUMS[pair]
        if not self.past:
            return pl.zeros(rows.height, pl.Int64, eager=True)
        wanted = pl.col(thing).is_in(rows[thing].unique().implode())
        used = pl.concat([day.rows.lazy().select(thing, customer).filter(wanted) for day in self.past])
        users = used.group_by(thing).agg(pl.col(customer).n_unique().cast(pl.Int64).alias("count")).collect()
        return rows.select(thing).join(users, thing, "left", maintain_order="left")["count"].fill_null(0)

    def reports_of(self, rows: pl.DataFrame, name: str) -> pl.Series:
        """Reports of fraud about each row's own merchant, device or the like. (n,)"""
        if not self.past:
            return pl.zeros(rows.height, pl.Int64, eager=True)
        return rows.select(name).join(self.reports[name], name, "left", maintain_order="left")["reports"].fill_null(0)

    @cached_property
    def reports(self) -> Mapping[str, pl.DataFrame]:
        """Reports of fraud that came in on the days, less those withdrawn, by what the payments are of."""
        marks = pl.concat([day.labels for day in self.past]).select(
            "transaction_id", reports=pl.when("labelled_fraud").then(1).otherwise(-1).cast(pl.Int64)
        )
        wanted = pl.col("transaction_id").is_in(marks["transaction_id"].unique().implode())
        rows = pl.concat([day.rows.lazy().select("transaction_id", *REPORTED).filter(wanted) for day in self.past])
        told = rows.collect().join(marks, "transaction_id")
        return {name: told.drop_nulls(name).group_by(name).agg(pl.col("reports").sum()) for name in REPORTED}

    def latest(self, name: str) -> pl.DataFrame:
        """Last rows of ``LATEST`` by account or customer on the days that are remembered."""
        if name not in self._latest:
            self._latest[name] = _last_of([_chosen(day.rows, name) for day in self.past], name)
        return self._latest[name]


def _chosen(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    by, values = LATEST[name]
    return rows.filter(pl.col(values[-1]).is_not_null()).select(by, *values)


def _last_of(rows: Sequence[pl.DataFrame], name: str) -> pl.DataFrame:
    return pl.concat(rows).unique(LATEST[name][0], keep="last", maintain_order=True)


def _sums(rows: pl.DataFrame, name: str) -> Sums:
    by, values = SUMS[name]
    rows = rows.select(*by, *values).drop_nulls(list(by))
    ones = np.ones(rows.height, dtype=np.int64)
    return Sums.of(keys_of(rows, by), np.column_stack([ones, *(rows[value].cast(pl.Int64) for value in values)]))
