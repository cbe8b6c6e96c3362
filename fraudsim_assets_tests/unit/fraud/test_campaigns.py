"""Shapes of campaigns and steps, and the numbering of campaigns over time."""

import numpy as np
import pytest

from fraudsim_assets.fraud.campaigns import SPEND, Campaigns, Steps, tickets
from fraudsim_assets.streams import Streams

STREAMS = Streams(42)


def campaigns(n: int = 5) -> Campaigns:
    return Campaigns(np.arange(n) + 100, np.arange(n) / 2.0, np.arange(n) * 10, "kind", STREAMS, np.full(n, -1))


def started(first: float, last: float, density: float = 3.7) -> dict[int, float]:
    numbers, starts = tickets(STREAMS, "kind", density=density, first=first, last=last)
    return dict(zip(numbers.tolist(), starts.tolist(), strict=True))


@pytest.mark.parametrize("density", [0.01, 0.3, 3.7, 250.0])
def test_spans_that_follow_each_other_have_the_campaigns_of_the_whole(density):
    whole = started(100.0, 140.0, density)
    parts = [started(a, b, density) for a, b in ((100.0, 100.5), (100.5, 117.25), (117.25, 140.0))]
    assert len(whole) == sum(len(part) for part in parts)
    assert whole == parts[0] | parts[1] | parts[2]
    assert all(100.0 <= start < 140.0 for start in whole.values())


@pytest.mark.parametrize("density", [0.3, 3.7, 250.0])
def test_one_campaign_starts_in_every_cell(density):
    whole = started(0.0, 400.0, density)
    assert list(whole) == sorted(whole)
    cells = np.floor(np.array(list(whole.values())) * density).astype(int)
    assert cells.tolist() == list(whole)
    assert len(whole) == pytest.approx(400 * density, abs=1)


def test_starts_are_spread_over_their_cells():
    starts = np.array(list(started(0.0, 3_000.0, 1.0).values()))
    within = np.sort(starts % 1.0)
    grid = (np.arange(len(within)) + 0.5) / len(within)
    # Kolmogorov-Smirnov: beyond 1.95 / sqrt(n) once in a thousand
    assert np.abs(within - grid).max() < 1.95 / np.sqrt(len(within))


def test_without_density_nothing_starts():
    assert started(0.0, 1_000.0, 0.0) == {}


def test_scenarios_do_not_share_their_starts():
    mine = tickets(STREAMS, "kind", density=1.0, first=0.0, last=50.0)[1]
    others = tickets(STREAMS, "other", density=1.0, first=0.0, last=50.0)[1]
    assert not np.allclose(mine[:40] % 1, others[:40] % 1)


def test_steps_are_laid_out_in_order():
    steps = Steps.lay_out(campaigns(4), np.array([2, 0, 3, 1]))
    assert steps.campaign.tolist() == [0, 0, 2, 2, 2, 3]
    assert steps.order.tolist() == [0, 1, 0, 1, 2, 0]
    assert steps.account.tolist() == [0, 0, 20, 20, 20, 30]
    assert set(steps.phase) == {SPEND}
    assert not steps.declined.any()
    assert not steps.blocked.any()
    steps.declined[0] = True
    assert not steps.blocked[0]


def test_a_step_has_one_address_whoever_asks():
    some = campaigns(4)
    steps = Steps.lay_out(some, np.array([2, 0, 3, 1]))
    addresses = steps.ids(some)
    assert len(set(addresses.tolist())) == len(steps)
    assert np.array_equal(addresses, steps.ids_of(some.take(steps.campaign)))
    lone = steps.take(np.array([4]))
    assert lone.ids(some).tolist() == [addresses[4]]
    assert np.array_equal(steps.uniforms(some, "x"), some.draw("x").uniforms(addresses))


def test_chosen_campaigns_keep_what_is_theirs():
    chosen = campaigns().take(np.array([3, 1]))
    assert (chosen.number.tolist(), chosen.account.tolist(), chosen.start.tolist()) == (
        [103, 101],
        [30, 10],
        [1.5, 0.5],
    )
    assert np.array_equal(chosen.uniforms("x"), campaigns().uniforms("x")[[3, 1]])


def test_decisions_and_scenarios_have_randomness_of_their_own():
    some = campaigns(50)
    other = Campaigns(some.number, some.start, some.account, "other", STREAMS, some.ring)
    assert not np.any(some.uniforms("x") == some.uniforms("y"))
    assert not np.any(some.uniforms("x") == other.uniforms("x"))
