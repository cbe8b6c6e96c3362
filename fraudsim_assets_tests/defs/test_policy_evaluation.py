"""The asset that evaluates policies, in a tiny world."""

import dagster as dg
import polars as pl

from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.defs.policy_evaluation import CHECKS
from fraudsim_assets_tests.defs.tiny import ASSETS, QUIET, check_records, tiny_resources


def test_policies_are_evaluated_with_table_page_pictures_and_checks(base, instance):
    done = dg.materialize(
        ASSETS,
        selection=["policy_evaluation"],
        resources=tiny_resources(LocalParquetIOManager(base_dir=str(base))),
        instance=instance,
        run_config={
            **QUIET,
            "ops": {"policy_evaluation": {"config": {"policies": ["oracle"], "start": "2025-01-04", "days": 2}}},
        },
    )
    assert done.success
    table = pl.read_parquet(base / "policy_evaluation" / "part-0.parquet")
    assert table.select("policy", "day").rows() == [
        (policy, day) for policy in ("nothing", "oracle") for day in table["day"].unique().sort()
    ]
    event = instance.get_latest_materialization_event(dg.AssetKey("policy_evaluation")).asset_materialization
    assert event.metadata["net_oracle"].value > event.metadata["net_nothing"].value == 0
    assert "picture_net" in event.metadata
    assert "<svg" in (base / "policy_evaluation" / "policy_evaluation.html").read_text()
    recorded = {name: check_records(instance, "policy_evaluation", name)[None] for name in CHECKS}
    assert recorded == dict.fromkeys(CHECKS, "SUCCEEDED")
