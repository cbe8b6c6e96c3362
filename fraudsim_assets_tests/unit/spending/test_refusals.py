"""Refusals: how often which code is given, and what people do about it."""

from typing import get_args

import numpy as np
import pytest

from fraudsim_assets.config.model import Spending
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.reference_data.refusals import ResponseCode
from fraudsim_assets.spending.causes import CODE, STATES
from fraudsim_assets.spending.refusals import MOST_CHANCE, Refusals, most_left
from fraudsim_assets.tables.codes import CHANNELS, RESPONSE_CODES

REFERENCE = packaged()
TABLE = REFERENCE.refusals
SHARE = 0.08


def refusals(present: float = 0.025, remote: float = 0.09, retry_rate: float = 0.45) -> Refusals:
    spending = Spending(decline_rate_present=present, retry_rate=retry_rate)
    most = most_left(REFERENCE, spending, SHARE)
    return Refusals.of(REFERENCE, spending, remote=remote, short_share=SHARE, most=most)


def test_the_table_has_an_entry_for_each_of_its_codes_which_the_rows_know():
    assert set(TABLE) == set(get_args(ResponseCode)) <= set(RESPONSE_CODES)


def test_chances_of_trying_again_are_relative_to_the_default_rate():
    assert Spending().retry_rate == REFERENCE.retries.usual_rate


@pytest.mark.parametrize(("present", "remote"), [(0.025, 0.09), (0.01, 0.02), (0.0, 0.0)])
def test_chances_add_up_to_about_the_configured_rates(present, remote):
    found = refusals(present, remote, 0.0)
    for channel, name in enumerate(CHANNELS):
        rate = remote if name == "ecommerce" else present
        assert 0.2 * rate <= found.befall[channel, -1] <= rate + 1e-12
        assert found.befall[channel, CODE["00"]] == 0
        assert np.all((found.short >= 0) & (found.short <= MOST_CHANCE) & (found.old >= 0) & (found.old <= MOST_CHANCE))


def test_the_more_people_try_again_the_fewer_first_tries_are_refused():
    remedies = refusals().remedies
    total = remedies.in_a_row(REFERENCE.retries, 0.45)
    assert np.all(remedies.in_a_row(REFERENCE.retries, 0.0) == 1.0)
    code = CODE["91"]
    first = remedies.again[code] * (1 - remedies.helps[code])
    assert 1 + first < total[code] < 1 + first / (1 - first)
    some, none = refusals(), refusals(retry_rate=0.0)
    for name in ("short", "old", "befall"):
        fewer, more = getattr(some, name), getattr(none, name)
        assert np.all((fewer < more) | (more == 0))


def test_one_balance_is_asked_by_all_channels_and_other_codes_take_what_it_leaves_of_a_rate():
    spending = Spending(decline_rate_present=0.025, retry_rate=0.0)
    most, states = most_left(REFERENCE, spending, SHARE), REFERENCE.declines
    found = Refusals.of(REFERENCE, spending, remote=0.09, short_share=SHARE, most=most)
    shops, remote = CHANNELS.index("pos"), CHANNELS.index("ecommerce")
    assert found.short[shops] * SHARE == pytest.approx(TABLE["51"].in_shops * 0.025)
    assert found.short[remote] / found.short[shops] == pytest.approx(np.sqrt(states.sum_remote / states.sum_in_shops))
    assert found.befall[remote, -1] < 0.09 - found.short[remote] * SHARE


def test_every_code_that_befalls_a_request_has_a_remedy():
    found = refusals()
    happens = {RESPONSE_CODES[c] for c in np.flatnonzero(np.diff(found.befall, prepend=0, axis=1).any(axis=0))}
    assert happens | STATES <= set(TABLE)
    assert found.remedies.again[CODE["00"]] == found.remedies.helps[CODE["00"]] == 0
