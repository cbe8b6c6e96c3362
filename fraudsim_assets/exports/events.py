"""What customers do at the bank without paying, as a bank sees it and as a model takes it.

Belongs here: the views ``account_events`` and ``model_events``. Does not belong here: payments (``bank``, ``model``),
and events as edges (``graph``).
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports.bank import bank_events
from fraudsim_assets.exports.lookups import Catalogs, catalog
from fraudsim_assets.exports.model import AGES, NONE, PEOPLE, closed, names, people_of
from fraudsim_assets.exports.view import Options, View
from fraudsim_assets.tables import AccountEvents, columns
from fraudsim_assets.tables.versions import DAY, valid

IDS = ("event_id", "customer_id")
OPTIONAL_IDS = ("account_id", "card_id", "device_id", "ip_address", "address_id", "phone_id")
_CLOSED = ("event_type", "channel", "outcome")

SCHEMA: Mapping[str, type[pl.DataType]] = MappingProxyType(
    {
        **dict.fromkeys(IDS, pl.Int64),
        "customer_version": pl.Int16,
        **dict.fromkeys(OPTIONAL_IDS, pl.Int64),
        "unix_time": pl.Float64,
        "unix_day": pl.Int32,
        **dict.fromkeys(_CLOSED, pl.Enum),
        "country": pl.Enum,
        **PEOPLE,
        "is_fraud": pl.Int8,
    }
)
"""Columns of the view ``model_events`` in order, with their types."""


def _given(rows: pl.LazyFrame, _options: Options) -> pl.LazyFrame:
    if "event_id" not in rows.collect_schema():
        raise ConfigError(
            "the views account_events and model_events are of events; give rows of the table account_events"
        )
    return rows


def _prepare(catalogs: Catalogs) -> Catalogs:
    people, shops = (catalog(catalogs, name) for name in ("customers", "merchants"))
    countries = names(people, shops, column="country")
    return {"customers": people_of(people, countries), "countries": pl.LazyFrame(schema={"country": countries})}


def _widen(rows: pl.LazyFrame, tables: Catalogs, _options: Options) -> pl.LazyFrame:
    countries = tables["countries"].collect_schema()["country"]
    made = {
        **{name: pl.col(name).cast(pl.Int64).fill_null(NONE) for name in OPTIONAL_IDS},
        **{name: closed(columns(AccountEvents)[name].values, name) for name in _CLOSED},
        "country": pl.col("country").cast(pl.String).cast(countries),
        "unix_time": pl.col("timestamp").dt.epoch("us") / 1e6,
        "unix_day": DAY.cast(pl.Int32),
        **AGES,
    }
    return valid(rows, tables["customers"], "customer_id").select(
        made.get(name, pl.col(name)) if kind is pl.Enum else made.get(name, pl.col(name)).cast(kind).alias(name)
        for name, kind in SCHEMA.items()
    )


EVENTS = View(
    name="account_events",
    description="What customers do at the bank without paying, as the bank sees it: every column but ground truth.",
    formats=("parquet", "csv"),
    source=lambda rows, options: bank_events(_given(rows, options)),
    nullable=frozenset(name for name, declared in columns(AccountEvents).items() if declared.nullable),
    of_events=True,
)
MODEL_EVENTS = View(
    name="model_events",
    description="The same events as numbers and categories for a model, with the customer of the day joined in.",
    formats=("parquet", "csv"),
    source=_given,
    narrow=(*IDS, *OPTIONAL_IDS, "timestamp", *_CLOSED, "country", "is_fraud"),
    prepare=_prepare,
    widen=_widen,
    catalogs=("customers", "merchants"),
    of_events=True,
)


def events_table(events: pl.LazyFrame, catalogs: Catalogs) -> pl.LazyFrame:
    """Make the modeller's table of events that are no payments.

    Parameters
    ----------
    events
        Rows that honour ``tables.AccountEvents``.
    catalogs
        ``customers`` and ``merchants`` of the same world.

    Returns
    -------
    pl.LazyFrame
        Columns of :data:`SCHEMA`, all rows in their order; ids join with those of the view ``model``. A category lists
        every value that the world has, whichever days are shown.

    Raises
    ------
    CatalogMismatchError
        If a catalog is missing.
    """
    return MODEL_EVENTS.frame(events, catalogs)
