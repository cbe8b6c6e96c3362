"""Where configured values come from, and how layers of them become one tree.

Belongs here: reading a YAML file with what it extends, the environment and the overrides as
lists of assignments, and laying them over one another. Does not belong here: whether a value is
valid (``problems``) and the order of the layers (``loading``).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from fraudsim_assets.config import schema
from fraudsim_assets.config.resources import bundled_configs
from fraudsim_assets.config.table_files import FILE, SECTION, read_tables
from fraudsim_assets.config.yaml_text import parse_value, parse_yaml
from fraudsim_assets.errors import ConfigError

PREFIX = "FRAUDSIM_"
CONFIG_VARIABLE = "FRAUDSIM_CONFIG"
EXTENDS = "extends"
_MAX_BYTES = 1_000_000
_YAML_SUFFIXES = (".yaml", ".yml")


@dataclass(frozen=True)
class Assignment:
    """One value for one path, and where it was given, in words."""

    path: schema.Path
    value: Any
    origin: str


@dataclass
class Layers:
    """The tree of values laid so far.

    Attributes
    ----------
    tree
        Nested values, as given; not yet checked.
    origins
        Where each path was last given.
    problems
        One sentence per problem met so far.
    """

    tree: dict[str, Any] = field(default_factory=dict)
    origins: dict[schema.Path, str] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def lay(self, assignments: Iterator[Assignment], *, beside: Path | None = None) -> None:
        """Lay values over the tree; a later value of a path wins, and any over those of a file of tables.

        Parameters
        ----------
        assignments
            Values of one layer.
        beside
            Folder that the file of tables is relative to.
        """
        given = list(assignments)
        for assignment in given:
            if assignment.path == (SECTION, FILE):
                told = read_tables(assignment.value, beside=beside, origin=assignment.origin)
                self.problems += told.problems
                for below in spread(told.values, (SECTION,), assignment.origin, told.origins):
                    self._set(below)
        for assignment in given:
            if assignment.path != (SECTION, FILE):
                self._set(assignment)

    def _set(self, assignment: Assignment) -> None:
        place: Any = self.tree
        *parents, last = assignment.path
        for depth, key in enumerate(parents):
            if key not in place:
                node = schema.node_at(assignment.path[: depth + 1])
                starts_full = schema.is_mapping(node) and not schema.is_merged(node)
                place[key] = dict((node or {}).get("default") or {}) if starts_full else {}
            place = place[key]
            if not isinstance(place, dict):
                return  # the wrong value above is reported by itself
        place[last] = assignment.value
        self.origins[assignment.path] = assignment.origin

    def origin(self, path: schema.Path) -> str | None:
        """Where a path, or the first one below it, or the closest one above it, was given."""
        if path not in self.origins:
            below = (given for known, given in self.origins.items() if known[: len(path)] == path)
            if path and (first := next(below, None)):
                return first
        for length in range(len(path), 0, -1):
            if path[:length] in self.origins:
                return self.origins[path[:length]]
        return None


def spread(value: Any, path: schema.Path, origin: str, origins: Mapping[schema.Path, str]) -> Iterator[Assignment]:
    """Cut a nested value into assignments, down to what is one value.

    Parameters
    ----------
    value
        A mapping, or anything else.
    path
        Where it belongs.
    origin
        Where it was given, unless ``origins`` knows the line.
    origins
        Origins of single paths, such as lines of a file.
    """
    node = schema.node_at(path)
    here = origins.get(path, origin)
    joins = schema.is_merged(node) or (path and schema.node_at(path[:-1]) == {})
    if isinstance(value, dict) and value and joins:
        for key, below in value.items():
            yield from spread(below, (*path, str(key)), here, origins)
    elif path:
        yield Assignment(path, value, here)


def file_layers(name: str | Path, layers: Layers, seen: tuple[Path, ...] = ()) -> None:
    """Lay a YAML file, after the one it extends.

    Parameters
    ----------
    name
        Path of a file, or the name of a bundled configuration.
    layers
        Where the values go; problems too.
    seen
        Files that led here by ``extends``.
    """
    try:
        path = locate(name, beside=seen[-1].parent if seen else None)
        text = _read(path)
    except ConfigError as error:
        layers.problems.append(f"{error}{f' (extended by {seen[-1]})' if seen else ''}")
        return
    if path in seen:
        layers.problems.append(f"{seen[-1]}: extends {name}, which leads back to itself")
        return
    parsed = parse_yaml(text, str(path))
    layers.problems += parsed.problems
    if parsed.problems:
        return
    value = parsed.value
    if value is None:
        layers.problems.append(f"{path}: the file is empty; write at least one setting, such as 'seed: 1'")
    elif not isinstance(value, dict):
        layers.problems.append(f"{path}: holds {_kind(value)}; a configuration is a mapping such as 'seed: 1'")
    else:
        _lay_file(path, value, parsed.lines, layers, seen)


def _lay_file(
    path: Path, value: dict[str, Any], lines: Mapping[schema.Path, int], layers: Layers, seen: tuple[Path, ...]
) -> None:
    base = value.pop(EXTENDS, None)
    if base is not None and not isinstance(base, str):
        where = f"{path}:{lines[(EXTENDS,)]}"
        layers.problems.append(f"extends: {base!r} is not valid; valid is a file or one of {_names()} ({where})")
    elif base is not None:
        file_layers(base, layers, (*seen, path))
    layers.lay(
        spread(value, (), str(path), {below: f"{path}:{line}" for below, line in lines.items()}), beside=path.parent
    )


def locate(name: str | Path, *, beside: Path | None = None) -> Path:
    """Find a configuration file.

    A bare word is the name of a bundled configuration; anything else is a path, relative to the
    working directory or, in ``extends``, to the file that extends.

    Raises
    ------
    ConfigError
        If there is no such file.
    """
    text = str(name)
    bundled = bundled_configs()
    bare = isinstance(name, str) and "/" not in text and "\\" not in text and "." not in text
    if bare and text in bundled:
        return bundled[text]
    try:
        path = Path(name).expanduser()
        path = path if path.is_absolute() or beside is None else beside / path
        if path.is_file():
            return path.resolve()
        found = path.exists()
    except (OSError, ValueError, RuntimeError) as error:
        raise ConfigError(f"configuration {text!r} cannot be opened: {error}") from error
    if found:
        raise ConfigError(f"configuration {text} is not a file")
    close = get_close_matches(text, bundled, n=1) if bare else []
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise ConfigError(f"configuration {text!r} does not exist; valid is a YAML file or one of {_names()}{hint}")


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ConfigError(f"{path}: larger than {_MAX_BYTES:,} bytes; this is no configuration")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not text in UTF-8 (byte {error.start})") from error
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error


def _names() -> str:
    return ", ".join(bundled_configs()) or "(no bundled configurations found)"


def _kind(value: Any) -> str:
    return {list: "a list", str: "plain text", bool: "true or false", int: "a number", float: "a number"}[type(value)]


def environment_layer(env: Mapping[str, str], layers: Layers) -> None:
    """Lay the variables ``FRAUDSIM_SECTION__FIELD``; an empty variable counts as not set."""
    for name in sorted(env):
        if not name.startswith(PREFIX) or name == CONFIG_VARIABLE or not env[name]:
            continue
        path = _environment_path(name, layers.tree)
        if _is_anothers(name, path):
            continue
        _lay_text(path, env[name], f"environment variable {name}", layers)


def _is_anothers(name: str, path: schema.Path) -> bool:
    """Whether a variable is the user's own: of one word that neither is a setting nor looks like one misspelt."""
    own = len(path) > 1 or schema.node_at(path) is not None or schema.suggestion(path) is not None
    return not own and not get_close_matches(name, [CONFIG_VARIABLE], cutoff=0.85)


def _environment_path(name: str, tree: Mapping[str, Any]) -> schema.Path:
    path: schema.Path = ()
    place: Any = tree
    for segment in name.removeprefix(PREFIX).split("__"):
        node = schema.node_at(path) or {}
        there = [*node.get("properties", {}), *(place if isinstance(place, dict) else node.get("default") or {})]
        pattern = schema.key_pattern(node)
        is_code = re.fullmatch(pattern, segment.upper()) is not None if pattern else len(segment) == 2
        fallback = segment.upper() if is_code else segment.lower()
        key = next((known for known in there if known.lower() == segment.lower()), fallback)
        path = (*path, key)
        place = place.get(key) if isinstance(place, dict) else None
    return path


def override_layer(overrides: Mapping[str, Any] | Sequence[str] | str, layers: Layers) -> None:
    """Lay overrides: a (nested or dotted) mapping, or strings such as ``"fraud.rate=0.01"``."""
    if isinstance(overrides, Mapping):
        for key, value in overrides.items():
            path = tuple(str(key).split("."))
            plain = _plain(value)
            layers.lay(spread(plain, path, f"override {key}", {}))
        return
    for text in [overrides] if isinstance(overrides, str) else overrides:
        name, sign, value = str(text).partition("=")
        path = tuple(part.strip() for part in name.split("."))
        if not sign or not all(path):
            layers.problems.append(
                f"--set {text}: not understood; valid is section.field=value, such as fraud.rate=0.01"
            )
            continue
        _lay_text(path, value.strip(), f"--set {text}", layers)


def _plain(value: Any) -> Any:
    return {str(key): _plain(below) for key, below in value.items()} if isinstance(value, Mapping) else value


def _lay_text(path: schema.Path, text: str, origin: str, layers: Layers) -> None:
    node = schema.node_at(path) or {}
    types = schema.types_of(node)
    if "string" in types and not ("null" in types and text in {"null", "~", ""}):
        layers.lay(spread(text, path, origin, {}))
        return
    try:
        value = parse_value(text)
    except ConfigError as error:
        layers.problems.append(f"{'.'.join(path)}: {text!r} cannot be read: {error} ({origin})")
        return
    layers.lay(spread(value, path, origin, {}))
