"""Files of reference data that a configuration names: ``reference.file``.

A file holds what the section ``reference`` may hold, in YAML or TOML. Its values become part of the
configuration, so that the digest and the provenance of data name them, whatever becomes of the file.

Belongs here: reading them, with the line of every value. Does not belong here: whether a value is valid
(``problems``).
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fraudsim_assets.config.schema import Path as Keys
from fraudsim_assets.config.yaml_text import parse_yaml
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data.reading import DataFile

SECTION, FILE = "reference", "file"


@dataclass
class TableFile:
    """Values of a file, the origin of each, and what is wrong with it.

    Attributes
    ----------
    values
        What the section may hold.
    origins
        File and line by path, the section included.
    problems
        One sentence per problem.
    """

    values: dict[str, Any] = field(default_factory=dict)
    origins: dict[Keys, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def read_tables(name: Any, *, beside: Path | None, origin: str) -> TableFile:
    """Read a file of reference data.

    Parameters
    ----------
    name
        Path of the file, relative to ``beside`` or else to the working directory.
    beside
        Folder of the configuration that names it.
    origin
        Where it is named, in words.
    """
    told = TableFile()
    key = f"{SECTION}.{FILE}"
    path = Path(str(name)).expanduser()
    path = path if path.is_absolute() or beside is None else beside / path
    if not isinstance(name, str) or path.suffix not in {".toml", ".yaml", ".yml"} or not path.is_file():
        told.problems.append(f"{key}: {name!r} is not valid; valid is the path of a TOML or YAML file ({origin})")
        return told
    if path.suffix == ".toml":
        try:
            file = DataFile.read(path)
        except ConfigError as error:
            told.problems.append(str(error))
            return told
        told.values = file.values
        told.origins = {(SECTION, *below): file.where(below) for below in _paths(file.values)}
    else:
        parsed = parse_yaml(path.read_text(encoding="utf-8-sig"), str(path))
        told.problems += parsed.problems
        if isinstance(parsed.value, dict):
            told.values = parsed.value
            told.origins = {(SECTION, *below): f"{path}:{line}" for below, line in parsed.lines.items()}
        elif not parsed.problems:
            told.problems.append(f"{path}: holds no tables; valid is a mapping such as 'categories: ...'")
    return told


def _paths(values: dict[str, Any], above: Keys = ()) -> list[Keys]:
    """Paths of all keys of nested values."""
    found: list[Keys] = []
    for key, value in values.items():
        found.append((*above, key))
        if isinstance(value, dict):
            found += _paths(value, (*above, key))
    return found
