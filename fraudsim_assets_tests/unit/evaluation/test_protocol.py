"""The split in time."""

from datetime import date

import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.evaluation.difficulty.protocol import MIN_DAYS, WINDOWS, Protocol


def test_spans_follow_each_other_with_the_gap_between():
    protocol = Protocol(history=3, train=10, gap=2, test=4, folds=1)
    assert protocol.days == 19
    assert protocol.spans == [((3, 13), (15, 19))]
    dates = protocol.dates(date(2024, 2, 27))
    assert (dates[0], dates[2], len(dates)) == (date(2024, 2, 27), date(2024, 2, 29), 19)


@pytest.mark.parametrize("folds", range(1, 8))
def test_splits_roll_over_all_test_days_with_the_same_training_and_gap(folds):
    protocol = Protocol(history=3, train=10, gap=2, test=7, folds=folds)
    spans = protocol.spans
    assert len(spans) == folds
    assert [day for _, (low, high) in spans for day in range(low, high)] == list(range(15, 22))
    assert all(high - low == 10 and start - high == 2 for (low, high), (start, _) in spans)
    assert min(low for (low, _), _ in spans) == 3


@pytest.mark.parametrize("folds", [0, 5])
def test_as_many_splits_as_test_days_are_the_most(folds):
    with pytest.raises(ConfigError, match=f"folds is {folds}; valid are 1 to 4"):
        Protocol(test=4, folds=folds)


@pytest.mark.parametrize("days", range(MIN_DAYS, 140))
def test_any_number_of_days_is_used_up(days):
    protocol = Protocol.of_days(days)
    assert protocol.days == days
    assert protocol.gap == Protocol().gap
    assert protocol.train >= 3
    assert protocol.test >= 3
    assert protocol.history <= max(WINDOWS) + protocol.gap


def test_the_default_is_its_own_split():
    assert Protocol.of_days(Protocol().days) == Protocol()


@pytest.mark.parametrize("days", [0, MIN_DAYS - 1])
def test_too_few_days_are_refused(days):
    with pytest.raises(ConfigError, match=f"{days} days .* {MIN_DAYS} or more"):
        Protocol.of_days(days)


@pytest.mark.parametrize(("field", "value"), [("train", 0), ("test", -1), ("gap", -1), ("history", -3)])
def test_impossible_spans_are_refused(field, value):
    with pytest.raises(ConfigError, match=f"{field} is {value}"):
        Protocol(**{field: value})
