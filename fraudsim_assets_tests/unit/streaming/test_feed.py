"""A stream is the batch in order of time, from any second, in any number of parts."""

import json
from itertools import pairwise

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.streaming import Span
from fraudsim_assets.streaming import feed as module
from fraudsim_assets.streaming.events import CELL, TOPICS, Events
from fraudsim_assets.tables import Transactions, truth_columns
from fraudsim_assets.units import DAY, HOUR, SECOND
from fraudsim_assets_tests.unit.streaming.worlds import (
    DAYS,
    SPAN,
    START,
    batch,
    batch_digest,
    digest,
    events_of,
    feed,
    of_topic,
    typed,
    world_and_catalogs,
)


def same(one: Events, other: Events) -> bool:
    return all(np.array_equal(getattr(one, name), getattr(other, name)) for name in Events.__dataclass_fields__)


@pytest.mark.parametrize("topic", ["payments", "labels"])
def test_a_stream_of_three_days_is_the_three_days(stream, topic):
    assert len(of_topic(stream, topic)) == batch(topic).height > 10
    assert digest(topic, typed(topic, of_topic(stream, topic).value)) == batch_digest(topic)


def test_events_that_are_no_payments_have_a_topic_of_their_own_if_it_is_asked_for(stream):
    assert len(of_topic(stream, "events")) == 0
    sent = of_topic(events_of(feed(topics=("events", "payments"))), "events")
    assert digest("events", typed("events", sent.value)) == batch_digest("events")


def test_events_come_in_order_of_time_catalogs_first_and_labels_after_payments(stream):
    assert (np.diff(stream.position) >= 0).all()
    assert np.array_equal(stream.position, stream.time)
    order = list(zip(stream.position.tolist(), stream.topic.tolist(), strict=True))
    assert order == sorted(order)
    assert TOPICS.index("cards") < TOPICS.index("payments") < TOPICS.index("labels") < TOPICS.index("truth")


def test_a_cards_payments_are_in_the_order_of_their_chain(stream):
    rows = typed("payments", of_topic(stream, "payments").value)
    chain = rows.with_columns(before=pl.col("transaction_id").shift(1).over("card_id")).filter(
        pl.col("before").is_not_null()
    )
    assert chain.height > 1_000
    assert (chain["previous_txn_id"] == chain["before"]).all()


def test_no_label_comes_before_its_payment_and_there_are_as_many_as_the_days_hold(stream):
    paid = of_topic(stream, "payments")
    at = dict(zip(typed("payments", paid.value)["transaction_id"], paid.position.tolist(), strict=True))
    told = of_topic(stream, "labels")
    about = typed("labels", told.value)["transaction_id"].to_list()
    known = [(at[i], p) for i, p in zip(about, told.position.tolist(), strict=True) if i in at]
    assert len(known) > 10
    assert all(payment <= label for payment, label in known)
    assert len(about) == batch("labels").height


@pytest.mark.parametrize("second", [0, 1, 7 * 3600 + 13, DAY // SECOND, 2 * DAY // SECOND - 1])
def test_any_second_is_a_start(stream, second):
    start = START + second * SECOND
    assert same(events_of(feed(span=Span(start, SPAN.end))), stream.take(stream.position >= start))


def test_any_moment_is_an_end(stream):
    end = START + DAY + 5 * HOUR + 1
    assert same(events_of(feed(span=Span(START, end))), stream.take(stream.position < end))


@pytest.mark.parametrize("parts", [2, 3])
def test_producers_together_send_what_one_sends(stream, parts):
    pieces = [events_of(feed(part=(i, parts))) for i in range(parts)]
    assert all(len(of_topic(piece, "payments")) for piece in pieces)
    joined = Events.merged(pieces)
    assert len(joined) == len(stream)
    assert sorted(joined.value.tolist(), key=str) == sorted(stream.value.tolist(), key=str)
    assert np.array_equal(joined.position, stream.position)


def test_a_label_is_sent_by_the_producer_of_its_payment():
    pieces = [events_of(feed(part=(i, 3))) for i in range(3)]
    paid, told = (
        [{json.loads(value)["transaction_id"] for value in of_topic(piece, topic).value} for piece in pieces]
        for topic in ("payments", "labels")
    )
    for i in range(3):
        assert not any(told[i] & paid[j] for j in range(3) if j != i)
    assert sum(len(told[i] & paid[i]) for i in range(3)) > 10


def test_days_that_do_not_fit_into_memory_are_the_same(stream, monkeypatch):
    monkeypatch.setattr(module, "HELD_ROWS", 50)
    assert same(events_of(feed()), stream)


def test_truth_has_a_topic_of_its_own_and_is_off_unless_asked_for(stream):
    assert not (stream.topic == TOPICS.index("truth")).any()
    secret = {*truth_columns(Transactions)}
    assert not any(secret & json.loads(value).keys() for value in of_topic(stream, "payments").value)
    told = events_of(feed(topics=("truth",)))
    rows = [json.loads(value) for value in told.value]
    assert len(rows) == batch("payments").height
    assert secret < rows[0].keys()
    world, _ = world_and_catalogs()
    frauds = sum(pl.DataFrame(module.simulate_day(world, day).read())["is_fraud"].sum() for day in DAYS)
    assert sum(row["is_fraud"] for row in rows) == frauds > 0


def test_catalogs_change_on_their_topics_at_midnight_and_ends_have_no_value(stream):
    _, catalogs = world_and_catalogs()
    for name, key in (("customers", "customer_id"), ("cards", "card_id"), ("merchants", "merchant_id")):
        table = pl.DataFrame(getattr(catalogs, name))
        changes = of_topic(stream, name)
        begun = table.filter(pl.col("valid_from").is_in(DAYS))
        assert sorted(int(k) for k, v in zip(changes.key, changes.value, strict=True) if v) == sorted(begun[key])
        ended = table.filter(pl.col("valid_to").is_in(DAYS)).join(
            begun, left_on=[key, "valid_to"], right_on=[key, "valid_from"], how="anti"
        )
        assert sorted(int(k) for k, v in zip(changes.key, changes.value, strict=True) if not v) == sorted(ended[key])
        assert (changes.time % DAY == 0).all()
        assert not any(b"valid_to" in value for value in changes.value if value)
    assert sum(len(of_topic(stream, name)) for name in ("customers", "cards", "merchants")) > 3


def test_a_snapshot_and_changes_give_the_catalogs_of_any_day():
    _, catalogs = world_and_catalogs()
    state: dict[int, dict] = {}
    events = events_of(feed(topics=("cards",), snapshot=True, span=Span(START + 5 * HOUR, SPAN.end)))
    for key, value in zip(events.key, events.value, strict=True):
        if value is None:
            del state[int(key)]
        else:
            state[int(key)] = json.loads(value)
    table = pl.DataFrame(catalogs.cards)
    last = pl.lit(DAYS[-1])
    valid = table.filter((pl.col("valid_from") <= last) & (pl.col("valid_to").is_null() | (pl.col("valid_to") > last)))
    assert {(k, row["version"], row["token"]) for k, row in state.items()} == set(
        valid.select("card_id", "version", "token").iter_rows()
    )


def test_pieces_are_never_cut_within_a_position():
    position = np.array([1, 2, 2, 2, 3, 4, 4, 5])
    objects = np.array([b""] * 8, dtype=object)
    events = Events(np.zeros(8, dtype=np.int64), position, position, objects, objects)
    pieces = [piece.position.tolist() for piece in events.pieces(2)]
    assert pieces == [[1, 2, 2, 2], [3, 4, 4], [5]]
    assert all(before[-1] < after[0] for before, after in pairwise(pieces))


def test_a_cell_is_a_divisor_of_a_day():
    assert DAY % CELL == 0


def test_nonsense_is_refused():
    with pytest.raises(ConfigError, match="topic 'rumours' does not exist; valid are customers"):
        feed(topics=("rumours",))
    with pytest.raises(ConfigError, match="ends before it begins"):
        Span(5, 5)
    with pytest.raises(ConfigError, match="outside the world"):
        feed(span=Span(START - 400 * DAY, START))
