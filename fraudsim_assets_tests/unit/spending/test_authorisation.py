"""Requests: entry modes, 3-D Secure, codes, devices and addresses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.spending.authorisation import (
    ATM,
    CHIP,
    CONTACTLESS,
    DECLINE_CODES,
    ECOMMERCE,
    FAILED,
    KEYED_ONLINE,
    NO_THREE_DS,
    ON_FILE,
    POS,
    TAP_LIMIT_EUR,
    addresses,
    decline_codes,
    devices,
    entry_modes,
    tap_limits,
    three_ds,
)
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables.codes import CHANNELS, RESPONSE_CODES
from fraudsim_assets.units import day_date, day_number

N = 60_000
IDS = np.arange(N)
STREAMS = Streams(31)


def uniforms(name: str) -> np.ndarray:
    return STREAMS.draw(name).uniforms(IDS)


def modes(channel: int, share: float, *, euros: float = 20.0, recurring: bool = False) -> np.ndarray:
    taps = tap_limits(uniforms("taps"), share)[:, int(euros <= TAP_LIMIT_EUR)]
    return entry_modes(np.full(N, channel), recurring=np.full(N, recurring), u=uniforms("u"), taps=taps)


@pytest.mark.parametrize("share", [0.1, 0.35, 0.84, 0.97])
def test_taps_have_about_the_configured_share_and_fall_above_the_limit(share):
    small, large = (modes(POS, share, euros=e) == CONTACTLESS for e in (TAP_LIMIT_EUR - 1, TAP_LIMIT_EUR + 50))
    assert small.mean() > large.mean()
    assert 0.75 * small.mean() + 0.25 * large.mean() == pytest.approx(share, abs=0.05)


@given(st.floats(0.0, 1.0))
def test_each_channel_has_its_own_entry_modes(share):
    assert set(np.unique(modes(ATM, share))) == {CHIP}
    assert set(np.unique(modes(ECOMMERCE, share))) <= {KEYED_ONLINE, ON_FILE}
    assert set(np.unique(modes(ECOMMERCE, share, recurring=True))) == {ON_FILE}
    assert not np.isin(modes(POS, share), [KEYED_ONLINE, ON_FILE]).any()


def test_only_keyed_requests_are_authenticated_and_only_declined_ones_fail():
    entry = np.where(IDS % 3 == 0, ON_FILE, np.where(IDS % 3 == 1, KEYED_ONLINE, CHIP))
    declined = uniforms("declined") < 0.1
    result = three_ds(
        entry, declined=declined, u=uniforms("u"), outcome=uniforms("o"), euros=np.full(N, 40.0), share=0.46
    )
    assert np.all(result[entry != KEYED_ONLINE] == NO_THREE_DS)
    assert np.all(declined[result == FAILED])
    assert (result[entry == KEYED_ONLINE] != NO_THREE_DS).mean() == pytest.approx(0.46 * 1.16, abs=0.02)


@pytest.mark.parametrize("channel", CHANNELS)
def test_codes_of_declines_have_the_declared_shares(channel):
    levels = np.arange(1024)
    codes = decline_codes(np.full(1024, CHANNELS.index(channel)), levels)
    counts = np.bincount(codes, minlength=len(RESPONSE_CODES)) / 1024
    total = sum(DECLINE_CODES[channel].values())
    assert total == pytest.approx(1.0)
    for code, share in DECLINE_CODES[channel].items():
        assert counts[RESPONSE_CODES.index(code)] == pytest.approx(share, abs=2 / 1024)
    assert counts[0] == 0


def test_people_keep_their_devices_for_years_and_have_two():
    day = day_number(day_date(20_100))
    choice = uniforms("choice")
    people = IDS // 20
    now = devices(STREAMS, people=people, choice=choice, day=day)
    later = devices(STREAMS, people=people, choice=choice, day=day + 30)
    assert (now == later).mean() > 0.93
    assert now.min() >= 0
    per_person = [len(np.unique(now[people == p])) for p in range(200)]
    assert max(per_person) <= 2
    assert len(np.unique(now)) > 1.5 * len(np.unique(people))


def test_addresses_are_of_reserved_networks_and_home_is_stable():
    people = IDS // 10
    u = uniforms("home")
    noise = STREAMS.draw("noise").words(IDS)
    found = addresses(STREAMS, people=people, u=u, noise=noise, day=20_000)
    at_home = u < 0.68
    assert np.all(found[at_home] >> 24 == 10)
    assert np.all(found[~at_home] >> 22 == 0x64400000 >> 22)
    for person in range(50):
        assert len(np.unique(found[at_home & (people == person)])) <= 1
