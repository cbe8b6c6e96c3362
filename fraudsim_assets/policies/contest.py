"""Policies side by side: each goes through the same days of the same people, and is held against doing nothing.

Belongs here: warming up, running policies and their results. Does not belong here: one day (``trial``), and how results
are told (``telling``).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from time import process_time

import numpy as np
import polars as pl

from fraudsim_assets.decisions import DecisionLog
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.policies.baselines import Nothing
from fraudsim_assets.policies.books import Page, books
from fraudsim_assets.policies.features.making import Moment, matrix
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.policies.learning import Learner, Taught
from fraudsim_assets.policies.ledger import View, lines_of
from fraudsim_assets.policies.loading import Entrant
from fraudsim_assets.policies.past import GAP_DAYS, LESSON_DAYS, Past, Seen
from fraudsim_assets.policies.today import KEPT
from fraudsim_assets.policies.trial import Position, Trial, bank_view, labels_on, live
from fraudsim_assets.simulation import UndecidedDays, World, simulate_day
from fraudsim_assets.units import day_date, day_number

Advance = Callable[[str], None]
"""Told what was done, after each day."""


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
    everybody = _everybody(entrants)
    directory, first = Directory.of(world), day_number(days[0])
    started = process_time()
    learns = any(isinstance(entrant, Learner) for entrant in entrants)
    start = warmed_up(world, directory, first, learns=learns, advance=advance)
    took, undecided = process_time() - started, UndecidedDays(world)
    runs = []
    for entrant in everybody:
        judge = entrant.learn(start.past.lessons(first)) if isinstance(entrant, Learner) else entrant
        share = explored if entrant.name != Nothing.name else 0.0
        runs.append(_Run(Trial(world, directory, judge, share, undecided=undecided), start))
    # side by side, so that what a day is like without decisions is made once for all
    for _ in days:
        for run in runs:
            run.go_on(advance)
    results = {entrant.name: run.result() for entrant, run in zip(everybody, runs, strict=True)}
    shown = frozenset().union(*(run.shown for run in runs))
    return Contest(results, first - start_of(world, first, learns=learns), took, shown)


def _everybody(entrants: Sequence[Entrant]) -> list[Entrant]:
    """Doing nothing, and the others."""
    return [Nothing(), *(entrant for entrant in entrants if entrant.name != Nothing.name)]


def steps_of(world: World, entrants: Sequence[Entrant], days: Sequence[date]) -> int:
    """How many days are made in all, those before the first included. [days]"""
    first, learns = day_number(days[0]), any(isinstance(entrant, Learner) for entrant in entrants)
    return first - start_of(world, first, learns=learns) + len(days) * len(_everybody(entrants))


def start_of(world: World, first: int, *, learns: bool) -> int:
    """First day that is looked back on, as far as policies look and the world goes back. [day number]"""
    days = world.config.policies.memory_days + (LESSON_DAYS + GAP_DAYS if learns else 0)
    return max(world.first_day, first - days)


def warmed_up(
    world: World, directory: Directory, first: int, *, learns: bool, advance: Advance = lambda _: None
) -> Position:
    """Where a trial stands on its first day: what the bank knows of days before, on which nothing was decided.

    Parameters
    ----------
    first
        Day number.
    learns
        Work out the features of the days that are learned from.
    """
    past = Past.empty(world.config.policies.memory_days)
    for number in range(start_of(world, first, learns=learns), first):
        day = day_date(number)
        seen = directory.see(bank_view(pl.DataFrame(simulate_day(world, day).read())))
        taught = _taught(past, seen) if learns and number >= first - LESSON_DAYS - GAP_DAYS else None
        past = past.after(Seen(number, seen.select(KEPT), labels_on(world, day), taught))
        advance(f"before: {day}")
    return Position(first, world, past)


def _taught(past: Past, seen: pl.DataFrame) -> Taught:
    moment = Moment.of(lambda: past.memory, seen, ~seen["declined"].to_numpy())
    return Taught(moment.rows["transaction_id"].to_numpy(), matrix(moment.features()), np.ones(moment.rows.height))


class _Run:
    """A policy on its way through the days."""

    def __init__(self, trial: Trial, start: Position) -> None:
        self._trial, self._at = trial, start
        self._pages: list[Page] = []
        self._seconds = 0.0
        self.shown: set[str] = set()

    def go_on(self, advance: Advance) -> None:
        """Go through one more day."""
        started = process_time()
        self._at, lived = live(self._trial, self._at)
        self._pages.append(Page.of(lived, self._at.log, self._trial.policies))
        self.shown |= lived.shown
        self._seconds += process_time() - started
        advance(f"{self._trial.judge.name}: {day_date(lived.day)}")

    def result(self) -> Result:
        """What came of it."""
        found = books(self._pages, self._at.log, self._trial.policies)
        return Result(self._trial.judge.name, found, self._at.log, self._seconds)
