"""The configuration reference, written from the model: ``python -m fraudsim_assets.config.reference``.

Belongs here: turning the model's fields into docs/configuration.md. Does not belong here: any
statement about a field; those are the descriptions in ``model``.
"""

import json
from pathlib import Path
from typing import Any

from fraudsim_assets.config import schema
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.resources import bundled_configs, resource_path

_HEAD = """# Configuration

<!-- Written by `python -m fraudsim_assets.config.reference`; change the model, not this page. -->

Everything has a default, so the smallest configuration is none at all. Values come in layers; each
wins over those before it:

1. the defaults below;
2. a YAML file: `--config path.yaml`, or the variable `FRAUDSIM_CONFIG`. A bare name is a bundled one;
3. environment variables: `FRAUDSIM_FRAUD__RATE=0.01` sets `fraud.rate` (two underscores step into a
   section; an empty variable counts as not set);
4. `--set fraud.rate=0.01` on the command line, or the launchpad of Dagster.

A file may build on another with `extends: demo` (a bundled name, or a path beside the file). Sections
are joined field by field; a mapping of numbers such as `geography.countries` is replaced as a whole,
while `--set geography.countries.GB=5` changes one entry of it.

YAML is read strictly: keys are text (`NO` is Norway), only `true` and `false` are booleans, a key
given twice is an error, and tags, anchors and aliases are refused. Everything wrong is told at once,
with the field, the value, the line and what would be valid; `fraudsim config check` does only that.

`reference` replaces facts about the world: a share, a price level, a whole new category that `extends`
another. `reference.file: my_bank.toml` (or YAML; relative to the configuration) reads such values from a
file that holds what the section may hold; they become part of the configuration and of its digest.

The environment cannot spell capitals: a name of two letters is read as a country code, one of three as a currency
(`FRAUDSIM_GEOGRAPHY__COUNTRIES__GB=5`), other names as small letters.

Without a `seed`, one is drawn once and stored with the data. Equal digests (`fraudsim config show`)
promise equal content; `generation`, `storage`, `checks`, `observability` and `end_date` never enter one.
"""


def reference() -> str:
    """Text of docs/configuration.md."""
    parts = [_HEAD, "\n## Bundled configurations\n\n", *_bundled(), "\n## Settings of the world\n\n"]
    top = [(path, node) for path, node in schema.leaves() if len(path) == 1]
    parts += _table(top)
    for name, field in Config.model_fields.items():
        node = schema.node_at((name,)) or {}
        if schema.is_section(node):
            parts.append(f"\n## {name}\n\n{node.get('description', field.description or '')}\n\n")
            parts += _table(list(schema.leaves(node, (name,))))
            parts += _nested((name,), node)
        elif schema.is_mapping(node):
            inner = schema.child(node, "NAME") or {}
            parts.append(f"\n## {name}\n\n{inner.get('description', '')} One entry for each name in `{name}`.\n\n")
            parts += _table(list(schema.leaves(inner, (name, "NAME"))))
            parts += _nested((name, "NAME"), inner)
    return "".join(parts)


def _bundled() -> list[str]:
    rows = ["| name | what it is |\n", "|---|---|\n"]
    for name, path in bundled_configs().items():
        first = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ")
        rows.append(f"| `{name}` | {first} |\n")
    return rows


def _table(fields: list[tuple[schema.Path, schema.Node]]) -> list[str]:
    rows = ["| setting | default | valid | meaning |\n", "|---|---|---|---|\n"]
    for path, node in fields:
        cells = f"`{'.'.join(path)}`", _default(node), schema.valid_values(node), node.get("description", "")
        rows.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |\n")
    return rows


def _default(node: schema.Node) -> str:
    if "default" not in node:
        return "required"
    value: Any = node["default"]
    return "" if value is None else f"`{value if isinstance(value, str) and value else json.dumps(value)}`"


def _nested(path: schema.Path, node: schema.Node) -> list[str]:
    """Tables of sections that live under names chosen by the user, such as one fraud scenario."""
    rows: list[str] = []
    for key in node["properties"]:
        below = schema.child(node, key) or {}
        if schema.is_mapping(below) and schema.is_merged(below):
            inner = schema.child(below, "NAME") or {}
            rows.append(f"\nFor each name in `{'.'.join((*path, key))}`: {inner.get('description', '')}\n\n")
            rows += _table(list(schema.leaves(inner, (*path, key, "NAME"))))
    return rows


def main(target: Path | None = None) -> Path:
    """Write the page, by default docs/configuration.md of the source tree."""
    path = target or resource_path("configs").parent / "docs" / "configuration.md"
    path.write_text(reference(), encoding="utf-8")
    return path


if __name__ == "__main__":
    main()
