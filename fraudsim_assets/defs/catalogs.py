"""The catalog assets: who pays, with what, and where.

Belongs here: three assets of one shape, read, one core call, write. Does not belong here: how an
entity is made (``fraudsim_assets.catalog``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pyarrow as pa

from fraudsim_assets.defs.catalog_checks import checked_catalog
from fraudsim_assets.defs.check_groups import check_specs
from fraudsim_assets.defs.metadata import definition_metadata
from fraudsim_assets.defs.resources import SimulationResource
from fraudsim_assets.defs.settings import CONFIG, catalog_version, day_version

CATALOG = {
    "group_name": "catalog",
    "owners": ["team:fraud-data"],
    "kinds": {"python", "parquet"},
    "tags": {"domain": "payments", "synthetic": "true"},
    "code_version": catalog_version(CONFIG),
    "io_manager_key": "catalog_io_manager",
}

Results = Iterator[Any]


@dg.asset(metadata=definition_metadata("customers"), check_specs=check_specs("customers"), **CATALOG)
def customers(context: dg.AssetExecutionContext, simulation: SimulationResource) -> Results:
    """People who hold cards: where they live, how they earn, how much they spend.

    One row per customer and version: a move to another city closes one row (`valid_to`) and opens
    the next. Names and addresses are invented. Customers are ordered by home city.
    """
    from fraudsim_assets.catalog import build_customers

    yield from checked_catalog(context, simulation, build_customers(simulation.config))


@dg.asset(metadata=definition_metadata("merchants"), check_specs=check_specs("merchants"), **CATALOG)
def merchants(context: dg.AssetExecutionContext, simulation: SimulationResource) -> Results:
    """Shops, on the street and on the web: category code (MCC), place, opening hours, popularity.

    One row per merchant and version: shops close and others open in their place. Cities are real
    ones, shops are invented.
    """
    from fraudsim_assets.catalog import build_merchants

    yield from checked_catalog(context, simulation, build_merchants(simulation.config))


@dg.asset(
    metadata=definition_metadata("cards"),
    check_specs=check_specs("cards"),
    **{**CATALOG, "code_version": day_version(CONFIG)},
)
def cards(
    context: dg.AssetExecutionContext, simulation: SimulationResource, customers: pa.Table, merchants: pa.Table
) -> Results:
    """Payment cards: product, network, limit, expiry, and the customer each belongs to.

    One row per card; a renewal and a replacement after fraud each give the account a new one (and
    so this catalog depends on how much fraud there is). Numbers come from test ranges: no row is a
    card anybody could hold.
    """
    from fraudsim_assets.simulation import with_reissues

    issued = with_reissues(simulation.world(customers, merchants)).cards
    yield from checked_catalog(context, simulation, issued, customers=customers)
