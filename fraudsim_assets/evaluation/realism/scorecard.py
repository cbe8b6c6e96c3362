"""Verdicts: from evidence and targets to verdicts.

A target is met when its measure lies in its band, widened by the sampling error. Where the error
is as wide as the band, the days at hand cannot tell, and the verdict says so.

Belongs here: verdicts and their sum. Does not belong here: targets and pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import Evidence, Measure, View, sampling_error
from fraudsim_assets.evaluation.realism.measures import themes
from fraudsim_assets.evaluation.targets import Aim, NotMeasurableError, Region, Target, Verdict, region_of

ERRORS = 2.0
"""Half-width of the widening. [standard errors]"""

GOAL = 0.9
"""Share of measurable targets to meet. ASSUMPTION. [share]"""

TOO_WIDE = 1.0
"""A widening of more than this share of the band, on either side, says nothing. [unitless]"""


_ROUNDING = 1e-12


@dataclass(frozen=True)
class Scorecard:
    """Verdicts on a world.

    Attributes
    ----------
    region
        Whose published numbers it is held against.
    days
        First and last day, and how many there are between.
    verdicts
        In the order of the targets; targets that do not apply to the region are left out.
    """

    region: Region
    first: date
    last: date
    n_days: int
    n_rows: int
    verdicts: tuple[Verdict, ...]

    @property
    def met(self) -> int:
        """Number of targets met."""
        return self._number("pass")

    @property
    def missed(self) -> int:
        """Number of targets missed."""
        return self._number("fail")

    @property
    def measured(self) -> int:
        """Number of targets that could be measured."""
        return self.met + self.missed

    def _number(self, status: str) -> int:
        return sum(verdict.status == status for verdict in self.verdicts)

    @property
    def share_met(self) -> float:
        """Share of the measurable targets that are met."""
        return self.met / max(self.measured, 1)

    def within(self, theme: str) -> "Scorecard":
        """The verdicts on the targets of one theme only."""
        return replace(self, verdicts=tuple(v for v in self.verdicts if v.target in themes()[theme]))

    @property
    def misses(self) -> tuple[Verdict, ...]:
        """Verdicts on targets missed."""
        return tuple(verdict for verdict in self.verdicts if verdict.status == "fail")

    @property
    def is_good(self) -> bool:
        """Whether nine of ten measurable targets are met."""
        return self.met >= GOAL * self.measured

    def of(self, identifier: str) -> Verdict:
        """Verdict on one target.

        Raises
        ------
        KeyError
            If there is no such target for this region.
        """
        found = [verdict for verdict in self.verdicts if verdict.target.id == identifier]
        if not found:
            raise KeyError(f"no target {identifier!r} applies to region {self.region!r}")
        return found[0]


def evaluate(evidence: Evidence) -> Scorecard:
    """Judge collected evidence.

    Raises
    ------
    NotMeasurableError
        If nothing has been collected.
    """
    if not evidence.days:
        raise NotMeasurableError("no day has been collected")
    region, whole = region_of(evidence.world.config), evidence.view()
    verdicts = [
        judge(evidence, whole, target, aim, measure)
        for measures in themes().values()
        for target, measure in measures.items()
        if (aim := target.aim(region)) is not None
    ]
    days = whole.days
    counted = ("response", "refunds", "fraud_number")
    rows = sum(int(evidence.tallies.arrays[name].sum()) for name in counted)
    return Scorecard(region, days[0], days[-1], len(days), rows, tuple(verdicts))


def judge(evidence: Evidence, whole: View, target: Target, aim: Aim, measure: Measure) -> Verdict:
    """Judge one target."""
    try:
        measured = measure(whole)
        error = sampling_error(evidence, measure)
    except NotMeasurableError as reason:
        return Verdict(target, aim, "not measurable", reason=str(reason))
    if not (np.isfinite(measured) and np.isfinite(error)):
        return Verdict(target, aim, "not measurable", reason="there is nothing to measure")
    slack = ERRORS * error
    if aim.high > aim.low and slack > TOO_WIDE * (aim.high - aim.low):
        reason = f"sampling error is {error:.2g}, too much for a band from {aim.low:.4g} to {aim.high:.4g}"
        return Verdict(target, aim, "not measurable", measured, error, reason)
    return Verdict.of(target, aim, measured, error, slack=slack + _ROUNDING)


def by_theme(scorecard: Scorecard) -> Mapping[str, tuple[Verdict, ...]]:
    """Verdicts by theme, in reading order."""
    return {theme: scorecard.within(theme).verdicts for theme in themes()}


def summary(scorecard: Scorecard) -> Mapping[str, float | int | str]:
    """Few numbers for logs and metadata."""
    return {
        "region": scorecard.region,
        "first_day": scorecard.first.isoformat(),
        "last_day": scorecard.last.isoformat(),
        "days": scorecard.n_days,
        "rows": scorecard.n_rows,
        "targets_met": scorecard.met,
        "targets_missed": scorecard.missed,
        "targets_not_measurable": len(scorecard.verdicts) - scorecard.measured,
        "share_met": round(scorecard.share_met, 4),
    }
