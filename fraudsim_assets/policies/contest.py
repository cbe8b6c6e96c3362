"""Policies side by side: each goes through the same days of the same people, and is held against doing nothing.

Belongs here: warming up, running policies and their results. Does not belong here: one day (``trial``), and how results
are told (``telling``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from time import process_time

import polars as pl

from fraudsim_assets.decisions import DecisionLog
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.policies.baselines import Nothing, Oracle
from fraudsim_assets.policies.books import Page, books
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.policies.hands import Hands, OneHand
from fraudsim_assets.policies.learning import Learner
from fraudsim_assets.policies.ledger import View, lines_of
from fraudsim_assets.policies.loading import Entrant
from fraudsim_assets.policies.past import Past
from fraudsim_assets.policies.rules import Rules
from fraudsim_assets.policies.trial import Position, Trial, live
from fraudsim_assets.policies.warming import Advance, start_of, warmed_up
from fraudsim_assets.simulation import UndecidedDays, World
from fraudsim_assets.units import day_date, day_number


@dataclass(frozen=True)
class Result:
    """What came of a policy.

    Attributes
    ----------
    name
        Of the policy.
    days
        Ledger and counts by day, of ``books.books``.
    log
        What was decided.
    seconds
        What its days took of the processor. [s]
    """

    name: str
    days: pl.DataFrame
    log: DecisionLog
    seconds: float

    def money(self, view: View = "both") -> pl.Series:
        """Sum of the lines that a view counts, by day. (n,) [EUR]"""
        return self.days.select(pl.sum_horizontal(lines_of(view))).to_series()

    @cached_property
    def total(self) -> dict[str, float]:
        """Lines and counts over all days."""
        return self.days.drop("day").sum().row(0, named=True)


@dataclass(frozen=True)
class Contest:
    """Results of policies, by name; the first is that of doing nothing.

    Attributes
    ----------
    results
        By name of the policy.
    warm_up
        Days before the first that policies look back on. [days]
    seconds
        What they took of the processor. [s]
    shown
        Columns that policies were shown.
    """

    results: Mapping[str, Result]
    warm_up: int
    seconds: float
    shown: frozenset[str]

    @property
    def nothing(self) -> Result:
        """What happens if nothing is done."""
        return next(iter(self.results.values()))

    def net(self, name: str, view: View = "both") -> pl.Series:
        """What a policy brings more than doing nothing, by day. (n,) [EUR]"""
        return self.results[name].money(view) - self.nothing.money(view)

    def gains(self, name: str, view: View = "both") -> dict[str, float]:
        """Differences to doing nothing, line by line; their sum is the net. [EUR]"""
        mine, theirs = self.results[name].total, self.nothing.total
        return {line: round(mine[line] - theirs[line], 6) + 0.0 for line in lines_of(view)}

    def table(self) -> pl.DataFrame:
        """Ledger and counts, one row per policy and day."""
        parts = [result.days.select(pl.lit(name).alias("policy"), pl.all()) for name, result in self.results.items()]
        return pl.concat(parts)

    def stopped(self, name: str) -> pl.Series:
        """Value of fraud that did not go through though it does if nothing is done, by day. (n,) [EUR]"""
        return self.nothing.days["fraud_value"] - self.results[name].days["fraud_value"]


def hold(
    world: World,
    entrants: Sequence[Entrant],
    days: Sequence[date],
    *,
    explored: float = 0.0,
    advance: Advance = lambda _: None,
    hands: Hands | None = None,
) -> Contest:
    """Try policies.

    Parameters
    ----------
    world
        Without decisions.
    entrants
        Policies with different names; doing nothing is tried as well.
    days
        Consecutive days. Before them, as many are looked back on as there are and as policies look back.
    explored
        Payments that are let through though a policy refuses them. [share]
    hands
        Who does the work; without them, this process alone. Results do not depend on it.

    Raises
    ------
    ConfigError
        If two policies have one name, there is too little to learn from, or something was decided in the world already.
    """
    if len(world.decisions):
        raise ConfigError(
            f"decisions is {world.config.decisions!r}, and policies are tried in the world as it is: leave it out"
        )
    names = [entrant.name for entrant in entrants]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ConfigError(f"policies have the name {', '.join(sorted(twice))} twice; valid are different names")
    hands, everybody = hands or OneHand(world), _everybody(entrants)
    first, started = day_number(days[0]), process_time()
    learns = any(isinstance(entrant, Learner) for entrant in entrants)
    start = warmed_up(world, Directory.of(world), first, learns=learns, advance=advance, hands=hands)
    took = process_time() - started
    groups = [Heat(group, tuple(days), explored, start.past) for group in shared_out(everybody, hands.count)]
    if len(groups) == 1:
        found = run(world, groups[0], advance)
    else:
        found = {}
        for group, results in zip(groups, hands.each(run, groups), strict=True):
            found |= results
            for _ in range(len(days) * len(group.entrants)):
                advance(", ".join(results))
    ran = {entrant.name: found[entrant.name] for entrant in everybody}
    shown = frozenset().union(*(each.shown for each in ran.values()))
    return Contest(
        {name: each.result for name, each in ran.items()}, first - start_of(world, first, learns=learns), took, shown
    )


@dataclass(frozen=True)
class Heat:
    """Policies that go through days side by side: what a day is like without decisions is made once for all.

    Attributes
    ----------
    entrants
        The policies.
    days
        Consecutive days.
    explored
        Payments that are let through though a policy refuses them. [share]
    past
        What the bank knows as the first day begins.
    """

    entrants: Sequence[Entrant]
    days: Sequence[date]
    explored: float
    past: Past


@dataclass(frozen=True)
class Ran:
    """A policy that has gone through its days: what came of it, and columns that it was shown."""

    result: Result
    shown: frozenset[str]


def run(world: World, heat: Heat, advance: Advance = lambda _: None) -> dict[str, Ran]:
    """Let policies go through their days; what came of each, by name."""
    directory, first, undecided = Directory.of(world), day_number(heat.days[0]), UndecidedDays(world)
    runs = []
    for entrant in heat.entrants:
        judge = entrant.learn(heat.past.lessons(first)) if isinstance(entrant, Learner) else entrant
        share = heat.explored if entrant.name != Nothing.name else 0.0
        trial = Trial(world, directory, judge, share, undecided=undecided)
        runs.append(_Run(trial, Position(first, world, heat.past)))
    for _ in heat.days:
        for each in runs:
            each.go_on(advance)
    return {entrant.name: each.ended() for entrant, each in zip(heat.entrants, runs, strict=True)}


def shared_out(entrants: Sequence[Entrant], count: int) -> list[list[Entrant]]:
    """Groups of policies that take about as long, as many as there are hands or policies; each keeps their order."""
    groups: list[list[Entrant]] = [[] for _ in range(min(count, len(entrants)))]
    for entrant in sorted(entrants, key=_cost, reverse=True):
        min(groups, key=lambda group: sum(map(_cost, group))).append(entrant)
    place = {id(entrant): at for at, entrant in enumerate(entrants)}
    return [sorted(group, key=lambda entrant: place[id(entrant)]) for group in groups]


def _cost(entrant: Entrant) -> float:
    """About what a policy costs against the days themselves, measured in the demo. [unitless]"""
    return 1.3 if isinstance(entrant, (Nothing, Rules, Oracle)) else 3.0


def _everybody(entrants: Sequence[Entrant]) -> list[Entrant]:
    """Doing nothing, and the others."""
    return [Nothing(), *(entrant for entrant in entrants if entrant.name != Nothing.name)]


def steps_of(world: World, entrants: Sequence[Entrant], days: Sequence[date]) -> int:
    """How many days are made in all, those before the first included. [days]"""
    first, learns = day_number(days[0]), any(isinstance(entrant, Learner) for entrant in entrants)
    return first - start_of(world, first, learns=learns) + len(days) * len(_everybody(entrants))


class _Run:
    """A policy on its way through the days."""

    def __init__(self, trial: Trial, start: Position) -> None:
        self._trial, self._at = trial, start
        self._pages: list[Page] = []
        self._seconds = 0.0
        self._shown: set[str] = set()

    def go_on(self, advance: Advance) -> None:
        """Go through one more day."""
        started = process_time()
        self._at, lived = live(self._trial, self._at)
        self._pages.append(Page.of(lived, self._at.log, self._trial.policies))
        self._shown |= lived.shown
        self._seconds += process_time() - started
        advance(f"{self._trial.judge.name}: {day_date(lived.day)}")

    def ended(self) -> Ran:
        """What came of it."""
        found = books(self._pages, self._at.log, self._trial.policies)
        return Ran(Result(self._trial.judge.name, found, self._at.log, self._seconds), frozenset(self._shown))
