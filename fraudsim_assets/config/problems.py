"""What is wrong with a configuration, said to the person who wrote it.

Belongs here: one sentence per problem, naming the field, the value, where it was given and what
is valid. Does not belong here: reading values (``layers``).
"""

import math
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from fraudsim_assets.config import schema
from fraudsim_assets.config.geography import home_problems
from fraudsim_assets.config.layers import Layers
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios import resolve

_SHOWN = 60
_HINTED = 50
"""Settings that do not exist are compared with those that do for so many of them. [count]"""


def value_problems(layers: Layers) -> dict[schema.Path, str]:
    """Problems a lenient reading would let pass: true as a number, a number as a date, NaN, infinity."""
    return dict(_walk(layers.tree, (), layers))


def _walk(value: Any, path: schema.Path, layers: Layers) -> Iterator[tuple[schema.Path, str]]:
    if isinstance(value, Mapping):
        for key, below in value.items():
            yield from _walk(below, (*path, str(key)), layers)
        return
    node = schema.node_at(path)
    if node and _is_misread(value, node):
        yield path, sentence(path, value, layers)


def _is_misread(value: Any, node: schema.Node) -> bool:
    types = schema.types_of(node)
    if isinstance(value, bool):
        return bool(types) and "boolean" not in types
    if isinstance(value, float) and not math.isfinite(value):
        return True
    if isinstance(value, str) and types & {"number", "integer"} and not math.isfinite(_number(value)):
        return True
    if schema.accepts_date(node):
        return isinstance(value, int | float) or (isinstance(value, str) and not _looks_like_date(value))
    return False


def _looks_like_date(text: str) -> bool:
    return len(text) == 10 and text[4] == text[7] == "-"  # whether that day exists, pydantic says


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0  # not a number at all: pydantic says so


def model_problems(error: ValidationError, layers: Layers) -> dict[schema.Path, str]:
    """Translate pydantic's errors, by path."""
    found: dict[schema.Path, str] = {}
    unknown = 0
    for number, item in enumerate(error.errors(include_url=False)):
        path = tuple(str(part) for part in item["loc"])
        is_key = item["type"] != "extra_forbidden" and path[-1:] == ("[key]",)
        if item["type"] != "extra_forbidden":
            # pydantic's mark for a key of a mapping; an unknown setting may really be called so
            path = tuple(part for part in path if part != "[key]")
        raised = item.get("ctx", {}).get("error")
        if item["type"] == "extra_forbidden":
            unknown += 1
            found[path] = _unknown(path, layers, hinted=unknown <= _HINTED)
        elif raised is not None and isinstance(item["input"], Mapping | object) and item["type"] == "value_error":
            for line, told in enumerate(str(raised).splitlines()):
                found[(*path, f"#{number}.{line}")] = _own_words(told, path, layers)
        elif item["type"].startswith("date_") and isinstance(item["input"], str):
            reason = raised or item.get("ctx", {}).get("reason") or "this day does not exist"
            found[path] = sentence(path, item["input"], layers, because=str(reason))
        elif is_key:
            wanted = item["msg"].removeprefix("Input should be ")
            wanted = wanted.replace("String should match pattern", "text that matches")
            found[path] = (
                f"{'.'.join(path[:-1])}: {_show(item['input'])} is no name of an entry; valid is {wanted}"
                f"{_given(layers.origin(path))}"
            )
        else:
            found[path] = sentence(path, item["input"], layers, fallback=item["msg"])
    return found


def name_problems(config: Config, layers: Layers) -> dict[schema.Path, str]:
    """Names in a valid configuration that refer to nothing, and values that scenarios do not take, by path."""
    found = {}
    for path, told in (resolve(config)[1] | home_problems(config)).items():
        found[path] = f"{'.'.join(path)}: {told}{_given(layers.origin(path))}"
    return found


def _own_words(message: str, path: schema.Path, layers: Layers) -> str:
    first = tuple(message.split(" ", 1)[0].rstrip(":").split("."))
    known = schema.node_at(first) is not None
    origin = layers.origin(first if known else path)
    prefix = "" if known or not path else ".".join(path) + ": "
    return f"{prefix}{message}{_given(origin)}"


def _unknown(path: schema.Path, layers: Layers, *, hinted: bool) -> str:
    if not hinted:
        return f"{'.'.join(path)}: no such setting{_given(layers.origin(path))}"
    better = schema.suggestion(path)
    parent = schema.node_at(path[:-1]) or {}
    there = "; known here: " + ", ".join(parent["properties"]) if parent.get("properties") else ""
    hint = f"; did you mean {better}?" if better else there
    return f"{'.'.join(path)}: no such setting{hint}{_given(layers.origin(path))}"


def sentence(
    path: schema.Path, value: Any, layers: Layers, *, because: str | None = None, fallback: str | None = None
) -> str:
    """Say that a value is not valid, and what is."""
    node = schema.node_at(path)
    valid = schema.valid_values(node) if node else (fallback or "something else")
    reason = f": {because}" if because else ""
    return f"{'.'.join(path)}: {_show(value)} is not valid{reason}; valid is {valid}{_given(layers.origin(path))}"


def _show(value: Any) -> str:
    if value is None:
        return "an empty value"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) and value.bit_length() > 200:
        return "a number of over 60 digits"
    text = repr(value) if isinstance(value, str | int | float | dict | list) else repr(str(value))
    return text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."


def _given(origin: str | None) -> str:
    return f" ({origin})" if origin else ""
