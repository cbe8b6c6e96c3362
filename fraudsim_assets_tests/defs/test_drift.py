"""Days are compared with the days before them, and a change is told without standing in the way."""

import polars as pl
import pyarrow as pa
import pytest

import fraudsim_assets.simulation
from fraudsim_assets.defs.check_groups import GROUPS
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.drift import AMOUNTS, RATES, WATCHED
from fraudsim_assets_tests.defs.tiny import check_records, materialized

CHECKS = ("mix_drift", "rate_drift", "amount_drift")
DAYS = [f"2025-01-{day:02d}" for day in range(13, 18)]
"""Working days: a Sunday's trades differ."""


def verdicts(instance, check, day):
    """Rows of the table under the latest evaluation of a check on a day, by rule."""
    import dagster as dg

    key = dg.AssetCheckKey(dg.AssetKey("daily_profile"), check)
    history = instance.event_log_storage.get_asset_check_execution_history(key, limit=100)
    record = next(record for record in history if record.partition == day)
    metadata = record.event.dagster_event.event_specific_data.metadata
    rows = metadata["verdicts"].records
    return {row.data["rule"]: row.data for row in rows}, {name: value.value for name, value in metadata.items()}


@pytest.fixture
def changed(monkeypatch):
    """Make one day of transactions ten times as dear and never approved, which breaks no rule of single rows."""
    simulate = fraudsim_assets.simulation.simulate_day

    def change(day: str) -> None:
        def changing(world, when, **more):
            stream = simulate(world, when, **more)
            if when.isoformat() != day:
                return stream

            def batches():
                for batch in stream.batches():
                    frame = pl.DataFrame(pa.Table.from_batches([batch]))
                    frame = frame.with_columns(
                        billing_amount=(pl.col("billing_amount") * 10).cast(pl.Decimal(18, 3)),
                        is_approved=pl.lit(value=False),
                        response_code=pl.lit("05"),
                    )
                    yield from frame.to_arrow().cast(stream.schema).to_batches()

            return FrameStream(stream.schema, batches, stream.metadata)

        monkeypatch.setattr(fraudsim_assets.simulation, "simulate_day", changing)

    return change


def test_every_rule_on_drift_stands_under_one_check():
    shown = {group.name: group.rules for group in GROUPS["daily_profile"]}
    assert shown["mix_drift"] == {f"{name}_mix_is_stable" for name in WATCHED}
    assert shown["rate_drift"] == {f"{name}_share_is_stable" for name in RATES}
    assert shown["amount_drift"] == {f"amount_{name}_is_stable" for name in AMOUNTS}
    assert not any(group.blocking for group in GROUPS["daily_profile"] if group.name.endswith("drift"))


def test_the_first_day_has_nothing_to_be_compared_with_and_passes(run, instance):
    assert run("transactions", "daily_profile", first=DAYS[0]).success
    for check in CHECKS:
        assert check_records(instance, "daily_profile", check) == {DAYS[0]: "SUCCEEDED"}
        rows, _ = verdicts(instance, check, DAYS[0])
        assert all("days_before 0" in row["numbers"] for row in rows.values())


def test_a_range_and_single_days_are_compared_with_the_same_days(run, instance):
    assert run("transactions", "daily_profile", first=DAYS[0], last=DAYS[3]).success
    in_range = {check: verdicts(instance, check, DAYS[3]) for check in CHECKS}
    for check in CHECKS:
        assert check_records(instance, "daily_profile", check) == dict.fromkeys(DAYS[:4], "SUCCEEDED")
        assert all("days_before 3" in row["numbers"] for row in in_range[check][0].values())
    assert run("transactions", "daily_profile", first=DAYS[3]).success
    assert {check: verdicts(instance, check, DAYS[3]) for check in CHECKS} == in_range
    _, numbers = in_range["mix_drift"]
    assert isinstance(numbers["channel_psi"], float), "floats are what the UI plots over the days"
    assert isinstance(in_range["rate_drift"][1]["fraud_share"], float)
    assert isinstance(in_range["amount_drift"][1]["amount_p50_change"], float)


def test_a_changed_day_is_told_by_rule_and_stops_nothing(run, instance, changed):
    assert run("transactions", "daily_profile", first=DAYS[0], last=DAYS[2]).success
    changed(DAYS[3])
    assert run("transactions", "daily_profile", first=DAYS[3], last=DAYS[4]).success
    assert materialized(instance, "daily_profile") == DAYS
    broken = {check: verdicts(instance, check, DAYS[3])[0] for check in CHECKS}
    failed = {rule for rows in broken.values() for rule, row in rows.items() if not row["passed"]}
    assert failed == {
        "response_code_mix_is_stable",
        "billing_amount_mix_is_stable",
        "approved_share_is_stable",
        *(f"amount_{name}_is_stable" for name in AMOUNTS),
    }
    assert check_records(instance, "daily_profile", "mix_drift")[DAYS[3]] == "FAILED"
    assert check_records(instance, "daily_profile", "contract")[DAYS[3]] == "SUCCEEDED"


def test_a_profile_that_cannot_be_read_is_no_reason_to_fail(run, base, instance):
    assert run("transactions", "daily_profile", first=DAYS[0]).success
    (base / "daily_profile" / f"date={DAYS[0]}" / "part-0.parquet").write_bytes(b"rot")
    assert run("transactions", "daily_profile", first=DAYS[1]).success
    rows, _ = verdicts(instance, "mix_drift", DAYS[1])
    assert all("days_before 0" in row["numbers"] for row in rows.values())


def test_days_without_payments_are_compared_with_nothing(run, instance):
    overrides = {
        "activity": {"transactions_per_day": 1e-9},
        "spending": {"subscriptions_per_card": 0},
        "fraud": {"rate": 0},
    }
    assert run("cards", "transactions", "daily_profile", first=DAYS[0], last=DAYS[1], **overrides).success
    for check in CHECKS:
        assert check_records(instance, "daily_profile", check) == dict.fromkeys(DAYS[:2], "SUCCEEDED")
