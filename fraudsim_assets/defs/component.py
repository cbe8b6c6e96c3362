"""A world as a Dagster component: a few lines of YAML in a user's own project.

Belongs here: the component, its schema and its scaffold. Does not belong here: how definitions are
built (``assembly``), and what may be set (``config``).
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from zlib import crc32

import dagster as dg
from pydantic import Field, WithJsonSchema

from fraudsim_assets.config import load_config, resource_path
from fraudsim_assets.defs.assembly import build_defs


@cache
def settings_schema() -> dict[str, Any]:
    """JSON schema of a configuration, without references, so that it can stand inside another schema."""
    schema = json.loads(resource_path("schema", "config.schema.json").read_text(encoding="utf-8"))
    definitions = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(item) for item in node]
        if not isinstance(node, Mapping):
            return node
        if "$ref" in node:
            target = definitions[node["$ref"].rpartition("/")[2]]
            return resolved({**target, **{key: value for key, value in node.items() if key != "$ref"}})
        if "prefixItems" in node and "items" not in node:
            # dg asks every array what its items are; no item follows those of a tuple, so this says nothing else
            node = {**node, "items": node["prefixItems"][0]}
        return {key: resolved(value) for key, value in node.items()}

    return {key: value for key, value in resolved(schema).items() if not key.startswith("$")}


class FraudWorldScaffolder(dg.Scaffolder):
    """Writes a ``defs.yaml`` for a small world with a key prefix and a place of its own."""

    def scaffold(self, request: dg.ScaffoldRequest[Any]) -> None:
        """Write it, named after the folder that the user chose."""
        name = request.target_path.name
        attributes = {
            "key_prefix": name,
            "extends": "demo",
            # a seed of its own, so that two worlds of one project differ
            "settings": {"seed": crc32(name.encode()), "storage": {"kind": "local", "base_dir": f"data/{name}"}},
        }
        dg.scaffold_component(request, attributes)


@dg.scaffold_with(FraudWorldScaffolder)
class FraudWorld(dg.Component, dg.Resolvable, dg.Model):
    """A world of synthetic card payments with labelled fraud: catalogs, daily payments and labels, quality.

    Environment variables do not reach into it, so that two worlds of one project stay two worlds;
    ``{{ env.NAME }}`` takes a value from one where that is wanted.
    """

    key_prefix: str | list[str] = Field(
        default=[],
        description="What stands before the keys of the world's assets and in the names of its jobs.",
        examples=["test_bank"],
    )
    extends: str | None = Field(
        default=None,
        description="A bundled configuration, or a YAML file beside this one, that the settings are laid over.",
        examples=["demo", "world.yaml"],
    )
    settings: Annotated[dict[str, Any], WithJsonSchema(settings_schema())] = Field(
        default={},
        description="Settings of the world, as in a configuration file.",
        examples=[{"seed": 7, "storage": {"base_dir": "data/test_bank"}}],
    )

    def build_defs(self, context: dg.ComponentLoadContext) -> dg.Definitions:
        """Build the world's definitions."""
        config = load_config(self._file(context.path), overrides=self.settings, env={})
        return build_defs(config, key_prefix=self.key_prefix)

    def _file(self, folder: Path) -> str | Path | None:
        """The configuration to extend: a file beside the component, or a bundled name."""
        beside = None if self.extends is None else folder / self.extends
        return beside if beside is not None and beside.is_file() else self.extends
