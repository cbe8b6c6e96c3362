"""The UI, started on loopback: it loads the definitions, and a day launched from it succeeds."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from fraudsim_assets.defs.check_groups import GROUPS
from fraudsim_assets.defs.home import prepare_home

DAY = "2025-01-15"
PATIENCE = 420
WORKSPACE = Path(__file__).parents[2] / "workspace.yaml"
LOCATIONS = """{ workspaceOrError { ... on Workspace { locationEntries {
    name loadStatus locationOrLoadError { __typename } } } } }"""
LAUNCH = """mutation($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
RUN = "query($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
PARTITIONS = """{ assetOrError(assetKey: {path: ["transactions"]}) { ... on Asset { assetMaterializations {
    partition metadataEntries { label } } } } }"""

CHECKS = """{ assetNodeOrError(assetKey: {path: ["transactions"]}) { ... on AssetNode { assetChecksOrError {
    ... on AssetChecks { checks { name executionForLatestMaterialization { status } } } } } } }"""


class UI:
    """A running ``dagster dev``."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/graphql"

    def ask(self, query: str, **variables: Any) -> dict[str, Any]:
        body = json.dumps({"query": query, "variables": variables}).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["data"]

    def wait(self, query: str, done: Any, **variables: Any) -> dict[str, Any]:
        deadline = time.monotonic() + PATIENCE
        answer: Any = None
        while time.monotonic() < deadline:
            try:
                answer = self.ask(query, **variables)
                if done(answer):
                    return answer
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                pass
            time.sleep(1)
        raise AssertionError(f"not within {PATIENCE} s; the last answer was {answer}")


@pytest.fixture
def ui(environment, base, tmp_path):
    """``dagster dev`` in a session of its own, which is ended whole."""
    prepare_home(Path(environment["DAGSTER_HOME"]))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "dagster", "dev", "-w", str(WORKSPACE), "-h", "127.0.0.1", "-p", str(port)]
    with (tmp_path / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=tmp_path, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield UI(port)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=15)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.mark.server
def test_the_ui_loads_the_definitions_and_makes_a_day(ui, base):
    found = ui.wait(LOCATIONS, lambda data: data["workspaceOrError"]["locationEntries"][0]["loadStatus"] == "LOADED")
    entry = found["workspaceOrError"]["locationEntries"][0]
    assert entry["locationOrLoadError"]["__typename"] == "RepositoryLocation"
    selector = {"repositoryLocationName": entry["name"], "repositoryName": "__repository__", "jobName": "daily"}
    tags = [{"key": "dagster/partition", "value": DAY}]
    params = {"selector": selector, "mode": "default", "runConfigData": {}, "executionMetadata": {"tags": tags}}
    launched = ui.ask(LAUNCH, params=params)["launchPipelineExecution"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    run_id = launched["run"]["runId"]
    ended = ui.wait(RUN, lambda data: data["runOrError"]["status"] in {"SUCCESS", "FAILURE", "CANCELED"}, id=run_id)
    assert ended["runOrError"]["status"] == "SUCCESS"
    made = ui.ask(PARTITIONS)["assetOrError"]["assetMaterializations"]
    assert [event["partition"] for event in made] == [DAY]
    assert {"hours_utc", "fraud_rate", "sample"} < {entry["label"] for entry in made[0]["metadataEntries"]}
    checks = ui.ask(CHECKS)["assetNodeOrError"]["assetChecksOrError"]["checks"]
    verdicts = {check["name"]: check["executionForLatestMaterialization"] for check in checks}
    assert set(verdicts) == {group.name for group in GROUPS["transactions"]}
    assert all(verdict == {"status": "SUCCEEDED"} for verdict in verdicts.values()), verdicts
    assert (base / "transactions" / f"date={DAY}" / "part-0.parquet").is_file()
