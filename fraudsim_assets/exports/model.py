"""The modeller's table: one row per request, every column a number or a category, nothing left to join.

The one idea: the version of the customer, card and merchant that held on the day is joined in, so that no reader needs
to compare dates; ids stay whole numbers (``NONE`` where there is none), amounts are floating point.

Belongs here: names, types and origins of these columns. Does not belong here: features that look at other rows, and
numbers of the catalogs that no bank has, such as how much a customer likes to spend.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports.lookups import Catalogs, catalog
from fraudsim_assets.exports.training import with_known_labels
from fraudsim_assets.exports.view import Options, View
from fraudsim_assets.tables import Cards, Customers, Transactions, columns
from fraudsim_assets.tables.versions import DAY, valid, versions

NONE = -1
"""What stands for a missing id or address."""

IDS = ("transaction_id", "card_id", "customer_id", "merchant_id")
OPTIONAL_IDS = ("previous_txn_id", "original_txn_id", "device_id", "ip_address")

PEOPLE: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        "customer_age": pl.Float32,
        "customer_days": pl.Int32,
        "segment": pl.Enum,
        "income_band": pl.Enum,
        "home_country": pl.Enum,
        "home_latitude": pl.Float64,
        "home_longitude": pl.Float64,
    }
)
"""What is shown of a customer, as of the day."""

SCHEMA: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        **dict.fromkeys(IDS, pl.Int64),
        **dict.fromkeys(("customer_version", "card_version", "merchant_version"), pl.Int16),
        **dict.fromkeys(OPTIONAL_IDS, pl.Int64),
        "unix_time": pl.Float64,
        "unix_day": pl.Int32,
        "local_hour": pl.Float32,
        "local_weekday": pl.Int8,
        "transaction_type": pl.Enum,
        "channel": pl.Enum,
        "entry_mode": pl.Enum,
        "three_ds": pl.Enum,
        "amount": pl.Float64,
        "currency": pl.Enum,
        "billing_amount": pl.Float64,
        "billing_currency": pl.Enum,
        "latitude": pl.Float32,
        "longitude": pl.Float32,
        "response_code": pl.Enum,
        "is_approved": pl.Int8,
        **PEOPLE,
        "product": pl.Enum,
        "network": pl.Enum,
        "credit_limit": pl.Float64,
        "card_days": pl.Int32,
        "expiry_days": pl.Int32,
        "mcc": pl.Int32,
        "category": pl.Enum,
        "merchant_country": pl.Enum,
        "merchant_latitude": pl.Float64,
        "merchant_longitude": pl.Float64,
        "is_online": pl.Int8,
        "known_fraud": pl.Int8,
        "is_fraud": pl.Int8,
    }
)
"""Columns in order, with their types."""

TARGETS = ("known_fraud", "is_fraud")
"""What a bank believed on the day asked about, to learn from; and the truth, to be scored with."""

_CLOSED = ("transaction_type", "channel", "entry_mode", "three_ds", "response_code")
_COLUMNS = (
    *IDS, *OPTIONAL_IDS, "timestamp", "local_time", *_CLOSED, "amount", "billing_amount", "latitude", "longitude",
    "is_approved", "known_fraud", "is_fraud",
)  # fmt: skip

YEAR = 365.25
"""Length of a year. [days]"""

AGES = {
    "customer_age": (DAY - pl.col("birth_date")).dt.total_days() / YEAR,
    "customer_days": (DAY - pl.col("opened_on")).dt.total_days(),
}
"""Columns of :data:`PEOPLE` that depend on the day of a row."""


def _source(transactions: pl.LazyFrame, options: Options) -> pl.LazyFrame:
    if options.labels is None or options.known_on is None:
        raise ConfigError("the view 'model' needs labels and known_on, the day on which they are known")
    return with_known_labels(transactions, options.labels, options.known_on).select(_COLUMNS)


def _prepare(catalogs: Catalogs) -> Catalogs:
    people, cards, shops = (catalog(catalogs, name) for name in ("customers", "cards", "merchants"))
    countries = names(people, shops, column="country")
    currencies = names(cards, shops, column="currency")
    shop = [pl.col(name).alias(f"merchant_{name}") for name in ("latitude", "longitude")]
    return {
        "customers": people_of(people, countries),
        "cards": versions(
            cards,
            "card_id",
            [
                pl.col("version").alias("card_version"),
                pl.col("valid_from").alias("card_from"),
                "expiry",
                *(closed(columns(Cards)[name].values, name) for name in ("product", "network")),
                pl.col("credit_limit").cast(pl.Float64),
                pl.col("currency").cast(pl.String).cast(currencies).alias("billing_currency"),
            ],
        ),
        "merchants": versions(
            shops,
            "merchant_id",
            [
                pl.col("version").alias("merchant_version"),
                pl.col("mcc").cast(pl.String).cast(pl.Int32),
                pl.col("category").cast(pl.String).cast(names(shops, column="category")),
                pl.col("country").cast(pl.String).cast(countries).alias("merchant_country"),
                pl.col("currency").cast(pl.String).cast(currencies),
                pl.col("is_online"),
                *shop,
            ],
        ),
    }


def people_of(customers: pl.LazyFrame, countries: pl.Enum) -> pl.LazyFrame:
    """What :data:`PEOPLE` are made of, by version."""
    return versions(
        customers,
        "customer_id",
        [
            pl.col("version").alias("customer_version"),
            "birth_date",
            "opened_on",
            *(closed(columns(Customers)[name].values, name) for name in ("segment", "income_band")),
            pl.col("country").cast(pl.String).cast(countries).alias("home_country"),
            *(pl.col(name).alias(f"home_{name}") for name in ("latitude", "longitude")),
        ],
    )


def closed(values: Sequence[str] | None, name: str) -> pl.Expr:
    """A column as a category that lists all values of a closed list."""
    return pl.col(name).cast(pl.String).cast(pl.Enum(values or ()))


def names(*tables: pl.LazyFrame, column: str) -> pl.Enum:
    """Values that a column has anywhere in a world, so that every range of days has the same categories."""
    found = pl.concat([table.select(pl.col(column).cast(pl.String)) for table in tables]).unique()
    return pl.Enum(found.collect(engine="streaming").to_series().sort())


def _widen(rows: pl.LazyFrame, tables: Catalogs, _options: Options) -> pl.LazyFrame:
    for name, key in (("customers", "customer_id"), ("cards", "card_id"), ("merchants", "merchant_id")):
        rows = valid(rows, tables[name], key)
    clock = pl.col("local_time")
    made = {
        **{name: pl.col(name).cast(pl.Int64).fill_null(NONE) for name in OPTIONAL_IDS},
        **{name: closed(columns(Transactions)[name].values, name) for name in _CLOSED},
        "unix_time": pl.col("timestamp").dt.epoch("us") / 1e6,
        "unix_day": DAY.cast(pl.Int32),
        "local_hour": clock.dt.hour() + clock.dt.minute() / 60 + clock.dt.second() / 3600,
        "local_weekday": clock.dt.weekday() - 1,
        **AGES,
        "card_days": (DAY - pl.col("card_from")).dt.total_days(),
        "expiry_days": (pl.col("expiry") - DAY).dt.total_days(),
    }
    return rows.select(
        made.get(name, pl.col(name)) if kind is pl.Enum else made.get(name, pl.col(name)).cast(kind).alias(name)
        for name, kind in SCHEMA.items()
    )


MODEL = View(
    name="model",
    description="Numbers and categories for a model, with the versions of the day joined in and labels as known.",
    formats=("parquet", "csv"),
    source=_source,
    prepare=_prepare,
    widen=_widen,
    catalogs=("customers", "cards", "merchants"),
    labelled=True,
    weighted=True,
)
"""See :func:`model_table`."""


def model_table(transactions: pl.LazyFrame, catalogs: Catalogs, labels: pl.LazyFrame, known_on: date) -> pl.LazyFrame:
    """Make the modeller's table of transactions.

    Parameters
    ----------
    transactions
        Rows that honour ``tables.Transactions``.
    catalogs
        ``customers``, ``cards`` with those reissued after fraud, and ``merchants`` of the same world.
    labels
        Rows that honour ``tables.FraudLabels``; later ones than ``known_on`` are not looked at.
    known_on
        The day whose knowledge ``known_fraud`` shows; rows after it have no label yet. [UTC]

    Returns
    -------
    pl.LazyFrame
        Columns of :data:`SCHEMA`, all rows in their order. A category lists every value that the world has, whichever
        days are shown.

    Raises
    ------
    CatalogMismatchError
        If a catalog is missing.
    """
    return MODEL.frame(transactions, catalogs, Options(labels=labels, known_on=known_on))
