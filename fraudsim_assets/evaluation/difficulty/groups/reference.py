"""The features of the reference protocol: the payment itself, and how often and for how much card and merchant pay.

Source: handbook_2022, chapter 3.

Belongs here: these features. Does not belong here: the merchant's known risk, which needs labels (``labels``).
"""

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.protocol import WINDOWS
from fraudsim_assets.evaluation.difficulty.windows import Windows


def reference(payments: pl.DataFrame) -> pl.DataFrame:
    """Amount, clock, category, channel, border, and rolling counts of card and merchant."""
    time, euros = payments["time"].to_numpy(), payments["euros"].to_numpy().astype(np.float64)
    columns = {}
    card = Windows.of(payments["card_id"].to_numpy(), time, longest=max(WINDOWS))
    merchant = Windows.of(payments["merchant_id"].to_numpy(), time, longest=max(WINDOWS))
    for days in WINDOWS:
        count = card.sums(None, days=days)
        columns[f"card_count_{days}d"] = count
        columns[f"card_mean_{days}d"] = card.sums(euros, days=days) / count
        columns[f"merchant_count_{days}d"] = merchant.sums(None, days=days)
    plain = payments.select(pl.col("euros").alias("amount"), "mcc", "channel", "hour", "weekday", "foreign")
    return plain.with_columns(pl.Series(name, values, dtype=pl.Float32) for name, values in columns.items())
