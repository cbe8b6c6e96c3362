import hashlib
from pathlib import Path

import dagster as dg
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

import fraudsim_assets.simulation
from fraudsim_assets.defs.check_groups import GROUPS
from fraudsim_assets.defs.glimpse import READ_FIRST
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.checks import DayChecker
from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets_tests.defs.tiny import ASSETS, check_records, materialized

FIRST, SECOND, THIRD = "2025-01-02", "2025-01-03", "2025-01-04"
BLOCKING = ("contract", "foreign_keys", "valid_on_the_day", "unique_ids", "chain_integrity", "row_rules")


def path_of(base: Path, day: str) -> Path:
    return base / "transactions" / f"date={day}" / "part-0.parquet"


def digest_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def events_of(instance: dg.DagsterInstance, day: str, asset: str = "transactions") -> dg.AssetMaterialization:
    """Latest materialisation of a day of an asset."""
    filters = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[day])
    found = instance.fetch_materializations(filters, limit=1).records[0].asset_materialization
    assert found is not None
    return found


def test_a_day_is_written_checked_and_described(run, base, instance):
    assert run("transactions", first=FIRST).success
    rows = pl.scan_parquet(path_of(base, FIRST)).select(pl.len()).collect().item()
    metadata = {name: value.value for name, value in events_of(instance, FIRST).metadata.items()}
    assert metadata["dagster/partition_row_count"] == rows > 500
    assert metadata["dagster/uri"] == str(path_of(base, FIRST))
    assert metadata["seed"] == "7"
    assert metadata["bytes"] == path_of(base, FIRST).stat().st_size
    assert isinstance(metadata["fraud_rate"], float)
    assert {"latitude_null_rate", "device_id_null_rate", "ip_address_null_rate", "entry_mode_null_rate"} < set(metadata)
    assert len(metadata["hours_utc"]) < 1000
    for check in (*BLOCKING, "null_rates", "fraud_rate", "row_count"):
        assert check_records(instance, "transactions", check) == {FIRST: "SUCCEEDED"}, check


@pytest.mark.parametrize(
    ("asset", "kind"),
    [("transactions", "transaction_type"), ("fraud_labels", "label_type"), ("account_events", "event_type")],
)
def test_a_day_says_how_many_rows_of_each_kind_it_has(run, base, instance, asset, kind):
    assert run(asset, first=THIRD).success
    told = str(events_of(instance, THIRD, asset).metadata["kinds"].value).splitlines()[2:]
    stored = pl.scan_parquet(base / asset / f"date={THIRD}" / "part-0.parquet").group_by(pl.col(kind).cast(str)).len()
    assert sorted(told) == sorted(f"| {name} | {rows} |" for name, rows in stored.collect().rows())
    assert told


def test_a_day_made_again_is_the_same_file(run, base):
    run("transactions", first=FIRST)
    before = digest_of(path_of(base, FIRST))
    run("transactions", first=FIRST)
    assert digest_of(path_of(base, FIRST)) == before


def test_a_range_gives_the_same_days_as_single_runs_and_describes_each(run, base, instance):
    assert run("transactions", first=FIRST, last=THIRD).success
    in_range = {day: digest_of(path_of(base, day)) for day in (FIRST, SECOND, THIRD)}
    counts = {day: events_of(instance, day).metadata["dagster/partition_row_count"].value for day in in_range}
    assert counts == {day: pl.read_parquet(path_of(base, day)).height for day in in_range}
    assert check_records(instance, "transactions", "null_rates") == dict.fromkeys(in_range, "SUCCEEDED")
    assert run("transactions", first=SECOND).success
    assert digest_of(path_of(base, SECOND)) == in_range[SECOND]


def test_the_file_says_where_it_comes_from(run, base):
    run("transactions", first=FIRST)
    facts = pa.parquet.read_metadata(path_of(base, FIRST)).metadata
    assert facts[b"fraudsim.seed"] == b"7"
    assert len(facts[b"fraudsim.config_digest"]) == 16


def test_a_day_without_payments_is_an_empty_file(run, base, instance):
    result = run(
        "cards",
        "transactions",
        first=FIRST,
        activity={"transactions_per_day": 1e-9},
        spending={"subscriptions_per_card": 0},
        fraud={"rate": 0},
    )
    assert result.success
    assert pl.read_parquet(path_of(base, FIRST)).height == 0
    assert events_of(instance, FIRST).metadata["dagster/partition_row_count"].value == 0


def broken(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the generator repeat the first row of one day."""
    simulate = fraudsim_assets.simulation.simulate_day

    def repeating(world, when, **more):
        stream = simulate(world, when, **more)
        if when.isoformat() != day:
            return stream

        def batches():
            first = next(stream.batches())
            yield from stream.batches()
            yield first.slice(0, 1)

        return FrameStream(stream.schema, batches, stream.metadata)

    monkeypatch.setattr(fraudsim_assets.simulation, "simulate_day", repeating)


def downstream() -> dg.AssetsDefinition:
    """An asset of the user's own that depends on transactions."""
    transactions = next(asset for asset in ASSETS if asset.key == dg.AssetKey("transactions"))

    @dg.asset(
        partitions_def=transactions.partitions_def,
        backfill_policy=dg.BackfillPolicy.single_run(),
        io_manager_key="day_io_manager",
    )
    def turnover(transactions: pl.LazyFrame) -> None:
        transactions.select(pl.col("amount").sum()).collect()

    return turnover


def test_a_bad_day_stops_what_depends_on_it_and_leaves_the_good_file(run, base, instance, monkeypatch):
    assert run("transactions", first=FIRST).success
    before = digest_of(path_of(base, FIRST))
    broken(FIRST, monkeypatch)
    result = run("transactions", "turnover", first=FIRST, assets=[*ASSETS, downstream()])
    assert not result.success
    assert {event.step_key for event in result.get_step_failure_events()} == {"transactions"}
    assert not [event for event in result.get_step_success_events() if event.step_key == "turnover"]
    assert digest_of(path_of(base, FIRST)) == before
    assert check_records(instance, "transactions", "unique_ids") == {FIRST: "FAILED"}
    assert check_records(instance, "transactions", "foreign_keys") == {FIRST: "SUCCEEDED"}
    assert list(path_of(base, FIRST).parent.iterdir()) == [path_of(base, FIRST)]


def test_a_bad_day_of_a_range_spares_the_others(run, base, instance, monkeypatch):
    broken(SECOND, monkeypatch)
    result = run("transactions", first=FIRST, last=THIRD)
    assert not result.success
    assert materialized(instance, "transactions") == [FIRST, THIRD]
    assert not path_of(base, SECOND).exists()
    assert check_records(instance, "transactions", "unique_ids") == {
        FIRST: "SUCCEEDED",
        SECOND: "FAILED",
        THIRD: "SUCCEEDED",
    }


def test_a_failure_says_which_rule_and_which_row(run, monkeypatch):
    broken(FIRST, monkeypatch)
    failure = run("transactions", first=FIRST).get_step_failure_events()[0]
    message = failure.step_failure_data.user_failure_data.metadata[FIRST].value
    assert "transaction_ids_are_unique" in message
    assert "example transaction" in message


def test_a_rate_off_its_expectation_warns_and_does_not_block(run, instance, monkeypatch):
    found = DayChecker.results

    def surprised(checker):
        checker.expectations = type(checker.expectations)(
            null_rates=dict.fromkeys(checker.expectations.null_rates, 0.9), fraud_rate=0.9
        )
        return found(checker)

    monkeypatch.setattr(DayChecker, "results", surprised)
    assert run("transactions", first=FIRST).success
    assert check_records(instance, "transactions", "null_rates") == {FIRST: "FAILED"}
    assert check_records(instance, "transactions", "fraud_rate") == {FIRST: "FAILED"}
    assert materialized(instance, "transactions") == [FIRST]


def test_days_depend_on_the_catalogs_of_their_own_world(run):
    result = run("transactions", first=FIRST, seed=8)
    assert not result.success
    error = result.get_step_failure_events()[0].step_failure_data.error.to_string()
    assert "customers was made with seed 7" in error
    assert "dagster asset materialize -m fraudsim_assets.definitions --select 'group:catalog'" in error


def test_sample_rows_are_the_first_rows(run, base, instance):
    run("transactions", first=FIRST)
    records = events_of(instance, FIRST).metadata["sample"].records
    ids = [int(record.data["transaction_id"]) for record in records]
    assert ids == pc.cast(pa.parquet.read_table(path_of(base, FIRST))["transaction_id"], pa.int64()).to_pylist()[:5]
    # the UI shows columns from the left, and nobody wants to begin with ids
    columns = [column.name for column in events_of(instance, FIRST).metadata["sample"].schema.columns]
    read_first = [name for name in READ_FIRST if name not in {"label_type", "event_type", "outcome"}]
    assert columns[: len(read_first)] == read_first


def test_a_profile_describes_each_day_of_a_range(run, base, instance):
    assert run("transactions", "daily_profile", first=FIRST, last=SECOND).success
    for day in (FIRST, SECOND):
        profile = pl.read_parquet(base / "daily_profile" / f"date={day}" / "part-0.parquet")
        rows = profile.filter(pl.col("metric") == "rows")["value"].item()
        assert rows == pl.read_parquet(path_of(base, day)).height
        filters = dg.AssetRecordsFilter(asset_key=dg.AssetKey("daily_profile"), asset_partitions=[day])
        metadata = instance.fetch_materializations(filters, limit=1).records[0].asset_materialization.metadata
        assert metadata["rows"].value == rows
        assert 0 < metadata["billing_amount_p50"].value < 1000
    assert check_records(instance, "daily_profile", "contract") == {FIRST: "SUCCEEDED", SECOND: "SUCCEEDED"}


def test_every_rule_of_the_core_stands_under_one_check(run, instance):
    run("transactions", first=FIRST)
    shown: list[str] = []
    for group in GROUPS["transactions"]:
        key = dg.AssetCheckKey(dg.AssetKey("transactions"), group.name)
        record = instance.event_log_storage.get_asset_check_execution_history(key, limit=1)[0]
        rules = [
            row.data["rule"] for row in record.event.dagster_event.event_specific_data.metadata["verdicts"].records
        ]
        assert set(rules) == group.rules
        shown += rules
    assert sorted(shown) == sorted(rule.name for rule in DECLARED["transactions"])


def test_the_audit_looks_at_the_latest_days_without_a_gap(run, base, instance):
    assert run("transactions", first="2025-01-01").success
    assert run("transactions", "history_audit", first=SECOND, last=THIRD).success
    verdicts = pl.read_parquet(base / "history_audit" / "part-0.parquet")
    assert verdicts["passed"].all()
    event = instance.get_latest_materialization_event(dg.AssetKey("history_audit"))
    metadata = event.asset_materialization.metadata
    assert (metadata["first_day"].value, metadata["last_day"].value, metadata["days"].value) == (SECOND, THIRD, 2)
    for check in ("chain_integrity", "unique_ids", "refunds"):
        assert check_records(instance, "history_audit", check)[None] == "SUCCEEDED"


def test_labels_of_a_day_are_written_and_checked(run, base, instance):
    assert run("fraud_labels", first="2025-03-01").success
    labels = pl.read_parquet(base / "fraud_labels" / "date=2025-03-01" / "part-0.parquet")
    assert labels.height > 0
    assert labels["label_date"].unique().cast(pl.String).to_list() == ["2025-03-01"]
    assert check_records(instance, "fraud_labels", "contract") == {"2025-03-01": "SUCCEEDED"}
