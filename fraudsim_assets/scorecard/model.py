"""Targets, their bands, and verdicts.

A target is a number about the real world with a band, a source and a mark of certainty, and a
function that measures the same number in simulated data. Its band may differ between regions.

Belongs here: the shape of targets and verdicts. Does not belong here: the targets themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from fraudsim_assets.config import Config
from fraudsim_assets.errors import FraudsimError
from fraudsim_assets.scorecard.evidence import Measure

Mark = Literal["primary", "secondary", "derived", "recalled", "judged", "exact"]
"""How sure a target is: read in the source, read as quoted by others, computed from such figures,
from memory, an engineering judgement, or true by definition."""

Status = Literal["pass", "fail", "not measurable"]

Region = Literal["eea", "uk", "us", "au", "other"]

_REGION_OF: Mapping[str, Region] = {"GB": "uk", "US": "us", "AU": "au"}


class NotMeasurableError(FraudsimError):
    """The days at hand cannot answer; the message says why."""


@dataclass(frozen=True)
class Aim:
    """What a measure should be.

    Attributes
    ----------
    value
        The published number, or the middle of a judged band.
    low, high
        Band that counts as met, before sampling error.
    mark
        How sure the value is.
    sources
        Ids of ``reference_data/data/sources.toml``.
    """

    value: float
    low: float
    high: float
    mark: Mark
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Target:
    """One thing to get right.

    Attributes
    ----------
    id
        Short name: a letter and two digits name the calibration target, a suffix its part.
    name
        What is measured, in a few words.
    unit
        ``share``, ``ratio``, ``count``, ``km``, ``money`` or ``unitless``.
    measure
        The measure.
    aims
        By region; ``"any"`` where a region has none of its own. Without either, the target does
        not apply.
    note
        What to beware of.
    """

    id: str
    name: str
    unit: str
    measure: Measure
    aims: Mapping[str, Aim]
    note: str = ""

    def aim(self, region: str) -> Aim | None:
        """Aim for a region, or None where the target does not apply."""
        return self.aims.get(region, self.aims.get("any"))


@dataclass(frozen=True)
class Verdict:
    """A target with what came out.

    Attributes
    ----------
    measured
        NaN where not measurable.
    error
        Standard error by the jackknife. [unit of the target]
    reason
        Why it is not measurable, else empty.
    """

    target: Target
    aim: Aim
    status: Status
    measured: float = float("nan")
    error: float = 0.0
    reason: str = ""


def around(
    value: float,
    mark: Mark,
    *sources: str,
    within: float | None = None,
    factor: float | None = None,
    percent: float | None = None,
) -> Aim:
    """Aim at a value, with a band of plus and minus ``within``, or times ``factor``, or ``percent`` either way.

    Raises
    ------
    ValueError
        If not exactly one width is given.
    """
    given = [width for width in (within, factor, percent) if width is not None]
    if len(given) != 1:
        raise ValueError("an aim has one width: within, factor or percent")
    if within is not None:
        return Aim(value, value - within, value + within, mark, sources)
    if factor is not None:
        return Aim(value, value / factor, value * factor, mark, sources)
    spread = value * (percent or 0.0) / 100
    return Aim(value, value - spread, value + spread, mark, sources)


def between(low: float, high: float, mark: Mark, *sources: str, value: float | None = None) -> Aim:
    """Aim at a band; its value is its middle unless given."""
    return Aim((low + high) / 2 if value is None else value, low, high, mark, sources)


def region_of(config: Config) -> Region:
    """Region whose published numbers a configuration is held against, by its home countries."""
    from fraudsim_assets.scorecard.rows import EEA

    homes = set(config.geography.countries)
    if homes <= EEA:
        return "eea"
    regions: set[Region] = {_REGION_OF.get(code, "other") for code in homes}
    return regions.pop() if len(regions) == 1 else "other"
