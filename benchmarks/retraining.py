"""``python -m benchmarks.retraining``: a detector that is trained again each month on labels under its own decisions.

What a detector stops is never labelled, so the next one does not learn of it. The same detector is run with and without
a share of refusals that are let through to learn from them, which count for as many as they stand for. Prints, for each
month, the known frauds that were learned from as it began, how much of the value of fraud was stopped, and the net
against doing nothing: means of several worlds with standard errors, and what exploring makes of the same worlds.

Belongs here: what is run and printed. Does not belong here: policies, trials and lessons
(``fraudsim_assets.policies``).
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from datetime import date

import numpy as np

from fraudsim_assets.config import Config, load_config
from fraudsim_assets.policies.baselines import Nothing
from fraudsim_assets.policies.books import Page, books
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.policies.ledger import LINES
from fraudsim_assets.policies.trees import Trees
from fraudsim_assets.policies.trial import Position, Trial, live
from fraudsim_assets.policies.warming import warmed_up
from fraudsim_assets.simulation import UndecidedDays, World, build_world
from fraudsim_assets.units import day_number

MONTH_DAYS = 28
"""Days between two trainings. [days]"""


def months(
    world: World,
    directory: Directory,
    start: Position,
    count: int,
    *,
    explored: float,
    acts: bool,
    undecided: UndecidedDays,
) -> Iterator[dict[str, float]]:
    """Sums of each month; the detector is trained again as each begins, or nothing is ever done."""
    at = start
    for _ in range(count):
        lessons = at.past.lessons(at.day)
        judge = Trees(world.config.policies, threads=1).learn(lessons) if acts else Nothing()
        trial = Trial(world, directory, judge, explored, learns=acts, undecided=undecided)
        pages = []
        for _ in range(MONTH_DAYS):
            at, lived = live(trial, at)
            pages.append(Page.of(lived, at.log, trial.policies))
        total = books(pages, at.log, trial.policies).drop("day").sum().row(0, named=True)
        total["euros"] = sum(total[line] for line in LINES)
        total["learned_from"] = float((lessons.weight * lessons.known).sum())
        yield total


@dataclass(frozen=True)
class Month:
    """What a month of a detector came to in one world, against doing nothing.

    Attributes
    ----------
    learned
        Known frauds that were learned from as it began. [count]
    stopped
        Value of fraud that was stopped. [share]
    insulted
        Genuine payments that were refused. [count]
    net
        Saved. [EUR]
    """

    learned: float
    stopped: float
    insulted: float
    net: float


TOLD = {
    "learned": "{:,.0f} ± {:,.0f}",
    "stopped": "{:.1%} ± {:.1%}",
    "insulted": "{:,.0f} ± {:,.0f}",
    "net": "{:,.0f} ± {:,.0f}",
}
"""How a mean is written with its standard error."""


def of_world(config: Config, first: date, count: int, explored: float) -> list[list[Month]]:
    """Months of the detector that never explores, and of the one that does."""
    world = build_world(config)
    directory = Directory.of(world)
    start = warmed_up(world, directory, day_number(first), learns=True)
    undecided = UndecidedDays(world, most=count * MONTH_DAYS)  # small worlds, so all their days are kept

    def run(share: float, *, acts: bool) -> list[dict[str, float]]:
        return list(months(world, directory, start, count, explored=share, acts=acts, undecided=undecided))

    idle, runs = run(0.0, acts=False), [run(share, acts=True) for share in (0.0, explored)]
    return [[_against(nothing, mine) for nothing, mine in zip(idle, run, strict=True)] for run in runs]


def _against(nothing: dict[str, float], mine: dict[str, float]) -> Month:
    stopped = 1 - mine["fraud_value"] / nothing["fraud_value"]
    return Month(mine["learned_from"], stopped, mine["insulted"], mine["euros"] - nothing["euros"])


def told(values: Sequence[Month]) -> str:
    """Means over worlds with their standard errors, as cells of a table."""
    cells = []
    for name, text in TOLD.items():
        each = np.array([getattr(value, name) for value in values])
        error = float(each.std(ddof=1)) / np.sqrt(len(each)) if len(each) > 1 else float("nan")
        cells.append(text.format(float(each.mean()), error))
    return " | ".join(cells)


def main() -> None:
    """Run doing nothing, the detector, and the detector that explores, in several worlds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retraining", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.1, help="size against the demo (default: 0.1)")
    parser.add_argument("--months", type=int, default=3, help="months of 28 days (default: 3)")
    parser.add_argument("--explored", type=float, default=0.05, help="share of refusals let through (default: 0.05)")
    parser.add_argument("--rate", type=float, default=0.01, help="share of fraud (default: 0.01)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103, 104], help="worlds (default: four)")
    options = parser.parse_args()
    overrides = [f"population.scale={options.scale}", f"fraud.rate={options.rate}"]
    first, found = date(2025, 3, 10), []
    for seed in options.seeds:
        config = load_config("demo", overrides=[*overrides, f"seed={seed}"])
        found.append(of_world(config, first, options.months, options.explored))
        for share, run in zip((0.0, options.explored), found[-1], strict=True):
            print(f"seed {seed}, exploring {share:.0%}: {run}", file=sys.stderr, flush=True)
    print(
        f"demo at {options.scale:g} of its size, fraud.rate {options.rate:g}, months of {MONTH_DAYS} days from {first},"
    )
    print(f"means of {len(found)} worlds with standard errors")
    print("| exploring | month | known frauds learned from | fraud stopped | insulted | net EUR |")
    print("|---|---|---|---|---|---|")
    for month in range(options.months):
        without, explores = ([run[kind][month] for run in found] for kind in (0, 1))
        bought = [Month(*np.subtract(astuple(a), astuple(b)).tolist()) for a, b in zip(explores, without, strict=True)]
        for name, values in (("no", without), (f"{options.explored:.0%}", explores), ("difference", bought)):
            print(f"| {name} | {month + 1} | {told(values)} |")


if __name__ == "__main__":
    main()
