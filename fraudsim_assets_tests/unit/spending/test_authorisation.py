"""Requests: entry modes, 3-D Secure, codes, devices and addresses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.authorisation import (
    ATM,
    CHIP,
    CONTACTLESS,
    ECOMMERCE,
    FAILED,
    KEYED_ONLINE,
    MAGSTRIPE,
    NO_THREE_DS,
    ON_FILE,
    POS,
    entry_modes,
    tap_limits,
    three_ds,
)
from fraudsim_assets.spending.causes import CODE
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables.codes import RESPONSE_CODES

TABLE = packaged().authorisation
N = 60_000
IDS = np.arange(N)
STREAMS = Streams(31)


def uniforms(name: str) -> np.ndarray:
    return STREAMS.draw(name).uniforms(IDS)


def modes(
    channel: int, share: float, *, euros: float = 20.0, recurring: bool = False, foreign: bool = False
) -> np.ndarray:
    taps = tap_limits(TABLE, STREAMS, IDS, share)[:, int(euros <= TABLE.tap_limit_euros)]
    away = np.full(N, foreign)
    return entry_modes(
        TABLE, np.full(N, channel), recurring=np.full(N, recurring), u=uniforms("u"), taps=taps, foreign=away
    )


@pytest.mark.parametrize("share", [0.1, 0.35, 0.84, 0.97])
def test_taps_have_about_the_configured_share_and_fall_above_the_limit(share):
    small, large = (
        modes(POS, share, euros=e) == CONTACTLESS for e in (TABLE.tap_limit_euros - 1, TABLE.tap_limit_euros + 50)
    )
    assert small.mean() > large.mean()
    assert (1 - TABLE.above_limit) * small.mean() + TABLE.above_limit * large.mean() == pytest.approx(share, abs=0.05)


@given(st.floats(0.0, 1.0))
def test_each_channel_has_its_own_entry_modes(share):
    assert set(np.unique(modes(ATM, share))) <= {CHIP, CONTACTLESS, MAGSTRIPE}
    assert set(np.unique(modes(ECOMMERCE, share))) <= {KEYED_ONLINE, ON_FILE}
    assert set(np.unique(modes(ECOMMERCE, share, recurring=True))) == {ON_FILE}
    assert not np.isin(modes(POS, share), [KEYED_ONLINE, ON_FILE]).any()


@pytest.mark.parametrize(
    ("channel", "foreign", "share"),
    [
        (POS, False, TABLE.magstripe),
        (POS, True, TABLE.foreign_magstripe),
        (ATM, False, TABLE.atm_magstripe),
        (ATM, True, TABLE.foreign_magstripe),
    ],
)
def test_terminals_fall_back_to_the_stripe_of_foreign_cards_more_often(channel, foreign, share):
    found = (modes(channel, 0.84, foreign=foreign) == MAGSTRIPE).mean()
    assert found == pytest.approx(share, abs=4.5 * np.sqrt(share / N))


def test_cash_is_drawn_without_contact_where_the_machine_reads_it_and_mostly_by_chip():
    found = modes(ATM, 0.84)
    assert (found == CONTACTLESS).mean() == pytest.approx(TABLE.atm_taps * 0.84, abs=0.03)
    assert (found == CHIP).mean() > 0.8


def test_customers_are_authenticated_with_a_card_on_file_too_if_less_and_only_refused_requests_fail():
    entry = np.where(IDS % 3 == 0, ON_FILE, np.where(IDS % 3 == 1, KEYED_ONLINE, CHIP))
    response = np.where(uniforms("declined") < 0.1, CODE["05"], 0)
    result = three_ds(
        TABLE,
        entry,
        response=response,
        u=uniforms("u"),
        outcome=uniforms("o"),
        euros=np.full(N, 40.0),
        share=0.46,
        owed=np.ones(N, dtype=bool),
    )
    assert np.all(result[entry == CHIP] == NO_THREE_DS)
    assert (result[entry == ON_FILE] != NO_THREE_DS).mean() == pytest.approx(
        TABLE.on_file_authenticated * 0.46 * TABLE.high_value, abs=0.02
    )
    assert np.all(response[result == FAILED] == CODE["05"])
    assert (result[entry == KEYED_ONLINE] != NO_THREE_DS).mean() == pytest.approx(0.46 * TABLE.high_value, abs=0.02)


def test_authentication_is_seldom_where_one_side_is_outside():
    entry, granted = np.full(N, KEYED_ONLINE), np.zeros(N, dtype=np.int64)
    inside, outside = (
        three_ds(
            TABLE,
            entry,
            response=granted,
            u=uniforms("u"),
            outcome=uniforms("o"),
            euros=np.full(N, 40.0),
            share=0.46,
            owed=np.full(N, owed),
        )
        for owed in (True, False)
    )
    assert (outside != NO_THREE_DS).mean() < 0.4 * (inside != NO_THREE_DS).mean()


@pytest.mark.parametrize("code", [code for code in RESPONSE_CODES if code != "00"])
def test_authentication_fails_only_with_codes_that_may_say_so(code: str):
    result = three_ds(
        TABLE,
        np.full(N, KEYED_ONLINE),
        response=np.full(N, CODE[code]),
        u=uniforms("u"),
        outcome=uniforms("o"),
        euros=np.full(N, 40.0),
        share=0.46,
        owed=np.ones(N, dtype=bool),
    )
    tried = int((result != NO_THREE_DS).sum())
    share = TABLE.failed.get(code, 0.0)
    failed = (result == FAILED).sum() / tried
    assert failed == pytest.approx(share, abs=4.5 * np.sqrt(share * (1 - share) / tried) + 1e-12)
