"""The tables of reference data as they travel with the package: their files, columns and sources.

A table is a file with ``[columns]`` and its entries under the table's own name, or a folder with
``columns.toml`` and one file per entry. Every column says its unit and its source. A table of ``Facts`` is a file in
which each number stands with its unit and its source under its own name.

Belongs here: reading and checking them. Does not belong here: the shape of an entry (``model``) and a user's
values (``joining``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pydantic import BaseModel

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data.consistency import contradictions
from fraudsim_assets.reference_data.model import Country, Entry, Facts
from fraudsim_assets.reference_data.reading import DATA, DataFile, Keys, checked, did_you_mean, nested_model
from fraudsim_assets.reference_data.reference import MODELS, OTHER, Reference
from fraudsim_assets.reference_data.sources import Origin

COLUMNS = "columns"
VALUE = "value"
_ORIGINS = "sources"
_UNSOURCED = frozenset({"name", "code"})
# names, and numbers that only this project gives


@dataclass
class TableValues:
    """Plain values of all tables, and the files they stand in."""

    tables: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[tuple[str, str], tuple[DataFile, Keys]] = field(default_factory=dict)

    def error(self, path: Keys, message: str) -> ConfigError:
        """What is wrong with a value, with its file and line."""
        file, prefix = self.files[path[0], path[1]]
        return file.error((*prefix, *path[2:]), message)


@cache
def packaged_values() -> TableValues:
    """Values of the tables that travel with the package.

    Raises
    ------
    ConfigError
        If a file is not what it should be; one line per problem, each with file and line.
    """
    values = TableValues()
    for table, model in MODELS.items():
        values.tables[table] = {}
        if issubclass(model, Facts):
            file = DataFile.read(DATA / f"{table}.toml")
            for name, fact in _facts(model, file):
                values.files[table, name] = file, (name,)
                values.tables[table][name] = fact
            checked(model, values.tables[table], file)
            continue
        for name, file, keys, entry in _entries(table, model):
            values.files[table, name] = file, keys
            values.tables[table][name] = entry
        for name, entry in values.tables[table].items():
            checked(model, filled(model, name, entry, values.tables[table]), *values.files[table, name])
    return values


def filled(model: type[Entry], name: str, entry: Mapping[str, Any], entries: Mapping[str, Any]) -> dict[str, Any]:
    """All values of an entry: those of a country that it leaves out are those of ``other``; its name, if it has one."""
    rest = entries[OTHER] if model is Country and OTHER in entries else {}
    return {**rest, **entry, **named(model, name)}


def named(model: type[Entry], name: str) -> dict[str, str]:
    """The name of an entry as a value of it, where the shape has one."""
    return {"name": name} if "name" in model.model_fields else {}


def _entries(table: str, model: type[Entry]) -> Iterator[tuple[str, DataFile, Keys, dict[str, Any]]]:
    """Entries of a table: name, file, keys that lead to it, values without their sources."""
    folder = DATA / table
    if folder.is_dir():
        columns = DataFile.read(folder / f"{COLUMNS}.toml")
        _check_columns(model, columns, (), columns.values)
        for path in sorted(folder.glob("*.toml")):
            if path.stem != COLUMNS:
                file = DataFile.read(path)
                yield path.stem, file, (), _without_origins(model, file, (), file.values)
        return
    file = DataFile.read(folder.with_suffix(".toml"))
    for key in (COLUMNS, table):
        if not isinstance(file.values.get(key), dict):
            raise file.error((key,), "is missing; a table has [columns] and its entries under its own name")
    for key in file.values.keys() - {COLUMNS, table}:
        raise file.error((key,), f"no such key; known are {COLUMNS}, {table}")
    _check_columns(model, file, (COLUMNS,), file.values[COLUMNS])
    for name, entry in file.values[table].items():
        yield name, file, (table, name), _without_origins(model, file, (table, name), entry)


def _facts(model: type[Facts], file: DataFile) -> Iterator[tuple[str, Any]]:
    """Numbers of a table that is one entry, by name."""
    for name, fact in file.values.items():
        if not isinstance(fact, dict) or VALUE not in fact:
            raise file.error((name,), f"has no {VALUE}; each has one, beside its source and its unit if it has one")
        yield name, fact[VALUE]
    _check_columns(model, file, (), {name: _origin(fact) for name, fact in file.values.items()})


def _origin(fact: Mapping[str, Any]) -> dict[str, Any]:
    """Unit and source of a number."""
    return {key: each for key, each in fact.items() if key != VALUE}


def _check_columns(model: type[Entry], file: DataFile, at: Keys, columns: Mapping[str, Any]) -> None:
    """Check that every field says its unit and its source.

    Raises
    ------
    ConfigError
        If one is missing, unknown or differs from the unit that the model declares.
    """
    units = _units(model)
    for name, values in columns.items():
        if name not in units:
            raise file.error((*at, name), f"no such column{did_you_mean(name, list(units))}")
        origin = checked(Origin, values, file, (*at, name))
        if origin.unit != units[name]:
            raise file.error((*at, name, "unit"), f"is {origin.unit!r}; the numbers are in {units[name]!r}")
    missing = [name for name in units if name not in columns]
    if missing:
        raise file.error(at, f"no source of {', '.join(missing)}; each names its source, and its unit if it has one")


def _units(model: type[BaseModel], prefix: str = "") -> dict[str, str | None]:
    """Columns that need a source, with their units: as the description of the field says in brackets."""
    units: dict[str, str | None] = {}
    for name, info in model.model_fields.items():
        inner = nested_model(info.annotation)
        if name in _UNSOURCED and not prefix:
            continue
        if inner is not None and str(info.annotation).startswith("dict"):
            units |= _units(inner, f"{name}.")
        else:
            text = info.description or ""
            units[prefix + name] = text[text.rindex("[") + 1 : -1] if text.endswith("]") else None
    return units


def _without_origins(model: type[Entry], file: DataFile, keys: Keys, entry: dict[str, Any]) -> dict[str, Any]:
    """Values of an entry, its own sources checked and left out."""
    units = _units(model)
    for name, values in entry.get(_ORIGINS, {}).items():
        if name not in units:
            raise file.error((*keys, _ORIGINS, name), f"no such column{did_you_mean(name, list(units))}")
        checked(Origin, values, file, (*keys, _ORIGINS, name))
    return {key: value for key, value in entry.items() if key != _ORIGINS}


@cache
def packaged() -> Reference:
    """Tables as they travel with the package, without anything a user sets; errors name file and line."""
    values = packaged_values()
    entries: dict[str, Any] = {}
    for table, model in MODELS.items():
        rows = values.tables[table]
        if issubclass(model, Facts):
            entries[table] = model.model_validate(rows)
        else:
            entries[table] = {
                name: model.model_validate(filled(model, name, entry, rows)) for name, entry in rows.items()
            }
    found = [str(values.error(path, told)) for path, told in contradictions(entries)]
    if found:
        raise ConfigError("\n".join(found))
    return Reference.of(entries)
