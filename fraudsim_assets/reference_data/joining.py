"""A user's values laid over the tables that travel with the package.

Belongs here: the rules of joining. Does not belong here: the shape of a user's values (``settings``).
"""

import copy
from collections.abc import Iterator, Mapping
from math import fsum
from typing import Any

from pydantic import ValidationError

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data.consistency import contradictions
from fraudsim_assets.reference_data.model import Entry, Facts
from fraudsim_assets.reference_data.reading import Keys, did_you_mean, problems
from fraudsim_assets.reference_data.reference import MODELS, Reference
from fraudsim_assets.reference_data.tables import filled, packaged_values

EXTENDS = "extends"
SECTION = "reference"

_STANDARD = frozenset({"countries", "currencies", "languages", "romanisations"})
# their names are codes of a standard, so a new one needs no other to begin with


def joined(changes: Mapping[str, Mapping[str, Any]]) -> Reference:
    """Tables with a user's values laid over them.

    Parameters
    ----------
    changes
        Values by table, entry and field, or by table and field where a table is one entry. An entry of a new name
        begins as a copy of the one that it ``extends``.

    Raises
    ------
    ConfigError
        If a name is unknown, or the tables no longer fit together; names the key of the configuration.
    """
    found: dict[Keys, str] = {}
    entries: dict[str, Any] = {}
    for table, model in MODELS.items():
        change = changes.get(table, {})
        if issubclass(model, Facts):
            entries[table] = _facts_with(change, table, model, found)
        else:
            entries[table] = _entries_with(change, table, model, found)
    if not found:
        found = dict([*contradictions(entries), *_unknown_codes(changes)])
    if found:
        raise ConfigError("\n".join(f"{SECTION}.{'.'.join(path)}: {told}" for path, told in found.items()))
    return Reference.of(entries)


def _facts_with(change: Mapping[str, Any], table: str, model: type[Facts], found: dict[Keys, str]) -> Facts | None:
    """A table that is one entry, with changes laid over it."""
    try:
        return model.model_validate(_laid_over(copy.deepcopy(packaged_values().tables[table]), change))
    except ValidationError as error:
        found |= {(table, *path): told for path, told in problems(error, model)}
    return None


def _entries_with(
    changes: Mapping[str, Any], table: str, model: type[Entry], found: dict[Keys, str]
) -> dict[str, Entry]:
    """Entries of a table, with changes laid over them."""
    base, entries = packaged_values().tables[table], dict[str, Entry]()
    values = copy.deepcopy(base)
    for name, change in changes.items():
        start = _start(table, name, change, base, found)
        if start is not None:
            values[name] = _laid_over(start, {k: v for k, v in change.items() if k != EXTENDS})
    if table == "categories":
        _settle_categories(values, changes, found)
    for name, entry in values.items():
        try:
            entries[name] = model.model_validate(filled(model, name, entry, values))
        except ValidationError as error:
            found |= {(table, name, *path): told for path, told in problems(error, model)}
    return entries


def _unknown_codes(changes: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Keys, str]]:
    """Merchant category codes that no published list has."""
    import iso18245

    for name, change in changes.get("categories", {}).items():
        for mcc in change.get("mccs", {}):
            try:
                iso18245.get_mcc(mcc)
            except iso18245.MCCNotFound:
                yield ("categories", name, "mccs", mcc), "is in no published list of ISO 18245 codes"


def _start(
    table: str, name: str, change: Mapping[str, Any], base: Mapping[str, Any], found: dict[Keys, str]
) -> dict[str, Any] | None:
    """Values that an entry begins with."""
    extended = change.get(EXTENDS)
    if extended is None and name in base:
        return copy.deepcopy(base[name])
    if extended is None and table in _STANDARD:
        return {}
    if extended is None:
        found[table, name] = (
            f"is none of the {table}{did_you_mean(name, list(base))}; a new one says which it {EXTENDS}"
        )
        return None
    if extended not in base:
        found[table, name, EXTENDS] = f"{extended!r} is none of the {table}{did_you_mean(extended, list(base))}"
        return None
    return copy.deepcopy(base[extended])


def _laid_over(values: dict[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Values with changes: mappings are joined key by key, everything else is replaced."""
    for key, value in change.items():
        below = values.get(key)
        values[key] = _laid_over(below, value) if isinstance(below, dict) and isinstance(value, Mapping) else value
    return values


def _settle_categories(
    values: dict[str, dict[str, Any]], changes: Mapping[str, Mapping[str, Any]], found: dict[Keys, str]
) -> None:
    """Give new categories the next codes, and let those whose share is not set have what the others leave."""
    new = sorted(name for name in changes if name in values and name not in packaged_values().tables["categories"])
    after = len(values) - len(new)
    for code, name in enumerate(new, after):
        values[name]["code"] = changes[name].get("code", code)
        if "share" not in changes[name]:
            found["categories", name, "share"] = "is missing; a new category says its share of all purchases"
        if "mccs" in changes[name]:
            values[name]["mccs"] = dict(changes[name]["mccs"])
    for name, change in changes.items():
        if name in values and name not in new and "mccs" in change:
            _fill(values[name]["mccs"], set(change["mccs"]), "weight", ("categories", name, "mccs"), found)
    set_by_user = {name for name, change in changes.items() if "share" in change and name in values}
    if set_by_user:
        _fill(values, set_by_user, "share", ("categories",), found)


def _fill(values: Mapping[str, dict[str, Any]], given: set[str], key: str, path: Keys, found: dict[Keys, str]) -> None:
    """Scale what was not given such that all sum to one."""
    # exact sums: the order of a set differs from process to process
    total = fsum(values[name].get(key, 0.0) for name in given)
    rest = fsum(entry[key] for name, entry in values.items() if name not in given)
    if total > 1 or (rest > 0 and total == 1):
        found[(*path, min(given), key)] = f"the numbers given sum to {total:g}; all together must sum to one"
    elif rest > 0:
        for name, entry in values.items():
            if name not in given:
                entry[key] *= (1 - total) / rest
