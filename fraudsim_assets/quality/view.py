"""A record batch of transactions as plain numpy arrays, made only as far as a rule asks.

Numbers are views of the Arrow buffers, money is whole thousandths, and a dictionary column is an
array of positions in a known list, translated through its (tiny) dictionary and never through
strings.

Belongs here: the translation. Does not belong here: rules.
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa

from fraudsim_assets.maths.integers import unpacked
from fraudsim_assets.quality.arrays import numbers, present
from fraudsim_assets.quality.reference import DayReference
from fraudsim_assets.tables import (
    CHANNELS,
    ENTRY_MODES,
    RESPONSE_CODES,
    TRANSACTION_TYPES,
)
from fraudsim_assets.units import AnyArray, Bools, Ints

ABSENT = -1
"""Code of a missing value, or of one that is not in the list."""


class Codebook:
    """Translates dictionary columns into positions of known lists; remembers each dictionary."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Any, AnyArray | None]] = {}

    def codes(self, name: str, array: Any, values: Sequence[str]) -> AnyArray:
        """Positions of a dictionary column's values in a list, ``ABSENT`` where there is none.

        Parameters
        ----------
        name
            Column, under which the translation is remembered.
        array
            Dictionary column.
        values
            Known values; the same for every call with this name.

        Returns
        -------
        (n,) integers
            Codes; not to be written to.
        """
        table = self._table(name, array.dictionary, values)
        codes = numbers(array.indices)
        if table is not None:
            codes = table.take(codes, mode="clip")
        return codes if array.null_count == 0 else np.where(present(array), codes, codes.dtype.type(ABSENT))

    def _table(self, name: str, dictionary: Any, values: Sequence[str]) -> AnyArray | None:
        """Code of each dictionary entry, or None where the dictionary is the list itself."""
        seen = self._seen.get(name)
        if seen is not None and seen[0].equals(dictionary):
            return seen[1]
        known = {value: code for code, value in enumerate(values)}
        codes = [known.get(value, ABSENT) for value in dictionary.to_pylist()] or [ABSENT]
        table = None if codes == list(range(len(codes))) else np.array(codes, np.int16)
        self._seen[name] = (dictionary, table)
        return table


class Rows:
    """One batch of transactions that honours the contract, beside the day's reference.

    Attributes are arrays of one entry per row. Codes are positions in the lists of ``tables`` or of
    the reference.
    """

    def __init__(self, batch: pa.RecordBatch, reference: DayReference, codebook: Codebook) -> None:
        self.batch = batch
        self.reference = reference
        self._codebook = codebook

    def __len__(self) -> int:
        return self.batch.num_rows

    def value(self, name: str) -> AnyArray:
        """Values of a column of fixed width."""
        return numbers(self.batch.column(name))

    def given(self, name: str) -> Bools:
        """Where a column has a value."""
        return present(self.batch.column(name))

    def code(self, name: str, values: Sequence[str]) -> AnyArray:
        """Codes of a dictionary column."""
        return self._codebook.codes(name, self.batch.column(name), values)

    @cached_property
    def card_id(self) -> Ints:
        """Cards."""
        return self.value("card_id")

    @cached_property
    def transaction_id(self) -> Ints:
        """Transactions."""
        return self.value("transaction_id")

    @cached_property
    def timestamp(self) -> Ints:
        """Moments. [microseconds since 1970 UTC]"""
        return self.value("timestamp")

    @cached_property
    def card(self) -> Ints:
        """Positions of the cards in the reference, ``ABSENT`` for unknown cards."""
        return self.reference.cards.positions(self.card_id)

    @cached_property
    def merchant(self) -> Ints:
        """Positions of the merchants in the reference, ``ABSENT`` for unknown merchants."""
        return self.reference.merchants.positions(self.value("merchant_id"))

    @cached_property
    def merchant_facts(self) -> AnyArray:
        """MCC, country, currency, and zone with validity, of the merchants by the reference. (n, 4)"""
        return unpacked(self.reference.merchant_facts.take(self.merchant, mode="clip"))

    @cached_property
    def card_facts(self) -> AnyArray:
        """Currency and validity of the cards, by the reference: bits as in ``DayReference.card_facts``."""
        return self.reference.card_facts.take(self.card, mode="clip")

    @cached_property
    def pays(self) -> Bools:
        """Where the issuer agrees that money flows from the card."""
        return self.approved & ~self.refund

    @cached_property
    def known_card(self) -> Bools:
        """Where the card exists."""
        return self.card >= 0

    @cached_property
    def known_merchant(self) -> Bools:
        """Where the merchant exists."""
        return self.merchant >= 0

    @cached_property
    def account(self) -> Ints:
        """Accounts of the cards; an arbitrary account where the card is unknown."""
        return self.reference.account.take(self.card, mode="clip")

    @cached_property
    def refund(self) -> Bools:
        """Where money flows back."""
        return self.code("transaction_type", TRANSACTION_TYPES) == TRANSACTION_TYPES.index("refund")

    @cached_property
    def channel(self) -> AnyArray:
        """Codes of ``CHANNELS``."""
        return self.code("channel", CHANNELS)

    @cached_property
    def remote(self) -> Bools:
        """Where the card was used at a distance."""
        return self.channel == CHANNELS.index("ecommerce")

    @cached_property
    def entry_mode(self) -> AnyArray:
        """Codes of ``ENTRY_MODES``."""
        return self.code("entry_mode", ENTRY_MODES)

    @cached_property
    def response(self) -> AnyArray:
        """Codes of ``RESPONSE_CODES``."""
        return self.code("response_code", RESPONSE_CODES)

    @cached_property
    def approved(self) -> Bools:
        """Where the issuer agreed."""
        return self.value("is_approved")

    @cached_property
    def fraud(self) -> Bools:
        """Where the row is fraud."""
        return self.value("is_fraud")

    @cached_property
    def currency(self) -> AnyArray:
        """Merchant's currencies as positions in the reference's list."""
        return self.code("currency", self.reference.currencies)

    @cached_property
    def billing_currency(self) -> AnyArray:
        """Billing currencies as positions in the reference's list."""
        return self.code("billing_currency", self.reference.currencies)
