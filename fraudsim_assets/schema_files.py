"""The generated files that describe the project to others: contracts, configuration schema, dictionary.

Run ``python -m fraudsim_assets.schema_files`` (``make schema``) to write them; a test fails while
they are stale.

Belongs here: which file holds what. Does not belong here: the content, which is derived from the
declarations.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fraudsim_assets.config import Config
from fraudsim_assets.reference_data.sources_page import sources_page
from fraudsim_assets.tables import TABLES
from fraudsim_assets.tables.export import data_dictionary, json_contract
from fraudsim_assets.tables.messages import MESSAGES, avro_schema

REPOSITORY = Path(__file__).resolve().parent.parent
"""Root of a source checkout."""


def generated_files() -> Mapping[str, str]:
    """Content of every generated file by its path below the repository."""
    files = {f"schema/{name}.json": _json(json_contract(name, model)) for name, model in TABLES.items()}
    files |= {f"schema/avro/{name}.avsc": _json(avro_schema(message)) for name, message in MESSAGES.items()}
    files["schema/config.schema.json"] = _json(Config.model_json_schema())
    files["docs/data-dictionary.md"] = data_dictionary()
    files["docs/sources.md"] = sources_page()
    return files


def _json(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def write_files(root: Path = REPOSITORY) -> list[str]:
    """Write the generated files that are missing or stale.

    Returns
    -------
    list of str
        Paths that changed.
    """
    changed = []
    for name, text in generated_files().items():
        path = root / name
        if path.exists() and path.read_text(encoding="utf-8") == text:
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        changed.append(name)
    return changed


if __name__ == "__main__":
    for line in write_files():
        sys.stdout.write(f"wrote {line}\n")
