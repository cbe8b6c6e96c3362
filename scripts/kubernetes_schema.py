"""Cut what the manifests need out of the schemas of Kubernetes, for the tests: one small file.

    python scripts/kubernetes_schema.py FOLDER

FOLDER is ``v1.31.0-local-strict`` of kubernetes-json-schema, as the package ``kubernetes-validate``
carries it (108 MB, which is why it is no dependency). Descriptions are left out.

Belongs here: the cutting. Does not belong here: validation (``fraudsim_assets_tests/deploy``).
"""

import json
import sys
from pathlib import Path
from typing import Any

KINDS = {
    # as manifests name it: file
    "v1/Namespace": "namespace-v1",
    "v1/ConfigMap": "configmap-v1",
    "v1/Service": "service-v1",
    "v1/ServiceAccount": "serviceaccount-v1",
    "apps/v1/Deployment": "deployment-apps-v1",
    "batch/v1/Job": "job-batch-v1",
    "rbac.authorization.k8s.io/v1/Role": "role-rbac-v1",
    "rbac.authorization.k8s.io/v1/RoleBinding": "rolebinding-rbac-v1",
}
TARGET = Path(__file__).resolve().parents[1] / "fraudsim_assets_tests" / "deploy" / "kubernetes-1.31.json"
_LOCAL = "#/$defs/"


def cut(node: Any, *, named: bool = False) -> Any:
    """A schema without descriptions; names of properties are no keywords."""
    if isinstance(node, dict):
        kept = node if named else {key: value for key, value in node.items() if key not in ("description", "$schema")}
        return {key: cut(value, named=not named and key == "properties") for key, value in kept.items()}
    if isinstance(node, list):
        return [cut(value) for value in node]
    return _LOCAL + node.rpartition("/")[2] if isinstance(node, str) and "_definitions.json#/" in node else node


def references(node: Any) -> set[str]:
    """Names of the definitions that a schema points to."""
    if isinstance(node, dict):
        own = {node["$ref"].removeprefix(_LOCAL)} if isinstance(node.get("$ref"), str) else set()
        return own.union(*(references(value) for value in node.values()))
    return set().union(*(references(value) for value in node)) if isinstance(node, list) else set()


def main() -> None:
    """Write the file anew."""
    folder = Path(sys.argv[1])
    everything = json.loads((folder / "_definitions.json").read_text())["$defs"]
    kinds = {kind: cut(json.loads((folder / f"{file}.json").read_text())) for kind, file in KINDS.items()}
    found: dict[str, Any] = {}
    waiting = references(list(kinds.values()))
    while waiting:
        name = waiting.pop()
        found[name] = cut(everything[name])
        waiting |= references(found[name]) - set(found)
    about = f"Strict schemas of {folder.name} from kubernetes-json-schema, Apache License 2.0; descriptions left out."
    document = {"$comment": about, "kinds": kinds, "$defs": found}
    TARGET.write_text(json.dumps(document, separators=(",", ":"), sort_keys=True) + "\n")
    print(f"wrote {TARGET}: {len(found)} definitions, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
