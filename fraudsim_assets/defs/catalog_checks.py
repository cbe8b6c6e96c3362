"""Catalogs are checked before they are written: they fit into memory.

Belongs here: the order check, then hand on. Does not belong here: what is checked (``quality``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pyarrow as pa

from fraudsim_assets.config import lasting_digest, provenance
from fraudsim_assets.config.provenance import CONFIG_DIGEST, SEED, WORLD_DIGEST
from fraudsim_assets.decisions.files import decisions_digest, with_decisions
from fraudsim_assets.defs.check_groups import evaluations, failure_text
from fraudsim_assets.defs.glimpse import SAMPLE_ROWS
from fraudsim_assets.defs.metadata import rows_table
from fraudsim_assets.defs.resources import Simulation
from fraudsim_assets.errors import ContractError
from fraudsim_assets.frames import FrameStream


def checked_catalog(
    context: dg.AssetExecutionContext, simulation: Simulation, table: pa.Table, **parents: pa.Table
) -> Iterator[Any]:
    """Yield the verdicts on a catalog and, unless one of them is damning, the catalog.

    Parameters
    ----------
    table
        The catalog.
    parents
        Catalogs it points to, by name.

    Raises
    ------
    ContractError
        If a blocking check fails; what was there before stays.
    """
    from fraudsim_assets.quality.catalogs import check_catalog
    from fraudsim_assets.quality.contract import check_contract
    from fraudsim_assets.quality.results import blocked, summary
    from fraudsim_assets.tables import TABLES

    name = context.asset_key.path[-1]
    contract = check_contract(TABLES[name], FrameStream.of(table))
    results = [summary("contract", f"every value honours the contract of {name}", contract)]
    if not blocked(results):
        results += check_catalog(name, {name: table, **parents})
    yield from evaluations(context.asset_key, None, results)
    if blocked(results):
        raise ContractError(f"{name}: {failure_text(results)}; it was not written")
    if simulation.files.world is not None:
        _cover(context, simulation)
    config, scope = simulation.config, "cards" if name == "cards" else "catalogs"
    facts = provenance(config, scope=scope, decisions=decisions_digest(config))
    digest = facts.get(WORLD_DIGEST, facts[CONFIG_DIGEST])
    sample = rows_table(table.slice(0, SAMPLE_ROWS).to_pylist())
    yield dg.Output(
        FrameStream.of(table, metadata=facts),
        data_version=dg.DataVersion(
            with_decisions(lasting_digest(config), config)
            if name == "cards"
            else lasting_digest(config, scope="catalogs")
        ),
        metadata={"seed": facts[SEED], "config_digest": digest, **({"sample": sample} if sample else {})},
        tags={"fraudsim/config_digest": digest},
    )
    for output in context.assets_def.check_specs_by_output_name:
        yield dg.Output(None, output_name=output)


def _cover(context: dg.AssetExecutionContext, simulation: Simulation) -> None:
    """Say how far the catalogs are to reach, and which labels that makes incomplete."""
    from fraudsim_assets.storage.world import days_of, whole_days

    store, config = simulation.store, simulation.config
    before, days = store.covered(), days_of(config)
    store.cover(days)
    if before is None or before.first <= days.first:
        return
    there = store.list_partitions("fraud_labels")
    lacking = sorted(set(there) - whole_days(store, config, "fraud_labels"))
    if lacking:
        context.log.warning(
            "the history began on %s until now: %d days of fraud_labels, %s to %s, lack labels of payments of before; "
            "materialise fraud_labels of these days again",
            before.first,
            len(lacking),
            lacking[0],
            lacking[-1],
        )
