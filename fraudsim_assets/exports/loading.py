"""`load`: a range of days as a frame that a model can be fitted on, for notebooks.

Belongs here: making the modeller's table in memory. Does not belong here: its columns (``model``), and files.
"""

from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal, overload

import polars as pl
import pyarrow as pa

from fraudsim_assets.catalog import Catalogs
from fraudsim_assets.config import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports.events import events_table
from fraudsim_assets.exports.files import plain
from fraudsim_assets.exports.lookups import check_complete
from fraudsim_assets.exports.model import model_table
from fraudsim_assets.exports.thinning import thinning
from fraudsim_assets.simulation import (
    World,
    build_world,
    scan_events,
    scan_transactions,
    simulate_labels,
    with_reissues,
)
from fraudsim_assets.units import days_between

if TYPE_CHECKING:
    import pandas as pd


@overload
def load(
    world: World | Config | Path | str,
    start: date,
    end: date,
    *,
    table: Literal["transactions", "account_events"] = "transactions",
    known_on: date | None = None,
    keep_genuine: float | None = None,
    frame: Literal["pandas"] = "pandas",
) -> "pd.DataFrame": ...
@overload
def load(
    world: World | Config | Path | str,
    start: date,
    end: date,
    *,
    table: Literal["transactions", "account_events"] = "transactions",
    known_on: date | None = None,
    keep_genuine: float | None = None,
    frame: Literal["polars"],
) -> pl.DataFrame: ...
def load(
    world: World | Config | Path | str,
    start: date,
    end: date,
    *,
    table: Literal["transactions", "account_events"] = "transactions",
    known_on: date | None = None,
    keep_genuine: float | None = None,
    frame: Literal["pandas", "polars"] = "pandas",
) -> "pd.DataFrame | pl.DataFrame":
    """Make a range of days as numbers and categories, ready for LightGBM and scikit-learn.

    Parameters
    ----------
    world
        From ``build_world``; or a configuration, its file or its name, of which the world is built for this call.
    start, end
        First and last UTC day, both included.
    table
        What is loaded: payments, or what customers do at the bank without paying.
    known_on
        Of payments: the day whose knowledge the column ``known_fraud`` shows; None is ``end``. [UTC]
    keep_genuine
        Of payments: share of the accounts without fraud in these days that is kept, each whole; rows get a column
        ``weight`` that makes up for it. None keeps all.
    frame
        Library of the result: ``pandas`` or ``polars``.

    Returns
    -------
    pandas.DataFrame or polars.DataFrame
        One row per request, with the columns of ``exports.model.SCHEMA``, or per event, with those of
        ``exports.events.SCHEMA``: ids are 64-bit integers (-1 for none), amounts floating point, and the customer, card
        and merchant are in the version that held on the day.

    Raises
    ------
    ConfigError
        If the days are outside the world, there is no such table or kind of frame, what is asked of payments is asked
        of events, or pandas is not installed.
    """
    if frame not in ("pandas", "polars"):
        raise ConfigError(f"frame is {frame!r}; valid are pandas and polars")
    if frame == "pandas" and find_spec("pandas") is None:
        raise ConfigError(
            "frame is 'pandas', which is not installed: pip install 'fraudsim-assets[evaluation]', or choose 'polars'"
        )
    if not isinstance(world, World):
        world = build_world(world)
    if table == "account_events":
        if known_on is not None or keep_genuine is not None:
            raise ConfigError("known_on and keep_genuine are of payments; leave them out for table 'account_events'")
        made = _events(world, start, end)
    elif table == "transactions":
        made = _payments(world, start, end, known_on or end, keep_genuine)
    else:
        raise ConfigError(f"table is {table!r}; valid are transactions and account_events")
    if frame == "polars":
        return made
    arrow = made.to_arrow()
    # categories of an Enum are ordered to pandas, and LightGBM takes only unordered ones for categories
    return arrow.cast(pa.schema([plain(field) for field in arrow.schema])).to_pandas()


def _payments(world: World, start: date, end: date, known_on: date, keep_genuine: float | None) -> pl.DataFrame:
    rows = scan_transactions(world.config, start, end, world=world)
    labels = labels_known(world, start, known_on)
    catalogs = _lazy(with_reissues(world))
    kept = None if keep_genuine is None else thinning(rows, catalogs, keep_genuine)
    transactions = (kept.rows(rows) if kept else rows).collect()
    table = model_table(transactions.lazy(), catalogs, labels, known_on)
    made = (kept.weighed(table) if kept else table).collect()
    check_complete(transactions.height, made.height, view="model")
    return made


def _events(world: World, start: date, end: date) -> pl.DataFrame:
    events = scan_events(world, start, end).collect()
    made = events_table(events.lazy(), _lazy(world.catalogs)).collect()
    check_complete(events.height, made.height, view="model_events")
    return made


def _lazy(tables: Catalogs) -> dict[str, pl.LazyFrame]:
    return {name: pl.DataFrame(getattr(tables, name)).lazy() for name in ("customers", "cards", "merchants")}


def labels_known(world: World, start: date, known_on: date) -> pl.LazyFrame:
    """Make the labels that became known from one day to another.

    Raises
    ------
    ConfigError
        If there is no day between them.
    """
    days = days_between(start, known_on)
    if not days:
        raise ConfigError(f"known_on is {known_on}, before start {start}; valid are days from {start}")
    return pl.concat([pl.DataFrame(simulate_labels(world, day).read()) for day in days]).lazy()
