"""What a run may override, and what is refused when it is launched, before any step has begun."""

import pytest
from dagster._core.errors import DagsterConfigMappingFunctionError

from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import build_defs
from fraudsim_assets.defs.resources import RUN_SETTINGS, overridden
from fraudsim_assets.errors import ConfigError
from fraudsim_assets_tests.defs.tiny import QUIET

WORLDLY = {
    "fraud": {"rate": 0.01},
    "seed": 8,
    "start_date": "2025-02-01",
    "end_date": "2026-02-01",
    "storage": {"base_dir": "elsewhere"},
    "orchestration": {"window_days": 3},
    "population.customers": 10,
}


def config(overrides):
    return {**QUIET, "resources": {"a__simulation": {"config": {"overrides": overrides}}}}


@pytest.fixture
def launch(tmp_path, instance):
    world = load_config("tiny", overrides={"storage.base_dir": str(tmp_path / "data")}, env={})
    job = build_defs(world, key_prefix="a").resolve_job_def("a__catalogs")
    return lambda overrides: job.execute_in_process(instance=instance, run_config=config(overrides))


@pytest.mark.parametrize("name", WORLDLY)
def test_an_override_that_makes_another_world_is_refused_at_launch(launch, instance, tmp_path, name):
    with pytest.raises(DagsterConfigMappingFunctionError) as refused:
        launch({name: WORLDLY[name]})
    cause = str(refused.value.__cause__)
    assert f"overrides sets {name.split('.')[0]}, which makes another world" in cause
    assert "a run may override checks, generation, observability" in cause
    assert "key prefix and a place of its own" in cause
    assert instance.get_runs() == []
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        ({"fraud": {"rat": 0.01}}, "did you mean fraud.rate?"),
        ({"chekcs": {"z": 6}}, "did you mean checks?"),
        ({"checks.z": -1}, "checks.z: -1 is not valid; valid is a number above 0"),
    ],
)
def test_a_typo_is_told_at_launch(launch, instance, overrides, told):
    with pytest.raises(DagsterConfigMappingFunctionError) as refused:
        launch(overrides)
    assert told in str(refused.value.__cause__)
    assert instance.get_runs() == []


def test_what_does_not_change_the_world_reaches_the_run(launch):
    assert launch({"checks": {"z": 6}, "generation.threads": 1}).success


def test_overrides_keep_what_the_world_says_beside_them():
    world = load_config("tiny", overrides={"observability.log_level": "warning", "generation.threads": 2}, env={})
    changed = overridden(world, {"generation": {"chunk_rows": 5_000}})
    assert (changed.generation.threads, changed.generation.chunk_rows) == (2, 5_000)
    assert changed.model_copy(update={"generation": world.generation}) == world
    assert overridden(world, {}) is world


def test_what_a_run_may_override_never_changes_content():
    from fraudsim_assets.config.digest import digested_settings

    assert not set(RUN_SETTINGS) & set(digested_settings(load_config("tiny", env={})))
    with pytest.raises(ConfigError):
        overridden(load_config("tiny", env={}), {"nulls": {"latitude": 0.5}})
