"""What a reference is, and how sure it is.

Belongs here: the shape of a reference. Does not belong here: references.
"""

from dataclasses import dataclass
from typing import Literal

Certainty = Literal["primary", "secondary", "recalled"]
"""``primary``: read in the source itself. ``secondary``: read as quoted by others. ``recalled``:
from memory; to be checked before it is cited elsewhere."""


@dataclass(frozen=True)
class Source:
    """One publication, data set or standard.

    Attributes
    ----------
    title, publisher, year
        As published; year ``None`` where the page has none.
    locator
        DOI, arXiv number or address, where known.
    certainty
        How the numbers were read.
    note
        What was taken from it, and what to beware of.
    """

    title: str
    publisher: str
    year: int | None
    certainty: Certainty
    note: str
    locator: str | None = None


def primary(title: str, publisher: str, year: int | None, note: str, locator: str | None = None) -> Source:
    """Make a source that was read itself."""
    return Source(title, publisher, year, "primary", note, locator)


def secondary(title: str, publisher: str, year: int | None, note: str, locator: str | None = None) -> Source:
    """Make a source that was read as quoted by others."""
    return Source(title, publisher, year, "secondary", note, locator)


def recalled(title: str, publisher: str, year: int | None, note: str, locator: str | None = None) -> Source:
    """Make a source that is recalled."""
    return Source(title, publisher, year, "recalled", note, locator)
