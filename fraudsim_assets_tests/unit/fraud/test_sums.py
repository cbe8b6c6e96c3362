"""What fraud brings: sums of all kinds together, weighed by their shares of rows, where nothing drifts."""

from dataclasses import replace

import numpy as np
import pytest

from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets_tests.unit.fraud import worlds

N = 500
"""Campaigns of each kind. [count]"""


@pytest.fixture(scope="module")
def rows():
    """Weight, euros, whether declined, and whether remote, of the rows of campaigns of every kind."""
    still = dict.fromkeys(("shares", "tactics", "goods", "sums"), 0.0)
    schedule = worlds.make_world(drift=still).fraud
    parts = []
    for casting in schedule.castings:
        blank = Campaigns.alone(
            np.arange(N), worlds.DAY + np.arange(N) / 16.0, casting.namespace, schedule.society.streams
        )
        in_rings = replace(blank, scenario=casting.name, ring=casting.rings(blank, schedule.scene))
        campaigns = replace(in_rings, account=casting.victims(in_rings, schedule.scene))
        steps = casting.plan(campaigns, schedule.scene).steps
        deeds = casting.deeds(campaigns.take(steps.campaign), steps, schedule.scene, worlds.DAY)
        weight = np.full(len(steps), casting.tactic.weight / len(steps))
        parts.append((weight, deeds.euros, steps.declined, deeds.kind % 2 == 1))
    return [np.concatenate(column) for column in zip(*parts, strict=True)], schedule.society.habits.kinds


def test_two_thirds_of_the_attempted_value_are_stopped(rows):
    """Target A28; some twenty thousand rows leave its heavy-tailed sums an error of two points."""
    (weight, euros, declined, _), _ = rows
    assert (weight * euros)[declined].sum() / (weight * euros).sum() == pytest.approx(0.65, abs=0.06)


def test_the_mean_fraud_is_above_the_mean_payment_and_the_median_below(rows):
    """Targets B01 and B08."""
    (weight, euros, declined, _), kinds = rows
    usual = np.average(kinds.median * np.exp(kinds.sigma**2 / 2), weights=kinds.share)
    assert 1.4 < np.average(euros[~declined], weights=weight[~declined]) / usual < 2.4
    order = np.argsort(euros)
    median = euros[order][np.searchsorted(np.cumsum(weight[order]), weight.sum() / 2)]
    middle = np.argsort(kinds.median)
    typical = kinds.median[middle][np.searchsorted(np.cumsum(kinds.share[middle]), kinds.share.sum() / 2)]
    assert median < 1.1 * typical


def test_most_of_what_is_lost_is_lost_remotely_and_in_person_sums_are_smaller(rows):
    """Target A14."""
    (weight, euros, declined, remote), _ = rows
    lost = ~declined
    value = weight * euros
    assert 0.7 < value[lost & remote].sum() / value[lost].sum() < 0.9
    means = [np.average(euros[some], weights=weight[some]) for some in (lost & remote, lost & ~remote)]
    assert means[0] > 1.3 * means[1]
