"""`Series`: a published year of payments, in factors, with its source.

The publishers' daily values do not travel with the package; what is derived from them does: factors of weekdays,
weeks, days of the month and named days of each line, and how closely they follow the published days.

Belongs here: the shape of the tables, and reading them. Does not belong here: how they are derived
(``scripts/derive_series.py``), and comparing a world with them (``comparison``).
"""

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import numpy as np
from pydantic import Field, field_validator, model_validator

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.evaluation.series.shape import SEASONS, WEEKS, Dates, Shape
from fraudsim_assets.evaluation.targets import DATA
from fraudsim_assets.reference_data import packaged, sources
from fraudsim_assets.reference_data.days import Rule
from fraudsim_assets.reference_data.model import CountryCode, Entry, Name, PositiveFactor, Share
from fraudsim_assets.reference_data.reading import DataFile, checked, did_you_mean
from fraudsim_assets.units import Floats

FOLDER = DATA.parent / "series" / "data"
"""Folder of the tables that travel with the package."""

PRESENT, REMOTE = range(2)
"""Codes of channels: in person, and on the web or by phone."""

DOMESTIC, FOREIGN = range(2)
"""Codes of holders: who lives in the country of the series, and who lives elsewhere."""

_HOLDERS = {"domestic": (DOMESTIC,), "foreign": (FOREIGN,), "all": (DOMESTIC, FOREIGN)}
_CHANNELS = {"present": (PRESENT,), "remote": (REMOTE,), "all": (PRESENT, REMOTE)}


class Goals(Entry):
    """What a world should reach."""

    total: Share = Field(description="Correlation of the days of all payments. [unitless]")
    trade: Share = Field(description="Correlation of the days of a trade. [unitless]")
    day_share: Share = Field(description="A named day is met within this part of its level, [share]")
    day_level: Share = Field(description="or within this part of a mean day. [unitless]")
    weekday: Share = Field(description="Mean error of the seven weekdays. [unitless]")
    months: Share = Field(description="Mean error of the twelve months. [unitless]")
    turn: Share = Field(description="Mean error of the days about the turn of the month. [unitless]")


Week = Annotated[tuple[PositiveFactor, ...], Field(min_length=7, max_length=7)]


class Line(Entry):
    """One line of a series: all payments, a trade, a channel, people of the country or others, a quarter of people."""

    title: str = Field(min_length=3, description="In words.")
    categories: tuple[Name, ...] = Field(default=(), description="Spending categories; none named is all.")
    channel: Literal["present", "remote", "all"] = Field(default="all", description="How they are paid.")
    income: Annotated[int, Field(ge=1, le=4)] | None = Field(
        default=None, description="Quarter of people by income, 1 the lowest; null is all."
    )
    holders: Literal["domestic", "foreign", "all"] = Field(
        default="all", description="Where those who pay live: in the country of the series, or elsewhere."
    )
    judged: bool = Field(default=True, description="Whether the correlation of its days is a goal.")
    fidelity: Share = Field(description="Correlation of the factors' curve with the published days. [unitless]")
    weekdays: Annotated[tuple[Week, ...], Field(min_length=len(SEASONS), max_length=len(SEASONS))] = Field(
        description="January and February, then the rest of the year; from Monday each. [unitless]"
    )
    weeks: Annotated[tuple[PositiveFactor, ...], Field(min_length=WEEKS, max_length=WEEKS)]
    month_days: Annotated[tuple[PositiveFactor, ...], Field(min_length=31, max_length=31)]
    named: dict[Name, PositiveFactor]

    @property
    def channel_codes(self) -> tuple[int, ...]:
        """Codes of its channels."""
        return _CHANNELS[self.channel]

    @property
    def holder_codes(self) -> tuple[int, ...]:
        """Codes of its holders."""
        return _HOLDERS[self.holders]

    @property
    def is_total(self) -> bool:
        """Whether it is about all payments."""
        return not self.categories and self.channel == self.holders == "all" and self.income is None

    @property
    def shape(self) -> Shape:
        """Its factors."""
        return Shape(np.array(self.weekdays), np.array(self.weeks), np.array(self.month_days), self.named)

    @field_validator("categories")
    @classmethod
    def _known(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name not in packaged().category_names:
                raise ValueError(f"no category {name!r}{did_you_mean(name, list(packaged().category_names))}")
        return value


class Series(Entry):
    """A published year."""

    name: Name
    title: str = Field(min_length=4)
    source: str = Field(description="Id of the bibliography.")
    year: int = Field(ge=1990, le=2099)
    country: CountryCode
    side: Literal["acquired", "issued"] = Field(
        description="Payments at merchants of the country, or those of people who live there."
    )
    measure: Literal["number", "value"]
    remark: str = ""
    goals: Goals
    days: dict[Name, Rule] = Field(description="Named days, as rules for dates.")
    lines: dict[Name, Line]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.source not in sources():
            raise ValueError(f"source {self.source!r} is not in the bibliography")
        for name, line in self.lines.items():
            if missing := sorted(self.dates.named.keys() - line.named.keys()):
                raise ValueError(f"line {name} lacks the named days {', '.join(missing)}")
        if not any(line.is_total for line in self.lines.values()):
            raise ValueError("no line is about all payments")
        return self

    @property
    def n_days(self) -> int:
        """Days of its year. [days]"""
        return len(self.dates.weekday)

    @property
    def days_of_year(self) -> frozenset[date]:
        """Days of its year."""
        first = date(self.year, 1, 1).toordinal()
        return frozenset(date.fromordinal(first + i) for i in range(self.n_days))

    @cached_property
    def dates(self) -> Dates:
        """Its year."""
        return Dates.of(self.year, self.days)

    def date_of(self, name: str) -> date:
        """Date of a named day in its year."""
        return date.fromordinal(date(self.year, 1, 1).toordinal() + self.dates.named[name])

    def curve(self, line: str, year: int | None = None) -> Floats:
        """Days of a line against the mean day, in its year or laid out over another. (days of year,) [unitless]"""
        return self.lines[line].shape.curve(self.dates if year is None else Dates.of(year, self.days))


def series_names() -> tuple[str, ...]:
    """Names of the series that travel with the package."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_series(name: str) -> Series:
    """Read a series that travels with the package, by name, or another one, by the path of its file.

    Raises
    ------
    ConfigError
        If there is no such series, or it is not what it should be; names file and line.
    """
    path = FOLDER / f"{name}.toml" if name in series_names() else Path(name)
    if path.suffix != ".toml" or not path.is_file():
        known = ", ".join(series_names())
        raise ConfigError(f"there is no series {name!r}; valid are {known}, or the path of a table in TOML")
    file = DataFile.read(path)
    values: dict[str, Any] = {"name": path.stem, **file.values}
    return checked(Series, values, file)
