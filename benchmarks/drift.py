"""How a detector ages in a world that drifts, and whether the rate of fraud holds meanwhile.

    python -m benchmarks.drift --seeds 101 102 103

A small, fast relative of the harness of difficulty: its features, its boosted trees, and the truth as labels. A model
learns from the first 30 days; it is judged on the 15 days after them, and two months later beside one that learned from
the 30 days before. A small world with much fraud tells as much as a large one with little: what is rare is fraud.

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


def payments_of(seed: int, settings: Sequence[str]) -> pl.DataFrame:
    """All payments of a world, as detectors see them."""
    config = load_config("demo", overrides=[f"seed={seed}", *settings], env={})
    world = World(config, build_catalogs(config))
    days = [config.start_date + timedelta(days=n) for n in range(TRAIN + JUDGED + LATER)]
    return collect(Payments(world), days).table()


def average_precisions(table: pl.DataFrame) -> dict[str, float]:
    """Average precision of a model at once, two months later, and retrained."""
    from sklearn.metrics import average_precision_score

    features, fraud, day = build_features(table), table["is_fraud"].to_numpy(), table["day"].to_numpy()

    def score(train: int, test: int) -> float:
        learned, judged = (np.flatnonzero((day >= a) & (day < a + n)) for a, n in ((train, TRAIN), (test, JUDGED)))
        found = detectors.boosted_trees(features, fraud, learned, judged, threads=2)
        return float(average_precision_score(fraud[judged], found))

    first = TRAIN + LATER
    fresh, aged, retrained = score(0, TRAIN), score(0, first), score(LATER, first)
    return {"fresh": fresh, "two months later": aged, "retrained": retrained, "lost": 1 - aged / retrained}


def rates(table: pl.DataFrame) -> list[float]:
    """Share of fraud in the rows of each 30 days. [share]"""
    months = table.group_by(pl.col("day") // TRAIN).agg(pl.col("is_fraud").mean()).sort("day")
    return [round(value, 4) for value in months["is_fraud"].to_list()]


def main() -> None:
    """Measure some seeds and print a line of JSON for each, and for their mean."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103])
    parser.add_argument("--set", dest="settings", action="append", default=[])
    options = parser.parse_args()
    settings = ["population.scale=0.06", "fraud.rate=0.03", *options.settings]
    found = []
    for seed in options.seeds:
        table = payments_of(seed, settings)
        found.append(average_precisions(table))
        print(json.dumps({"seed": seed} | rounded(found[-1]) | {"rates by month": rates(table)}), flush=True)
    mean = {name: float(np.mean([each[name] for each in found])) for name in found[0]}
    print(json.dumps({"seed": "mean"} | rounded(mean)), flush=True)


def rounded(values: dict[str, float]) -> dict[str, float]:
    """Values to three places."""
    return {name: round(value, 3) for name, value in values.items()}


if __name__ == "__main__":
    main()
