"""``python -m benchmarks.retraining``: a detector that is trained again each month on labels under its own decisions.

What a detector stops is never labelled, so the next one does not learn of it. The same detector is run with and without
a share of refusals that are let through to learn from them, which count for as many as they stand for. Prints, for each
month, the known frauds that were learned from as it began, how much of the value of fraud was stopped, and the net
against doing nothing.

Belongs here: what is run and printed. Does not belong here: policies, trials and lessons
(``fraudsim_assets.policies``).
"""

import argparse
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from fraudsim_assets.config import load_config
from fraudsim_assets.policies.baselines import Nothing
from fraudsim_assets.policies.books import Page, books
from fraudsim_assets.policies.contest import warmed_up
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.policies.ledger import LINES
from fraudsim_assets.policies.trees import Trees
from fraudsim_assets.policies.trial import Position, Trial, live
from fraudsim_assets.simulation import World, build_world
from fraudsim_assets.units import day_number

MONTH_DAYS = 28
"""Days between two trainings. [days]"""


def months(
    world: World, directory: Directory, start: Position, count: int, *, explored: float, acts: bool
) -> Iterator[dict[str, float]]:
    """Sums of each month; the detector is trained again as each begins, or nothing is ever done."""
    at = start
    for _ in range(count):
        lessons = at.past.lessons(at.day)
        judge = Trees(world.config.policies, threads=1).learn(lessons) if acts else Nothing()
        trial = Trial(world, directory, judge, explored, learns=acts)
        pages = []
        for _ in range(MONTH_DAYS):
            at, lived = live(trial, at)
            pages.append(Page.of(lived, at.log, trial.policies))
        total = books(pages, at.log, trial.policies).drop("day").sum().row(0, named=True)
        total["euros"] = sum(total[line] for line in LINES)
        total["learned_from"] = float((lessons.weight * lessons.known).sum())
        yield total


def main() -> None:
    """Run doing nothing, the detector, and the detector that explores."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.retraining", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.2, help="size against the demo (default: 0.2)")
    parser.add_argument("--months", type=int, default=3, help="months of 28 days (default: 3)")
    parser.add_argument("--explored", type=float, default=0.05, help="share of refusals let through (default: 0.05)")
    parser.add_argument("--rate", type=float, default=0.005, help="share of fraud (default: 0.005)")
    options = parser.parse_args()
    overrides = [f"population.scale={options.scale}", f"fraud.rate={options.rate}"]
    world = build_world(load_config("demo", overrides=overrides))
    directory, first = Directory.of(world), date(2025, 3, 10)
    start = warmed_up(world, directory, day_number(first), learns=True)
    idle = list(months(world, directory, replace(start), options.months, explored=0.0, acts=False))
    print(
        f"demo at {options.scale:g} of its size, fraud.rate {options.rate:g}, from {first}, months of {MONTH_DAYS} days"
    )
    print("| exploring | month | known frauds learned from | fraud stopped | insulted | net EUR |")
    print("|---|---|---|---|---|---|")
    for explored in (0.0, options.explored):
        found = months(world, directory, start, options.months, explored=explored, acts=True)
        for month, (nothing, mine) in enumerate(zip(idle, found, strict=True), 1):
            stopped = 1 - mine["fraud_value"] / nothing["fraud_value"]
            print(
                f"| {explored:.0%} | {month} | {mine['learned_from']:,.0f} | {stopped:.1%} | {mine['insulted']:,.0f} | "
                f"{mine['euros'] - nothing['euros']:,.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
