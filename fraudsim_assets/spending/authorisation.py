"""How a payment is made and what the issuer answers: entry mode, 3DS, device, address, response.

Belongs here: the fields of an authorisation request that follow from who pays, where and by which
channel. Codes are positions in the tuples of ``tables.codes``. Does not belong here: whether a
genuine request is declined at all (decided with the keys of the day), rates and limits (``reference_data``), and fraud.
"""

from collections.abc import Sequence

import numpy as np

from fraudsim_assets.reference_data.authorisation import Authorisation
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables.codes import CHANNELS, ENTRY_MODES, RESPONSE_CODES, THREE_DS_RESULTS
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

POS, ECOMMERCE, ATM = (CHANNELS.index(c) for c in ("pos", "ecommerce", "atm"))
CHIP, CONTACTLESS, MAGSTRIPE, MANUAL, KEYED_ONLINE, ON_FILE = (
    ENTRY_MODES.index(m) for m in ("chip", "contactless", "magstripe", "manual", "ecommerce", "credential_on_file")
)
FRICTIONLESS, CHALLENGE, FAILED = (THREE_DS_RESULTS.index(r) for r in ("frictionless", "challenge", "failed"))
NO_THREE_DS = -1


def tap_limits(table: Authorisation, streams: Streams, people: Ints, contactless_share: float) -> Floats:
    """Limits for :func:`entry_modes`: uniforms below them tap, but for magnetic stripes and key entry.

    Phones tap whatever the sum; cards up to the limit, but for the PIN that is asked for after so many taps.

    Parameters
    ----------
    table
        Rates and limits.
    people : (n,)
        Customer indices.
    contactless_share
        Mean share of taps in stores. [share]

    Returns
    -------
    (n, 2)
        Of payments above the limit of cards, and of those up to it. [unitless]
    """
    words = streams.draw("entry.taps").words(people)
    phone = (words >> np.uint64(40)).astype(np.float64) * 2.0**-24 < table.phones
    liking = (words & np.uint64(0xFFFF)).astype(np.float64) / 65536 - 0.5
    scale = min(contactless_share / table.usual_taps, 1.0)
    by_phone = table.phone_taps * scale
    by_card = (contactless_share - table.phones * by_phone) / ((1 - table.phones) * (1 - table.above_limit))
    # where nearly everything is tapped, the limit of cards must be higher
    beyond = np.clip((by_card - 1) * (1 - table.above_limit) / table.above_limit, 0.0, 1.0)
    by_card = np.clip(by_card + liking * table.tap_liking * min(by_card, max(1 - by_card, 0.0)), 0.0, 1.0)
    odd = table.magstripe + table.manual
    above, below = np.where(phone, by_phone, beyond), np.where(phone, by_phone, by_card)
    return odd + (1 - odd) * np.stack([above, below], axis=1)


def entry_modes(
    table: Authorisation, channel: AnyArray, *, recurring: Bools, u: Floats, taps: Floats, foreign: Bools
) -> AnyArray:
    """How the card number is read.

    Parameters
    ----------
    table
        Rates and limits.
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
    stripe = np.where(foreign, table.foreign_magstripe, table.magstripe)
    seldom = np.flatnonzero(u < stripe + table.manual)
    modes[seldom] = np.where(u[seldom] < stripe[seldom], MAGSTRIPE, MANUAL)
    cash = np.flatnonzero(channel == ATM)
    worn = np.where(foreign[cash], table.foreign_magstripe, table.atm_magstripe)
    tapped = np.where(u[cash] < worn + table.atm_taps * taps[cash], np.int8(CONTACTLESS), np.int8(CHIP))
    modes[cash] = np.where(u[cash] < worn, np.int8(MAGSTRIPE), tapped)
    online = np.flatnonzero(channel == ECOMMERCE)
    on_file = recurring[online] | (u[online] < table.on_file)
    modes[online] = np.where(on_file, ON_FILE, KEYED_ONLINE)
    return modes


def three_ds(
    table: Authorisation,
    entry: AnyArray,
    *,
    response: AnyArray,
    u: Floats,
    outcome: Floats,
    euros: Floats,
    share: float,
    owed: Bools,
) -> AnyArray:
    """3-D Secure result of remote requests; ``NO_THREE_DS`` elsewhere. (n,) int8

    It is the same law for everybody: orders with a card on file are authenticated less than keyed ones, small sums
    often not; dearer purchases are authenticated more.

    Parameters
    ----------
    table
        Rates and limits.
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
    started = np.where(entry == KEYED_ONLINE, 1.0, np.where(entry == ON_FILE, table.on_file_authenticated, 0.0))
    wanted = (
        share
        * started
        * np.where(euros < table.low_value_euros, table.low_value, table.high_value)
        * np.where(owed, 1.0, table.one_leg_out)
    )
    tried = u < np.minimum(wanted, 1.0)
    result = np.where(outcome < table.challenged, CHALLENGE, FRICTIONLESS)
    # who fails to authenticate is refused; who is refused for another reason has passed
    failed = np.zeros(len(RESPONSE_CODES))
    for code, chance in table.failed.items():
        failed[RESPONSE_CODES.index(code)] = chance
    result = np.where(u * (1 / np.maximum(wanted, 1e-9)) < failed.take(response), FAILED, result)
    return np.where(tried, result, NO_THREE_DS).astype(np.int8)


def sca_owed(table: Authorisation, countries: Sequence[str], *, home: AnyArray, shop: AnyArray) -> Bools:
    """Whether strong authentication is owed: in the card's own country, or where both sides have to. (n,)

    Parameters
    ----------
    countries
        Codes of countries, ISO 3166-1.
    home, shop : (n,)
        Country index of the card and of the merchant.
    """
    inside = np.array([code in table.sca for code in countries])
    return (shop == home) | (inside.take(shop) & inside.take(home))
