"""What the bank has learned of fraud by the moment of a row: reports of merchant, device, address, customer, category.

Belongs here: features from labels, each of which counts from the moment it is known. Does not belong here: labels to
learn from (``exam``).
"""

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.windows import Windows, counts_before

SPANS = (7, 30, 90)
"""How far back reports count. [days]"""

SUBJECTS = {
    "merchant": "merchant_id",
    "mcc": "mcc",
    "country": "merchant_country",
    "device": "device_id",
    "address": "ip_address",
    "customer": "customer_id",
    "card": "card_id",
}
"""What reports are counted by."""

RATED = ("merchant", "mcc", "country")
"""Subjects whose reports are held against their payments too."""


def labels(payments: pl.DataFrame) -> pl.DataFrame:
    """Reports of fraud that had come in before a row, by what they were about."""
    time = payments["time"].to_numpy()
    reported = payments["fraud_known"].is_not_null()
    known = payments["fraud_known"].filter(reported).to_numpy()
    columns = {}
    for name, column in SUBJECTS.items():
        values = payments[column].to_physical().cast(pl.Int64)
        group, there = values.fill_null(-1).to_numpy(), values.is_not_null().to_numpy()
        told = group[reported.to_numpy()]
        for days in SPANS:
            count = counts_before(group, time, told, known, days=days)
            columns[f"{name}_reports_{days}d"] = np.where(there, count, np.nan)
            if name in RATED:
                paid = Windows.of(group, time, longest=days).sums(None, days=days)
                columns[f"{name}_risk_{days}d"] = count / paid
    return pl.DataFrame([pl.Series(name, values).cast(pl.Float32) for name, values in columns.items()])
