"""The hours before a payment, row by row: counts, sums and pauses within a day of it.

Belongs here: features of the rows of the last day. Does not belong here: longer memories (``memory``).
"""

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.windows import Windows, pairs
from fraudsim_assets.units import AnyArray, Ints

MINUTES_10, HOUR, DAY = 1 / 144, 1 / 24, 1.0
"""Widths of windows. [days]"""

BY = ("account", "customer_id", "merchant_id", "device_id", "ip_address")
"""Whose rows are counted."""

COLUMNS = ("transaction_id", "time", *BY, "cents", "declined", "small")
"""Columns of rows that are looked at."""


FEW = 8
"""Where less than one row in so many is asked for, rows that share nothing with those are left out first."""


def recent(yesterday: pl.DataFrame | None, today: pl.DataFrame, asked: Ints) -> dict[str, AnyArray]:
    """Features of some rows of today.

    Parameters
    ----------
    yesterday, today
        Rows of ``seen.Directory.see``, each in the order of time; today's answers count for later rows only.
    asked : (m,)
        Positions in ``today``, ascending.
    """
    now = today.select(COLUMNS).with_columns(asked=pl.Series(np.isin(np.arange(today.height), asked)))
    rows = now if yesterday is None else pl.concat([yesterday.select(COLUMNS, asked=pl.lit(value=False)), now])
    if len(asked) * FEW < rows.height:
        rows = _of_the_same(rows)
    wanted = np.flatnonzero(rows["asked"].to_numpy())
    time, cents = rows["time"].to_numpy(), rows["cents"].to_numpy()
    declined, small = rows["declined"].to_numpy(), rows["small"].to_numpy()
    account = rows["account"].to_numpy()
    found = {}
    cards = Windows.of(account, time, longest=DAY)
    for name, days in (("10min", MINUTES_10), ("1h", HOUR), ("1d", DAY)):
        found[f"card_count_{name}"] = cards.sums(None, days=days)
        found[f"card_declines_{name}"] = cards.sums(declined, days=days) - declined
    found["card_sum_1h"], found["card_sum_1d"] = (cards.sums(cents, days=days) / 100 for days in (HOUR, DAY))
    strangers = pairs(rows["account"], rows["merchant_id"]).is_first_distinct().to_numpy()
    found["card_merchants_1d"] = cards.sums(strangers, days=DAY)
    customers = Windows.of(rows["customer_id"].to_numpy(), time, longest=DAY)
    found["customer_count_1h"] = customers.sums(None, days=HOUR)
    shops = Windows.of(rows["merchant_id"].to_numpy(), time, longest=DAY)
    found["merchant_count_1h"] = shops.sums(None, days=HOUR)
    found["merchant_declines_1h"] = shops.sums(declined, days=HOUR) - declined
    found["merchant_declines_1d"] = shops.sums(declined, days=DAY) - declined
    found["merchant_small_1h"] = shops.sums(small, days=HOUR)
    for thing, name in (("device_id", "device"), ("ip_address", "address")):
        users = rows[thing].is_not_null().to_numpy()
        shared = Windows.of(rows[thing].fill_null(-1).to_numpy(), time, longest=DAY)
        new = pairs(rows[thing], rows["customer_id"]).is_first_distinct().to_numpy()
        counts = {
            f"{name}_count_1h": shared.sums(None, days=HOUR),
            f"{name}_declines_1d": shared.sums(declined, days=DAY) - declined,
            f"{name}_customers_1d": shared.sums(new, days=DAY),
        }
        found |= {each: np.where(users, values, np.nan) for each, values in counts.items()}
    return {name: values[wanted] for name, values in found.items()}


def _of_the_same(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows of accounts, customers, merchants, devices and addresses that are asked for."""
    asked = rows.filter("asked")
    shared = (pl.col(name).is_in(asked[name].drop_nulls().unique().implode()) for name in BY)
    return rows.filter(pl.any_horizontal(*shared).fill_null(value=False))
