"""Who shares what: cards of a merchant, customers of a device and of an address, as of the row.

Belongs here: degrees in the graph of cards, customers, merchants, devices and addresses. Does not belong here: the past
of one card (``sequence``), and labels.
"""

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.windows import Windows, pairs
from fraudsim_assets.units import DAY, Floats, Ints

HOURS = 1 / 24
"""A short window. [days]"""


def graph(payments: pl.DataFrame) -> pl.DataFrame:
    """Degrees of merchant, device and address, and bursts at a merchant."""
    columns = _merchants(payments)
    for name in ("device_id", "ip_address"):
        columns |= _shared(payments, name)
    return pl.DataFrame([pl.Series(name, values).cast(pl.Float32) for name, values in columns.items()])


def _merchants(payments: pl.DataFrame) -> dict[str, Floats]:
    merchant, time = payments["merchant_id"].to_numpy(), payments["time"].to_numpy()
    windows = Windows.of(merchant, time, longest=30)
    strangers = pairs(payments["merchant_id"], payments["card_id"]).is_first_distinct().to_numpy()
    foreign, declined = payments["foreign"].to_numpy(), ~payments["is_approved"].to_numpy()
    day, month = windows.sums(None, days=1), windows.sums(None, days=30)
    small = payments["euros"].to_numpy() < 5
    return {
        "merchant_count_1h": windows.sums(None, days=HOURS),
        "merchant_burst": day / np.maximum(month, 1) * 30,
        "merchant_strangers_1h": windows.sums(strangers, days=HOURS),
        "merchant_strangers_1d": windows.sums(strangers, days=1) / day,
        "merchant_strangers_30d": windows.sums(strangers, days=30) / month,
        "merchant_foreign_30d": windows.sums(foreign, days=30) / month,
        "merchant_declines_1h": windows.sums(declined, days=HOURS) - declined,
        "merchant_declines_1d": (windows.sums(declined, days=1) - declined) / day,
        "merchant_declines_30d": (windows.sums(declined, days=30) - declined) / month,
        "merchant_small_1h": windows.sums(small, days=HOURS),
        "neighbour_card": _neighbour(windows.order, merchant, payments["card_id"].to_numpy()),
    }


def _neighbour(order: Ints, merchant: Ints, card: Ints) -> Floats:
    """Distance in numbers to the other card that came to the merchant before. [unitless]"""
    gap = np.abs(np.diff(card[order].astype(np.float64), prepend=np.nan))
    gap[np.diff(merchant[order], prepend=-1) != 0] = np.nan
    found = np.empty(len(card))
    found[order] = np.log1p(gap)
    return found


def _shared(payments: pl.DataFrame, name: str) -> dict[str, pl.Series | Floats]:
    """How many came from a device or address so far, how old it is and how busy; NaN without one."""
    what = name.removesuffix("_id").removesuffix("_address")
    seen = payments[name].is_not_null()
    group = payments[name].cast(pl.Int64).fill_null(-1)
    frame = pl.DataFrame({"group": group, "time": payments["time"]})
    windows = Windows.of(group.to_numpy(), payments["time"].to_numpy(), longest=30)
    found: dict[str, pl.Series | Floats] = {
        f"{what}_age_days": frame.select((pl.col("time") - pl.col("time").first().over("group")) / DAY).to_series(),
        f"{what}_count_1h": windows.sums(None, days=HOURS),
        f"{what}_count_30d": windows.sums(None, days=30),
    }
    declined = ~payments["is_approved"].to_numpy()
    found[f"{what}_declines_1d"] = windows.sums(declined, days=1) - declined
    for who in ("customer", "card", "merchant"):
        new = pairs(payments[name], payments[f"{who}_id"]).is_first_distinct()
        found[f"{what}_{who}s"] = frame.with_columns(new=new).select(pl.col("new").cum_sum().over("group")).to_series()
        found[f"{what}_{who}s_1d"] = windows.sums(new.to_numpy(), days=1)
    known = seen.to_numpy()
    return {key: np.where(known, np.asarray(values, dtype=np.float32), np.nan) for key, values in found.items()}
