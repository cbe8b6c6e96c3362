"""Features as of then: what they are, and that nothing is hidden in what comes along from day to day."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.features.making import Moment, matrix
from fraudsim_assets.policies.features.memory import Memory
from fraudsim_assets.policies.trial import bank_view, labels_on
from fraudsim_assets.simulation import simulate_day
from fraudsim_assets.units import HOUR, day_number
from fraudsim_assets_tests.unit.policies.conftest import FIRST


@pytest.fixture(scope="module")
def days(world, directory):
    """Rows and labels of six days, the last of which is the present."""
    dates = [FIRST + timedelta(days=n) for n in range(6)]
    rows = [directory.see(bank_view(pl.DataFrame(simulate_day(world, day).read()))) for day in dates]
    return [(day_number(day), seen, labels_on(world, day)) for day, seen in zip(dates, rows, strict=True)]


def remembered(days, memory_days: int = 3) -> Memory:
    memory = Memory(memory_days)
    for day in days:
        memory = memory.after(*day)
    return memory


def features(memory: Memory, rows: pl.DataFrame, asked=None) -> pl.DataFrame:
    return moment_of(memory, rows, np.arange(rows.height) if asked is None else asked).features()


def moment_of(memory: Memory, rows: pl.DataFrame, asked) -> Moment:
    return Moment.of(lambda: memory, rows, np.isin(np.arange(rows.height), asked))


def test_features_are_those_of_the_list_in_its_order(days):
    made = features(remembered(days[:5]), days[5][1])
    assert made.columns == list(FEATURES)
    assert matrix(made).shape == (days[5][1].height, len(FEATURES))
    for name, feature in FEATURES.items():
        assert made[name].drop_nulls().is_in(list(feature.values)).all() or not feature.values, name


@pytest.mark.parametrize("few", [None, 7])
def test_some_features_are_those_of_all(days, few):
    memory, rows = remembered(days[:5]), days[5][1]
    asked = np.arange(rows.height) if few is None else np.arange(few) * 50
    moment = moment_of(memory, rows, asked)
    whole = moment.features()
    for name in FEATURES:
        assert_frame_equal(moment.features([name]), whole.select(name))
    some = ["amount", "card_sum_1d", "device_customers", "address_reports", "address_count_1h", "kmh_from_place"]
    assert_frame_equal(moment.features(some), whole.select([name for name in FEATURES if name in some]))


def test_a_memory_that_came_along_is_the_one_made_again_from_the_days_it_holds(days):
    along, again = remembered(days[:5]), remembered(days[2:5])
    assert_frame_equal(features(along, days[5][1]), features(again, days[5][1]))
    assert along.reports["mcc"]["reports"].sum() > 0


def test_a_longer_memory_knows_more(days):
    short, long = (features(remembered(days[:5], kept), days[5][1])["card_count"] for kept in (3, 5))
    assert (long >= short).all()
    assert long.sum() > short.sum()


def test_what_comes_later_on_the_day_changes_no_feature(days):
    memory, rows = remembered(days[:5]), days[5][1]
    half = rows.filter(pl.col("time") < day_number(FIRST + timedelta(days=5)) * 24 * HOUR + 12 * HOUR)
    assert 0 < half.height < rows.height
    assert_frame_equal(features(memory, half), features(memory, rows)[: half.height])


def test_the_answer_to_a_payment_is_no_feature_of_it_and_one_of_later_ones(days):
    memory, rows = remembered(days[:5]), days[5][1]
    at = int(np.flatnonzero(features(memory, rows)["card_count_10min"].to_numpy() > 1)[0])
    account, time = rows["account"][at], rows["time"][at]
    before = rows.with_row_index().filter((pl.col("account") == account) & (pl.col("time") < time))["index"][-1]
    flipped = (
        rows.with_row_index().with_columns(declined=pl.col("declined") ^ (pl.col("index") == before)).drop("index")
    )
    one, other = features(memory, rows), features(memory, flipped)
    assert_frame_equal(one[before], other[before])
    assert one["card_declines_10min"][at] != other["card_declines_10min"][at]


def test_features_of_a_few_rows_are_those_that_they_have_among_all(days):
    memory, rows = remembered(days[:5]), days[5][1]
    asked = np.arange(0, rows.height, 97)
    assert_frame_equal(features(memory, rows, asked), features(memory, rows)[asked])


def test_counts_are_those_of_a_slow_and_plain_count(days):
    memory, rows = remembered(days[:5]), days[5][1]
    past = pl.concat([seen for _, seen, _ in days[2:5]])
    made = features(memory, rows)
    for at in range(0, rows.height, 151):
        row = rows.row(at, named=True)
        of_account = past.filter(pl.col("account") == row["account"])
        assert made["card_count"][at] == of_account.height
        assert made["card_declines"][at] == of_account["declined"].sum()
        shop = past.filter(pl.col("merchant_id") == row["merchant_id"])
        assert made["merchant_count"][at] == shop.height
        assert made["customer_merchant_count"][at] == shop.filter(pl.col("customer_id") == row["customer_id"]).height
        if row["device_id"] is not None:
            users = past.filter(pl.col("device_id") == row["device_id"])["customer_id"].n_unique()
            assert made["device_customers"][at] == users
