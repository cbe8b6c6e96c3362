"""Metrics reach files, gateways and scrapers, stay bounded, and never stop a run."""

import http.server
import io
import json
import logging
import socket
import threading
import urllib.request
from contextlib import contextmanager

import pytest
from prometheus_client.parser import text_string_to_metric_families

from fraudsim_assets.config.model import Observability
from fraudsim_assets.observability import PartitionFacts, Publisher, configure_logs

DAY = "2025-01-15"
FACTS = PartitionFacts(
    "transactions",
    DAY,
    rows=1000,
    chunks=1,
    fraud_rows=3,
    nulls={"latitude": 4},
    seconds=0.5,
    written_bytes=2048,
    retries=2,
    expected_fraud_rate=0.0025,
)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def samples(text: str) -> dict[tuple, float]:
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(found: dict[tuple, float], name: str, **labels: str) -> float:
    return found[(name, *sorted(labels.items()))]


def facts_of(day: str) -> PartitionFacts:
    return PartitionFacts("transactions", day, rows=1)


@contextmanager
def gateway():
    """A stand-in that keeps what a Pushgateway would: groups by their labels."""
    groups: dict[str, dict[str, bytes]] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found = {line.split("{")[0]: body for line in body.decode().splitlines() if not line.startswith("#")}
            groups.setdefault(self.path, {}).update(found)
            self._answer(b"")

        def do_DELETE(self):
            groups.pop(self.path, None)
            self._answer(b"")

        def do_GET(self):
            data = [{"labels": self._labels(path)} for path in groups]
            self._answer(json.dumps({"status": "success", "data": data}).encode())

        def _labels(self, path):
            parts = path.removeprefix("/metrics/").split("/")
            return dict(zip(parts[::2], parts[1::2], strict=True))

        def _answer(self, body):
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", groups
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def read_folder(folder) -> dict[tuple, float]:
    found: dict[tuple, float] = {}
    for path in folder.glob("*.prom"):
        one = samples(path.read_text())
        assert not found.keys() & one.keys(), "a series in two files breaks the textfile collector"
        found |= one
    return found


def test_nothing_is_published_unless_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    publisher = Publisher(Observability())
    publisher.success(FACTS)
    with publisher.served() as port:
        assert port is None
    assert list(tmp_path.iterdir()) == []


def test_text_files_say_what_is_known_of_a_partition(tmp_path):
    Publisher(Observability(metrics_dir=str(tmp_path / "new"))).success(FACTS)
    found = read_folder(tmp_path / "new")
    keys = {"table": "transactions", "partition": DAY}
    assert value(found, "fraudsim_partition_rows", **keys) == 1000
    assert value(found, "fraudsim_partition_fraud_rows", **keys) == 3
    assert value(found, "fraudsim_partition_expected_fraud_ratio", **keys) == 0.0025
    assert value(found, "fraudsim_partition_nulls", **keys, column="latitude") == 4
    assert value(found, "fraudsim_partition_size_bytes", **keys) == 2048
    assert value(found, "fraudsim_partition_storage_retries", **keys) == 2
    assert value(found, "fraudsim_partition_duration_seconds", **keys) == 0.5
    assert value(found, "fraudsim_partition_day_timestamp_seconds", **keys) == 1736899200
    assert value(found, "fraudsim_partition_succeeded", **keys) == 1
    assert value(found, "fraudsim_partition_last_success_timestamp_seconds", **keys) > 1.7e9
    assert not list((tmp_path / "new").glob("*.partial"))


def test_a_failure_keeps_what_is_known_of_the_last_success(tmp_path):
    publisher = Publisher(Observability(metrics_dir=str(tmp_path)))
    publisher.success(FACTS)
    before = read_folder(tmp_path)
    Publisher(Observability(metrics_dir=str(tmp_path))).failure("transactions", DAY)
    after = read_folder(tmp_path)
    keys = {"table": "transactions", "partition": DAY}
    assert value(after, "fraudsim_partition_succeeded", **keys) == 0
    for name in ("last_success_timestamp_seconds", "rows"):
        assert value(after, f"fraudsim_partition_{name}", **keys) == value(before, f"fraudsim_partition_{name}", **keys)


def test_only_the_latest_partitions_are_kept_in_files_and_in_the_process(tmp_path):
    publisher = Publisher(Observability(metrics_dir=str(tmp_path), metrics_keep=2))
    for day in ("2025-01-03", "2025-01-01", "2025-01-02", "2025-01-04"):
        publisher.success(facts_of(day))
    publisher.failure("fraud_labels", "2025-01-01")
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left == [
        "fraudsim-attempt-fraud_labels-2025-01-01.prom",
        "fraudsim-attempt-transactions-2025-01-03.prom",
        "fraudsim-attempt-transactions-2025-01-04.prom",
        "fraudsim-success-transactions-2025-01-03.prom",
        "fraudsim-success-transactions-2025-01-04.prom",
    ]
    rows = [s for f in publisher.registry.collect() if f.name == "fraudsim_partition_rows" for s in f.samples]
    assert sorted(sample.labels["partition"] for sample in rows) == ["2025-01-03", "2025-01-04"]


def test_a_partition_key_cannot_leave_the_folder(tmp_path):
    Publisher(Observability(metrics_dir=str(tmp_path / "in"))).failure("t", "../../out")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_a_gateway_gets_one_group_per_partition_and_keeps_success_after_failure():
    with gateway() as (address, groups):
        publisher = Publisher(Observability(pushgateway_url=address))
        publisher.success(FACTS)
        publisher.failure("transactions", DAY)
        assert list(groups) == [f"/metrics/job/fraudsim/partition/{DAY}/table/transactions"]
        names = groups[f"/metrics/job/fraudsim/partition/{DAY}/table/transactions"]
        assert {"fraudsim_partition_rows", "fraudsim_partition_succeeded"} <= names.keys()
        assert (
            b'fraudsim_partition_succeeded{partition="2025-01-15",table="transactions"} 0.0'
            in (names["fraudsim_partition_succeeded"])
        )


def test_a_gateway_keeps_only_the_latest_partitions_of_each_table():
    with gateway() as (address, groups):
        publisher = Publisher(Observability(pushgateway_url=f"http://{address}/", metrics_keep=1))
        publisher.success(PartitionFacts("fraud_labels", "2025-01-01"))
        for day in ("2025-01-01", "2025-01-02"):
            publisher.success(facts_of(day))
        assert sorted(path.split("/partition/")[1] for path in groups) == [
            "2025-01-01/table/fraud_labels",
            "2025-01-02/table/transactions",
        ]


@pytest.mark.parametrize("settings", [{"pushgateway_url": "127.0.0.1:1"}, {"pushgateway_url": "ftp://x:y"}])
def test_a_gateway_that_is_away_is_a_warning_and_no_more(settings):
    package = logging.getLogger("fraudsim_assets")
    before = (list(package.handlers), package.level, package.propagate)
    out = io.StringIO()
    try:
        configure_logs(Observability(log_format="json"), stream=out)
        Publisher(Observability(**settings)).success(FACTS)
    finally:
        package.handlers[:], package.level, package.propagate = before
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert {line["event"] for line in told} == {"metrics not published"}
    assert told[0]["level"] == "warning"


def test_a_folder_that_cannot_be_written_is_a_warning_and_no_more(tmp_path):
    (tmp_path / "file").write_text("")
    Publisher(Observability(metrics_dir=str(tmp_path / "file" / "below"))).success(FACTS)


@pytest.mark.server
def test_a_process_serves_its_counters_while_it_runs_and_then_frees_the_port():
    port = free_port()
    publisher = Publisher(Observability(metrics_port=port))
    publisher.success(FACTS)
    publisher.success(FACTS)
    publisher.failure("transactions", "2025-01-16")
    with publisher.served() as served:
        assert served == port
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
            found = samples(answer.read().decode())
    assert value(found, "fraudsim_rows_total", table="transactions") == 2000
    assert value(found, "fraudsim_fraud_rows_total", table="transactions") == 6
    assert value(found, "fraudsim_nulls_total", table="transactions", column="latitude") == 8
    assert value(found, "fraudsim_written_bytes_total", table="transactions") == 4096
    assert value(found, "fraudsim_storage_retries_total", table="transactions") == 4
    assert value(found, "fraudsim_partitions_total", table="transactions", outcome="success") == 2
    assert value(found, "fraudsim_partitions_total", table="transactions", outcome="failure") == 1
    assert value(found, "fraudsim_partition_durations_seconds_count", table="transactions") == 2
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_port_that_is_taken_is_a_warning_and_no_more():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        publisher = Publisher(Observability(metrics_port=taken.getsockname()[1]))
        with publisher.served() as port:
            assert port is None
