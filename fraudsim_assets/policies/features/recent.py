"""The hours before a payment, row by row: counts, sums and pauses within a day of it.

Belongs here: features of the rows of the last day. Does not belong here: longer memories (``memory``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.windows import Windows, pairs
from fraudsim_assets.units import AnyArray

MINUTES_10, HOUR, DAY = 1 / 144, 1 / 24, 1.0
"""Widths of windows. [days]"""

BY = {
    "account": "card_",
    "customer_id": "customer_",
    "merchant_id": "merchant_",
    "device_id": "device_",
    "ip_address": "address_",
}
"""Whose rows are counted, and how names of their features begin."""

COLUMNS = ("transaction_id", "time", *BY, "cents", "declined", "small")
"""Columns of rows that are looked at."""


FEW = 8
"""Where less than one row in so many is asked for, rows that share nothing with those are left out first."""


def recent(
    yesterday: pl.DataFrame | None, others: pl.DataFrame, asked: pl.DataFrame, wanted: frozenset[str]
) -> dict[str, AnyArray]:
    """Features of some rows of today.

    Parameters
    ----------
    yesterday, others, asked
        ``COLUMNS`` of rows of ``seen.Directory.see``: of the day before, of today's that nothing is asked about, in any
        order, and of those that features are made of, in the order of time. Answers count for later rows only.
    wanted
        Names of features; those that rest on none of what they rest on are left out.
    """
    by = [name for name, prefix in BY.items() if any(each.startswith(prefix) and _is_recent(each) for each in wanted)]
    if not by:
        return {}
    parts = [others] if yesterday is None else [yesterday, others]
    if asked.height * FEW < sum(part.height for part in parts):
        parts = [_of_the_same(part, asked, by) for part in parts]
    around = pl.concat([part.select(COLUMNS, asked=pl.lit(value=False)) for part in parts])
    rows = pl.concat([around, asked.select(COLUMNS, asked=pl.lit(value=True))])
    rows = rows if around.is_empty() else rows.sort("time", "transaction_id")
    found = {}
    for name in by:
        found |= _MADE[name](rows, wanted)
    positions = np.flatnonzero(rows["asked"].to_numpy())
    return {name: values[positions] for name, values in found.items()}


def _is_recent(name: str) -> bool:
    return name.endswith(("_10min", "_1h", "_1d"))


Make = Callable[[], AnyArray]


def _some(made: Mapping[str, Make], wanted: frozenset[str]) -> dict[str, AnyArray]:
    """Features that are wanted, of those that can be made."""
    return {name: make() for name, make in made.items() if name in wanted}


@dataclass(frozen=True)
class _Shared:
    """Rows that share something, such as the account, with windows of time over them."""

    rows: pl.DataFrame
    by: str

    @cached_property
    def windows(self) -> Windows:
        keys = self.rows[self.by].fill_null(-1).to_numpy()
        return Windows.of(keys, self.rows["time"].to_numpy(), longest=DAY)

    def count(self, days: float) -> Make:
        """How many rows."""
        return lambda: self.windows.sums(None, days=days)

    def total(self, value: str, days: float) -> Make:
        """Sum of a column, this row included."""
        return lambda: self.windows.sums(self.rows[value].to_numpy(), days=days)

    def before(self, value: str, days: float) -> Make:
        """Sum of a column, this row left out."""
        return lambda: self.total(value, days)() - self.rows[value].to_numpy()

    def strangers(self, other: str) -> Make:
        """How many others came for the first time within a day."""

        def make() -> AnyArray:
            new = pairs(self.rows[self.by], self.rows[other]).is_first_distinct().to_numpy()
            return self.windows.sums(new, days=DAY)

        return make


def _of_account(rows: pl.DataFrame, wanted: frozenset[str]) -> dict[str, AnyArray]:
    cards, made = _Shared(rows, "account"), {}
    for name, days in (("10min", MINUTES_10), ("1h", HOUR), ("1d", DAY)):
        made[f"card_count_{name}"] = cards.count(days)
        made[f"card_declines_{name}"] = cards.before("declined", days)
    made["card_sum_1h"] = lambda: cards.total("cents", HOUR)() / 100
    made["card_sum_1d"] = lambda: cards.total("cents", DAY)() / 100
    return _some({**made, "card_merchants_1d": cards.strangers("merchant_id")}, wanted)


def _of_customer(rows: pl.DataFrame, wanted: frozenset[str]) -> dict[str, AnyArray]:
    return _some({"customer_count_1h": _Shared(rows, "customer_id").count(HOUR)}, wanted)


def _of_merchant(rows: pl.DataFrame, wanted: frozenset[str]) -> dict[str, AnyArray]:
    shops = _Shared(rows, "merchant_id")
    made = {
        "merchant_count_1h": shops.count(HOUR),
        "merchant_declines_1h": shops.before("declined", HOUR),
        "merchant_declines_1d": shops.before("declined", DAY),
        "merchant_small_1h": shops.total("small", HOUR),
    }
    return _some(made, wanted)


def _of_thing(rows: pl.DataFrame, thing: str, name: str, wanted: frozenset[str]) -> dict[str, AnyArray]:
    """Of a device or an address, where there is one."""
    users = rows[thing].is_not_null()
    shared = _Shared(rows.filter(users), thing)
    made = {
        f"{name}_count_1h": shared.count(HOUR),
        f"{name}_declines_1d": shared.before("declined", DAY),
        f"{name}_customers_1d": shared.strangers("customer_id"),
    }
    found = {}
    for each, values in _some(made, wanted).items():
        found[each] = np.full(rows.height, np.nan)
        found[each][users.to_numpy()] = values
    return found


_MADE = {
    "account": _of_account,
    "customer_id": _of_customer,
    "merchant_id": _of_merchant,
    "device_id": lambda rows, wanted: _of_thing(rows, "device_id", "device", wanted),
    "ip_address": lambda rows, wanted: _of_thing(rows, "ip_address", "address", wanted),
}


def _of_the_same(rows: pl.DataFrame, asked: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Rows that share an account, a customer and so on with one that is asked for."""
    shared = (pl.col(name).is_in(asked[name].drop_nulls().unique().implode()) for name in by)
    return rows.filter(pl.any_horizontal(*shared).fill_null(value=False))
