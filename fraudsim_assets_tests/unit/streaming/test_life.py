"""What happens to payments on their way is keyed, bounded, told in truth, and off by default."""

import json
from collections import Counter

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.streaming import Life, Span
from fraudsim_assets.streaming.events import TOPICS, Events
from fraudsim_assets.streaming.life import CATCH_UP, DUPLICATE_WITHIN, POSITION
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY, HOUR, MINUTE, SECOND
from fraudsim_assets_tests.unit.streaming.worlds import SPAN, START, events_of, feed, of_topic

STREAMS = Streams(7)
N = 40_000
EVERYTHING = Life(0.05, 2 * HOUR, 0.03, 20 * SECOND, 3.0, 10 * MINUTE)


@pytest.fixture(scope="module")
def rows():
    """Payments of 400 cards over two days."""
    cards = np.arange(N) % 400 + 1
    when = START + np.sort(STREAMS.draw("test").uniforms(np.arange(N)) * 2 * DAY).astype(np.int64)
    return pl.DataFrame({"transaction_id": np.arange(N) * 7, "card_id": cards, "timestamp": when}).with_columns(
        pl.col("timestamp").cast(pl.Datetime("us", "UTC"))
    )


def placed(life, rows):
    return life.payments(STREAMS, rows).with_columns(at=pl.col("timestamp").dt.epoch("us"))


def share_close(found, share, n):
    return abs(found - share) < 5 * (share * (1 - share) / n) ** 0.5


def test_nothing_happens_unless_asked_for(rows):
    told = placed(Life(), rows)
    assert (told[POSITION] == told["at"]).all()
    assert told.height == N
    assert Life().reach == 0


def test_every_disturbance_only_holds_back_and_no_longer_than_its_reach(rows):
    told = placed(EVERYTHING, rows)
    held = told[POSITION] - told["at"]
    assert held.min() >= 0
    assert held.max() <= EVERYTHING.reach


def test_the_share_asked_for_is_late_mostly_by_little(rows):
    told = placed(Life(late_share=0.05, late_by=2 * HOUR), rows)
    late = told.filter(pl.col("late_us") > 0)["late_us"]
    assert share_close(late.len() / N, 0.05, N)
    assert late.min() >= SECOND
    assert late.max() <= 2 * HOUR
    # evenly on a logarithmic scale: half of them by less than the geometric mean of the limits
    assert share_close((late < (SECOND * 2 * HOUR) ** 0.5).mean(), 0.5, late.len())


def test_duplicates_follow_within_a_minute_and_are_told(rows):
    told = placed(Life(duplicate_share=0.03), rows)
    copies = told.filter(pl.col("copies") == 0)
    assert share_close(copies.height / N, 0.03, N)
    first = told.filter(pl.col("copies") == 2).sort("transaction_id")
    gap = copies.sort("transaction_id")[POSITION] - first[POSITION]
    assert gap.len() == copies.height
    assert 0 <= gap.min() <= gap.max() <= DUPLICATE_WITHIN


def test_disorder_stays_within_its_bound_and_never_within_a_card(rows):
    bound = 20 * SECOND
    told = placed(Life(disorder=bound), rows).sort(POSITION, "at")
    behind = told["at"].cum_max() - told["at"]
    assert 0 < behind.max() <= bound
    assert (behind > 0).mean() > 0.3
    within = told.select((pl.col("at").diff().over("card_id") >= 0).alias("ok"))["ok"].drop_nulls()
    assert within.all()


def test_an_outage_sends_nothing_and_then_a_burst_in_order(rows):
    life = Life(outages_per_day=3.0, outage_length=10 * MINUTE)
    told = placed(life, rows).sort("at")
    position = told[POSITION].to_numpy()
    assert (np.diff(position) >= 0).all()
    held = told.filter(pl.col("outage_us") > 0)
    assert held.height > 100
    # the first event of an outage waits longest; then events come CATCH_UP times as fast
    longest = held["outage_us"].max()
    assert 5 * MINUTE * 0.9 < longest <= 15 * MINUTE
    quiet = np.diff(position)
    assert quiet.max() > 4 * MINUTE > np.diff(told["at"].to_numpy()).max()
    fast = held.filter(pl.col("outage_us") > MINUTE)
    ratio = (fast["at"].diff() / (fast[POSITION].diff() + 1)).drop_nulls().median()
    assert 0.8 * CATCH_UP < ratio < 1.2 * CATCH_UP


def test_outages_come_as_often_as_asked_for():
    days = 2_000
    minutes = np.arange(days * 24 * 60) * MINUTE
    after = Life(outages_per_day=2.0)._after_outages(STREAMS, minutes)
    held = after > minutes
    began = np.count_nonzero(held[1:] & ~held[:-1])
    assert abs(began / days - 2.0) < 5 * (2.0 / days) ** 0.5


def test_a_disturbed_stream_is_the_same_from_any_second_and_with_any_number_of_producers():
    topics = ("payments", "labels", "truth")
    whole = events_of(feed(life=EVERYTHING, topics=topics))
    start = START + 26 * HOUR + 11
    later = events_of(feed(life=EVERYTHING, topics=topics, span=Span(start, SPAN.end)))
    inside = whole.take(whole.position >= start)
    assert later.value.tolist() == inside.value.tolist()
    parts = Events.merged([events_of(feed(life=EVERYTHING, topics=topics, part=(i, 3))) for i in range(3)])
    assert Counter(parts.value.tolist()) == Counter(whole.value.tolist())
    assert np.array_equal(parts.position, whole.position)


def test_truth_says_what_was_done_to_each_payment():
    events = events_of(feed(life=EVERYTHING, topics=("payments", "labels", "truth")))
    sent = Counter(json.loads(value)["transaction_id"] for value in of_topic(events, "payments").value)
    truth = {row["transaction_id"]: row for row in map(json.loads, of_topic(events, "truth").value)}
    edge = SPAN.end - EVERYTHING.reach  # later ones may arrive after the end
    whole = [one for one, time in zip(truth, of_topic(events, "truth").time, strict=True) if time < edge]
    assert all(truth[one]["copies"] == sent[one] for one in whole)
    assert max(truth[one]["copies"] for one in whole) == 2
    for event in events.take(events.topic == TOPICS.index("payments")).pieces(1):
        row = json.loads(event.value[0])
        told = truth[row["transaction_id"]]
        held = told["late_us"] + told["disorder_us"] + told["outage_us"]
        if sent[row["transaction_id"]] == 1:
            assert event.position[0] - event.time[0] == held
    assert any(row["late_us"] for row in truth.values())


def test_no_label_comes_before_its_payment_in_a_disturbed_stream():
    events = events_of(feed(life=EVERYTHING, topics=("payments", "labels")))
    first: dict[int, int] = {}
    known = 0
    for topic, position, value in zip(events.topic, events.position, events.value, strict=True):
        row = json.loads(value)
        if topic == TOPICS.index("payments"):
            first.setdefault(row["transaction_id"], position)
        elif row["transaction_date"] >= "2025-03-01":
            assert first[row["transaction_id"]] <= position
            known += 1
    assert known > 10


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"late_share": 1.5}, "late_share is 1.5; valid are numbers from 0 to 1"),
        ({"duplicate_share": -0.1}, "duplicate_share is -0.1"),
        ({"late_by": 2 * DAY}, "late_by is 172800 seconds; valid are 1 to 86400 seconds"),
        ({"disorder": 2 * HOUR}, "disorder is 7200 seconds; valid are 0 to 3600 seconds"),
        ({"outages_per_day": 30.0}, "outages_per_day is 30.0; valid are numbers from 0 to 24"),
        ({"outages_per_day": 2.0, "outage_length": 6 * HOUR}, "outages_per_day is 2.0; valid are numbers from 0 to 1"),
    ],
)
def test_impossible_lives_are_refused(wrong, message):
    with pytest.raises(ConfigError, match=message):
        Life(**wrong)
