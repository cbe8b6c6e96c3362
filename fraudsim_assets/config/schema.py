"""The configuration model seen as a tree of paths: what exists where, and what is valid there.

Belongs here: look-ups by dotted path and a description in words of what a field accepts, both
derived from the model's JSON schema. Does not belong here: the fields themselves (``model``).
"""

from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache
from typing import Any

from fraudsim_assets.config.model import Config

Node = dict[str, Any]
Path = tuple[str, ...]

_TYPE_WORDS = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
    "null": "null",
}


@cache
def root() -> Node:
    """JSON schema of the whole configuration."""
    return Config.model_json_schema()


def resolved(node: Node) -> Node:
    """Follow a reference to the definition it names."""
    while "$ref" in node:
        node = {**root()["$defs"][node["$ref"].rsplit("/", 1)[1]], **{k: v for k, v in node.items() if k != "$ref"}}
    return node


def child(node: Node, key: str) -> Node | None:
    """Node of one key of a section or mapping; None where there is no such key."""
    if key in node.get("properties", {}):
        return resolved(node["properties"][key])
    extra = _values(node)
    if isinstance(extra, dict):
        return resolved(extra)
    return {} if extra is True else None


def _values(node: Node) -> Any:
    """What a mapping with names chosen by the user holds: a node, True for anything, or nothing."""
    patterned = node.get("patternProperties", {})
    return next(iter(patterned.values()), node.get("additionalProperties"))


def key_pattern(node: Node) -> str | None:
    """Pattern of the names in a mapping; None where any will do."""
    return next(iter(node.get("patternProperties", {})), None)


def node_at(path: Path) -> Node | None:
    """Node at a path; None where the model has no such field."""
    node: Node | None = root()
    for key in path:
        node = child(node, key) if node is not None else None
    return node


def is_section(node: Node | None) -> bool:
    """Whether the node has named fields of its own."""
    return node is not None and "properties" in node


def is_mapping(node: Node | None) -> bool:
    """Whether the node is a mapping with names chosen by the user."""
    return node is not None and bool(_values(node)) and not is_section(node)


def is_merged(node: Node | None) -> bool:
    """Whether two values given for the node are joined key by key, instead of the later replacing the earlier.

    Sections and mappings of sections are joined; a mapping of numbers, such as the countries'
    weights, is one value.
    """
    if is_section(node):
        return True
    if node is None or not is_mapping(node):
        return False
    extra = _values(node)
    return extra is True or is_section(resolved(extra))


def types_of(node: Node) -> frozenset[str]:
    """JSON types a node accepts; empty when anything goes."""
    options = node.get("anyOf", [node])
    return frozenset(option["type"] for option in options if "type" in option)


def accepts_date(node: Node) -> bool:
    """Whether the node takes a calendar date."""
    return any(option.get("format") == "date" for option in node.get("anyOf", [node]))


def leaves(node: Node | None = None, path: Path = ()) -> Iterator[tuple[Path, Node]]:
    """Every settable field with its path, in the order of the model."""
    node = root() if node is None else node
    for key in node["properties"]:
        below = child(node, key) or {}
        if is_section(below):
            yield from leaves(below, (*path, key))
        else:
            yield (*path, key), below


def suggestion(path: Path) -> str | None:
    """Closest existing path to one that does not exist: a sibling, or the same name in another section."""
    parent = node_at(path[:-1])
    siblings = list((parent or {}).get("properties", {}))
    close = get_close_matches(path[-1].lower(), siblings, n=1, cutoff=0.6)
    if close:
        return ".".join((*path[:-1], close[0]))
    dotted = {".".join(known): known[-1] for known, _ in leaves()}
    same = [full for full, name in dotted.items() if name == path[-1].lower()]
    if same:
        return same[0]
    near = get_close_matches(".".join(path).lower(), dotted, n=1, cutoff=0.75)
    return near[0] if near else None


def valid_values(node: Node) -> str:
    """Say in words what a node accepts, such as "a number from 0 to 1"."""
    if "anyOf" in node:
        common = {key: value for key, value in node.items() if key not in {"anyOf", "default"}}
        return " or ".join(valid_values({**common, **option}) for option in node["anyOf"])
    if "enum" in node:
        return "one of " + ", ".join(str(value) for value in node["enum"])
    if is_section(node):
        return "a mapping with the keys " + ", ".join(node["properties"])
    if node.get("type") == "object":
        extra = _values(node)
        return f"a mapping from names to {valid_values(resolved(extra)) if isinstance(extra, dict) else 'anything'}"
    if accepts_date(node):
        return "a date such as 2025-01-31"
    return _TYPE_WORDS.get(node.get("type", ""), "anything") + _bounds(node)


def _bounds(node: Node) -> str:
    low, above = node.get("minimum"), node.get("exclusiveMinimum")
    high, below = node.get("maximum"), node.get("exclusiveMaximum")
    parts = [
        f"from {low:g}" if isinstance(low, float) else f"from {low}" if low is not None else "",
        f"above {above:g}" if above is not None else "",
        f"to {high:,g}" if isinstance(high, float) else f"to {high:,}" if high is not None else "",
        f"below {below:,}" if below is not None else "",
        "that is not empty" if node.get("minLength") else "",
        f"that matches {node['pattern']}" if "pattern" in node else "",
    ]
    return "".join(f" {part}" for part in parts if part)
