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
from fraudsim_assets.defs.resources import Simulation, simulation_of
from fraudsim_assets.defs.spec import WorldSpec, once

Results = Iterator[Any]


def catalog_assets(spec: WorldSpec) -> list[Any]:
    """Customers, merchants and cards of a world."""

    def shared(table: str, version: str) -> dict[str, Any]:
        return {
            "key": spec.key(table),
            "group_name": spec.name("catalog"),
            "owners": ["team:fraud-data"],
            "kinds": {"python", "parquet"},
            "tags": {"domain": "payments", "synthetic": "true"},
            "code_version": version,
            "io_manager_key": spec.name("catalog_io_manager"),
            "required_resource_keys": {spec.name("simulation")},
            "automation_condition": once(),
            "metadata": definition_metadata(table),
            "check_specs": check_specs(table, spec),
        }

    @dg.asset(**shared("customers", spec.catalog_version))
    def customers(context: dg.AssetExecutionContext) -> Results:
        """People who hold cards: where they live, how they earn, how much they spend.

        One row per customer and version: a move to another city closes one row (`valid_to`) and opens
        the next. Names and addresses are invented. Customers are ordered by home city.
        """
        from fraudsim_assets.catalog import build_customers

        simulation: Simulation = simulation_of(context, spec)
        yield from checked_catalog(context, simulation, build_customers(simulation.config))

    @dg.asset(**shared("merchants", spec.catalog_version))
    def merchants(context: dg.AssetExecutionContext) -> Results:
        """Shops, on the street and on the web: category code (MCC), place, opening hours, popularity.

        One row per merchant and version: shops close and others open in their place. Cities are real
        ones, shops are invented.
        """
        from fraudsim_assets.catalog import build_merchants

        simulation: Simulation = simulation_of(context, spec)
        yield from checked_catalog(context, simulation, build_merchants(simulation.config))

    @dg.asset(ins=spec.inputs("customers", "merchants"), **shared("cards", spec.day_version))
    def cards(context: dg.AssetExecutionContext, customers: pa.Table, merchants: pa.Table) -> Results:
        """Payment cards: product, network, limit, expiry, and the customer each belongs to.

        One row per card; a renewal and a replacement after fraud each give the account a new one (and
        so this catalog depends on how much fraud there is). Numbers come from test ranges: no row is a
        card anybody could hold.
        """
        from fraudsim_assets.simulation import with_reissues

        simulation: Simulation = simulation_of(context, spec)
        issued = with_reissues(simulation.world(customers, merchants)).cards
        yield from checked_catalog(context, simulation, issued, customers=customers)

    return [customers, merchants, cards]
