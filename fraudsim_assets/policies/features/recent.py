"""The hours before a payment, row by row: counts, sums and pauses within a day of it.

Belongs here: features of the rows of the last day. Does not belong here: longer memories (``memory``).
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.windows import Windows, pairs
from fraudsim_assets.units import AnyArray, Ints

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
    yesterday: pl.DataFrame | None, today: pl.DataFrame, asked: Ints, wanted: frozenset[str]
) -> dict[str, AnyArray]:
    """Features of some rows of today.

    Parameters
    ----------
    yesterday, today
        Rows of ``seen.Directory.see``, each in the order of time; today's answers count for later rows only.
    asked : (m,)
        Positions in ``today``, ascending.
    wanted
        Names of features; those that rest on none of what they rest on are left out.
    """
    by = [name for name, prefix in BY.items() if any(each.startswith(prefix) and _is_recent(each) for each in wanted)]
    if not by:
        return {}
    now = today.select(COLUMNS).with_columns(asked=pl.Series(np.isin(np.arange(today.height), asked)))
    rows = now if yesterday is None else pl.concat([yesterday.select(COLUMNS, asked=pl.lit(value=False)), now])
    if len(asked) * FEW < rows.height:
        rows = _of_the_same(rows, by)
    found = {}
    for name in by:
        found |= _MADE[name](rows)
    positions = np.flatnonzero(rows["asked"].to_numpy())
    return {name: values[positions] for name, values in found.items()}


def _is_recent(name: str) -> bool:
    return name.endswith(("_10min", "_1h", "_1d"))


def _windows(rows: pl.DataFrame, by: str) -> tuple[Windows, AnyArray, AnyArray]:
    """Windows of what shares something, which rows were declined, and which were small."""
    keys = rows[by].fill_null(-1).to_numpy()
    windows = Windows.of(keys, rows["time"].to_numpy(), longest=DAY)
    return windows, rows["declined"].to_numpy(), rows["small"].to_numpy()


def _of_account(rows: pl.DataFrame) -> dict[str, AnyArray]:
    cards, declined, _ = _windows(rows, "account")
    cents, found = rows["cents"].to_numpy(), {}
    for name, days in (("10min", MINUTES_10), ("1h", HOUR), ("1d", DAY)):
        found[f"card_count_{name}"] = cards.sums(None, days=days)
        found[f"card_declines_{name}"] = cards.sums(declined, days=days) - declined
    found["card_sum_1h"], found["card_sum_1d"] = (cards.sums(cents, days=days) / 100 for days in (HOUR, DAY))
    strangers = pairs(rows["account"], rows["merchant_id"]).is_first_distinct().to_numpy()
    return {**found, "card_merchants_1d": cards.sums(strangers, days=DAY)}


def _of_customer(rows: pl.DataFrame) -> dict[str, AnyArray]:
    return {"customer_count_1h": _windows(rows, "customer_id")[0].sums(None, days=HOUR)}


def _of_merchant(rows: pl.DataFrame) -> dict[str, AnyArray]:
    shops, declined, small = _windows(rows, "merchant_id")
    return {
        "merchant_count_1h": shops.sums(None, days=HOUR),
        "merchant_declines_1h": shops.sums(declined, days=HOUR) - declined,
        "merchant_declines_1d": shops.sums(declined, days=DAY) - declined,
        "merchant_small_1h": shops.sums(small, days=HOUR),
    }


def _of_shared(rows: pl.DataFrame, thing: str, name: str) -> dict[str, AnyArray]:
    """Of a device or an address, where there is one."""
    users = rows[thing].is_not_null().to_numpy()
    shared, declined, _ = _windows(rows, thing)
    new = pairs(rows[thing], rows["customer_id"]).is_first_distinct().to_numpy()
    counts = {
        f"{name}_count_1h": shared.sums(None, days=HOUR),
        f"{name}_declines_1d": shared.sums(declined, days=DAY) - declined,
        f"{name}_customers_1d": shared.sums(new, days=DAY),
    }
    return {each: np.where(users, values, np.nan) for each, values in counts.items()}


_MADE = {
    "account": _of_account,
    "customer_id": _of_customer,
    "merchant_id": _of_merchant,
    "device_id": lambda rows: _of_shared(rows, "device_id", "device"),
    "ip_address": lambda rows: _of_shared(rows, "ip_address", "address"),
}


def _of_the_same(rows: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Rows that are asked for, and those that share an account, a customer and so on with one of them."""
    asked = rows.filter("asked")
    shared = (pl.col(name).is_in(asked[name].drop_nulls().unique().implode()) for name in by)
    return rows.filter(pl.any_horizontal("asked", *shared).fill_null(value=False))
