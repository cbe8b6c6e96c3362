"""The catalogs as they were known on a day, beside a training set of that day.

Belongs here: the views `customers`, `cards` and `merchants`. Does not belong here: what was known when
(``tables.versions``).
"""

import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports.lookups import catalog
from fraudsim_assets.exports.view import Options, View
from fraudsim_assets.tables import TABLES, columns
from fraudsim_assets.tables.versions import as_of


def _entities(name: str, description: str) -> View:
    def known(_transactions: pl.LazyFrame, options: Options) -> pl.LazyFrame:
        if options.known_on is None:
            raise ConfigError(f"the view {name!r} needs known_on, the day on which the catalog is known")
        return as_of(catalog(options.catalogs, name), options.known_on)

    nullable = frozenset(column for column, declared in columns(TABLES[name]).items() if declared.nullable)
    return View(name, description, ("parquet", "csv"), known, catalogs=(name,), nullable=nullable)


ENTITIES = tuple(
    _entities(name, f"{name.capitalize()} as known on a day D: no version that began later, and no end after D.")
    for name in ("customers", "cards", "merchants")
)
"""One view for each catalog."""
