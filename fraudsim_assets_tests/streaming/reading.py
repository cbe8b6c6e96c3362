"""What arrived at a target, read back as events.

Belongs here: one reader per target. Does not belong here: what ought to have arrived.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fraudsim_assets.tables.messages import MESSAGES
from fraudsim_assets_tests.unit.streaming.worlds import batch_digest, digest, typed


@dataclass(frozen=True)
class Arrived:
    """One event as it arrived."""

    topic: str
    key: str
    value: bytes | None
    time: int
    position: int


def assert_the_days_arrived(arrived: list[Arrived], *, repeated: bool = False) -> None:
    """Payments and labels are those of the three days; again only where the guarantee allows it."""
    for topic in ("payments", "labels"):
        values = [one.value or b"" for one in arrived if one.topic == topic]
        if repeated:
            values = list(dict.fromkeys(values))
        assert len(values) > 10
        assert digest(topic, typed(topic, values)) == batch_digest(topic)


def of_lines(*paths: Path) -> list[Arrived]:
    return [of_line(line) for path in paths for line in path.read_bytes().splitlines()]


def of_line(line: bytes | dict) -> Arrived:
    event = line if isinstance(line, dict) else json.loads(line)
    value = None if event["value"] is None else json.dumps(event["value"], separators=(",", ":")).encode()
    return Arrived(event["topic"], event["key"], value, event["time"], event["position"])


def of_redis(port: int, stream: str) -> list[Arrived]:
    from redis import Redis

    arrived = []
    with Redis(port=port) as client:
        for topic in MESSAGES:
            name = stream if topic == "payments" else f"{stream}:{topic}"
            for _, entry in client.xrange(name):  # pyright: ignore[reportGeneralTypeIssues]
                arrived.append(
                    Arrived(
                        topic,
                        entry[b"key"].decode(),
                        entry.get(b"value"),
                        int(entry[b"time"]),
                        int(entry[b"position"]),
                    )
                )
    return arrived


def of_kafka(servers: str, topic: str) -> list[Arrived]:
    return [Arrived(*one[:5]) for one in kafka_records(servers, topic)]


def kafka_records(servers: str, topic: str) -> Iterator[tuple]:
    """Records of all topics in the order of their partitions: the fields of an event, headers, partition."""
    from confluent_kafka import Consumer, KafkaError, TopicPartition

    consumer = Consumer({"bootstrap.servers": servers, "group.id": "test", "enable.partition.eof": True})
    try:
        there = consumer.list_topics(timeout=30).topics
        for name in MESSAGES:
            full = topic if name == "payments" else f"{topic}.{name}"
            for partition in there[full].partitions if full in there else ():
                consumer.assign([TopicPartition(full, partition, 0)])
                while True:
                    record = consumer.poll(30)
                    assert record is not None
                    if record.error() is not None:
                        assert record.error().code() == KafkaError._PARTITION_EOF
                        break
                    headers = {k: v.decode() for k, v in record.headers()}
                    key, value = record.key().decode(), record.value()
                    yield name, key, value, record.timestamp()[1], int(headers["position"]), headers, partition
    finally:
        consumer.close()
