"""Three days streamed to each target are the three days, with one producer and with three."""

import json
from itertools import groupby

import pytest

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.streaming import Pace, open_target, run
from fraudsim_assets.streaming.encoding import decode_avro
from fraudsim_assets.tables.messages import MESSAGES
from fraudsim_assets_tests.streaming.reading import (
    assert_the_days_arrived,
    kafka_records,
    of_kafka,
    of_line,
    of_lines,
    of_redis,
)
from fraudsim_assets_tests.streaming.servers import broker, mock_cluster, needs_redis, receiver, redis, slow_broker
from fraudsim_assets_tests.unit.streaming.worlds import feed, typed

pytestmark = pytest.mark.server
PRODUCERS = pytest.mark.parametrize("producers", [1, 3])


def send(address: str, producers: int = 1, **changes) -> None:
    """Send all parts, the last first: their order does not matter."""
    for i in reversed(range(producers)):
        part, encoding = (i, producers), changes.get("encoding", "json")
        target = open_target(address, part=part, encoding=encoding, world="w")
        assert run(feed(part=part, **changes), target, Pace()).ended


@PRODUCERS
def test_a_folder_of_lines(tmp_path, producers):
    send(f"{tmp_path}/", producers)
    assert_the_days_arrived(of_lines(*tmp_path.iterdir()))
    assert {path.name.split(".")[0].split("-")[0] for path in tmp_path.iterdir()} <= MESSAGES.keys()


def test_one_file_of_lines(tmp_path):
    send(str(tmp_path / "events.jsonl"))
    arrived = of_lines(tmp_path / "events.jsonl")
    assert_the_days_arrived(arrived)
    assert [one.position for one in arrived] == sorted(one.position for one in arrived)


@PRODUCERS
def test_kafka(tmp_path, producers):
    with broker(tmp_path) as port:
        send(f"kafka://127.0.0.1:{port}/pay?partitions=3", producers)
        assert_the_days_arrived(of_kafka(f"127.0.0.1:{port}", "pay"))


def test_a_slow_broker_slows_the_stream_and_loses_nothing(tmp_path):
    with slow_broker(tmp_path, bytes_per_second=200_000) as port:
        target = open_target(f"kafka://127.0.0.1:{port}/pay?partitions=3&queue.buffering.max.messages=5")
        waiting = []
        assert run(feed(), target, Pace(), tell=lambda _: waiting.append(len(target._producer))).ended
        assert max(waiting) == 5, "the queue of the producer is full, and no longer than it may be"
        assert_the_days_arrived(of_kafka(f"127.0.0.1:{port}", "pay"))


@needs_redis
def test_a_redis_that_pauses_is_waited_for(tmp_path):
    from redis import Redis

    with redis(tmp_path) as port, Redis(port=port) as other:
        pauses = iter([300] * 3)
        send_on = lambda _: other.client_pause(next(pauses, 1))  # noqa: E731 - milliseconds
        assert run(feed(), open_target(f"redis://127.0.0.1:{port}/pay"), Pace(), tell=send_on).ended
        assert_the_days_arrived(of_redis(port, "pay"))


@PRODUCERS
def test_a_cluster_of_two_brokers(producers):
    with mock_cluster() as servers:
        send(f"kafka://{servers}/pay?partitions=0", producers)
        assert_the_days_arrived(of_kafka(servers, "pay"))


def test_kafka_in_transactions(tmp_path):
    with broker(tmp_path) as port:
        send(f"kafka://127.0.0.1:{port}/pay?transactions=true")
        assert_the_days_arrived(of_kafka(f"127.0.0.1:{port}", "pay"))


@needs_redis
@PRODUCERS
def test_redis(tmp_path, producers):
    with redis(tmp_path) as port:
        send(f"redis://127.0.0.1:{port}/pay", producers)
        assert_the_days_arrived(of_redis(port, "pay"))


@PRODUCERS
def test_http_with_a_receiver_that_refuses_every_twentieth_post(producers):
    with receiver(every=20) as (url, kept):
        send(url, producers)
        assert kept.posts > len(kept.keys) > 0
        assert len(set(kept.keys)) == len(kept.keys)
        assert_the_days_arrived([of_line(line) for line in kept.lines])


def test_records_of_kafka_say_what_they_are(tmp_path):
    with broker(tmp_path) as port:
        send(f"kafka://127.0.0.1:{port}/pay?partitions=3")
        records = list(kafka_records(f"127.0.0.1:{port}", "pay"))
    for topic, key, value, milliseconds, position, headers, _ in records:
        row = json.loads(value) if value else None
        assert headers == {
            "position": str(position),
            "producer": "0/1",
            "world": "w",
            "schema": f"{topic}-1.0",
        }
        assert milliseconds == position // 1000
        assert row is None or key == str(row[MESSAGES[topic].key])
    places = {(topic, key, partition) for topic, key, _, _, _, _, partition in records}
    assert len(places) == len({(topic, key) for topic, key, _ in places})


def test_each_cards_payments_keep_their_order_in_kafka(tmp_path):
    with broker(tmp_path) as port:
        send(f"kafka://127.0.0.1:{port}/pay?partitions=3")
        paid = [one for one in of_kafka(f"127.0.0.1:{port}", "pay") if one.topic == "payments"]
    by_card = sorted(paid, key=lambda one: one.key)  # stable: within a card as they arrived
    cards = [list(some) for _, some in groupby(by_card, key=lambda one: one.key)]
    assert max(map(len, cards)) > 5
    assert all([one.position for one in some] == sorted(one.position for one in some) for some in cards)


def test_avro_says_the_same_as_json(tmp_path, stream_values):
    with broker(tmp_path) as port:
        send(f"kafka://127.0.0.1:{port}/pay", encoding="avro")
        arrived = of_kafka(f"127.0.0.1:{port}", "pay")
    for topic in ("payments", "labels"):
        rows = [decode_avro(MESSAGES[topic], one.value or b"") for one in arrived if one.topic == topic]
        frame = typed(topic, stream_values[topic])
        assert frame.sort("transaction_id").to_dicts() == sorted(rows, key=lambda row: row["transaction_id"])


@pytest.fixture
def stream_values(stream):
    from fraudsim_assets_tests.unit.streaming.worlds import of_topic

    return {topic: of_topic(stream, topic).value.tolist() for topic in ("payments", "labels")}


def test_a_receiver_that_never_takes_a_piece_is_an_error(monkeypatch):
    monkeypatch.setattr("fraudsim_assets.streaming.targets.http.TRIES", 2)
    with receiver(every=1) as (url, kept), pytest.raises(StorageError, match="did not take a piece: answer 503"):
        send(url)
    assert kept.lines == []


def test_a_redis_that_is_not_there_is_an_error(monkeypatch):
    pytest.importorskip("redis")
    monkeypatch.setattr("redis.backoff.ExponentialBackoff.compute", lambda *_: 0.0)
    with pytest.raises(StorageError, match="Redis did not take a piece"):
        send("redis://127.0.0.1:1/pay")


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("kafka://127.0.0.1:9092", "is no Kafka address; valid is kafka://HOST:PORT/TOPIC"),
        ("kafka://127.0.0.1:9092/pay?speed=9", "setting 'speed' is unknown; valid are partitions"),
        ("kafka://127.0.0.1:9092/pay?partitions=none", "partitions is 'none'; valid are whole numbers"),
        ("kafka://127.0.0.1:9092/pay?transactions=maybe", "transactions is 'maybe'; valid are true and false"),
        ("redis://127.0.0.1:6379", "is no Redis address; valid is redis://HOST:PORT/STREAM"),
        ("redis://u:secret@127.0.0.1:6379/pay?x=1", r"^redis://127.0.0.1/pay has settings 'x=1'; valid is maxlen=N$"),
        ("ftp://127.0.0.1/pay", "target is 'ftp://127.0.0.1/pay'; valid are stdout"),
    ],
)
def test_an_address_that_is_none_is_refused(address, message):
    with pytest.raises(ConfigError, match=message):
        open_target(address)
