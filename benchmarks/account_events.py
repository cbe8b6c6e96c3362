"""What events that are no payments add to a detector, and how little any of them proves by itself.

    python -m benchmarks.account_events --config demo --scale 0.4 --rate 0.01 --seeds 3

Belongs here: measuring. Does not belong here: the features (``evaluation.difficulty.contacts``).
"""

import argparse
import json
import sys
from datetime import timedelta
from functools import partial

import numpy as np
import polars as pl

from fraudsim_assets.config import Config, load_config
from fraudsim_assets.evaluation.difficulty import detectors
from fraudsim_assets.evaluation.difficulty.contacts import with_contacts
from fraudsim_assets.evaluation.difficulty.exam import Exam
from fraudsim_assets.evaluation.difficulty.features import build_features
from fraudsim_assets.evaluation.difficulty.payments import Payments
from fraudsim_assets.evaluation.difficulty.protocol import Protocol
from fraudsim_assets.evaluation.difficulty.scores import recall_at
from fraudsim_assets.evaluation.difficulty.worlds import drawn_seeds
from fraudsim_assets.exports import bank_events
from fraudsim_assets.simulation import build_world, simulate_day, simulate_events

FALSE_ALARMS = (0.001, 0.01)
"""Genuine payments flagged. [share]"""


def main() -> None:
    """Measure worlds of drawn seeds and print their means as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="demo")
    parser.add_argument("--scale", type=float, default=0.4)
    parser.add_argument("--rate", type=float, default=0.01)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    config = load_config(
        given.config, overrides={"population": {"scale": given.scale}, "fraud": {"rate": given.rate}}, env={}
    )
    worlds = []
    for seed in drawn_seeds(config, given.seeds):
        worlds.append(measured(config.model_copy(update={"seed": seed})))
        sys.stdout.write(json.dumps({"seed": seed, **worlds[-1]}, indent=1) + "\n")
    sys.stdout.write(json.dumps({"mean": means(worlds)}, indent=1) + "\n")


def measured(config: Config) -> dict[str, dict[str, float]]:
    """Recalls without and with events by kind of fraud, and shares of fraud by kind of event."""
    world, protocol = build_world(config), Protocol()
    payments, collected = Payments(world), []
    for day in protocol.dates(config.start_date + timedelta(days=30)):
        payments.add_day(day, simulate_day(world, day))
        collected.append(pl.DataFrame(simulate_events(world, day).read()))
    table, events = payments.table(), pl.concat(collected)
    exam = Exam.of(table, protocol)
    features = build_features(table)
    boosted = partial(detectors.boosted_trees, threads=2)
    plain = exam.scores(boosted, features)
    told = exam.scores(boosted, with_contacts(features, table, bank_events(events.lazy()).collect()))
    kind = table["scenario"].cast(pl.String).gather(exam.test).to_numpy()
    fraud, found = exam.fraud[exam.test], {}
    for name in ("all", *sorted({str(each) for each in kind[fraud]})):
        mine = fraud if name == "all" else kind == name
        rows = ~fraud | mine
        found[name] = {"frauds": float(mine.sum())}
        for share in FALSE_ALARMS:
            without, with_events = (recall_at(mine[rows], score[rows], share) for score in (plain, told))
            found[name] |= {f"recall_{share:g}": without, f"gain_{share:g}": with_events - without}
    return {**found, **{f"event {name}": values for name, values in precisions(table, events).items()}}


def precisions(payments: pl.DataFrame, events: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Share of fraud among events of each kind, and among payments of customers who had one within a day before."""
    told = events.with_columns(pl.col("event_type").cast(pl.String), time=pl.col("timestamp").dt.epoch("us"))
    found = {}
    for (name,), some in told.group_by("event_type", maintain_order=True):
        last = some.select("customer_id", "time", then="time").sort("time")
        rows = payments.select("customer_id", "time", "is_fraud").join_asof(
            last, on="time", by="customer_id", check_sortedness=False
        )
        day = rows.filter((pl.col("time") - pl.col("then")) < timedelta(days=1).total_seconds() * 1e6)
        found[str(name)] = {
            "events": float(some.height),
            "of_fraud": float(some["is_fraud"].sum()),
            "precision": float(some["is_fraud"].sum() / some.height),
            "precision_of_payments": float(day["is_fraud"].sum() / max(day.height, 1)),
        }
    return found


def means(worlds: list[dict[str, dict[str, float]]]) -> dict[str, dict[str, float]]:
    """Means over worlds; of what some lack, over the others."""
    names = sorted({name for world in worlds for name in world})
    return {
        name: {
            key: float(np.mean([world[name][key] for world in worlds if name in world]))
            for key in next(world[name] for world in worlds if name in world)
        }
        for name in names
    }


if __name__ == "__main__":
    main()
