"""The digest of a configuration: equal digests promise equal content.

Belongs here: which settings the content of which tables depends on. Does not belong here: digests
of data.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from fraudsim_assets.config.model import Config, decade_of
from fraudsim_assets.config.scenarios import resolved_scenarios

Scope = Literal["catalogs", "transactions", "all"]

_NEVER = frozenset(
    {"generation", "storage", "checks", "observability", "orchestration", "policies", "decisions", "end_date"}
)
"""How the work is cut, where it goes, how strictly it is checked, who starts it, what decisions cost and where they
lie, and where it stops."""

CATALOG_TABLES = (
    "categories", "countries", "currencies", "languages", "brands", "romanisations", "giants",
    "segments", "products", "people", "households", "plastics", "credit_lines", "cities", "commerce",
    "clocks",
)  # fmt: skip
"""Tables of reference data that catalogs rest on."""

_CATALOGS: dict[str, frozenset[str] | None] = {
    "seed": None,
    "start_date": None,
    "population": None,
    "geography": None,
    "activity": frozenset({"card_sigma"}),
    "reference": frozenset(CATALOG_TABLES),
}
"""What catalogs depend on: whole sections (None) or some of their fields."""

_LENGTH = 16
_SHOWN = 6
# differences that a message names


def digested_settings(config: Config, *, scope: Scope = "all") -> dict[str, Any]:
    """Settings that enter the digest of a scope, as plain JSON values."""
    everything = config.model_dump(mode="json", exclude=set(_NEVER))
    del everything["population"]["scale"]  # the numbers that it stands for are there
    if scope != "catalogs":
        return everything
    return {
        name: everything[name] if fields is None else {key: everything[name][key] for key in sorted(fields)}
        for name, fields in _CATALOGS.items()
    }


def reference_digest(config: Config, *, scope: Scope = "all") -> str:
    """Digest of the reference data that a scope rests on, as the configuration has it."""
    return config.reference.resolved.digest(*(CATALOG_TABLES if scope == "catalogs" else ()))


def config_digest(config: Config, *, scope: Scope = "all") -> str:
    """Digest of what the content of a scope depends on, seed, reference data and resolved fraud scenarios included.

    Generation, storage, checks, observability, what decisions cost and the end date never matter.

    Parameters
    ----------
    config
        A checked configuration.
    scope
        ``"catalogs"`` for customers, cards and merchants; ``"transactions"`` for the daily
        tables; ``"all"`` for the whole world. The last two are equal: days rest on the catalogs.

    Returns
    -------
    str
        16 hexadecimal digits of the BLAKE2b hash of canonical JSON.

    Raises
    ------
    ScenarioError
        If a fraud scenario does not exist, or its settings are wrong.
    """
    content = {**digested_settings(config, scope=scope), "reference": reference_digest(config, scope=scope)}
    if scope != "catalogs":
        # what scenarios come to be, and not how they were set: a plugin has defaults and code of its own
        content["scenarios"] = {each.name: each.content() for each in resolved_scenarios(config) if each.enabled}
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.blake2b(text.encode(), digest_size=_LENGTH // 2).hexdigest()


def lasting_digest(config: Config, *, scope: Scope = "all") -> str:
    """Digest that stays as a world's history grows, backwards within its decade as well as forwards.

    Days of transactions stay the same then, and catalogs keep what they list. (People are placed in time by the decade
    of the first day.) Labels of days soon after the first day do not stay: they leave out payments of before it.
    """
    decade = date(decade_of(config.start_date), 1, 1)
    return config_digest(config.model_copy(update={"start_date": decade}), scope=scope)


def lasting_settings(config: Config) -> dict[str, Any]:
    """Settings that enter :func:`lasting_digest`, as plain JSON values."""
    settings = digested_settings(config)
    settings["start_date"] = f"{decade_of(config.start_date)}-01-01"
    return settings


def differences(one: Mapping[str, Any], other: Mapping[str, Any], *, place: str) -> list[str]:
    """Say what differs between settings: the name, the value in some place, the value in this run.

    Parameters
    ----------
    one, other
        Plain JSON values, those of the place and those of the run.
    place
        Where the first are from, such as "the store".
    """
    there, here = (dict(_leaves(json.loads(json.dumps(each)))) for each in (one, other))
    absent = "absent"
    told = [
        f"{name} is {there.get(name, absent)} in {place} and {here.get(name, absent)} in this run"
        for name in sorted(there.keys() | here.keys())
        if there.get(name, absent) != here.get(name, absent)
    ]
    return told if len(told) <= _SHOWN else [*told[:_SHOWN], f"and {len(told) - _SHOWN} more"]


def _leaves(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and value:
        for key, below in value.items():
            yield from _leaves(below, (*path, key))
    else:
        yield ".".join(path).removeprefix("settings.").removeprefix("versions."), json.dumps(value)
