"""YAML read strictly and safely, with the line of every value.

Belongs here: turning text into plain values (mappings, lists, text, numbers, booleans, null).
Does not belong here: what the values mean.

Stricter than YAML 1.1 where it is known to surprise: keys are always text (Norway's ``NO`` is a
country, not false), only ``true`` and ``false`` are booleans, dates stay text until the model
reads them, duplicate keys are errors, and tags, anchors and aliases are refused, so that text
can neither make objects nor grow.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from yaml.composer import ComposerError

from fraudsim_assets.errors import ConfigError

_TAG = "tag:yaml.org,2002:"
_MAX_DEPTH = 24
_NULL = re.compile(r"^(~|null|Null|NULL|)$")
_BOOL = re.compile(r"^(true|True|TRUE|false|False|FALSE)$")
_INT = re.compile(r"^[-+]?[0-9][0-9_]{0,80}$")
_FLOAT = re.compile(
    r"^[-+]?(\.[0-9][0-9_]*|[0-9][0-9_]*(\.[0-9_]*)?)([eE][-+]?[0-9]+)?$|^[-+]?\.(inf|Inf|INF)$|^\.(nan|NaN|NAN)$"
)


class _StrictLoader(yaml.SafeLoader):
    """Composes plain nodes only: no tags to run, no aliases, bounded depth."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - replaces the table of the base class

    def __init__(self, stream: str) -> None:
        super().__init__(stream)
        self._depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise ComposerError(None, None, "anchors (&) and aliases (*) are not allowed", event.start_mark)
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise ComposerError(None, None, f"nested deeper than {_MAX_DEPTH} levels", event.start_mark)
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1


for _name, _pattern, _first in (
    ("null", _NULL, ["~", "n", "N", ""]),
    ("bool", _BOOL, list("tTfF")),
    ("int", _INT, list("-+0123456789")),
    ("float", _FLOAT, list("-+.0123456789")),
):
    _StrictLoader.add_implicit_resolver(_TAG + _name, _pattern, _first)


@dataclass
class ParsedYaml:
    """A document's value, the line of each path in it, and what is wrong with it.

    Attributes
    ----------
    value
        Plain Python values.
    lines
        Line of each key, by path; 1 is the first. [lines]
    problems
        One sentence per problem, each with its line.
    """

    value: Any = None
    lines: dict[tuple[str, ...], int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


def parse_yaml(text: str, name: str) -> ParsedYaml:
    """Read one YAML document.

    Parameters
    ----------
    text
        The document.
    name
        What to call it in messages, such as its path.

    Returns
    -------
    ParsedYaml
        The value (None for an empty document) with lines and problems.
    """
    parsed = ParsedYaml()
    try:
        loader = _StrictLoader(text)
        try:
            node = loader.get_single_node()
        finally:
            loader.dispose()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"{name}:{mark.line + 1}" if mark else name
        parsed.problems.append(f"{where}: not valid YAML: {error.problem or error.context}")
    except yaml.YAMLError as error:
        parsed.problems.append(f"{name}: not valid YAML: {' '.join(str(error).split())}")
    else:
        if node is not None:
            parsed.value = _construct(node, (), parsed, name)
    return parsed


def parse_value(text: str) -> Any:
    """Read one value as YAML would: ``"0.01"`` is a number, ``"{DE: 1}"`` a mapping.

    Raises
    ------
    ConfigError
        If the text is not valid YAML.
    """
    parsed = parse_yaml(text, "value")
    if parsed.problems:
        raise ConfigError("; ".join(problem.split(": ", 1)[1] for problem in parsed.problems))
    return parsed.value


def _construct(node: Any, path: tuple[str, ...], parsed: ParsedYaml, name: str) -> Any:
    line = node.start_mark.line + 1
    kind = node.tag.removeprefix(_TAG)
    if isinstance(node, yaml.MappingNode) and kind == "map":
        return _mapping(node, path, parsed, name)
    if isinstance(node, yaml.SequenceNode) and kind == "seq":
        return [_construct(item, (*path, str(n)), parsed, name) for n, item in enumerate(node.value)]
    if isinstance(node, yaml.ScalarNode) and kind in _SCALARS:
        return _SCALARS[kind](node.value)
    tag = node.tag.replace(_TAG, "!!")
    parsed.problems.append(f"{name}:{line}: tag {tag} is not allowed; only plain values are")
    return None


def _mapping(node: Any, path: tuple[str, ...], parsed: ParsedYaml, name: str) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            parsed.problems.append(f"{name}:{line}: a key must be plain text")
            continue
        key = str(key_node.value)
        below = (*path, key)
        if key in value:
            dotted, first = ".".join(below), parsed.lines[below]
            parsed.problems.append(f"{name}:{line}: {dotted} is given twice, first on line {first}; keep one")
            continue
        parsed.lines[below] = line
        value[key] = _construct(value_node, below, parsed, name)
    return value


def _float(text: str) -> float:
    words = {"inf": "inf", "nan": "nan"}
    bare = text.lower().replace("_", "")
    for word in words:
        if bare.endswith("." + word):
            return float(bare.replace("." + word, word))
    return float(bare)


_SCALARS = {
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": lambda text: int(text.replace("_", "")),
    "float": _float,
    "str": str,
}
