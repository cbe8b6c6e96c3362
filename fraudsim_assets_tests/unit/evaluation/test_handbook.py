"""The Handbook's protocol on made-up data in its shape."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.difficulty.handbook import DETECTORS, PROTOCOL, SCORES, handbook_scores, verdicts
from fraudsim_assets.streams import Streams

N = 30_000


def made(fraud=None) -> pl.DataFrame:
    """Payments of customers at terminals; fraud is given by amount and terminal, or by chance."""
    u = lambda what: Streams(8).draw(f"test.{what}").uniforms(np.arange(N))  # noqa: E731
    seconds = np.sort((u("time") * PROTOCOL.days * 86_400).astype(np.int64))
    frame = pl.DataFrame(
        {
            "TX_DATETIME": [datetime(2025, 1, 1) + timedelta(seconds=int(s)) for s in seconds],  # noqa: DTZ001
            "CUSTOMER_ID": (u("customer") * 900).astype(np.int64),
            "TERMINAL_ID": (u("terminal") * 300).astype(np.int64),
            "TX_AMOUNT": np.exp(u("amount") * 5),
            "TX_TIME_DAYS": seconds // 86_400,
        }
    )
    marks = pl.Series(u("fraud") < 0.02) if fraud is None else fraud
    return frame.with_columns(TX_FRAUD=pl.lit(marks).cast(pl.Int64) if isinstance(marks, pl.Series) else marks)


def test_fraud_by_amount_is_found_and_fraud_by_chance_is_not():
    plain = handbook_scores(made((pl.col("TX_AMOUNT") > 140).cast(pl.Int64)))
    assert set(plain) == set(DETECTORS)
    assert all(set(scores) == set(SCORES) for scores in plain.values())
    assert min(scores["roc_auc"] for scores in plain.values()) > 0.99
    blind = handbook_scores(made())
    # a week in 51 days has some 80 frauds
    error = 0.5 / np.sqrt(N * 0.02 * PROTOCOL.test / PROTOCOL.days)
    assert all(abs(scores["roc_auc"] - 0.5) < 4 * error for scores in blind.values())


def test_the_risk_of_a_terminal_is_learned_after_the_delay():
    bad = made((pl.col("TERMINAL_ID") % 60 == 0).cast(pl.Int64))
    assert handbook_scores(bad)["boosted_trees"]["roc_auc"] > 0.95


def test_worlds_are_judged_together():
    worlds = [{name: dict.fromkeys(SCORES, auc) for name in DETECTORS} for auc in (0.79, 0.93)]
    told = {verdict.target.id: verdict for verdict in verdicts(worlds)}
    assert told["H.linear"].measured == pytest.approx(0.86)
    assert not told["H.linear"].is_met  # one of two is out
    assert not told["H.trees"].is_met
    assert all(verdict.error == pytest.approx(0.07) for verdict in told.values())


def test_too_little_fraud_is_told():
    with pytest.raises(ContractError, match="0 frauds in the training days are too few for the Handbook"):
        handbook_scores(made(pl.lit(0)))
