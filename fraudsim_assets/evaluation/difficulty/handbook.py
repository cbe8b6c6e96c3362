"""The Fraud Detection Handbook's own features and protocol, as a second harness on data in its shape.

The one idea: many know the scores of that book by heart, so the data are put to the same test. It sees amounts,
weekends and nights, what customers spend in rolling windows, and how much fraud a terminal had, known after a week; it
learns from a week, leaves one out, and is judged on a week. Ideas and figures are the book's, the code is not.

Belongs here: features, splits and scores of that protocol. Does not belong here: making its shape
(``fraudsim_assets.exports``), and the harness that sees everything (``measurement``).

References
----------
Le Borgne et al., *Reproducible Machine Learning for Credit Card Fraud Detection*, 2022, chapters 3 and 5 (source
handbook_2022).
"""

from collections.abc import Mapping, Sequence
from functools import cache, partial

import numpy as np
import polars as pl

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.difficulty import detectors
from fraudsim_assets.evaluation.difficulty.bands import FEWEST_FRAUDS
from fraudsim_assets.evaluation.difficulty.exam import Detector
from fraudsim_assets.evaluation.difficulty.features import Features
from fraudsim_assets.evaluation.difficulty.protocol import WINDOWS, Protocol
from fraudsim_assets.evaluation.difficulty.scores import Ranking, card_precision
from fraudsim_assets.evaluation.difficulty.windows import Windows
from fraudsim_assets.evaluation.difficulty.worlds import holds
from fraudsim_assets.evaluation.targets import DATA, Target, Theme, Verdict
from fraudsim_assets.units import AnyArray, Bools, Ints

PROTOCOL = Protocol(history=max(WINDOWS) + 7, train=7, gap=7, test=7, folds=1)
"""A week to learn from, one for labels and one to be judged on, after days that fill the windows."""

NIGHT_UNTIL = 6
"""Last hour of the night. [hour]"""

TOP = 100
"""Customers that are looked at each day. [count]"""

SCORES = ("roc_auc", "average_precision", "card_precision_100")
"""What each detector is scored by."""

DETECTORS: Mapping[str, Detector] = {
    "linear": detectors.linear,
    "depth_2_tree": partial(detectors.single_tree, depth=2),
    "random_forest": detectors.random_forest,
    "boosted_trees": detectors.boosted_trees,
}
"""The families that the book compares."""


@cache
def targets() -> tuple[Target, ...]:
    """Bands of the protocol's scores.

    Raises
    ------
    ConfigError
        If their file is not what it should be; names file and line.
    """
    names = [f"{name}_{score}" for name in DETECTORS for score in SCORES]
    judged = ("linear_roc_auc", "boosted_trees_roc_auc")
    spare = [name for name in names if name not in judged]
    return Theme.read(DATA / "handbook.toml").measured_by(names, spare=spare).targets


def handbook_scores(frame: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Put data in the Handbook's shape to the Handbook's test.

    Parameters
    ----------
    frame
        ``TX_DATETIME``, ``CUSTOMER_ID``, ``TERMINAL_ID``, ``TX_AMOUNT``, ``TX_TIME_DAYS`` and ``TX_FRAUD``: as many
        days as ``PROTOCOL`` has, amounts in one currency.

    Returns
    -------
    dict
        ``SCORES`` by detector.

    Raises
    ------
    ContractError
        If there is too little fraud.
    FraudsimError
        If the optional extra is not installed.
    """
    frame = frame.sort("TX_DATETIME", "CUSTOMER_ID", "TERMINAL_ID")
    day = (frame["TX_TIME_DAYS"] - frame["TX_TIME_DAYS"].min()).to_numpy()
    fraud, customer = (frame["TX_FRAUD"] == 1).to_numpy(), frame["CUSTOMER_ID"].to_numpy()
    (((low, high), (start, stop)),) = PROTOCOL.spans
    train = np.flatnonzero((day >= low) & (day < high))
    test = np.flatnonzero((day >= start) & (day < stop) & ~_known(fraud, customer, day, low))
    for name, rows in (("training", train), ("test", test)):
        if fraud[rows].sum() < FEWEST_FRAUDS:
            raise ContractError(
                f"{int(fraud[rows].sum())} frauds in the {name} days are too few for the Handbook's protocol; "
                f"valid are {FEWEST_FRAUDS} or more: take a larger world or a higher fraud.rate"
            )
    features = _features(frame, fraud)
    scored = {name: detector(features, fraud, train, test) for name, detector in DETECTORS.items()}
    return {name: _scores(score, fraud[test], customer[test], day[test]) for name, score in scored.items()}


def _known(fraud: Bools, customer: Ints, day: Ints, first: int) -> Bools:
    """Rows of customers whose fraud, of the first training day or later, is a gap old: they are not judged. (n,)"""
    bad = fraud & (day >= first)
    since = pl.DataFrame({"customer": customer[bad], "day": day[bad]}).group_by("customer").agg(pl.col("day").min())
    rows = pl.DataFrame({"customer": customer}).join(since, "customer", "left", maintain_order="left")
    return day - PROTOCOL.gap > rows["day"].fill_null(np.iinfo(np.int32).max).to_numpy()


def _features(frame: pl.DataFrame, fraud: Bools) -> Features:
    time = frame["TX_DATETIME"].dt.epoch("us").to_numpy()
    amount = frame["TX_AMOUNT"].to_numpy()
    columns: dict[str, AnyArray] = {
        "TX_AMOUNT": amount,
        "TX_DURING_WEEKEND": (frame["TX_DATETIME"].dt.weekday() > 5).to_numpy(),
        "TX_DURING_NIGHT": (frame["TX_DATETIME"].dt.hour() <= NIGHT_UNTIL).to_numpy(),
    }
    customer = Windows.of(frame["CUSTOMER_ID"].to_numpy(), time, longest=max(WINDOWS))
    terminal = Windows.of(frame["TERMINAL_ID"].to_numpy(), time, longest=max(WINDOWS) + PROTOCOL.gap)
    for days in WINDOWS:
        count = customer.sums(None, days=days)
        columns[f"CUSTOMER_ID_NB_TX_{days}DAY_WINDOW"] = count
        columns[f"CUSTOMER_ID_AVG_AMOUNT_{days}DAY_WINDOW"] = customer.sums(amount, days=days) / count
        known = terminal.sums(None, days=days, delay=PROTOCOL.gap)
        columns[f"TERMINAL_ID_NB_TX_{days}DAY_WINDOW"] = known
        risk = terminal.sums(fraud, days=days, delay=PROTOCOL.gap) / np.maximum(known, 1)
        columns[f"TERMINAL_ID_RISK_{days}DAY_WINDOW"] = risk
    values = np.stack([np.asarray(column, dtype=np.float32) for column in columns.values()], axis=1)
    return Features(tuple(columns), values, {}, dict.fromkeys(columns, "handbook"))


def _scores(score: AnyArray, fraud: Bools, customer: Ints, day: Ints) -> dict[str, float]:
    ranked = Ranking.of(fraud, score).scores()
    return {
        "roc_auc": ranked["roc_auc"],
        "average_precision": ranked["average_precision"],
        "card_precision_100": card_precision(fraud, score, card=customer, day=day, k=TOP),
    }


def verdicts(worlds: Sequence[Mapping[str, Mapping[str, float]]]) -> list[Verdict]:
    """Judge several worlds by the rule of ``worlds``: mean in band, four of five too, none far out."""
    found = []
    for target in targets():
        if target.any is None:
            continue
        values = [_flat(world)[target.quantity] for world in worlds]
        error = float(np.std(values, ddof=1) / np.sqrt(len(values))) if len(values) > 1 else float("nan")
        met = holds(target.any, values)
        found.append(Verdict(target, target.any, "pass" if met else "fail", float(np.mean(values)), error))
    return found


def _flat(world: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    return {f"{name}_{score}": value for name, scores in world.items() for score, value in scores.items()}
