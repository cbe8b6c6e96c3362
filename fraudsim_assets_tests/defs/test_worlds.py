"""Worlds side by side in one code location: nothing is shared, and nothing is recorded under another's name."""

from datetime import date
from decimal import Decimal

import dagster as dg
import polars as pl
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.decisions import DecisionLog
from fraudsim_assets.decisions.files import write_log
from fraudsim_assets.defs.assembly import build_defs
from fraudsim_assets.defs.spec import WorldSpec
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.simulation import build_world, simulate_day
from fraudsim_assets_tests.defs.tiny import CATALOGS, QUIET, check_records, days, materialized

FIRST, SECOND = "2025-01-02", "2025-01-03"


def world(folder, prefix, **overrides):
    settings = {"storage.base_dir": str(folder), **overrides}
    return build_defs(load_config("tiny", overrides=settings, env={}), key_prefix=prefix)


@pytest.fixture
def worlds(tmp_path):
    return dg.Definitions.merge(world(tmp_path / "a", "a"), world(tmp_path / "b", ["group", "b"], seed=8))


def run(definitions, job, instance, first=None, last=None, **more):
    made = definitions.resolve_job_def(job)
    at = {} if first is None else days(first, last)
    config = {**QUIET, **more.pop("run_config", {})}
    return made.execute_in_process(instance=instance, raise_on_error=False, run_config=config, **at, **more)


def test_two_worlds_share_no_name(worlds):
    dg.Definitions.validate_loadable(worlds)
    repository = worlds.get_repository_def()
    names = [job.name for job in repository.get_all_jobs()]
    assert {"a__daily", "group__b__daily", "a__judge", "group__b__audit"} < set(names)
    assert len(names) == len(set(names))
    assert {schedule.name for schedule in repository.schedule_defs} == {
        f"{prefix}__{name}" for prefix in ("a", "group__b") for name in ("nightly", "weekly")
    }
    graph = worlds.resolve_asset_graph()
    assert {graph.get(key).group_name.rpartition("__")[0] for key in graph.executable_asset_keys} == {"a", "group__b"}
    assert {key.path[-1] for key in graph.executable_asset_keys if key.path[0] == "a"} == {
        key.path[-1] for key in graph.executable_asset_keys if key.path[0] == "group"
    }
    for key in graph.executable_asset_keys:
        assert {parent.path[:-1] == key.path[:-1] for parent in graph.get(key).parent_keys} <= {True}


def test_each_world_is_made_in_its_own_place_and_its_verdicts_are_recorded_on_its_own_assets(
    worlds, instance, tmp_path
):
    for prefix in ("a", "group__b"):
        assert run(worlds, f"{prefix}__catalogs", instance).success
        assert run(worlds, f"{prefix}__daily", instance, FIRST, SECOND).success
        assert run(worlds, f"{prefix}__audit", instance).success
    frames = [pl.read_parquet(tmp_path / name / "transactions" / f"date={FIRST}" / "*.parquet") for name in ("a", "b")]
    assert not frames[0].equals(frames[1])
    for path in (["a"], ["group", "b"]):
        prefix = "/".join(path)
        assert materialized(instance, f"{prefix}/transactions") == [FIRST, SECOND]
        for check in ("contract", "unique_ids", "fraud_rate"):
            assert check_records(instance, f"{prefix}/transactions", check) == dict.fromkeys(
                (FIRST, SECOND), "SUCCEEDED"
            )
        assert check_records(instance, f"{prefix}/customers", "versions") == {None: "SUCCEEDED"}
        assert check_records(instance, f"{prefix}/daily_profile", "mix_drift") == dict.fromkeys(
            (FIRST, SECOND), "SUCCEEDED"
        )
        assert check_records(instance, f"{prefix}/history_audit", "refunds") == {None: "SUCCEEDED"}
    assert check_records(instance, "transactions", "contract") == {}
    folders = {path.name for path in (tmp_path / "a").iterdir() if path.is_dir()}
    assert {*CATALOGS, "transactions", "fraud_labels", "daily_profile", "history_audit"} <= folders
    assert "a" not in folders, "the key prefix is no part of the place"


def test_a_world_under_a_prefix_has_the_rows_of_the_same_world_without(instance, tmp_path):
    for prefix in ((), "p"):
        definitions = world(tmp_path / f"w{prefix}", prefix)
        name = "p__" if prefix else ""
        assert run(definitions, f"{name}catalogs", instance).success
        assert run(definitions, f"{name}daily", instance, FIRST).success
    one, other = (pl.read_parquet(tmp_path / name / "transactions" / "**" / "*.parquet") for name in ("w()", "wp"))
    assert one.equals(other)


def test_a_run_sent_elsewhere_keeps_catalogs_and_days_together(instance, tmp_path):
    definitions = world(tmp_path / "usual", "a", **{"storage.compression": "snappy"})
    elsewhere = {"resources": {"a__day_io_manager": {"config": {"base_dir": str(tmp_path / "elsewhere")}}}}
    assert run(definitions, "a__catalogs", instance, run_config=elsewhere).success
    assert run(definitions, "a__daily", instance, FIRST, run_config=elsewhere).success
    assert run(definitions, "a__judge", instance, run_config=elsewhere).success
    assert not (tmp_path / "usual").exists()
    scores = tmp_path / "elsewhere" / "scorecard" / "part-0.parquet"
    assert pq.read_metadata(scores).row_group(0).column(0).compression == "SNAPPY", "all else stays as configured"


@pytest.mark.parametrize("prefix", ["A", "a__b", "a-b", "", ["a", "_b"], "a/b"])
def test_a_prefix_that_cannot_be_part_of_names_is_refused(prefix):
    with pytest.raises(ConfigError, match=r"key_prefix has .*; valid are lower-case words joined by single '_'"):
        build_defs(load_config("tiny", env={}), key_prefix=prefix)


def failures(result) -> str:
    return "\n".join(event.step_failure_data.error.to_string() for event in result.get_step_failure_events())


def test_another_world_in_the_same_place_is_refused_with_what_differs_and_what_to_do(instance, tmp_path):
    place = tmp_path / "a"
    assert run(world(place, "a"), "a__catalogs", instance).success
    assert run(world(place, "a"), "a__daily", instance, FIRST).success
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    others = {"b": world(place, "b", seed=8), "a": world(place, "a", **{"fraud.rate": 0.0123})}
    for prefix, other in others.items():
        for job, day in (("catalogs", None), ("daily", SECOND), ("audit", None)):
            result = run(other, f"{prefix}__{job}", instance, day)
            assert not result.success
            assert "holds another world" in failures(result)
            assert "give this run a place of its own" in failures(result)
    assert "seed is 7 in the store and 8 in this run" in failures(run(others["b"], "b__catalogs", instance))
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before


def test_a_history_grows_at_its_end_once_the_catalogs_reach_further(instance, tmp_path):
    place = tmp_path / "a"
    assert run(world(place, "a"), "a__catalogs", instance).success
    assert run(world(place, "a"), "a__daily", instance, FIRST).success
    file = place / "transactions" / f"date={FIRST}" / "part-0.parquet"
    before = pl.read_parquet(file)
    longer = world(place, "a", end_date="2026-02-28")
    late = run(longer, "a__daily", instance, "2026-02-01")
    assert not late.success
    again = "make the catalogs again: dagster asset materialize --select 'group:a__catalog'"
    assert f"this run may need them from 2025-01-01 to 2026-02-28; {again}" in failures(late)
    assert run(longer, "a__catalogs", instance).success
    assert run(longer, "a__daily", instance, "2026-02-01").success
    assert run(longer, "a__daily", instance, FIRST).success
    assert pl.read_parquet(file).equals(before)


def test_a_history_grows_at_its_beginning_once_the_catalogs_reach_further(instance, tmp_path):
    place, old = tmp_path / "a", "2025-02-01"
    younger = world(place, "a", start_date="2025-02-01")
    assert run(younger, "a__catalogs", instance).success
    assert run(younger, "a__daily", instance, old).success
    days = {table: place / table / f"date={old}" / "part-0.parquet" for table in ("transactions", "fraud_labels")}
    before = {table: pl.read_parquet(path) for table, path in days.items()}
    older = world(place, "a", start_date=FIRST)
    early = run(older, "a__daily", instance, FIRST)
    assert not early.success
    assert f"lists who exists from {old} to 2025-12-31; this run may need them from {FIRST}" in failures(early)
    assert run(older, "a__catalogs", instance, run_config={}).success
    assert run(older, "a__daily", instance, FIRST).success
    assert materialized(instance, "a/transactions") == [FIRST, old]
    judged = run(older, "a__judge", instance)
    assert judged.success, "a day that was made when the history was shorter is a day of the same world"
    (told,) = (event for event in judged.get_asset_materialization_events())
    assert told.materialization.metadata["days_of_other_settings"].value == "none"
    assert run(older, "a__daily", instance, old).success
    assert pl.read_parquet(days["transactions"]).equals(before["transactions"])
    assert (
        before["fraud_labels"].join(pl.read_parquet(days["fraud_labels"]), on="transaction_id", how="anti").height == 0
    )


def test_a_longer_history_makes_nothing_stale_but_labels(tmp_path):
    younger, older = (world(tmp_path, "a", start_date=first).resolve_asset_graph() for first in ("2025-02-01", FIRST))
    changed = {
        key.path[-1]
        for key in younger.executable_asset_keys
        if younger.get(key).code_version != older.get(key).code_version
    }
    assert changed == {"fraud_labels"}


def test_catalogs_say_which_days_of_labels_are_incomplete_since_the_history_grew_backwards(instance, tmp_path):
    place, old = tmp_path / "a", "2025-02-01"
    younger = world(place, "a", start_date=old)
    assert run(younger, "a__catalogs", instance).success
    assert run(younger, "a__daily", instance, old).success
    result = run(world(place, "a", start_date=FIRST), "a__catalogs", instance)
    (told,) = (
        record.user_message for record in instance.all_logs(result.run_id) if "lack labels" in record.user_message
    )
    assert told.startswith(f"the history began on {old} until now: 1 days of fraud_labels, {old} to {old}, lack labels")


def test_a_world_under_a_log_of_decisions_is_made_under_it_and_never_in_the_place_of_another(tmp_path, instance):
    plain = load_config("tiny", env={})
    rows = simulate_day(build_world(plain), date.fromisoformat(FIRST)).read()
    some = rows.filter(pc.equal(rows["response_code"].cast("string"), "00")).slice(0, 1)
    decided = some.select(["transaction_id", "timestamp"]).append_column("decided_at", some["timestamp"])
    decided = decided.append_column("action", [["decline"]]).append_column("cost", [[Decimal(0)]])
    log, number = DecisionLog.empty().adding(decided), some["transaction_id"][0].as_py()
    write_log(log, tmp_path / "log", plain, policy="careful", days=[date.fromisoformat(FIRST)])
    careful = world(tmp_path / "careful", "careful", decisions=str(tmp_path / "log"))
    for job, *day in (("catalogs",), ("daily", FIRST)):
        assert run(careful, f"careful__{job}", instance, *day).success
    path = tmp_path / "careful" / "transactions" / f"date={FIRST}" / "part-0.parquet"
    assert pl.read_parquet(path).filter(pl.col("transaction_id") == number)["response_code"].item() == "59"
    assert pq.read_metadata(path).metadata[b"fraudsim.decisions_digest"] == log.digest.encode()
    same_place = world(tmp_path / "careful", "plain")
    assert not run(same_place, "plain__daily", instance, SECOND).success
    versions = {
        WorldSpec(plain.model_copy(update={"decisions": each})).day_version for each in (None, str(tmp_path / "log"))
    }
    assert len(versions) == 2
