"""The example monitoring only asks for metrics that exist, and Prometheus agrees with it."""

import json
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import yaml

from fraudsim_assets.config import resource_path
from fraudsim_assets.config.model import Observability
from fraudsim_assets.observability import PartitionFacts, Publisher

FOLDER = resource_path("configs").parent / "deploy" / "monitoring"
needs_prometheus = pytest.mark.skipif(
    shutil.which("promtool") is None or shutil.which("prometheus") is None,
    reason="needs Prometheus itself: apt-get install prometheus (continuous integration does)",
)
FACTS = PartitionFacts(
    "transactions",
    "2025-01-15",
    rows=1000,
    fraud_rows=3,
    nulls={"latitude": 4},
    written_bytes=1,
    expected_fraud_rate=0.1,
)


def published_names() -> set[str]:
    publisher = Publisher(Observability())
    publisher.success(FACTS)
    publisher.failure("transactions", "2025-01-16")
    return {sample.name for family in publisher.registry.collect() for sample in family.samples}


def dashboard() -> dict:
    return json.loads((FOLDER / "dashboard.json").read_text(encoding="utf-8"))


def expressions() -> dict[str, str]:
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
    found = {rule["alert"]: rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    for panel in dashboard()["panels"]:
        found |= {f"{panel['title']} {target['refId']}": target["expr"] for target in panel["targets"]}
    return found


@pytest.mark.parametrize(("title", "expression"), expressions().items(), ids=list(expressions()))
def test_each_expression_asks_only_for_metrics_that_exist(title, expression):
    asked = set(re.findall(r"fraudsim_\w+", expression))
    assert asked
    assert asked <= published_names(), title


def test_each_partition_gauge_is_watched_or_shown():
    asked = set(re.findall(r"fraudsim_\w+", " ".join(expressions().values())))
    gauges = {name for name in published_names() if name.startswith("fraudsim_partition_") and "durations" not in name}
    assert gauges - asked == {"fraudsim_partition_last_attempt_timestamp_seconds"}


def test_each_alert_says_how_bad_it_is_and_what_happened():
    rules = yaml.safe_load((FOLDER / "alerts.yaml").read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        assert rule["labels"]["severity"] in {"page", "warn"}
        assert rule["annotations"]["summary"]


def test_panels_of_the_dashboard_have_ids_of_their_own_and_do_not_overlap():
    panels = dashboard()["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells


def test_the_page_names_each_metric():
    page = (FOLDER.parents[1] / "docs" / "observability.md").read_text(encoding="utf-8")
    missing = {name for name in published_names() if not name.endswith(("_created", "_bucket", "_sum", "_count"))}
    missing = {name for name in missing if name not in page}
    assert not missing


@needs_prometheus
@pytest.mark.parametrize(
    "command",
    [
        ["check", "rules", "alerts.yaml"],
        ["test", "rules", "alerts_test.yaml"],
        ["check", "config", "prometheus.yaml"],
    ],
    ids=" ".join,
)
def test_prometheus_accepts_the_rules_and_they_fire_when_they_should(command):
    done = subprocess.run(["promtool", *command], cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_prometheus
@pytest.mark.server
def test_prometheus_scrapes_a_running_process_and_evaluates_every_expression(tmp_path):
    ports = []
    for _ in range(2):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            ports.append(probe.getsockname()[1])
    own, prometheus = ports
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s"},
        "scrape_configs": [{"job_name": "fraudsim", "static_configs": [{"targets": [f"127.0.0.1:{own}"]}]}],
    }
    (tmp_path / "prometheus.yaml").write_text(yaml.safe_dump(config))
    publisher = Publisher(Observability(metrics_port=own))
    publisher.success(FACTS)
    with publisher.served(), running_prometheus(tmp_path, prometheus) as ask:
        rows = wait_for(ask, 'fraudsim_partition_rows{partition="2025-01-15"}')
        assert rows[0]["value"][1] == "1000"
        for title, expression in expressions().items():
            answer = ask(expression.replace("$table", ".*"))
            assert answer["status"] == "success", (title, answer)


class running_prometheus:  # noqa: N801 - reads as a context
    def __init__(self, folder: Path, port: int):
        self.folder, self.port = folder, port

    def __enter__(self):
        self.process = subprocess.Popen(
            [
                "prometheus",
                f"--config.file={self.folder / 'prometheus.yaml'}",
                f"--storage.tsdb.path={self.folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{self.port}",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return self.ask

    def __exit__(self, *error):
        self.process.terminate()
        self.process.wait(timeout=30)

    def ask(self, expression: str) -> dict:
        query = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api/v1/query?{query}", timeout=10) as answer:
            return json.load(answer)


def wait_for(ask, expression: str) -> list[dict]:
    for _ in range(300):
        try:
            found = ask(expression)["data"]["result"]
        except OSError:
            found = []
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"no answer to {expression}")
