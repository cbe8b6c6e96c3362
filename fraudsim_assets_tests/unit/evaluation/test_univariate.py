"""What one column tells by itself."""

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.evaluation.difficulty.univariate import column_aucs
from fraudsim_assets.streams import Streams

N = 20_000
U = Streams(11).draw("test.column").uniforms(np.arange(N))
FRAUD = Streams(11).draw("test.fraud").uniforms(np.arange(N)) < 0.02
TRAIN, TEST = np.arange(N // 2), np.arange(N // 2, N)
CHANCE = 4 * 0.5 / np.sqrt(FRAUD[TEST].sum())
"""Four standard errors of an area by chance, bounded."""


def power(**columns) -> dict[str, float]:
    return column_aucs(pl.DataFrame(columns), FRAUD, TRAIN, TEST)


def test_noise_says_nothing():
    found = power(amount=U, merchant_id=(U * 5000).astype(np.int64), channel=np.where(U < 0.3, "pos", "atm").tolist())
    assert set(found) == {"amount", "merchant_id", "channel"}
    assert all(abs(value - 0.5) < CHANCE for value in found.values())


def test_order_counts_in_either_direction():
    for sign in (1, -1):
        assert power(amount=sign * (U + FRAUD))["amount"] == pytest.approx(1.0)


def test_both_ends_of_a_column_count():
    ends = np.where(FRAUD, np.where(U < 0.5, U * 0.04, 1 - U * 0.04), U)
    assert power(amount=ends)["amount"] > 0.9


def test_names_are_learned_in_training_and_nowhere_else():
    codes = np.where(FRAUD, "bad", "good")
    learned = np.where(np.arange(N) < N // 2, codes, np.where(U < 0.5, "bad", "good"))
    assert power(mcc=codes.tolist())["mcc"] == pytest.approx(1.0)
    assert abs(power(mcc=learned.tolist())["mcc"] - 0.5) < CHANCE


def test_missing_values_are_a_value():
    hidden = FRAUD | (U < 0.2)
    device = pl.Series([None if gone else round(1e9 * u) for u, gone in zip(U, hidden, strict=True)])
    # all fraud and a fifth of the others are missing
    assert power(device_id=device)["device_id"] == pytest.approx(0.9, abs=0.02)


def test_columns_are_ordered_by_power():
    assert list(power(amount=U, mcc=np.where(FRAUD, "a", "b").tolist())) == ["mcc", "amount"]
