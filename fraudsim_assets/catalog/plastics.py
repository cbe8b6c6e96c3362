"""What is printed on a card and what stands for its number.

No card number exists anywhere in the data: only eight leading digits from numbers that payment
processors publish for testing, four random digits, and an opaque token. The three do not combine
into a number, since the digits between them are never drawn.

Belongs here: leading digits, last digits, tokens. Does not belong here: who holds the card.
"""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from fraudsim_assets.catalog.columns import hex_strings, strings
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Ints

TEST_BINS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("visa", "debit"): ("40000566", "40128888"),
        ("visa", "credit"): ("42424242", "41111111"),
        ("visa", "prepaid"): ("40000007",),
        ("mastercard", "debit"): ("52008282", "22230031"),
        ("mastercard", "credit"): ("55555555", "22230031"),
        ("mastercard", "prepaid"): ("51051051",),
        ("amex", "credit"): ("37828224", "37144963"),
    }
)
"""First eight digits of numbers published for testing, by network and product.

Source: stripe_testing. ISO/IEC 7812 sets no range aside for examples, as RFC 2606 does for
names; numbers that processors publish for tests are the nearest thing, since they stand for no
account. A published number's product is kept where the list states one.
"""

ALL_BINS: tuple[str, ...] = tuple(dict.fromkeys(number for numbers in TEST_BINS.values() for number in numbers))
"""All leading digits in use, each once."""

_LAST_4 = tuple(f"{number:04d}" for number in range(10_000))


def last_4(streams: Streams, card_ids: Ints) -> pa.Array:
    """Last four digits of cards. (n,) utf8"""
    digits = streams.draw("catalog.card.last4").words(card_ids) % np.uint64(len(_LAST_4))
    return strings(_LAST_4, digits.astype(np.int64))


def tokens(streams: Streams, card_ids: Ints) -> pa.Array:
    """Opaque tokens of cards: 16 hexadecimal digits, unique because the hash is a bijection. (n,) utf8"""
    return hex_strings(streams.draw("catalog.card.token").words(card_ids))
