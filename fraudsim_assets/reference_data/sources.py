"""Bibliography: where numbers about the real world come from, and how sure they are.

A number says its source by an id of ``data/sources.toml``, or says ASSUMPTION. Calibration targets
have short names of a letter and two digits (A02, F01); several targets may share a source.

Belongs here: the shape of a reference, and reading them. Does not belong here: references, and the numbers
themselves.
"""

from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data.model import Entry
from fraudsim_assets.reference_data.reading import DATA, DataFile, checked, did_you_mean

ASSUMPTION = "ASSUMPTION"

Certainty = Literal["primary", "secondary", "recalled"]
"""``primary``: read in the source itself. ``secondary``: read as quoted by others. ``recalled``:
from memory; to be checked before it is cited elsewhere."""


class Source(Entry):
    """One publication, data set or standard.

    Attributes
    ----------
    title, publisher, year
        As published; year ``None`` where the page has none.
    locator
        DOI, arXiv number or address, where known.
    read_as
        How the numbers were read.
    note
        What was taken from it, and what to beware of.
    """

    title: str = Field(min_length=1)
    publisher: str = Field(min_length=1)
    year: int | None = Field(default=None, ge=1900, le=2100)
    locator: str | None = Field(default=None, pattern=r"^(https?://|doi:10\.|arXiv:\d{4}\.\d{4,5}$)")
    read_as: Certainty
    note: str = Field(min_length=9)


class Origin(Entry):
    """Where the numbers of a column come from: ids of the bibliography, or ASSUMPTION, or both.

    Attributes
    ----------
    source
        At least one.
    unit
        Unit of the numbers; none for names and flags.
    remark
        How the numbers follow from the source.
    """

    source: Annotated[tuple[str, ...], Field(min_length=1)]
    unit: str | None = None
    remark: str = ""

    @field_validator("source", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("source")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name != ASSUMPTION and name not in sources():
                raise ValueError(f"{name!r} is neither {ASSUMPTION} nor in sources.toml{_hint(name)}")
        return value


def _hint(name: str) -> str:
    told = did_you_mean(name, list(sources()))
    return told if "did you mean" in told else ""


@cache
def sections() -> Mapping[str, Mapping[str, Source]]:
    """All sources by section and id, in the order of the file.

    Raises
    ------
    ConfigError
        If the file is not what it should be; names the line.
    """
    file = DataFile.read(DATA / "sources.toml")
    found: dict[str, dict[str, Source]] = {}
    seen: dict[str, str] = {}
    for section, entries in file.values.items():
        found[section] = {}
        for name, values in entries.items():
            if name in seen:
                raise file.error((section, name), f"is already in section {seen[name]!r}")
            found[section][name] = checked(Source, values, file, (section, name))
            seen[name] = section
    if not seen:
        raise ConfigError(f"{file.path}: has no sources")
    return found


@cache
def sources() -> Mapping[str, Source]:
    """All sources by id."""
    return {name: source for entries in sections().values() for name, source in entries.items()}
