import json

import dagster as dg
import polars as pl
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import files_of, resources
from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.defs.resources import Simulation, demand_same_world
from fraudsim_assets.defs.spec import WorldSpec
from fraudsim_assets.errors import CatalogMismatchError
from fraudsim_assets_tests.defs.tiny import ASSETS, CATALOGS, QUIET

SEEDLESS = """
start_date: 2025-01-01
end_date: 2025-12-31
population: {customers: 300, cards: 450, merchants: 300}
geography: {countries: {DE: 1}, cities_per_country: 5}
activity: {transactions_per_day: 1000}
"""


def seedless(tmp_path):
    path = tmp_path / "seedless.yaml"
    path.write_text(SEEDLESS)
    config = load_config(path, overrides={"storage.base_dir": str(tmp_path / "data")}, env={})
    return resources(WorldSpec(config))


def seed_of(path) -> int:
    return int(pq.read_metadata(path).metadata[b"fraudsim.seed"])


def test_a_world_without_a_seed_draws_one_and_keeps_it_with_the_catalogs(tmp_path):
    resources = seedless(tmp_path)
    made = {"resources": resources, "run_config": QUIET}
    assert dg.materialize(ASSETS, selection=["merchants"], **made).success
    assert dg.materialize(ASSETS, selection=["customers", "cards"], **made).success
    assert dg.materialize(ASSETS, selection=["transactions"], partition_key="2025-02-01", **made).success
    files = sorted((tmp_path / "data").rglob("*.parquet"))
    assert len(files) == 4
    assert len({seed_of(path) for path in files}) == 1


def test_two_worlds_without_a_seed_differ(tmp_path):
    seeds = set()
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        assert dg.materialize(
            ASSETS, selection=["merchants"], resources=seedless(tmp_path / name), run_config=QUIET
        ).success
        seeds.add(seed_of(tmp_path / name / "data" / "merchants" / "part-0.parquet"))
    assert len(seeds) == 2


def test_processes_that_begin_a_world_without_a_seed_agree_on_one(tmp_path):
    config = load_config(overrides={"storage.base_dir": str(tmp_path)}, env={})
    spec = WorldSpec(config)
    seeds = {Simulation(config, files_of(spec).of_world(config)).config.seed for _ in range(3)}
    assert len(seeds) == 1
    assert None not in seeds


def catalog(base):
    path = base / "customers" / "part-0.parquet"
    facts = {key.decode().removeprefix("fraudsim."): value for key, value in pq.read_metadata(path).metadata.items()}
    return pq.read_table(path).replace_schema_metadata(facts)


def test_the_catalogs_of_the_world_itself_are_accepted(base):
    demand_same_world("customers", catalog(base), load_config("tiny", env={}))


def test_settings_that_catalogs_do_not_depend_on_may_differ(base):
    demand_same_world("customers", catalog(base), load_config("tiny", overrides={"fraud.rate": 0.02}, env={}))


@pytest.mark.parametrize("change", [{"seed": 8}, {"population.merchants": 301}, {"geography.cities_per_country": 9}])
def test_catalogs_of_another_world_are_refused(base, change):
    with pytest.raises(CatalogMismatchError, match=r"customers was made with seed 7 .* make the catalogs again"):
        demand_same_world("customers", catalog(base), load_config("tiny", overrides=change, env={}))


def test_catalogs_that_end_too_early_are_refused(base):
    longer = load_config("tiny", overrides={"end_date": "2026-06-30"}, env={})
    with pytest.raises(
        CatalogMismatchError, match="to 2025-12-31; this run may need them from 2025-01-01 to 2026-06-30"
    ):
        demand_same_world("customers", catalog(base), longer)


def test_catalogs_of_unknown_origin_are_refused(base):
    nameless = catalog(base).replace_schema_metadata({"note": json.dumps("from elsewhere")})
    with pytest.raises(CatalogMismatchError, match="does not say from which settings"):
        demand_same_world("customers", nameless, load_config("tiny", env={}))


def test_catalogs_made_again_are_the_same_files(base):
    before = {name: (base / name / "part-0.parquet").read_bytes() for name in CATALOGS}
    world = WorldSpec(load_config("tiny", overrides={"storage.base_dir": str(base)}, env={}))
    assert dg.materialize(ASSETS, selection=list(CATALOGS), resources=resources(world), run_config=QUIET).success
    assert {name: (base / name / "part-0.parquet").read_bytes() for name in CATALOGS} == before


@pytest.mark.parametrize("place", ["configured", "environment"])
def test_an_io_manager_of_a_world_holds_it_where_it_is_passed_as_a_resource(base, tmp_path, monkeypatch, place):
    monkeypatch.setenv("PLACE", str(base))
    folder = str(base) if place == "configured" else dg.EnvVar("PLACE")
    world = WorldSpec(load_config("tiny", overrides={"storage.base_dir": str(base)}, env={}))
    assert dg.materialize(ASSETS, selection=list(CATALOGS), resources=resources(world), run_config=QUIET).success
    held = LocalParquetIOManager(base_dir=folder).of_world(load_config("tiny", overrides={"seed": 8}, env={}))

    @dg.asset(io_manager_key="files")
    def own() -> pl.DataFrame:
        return pl.DataFrame({"n": [1]})

    refused = dg.materialize([own], resources={"files": held}, run_config=QUIET, raise_on_error=False)
    assert not refused.success
    assert (
        "seed is 7 in the store and 8 in this run"
        in refused.get_step_failure_events()[0].step_failure_data.error.to_string()
    )
    assert not (base / "own").exists()
