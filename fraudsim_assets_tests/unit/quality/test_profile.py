"""Profiles against polars, sketches against exact answers."""

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.contract import check_contract
from fraudsim_assets.quality.profile import MISSING, DayProfiler, Profile, combined
from fraudsim_assets.quality.results import failures
from fraudsim_assets.quality.sketch import DistinctCounter, QuantileSketch
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import DailyProfile, Transactions, columns
from fraudsim_assets_tests.corruptions.sample_day import DAY, Row, table, transaction_rows


def profile_of(rows: list[Row], batch_rows: int = 64) -> Profile:
    profiler = DayProfiler()
    for batch in table(Transactions, rows).to_batches(max_chunksize=batch_rows):
        profiler.add(batch)
    return profiler.profile()


def frame_of(rows: list[Row]) -> pl.DataFrame:
    frame = pl.from_arrow(table(Transactions, rows))
    assert isinstance(frame, pl.DataFrame)
    return frame


@pytest.mark.parametrize("batch_rows", [1, 17, 1000])
def test_the_numbers_of_a_profile_are_those_of_polars(batch_rows):
    rows = transaction_rows()
    metrics, frame = profile_of(rows, batch_rows).metrics(), frame_of(rows)
    assert metrics["rows"] == 300
    assert metrics["distinct_cards"] == frame["card_id"].n_unique()
    assert metrics["distinct_customers"] == frame["customer_id"].n_unique()
    assert metrics["distinct_merchants"] == frame["merchant_id"].n_unique()
    assert metrics["approved_share"] == frame["is_approved"].mean()
    assert metrics["fraud_share"] == frame["is_fraud"].mean()
    approved = frame.filter("is_approved")["billing_amount"].cast(pl.Float64)
    assert metrics["billing_amount_mean"] == pytest.approx(approved.mean())
    for name, declared in columns(Transactions).items():
        if declared.nullable:
            assert metrics[f"null_{name}_share"] == pytest.approx(frame[name].null_count() / 300)


def test_histograms_count_every_row_once():
    rows = transaction_rows()
    profile, frame = profile_of(rows), frame_of(rows)
    assert all(sum(histogram.values()) == 300 for histogram in profile.histograms.values())
    for name in ("channel", "mcc", "three_ds", "response_code"):
        wanted = dict(frame[name].cast(pl.String).fill_null(MISSING).value_counts().iter_rows())
        assert profile.histograms[name] == wanted
    hours = frame["local_time"].dt.hour().cast(pl.String).str.zfill(2)
    assert profile.histograms["hour_local"] == dict(hours.value_counts().iter_rows())
    assert profile.histograms["billing_amount"] == {
        "10 to 20": sum(10 <= row["billing_amount"] < 20 for row in rows),
        "20 to 50": sum(20 <= row["billing_amount"] < 50 for row in rows),
    }


def test_a_profile_is_a_table_that_honours_its_contract():
    profile = profile_of(transaction_rows())
    stored = profile.table(DAY)
    assert failures(check_contract(DailyProfile, FrameStream.of(stored))) == []
    keys = pl.DataFrame(stored.select(["profile_date", "metric", "bucket"]))
    assert keys.n_unique() == len(keys)


def test_a_day_without_rows_has_a_profile_too():
    profile = profile_of([])
    assert profile.metrics()["rows"] == 0
    assert "billing_amount_p50" not in profile.metrics()
    assert failures(check_contract(DailyProfile, FrameStream.of(profile.table(DAY)))) == []


def test_parts_combine_to_the_whole_but_for_distinct_counts():
    rows = transaction_rows()
    whole, parts = profile_of(rows), combined([profile_of(rows[:100]), profile_of(rows[100:])])
    for name, value in parts.metrics().items():
        assert whole.metrics()[name] == value
    assert {n: dict(sorted(h.items())) for n, h in parts.histograms.items()} == whole.histograms
    assert not any(name.startswith("distinct") for name in parts.metrics())


def test_a_second_pass_through_an_observed_stream_starts_afresh():
    profiler = DayProfiler()
    stream = profiler.observe(FrameStream.of(table(Transactions, transaction_rows())))
    assert stream.read().num_rows == stream.read().num_rows == 300
    assert profiler.profile().counts["rows"] == 300


@given(st.lists(st.integers(1, 10**13), min_size=1, max_size=300), st.floats(0.0, 1.0))
def test_a_quantile_lies_within_a_thirtysecond_of_the_exact_one(values, share):
    sketch = QuantileSketch()
    sketch.add(np.array(values))
    ordered = sorted(values)
    spot = min(max(math.ceil(share * len(ordered) - 1e-9), 1), len(ordered)) - 1
    nearby = ordered[max(spot - 1, 0)], ordered[min(spot + 1, len(ordered) - 1)]
    assert nearby[0] * (1 - 1 / 32) <= sketch.quantile(share) <= nearby[1] * (1 + 1 / 32)


def test_quantiles_of_many_amounts_are_close():
    amounts = np.exp(8 + Streams(3).draw("amounts").uniforms(np.arange(50_000)) * 4)
    sketch = QuantileSketch()
    sketch.add(amounts)
    for share in (0.01, 0.25, 0.5, 0.9, 0.99):
        assert sketch.quantile(share) == pytest.approx(np.quantile(amounts, share), rel=0.01)


def test_a_sketch_of_nothing_has_no_quantile():
    assert math.isnan(QuantileSketch().quantile(0.5))


@given(st.lists(st.lists(st.integers(0, 5000), max_size=50), max_size=5))
def test_small_ids_are_counted_exactly(batches):
    counter = DistinctCounter()
    for batch in batches:
        counter.add(np.array(batch, np.int64))
    assert counter.count() == len({number for batch in batches for number in batch})


def test_large_ids_are_counted_within_the_error_of_linear_counting():
    counter = DistinctCounter(flags=1 << 16)
    ids = (Streams(1).draw("ids").words(np.arange(20_000)) >> np.uint64(1)).view(np.int64)
    counter.add(np.arange(10_000))
    for batch in np.array_split(ids, 7):
        counter.add(batch)
        counter.add(batch)
    # standard error of linear counting at this load is 0.24 % (eq. 4 of the source); 4.5 of them
    assert counter.count() == pytest.approx(30_000, rel=0.011)
