"""Payments as a detector sees them: one table of the columns it may use, day after day.

The one idea: days are read one at a time and only narrow columns are kept, so that months fit in
memory.

Belongs here: the translation of transactions into narrow columns. Does not belong here: rolling
features (``features``).
"""

from collections.abc import Iterable

import polars as pl

from fraudsim_assets.errors import ContractError
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.units import DAY

RAW_COLUMNS = (
    "transaction_id",
    "previous_txn_id",
    "card_id",
    "customer_id",
    "merchant_id",
    "transaction_type",
    "original_txn_id",
    "amount",
    "currency",
    "billing_amount",
    "billing_currency",
    "mcc",
    "merchant_country",
    "latitude",
    "longitude",
    "channel",
    "entry_mode",
    "three_ds",
    "device_id",
    "ip_address",
    "response_code",
    "is_approved",
    "hour",
    "weekday",
)
"""Columns whose separate power is measured: all that a bank sees, and the clock's hour and weekday."""

NEEDED = (*(name for name in RAW_COLUMNS if name not in {"hour", "weekday"}), "timestamp", "local_time", "is_fraud")


def collect_payments(days: Iterable[pl.DataFrame], customers: pl.DataFrame) -> pl.DataFrame:
    """Read days into one table of narrow columns.

    Parameters
    ----------
    days
        Transactions that honour their contract, one frame per day in the order of days.
    customers
        Catalog of customers, for the country of residence.

    Returns
    -------
    pl.DataFrame
        ``RAW_COLUMNS``; ``time`` [microseconds since 1970]; ``day`` [day from the first]; ``euros``;
        ``foreign``; ``is_fraud``; ``scenario`` and ``campaign``. In the order of days.

    Raises
    ------
    ContractError
        If a column is missing or there is no day at all.
    """
    homes = customers.sort("valid_from").select(
        "customer_id", pl.col("country").cast(pl.String).alias("home"), pl.col("valid_from").cast(pl.Date)
    )
    frames = [_narrow(day, homes) for day in days]
    if not frames:
        raise ContractError("there are no days to measure the difficulty of")
    table = pl.concat(frames, how="vertical_relaxed")
    day = pl.col("time") // DAY
    return table.with_columns(day=(day - day.min()).cast(pl.Int32))


def _narrow(day: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    missing = [name for name in NEEDED if name not in day.columns]
    if missing:
        raise ContractError(f"transactions lack the columns {', '.join(missing)}, which the detector looks at")
    texts = [name for name, kind in day.schema.items() if isinstance(kind, (pl.Categorical, pl.Enum))]
    frame = day.with_columns(pl.col(texts).cast(pl.String).cast(pl.Categorical))
    currencies = frame["billing_currency"].cast(pl.String).unique().to_list()
    rates = {c: packaged().currency(c).units_per_euro for c in currencies}
    rate = pl.col("billing_currency").cast(pl.String).replace_strict(rates, return_dtype=pl.Float64)
    frame = frame.with_columns(pl.col("timestamp").dt.date().alias("date")).join_asof(
        homes.rename({"valid_from": "date"}).sort("date"), on="date", by="customer_id", check_sortedness=False
    )
    return frame.select(
        *(pl.col(name) for name in RAW_COLUMNS if name in frame.columns and name not in {"amount", "billing_amount"}),
        pl.col("amount", "billing_amount").cast(pl.Float64),
        hour=pl.col("local_time").dt.hour(),
        weekday=pl.col("local_time").dt.weekday(),
        time=pl.col("timestamp").dt.epoch("us"),
        euros=(pl.col("billing_amount").cast(pl.Float64) / rate).cast(pl.Float32),
        foreign=pl.col("merchant_country").cast(pl.String) != pl.col("home"),
        is_fraud="is_fraud",
        scenario=pl.col("fraud_scenario") if "fraud_scenario" in frame.columns else pl.lit(None, pl.Categorical),
        campaign=pl.col("campaign_id") if "campaign_id" in frame.columns else pl.lit(None, pl.Int64),
    )
