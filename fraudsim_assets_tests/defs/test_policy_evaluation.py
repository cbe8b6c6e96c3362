"""The asset that evaluates policies, in a tiny world."""

from types import SimpleNamespace

import dagster as dg
import polars as pl
import pytest

from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.defs.policy_evaluation import CHECKS, _checks
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.policies import audit
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


@pytest.mark.parametrize(("gap", "passed"), [(0.0, True), (0.004, True), (0.02, False)])
def test_the_ledger_adds_up_only_if_the_books_are_those_of_the_days(monkeypatch, gap, passed):
    found = pl.DataFrame({"policy": ["rules"], "day": ["2025-01-04"], "approved": [0.0], "fraud_value": [-gap]})
    monkeypatch.setattr(audit, "gaps", lambda *_: found)
    verdicts = {each.check_name: each.passed for each in _checks(SimpleNamespace(shown={"mcc"}), None)}
    assert verdicts == {"no_truth_for_policies": True, "ledger_adds_up": passed}


def test_a_start_that_is_no_day_is_refused_by_name(base, instance):
    with pytest.raises(ConfigError, match="start is '2025-13-01'; valid is a day as YYYY-MM-DD"):
        dg.materialize(
            ASSETS,
            selection=["policy_evaluation"],
            resources=tiny_resources(LocalParquetIOManager(base_dir=str(base))),
            instance=instance,
            run_config={**QUIET, "ops": {"policy_evaluation": {"config": {"start": "2025-13-01"}}}},
        )
