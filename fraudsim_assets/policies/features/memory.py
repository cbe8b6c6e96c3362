"""`Memory`: what whole days before the present one have left, as sums by card account, merchant, device and pair.

Belongs here: sums of whole numbers over the days that are remembered, and looking them up. Does not belong here: the
present day (``recent``), and what becomes of the sums (``making``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

import polars as pl

from fraudsim_assets.units import DAY

_COUNT = pl.len().cast(pl.Int64).alias("count")

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

FEW = 8
"""Where there are so many times more sums than rows that ask for them, those of others are left out first."""

REPORTED = ("merchant_id", "mcc", "merchant_country", "device_id", "ip_address", "customer_id", "account")
"""What reports of fraud are counted by."""

LAST = ("time", "cents", "declined", "merchant_id")
"""What is remembered of an account's last payment."""


@dataclass(frozen=True)
class _Day:
    """What one day has left."""

    rows: pl.DataFrame
    labels: pl.DataFrame
    sums: Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Memory:
    """What is remembered as a day begins. It never changes; :meth:`after` gives the next one.

    Attributes
    ----------
    days
        How many days are remembered. [days]
    past
        What each of them has left, the oldest first.
    sums
        Sums over all of them, by name.
    reports
        Reports of fraud that came in on them, about payments of them.
    last, places
        Last payment of each account, and where each customer last paid in person.
    """

    days: int
    past: tuple[_Day, ...] = ()
    sums: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    reports: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    last: pl.DataFrame | None = None
    places: pl.DataFrame | None = None

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
        sums = {name: _sums(rows, by, values) for name, (by, values) in SUMS.items()}
        past = (*self.past, _Day(rows, labels, sums))
        gone, kept = past[: -self.days], past[-self.days :]
        since = (day + 1 - self.days) * DAY
        return Memory(
            self.days,
            kept,
            {name: _moved(self.sums.get(name), sums[name], [old.sums[name] for old in gone]) for name in SUMS},
            _reports(kept),
            _latest(self.last, rows.select("account", *LAST), "account", since),
            _latest(self.places, _placed(rows), "customer_id", since),
        )

    def look_up(self, rows: pl.DataFrame, name: str) -> pl.DataFrame:
        """Sums of each row's own account, merchant or pair: ``count`` and its values; 0 where there are none."""
        by, values = SUMS[name]
        names = ["count", *values]
        if name not in self.sums:
            return pl.DataFrame({each: pl.zeros(rows.height, pl.Int64, eager=True) for each in names})
        known = self.sums[name]
        if rows.height * FEW < known.height:
            known = known.filter(pl.col(by[0]).is_in(rows[by[0]].unique().implode()))
        found = rows.select(by).join(known, list(by), "left", maintain_order="left")
        return found.select(pl.col(names).fill_null(0))

    def sharers(self, rows: pl.DataFrame, pair: str) -> pl.Series:
        """Customers that each row's device or address was used by. (n,)"""
        (_, thing), _ = SUMS[pair]
        if pair not in self.sums:
            return pl.zeros(rows.height, pl.Int64, eager=True)
        wanted = rows[thing].unique().implode()
        users = self.sums[pair].filter(pl.col(thing).is_in(wanted)).group_by(thing).agg(_COUNT)
        return rows.select(thing).join(users, thing, "left", maintain_order="left")["count"].fill_null(0)

    def reports_of(self, rows: pl.DataFrame, name: str) -> pl.Series:
        """Reports of fraud about each row's own merchant, device or the like. (n,)"""
        if name not in self.reports:
            return pl.zeros(rows.height, pl.Int64, eager=True)
        return rows.select(name).join(self.reports[name], name, "left", maintain_order="left")["reports"].fill_null(0)


def _sums(rows: pl.DataFrame, by: tuple[str, ...], values: tuple[str, ...]) -> pl.DataFrame:
    return rows.drop_nulls(list(by)).group_by(by).agg(_COUNT, pl.col(values).cast(pl.Int64).sum())


def _moved(total: pl.DataFrame | None, added: pl.DataFrame, gone: list[pl.DataFrame]) -> pl.DataFrame:
    """A sum with a day added and others taken away; what comes to nothing is forgotten."""
    values = [name for name in added.columns if name in _VALUES]
    taken = [old.with_columns(-pl.col(values)) for old in gone]
    parts = [added] if total is None else [total, added, *taken]
    by = [name for name in added.columns if name not in values]
    return pl.concat(parts).group_by(by).agg(pl.col(values).sum()).filter(pl.col("count") != 0)


_VALUES = frozenset({"count", *(value for _, values in SUMS.values() for value in values)})


def _reports(days: tuple[_Day, ...]) -> dict[str, pl.DataFrame]:
    """Reports less those withdrawn, by what the payments are of."""
    marks = pl.concat([day.labels for day in days]).select(
        "transaction_id", reports=pl.when("labelled_fraud").then(1).otherwise(-1).cast(pl.Int64)
    )
    wanted = marks["transaction_id"].unique().implode()
    rows = [day.rows.select("transaction_id", *REPORTED).filter(pl.col("transaction_id").is_in(wanted)) for day in days]
    told = pl.concat(rows).join(marks, "transaction_id")
    return {name: told.drop_nulls(name).group_by(name).agg(pl.col("reports").sum()) for name in REPORTED}


def _latest(before: pl.DataFrame | None, rows: pl.DataFrame, by: str, since: int) -> pl.DataFrame:
    parts = rows if before is None else pl.concat([before, rows])
    return parts.filter(pl.col("time") >= since).unique(by, keep="last", maintain_order=True)


def _placed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("latitude").is_not_null()).select("customer_id", "time", "latitude", "longitude")
