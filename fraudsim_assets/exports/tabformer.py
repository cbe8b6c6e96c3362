"""TabFormer's shape: the columns of IBM's ``card_transaction.v1.csv``.

Belongs here: names, types and order of that format, and where its values come from. Does not
belong here: values that the world does not have (``made_up``).

References
----------
.. [1] Padhi et al., "Tabular Transformers for Modeling Multivariate Time Series", ICASSP 2021.
.. [2] Altman, "Synthesizing Credit Card Transactions", ICAIF 2021.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from fraudsim_assets.exports.lookups import Catalogs, catalog
from fraudsim_assets.exports.made_up import merchant_hashes
from fraudsim_assets.exports.towns import towns
from fraudsim_assets.exports.view import Options, View
from fraudsim_assets.tables.versions import valid, versions

SCHEMA: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        "User": pl.Int64,
        "Card": pl.Int64,
        "Year": pl.Int64,
        "Month": pl.Int64,
        "Day": pl.Int64,
        "Time": pl.String,
        "Amount": pl.String,
        "Use Chip": pl.String,
        "Merchant Name": pl.Int64,
        "Merchant City": pl.String,
        "Merchant State": pl.String,
        "Zip": pl.Float64,
        "MCC": pl.Int64,
        "Errors?": pl.String,
        "Is Fraud?": pl.String,
    }
)
"""Columns in order, with the types that pandas reads."""

ERRORS: Mapping[str, str] = MappingProxyType(
    {
        "14": "Bad Card Number,",
        "41": "Bad Card Number,",
        "43": "Bad Card Number,",
        "62": "Bad Card Number,",
        "51": "Insufficient Balance,",
        "61": "Insufficient Balance,",
        "65": "Insufficient Balance,",
        "54": "Bad Expiration,",
        "55": "Bad PIN,",
        "75": "Bad PIN,",
        "82": "Bad CVV,",
    }
)
"""Errors by response code (ISO 8583 field 39); every other decline is :data:`OTHER_ERROR`.

The comma at the end is part of the value in the original.
"""

OTHER_ERROR = "Technical Glitch,"

SWIPED = ("magstripe", "manual")
"""Entry modes in shops that are no chip."""

ONLINE = "ONLINE"

_CUSTOMERS_PER_BUCKET = 4096
_COLUMNS = (
    "transaction_id", "card_id", "customer_id", "merchant_id", "timestamp", "local_time", "transaction_type",
    "billing_amount", "mcc", "channel", "entry_mode", "response_code", "is_fraud",
)  # fmt: skip


def _use_chip() -> pl.Expr:
    swiped = pl.col("entry_mode").cast(pl.String).is_in(SWIPED).fill_null(value=True)
    in_person = pl.when(swiped).then(pl.lit("Swipe Transaction")).otherwise(pl.lit("Chip Transaction"))
    online = pl.col("channel").cast(pl.String) == "ecommerce"
    return pl.when(online).then(pl.lit("Online Transaction")).otherwise(in_person).cast(pl.Enum(USES))


USES = ("Swipe Transaction", "Chip Transaction", "Online Transaction")
"""Values of ``Use Chip``."""


def _error() -> pl.Expr:
    code = pl.col("response_code").cast(pl.String)
    error = code.replace_strict(dict(ERRORS), default=OTHER_ERROR, return_dtype=pl.String)
    return pl.when(code != "00").then(error).cast(pl.Enum([*dict.fromkeys(ERRORS.values()), OTHER_ERROR]))


def _prepare(catalogs: Catalogs) -> Catalogs:
    cards = catalog(catalogs, "cards").select("card_id", "account_id", "customer_id").unique()
    index = (pl.col("account_id").rank("dense").over("customer_id") - 1).cast(pl.Int64)
    places = [pl.col("city").cast(pl.String), pl.col("city_id"), pl.col("country").cast(pl.String)]
    return {
        "cards": cards.select("card_id", index.alias("Card")),
        "merchants": versions(catalog(catalogs, "merchants"), "merchant_id", places),
        "towns": towns().select("city_id", "state", "country_name", "zip").lazy(),
    }


def _widen(rows: pl.LazyFrame, tables: Catalogs, _options: Options) -> pl.LazyFrame:
    rows = rows.join(tables["cards"], on="card_id", how="inner")
    rows = valid(rows.sort("customer_id", "Card", "timestamp", "transaction_id"), tables["merchants"], "merchant_id")
    rows = rows.join(tables["towns"], on="city_id", how="left", maintain_order="left")
    online, in_usa = pl.col("Use Chip") == USES[-1], pl.col("country") == "US"
    clock = pl.col("local_time")
    return rows.select(
        (pl.col("customer_id") - 1).alias("User"),
        "Card",
        clock.dt.year().cast(pl.Int64).alias("Year"),
        clock.dt.month().cast(pl.Int64).alias("Month"),
        clock.dt.day().cast(pl.Int64).alias("Day"),
        clock.dt.to_string("%H:%M").alias("Time"),
        ("$" + pl.col("Amount").cast(pl.String)).alias("Amount"),
        pl.col("Use Chip").cast(pl.String),
        pl.col("merchant_id")
        .map_batches(merchant_hashes, return_dtype=pl.Int64, is_elementwise=True)
        .alias("Merchant Name"),
        pl.when(online).then(pl.lit(ONLINE)).otherwise("city").alias("Merchant City"),
        pl.when(~online).then(pl.when(in_usa).then("state").otherwise("country_name")).alias("Merchant State"),
        pl.when(~online & in_usa).then("zip").cast(pl.Float64).alias("Zip"),
        pl.col("MCC").cast(pl.Int64),
        pl.col("Errors?").cast(pl.String),
        pl.when("is_fraud").then(pl.lit("Yes")).otherwise(pl.lit("No")).alias("Is Fraud?"),
    )


_SIGN = pl.when(pl.col("transaction_type").cast(pl.String) == "refund").then(-1).otherwise(1)

TABFORMER = View(
    name="tabformer",
    description="All requests with refunds and declines, as IBM's card_transaction.v1.csv used by TabFormer.",
    formats=("csv", "parquet"),
    source=lambda transactions, _options: transactions.select(_COLUMNS),
    narrow=(
        *(pl.col(n) for n in ("transaction_id", "card_id", "customer_id", "merchant_id", "timestamp", "local_time")),
        (pl.col("billing_amount").round(2).cast(pl.Decimal(18, 2)) * _SIGN).cast(pl.Decimal(18, 2)).alias("Amount"),
        _use_chip().alias("Use Chip"),
        pl.col("mcc").cast(pl.String).cast(pl.Int32).alias("MCC"),
        _error().alias("Errors?"),
        pl.col("is_fraud"),
    ),
    bucket=pl.col("customer_id") // _CUSTOMERS_PER_BUCKET,
    prepare=_prepare,
    widen=_widen,
    catalogs=("cards", "merchants"),
)
"""See :func:`tabformer`."""


def tabformer(transactions: pl.LazyFrame, catalogs: Catalogs) -> pl.LazyFrame:
    """Show all requests as IBM's ``card_transaction.v1.csv`` does.

    Parameters
    ----------
    transactions
        Rows that honour ``tables.Transactions``.
    catalogs
        ``cards``, with those reissued after fraud, and ``merchants`` of the same world.

    Returns
    -------
    pl.LazyFrame
        Columns of :data:`SCHEMA` by user, card and time.

    Raises
    ------
    CatalogMismatchError
        If a catalog is missing.
    """
    return TABFORMER.frame(transactions, catalogs)
