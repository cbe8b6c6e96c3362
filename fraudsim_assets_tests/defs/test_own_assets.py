"""Assets of one's own beside a world's: partitions of any kind, missing days, and definitions that must not be lost."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta

import dagster as dg
import polars as pl
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.defs.assembly import build_defs
from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.defs.spec import WorldSpec, today
from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.local import LocalStore
from fraudsim_assets_tests.defs.tiny import ASSETS, QUIET, SPEC, days, materialized, tiny_resources

FIRST, SECOND, THIRD, FOURTH = "2025-01-02", "2025-01-03", "2025-01-04", "2025-01-05"
RANGE = dg.BackfillPolicy.single_run()
DAILY = dg.DailyPartitionsDefinition("2025-01-01", end_date="2025-03-01")


def failure(result) -> str:
    event = result.get_step_failure_events()[0].step_failure_data
    return event.error.to_string()


@pytest.fixture
def make(base, instance):
    """Materialise somebody's own asset over a world's files."""

    def materialise(asset, *more, **at):
        return dg.materialize(
            [*ASSETS, asset, *more],
            selection=[asset, *more],
            resources=tiny_resources(LocalParquetIOManager(base_dir=str(base), window_days=2)),
            instance=instance,
            run_config=QUIET,
            raise_on_error=False,
            **at,
        )

    return materialise


def own(partitions, value=None, **more):
    @dg.asset(name="own", partitions_def=partitions, io_manager_key="day_io_manager", **more)
    def asset(context):
        return value(context) if value else pl.DataFrame({"key": [context.partition_key]})

    return asset


@pytest.mark.parametrize(
    ("partitions", "keys"),
    [
        (DAILY, [FIRST, SECOND]),
        (dg.WeeklyPartitionsDefinition("2025-01-05"), ["2025-01-05", "2025-01-12"]),
        (dg.MonthlyPartitionsDefinition("2025-01-01"), ["2025-01-01", "2025-02-01"]),
        (dg.StaticPartitionsDefinition([FIRST, THIRD]), [FIRST, THIRD]),
    ],
    ids=["daily", "weekly", "monthly", "named by days"],
)
def test_partitions_of_an_own_asset_lie_beside_each_other_and_come_back(make, base, instance, partitions, keys):
    read = []

    @dg.asset(partitions_def=partitions, io_manager_key="day_io_manager")
    def reader(own: pl.DataFrame) -> None:
        read.append(own["key"].to_list())

    for key in keys:
        assert make(own(partitions), reader, partition_key=key).success
    assert materialized(instance, "own") == keys
    assert read == [[key] for key in keys]
    stored = {path.parent.name: pl.read_parquet(path)["key"].to_list() for path in (base / "own").rglob("*.parquet")}
    assert stored == {f"date={key}": [key] for key in keys}


@pytest.mark.parametrize(
    ("partitions", "key"),
    [
        (dg.StaticPartitionsDefinition(["red", "blue"]), "red"),
        (dg.HourlyPartitionsDefinition("2025-01-01-00:00"), "2025-01-02-03:00"),
        (dg.MonthlyPartitionsDefinition("2025-01", fmt="%Y-%m"), "2025-02"),
        (
            dg.MultiPartitionsDefinition({"day": DAILY, "colour": dg.StaticPartitionsDefinition(["red"])}),
            dg.MultiPartitionKey({"day": FIRST, "colour": "red"}),
        ),
    ],
    ids=["static", "hourly", "month without a day", "two dimensions"],
)
def test_partitions_that_are_not_named_by_a_day_are_refused_in_a_sentence(make, base, instance, partitions, key):
    result = make(own(partitions), partition_key=key)
    assert not result.success
    assert "own: partition is" in failure(result)
    assert "This IO manager keeps partitions by day, week or month, each named by its first day" in failure(result)
    assert not (base / "own").exists()
    assert materialized(instance, "own") == []


def test_a_catalogs_io_manager_refuses_partitions(make, base):
    @dg.asset(partitions_def=DAILY, io_manager_key="catalog_io_manager")
    def own():
        return pl.DataFrame({"a": [1]})

    assert "own has partitions, and this IO manager keeps tables without" in failure(make(own, partition_key=FIRST))
    assert not (base / "own").exists()


def test_a_run_over_a_range_takes_one_table_per_day_and_refuses_one_for_all(make, base, instance):
    each = own(DAILY, lambda c: {key: pl.DataFrame({"key": [key]}) for key in c.partition_keys}, backfill_policy=RANGE)
    assert make(each, **days(FIRST, THIRD)).success
    assert materialized(instance, "own") == [FIRST, SECOND, THIRD]
    assert pl.read_parquet(base / "own" / f"date={SECOND}" / "*.parquet")["key"].to_list() == [SECOND]
    for path in (base / "own").rglob("*.parquet"):
        path.unlink()
    one = own(DAILY, lambda _: pl.DataFrame({"a": [1]}), backfill_policy=RANGE)
    assert "own returned one table for 3 partitions" in failure(make(one, **days(FIRST, THIRD)))
    assert not list((base / "own").rglob("*.parquet"))


def test_a_range_that_ends_before_it_begins_is_an_error(run, make, instance):
    result = run("transactions", first=THIRD, last=FIRST)
    assert not result.success
    assert materialized(instance, "transactions") == []
    each = own(DAILY, lambda c: {key: pl.DataFrame({"key": [key]}) for key in c.partition_keys}, backfill_policy=RANGE)
    assert not make(each, **days(THIRD, FIRST)).success


@pytest.fixture
def gap(run, base):
    """Transactions of the second, the fourth and the fifth of January."""
    for day in (FIRST, THIRD, FOURTH):
        assert run("transactions", first=day).success
    return base


def consumer(annotation, seen, metadata=None, mapping=None, **asset):
    def body(transactions):
        seen.append(transactions)

    body.__annotations__ = {"transactions": annotation, "return": None}
    ins = {"transactions": dg.AssetIn(metadata=metadata, partition_mapping=mapping)}
    return dg.asset(name="consumer", ins=ins, io_manager_key="day_io_manager", **asset)(body)


def dates(frame: pl.LazyFrame) -> list[str]:
    return frame.select(pl.col("date").unique().sort().cast(pl.String)).collect().to_series().to_list()


def test_missing_days_are_left_out_only_where_the_input_allows_it(gap, make):
    seen = []
    asset = {"partitions_def": SPEC.days, "backfill_policy": RANGE}
    strict = make(consumer(pl.LazyFrame, seen, **asset), **days(FIRST, THIRD))
    assert f"date={SECOND}" in failure(strict)
    allowed = {"allow_missing_partitions": True}
    assert make(consumer(pl.LazyFrame, seen, allowed, **asset), **days(FIRST, THIRD)).success
    assert dates(seen[0]) == [FIRST, THIRD]
    assert make(consumer(dict[str, pl.LazyFrame], seen, allowed, **asset), **days(FIRST, THIRD)).success
    assert list(seen[1]) == [FIRST, THIRD]
    none = make(consumer(pl.LazyFrame, seen, allowed, **asset), **days("2025-02-01", "2025-02-02"))
    assert "none of the 2 partitions of transactions is there" in failure(none)


def test_a_week_of_days_is_mapped_onto_a_weekly_asset(gap, make):
    seen = []
    weeks = dg.WeeklyPartitionsDefinition("2025-01-05", end_date="2025-03-02")
    weekly = consumer(pl.LazyFrame, seen, {"allow_missing_partitions": True}, partitions_def=weeks)
    assert make(weekly, partition_key="2025-01-05").success
    assert dates(seen[0]) == [FOURTH]
    strict = make(consumer(pl.LazyFrame, seen, partitions_def=weeks), partition_key="2025-01-05")
    assert "6 partitions are not there" in failure(strict)


def test_days_named_one_by_one_are_all_given_or_the_run_fails(gap, make):
    seen = []
    there = dg.SpecificPartitionsPartitionMapping([FIRST, THIRD, FOURTH])
    assert make(consumer(pl.LazyFrame, seen, mapping=there)).success
    assert dates(seen[0]) == [FIRST, THIRD, FOURTH], "more than the window of two days, for they were named"
    absent = dg.SpecificPartitionsPartitionMapping([FIRST, SECOND])
    assert f"date={SECOND}" in failure(make(consumer(pl.LazyFrame, seen, mapping=absent)))
    assert make(consumer(pl.LazyFrame, seen, {"allow_missing_partitions": True}, absent)).success
    assert dates(seen[1]) == [FIRST]
    assert "date=2025-02-07" in failure(
        make(consumer(pl.LazyFrame, seen, mapping=dg.SpecificPartitionsPartitionMapping(["2025-02-07"])))
    )


def test_an_error_of_the_storage_on_one_day_spares_the_others(run, base, instance, monkeypatch):
    commit = LocalStore._commit

    def failing(store, key, *arguments, **more):
        if key.partition == SECOND:
            raise StorageError("the disk is full")
        return commit(store, key, *arguments, **more)

    monkeypatch.setattr(LocalStore, "_commit", failing)
    result = run("transactions", first=FIRST, last=FOURTH)
    assert not result.success
    assert materialized(instance, "transactions") == [FIRST, THIRD, FOURTH]
    told = result.get_step_failure_events()[0].step_failure_data.user_failure_data
    assert f"1 of 4 days were not written: {SECOND}; the first: the disk is full" in told.description
    assert set(told.metadata) == {SECOND}


def test_an_own_asset_cannot_lie_among_the_files_of_the_world(base, instance):
    files = LocalParquetIOManager(base_dir=str(base), key_prefix="a")
    with pytest.raises(StorageError, match="transactions would lie among the files of the world's own transactions"):
        files.address(dg.AssetKey("transactions"))
    assert files.address(dg.AssetKey(["a", "transactions"])).path == "transactions/part-0.parquet"
    assert files.address(dg.AssetKey(["a", "own"])).path == "a/own/part-0.parquet"
    assert files.address(dg.AssetKey("own")).path == "own/part-0.parquet"


# --- three ways of having a world beside one's own assets -------------------------------------------

OWN = """
import dagster as dg, polars as pl
{imports}

@dg.asset(io_manager_key="{manager}", ins={{"transactions": dg.AssetIn(key={key})}})
def turnover(transactions: pl.LazyFrame) -> pl.DataFrame:
    return transactions.group_by("date").agg(pl.col("billing_amount").sum()).collect()

{definitions}
"""
BUILT = "from fraudsim_assets import build_defs\nfrom fraudsim_assets.config import load_config"
TAKEN = "from fraudsim_assets.definitions import defs as theirs"
MERGED = (
    'defs = dg.Definitions.merge(build_defs(load_config("tiny"), key_prefix="bank"), dg.Definitions(assets=[turnover]))'
)
PLAIN = "defs = dg.Definitions.merge(theirs, dg.Definitions(assets=[turnover]))"
LAZY = "@dg.definitions\ndef defs():\n    return dg.Definitions.merge(theirs, dg.Definitions(assets=[turnover]))"


def listed(tmp_path, environment, **parts) -> subprocess.CompletedProcess[str]:
    file = tmp_path / "own_project.py"
    file.write_text(OWN.format(**parts))
    return subprocess.run(
        [sys.executable, "-m", "dagster", "asset", "list", "-f", str(file)],
        env=environment | {"DAGSTER_HOME": ""},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


def test_own_assets_and_a_world_are_loaded_from_one_file(tmp_path, environment):
    parts = {"imports": BUILT, "manager": "bank__day_io_manager", "key": '["bank", "transactions"]'}
    done = listed(tmp_path, environment, definitions=MERGED, **parts)
    assert {"turnover", "bank/transactions", "bank/scorecard"} <= set(done.stdout.split()), done.stderr


@pytest.mark.parametrize("definitions", [PLAIN, LAZY], ids=["two objects", "a function"])
def test_taking_our_definitions_never_drops_their_own_in_silence(tmp_path, environment, definitions):
    parts = {"imports": TAKEN, "manager": "day_io_manager", "key": '"transactions"'}
    done = listed(tmp_path, environment, definitions=definitions, **parts)
    if done.returncode:
        assert "Cannot have more than one Definitions object" in done.stderr
        assert "theirs" in done.stderr
    else:
        assert {"turnover", "transactions"} <= set(done.stdout.split())


def test_another_code_location_depends_on_a_world_by_key_and_reads_its_files(base, instance, run):
    """What the documentation shows: an external asset with the world's days, read by our IO manager."""
    assert run("transactions", first=FIRST).success
    seen = []
    outside = dg.AssetSpec(["transactions"], partitions_def=SPEC.days).with_io_manager_key("world")

    @dg.asset(partitions_def=SPEC.days, io_manager_key="world")
    def size(transactions: pl.LazyFrame) -> None:
        seen.append(transactions.select(pl.len()).collect().item())

    definitions = dg.Definitions(assets=[outside, size], resources={"world": LocalParquetIOManager(base_dir=str(base))})
    job = definitions.resolve_implicit_global_asset_job_def()
    assert job.execute_in_process(
        asset_selection=[size.key], partition_key=FIRST, instance=instance, run_config=QUIET
    ).success
    assert seen == [pl.read_parquet(base / "transactions" / f"date={FIRST}" / "*.parquet").height]


# --- days that go on ---------------------------------------------------------------------------------


@pytest.fixture
def open_world(tmp_path, monkeypatch):
    """A world that began ten days ago and goes on, and its definitions."""
    begun = today() - timedelta(days=10)
    overrides = {"storage.base_dir": str(tmp_path / "open"), "end_date": None, "start_date": begun.isoformat()}
    config = load_config("tiny", overrides=overrides, env={})
    return WorldSpec(config, ("open",)), build_defs(config, key_prefix="open")


def newest_day(definitions, instance):
    result = definitions.resolve_job_def("open__watch").execute_in_process(instance=instance, run_config=QUIET)
    return {check.asset_key.path[-1]: check for check in result.get_asset_check_evaluations()}


def made(instance, spec, day):
    for table in ("transactions", "fraud_labels", "account_events", "daily_profile"):
        instance.report_runless_asset_event(dg.AssetMaterialization(spec.key(table), partition=day.isoformat()))


def test_only_the_newest_day_makes_a_world_fresh(open_world, instance, monkeypatch):
    import fraudsim_assets.defs.newest_day as module

    spec, definitions = open_world
    noon = datetime.combine(today() - timedelta(days=2), datetime.min.time(), UTC).replace(hour=12)
    monkeypatch.setattr(module, "now", lambda: noon)
    before = noon.date() - timedelta(days=1)
    assert not any(check.passed for check in newest_day(definitions, instance).values())
    made(instance, spec, before - timedelta(days=3))
    old = newest_day(definitions, instance)
    assert set(old) == {"transactions", "fraud_labels", "account_events", "daily_profile"}
    assert not any(check.passed for check in old.values()), "the backfill of an old day is no news"
    assert f"{before} is missing" in old["transactions"].description
    made(instance, spec, before)
    assert all(check.passed for check in newest_day(definitions, instance).values())


def test_the_newest_day_is_expected_some_hours_after_the_run_of_the_night():
    from fraudsim_assets.defs.newest_day import expected_day

    assert expected_day(datetime(2025, 3, 2, 5, 59, tzinfo=UTC), 2).isoformat() == "2025-02-28"
    assert expected_day(datetime(2025, 3, 2, 6, 0, tzinfo=UTC), 2).isoformat() == "2025-03-01"


def test_a_world_with_a_last_day_is_not_watched():
    definitions = build_defs(load_config("tiny", env={}))
    assert "watch" not in {job.name for job in definitions.resolve_all_job_defs()}


def test_automation_makes_catalogs_then_each_new_day_then_its_profile(open_world, instance):
    spec, definitions = open_world
    midnight = datetime.combine(today(), datetime.min.time(), UTC)

    def tick(moment, cursor=None):
        return dg.evaluate_automation_conditions(definitions, instance, evaluation_time=moment, cursor=cursor)

    def requested(result, table):
        return sorted(result.get_requested_partitions(spec.key(table)), key=str)

    first = tick(midnight - timedelta(hours=12))
    assert requested(first, "customers") == requested(first, "merchants") == [None]
    assert requested(first, "transactions") == []
    for table in ("customers", "merchants", "cards"):
        instance.report_runless_asset_event(dg.AssetMaterialization(spec.key(table)))
    second = tick(midnight - timedelta(hours=11), first.cursor)
    third = tick(midnight + timedelta(hours=1), second.cursor)
    day = (midnight - timedelta(days=1)).date().isoformat()
    assert requested(third, "transactions") == requested(third, "fraud_labels") == [day]
    old = (midnight - timedelta(days=6)).date().isoformat()
    instance.report_runless_asset_event(dg.AssetMaterialization(spec.key("transactions"), partition=old))
    fourth = tick(midnight + timedelta(hours=2), third.cursor)
    assert old in requested(fourth, "daily_profile"), "a backfilled day gets its profile too"
