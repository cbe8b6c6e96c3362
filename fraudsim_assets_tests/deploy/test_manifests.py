"""What stands in deploy/ is valid, safe, and says the same everywhere."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config
from jsonschema import Draft202012Validator

from fraudsim_assets.config import load_config

DEPLOY = Path(__file__).parents[2] / "deploy"
MANIFESTS = [DEPLOY / "kubernetes" / name for name in ("manifests.yaml", "indexed-job.yaml")]
INSTANCES = [DEPLOY / name / "dagster.yaml" for name in ("celery", "kubernetes")]
SCHEMAS = Path(__file__).parent / "kubernetes-1.31.json"
"""Cut out of the whole by ``scripts/kubernetes_schema.py``."""


def documents() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text())


def named(kind: str, name: str) -> dict[str, Any]:
    return next(found for found in documents() if (found["kind"], found["metadata"]["name"]) == (kind, name))


def pods() -> Iterator[dict[str, Any]]:
    for document in documents():
        template = document.get("spec", {}).get("template")
        if template:
            yield template["spec"]


def problems(document: dict[str, Any]) -> list[str]:
    """What the schema of Kubernetes has against a document."""
    schemas = json.loads(SCHEMAS.read_text())
    kind = schemas["kinds"][f"{document['apiVersion']}/{document['kind']}"]
    validator = Draft202012Validator(kind | {"$defs": schemas["$defs"]})
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(document)]


def test_manifests_are_valid_for_kubernetes() -> None:
    assert {document["kind"]: problems(document) for document in documents() if problems(document)} == {}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("spec", "replica"), 1),
        (("spec", "replicas"), "one"),
        (("spec", "template", "spec", "containers"), None),
        (("spec", "template", "spec", "container"), []),
        (("spec", "template", "spec", "containers", 0, "resources", "limit"), {}),
        (("spec", "template", "spec", "containers", 0, "ports"), [{"port": 3000}]),
        (("metadata", "label"), {}),
    ],
    ids=lambda given: ".".join(map(str, given)) if isinstance(given, tuple) else None,
)
def test_a_misspelt_or_misshapen_field_is_found(path: tuple[str | int, ...], value: Any) -> None:
    document = next(found for found in documents() if found["kind"] == "Deployment")
    *above, last = path
    node: Any = document
    for step in above:
        node = node[step]
    node[last] = value
    assert problems(document)


def test_pods_run_without_privileges_and_with_limits() -> None:
    found = list(pods())
    assert len(found) == 4
    for pod in found:
        assert pod["serviceAccountName"] == "fraudsim"
        for container in pod["containers"]:
            assert container["securityContext"] == {
                "runAsNonRoot": True,
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
            assert "memory" in container["resources"]["limits"]


def test_what_pods_mount_and_read_is_there() -> None:
    maps = {found["metadata"]["name"] for found in documents() if found["kind"] == "ConfigMap"}
    for pod in pods():
        volumes = {volume["name"]: volume for volume in pod["volumes"]}
        assert {volume["configMap"]["name"] for volume in volumes.values() if "configMap" in volume} <= maps
        for container in pod["containers"]:
            assert {mount["name"] for mount in container["volumeMounts"]} <= set(volumes)
            sources = [source["configMapRef"]["name"] for source in container["envFrom"] if "configMapRef" in source]
            assert set(sources) <= maps


def test_the_config_map_holds_the_instance_of_the_folder() -> None:
    held = yaml.safe_load(named("ConfigMap", "dagster-instance")["data"]["dagster.yaml"])
    assert held == yaml.safe_load((DEPLOY / "kubernetes" / "dagster.yaml").read_text())


def test_the_environment_of_the_pods_is_a_valid_configuration() -> None:
    environment = named("ConfigMap", "fraudsim")["data"]
    config = load_config(env={name: value for name, value in environment.items() if name.startswith("FRAUDSIM_")})
    assert config.orchestration.backfill == "multi_run:30"
    assert config.storage.bucket == "my-bucket"


@pytest.mark.parametrize("path", INSTANCES, ids=["celery", "kubernetes"])
def test_instances_are_valid_for_dagster(path: Path) -> None:
    settings, _ = dagster_instance_config(str(path.parent))
    assert settings["run_monitoring"]["enabled"]
    assert settings["run_retries"]["max_retries"] == 2
    assert settings["concurrency"]["runs"]["max_concurrent_runs"] >= 2
    assert settings["telemetry"] == {"enabled": False}


@pytest.mark.parametrize("path", INSTANCES, ids=["celery", "kubernetes"])
def test_postgres_is_named_with_its_driver(path: Path) -> None:
    """SQLAlchemy 2.1 takes plain ``postgresql`` for a driver that Dagster does not install."""
    database = yaml.safe_load(path.read_text())["storage"]["postgres"]["postgres_db"]
    assert database["scheme"] == "postgresql+psycopg2"
    assert set(database["password"]) == {"env"}, "no password in a file"


def test_the_values_of_the_chart_say_the_same_as_the_manifests() -> None:
    values = yaml.safe_load((DEPLOY / "kubernetes" / "values.yaml").read_text())
    instance = yaml.safe_load((DEPLOY / "kubernetes" / "dagster.yaml").read_text())
    environment = named("ConfigMap", "fraudsim")["data"]
    (deployment,) = values["dagster-user-deployments"]["deployments"]
    for variable in deployment["env"]:
        assert environment[variable["name"]] == variable["value"]
    assert values["postgresql"]["postgresqlScheme"] == instance["storage"]["postgres"]["postgres_db"]["scheme"]
    daemon, monitoring = values["dagsterDaemon"], instance["run_monitoring"]
    assert daemon["runMonitoring"]["maxRuntimeSeconds"] == monitoring["max_runtime_seconds"]
    assert daemon["runRetries"]["maxRetries"] == instance["run_retries"]["max_retries"]
