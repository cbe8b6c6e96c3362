"""Sparkov's shape: the columns of the Kaggle files ``fraudTrain.csv`` and ``fraudTest.csv``.

Belongs here: names, types and order of that format, and where its values come from. Does not
belong here: values that the world does not have (``made_up``).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

import polars as pl

from fraudsim_assets.exports.lookups import Catalogs, catalog
from fraudsim_assets.exports.made_up import card_numbers, digests, genders, jobs, streets
from fraudsim_assets.exports.towns import towns
from fraudsim_assets.exports.view import QUARTER_HOUR, UNNAMED, Options, View
from fraudsim_assets.reference_data import Reference, packaged
from fraudsim_assets.tables.versions import valid, versions

SCHEMA: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        UNNAMED: pl.Int64,
        "trans_date_trans_time": pl.String,
        "cc_num": pl.Int64,
        "merchant": pl.String,
        "category": pl.String,
        "amt": pl.Float64,
        "first": pl.String,
        "last": pl.String,
        "gender": pl.String,
        "street": pl.String,
        "city": pl.String,
        "state": pl.String,
        "zip": pl.Int64,
        "lat": pl.Float64,
        "long": pl.Float64,
        "city_pop": pl.Int64,
        "job": pl.String,
        "dob": pl.String,
        "trans_num": pl.String,
        "unix_time": pl.Int64,
        "merch_lat": pl.Float64,
        "merch_long": pl.Float64,
        "is_fraud": pl.Int64,
    }
)
"""Columns in order, with the types that pandas reads."""

IN_TWO = ("grocery", "misc", "shopping")
"""Categories that come twice: ``_net`` for remote payments, ``_pos`` for all others."""

KIDS_AND_PETS = (742, 5641, 5945, 5995, 8351)
"""Merchant category codes of vets, children's wear, toys, pet shops and child care (ISO 18245)."""

_COLUMNS = (
    "transaction_id", "card_id", "customer_id", "merchant_id", "timestamp", "transaction_type", "billing_amount",
    "mcc", "channel", "is_approved", "is_fraud",
)  # fmt: skip

PAID = pl.col("is_approved") & (pl.col("transaction_type").cast(pl.String) != "refund")
"""Money that left the card: the formats without an answer of the issuer know nothing else."""


def _category(reference: Reference) -> pl.Expr:
    ours = {category.name: category.sparkov for category in reference.categories}
    own = pl.col("category").cast(pl.String).replace_strict(ours, default="misc", return_dtype=pl.String)
    name = pl.when(pl.col("mcc").is_in(KIDS_AND_PETS)).then(pl.lit("kids_pets")).otherwise(own)
    half = pl.when("remote").then(pl.lit("_net")).otherwise(pl.lit("_pos"))
    return pl.when(name.is_in(IN_TWO)).then(name + half).otherwise(name)


def _prepare(catalogs: Catalogs) -> Catalogs:
    people = catalog(catalogs, "customers").with_columns(pl.col("country").cast(pl.String))
    gender = genders(people.select("country", "first_name").collect(engine="streaming")).lazy()
    text = [pl.col(name).cast(pl.String).alias(short) for name, short in _TEXT.items()]
    home = [pl.col("latitude").alias("lat"), pl.col("longitude").alias("long")]
    customers = people.join(gender, on=["country", "first_name"], how="left").cast({"birth_date": pl.String})
    shops = [
        ("fraud_" + pl.col("name")).alias("merchant"),
        pl.col("category"),
        pl.col("latitude").alias("merch_lat"),
        pl.col("longitude").alias("merch_long"),
    ]
    return {
        "clock": people.group_by(pl.col("time_zone").cast(pl.String)).len().select(_standard_offset()),
        "customers": versions(customers, "customer_id", ["gender", "city_id", *text, *home]),
        "merchants": versions(catalog(catalogs, "merchants"), "merchant_id", shops),
        "towns": towns().select("city_id", "city_pop", "state", "zip").lazy(),
    }


def _standard_offset() -> pl.Expr:
    """Standard time of most customers, as what is to be added to UTC."""
    zone = pl.col("time_zone").sort_by("len", "time_zone", descending=[True, False]).first()
    return zone.map_elements(_offset, return_dtype=pl.Duration("us")).alias("offset")


def _offset(zone: str) -> timedelta:
    noon = datetime(2000, 1, 1, 12, tzinfo=ZoneInfo(zone))
    return (noon.utcoffset() or timedelta()) - (noon.dst() or timedelta())


_TEXT = {"first_name": "first", "last_name": "last", "city": "city", "birth_date": "dob"}


def _widen(rows: pl.LazyFrame, tables: Catalogs, options: Options) -> pl.LazyFrame:
    rows = valid(rows.sort("timestamp", "transaction_id"), tables["customers"], "customer_id")
    rows = valid(rows, tables["merchants"], "merchant_id")
    rows = rows.join(tables["towns"], on="city_id", how="left", maintain_order="left")
    rows = rows.join(tables["clock"], how="cross", maintain_order="left")
    clock = pl.col("timestamp").dt.replace_time_zone(None) + pl.col("offset")
    return rows.with_columns(
        clock.dt.to_string("%Y-%m-%d %H:%M:%S").alias("trans_date_trans_time"),
        pl.col("card_id").map_batches(card_numbers, return_dtype=pl.Int64, is_elementwise=True).alias("cc_num"),
        _category(options.reference or packaged()).alias("category"),
        pl.col("customer_id").map_batches(streets, return_dtype=pl.String, is_elementwise=True).alias("street"),
        pl.col("customer_id").map_batches(jobs, return_dtype=pl.String, is_elementwise=True).alias("job"),
        pl.col("transaction_id").map_batches(digests, return_dtype=pl.String, is_elementwise=True).alias("trans_num"),
        pl.col("timestamp").dt.epoch("s").alias("unix_time"),
        pl.col("is_fraud").cast(pl.Int64),
    ).select(name for name in SCHEMA if name != UNNAMED)


SPARKOV = View(
    name="sparkov",
    description="Payments with their customers and merchants, as in the Kaggle files fraudTrain.csv and fraudTest.csv.",
    formats=("csv", "parquet"),
    source=lambda transactions, _options: transactions.select(_COLUMNS),
    keep=PAID,
    narrow=(
        *(pl.col(n) for n in ("transaction_id", "card_id", "customer_id", "merchant_id", "timestamp")),
        pl.col("billing_amount").cast(pl.Float64).alias("amt"),
        pl.col("mcc").cast(pl.String).cast(pl.Int32),
        (pl.col("channel").cast(pl.String) == "ecommerce").alias("remote"),
        pl.col("is_fraud"),
    ),
    bucket=QUARTER_HOUR,
    prepare=_prepare,
    widen=_widen,
    catalogs=("customers", "merchants"),
    numbered=UNNAMED,
)
"""See :func:`sparkov`."""


def sparkov(transactions: pl.LazyFrame, catalogs: Catalogs) -> pl.LazyFrame:
    """Show approved payments as the Kaggle files ``fraudTrain.csv`` and ``fraudTest.csv`` do.

    Parameters
    ----------
    transactions
        Rows that honour ``tables.Transactions``.
    catalogs
        ``customers`` and ``merchants`` of the same world.

    Returns
    -------
    pl.LazyFrame
        Columns of :data:`SCHEMA` in order of time.

    Raises
    ------
    CatalogMismatchError
        If a catalog is missing.
    """
    return SPARKOV.frame(transactions, catalogs)
