"""How a payment is made and what the issuer answers: entry mode, 3DS, device, address, response.

Belongs here: the fields of an authorisation request that follow from who pays, where and by which
channel. Codes are positions in the tuples of ``tables.codes``. Does not belong here: whether a
genuine request is declined at all (decided with the keys of the day), and fraud.
"""

import numpy as np

from fraudsim_assets.streams import Streams
from fraudsim_assets.tables.codes import CHANNELS, ENTRY_MODES, RESPONSE_CODES, THREE_DS_RESULTS
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

POS, ECOMMERCE, ATM = (CHANNELS.index(c) for c in ("pos", "ecommerce", "atm"))
CHIP, CONTACTLESS, MAGSTRIPE, MANUAL, KEYED_ONLINE, ON_FILE = (
    ENTRY_MODES.index(m) for m in ("chip", "contactless", "magstripe", "manual", "ecommerce", "credential_on_file")
)
FRICTIONLESS, CHALLENGE, FAILED = (THREE_DS_RESULTS.index(r) for r in ("frictionless", "challenge", "failed"))
NO_THREE_DS = -1

ON_FILE_SHARE = 0.38
"""Remote purchases with a card on file. ASSUMPTION. [share]"""

MAGSTRIPE_SHARE, MANUAL_SHARE = 0.006, 0.002
"""In-store requests by magnetic stripe and by key entry. ASSUMPTION, chip countries. [share]"""

FOREIGN_STRIPE_SHARE = 0.05
"""In-store requests by magnetic stripe with cards of another country: terminals that do not know the chip's
application fall back to the stripe. ASSUMPTION. [share]"""

ATM_STRIPE_SHARE = 0.002
"""Withdrawals by magnetic stripe, where a worn chip cannot be read; cards of another country fall back to it as often
as in shops. ASSUMPTION. [share]"""

ATM_TAPS = 0.15
"""Taps at cash machines, of which some have a reader, against those in shops. ASSUMPTION. [unitless]"""

TAP_LIMIT_EUR = 50.0
"""Contactless limit without PIN in the EEA; above it taps are mostly by phone. Source: eu_2018_389. [EUR]"""

LOW_VALUE_EUR = 30.0
"""Remote payments below it may do without authentication. Source: eu_2018_389. [EUR]"""

CHALLENGE_SHARE = 0.58
"""3DS requests that are challenged rather than frictionless. Source: ravelin_2021 (target D06). [share]"""

FAILED_BY_CODE = {"65": 1.0, "05": 0.85, "59": 0.5}
"""Authenticated requests in which authentication itself failed, by the code that refuses them: no other reason is given
for that. ASSUMPTION, with the shares of codes towards netcetera_2021: 14.5 % of authentications fail (target D06), of
which requests that never reach the issuer make no row. [share]"""

EEA = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "HR",
        "CY",
        "CZ",
        "DK",
        "EE",
        "FI",
        "FR",
        "DE",
        "GR",
        "HU",
        "IS",
        "IE",
        "IT",
        "LV",
        "LI",
        "LT",
        "LU",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SK",
        "SI",
        "ES",
        "SE",
        "GB",
        "CH",
    ]
)
"""Countries between which strong authentication is usual: the EEA by eu_2018_389, and by their own rules the United
Kingdom and Switzerland."""

ON_FILE_AUTHENTICATED = 0.35
"""Authentication of orders with a card on file, against those that are keyed: the customer starts them, so it is owed,
but trusted shops and low risk exempt many. Charges that the shop starts never have it. ASSUMPTION. [unitless]"""

ONE_LEG_OUT = 0.22
"""Authentication where either side is outside, against within. ASSUMPTION after target N14. [unitless]"""

PHONE_SHARE = 0.36
"""People who tap with a phone, which has no limit. ASSUMPTION. [share]"""

PHONE_TAPS, ABOVE_LIMIT = 0.95, 0.2
"""Taps of those who pay by phone; payments in shops above the limit. ASSUMPTION. [share]"""


def tap_limits(streams: Streams, people: Ints, contactless_share: float) -> Floats:
    """Limits for :func:`entry_modes`: uniforms below them tap, but for magnetic stripes and key entry.

    Phones tap whatever the sum; cards up to the limit, but for the PIN that is asked for after so many taps.

    Parameters
    ----------
    people : (n,)
        Customer indices.
    contactless_share
        Mean share of taps in stores. [share]

    Returns
    -------
    (n, 2)
        Of payments above ``TAP_LIMIT_EUR``, and of those up to it. [unitless]
    """
    words = streams.draw("entry.taps").words(people)
    phone = (words >> np.uint64(40)).astype(np.float64) * 2.0**-24 < PHONE_SHARE
    liking = (words & np.uint64(0xFFFF)).astype(np.float64) / 65536 - 0.5
    scale = min(contactless_share / _TAPS, 1.0)
    by_phone = PHONE_TAPS * scale
    by_card = (contactless_share - PHONE_SHARE * by_phone) / ((1 - PHONE_SHARE) * (1 - ABOVE_LIMIT))
    # where nearly everything is tapped, the limit of cards must be higher
    beyond = np.clip((by_card - 1) * (1 - ABOVE_LIMIT) / ABOVE_LIMIT, 0.0, 1.0)
    by_card = np.clip(by_card + liking * 0.2 * min(by_card, max(1 - by_card, 0.0)), 0.0, 1.0)
    odd = MAGSTRIPE_SHARE + MANUAL_SHARE
    above, below = np.where(phone, by_phone, beyond), np.where(phone, by_phone, by_card)
    return odd + (1 - odd) * np.stack([above, below], axis=1)


_TAPS = 0.84
# share of taps at which phones tap as often as ``PHONE_TAPS`` says


def entry_modes(channel: AnyArray, *, recurring: Bools, u: Floats, taps: Floats, foreign: Bools) -> AnyArray:
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
    foreign : (n,)
        Whether the card is of another country than the merchant.

    Returns
    -------
    (n,) int8
        Codes of ``ENTRY_MODES``.
    """
    modes = np.where(u < taps, np.int8(CONTACTLESS), np.int8(CHIP))
    stripe = np.where(foreign, FOREIGN_STRIPE_SHARE, MAGSTRIPE_SHARE)
    seldom = np.flatnonzero(u < stripe + MANUAL_SHARE)
    modes[seldom] = np.where(u[seldom] < stripe[seldom], MAGSTRIPE, MANUAL)
    cash = np.flatnonzero(channel == ATM)
    worn = np.where(foreign[cash], FOREIGN_STRIPE_SHARE, ATM_STRIPE_SHARE)
    tapped = np.where(u[cash] < worn + ATM_TAPS * taps[cash], np.int8(CONTACTLESS), np.int8(CHIP))
    modes[cash] = np.where(u[cash] < worn, np.int8(MAGSTRIPE), tapped)
    online = np.flatnonzero(channel == ECOMMERCE)
    on_file = recurring[online] | (u[online] < ON_FILE_SHARE)
    modes[online] = np.where(on_file, ON_FILE, KEYED_ONLINE)
    return modes


def three_ds(
    entry: AnyArray, *, response: AnyArray, u: Floats, outcome: Floats, euros: Floats, share: float, owed: Bools
) -> AnyArray:
    """3-D Secure result of remote requests; ``NO_THREE_DS`` elsewhere. (n,) int8

    It is the same law for everybody: orders with a card on file are authenticated less than keyed ones, small sums
    often not; dearer purchases are authenticated more.

    Parameters
    ----------
    entry : (n,)
        Codes of ``ENTRY_MODES``, of requests that a customer starts.
    response : (n,)
        Codes of ``RESPONSE_CODES``.
    u, outcome : (n,)
        Uniforms in (0, 1): whether it is tried, and how it ends. [unitless]
    euros : (n,)
        Amounts. [EUR]
    share
        Share of authenticated requests among those keyed by the customer. [share]
    owed : (n,)
        Whether both sides are where strong authentication is usual.
    """
    started = np.where(entry == KEYED_ONLINE, 1.0, np.where(entry == ON_FILE, ON_FILE_AUTHENTICATED, 0.0))
    wanted = share * started * np.where(euros < LOW_VALUE_EUR, 0.86, 1.16) * np.where(owed, 1.0, ONE_LEG_OUT)
    tried = u < np.minimum(wanted, 1.0)
    result = np.where(outcome < CHALLENGE_SHARE, CHALLENGE, FRICTIONLESS)
    # who fails to authenticate is refused; who is refused for another reason has passed
    result = np.where(u * (1 / np.maximum(wanted, 1e-9)) < _FAILED.take(response), FAILED, result)
    return np.where(tried, result, NO_THREE_DS).astype(np.int8)


_FAILED = np.array([FAILED_BY_CODE.get(code, 0.0) for code in RESPONSE_CODES])
