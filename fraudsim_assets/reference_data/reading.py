"""Reading data files: TOML in, checked entries out, and every error with its file and line.

Files are parsed by the standard library, which knows no positions; only when something is wrong is the
line of a key looked for in the text.

Belongs here: from text to values of a declared shape. Does not belong here: which files there are.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from fraudsim_assets.errors import ConfigError

DATA = Path(__file__).parent / "data"
"""Folder of the data files that travel with the package."""

Keys = tuple[str, ...]
Model = TypeVar("Model", bound=BaseModel)

_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_HEADER = re.compile(r"^\s*\[\[?([^\]]+)\]\]?\s*(#.*)?$")
_KEY = re.compile(r"^\s*([A-Za-z0-9_.\"-]+)\s*=")


@dataclass(frozen=True)
class DataFile:
    """A file of the reference data: its plain values, and the text that its lines are sought in.

    Attributes
    ----------
    path
        Where it is.
    text
        Its text.
    values
        Plain values.
    """

    path: Path
    text: str
    values: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> "DataFile":
        """Read a TOML file.

        Raises
        ------
        ConfigError
            If it cannot be read or is not TOML; names the file and the line.
        """
        try:
            text = path.read_text(encoding="utf-8")
        except OSError as error:
            raise ConfigError(f"{path}: cannot be read: {error.strerror}") from error
        except UnicodeDecodeError as error:
            raise ConfigError(f"{path}: not text in UTF-8 (byte {error.start})") from error
        try:
            return cls(path, text, tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            found = _AT_LINE.search(str(error))
            line = (found and found[1]) or str(text.count("\n") + 1)
            raise ConfigError(f"{path}:{line}: not valid TOML: {_AT_LINE.sub('', str(error))}") from error

    def where(self, path: Keys) -> str:
        """File and line of a key, or of the nearest one above it that has a line."""
        return f"{self.path}:{line_of(self.text, path)}"

    def error(self, path: Keys, message: str) -> ConfigError:
        """What is wrong with a key, with its line."""
        return ConfigError(f"{self.where(path)}: {'.'.join(path)}: {message}")


def line_of(text: str, path: Keys) -> int:
    """Line on which a TOML document gives a key, or the nearest one above it; 1 if it has none."""
    header: Keys = ()
    best, depth = 1, 0
    for number, line in enumerate(text.splitlines(), 1):
        if found := _HEADER.match(line):
            header = _split(found[1])
            here = header
        elif found := _KEY.match(line):
            here = (*header, *_split(found[1]))
        else:
            continue
        shared = len(here) if path[: len(here)] == here else 0
        if shared > depth:
            best, depth = number, shared
    return best


def _split(dotted: str) -> Keys:
    """Parts of a dotted TOML key."""
    return tuple(quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|([A-Za-z0-9_-]+)', dotted))


def checked(model: type[Model], values: Mapping[str, Any], file: DataFile, at: Keys = ()) -> Model:
    """Give values the shape of an entry.

    Parameters
    ----------
    model
        The shape.
    values
        Plain values of the file at ``at``, perhaps with names added.
    file
        Where they come from.
    at
        Keys that lead to the values.

    Raises
    ------
    ConfigError
        If a key is unknown or missing, or a value is out of range; one line per problem, each with file and line.
    """
    try:
        return model.model_validate(values)
    except ValidationError as error:
        lines = [str(file.error((*at, *path), told)) for path, told in problems(error, model)]
        raise ConfigError("\n".join(lines)) from error


def problems(error: ValidationError, model: type[BaseModel]) -> list[tuple[Keys, str]]:
    """What is wrong, in words, with the path of each."""
    found = []
    for item in error.errors(include_url=False):
        path = tuple(str(part) for part in item["loc"] if part != "[key]")
        if item["type"] == "extra_forbidden":
            found.append((path, "no such key" + did_you_mean(path[-1], _siblings(model, path[:-1]))))
        elif item["type"] == "missing":
            found.append((path, "is missing"))
        else:
            told = item["msg"].removeprefix("Value error, ").removeprefix("Input ")
            found.append((path, f"{item['input']!r} is not valid: {told}"))
    return found


def did_you_mean(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """Hint at the closest known name, else list them."""
    close = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(known)}"


def _siblings(model: type[BaseModel], path: Keys) -> list[str]:
    """Fields of the model that a path leads to."""
    for key in path:
        field = model.model_fields.get(key)
        inner = nested_model(field.annotation) if field else None
        model = inner or model
    return list(model.model_fields)


def nested_model(annotation: Any) -> type[BaseModel] | None:
    """Model inside an annotation such as ``dict[str, Trade]``, if there is one."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in getattr(annotation, "__args__", ()):
        if found := nested_model(part):
            return found
    return None
