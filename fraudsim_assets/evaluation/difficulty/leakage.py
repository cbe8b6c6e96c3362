"""Leakage checks: what would give a synthetic set away, and whether this one has it.

Belongs here: comparisons of fraud with genuine rows that need no detector. Does not belong here:
scores.
"""

import numpy as np
import polars as pl

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.units import DAY, HOUR, AnyArray, Bools, Floats, Ints

AMOUNT_CELLS, HOUR_CELLS = 40, 24

ROWS_OF_A_CATEGORY = 300
"""A category with fewer rows says nothing about its rate. [rows]"""

BEFORE_DAYS = 14
"""A card's usual rate is that of so many days before a campaign. [days]"""

FAST_KM, FAST_KMH = 50.0, 150.0
"""A payment in person farther from the one before, reached faster, is suspect to every rule book. [km; km/h]"""

ROWS_OF_A_CARD = 20
"""A card with fewer rows says nothing about its share of fraud. [rows]"""


QUANTITIES = (
    "highest_category_rate",
    "amount_overlap",
    "hour_overlap",
    "cards_mostly_fraud",
    "genuine_goes_on",
    "declined_fraud",
    "declined_fraud_value",
    "declined_genuine",
    "value_ratio",
    "median_ratio",
    "remote_share_value",
    "remote_share_number",
    "genuine_remote_share_value",
    "foreign_share_value",
    "night_rate_ratio",
    "busiest_fraud_hour",
    "rows_per_card_day",
    "cards_hit",
    "without_3ds_ratio",
    "velocity_lift",
)
"""What is measured."""

SMOOTH = tuple(
    name
    for name in QUANTITIES
    if name not in {"highest_category_rate", "cards_mostly_fraud", "genuine_remote_share_value", "busiest_fraud_hour"}
)
"""Quantities of which a group of cards gives a fair, if noisier, account."""


def leakage(payments: pl.DataFrame) -> dict[str, float]:
    """Measure what a reader of the data would notice.

    Parameters
    ----------
    payments
        Of ``Payments.table``.

    Returns
    -------
    dict
        By the names of ``QUANTITIES``. [share, or unitless]
    """
    fraud = payments["is_fraud"].to_numpy()
    euros = payments["euros"].to_numpy().astype(np.float64)
    hour = payments["hour"].to_numpy().astype(np.int64)
    remote = (payments["channel"].cast(pl.String) == "ecommerce").to_numpy()
    approved = payments["is_approved"].to_numpy()
    paid = fraud & approved
    found = {
        "highest_category_rate": _highest_rate(payments),
        "amount_overlap": overlap(np.log(euros), fraud, _edges(np.log(euros), AMOUNT_CELLS)),
        "hour_overlap": overlap(hour.astype(np.float64), fraud, np.arange(HOUR_CELLS + 1) - 0.5),
        "cards_mostly_fraud": float(_cards_mostly_fraud(payments)),
        "genuine_goes_on": genuine_goes_on(payments),
        "declined_fraud": 1 - float(approved[fraud].mean()),
        "declined_fraud_value": 1 - float(euros[paid].sum() / euros[fraud].sum()),
        "declined_genuine": 1 - float(approved[~fraud].mean()),
        "value_ratio": float(euros[paid].mean() / euros[~fraud & approved].mean()),
        "median_ratio": float(np.median(euros[fraud]) / np.median(euros[~fraud])),
        "remote_share_value": float(euros[paid & remote].sum() / euros[paid].sum()),
        "remote_share_number": float(remote[fraud].mean()),
        "genuine_remote_share_value": float(euros[~fraud & approved & remote].sum() / euros[~fraud & approved].sum()),
        "foreign_share_value": float(euros[paid & payments["foreign"].to_numpy()].sum() / euros[paid].sum()),
    }
    ordered = remote & _is_order(payments)
    return found | _by_hour(fraud & ordered, ~fraud & ordered, hour) | _of_cards(payments) | _of_signals(payments)


def overlap(values: Floats, fraud: Bools, edges: AnyArray) -> float:
    """Common area of the histograms of fraudulent and genuine values. [share]"""
    bad, good = np.histogram(values[fraud], edges)[0], np.histogram(values[~fraud], edges)[0]
    return float(np.minimum(bad / max(bad.sum(), 1), good / max(good.sum(), 1)).sum())


def _edges(values: Floats, cells: int) -> AnyArray:
    return np.linspace(values.min(), values.max() + 1e-9, cells + 1)


def _highest_rate(payments: pl.DataFrame) -> float:
    rates = payments.group_by("mcc").agg(pl.len().alias("rows"), pl.col("is_fraud").mean().alias("rate"))
    large = rates.filter(pl.col("rows") >= ROWS_OF_A_CATEGORY)
    return float(large["rate"].to_numpy().max()) if large.height else float("nan")


def _cards_mostly_fraud(payments: pl.DataFrame) -> int:
    cards = payments.group_by("card_id").agg(pl.len().alias("rows"), pl.col("is_fraud").mean().alias("rate"))
    return cards.filter((pl.col("rows") >= ROWS_OF_A_CARD) & (pl.col("rate") > 0.5)).height


def genuine_goes_on(payments: pl.DataFrame) -> float:
    """Genuine rows of struck cards per day of a campaign, against their rate before it. [unitless]

    A campaign's days reach from its first to its last approved row; before are the ``BEFORE_DAYS`` before.
    """
    paid = payments.filter(pl.col("is_fraud") & pl.col("is_approved"))
    spans = paid.group_by("campaign", "card_id").agg(
        pl.col("time").min().alias("low"), pl.col("time").max().alias("high")
    )
    spans = spans.filter(pl.col("low") - payments["time"].min() > BEFORE_DAYS * DAY)
    if spans.height == 0:
        return float("nan")
    genuine = payments.filter(~pl.col("is_fraud")).select("card_id", "time")
    joined = spans.join(genuine, on="card_id")
    inside = joined.filter(pl.col("time").is_between(pl.col("low") - DAY // 2, pl.col("high") + DAY // 2)).height
    before = joined.filter(
        pl.col("time").is_between(pl.col("low") - BEFORE_DAYS * DAY, pl.col("low") - DAY // 2)
    ).height
    width = float((spans["high"] - spans["low"] + DAY).to_numpy().sum()) / DAY
    usual = before / ((BEFORE_DAYS - 0.5) * spans.height)
    return inside / width / usual if usual > 0 else float("nan")


def _is_order(payments: pl.DataFrame) -> Bools:
    """Whether the customer keyed the card number in, for something else than a standing bill. (n,)"""
    bills = [mcc for category in packaged().categories if category.hours == "billing" for mcc in category.mccs]
    keyed = pl.col("entry_mode").cast(pl.String) == "ecommerce"
    return (
        payments.select((keyed & ~pl.col("mcc").cast(pl.String).is_in(bills)).fill_null(value=False))
        .to_series()
        .to_numpy()
    )


def _by_hour(bad: Bools, good: Bools, hour: Ints) -> dict[str, float]:
    """Remote orders by the hour: rate of fraud at night against the afternoon, and its busiest hour."""
    frauds = np.bincount(hour[bad], minlength=24).astype(float)
    payments = np.bincount(hour[good], minlength=24).astype(float)
    night, afternoon = slice(2, 6), slice(14, 18)
    with np.errstate(divide="ignore", invalid="ignore"):
        rates = [frauds[hours].sum() / payments[hours].sum() for hours in (night, afternoon)]
        ratio = np.divide(*rates)
    return {"night_rate_ratio": float(ratio), "busiest_fraud_hour": float(np.argmax(frauds))}


def _of_cards(payments: pl.DataFrame) -> dict[str, float]:
    fraud = payments.filter("is_fraud")
    days = fraud.select("card_id", "day").unique().height
    return {
        "rows_per_card_day": fraud.height / max(days, 1),
        "cards_hit": fraud["card_id"].n_unique() / payments["card_id"].n_unique(),
    }


def _of_signals(payments: pl.DataFrame) -> dict[str, float]:
    """Fraud rate of keyed orders without 3-D Secure over that with, and of impossible speed over the usual."""
    fraud = payments["is_fraud"].to_numpy()
    keyed = (payments["entry_mode"].cast(pl.String) == "ecommerce").fill_null(value=False).to_numpy()
    tried = payments["three_ds"].is_not_null().to_numpy()
    rates = [_rate(fraud[keyed & chosen]) for chosen in (~tried, tried)]
    return {"without_3ds_ratio": rates[0] / rates[1], "velocity_lift": _rate(fraud[_too_fast(payments)]) / _rate(fraud)}


def _rate(fraud: Bools) -> float:
    """Share of fraud; nan without any, for what has no rate can be no part of a ratio."""
    return float(fraud.mean()) if fraud.any() else float("nan")


def _too_fast(payments: pl.DataFrame) -> Bools:
    """Rows farther and faster from the card's payment in person before than anybody drives. (n,)"""
    there = payments.with_row_index("row").filter(pl.col("latitude").is_not_null()).sort("card_id", "time")
    shifted = there.select(pl.col("latitude", "longitude", "time").shift(1).over("card_id"))
    points = [
        frame[name].cast(pl.Float64).to_numpy() for frame in (shifted, there) for name in ("latitude", "longitude")
    ]
    km = great_circle_km(*points)
    hours = (there["time"] - shifted["time"]).cast(pl.Float64).to_numpy() / HOUR
    fast = np.zeros(payments.height, dtype=bool)
    fast[there["row"].to_numpy()] = (km > FAST_KM) & (km > FAST_KMH * hours)
    return fast
