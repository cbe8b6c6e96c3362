"""``python -m benchmarks.policies``: the baselines in several worlds, and what evaluating costs against generating.

Prints a table of net euros for each seed, and whether oracle >= trees >= rules >= nothing holds in it; then CPU seconds
of days that are only made and of the same days under each policy.

Belongs here: what is run and printed. Does not belong here: policies and the ledger (``fraudsim_assets.policies``).
"""

import argparse
import time
from collections.abc import Sequence
from datetime import date, timedelta

from fraudsim_assets.config import load_config
from fraudsim_assets.evaluation.difficulty.worlds import drawn_seeds
from fraudsim_assets.policies.contest import Contest, hold
from fraudsim_assets.policies.loading import BASELINES, load_policy
from fraudsim_assets.simulation import World, build_world, simulate_day, simulate_labels
from fraudsim_assets.units import days_between

START = date(2025, 4, 1)
"""First day on which policies decide: far enough into the demo for trees to learn."""


def contest(world: World, days: Sequence[date], names: Sequence[str]) -> Contest:
    """Try baselines in a world."""
    return hold(world, [load_policy(name, world.config, days) for name in names], days)


def seeds(scale: float, days: Sequence[date], count: int) -> bool:
    """Print the net of the baselines in several worlds; whether they are in order in all of them."""
    base = load_config("demo", overrides=[f"population.scale={scale}"])
    print(f"demo at {scale:g} of its size, {days[0]} to {days[-1]}: net against nothing, EUR")
    print("| seed | rules | trees | oracle | value of fraud | in order |")
    print("|---|---|---|---|---|---|")
    good = True
    for seed in drawn_seeds(base, count):
        found = contest(build_world(base.model_copy(update={"seed": seed})), days, BASELINES)
        net = [float(found.net(name).sum()) for name in BASELINES]
        fine = net == sorted(net)
        good &= fine
        told = " | ".join(f"{value:,.0f}" for value in net[1:])
        print(
            f"| {seed} | {told} | {found.nothing.total['fraud_value']:,.0f} | {'yes' if fine else 'no'} |", flush=True
        )
    return good


def costs(scale: float, days: Sequence[date]) -> None:
    """Print CPU seconds of making days and their labels, and of policies going through them."""
    world = build_world(load_config("demo", overrides=[f"population.scale={scale}"]))
    for day in days_between(days[0] - timedelta(days=2), days[0] - timedelta(days=1)):
        simulate_day(world, day).read()  # what is worked out once
        simulate_labels(world, day).read()
    started = time.process_time()
    rows = 0
    for day in days:
        rows += simulate_day(world, day).read().num_rows
        simulate_labels(world, day).read()
    made = time.process_time() - started
    print(f"demo at {scale:g} of its size, {len(days)} days, {rows:,} payments: made in {made:.2f} CPU seconds")
    found = contest(world, days, BASELINES)
    for name, result in found.results.items():
        print(f"{name}: {result.seconds:.2f} CPU seconds, {result.seconds / made:.2f} times making them")
    print(f"warm-up: {found.warm_up} days in {found.seconds:.2f} CPU seconds")


def main() -> int:
    """Run both; 0 if the baselines are in order in all worlds."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.policies", description=__doc__)
    parser.add_argument("--scale", type=float, default=0.2, help="size against the demo (default: 0.2)")
    parser.add_argument("--days", type=int, default=21, help="days (default: 21)")
    parser.add_argument("--seeds", type=int, default=5, help="worlds (default: 5; 0 leaves this part out)")
    parser.add_argument(
        "--cost-scale", type=float, default=1.0, help="size of the world that is timed; 0 leaves it out"
    )
    options = parser.parse_args()
    days = days_between(START, START + timedelta(days=options.days - 1))
    good = seeds(options.scale, days, options.seeds) if options.seeds else True
    if options.cost_scale:
        costs(options.cost_scale, days)
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
