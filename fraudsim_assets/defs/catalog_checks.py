"""Catalogs are checked before they are written: they fit into memory.

Belongs here: the order check, then hand on. Does not belong here: what is checked (``quality``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pyarrow as pa

from fraudsim_assets.config import provenance
from fraudsim_assets.defs.check_groups import evaluations
from fraudsim_assets.defs.glimpse import SAMPLE_ROWS
from fraudsim_assets.defs.metadata import rows_table
from fraudsim_assets.defs.resources import SimulationResource
from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream


def checked_catalog(
    context: dg.AssetExecutionContext, simulation: SimulationResource, table: pa.Table
) -> Iterator[Any]:
    """Yield the verdicts on a catalog and, unless one of them is damning, the catalog.

    Raises
    ------
    ContractError
        If a blocking check fails; what was there before stays.
    """
    from fraudsim_assets.quality.contract import ContractChecker
    from fraudsim_assets.quality.results import blocked
    from fraudsim_assets.tables import TABLES

    name = context.asset_key.path[-1]
    checker = ContractChecker(TABLES[name])
    for batch in table.to_batches():
        checker.add(batch)
    results = [checker.result()]
    yield from evaluations(name, None, results)
    if blocked(results):
        raise ContractError(
            f"{name}: {results[0].description} is not so: {dict(results[0].metrics)}; it was not written"
        )
    facts = provenance(simulation.config, scope="catalogs")
    digest = facts["config_digest"]
    sample = rows_table(table.slice(0, SAMPLE_ROWS).to_pylist())
    yield dg.Output(
        FrameStream.of(table, metadata=facts),
        data_version=dg.DataVersion(digest),
        metadata={"seed": facts["seed"], "config_digest": digest, **({"sample": sample} if sample else {})},
        tags={"fraudsim/config_digest": digest},
    )
    for output in context.assets_def.check_specs_by_output_name:
        yield dg.Output(None, output_name=output)
