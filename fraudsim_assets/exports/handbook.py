"""The Fraud Detection Handbook's shape: its daily files of simulated transactions.

Belongs here: names, types and order of that format, and where its values come from. Does not
belong here: files.

References
----------
.. [1] Le Borgne, Siblini, Lebichot, Bontempi, "Reproducible Machine Learning for Credit Card Fraud
   Detection: Practical Handbook", Université Libre de Bruxelles, 2022, section 3.2.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import MappingProxyType

import polars as pl

from fraudsim_assets.exports.lookups import Catalogs, billing_currency, catalog
from fraudsim_assets.exports.sparkov import PAID
from fraudsim_assets.exports.view import QUARTER_HOUR, Options, View
from fraudsim_assets.tables.versions import DAY

SCHEMA: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "TRANSACTION_ID": pl.Int64(),
        "TX_DATETIME": pl.Datetime("ns"),
        "CUSTOMER_ID": pl.Int64(),
        "TERMINAL_ID": pl.Int64(),
        "TX_AMOUNT": pl.Float64(),
        "TX_TIME_SECONDS": pl.Int64(),
        "TX_TIME_DAYS": pl.Int64(),
        "TX_FRAUD": pl.Int64(),
        "TX_FRAUD_SCENARIO": pl.Int64(),
    }
)
"""Columns in order, with their types."""

SCENARIOS: Mapping[str, int] = MappingProxyType(
    {
        "large_amount_hotspot": 1,
        "skimming": 2,
        "stolen_cnp": 3,
        "account_takeover": 4,
        "bust_out": 5,
        "card_testing": 6,
        "friendly_fraud": 7,
        "impossible_travel": 8,
        "lost_stolen": 9,
        "mcc_hotspot": 10,
        "refund_abuse": 11,
        "purchase_scam": 12,
        "card_not_received": 13,
        "application_fraud": 14,
    }
)
"""Numbers of the built-in scenarios; the first three stand where the Handbook's nearest relatives do."""

OTHER_SCENARIO = 99
"""Number of every scenario that a plugin adds."""

_COLUMNS = (
    "transaction_id", "customer_id", "merchant_id", "timestamp", "transaction_type", "billing_amount",
    "billing_currency", "channel", "is_approved", "is_fraud", "fraud_scenario",
)  # fmt: skip


def _scenario() -> pl.Expr:
    name = pl.col("fraud_scenario").cast(pl.String)
    number = name.replace_strict(dict(SCENARIOS), default=OTHER_SCENARIO, return_dtype=pl.Int64)
    return pl.when("is_fraud").then(number).otherwise(0)


def _prepare(catalogs: Catalogs) -> Catalogs:
    """Numbers of customers and terminals from 0, the same whichever days are shown."""
    return {
        name: catalog(catalogs, f"{name}s").select(pl.col(f"{name}_id").unique().sort()).with_row_index(number)
        for name, number in (("customer", "CUSTOMER_ID"), ("merchant", "TERMINAL_ID"))
    }


def _widen(rows: pl.LazyFrame, tables: Catalogs, options: Options) -> pl.LazyFrame:
    moment = pl.col("timestamp").dt.replace_time_zone(None).dt.truncate("1s")
    origin = pl.lit(options.first_day) if options.first_day else DAY.min()
    days = (DAY - origin).dt.total_days()
    seconds = pl.col("timestamp").dt.epoch("s") % 86_400
    rows = rows.sort("timestamp", "transaction_id")
    for name in ("customer", "merchant"):
        rows = rows.join(tables[name], on=f"{name}_id", how="inner", maintain_order="left")
    return rows.select(
        moment.cast(pl.Datetime("ns")).alias("TX_DATETIME"),
        pl.col("CUSTOMER_ID").cast(pl.Int64),
        pl.col("TERMINAL_ID").cast(pl.Int64),
        "TX_AMOUNT",
        (days * 86_400 + seconds).alias("TX_TIME_SECONDS"),
        days.alias("TX_TIME_DAYS"),
        "TX_FRAUD",
        "TX_FRAUD_SCENARIO",
    )


HANDBOOK = View(
    name="handbook",
    description="Payments in one file per day, as the Fraud Detection Handbook's simulated-data-raw.",
    formats=("parquet", "csv", "pickle"),
    source=lambda transactions, _options: transactions.select(_COLUMNS),
    keep=PAID,
    narrow=(
        *(pl.col(name) for name in ("timestamp", "transaction_id", "customer_id", "merchant_id")),
        pl.col("billing_amount").cast(pl.Float64).alias("TX_AMOUNT"),
        pl.col("is_fraud").cast(pl.Int64).alias("TX_FRAUD"),
        _scenario().alias("TX_FRAUD_SCENARIO"),
    ),
    bucket=QUARTER_HOUR,
    prepare=_prepare,
    widen=_widen,
    catalogs=("customers", "cards", "merchants"),
    daily=True,
    numbered="TRANSACTION_ID",
    one_currency=True,
)
"""See :func:`handbook`."""

ORDERS = (pl.col("channel").cast(pl.String) == "ecommerce") & (pl.col("transaction_type").cast(pl.String) != "refund")
"""What the book's real data are: web orders, whatever the issuer answered."""

HANDBOOK_WEB = replace(
    HANDBOOK,
    name="handbook_web",
    description="Web orders, refused ones included, in one file per day, in the shape of the Fraud Detection Handbook.",
    keep=ORDERS,
)
"""See :func:`handbook_web`."""


def handbook(
    transactions: pl.LazyFrame, catalogs: Catalogs, *, first_day: date | None = None, currency: str | None = None
) -> pl.LazyFrame:
    """Show approved payments as the Fraud Detection Handbook does.

    Parameters
    ----------
    transactions
        Rows that honour ``tables.Transactions``.
    catalogs
        ``customers``, ``cards`` and ``merchants`` of the same world.
    first_day
        Day 0 of ``TX_TIME_DAYS``; None is the first day in the data.
    currency
        Billing currency of the payments shown; None is that of most cards.

    Returns
    -------
    pl.LazyFrame
        Columns of :data:`SCHEMA` in order of time.

    Raises
    ------
    ConfigError
        If no card is billed in that currency.
    CatalogMismatchError
        If a catalog is missing.
    """
    view = HANDBOOK.in_currency(billing_currency(catalogs, currency))
    return view.frame(transactions, catalogs, Options(first_day=first_day))


def handbook_web(
    transactions: pl.LazyFrame, catalogs: Catalogs, *, first_day: date | None = None, currency: str | None = None
) -> pl.LazyFrame:
    """Show web orders, refused ones included, as the Fraud Detection Handbook shows payments.

    The book's real data are of that kind. Parameters and errors are those of :func:`handbook`.

    Returns
    -------
    pl.LazyFrame
        Columns of :data:`SCHEMA` in order of time.
    """
    view = HANDBOOK_WEB.in_currency(billing_currency(catalogs, currency))
    return view.frame(transactions, catalogs, Options(first_day=first_day))
