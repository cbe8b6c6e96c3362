"""How a detector ages in a world that drifts, and whether the rate of fraud holds meanwhile.

    python -m benchmarks.drift --seeds 101 102 103
    python -m benchmarks.drift --seeds 101 --months 6

A small, fast relative of the harness of difficulty: its features, its boosted trees, and the truth as labels. A model
learns from the first 30 days; it is judged on the 15 days after them, and two months later beside one that learned from
the 30 days before. With ``--months`` both are judged on every 30 days after the first, up to so many. A small world
with much fraud tells as much as a large one with little: what is rare is fraud.

Belongs here: the measurement. Does not belong here: features and detectors (``evaluation.difficulty``).
"""

import argparse
import json
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import polars as pl

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.evaluation.days import collect
from fraudsim_assets.evaluation.difficulty import detectors
from fraudsim_assets.evaluation.difficulty.features import build_features
from fraudsim_assets.evaluation.difficulty.payments import Payments
from fraudsim_assets.simulation import World

TRAIN, JUDGED, LATER = 30, 15, 60
"""Days to learn from, days to be judged on, and days from the one span that is judged to the other. [days]"""


def payments_of(seed: int, settings: Sequence[str], n_days: int) -> pl.DataFrame:
    """Payments of the first days of a world, as detectors see them."""
    config = load_config("demo", overrides=[f"seed={seed}", *settings], env={})
    world = World(config, build_catalogs(config))
    days = [config.start_date + timedelta(days=n) for n in range(n_days)]
    return collect(Payments(world), days).table()


class Course:
    """Detectors that learn from one span of days and are judged on another.

    Parameters
    ----------
    table
        Of :func:`payments_of`.
    """

    def __init__(self, table: pl.DataFrame) -> None:
        self._features, self._fraud, self._day = (
            build_features(table),
            table["is_fraud"].to_numpy(),
            table["day"].to_numpy(),
        )

    def score(self, train: int, test: int, days: int) -> float:
        """Average precision on days from ``test`` on, having learned from the ``TRAIN`` days from ``train`` on."""
        from sklearn.metrics import average_precision_score

        learned, judged = (
            np.flatnonzero((self._day >= first) & (self._day < first + n))
            for first, n in ((train, TRAIN), (test, days))
        )
        found = detectors.boosted_trees(self._features, self._fraud, learned, judged, threads=2)
        return float(average_precision_score(self._fraud[judged], found))


def average_precisions(course: Course) -> dict[str, float]:
    """Average precision of a model at once, two months later, and retrained."""
    first = TRAIN + LATER
    fresh, aged, retrained = (
        course.score(0, TRAIN, JUDGED),
        course.score(0, first, JUDGED),
        course.score(LATER, first, JUDGED),
    )
    return {"fresh": fresh, "two months later": aged, "retrained": retrained, "lost": 1 - aged / retrained}


def by_month(course: Course, months: int) -> dict[str, float]:
    """Average precision by month, of a model that learned from the first one and of one that learned from the last."""
    found = {}
    for month in range(1, months):
        aged, retrained = (course.score(train, month * TRAIN, TRAIN) for train in (0, (month - 1) * TRAIN))
        found |= {f"month {month + 1}": aged, f"month {month + 1}, retrained": retrained}
    return found


def rates(table: pl.DataFrame) -> list[float]:
    """Share of fraud in the rows of each 30 days. [share]"""
    months = table.group_by(pl.col("day") // TRAIN).agg(pl.col("is_fraud").mean()).sort("day")
    return [round(value, 4) for value in months["is_fraud"].to_list()]


def main() -> None:
    """Measure some seeds and print a line of JSON for each, and for their mean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--months", type=int, default=0, help="judge every month up to this one instead")
    parser.add_argument("--set", dest="settings", action="append", default=[])
    options = parser.parse_args()
    settings = ["population.scale=0.06", "fraud.rate=0.03", *options.settings]
    found = []
    for seed in options.seeds:
        table = payments_of(seed, settings, options.months * TRAIN or TRAIN + JUDGED + LATER)
        course = Course(table)
        found.append(by_month(course, options.months) if options.months else average_precisions(course))
        print(json.dumps({"seed": seed} | rounded(found[-1]) | {"rates by month": rates(table)}), flush=True)
    mean = {name: float(np.mean([each[name] for each in found])) for name in found[0]}
    print(json.dumps({"seed": "mean"} | rounded(mean)), flush=True)


def rounded(values: dict[str, float]) -> dict[str, float]:
    """Values to three places."""
    return {name: round(value, 3) for name, value in values.items()}


if __name__ == "__main__":
    main()
