"""Kinds of purchase: shares, channels and declines."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.config.model import Spending
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.authorisation import ATM, ECOMMERCE, POS
from fraudsim_assets.spending.kinds import (
    AWAY_ROWS,
    REMOTE_ROWS,
    TABLE_BITS,
    Kinds,
    Shares,
    open_shares,
    segment_odds,
)
from fraudsim_assets.tables.codes import SEGMENTS

CATEGORIES = packaged().categories
LEVELS = 1 << TABLE_BITS
rates = st.floats(0.02, 0.6)


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return Kinds.of(Spending(), packaged())


@given(rates, st.floats(0.0, 0.2))
def test_channels_have_the_configured_shares(remote, cash):
    made = Kinds.of(Spending(ecommerce_share=remote, cash_share=cash), packaged())
    assert made.share.sum() == pytest.approx(1.0)
    assert made.share[made.channel == ATM].sum() == pytest.approx(cash, abs=1e-9)
    assert made.share[made.channel == ECOMMERCE].sum() == pytest.approx(remote * (1 - cash))


@given(rates, st.floats(0.0, 0.1))
def test_subscriptions_count_towards_the_remote_share(remote, charged):
    config = Spending(ecommerce_share=remote)
    shares = Shares.of(config, charged=charged)
    if charged < remote * (1 - config.cash_share) - 0.02:
        total = shares.remote * (1 - charged) + charged
        assert total == pytest.approx(remote * (1 - config.cash_share))


def test_the_mean_purchase_is_the_configured_one(kinds):
    from fraudsim_assets.spending.amount import mean_ticket

    bought = kinds.share * (kinds.channel != ATM)
    mean = (mean_ticket(packaged().prices, kinds.median, kinds.sigma, kinds.tail) * bought).sum() / bought.sum()
    assert mean == pytest.approx(Spending().mean_ticket_euros, rel=1e-6)


def test_kinds_that_nobody_sells_are_never_chosen():
    available = np.ones((len(CATEGORIES), 2), dtype=bool)
    available[3] = False
    made = Kinds.of(Spending(), packaged(), available=available.ravel())
    assert made.share[6] == made.share[7] == 0
    assert not np.isin(made.table, [6, 7]).any()


def test_the_table_follows_the_curves(kinds):
    """At each hour, in-store kinds have the shares of their curves, for a segment without tastes of its own."""
    hour, segment = 2 * 24 + 12, SEGMENTS.index("family")
    level = np.arange(LEVELS)
    chosen = kinds.choose(kinds.rows(week_hour=np.full(LEVELS, hour), remote=0, segment=segment, away=0), level)
    weights = (kinds.share * kinds.curve[:, [d * 24 + 12 for d in range(5)]].sum(axis=1))[0::2]
    counts = np.bincount(chosen // 2, minlength=len(CATEGORIES))
    plain = [i for i, c in enumerate(CATEGORIES) if c.name in {"restaurant", "pharmacy", "personal_services"}]
    assert np.all(chosen % 2 == 0)
    assert np.allclose(counts[plain] / counts[plain].sum(), weights[plain] / weights[plain].sum(), atol=0.06)


def test_remote_purchases_are_remote_kinds_at_every_hour(kinds):
    for week_hour in range(168):
        hours, segment, away = np.full(64, week_hour), np.arange(64) % len(SEGMENTS), np.arange(64) % 2
        rows = kinds.rows(week_hour=hours, remote=1, segment=segment, away=away)
        at_home = kinds.rows(week_hour=hours, remote=0, segment=segment, away=0)
        assert np.array_equal(rows, at_home + REMOTE_ROWS + AWAY_ROWS * away)
        assert np.all(kinds.channel[kinds.choose(rows, np.arange(64) * 16)] == ECOMMERCE)


def test_odds_of_segments_keep_the_mean_share():
    segments = packaged().segments
    weights = np.array([segments[name].payments for name in SEGMENTS])
    for share in (0.1, 0.22, 0.36, 0.7):
        odds = share / (1 - share) * segment_odds(segments, share)
        assert (weights * odds / (1 + odds)).sum() / weights.sum() == pytest.approx(share, abs=1e-6)


def test_declines_are_likelier_remote(kinds):
    assert kinds.decline[kinds.channel == ECOMMERCE].min() > kinds.decline[kinds.channel == POS].max()


@given(
    st.lists(
        st.tuples(st.floats(0.1, 1.0), st.integers(0, 1000), st.integers(10, 900)).map(
            lambda v: (v[0], v[1], min(v[1] + v[2], v[1] + 1440))
        ),
        min_size=1,
        max_size=4,
    )
)
def test_shares_of_open_shops_agree_with_asking_each_minute(variants):
    shares = open_shares(tuple(variants))
    total = sum(weight for weight, _, _ in variants)
    for hour in range(24):
        slow = 0.0
        for minute in range(hour * 60, hour * 60 + 60):
            for weight, opens, closes in variants:
                slow += weight * (opens <= minute < closes or minute + 1440 < closes)
        assert shares[hour] == pytest.approx(slow / 60 / total, abs=1e-9)
