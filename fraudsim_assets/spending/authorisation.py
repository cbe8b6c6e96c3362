"""How a payment is made and what the issuer answers: entry mode, 3DS, device, address, response.

Belongs here: the fields of an authorisation request that follow from who pays, where and by which
channel. Codes are positions in the tuples of ``tables.codes``. Does not belong here: whether a
genuine request is declined at all (decided with the keys of the day), and fraud.
"""

from functools import lru_cache

import numpy as np

from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.streams import Draw, Streams, combine
from fraudsim_assets.tables.codes import CHANNELS, ENTRY_MODES, RESPONSE_CODES, THREE_DS_RESULTS
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

POS, ECOMMERCE, ATM = (CHANNELS.index(c) for c in ("pos", "ecommerce", "atm"))
CHIP, CONTACTLESS, MAGSTRIPE, MANUAL, KEYED_ONLINE, ON_FILE = (
    ENTRY_MODES.index(m) for m in ("chip", "contactless", "magstripe", "manual", "ecommerce", "credential_on_file")
)
FRICTIONLESS, CHALLENGE, FAILED = (THREE_DS_RESULTS.index(r) for r in ("frictionless", "challenge", "failed"))
NO_THREE_DS = -1

DECLINE_CODES: dict[str, dict[str, float]] = {
    # sources: churnward, spreedly_2018, ebanx (target D03); split by channel ASSUMPTION
    "pos": {"51": 0.47, "05": 0.29, "55": 0.09, "61": 0.04, "57": 0.02, "65": 0.02, "62": 0.01, "91": 0.03, "96": 0.03},
    "ecommerce": {"51": 0.38, "05": 0.38, "14": 0.05, "82": 0.07, "54": 0.06, "65": 0.02, "91": 0.02, "96": 0.02},
    "atm": {"51": 0.55, "61": 0.15, "55": 0.15, "05": 0.08, "75": 0.03, "91": 0.02, "96": 0.02},
}  # fmt: skip
"""Response codes of declined genuine requests. [share of declines]"""

ON_FILE_SHARE = 0.38
"""Remote purchases with a card on file. ASSUMPTION. [share]"""

MAGSTRIPE_SHARE, MANUAL_SHARE = 0.006, 0.002
"""In-store requests by magnetic stripe and by key entry. ASSUMPTION, chip countries. [share]"""

TAP_LIMIT_EUR = 50.0
"""Contactless limit without PIN in the EEA; above it taps are mostly by phone. Source: eu_2018_389. [EUR]"""

LOW_VALUE_EUR = 30.0
"""Remote payments below it may do without authentication. Source: eu_2018_389. [EUR]"""

TAP_ODDS = (1.5, 0.45)
"""Odds of a tap up to the limit and above it, against the average. ASSUMPTION. [unitless]"""

CHALLENGE_SHARE = 0.58
"""3DS requests that are challenged rather than frictionless. Source: ravelin_2021 (target D06). [share]"""

FAILED_SHARE = 0.85
"""Declined 3DS requests in which authentication itself failed. ASSUMPTION, towards netcetera_2021: 14.5 % of
authentications fail (target D06), of which requests that never reach the issuer make no row. [share]"""

DEVICE_LIFE_DAYS = 900
"""Mean life of a phone or laptop. ASSUMPTION. [days]"""

ADDRESS_LIFE_DAYS = 45
"""How long a household keeps its public address. ASSUMPTION. [days]"""

HOME_NETWORK, MOBILE_NETWORK = 0x0A000000, 0x64400000
"""10.0.0.0/8 and 100.64.0.0/10, reserved by RFC 1918 and RFC 6598: never a live public address."""


@lru_cache(maxsize=1)
def _decline_table() -> AnyArray:
    """Response codes by channel and uniform byte. (3, 1024)"""
    rows = []
    for channel in CHANNELS:
        shares = DECLINE_CODES[channel]
        rows.append(choice_table([shares.get(code, 0.0) for code in RESPONSE_CODES], 1024))
    return np.stack(rows)


def decline_codes(channel: AnyArray, level: Ints) -> AnyArray:
    """Response codes of declined requests.

    Parameters
    ----------
    channel : (n,)
        Codes of ``CHANNELS``.
    level : (n,)
        Uniform integers below 1024.
    """
    return _decline_table()[channel, level]


def tap_limits(liking: Floats, contactless_share: float) -> Floats:
    """Limits for :func:`entry_modes`: uniforms below them tap, but for magnetic stripes and key entry.

    Parameters
    ----------
    liking : (n,)
        Uniforms in (0, 1): customers' liking for tapping. [unitless]
    contactless_share
        Mean share of taps in stores. [share]

    Returns
    -------
    (n, 2)
        Of payments above ``TAP_LIMIT_EUR``, and of those up to it. [unitless]
    """
    odds = contactless_share / max(1 - contactless_share, 1e-6) * np.array(TAP_ODDS[::-1])
    more = (liking - 0.5) * 0.5 * min(contactless_share, 1 - contactless_share)
    odd = MAGSTRIPE_SHARE + MANUAL_SHARE
    return odd + (1 - odd) * (odds / (1 + odds) + more[:, None])


def entry_modes(channel: AnyArray, *, recurring: Bools, u: Floats, taps: Floats) -> AnyArray:
    """How the card number is read.

    Parameters
    ----------
    channel : (n,)
        Codes of ``CHANNELS``.
    recurring : (n,)
        Subscriptions: always on file.
    u : (n,)
        Uniforms in (0, 1). [unitless]
    taps : (n,)
        Below which uniforms cards are tapped in stores, from :func:`tap_limits`. [unitless]

    Returns
    -------
    (n,) int8
        Codes of ``ENTRY_MODES``.
    """
    modes = np.where(u < taps, np.int8(CONTACTLESS), np.int8(CHIP))
    seldom = np.flatnonzero(u < MAGSTRIPE_SHARE + MANUAL_SHARE)
    modes[seldom] = np.where(u[seldom] < MAGSTRIPE_SHARE, MAGSTRIPE, MANUAL)
    modes[np.flatnonzero(channel == ATM)] = CHIP
    online = np.flatnonzero(channel == ECOMMERCE)
    on_file = recurring[online] | (u[online] < ON_FILE_SHARE)
    modes[online] = np.where(on_file, ON_FILE, KEYED_ONLINE)
    return modes


def three_ds(entry: AnyArray, *, declined: Bools, u: Floats, outcome: Floats, euros: Floats, share: float) -> AnyArray:
    """3-D Secure result of remote requests; ``NO_THREE_DS`` elsewhere. (n,) int8

    Cards on file are merchant-initiated and exempt; dearer purchases are authenticated more often.

    Parameters
    ----------
    entry : (n,)
        Codes of ``ENTRY_MODES``.
    declined : (n,)
        Whether the issuer refused.
    u, outcome : (n,)
        Uniforms in (0, 1): whether it is tried, and how it ends. [unitless]
    euros : (n,)
        Amounts. [EUR]
    share
        Share of authenticated requests among those keyed by the customer. [share]
    """
    keyed = entry == KEYED_ONLINE
    wanted = np.minimum(share * np.where(euros < LOW_VALUE_EUR, 0.86, 1.16), 1.0)
    tried = keyed & (u < wanted)
    result = np.where(outcome < CHALLENGE_SHARE, CHALLENGE, FRICTIONLESS)
    result = np.where(declined & (outcome < FAILED_SHARE), FAILED, result)
    return np.where(tried, result, NO_THREE_DS).astype(np.int8)


def devices(streams: Streams, *, people: Ints, choice: Floats, day: int) -> Ints:
    """Devices that people order with: two each, the first used more, replaced every few years.

    Parameters
    ----------
    people : (n,)
        Customer indices.
    choice : (n,)
        Uniforms that choose between a customer's devices. [unitless]
    day
        Day number.

    Returns
    -------
    (n,) int64
        Device ids, not negative.
    """
    which = (choice > 0.72).astype(np.int64)
    phase = remainders(people * 389 + which * 211, DEVICE_LIFE_DAYS)
    generation = (day + phase) // DEVICE_LIFE_DAYS
    words = streams.draw("authorisation.device").words(combine(people, generation * 2 + which))
    return (words >> np.uint64(16)).view(np.int64)


def addresses(streams: Streams, *, people: Ints, u: Floats, noise: AnyArray, day: int) -> AnyArray:
    """IPv4 addresses that people order from: mostly their home's, else a mobile network's.

    Parameters
    ----------
    people : (n,)
        Customer indices.
    u : (n,)
        Uniforms: below 0.68 from home. [unitless]
    noise : (n,) uint64
        Words that choose a mobile address.

    Returns
    -------
    (n,) uint32
        Addresses of reserved ranges, as numbers.
    """
    lease = (day + remainders(people, ADDRESS_LIFE_DAYS)) // ADDRESS_LIFE_DAYS
    home = lease_words(streams.draw("authorisation.address"), people, lease) & np.uint64(0xFFFFFF)
    mobile = noise & np.uint64(0x3FFFFF)
    chosen = np.where(u < 0.68, home | np.uint64(HOME_NETWORK), mobile | np.uint64(MOBILE_NETWORK))
    return chosen.astype(np.uint32)


def lease_words(draw: Draw, people: Ints, lease: Ints) -> AnyArray:
    """Words of (person, period) pairs. (n,) uint64"""
    return draw.words(combine(people, lease))
