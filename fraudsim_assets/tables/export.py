"""Table contracts as JSON for readers who do not run Python, and as a data dictionary for people.

Belongs here: turning declarations into text, the same for the same declarations. Does not belong
here: where the text is written (``schema_files``).
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from fraudsim_assets.tables import (
    CHARGEBACK_MEANINGS,
    RESPONSE_MEANINGS,
    SCHEMA_VERSION,
    TABLES,
    Column,
    Model,
    columns,
    foreign_keys,
    primary_key,
)

_READABLE_TYPES = {
    "bool": "boolean",
    "date32[day]": "date",
    "double": "float64",
    "float": "float32",
    "timestamp[us, tz=UTC]": "timestamp, microseconds, UTC",
    "timestamp[us]": "timestamp, microseconds, local",
}
_MEANINGS = {"response_code": RESPONSE_MEANINGS, "chargeback_reason": CHARGEBACK_MEANINGS}


def json_contract(name: str, model: Model) -> dict[str, Any]:
    """Contract of a table as plain JSON values.

    Parameters
    ----------
    name
        Table.
    model
        Its declaration.

    Returns
    -------
    dict
        Description, keys, partition and columns with type, nullability, unit, standard and
        constraints.
    """
    keys = getattr(model.__config__, "metadata", None) or {}
    contract: dict[str, Any] = {
        "table": name,
        "schema_version": SCHEMA_VERSION,
        "description": _paragraph(model),
        "primary_key": list(primary_key(model)),
        "foreign_keys": dict(foreign_keys(model)),
    }
    if "partition" in keys:
        contract["partition"] = keys["partition"]
    contract["columns"] = [_json_column(declared) for declared in columns(model).values()]
    return contract


def _paragraph(model: Model) -> str:
    return " ".join((model.__doc__ or "").split())


def _json_column(declared: Column) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "name": declared.name,
        "description": declared.description,
        "arrow_type": str(declared.arrow_type),
        "nullable": declared.nullable,
    }
    facts |= {key: value for key in ("unit", "standard") if (value := getattr(declared, key))}
    limits = {c.kind: _plain(c.argument) for c in declared.constraints if c.kind != "not_null"}
    if limits:
        facts["constraints"] = limits
    if declared.name in _MEANINGS:
        facts["meanings"] = dict(_MEANINGS[declared.name])
    return facts


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def data_dictionary() -> str:
    """All tables for a reader who meets them for the first time, as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield "# Data dictionary"
    yield ""
    yield f"Schema version {SCHEMA_VERSION}. Written from the declarations by `make schema`; do not edit."
    yield ""
    yield "Units stand in brackets. A column may be missing only where *null* says yes. Strings marked"
    yield "*dictionary* are stored as numbers with a list of values; readers see strings or categories."
    for name, model in TABLES.items():
        yield from _table_lines(name, model)
    for title, meanings in (("Response codes", RESPONSE_MEANINGS), ("Chargeback reasons", CHARGEBACK_MEANINGS)):
        yield from ("", f"## {title}", "", "| code | meaning |", "|---|---|")
        yield from (f"| `{code}` | {meaning} |" for code, meaning in meanings.items())
    yield ""


def _table_lines(name: str, model: Model) -> Iterator[str]:
    yield from ("", f"## {name}", "", _paragraph(model), "")
    yield f"Primary key: {_code(primary_key(model))}."
    pointers = [f"`{column}` → `{target}`" for column, target in foreign_keys(model).items()]
    if pointers:
        yield f"Foreign keys: {', '.join(pointers)}."
    yield from ("", "| column | type | null | what it is | allowed |", "|---|---|---|---|---|")
    for declared in columns(model).values():
        null = "yes" if declared.nullable else ""
        about = f"{declared.description} ({declared.standard})" if declared.standard else declared.description
        yield f"| `{declared.name}` | {_type_name(declared)} | {null} | {about} | {_allowed(declared)} |"


def _type_name(declared: Column) -> str:
    if declared.dictionary:
        return "string, dictionary"
    name = str(declared.arrow_type)
    return _READABLE_TYPES.get(name, name)


def _allowed(declared: Column) -> str:
    signs = {"ge": "≥ {}", "gt": "> {}", "le": "≤ {}", "lt": "< {}", "matches": "`{}`"}
    limits = [
        _code(c.argument) if c.kind == "isin" else signs[c.kind].format(_plain(c.argument))
        for c in declared.constraints
        if c.kind != "not_null"
    ]
    return ", ".join(limits).replace("|", "\\|")


def _code(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
