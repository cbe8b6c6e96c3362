"""Kafka: ``kafka://HOST:PORT[,HOST:PORT...]/TOPIC[?SETTING=VALUE&...]``.

Payments go to TOPIC, everything else to ``TOPIC.labels``, ``TOPIC.cards`` and so on. The key is that
of the message, the record's timestamp is the time of the event, and headers carry the schema's
version, the producer, the world and the position. Settings with a dot are librdkafka's own;
``partitions`` is for topics that do not exist yet (0 leaves
them to the broker), ``transactions=true`` sends every piece as one
transaction, and ``settings=FILE`` reads further ones, secrets included, as lines of ``name=value``.

Belongs here: producing, topics, and finding out where a producer got to. Does not belong here:
what is sent.
"""

from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, parse_qsl

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.streaming.events import TOPICS, Events, cell_start
from fraudsim_assets.streaming.targets.target import Target
from fraudsim_assets.tables.messages import MESSAGES

if TYPE_CHECKING:
    from confluent_kafka import Consumer, KafkaError, Producer

POSITION, PRODUCER, SCHEMA, WORLD = "position", "producer", "schema", "world"
"""Headers of every record."""

_TIMEOUT = 30.0
# for questions to the broker. [seconds]

_LOOK_BACK = 200
# records read back from the end of a partition at first; then ten times as many. [count]

_DEFAULTS: Mapping[str, Any] = {
    "enable.idempotence": True,
    "partitioner": "murmur2_random",
    "linger.ms": 5,
    "compression.type": "lz4",
}


class KafkaTarget(Target):
    """A producer of one Kafka cluster.

    Parameters
    ----------
    settings
        Of librdkafka.
    topic
        Topic of payments, and what the names of the others begin with.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        topic: str,
        *,
        part: tuple[int, int],
        world: str = "",
        partitions: int = 6,
        transactions: bool = False,
    ) -> None:
        self._settings, self._topic, self._transactions = dict(settings), topic, transactions
        self._partitions = partitions
        self._error: KafkaError | None = None
        self._producer: Producer | None = None
        self._who = f"{part[0]}/{part[1]}"
        marks = [(PRODUCER, self._who.encode()), (WORLD, world.encode())]
        self._headers = [[*marks, (SCHEMA, message.version.encode())] for message in MESSAGES.values()]

    @classmethod
    def of(cls, url: SplitResult, *, part: tuple[int, int], world: str) -> "KafkaTarget":
        """Read an address.

        Raises
        ------
        ConfigError
            If it lacks a broker or a topic, or has a setting that does not exist.
        """
        if find_spec("confluent_kafka") is None:
            raise ConfigError("kafka:// needs confluent-kafka; run: pip install 'fraudsim-assets[stream]'")
        topic = url.path.strip("/")
        if not url.netloc or not topic or "/" in topic:
            raise ConfigError(f"{url.geturl()} is no Kafka address; valid is kafka://HOST:PORT/TOPIC")
        given = dict(parse_qsl(url.query))
        settings: dict[str, Any] = {**_DEFAULTS, "bootstrap.servers": url.netloc}
        settings |= _read_settings(Path(given.pop("settings"))) if "settings" in given else {}
        transactions = _flag(given.pop("transactions", "false"))
        partitions = given.pop("partitions", "6")
        if not partitions.isdecimal():
            raise ConfigError(f"partitions is {partitions!r}; valid are whole numbers; 0 leaves topics to the broker")
        plain = [name for name in given if "." not in name]
        if plain:
            raise ConfigError(
                f"setting {plain[0]!r} is unknown; valid are partitions, transactions, settings and names of "
                "librdkafka's settings, which have dots, such as compression.type"
            )
        return cls(
            settings | given, topic, part=part, world=world, partitions=int(partitions), transactions=transactions
        )

    def name_of(self, topic: str) -> str:
        """Kafka's name of a topic."""
        return self._topic if topic == "payments" else f"{self._topic}.{topic}"

    def send(self, events: Events) -> None:
        """Produce records; waits while the producer's queue is full."""
        producer = self._ready()
        if self._transactions:
            self._guarded(producer.begin_transaction)
        names = [self.name_of(topic) for topic in TOPICS]
        for topic, key, time, position, value in zip(
            events.topic.tolist(),
            events.key,
            (events.time // 1000).tolist(),
            events.position.tolist(),
            events.value,
            strict=True,
        ):
            headers = [(POSITION, b"%d" % position), *self._headers[topic]]
            while True:
                try:
                    producer.produce(names[topic], value, key, timestamp=time, headers=headers)
                    break
                except BufferError:
                    producer.poll(0.1)
                    self._check()
        producer.poll(0)
        self._check()
        if self._transactions:
            self._guarded(producer.commit_transaction)

    def settle(self) -> None:
        """Wait until the broker has confirmed every record."""
        if self._producer is None:
            return
        while self._producer.flush(0.5):
            self._check()
        self._check()

    def close(self) -> None:
        """Give records in flight a last chance to arrive."""
        if self._producer is not None and self._error is None:
            self._producer.flush(_TIMEOUT)
        self._producer = None

    def reached(self) -> int | None:
        """Start of the cell of the last event that the producer sent; just after it, with transactions."""
        from confluent_kafka import Consumer, KafkaException

        consumer = Consumer(
            _for_clients(self._settings)
            | {
                "group.id": "fraudsim",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed" if self._transactions else "read_uncommitted",
            }
        )
        try:
            there = consumer.list_topics(timeout=_TIMEOUT).topics
            places = [
                (name, at) for name in map(self.name_of, TOPICS) if name in there for at in there[name].partitions
            ]
            found = [position for name, at in places for position in self._last(consumer, name, at)]
        except KafkaException as error:
            raise StorageError(f"Kafka at {self._settings['bootstrap.servers']} cannot be read: {error}") from error
        finally:
            consumer.close()
        if not found:
            return None
        return max(found) + 1 if self._transactions else cell_start(max(found))

    def _last(self, consumer: "Consumer", name: str, partition: int) -> list[int]:
        """Position of this producer's last record in a partition; empty if it has none."""
        from confluent_kafka import TopicPartition

        low, high = consumer.get_watermark_offsets(TopicPartition(name, partition), timeout=_TIMEOUT)
        look_back = _LOOK_BACK
        while low < high:
            start = max(low, high - look_back)
            consumer.assign([TopicPartition(name, partition, start)])
            mine = [p for who, p in _positions(consumer) if who == self._who]
            if mine or start == low:
                return mine and [max(mine)]
            look_back *= 10
        return []

    def _ready(self) -> "Producer":
        """The producer, with topics made."""
        if self._producer is not None:
            return self._producer
        from confluent_kafka import KafkaException, Producer

        settings = dict(self._settings)
        if self._transactions:
            settings["transactional.id"] = f"fraudsim-{self._topic}-{self._who}"
        try:
            if self._partitions:
                self._make_topics()
            self._producer = Producer(settings | {"on_delivery": self._delivered})
            if self._transactions:
                self._producer.init_transactions(_TIMEOUT)
        except (KafkaException, TimeoutError) as error:
            text = f"Kafka at {settings['bootstrap.servers']} cannot be used: {error}"
            raise StorageError(text) from error
        return self._producer

    def _make_topics(self) -> None:
        from confluent_kafka import KafkaError, KafkaException
        from confluent_kafka.admin import AdminClient
        from confluent_kafka.cimpl import NewTopic

        admin = AdminClient(_for_clients(self._settings))
        there = admin.list_topics(timeout=_TIMEOUT).topics
        missing = [message for message in MESSAGES.values() if self.name_of(message.name) not in there]
        if not missing:
            return
        wanted = [
            NewTopic(
                self.name_of(message.name),
                self._partitions,
                config={"cleanup.policy": "compact" if message.compacted else "delete"},
            )
            for message in missing
        ]
        for made in admin.create_topics(wanted, operation_timeout=_TIMEOUT).values():
            try:
                made.result(_TIMEOUT)
            except KafkaException as error:
                # another producer was faster
                if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                    raise

    def _delivered(self, error: "KafkaError | None", _record: Any) -> None:
        self._error = self._error or error

    def _check(self) -> None:
        if self._error is not None:
            raise StorageError(
                f"Kafka at {self._settings['bootstrap.servers']} did not take a record: {self._error}; "
                "run the command again with --resume"
            )

    def _guarded(self, step: Any) -> None:
        from confluent_kafka import KafkaException

        try:
            step()
        except KafkaException as error:
            raise StorageError(
                f"a transaction of Kafka failed: {error}; run the command again with --resume"
            ) from error


def _positions(consumer: "Consumer") -> Iterator[tuple[str, int]]:
    """Producer and position of records from where a consumer stands to the end of its partition."""
    from confluent_kafka import KafkaError

    patience = _TIMEOUT
    while patience > 0:
        # not up to an offset that was asked for before: brokers differ in what the end of a partition is
        record = consumer.poll(1.0)
        patience = patience - 1.0 if record is None else _TIMEOUT
        error = None if record is None else record.error()
        if error is not None and error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
            return
        if error is not None:
            raise StorageError(f"Kafka cannot be read: {error}")
        headers: dict[str, Any] = dict(record.headers() or []) if record is not None else {}
        if POSITION in headers and PRODUCER in headers:
            yield headers[PRODUCER].decode(), int(headers[POSITION])
    raise StorageError(f"Kafka told nothing about a partition for {_TIMEOUT:g} seconds")


def _for_clients(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that consumers and administrators know as well: where the cluster is, and how to get in."""
    return {
        name: value
        for name, value in settings.items()
        if name.split(".", 1)[0] in {"bootstrap", "security", "sasl", "ssl", "client", "socket", "broker", "test"}
    }


def _read_settings(path: Path) -> dict[str, str]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"settings {path} cannot be read: {error}") from error
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    wrong = [number for number, line in enumerate(lines, 1) if "=" not in line]
    if wrong:
        raise ConfigError(f"settings {path} has a line without '='; valid are lines such as security.protocol=SASL_SSL")
    return {name.strip(): value.strip() for name, value in (line.split("=", 1) for line in lines)}


def _flag(text: str) -> bool:
    if text not in ("true", "false"):
        raise ConfigError(f"transactions is {text!r}; valid are true and false")
    return text == "true"
