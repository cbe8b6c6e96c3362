"""No payment of a fraudster that is granted takes more of a line than anybody's may."""

from dataclasses import replace

import numpy as np
import pytest

from fraudsim_assets.fraud.limits import within_line
from fraudsim_assets.reference_data import packaged
from fraudsim_assets_tests.unit.fraud import worlds

BOLD = 1e6
"""What every step asks for, far above any line. [EUR]"""


@pytest.fixture(scope="module")
def bold():
    """Steps of campaigns that ask for a fortune, and what is left of it."""
    campaigns = worlds.campaigns_of("stolen_cnp", 400)
    steps = worlds.plan_of("stolen_cnp", campaigns).steps
    each, scene = campaigns.take(steps.campaign), worlds.world().fraud.scene
    deeds = worlds.castings()["stolen_cnp"].deeds(each, steps, scene, worlds.DAY)
    asked = replace(deeds, euros=np.full(len(steps), BOLD), minor=np.full(len(steps), 100 * int(BOLD)))
    return each, steps, deeds, asked, within_line(each, steps, asked, scene, worlds.DAY)


def lines(steps):
    return worlds.world().entities.account_line.take(steps.account).astype(float)


def test_what_is_granted_stays_within_the_largest_part_of_the_line(bold):
    _, steps, _, _, found = bold
    most = packaged().declines.largest_part * lines(steps)
    granted = ~steps.declined & np.isfinite(most)
    assert granted.sum() > 100
    assert (found.euros[granted] <= most[granted]).all()
    # and is no less than what the ways of writing prices take off
    assert (found.euros[granted] > 0.5 * packaged().thieves.rounding * most[granted]).mean() > 0.95


def test_what_is_refused_may_be_any_sum(bold):
    _, steps, _, _, found = bold
    assert steps.declined.any()
    assert (found.euros[steps.declined] == BOLD).all()


def test_sums_that_the_line_bears_and_everything_else_stay_as_they_are(bold):
    each, steps, deeds, asked, found = bold
    small = within_line(each, steps, deeds, worlds.world().fraud.scene, worlds.DAY)
    borne = steps.declined | (deeds.euros <= packaged().declines.largest_part * lines(steps))
    assert np.array_equal(small.euros[borne], deeds.euros[borne])
    for name, values in asked.arrays().items():
        if name not in {"euros", "minor"}:
            assert np.array_equal(getattr(found, name), values), name


def test_a_refund_gives_back_what_was_paid_though_both_are_cut():
    campaigns = worlds.campaigns_of("refund_abuse", 200)
    steps = worlds.plan_of("refund_abuse", campaigns).steps
    each, scene = campaigns.take(steps.campaign), worlds.world().fraud.scene
    deeds = worlds.castings()["refund_abuse"].deeds(each, steps, scene, worlds.DAY)
    asked = replace(deeds, euros=np.full(len(steps), BOLD), minor=np.full(len(steps), 100 * int(BOLD)))
    found = within_line(each, steps, asked, scene, worlds.DAY)
    paid, back = found.minor[steps.order == 0], found.minor[steps.order == 1]
    assert np.array_equal(paid, back)
    credit = np.isfinite(lines(steps))
    assert credit.any()
    assert (found.euros[credit] < BOLD).all()
    assert (found.euros[~credit] == BOLD).all(), "accounts without a line have no such limit"
