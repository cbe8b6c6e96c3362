"""A world's year beside a published one: correlations, named days, weekdays, months, turn of the month.

Belongs here: comparing two years in the same factors. Does not belong here: counting (``tally``), pages (``writing``).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.evaluation.series.shape import Dates, Shape, by_month
from fraudsim_assets.evaluation.series.table import Line, Series
from fraudsim_assets.evaluation.series.tally import NUMBER, SQUARES, VALUE, YearTally
from fraudsim_assets.evaluation.targets import Aim, NotMeasurableError, Target, Verdict
from fraudsim_assets.units import Floats

ERRORS = 2.0
"""Half-width of the widening of bands of named days. [standard errors]"""

TURN = (*range(25, 31), *range(5))
"""Days about the turn of the month: the last six and the first five, from nought."""

LEAST_PAYMENTS = 3.0
"""Lines with fewer payments on the mean day are not judged. [count per day]"""

_LEAST = 1e-9


@dataclass(frozen=True)
class Comparison:
    """One line of a world's year beside the published one.

    Attributes
    ----------
    name, line
        Which.
    made, published : (days of year,)
        Days against the mean day. [unitless]
    error : (days of year,)
        Standard error of ``made``, by counting. [unitless]
    per_day
        Payments on the mean day. [count]
    dates
        The year.
    """

    name: str
    line: Line
    made: Floats
    published: Floats
    error: Floats
    per_day: float
    dates: Dates

    @property
    def correlation(self) -> float:
        """Correlation of the days. [unitless]"""
        return float(np.corrcoef(self.made, self.published)[0, 1])

    @property
    def ceiling(self) -> float:
        """Highest correlation that counting so few payments allows, were the days exactly right. [unitless]"""
        spread = float(self.published.var())
        return float(np.sqrt(spread / (spread + (self.error**2).mean())))

    @property
    def shapes(self) -> tuple[Shape, Shape]:
        """Factors of the made and of the published days."""
        return Shape.fit(self.made, self.dates), Shape.fit(self.published, self.dates)

    @property
    def is_measurable(self) -> bool:
        """Whether there is enough to compare."""
        return self.per_day >= LEAST_PAYMENTS

    def noise(self, groups: int) -> float:
        """Error that counting brings to the mean day of one of so many groups of days. [unitless]"""
        return float(np.sqrt((self.error**2).mean() * groups / len(self.error)))


@dataclass(frozen=True)
class Year:
    """All lines of a world's year, with verdicts.

    Attributes
    ----------
    series
        What it is held against.
    comparisons
        By line.
    verdicts
        By theme.
    """

    series: Series
    comparisons: Mapping[str, Comparison]
    verdicts: Mapping[str, tuple[Verdict, ...]]

    @property
    def all_verdicts(self) -> tuple[Verdict, ...]:
        """Verdicts of all themes."""
        return tuple(verdict for theme in self.verdicts.values() for verdict in theme)

    @property
    def met(self) -> int:
        """Number of verdicts that are met."""
        return sum(verdict.is_met for verdict in self.all_verdicts)

    @property
    def measured(self) -> int:
        """Number of verdicts that could be reached."""
        return sum(verdict.status != "not measurable" for verdict in self.all_verdicts)


def compare(tally: YearTally) -> Year:
    """Hold a counted year against its series.

    Raises
    ------
    NotMeasurableError
        If days of the year have not been counted.
    """
    series, found = tally.series, {}
    for name, line in series.lines.items():
        sums = tally.of_line(line)
        if line.is_total and (missing := int((sums[:, NUMBER] == 0).sum())):
            raise NotMeasurableError(
                f"{missing} days of {series.year} have no payments of {series.country}: a series needs its whole year; "
                f"valid are worlds from {series.year - 1}-12-31 or before with people and shops there"
            )
        by_number = series.measure == "number"
        values, squares = (sums[:, NUMBER], sums[:, NUMBER]) if by_number else (sums[:, VALUE], sums[:, SQUARES])
        mean = max(float(values.mean()), _LEAST)
        # a day without payments has an error too
        error = np.sqrt(np.maximum(squares, squares.mean() / 10)) / mean
        per_day = float(sums[:, NUMBER].mean())
        found[name] = Comparison(name, line, values / mean, series.curve(name), error, per_day, series.dates)
    verdicts = {theme: tuple(judge(series, found.values())) for theme, judge in _JUDGES.items()}
    return Year(series, found, verdicts)


def _correlations(series: Series, lines: Iterable[Comparison]) -> Iterator[Verdict]:
    for found in lines:
        if found.line.judged:
            goal = series.goals.total if found.line.is_total else series.goals.trade
            remark = (
                f"counting {found.per_day:,.0f} payments a day allows {found.ceiling:.3f}; the published factors "
                f"follow the published days by {found.line.fidelity:.3f}"
            )
            yield _verdict(
                series, found, "Y01", "correlation of days", (goal, 1.0), found.correlation,
                slack=goal * (1 - found.ceiling), remark=remark,
            )  # fmt: skip


def _named_days(series: Series, lines: Iterable[Comparison]) -> Iterator[Verdict]:
    for found in lines:
        for day, at in found.dates.named.items() if found.line.judged else ():
            published, error = float(found.published[at]), float(found.error[at])
            room = max(series.goals.day_share * published, series.goals.day_level)
            yield _verdict(
                series, found, "Y02", f"{day.replace('_', ' ')}, {series.date_of(day):%a %d %b}",
                (max(published - room, 0.0), published + room), float(found.made[at]),
                error=error, slack=ERRORS * error, value=published, part=f".{day}",
            )  # fmt: skip


def _weekdays(series: Series, lines: Iterable[Comparison]) -> Iterator[Verdict]:
    for found in lines:
        made, published = (shape.weekday for shape in found.shapes)
        yield _mean_error(series, found, "Y03", "weekdays", made - published, goal=series.goals.weekday, groups=7)


def _months(series: Series, lines: Iterable[Comparison]) -> Iterator[Verdict]:
    for found in lines:
        difference = by_month(found.made, found.dates) - by_month(found.published, found.dates)
        yield _mean_error(series, found, "Y04", "months", difference, goal=series.goals.months, groups=12)


def _turn(series: Series, lines: Iterable[Comparison]) -> Iterator[Verdict]:
    for found in lines:
        made, published = (shape.month_days[list(TURN)] for shape in found.shapes)
        difference = made - published
        yield _mean_error(series, found, "Y05", "turn of the month", difference, goal=series.goals.turn, groups=31)


_JUDGES = {
    "Correlation of days": _correlations,
    "Named days": _named_days,
    "Weekdays": _weekdays,
    "Months": _months,
    "Turn of the month": _turn,
}
# in reading order


def _mean_error(
    series: Series, found: Comparison, number: str, what: str, difference: Floats, *, goal: float, groups: int
) -> Verdict:
    """Judge the mean error of factors; as much as counting alone brings is allowed on top."""
    noise, measured = found.noise(groups), float(np.abs(difference).mean())
    return _verdict(series, found, number, f"mean error of {what}", (0.0, goal), measured, error=noise, slack=noise)


def _verdict(
    series: Series,
    found: Comparison,
    number: str,
    name: str,
    band: tuple[float, float],
    measured: float,
    *,
    slack: float,
    error: float = 0.0,
    value: float | None = None,
    part: str = "",
    remark: str = "",
) -> Verdict:
    target = Target(
        id=f"{number}.{found.name}{part}",
        quantity=series.measure,
        name=f"{found.line.title}: {name}",
        unit="unitless",
        remark=remark,
    )
    given = {"low": band[0], "high": band[1], "mark": "derived", "source": series.source}
    aim = Aim.model_validate(given | ({} if value is None else {"value": value}))
    if not found.is_measurable:
        return Verdict(target, aim, "not measurable", reason=f"{found.per_day:.1f} payments a day are too few")
    return Verdict.of(target, aim, measured, error, slack=slack)
