"""What a detector gains by knowing more than rows, and how little any single event proves.

    python -m benchmarks.knowledge --config demo --scale 0.08 --rate 0.03 --days 60 --seeds 3

Boosted trees see the past of cards and customers first, then also who shares merchants, devices and addresses, with
what the bank has learned of these so far, and at last what customers did at the bank without paying. A small world with
much fraud tells as much as a large one with little, in minutes.

Belongs here: measuring. Does not belong here: the features (``evaluation.difficulty``).
"""

import argparse
import json
import sys
from collections.abc import Mapping
from datetime import timedelta
from functools import partial

import numpy as np
import polars as pl

from fraudsim_assets.config import Config, load_config
from fraudsim_assets.evaluation.difficulty import detectors
from fraudsim_assets.evaluation.difficulty.contacts import GROUP, with_contacts
from fraudsim_assets.evaluation.difficulty.exam import Exam
from fraudsim_assets.evaluation.difficulty.features import build_features
from fraudsim_assets.evaluation.difficulty.payments import Payments
from fraudsim_assets.evaluation.difficulty.protocol import Protocol
from fraudsim_assets.evaluation.difficulty.scores import recall_at
from fraudsim_assets.evaluation.difficulty.worlds import drawn_seeds
from fraudsim_assets.exports import bank_events
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.simulation import build_world, simulate_day, simulate_events

FALSE_ALARMS = (0.001, 0.01)
"""Genuine payments flagged. [share]"""

ROWS = ("reference", "request", "sequence")
KNOWN = {"rows": ROWS, "graph": (*ROWS, "graph", "labels"), "events": (*ROWS, "graph", "labels", GROUP)}
"""Groups of features by what is known; each has those of the one before."""


def main() -> None:
    """Measure worlds of drawn seeds and print each, then all together, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", default="demo")
    parser.add_argument("--scale", type=float, default=0.08)
    parser.add_argument("--rate", type=float, default=0.03)
    parser.add_argument("--days", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=3)
    given = parser.parse_args()
    config = load_config(
        given.config, overrides={"population": {"scale": given.scale}, "fraud": {"rate": given.rate}}, env={}
    )
    found = []
    for seed in drawn_seeds(config, given.seeds):
        found.append(counted(config.model_copy(update={"seed": seed}), Protocol.of_days(given.days)))
        sys.stdout.write(json.dumps({"seed": seed, **told(found[-1])}, indent=1) + "\n")
    together = {
        name: {key: sum(each[name][key] for each in found if name in each) for key in counts}
        for world in found
        for name, counts in world.items()
    }
    sys.stdout.write(json.dumps({"together": told(together)}, indent=1) + "\n")


def counted(config: Config, protocol: Protocol) -> dict[str, dict[str, float]]:
    """Frauds found of each kind by what is known, and events with their fraud. [count]"""
    world = build_world(config)
    payments, events, rings = Payments(world), [], []
    for day in protocol.dates(config.start_date + timedelta(days=30)):
        rows = simulate_day(world, day).read()
        payments.add_day(day, FrameStream.of(rows))
        rings.append(pl.DataFrame(rows.select(["transaction_id", "ring_id"])))
        events.append(pl.DataFrame(simulate_events(world, day).read()))
    table, happened = payments.table(), pl.concat(events)
    exam = Exam.of(table, protocol)
    features = with_contacts(build_features(table), table, bank_events(happened.lazy()).collect())
    boosted = partial(detectors.boosted_trees, threads=2)
    scores = {name: exam.scores(boosted, features.within(groups)) for name, groups in KNOWN.items()}
    ring = table.join(pl.concat(rings), "transaction_id", "left", maintain_order="left")["ring_id"].is_not_null()
    kind = table["scenario"].cast(pl.String).gather(exam.test)
    fraud, organised = exam.fraud[exam.test], ring.gather(exam.test).to_numpy()
    takeover = (kind == "account_takeover").fill_null(value=False).to_numpy()
    kinds = {
        "all": fraud,
        "of rings": fraud & organised,
        "of no ring": fraud & ~organised,
        "takeovers": takeover,
        "no takeovers": fraud & ~takeover,
    }
    found = {}
    for name, mine in kinds.items():
        some, n = ~fraud | mine, float(mine.sum())
        found[name] = {"frauds": n} | {
            f"{what} {share:g}": n * recall_at(mine[some], score[some], share)
            for what, score in scores.items()
            for share in FALSE_ALARMS
        }
    return found | {"shared devices": shared_devices(table)} | precisions(table, happened)


def shared_devices(payments: pl.DataFrame) -> dict[str, float]:
    """Rows on devices that several customers pay with in these days, and those of fraud. [count]"""
    rows = payments.filter(pl.col("device_id").is_not_null())
    people = rows.group_by("device_id").agg(pl.col("customer_id").n_unique().alias("people"))
    shared = rows.join(people, on="device_id").filter(pl.col("people") > 1)["is_fraud"]
    return {"rows": float(len(shared)), "of_fraud": float(shared.sum()), "all_fraud": float(rows["is_fraud"].sum())}


def precisions(payments: pl.DataFrame, events: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Events of each kind and those of fraud; payments of customers within a day after one, and those of fraud."""
    timed = events.with_columns(pl.col("event_type").cast(pl.String), time=pl.col("timestamp").dt.epoch("us"))
    found = {}
    for (name,), some in timed.group_by("event_type", maintain_order=True):
        last = some.select("customer_id", "time", then="time").sort("time")
        rows = payments.select("customer_id", "time", "is_fraud").join_asof(
            last, on="time", by="customer_id", check_sortedness=False
        )
        day = rows.filter((pl.col("time") - pl.col("then")) < timedelta(days=1).total_seconds() * 1e6)["is_fraud"]
        counts = some.height, some["is_fraud"].sum(), len(day), day.sum()
        found[str(name)] = dict(zip(("events", "fraud", "day", "of_day"), map(float, counts), strict=True))
    return found


def told(found: Mapping[str, Mapping[str, float]]) -> dict[str, dict[str, float]]:
    """Recalls and what each step of knowledge adds, and precisions, from counts."""
    shares = {}
    for name, counts in found.items():
        if "all_fraud" in counts:
            shares[name] = {
                "rows": counts["rows"],
                "of fraud": round(counts["of_fraud"] / max(counts["rows"], 1), 3),
                "share of fraud with a device": round(counts["of_fraud"] / max(counts["all_fraud"], 1), 3),
            }
            continue
        if "frauds" not in counts:
            shares[f"event {name}"] = {
                "events": counts["events"],
                "of fraud": counts["fraud"],
                "precision": round(counts["fraud"] / max(counts["events"], 1), 3),
                "precision of payments": round(counts["of_day"] / max(counts["day"], 1), 3),
            }
            continue
        n = max(counts["frauds"], 1)
        shares[name] = {"frauds": counts["frauds"]}
        for share in FALSE_ALARMS:
            recall = np.array([counts[f"{what} {share:g}"] / n for what in KNOWN])
            gains = dict(zip(list(KNOWN)[1:], np.diff(recall), strict=True))
            shares[name] |= {f"recall by rows at {share:g}": round(float(recall[0]), 3)}
            shares[name] |= {f"gain by {what} at {share:g}": round(float(gain), 3) for what, gain in gains.items()}
    return shares


if __name__ == "__main__":
    main()
