"""Targets, their bands, and verdicts: one model for the scorecard and for the difficulty of fraud.

A target is a number about the real world: its quantity names what is measured in simulated data, its band what
counts as met, its source and mark where the number comes from and how sure it is. The band may differ between
regions. Targets stand in files (``data/<theme>.toml``).

Belongs here: the shape of targets and verdicts, and reading the files. Does not belong here: measures.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, field_validator, model_validator

from fraudsim_assets.config import Config
from fraudsim_assets.errors import FraudsimError
from fraudsim_assets.reference_data import sources
from fraudsim_assets.reference_data.model import Entry, Name
from fraudsim_assets.reference_data.reading import DataFile, checked, did_you_mean

DATA = Path(__file__).parent / "data"
"""Folder of the targets."""

Mark = Literal["primary", "secondary", "derived", "recalled", "judged", "exact"]
"""How sure a target is: read in the source, read as quoted by others, computed from such figures,
from memory, an engineering judgement, or true by definition."""

Unit = Literal["share", "ratio", "count", "km", "money", "hour", "unitless"]

Status = Literal["pass", "fail", "not measurable"]

Region = Literal["eea", "uk", "us", "au", "other"]

REGIONS: Mapping[Region, str] = {
    "eea": "the European Economic Area",
    "uk": "the United Kingdom",
    "us": "the United States",
    "au": "Australia",
    "other": "no single region",
}
"""Regions with published numbers of their own, and their names."""

_REGION_OF: Mapping[str, Region] = {"GB": "uk", "US": "us", "AU": "au"}

EEA = frozenset(
    "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO".split()  # noqa: SIM905
)
"""European Economic Area. Source: agreement of 1992, as enlarged."""

_WIDTHS: Mapping[str, Callable[[float, float], tuple[float, float]]] = {
    "within": lambda value, width: (value - width, value + width),
    "factor": lambda value, width: (value / width, value * width),
    "percent": lambda value, width: (value - value * width / 100, value + value * width / 100),
}
"""Bands about a value: plus and minus a width, divided and multiplied by a factor, or per cent either way."""


class NotMeasurableError(FraudsimError):
    """The days at hand cannot answer; the message says why."""


class Aim(Entry):
    """What a measure should be.

    A file gives ``low`` and ``high``, or a ``value`` with one of ``within``, ``factor`` and ``percent``.

    Attributes
    ----------
    value
        The published number; the middle of the band where none is given.
    low, high
        Band that counts as met, both ends included, before sampling error.
    mark
        How sure the value is.
    source
        Ids of the bibliography; a number that was read somewhere has at least one.
    """

    value: float = Field(strict=True)
    low: float = Field(strict=True)
    high: float = Field(strict=True)
    mark: Mark
    source: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _as_band(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            raise ValueError("an aim is a table of low, high, value, mark and source")  # noqa: TRY004 - pydantic's way
        for name in given.keys() & {"low", "high", "value", *_WIDTHS}:
            if isinstance(given[name], bool) or not isinstance(given[name], int | float):
                raise ValueError(f"{name} {given[name]!r} is not a number")  # noqa: TRY004 - pydantic's way
        widths = given.keys() & _WIDTHS.keys()
        rest = {name: value for name, value in given.items() if name not in widths}
        if not widths and "low" in given and "high" in given:
            return {"value": (given["low"] + given["high"]) / 2, **rest}
        if len(widths) != 1 or "value" not in given or "low" in given or "high" in given:
            raise ValueError(f"a band is low and high, or a value with one of {', '.join(_WIDTHS)}")
        (width,) = widths
        low, high = _WIDTHS[width](given["value"], given[width])
        return {**rest, "low": low, "high": high}

    @field_validator("source", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if not self.low <= self.value <= self.high:
            raise ValueError(f"value {self.value:g} is outside the band from {self.low:g} to {self.high:g}")
        if not self.source and self.mark in {"primary", "secondary", "derived"}:
            raise ValueError(f"a number that is {self.mark} names its source")
        for name in self.source:
            if name not in sources():
                raise ValueError(f"source {name!r} is not in the bibliography{did_you_mean(name, list(sources()))}")
        return self


class Target(Entry):
    """One thing to get right.

    Attributes
    ----------
    id
        Short name: a letter and two digits name the calibration target, a suffix its part.
    quantity
        Name of the measure.
    name
        What is measured, in a few words.
    any
        What it should be in regions without an aim of their own; without either, the target does not apply.
    remark
        What to beware of.
    """

    id: Annotated[str, Field(pattern=r"^[A-Z](\d\d)?(\.[a-z0-9_]+)*$")]
    quantity: Name
    name: str = Field(min_length=4)
    unit: Unit
    any: Aim | None = None
    eea: Aim | None = None
    uk: Aim | None = None
    us: Aim | None = None
    au: Aim | None = None
    remark: str = ""

    def aim(self, region: str) -> Aim | None:
        """Aim for a region, or None where the target does not apply."""
        return getattr(self, region, None) or self.any

    @property
    def number(self) -> str:
        """The calibration target, without its part."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Verdict:
    """A target with what came out.

    Attributes
    ----------
    measured
        NaN where not measurable.
    error
        Standard error; NaN where unknown. [unit of the target]
    reason
        Why it is not measurable, else empty.
    """

    target: Target
    aim: Aim
    status: Status
    measured: float = float("nan")
    error: float = 0.0
    reason: str = ""

    @classmethod
    def of(cls, target: Target, aim: Aim, measured: float, error: float, *, slack: float = 0.0) -> "Verdict":
        """Judge a measured number: met within the band, widened by ``slack`` on either side."""
        met = isfinite(measured) and aim.low - slack <= measured <= aim.high + slack
        return cls(target, aim, "pass" if met else "fail", measured, error)

    @property
    def is_met(self) -> bool:
        """Whether the target is met."""
        return self.status == "pass"


@dataclass(frozen=True)
class Theme:
    """The targets of one file.

    Attributes
    ----------
    file
        Where they stand.
    name
        Of the theme.
    targets
        In the order of the file.
    """

    file: DataFile
    name: str
    targets: tuple[Target, ...]

    @classmethod
    def read(cls, path: Path) -> "Theme":
        """Read a file of targets.

        Raises
        ------
        ConfigError
            If an entry is not what it should be; one line per problem, each with file and line.
        """
        file = DataFile.read(path)
        name = file.values.get("theme")
        if not isinstance(name, str):
            raise file.error(("theme",), "is missing; a file of targets names its theme")
        targets = []
        for key, values in file.values.items():
            if key == "theme":
                continue
            if not isinstance(values, dict):
                raise file.error((key,), "no such key; a file of targets has its theme and one table per target")
            targets.append(checked(Target, {"id": key, **values}, file, (key,)))
        return cls(file, name, tuple(targets))

    def measured_by(self, measures: Collection[str], *, spare: Collection[str] = ()) -> Self:
        """Make sure that each target has its measure and each measure its target.

        Parameters
        ----------
        measures
            Names of quantities that can be measured.
        spare
            Those among them that need no target.

        Raises
        ------
        ConfigError
            If a target has no measure, two have the same, or a measure has no target; names file and line.
        """
        used: dict[str, str] = {}
        for target in self.targets:
            if target.quantity not in measures:
                hint = did_you_mean(target.quantity, list(measures))
                raise self.file.error((target.id, "quantity"), f"{target.quantity!r} is not measured{hint}")
            if target.quantity in used:
                told = f"{target.quantity!r} is the quantity of {used[target.quantity]} already"
                raise self.file.error((target.id, "quantity"), told)
            used[target.quantity] = target.id
        missing = sorted(set(measures) - used.keys() - set(spare))
        if missing:
            raise self.file.error(("theme",), f"no target for what is measured: {', '.join(missing)}")
        return self


def region_of(config: Config) -> Region:
    """Region whose published numbers a configuration is held against, by its home countries."""
    homes = set(config.geography.countries)
    if homes <= EEA:
        return "eea"
    regions: set[Region] = {_REGION_OF.get(code, "other") for code in homes}
    return regions.pop() if len(regions) == 1 else "other"
