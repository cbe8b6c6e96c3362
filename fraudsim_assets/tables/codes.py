"""Closed lists of codes that columns may hold.

Belongs here: every list that is complete by definition, in its canonical order (that of
``reference_data`` where its entries are named by the same codes), and the meaning of codes that come
from a standard. Does not belong here: open lists that a world or a plugin
extends (merchant category codes in use, currencies, countries, fraud scenarios), and how often
a code occurs.

A dictionary-encoded column may use any dictionary order; the order here is the one the project
itself writes, so that an integer code is a position in the tuple.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, get_args

from fraudsim_assets.reference_data.account_events import AccountEventType, EventChannel, EventOutcome
from fraudsim_assets.reference_data.model import Segment

SEGMENTS: Final[tuple[str, ...]] = get_args(Segment)
"""Customer segments, by stage of life."""

INCOME_BANDS: Final = ("low", "lower_middle", "middle", "upper_middle", "high")
"""Income bands, ascending."""

PRODUCTS: Final = ("debit", "credit", "prepaid")
"""Card products."""

NETWORKS: Final = ("visa", "mastercard", "amex")
"""Card schemes."""

TRANSACTION_TYPES: Final = ("purchase", "refund", "cash_withdrawal")
"""What a row asks for."""

CHANNELS: Final = ("pos", "ecommerce", "atm")
"""Where the card was used."""

ENTRY_MODES: Final = ("chip", "contactless", "magstripe", "manual", "ecommerce", "credential_on_file")
"""How the card number reached the merchant (after ISO 8583 field 22)."""

THREE_DS_RESULTS: Final = ("frictionless", "challenge", "failed")
"""How an attempt at 3-D Secure authentication ended."""

APPROVED_CODE: Final = "00"
"""The one response code that approves a request."""

RESPONSE_MEANINGS: Final[Mapping[str, str]] = {
    "00": "approved",
    "05": "do not honour",
    "14": "invalid card number",
    "41": "lost card",
    "43": "stolen card",
    "51": "insufficient funds",
    "54": "expired card or wrong expiry date",
    "55": "incorrect PIN",
    "57": "transaction not permitted to cardholder",
    "59": "suspected fraud",
    "61": "exceeds amount limit",
    "62": "restricted card",
    "65": "exceeds frequency limit, or strong authentication required",
    "75": "PIN tries exceeded",
    "82": "wrong card verification value",
    "91": "issuer unavailable",
    "96": "system malfunction",
}
"""Response codes (ISO 8583 field 39) in use, with their meaning."""

RESPONSE_CODES: Final = tuple(RESPONSE_MEANINGS)
"""Response codes in use; position 0 is approval."""

LABEL_TYPES: Final = ("reported", "chargeback", "bank_detected", "friendly_fraud", "review")
"""How a label came to be: cardholder's report, chargeback, the bank's own alert, false claim, and a second look at an
earlier label, which withdraws or restores it."""

CHARGEBACK_MEANINGS: Final[Mapping[str, str]] = {
    "10.1": "Visa: EMV liability shift, counterfeit",
    "10.2": "Visa: EMV liability shift, lost or stolen",
    "10.3": "Visa: other fraud, card present",
    "10.4": "Visa: other fraud, card absent",
    "13.1": "Visa: goods or services not received",
    "13.3": "Visa: not as described",
    "13.6": "Visa: credit not processed",
    "4837": "Mastercard: no cardholder authorisation",
    "4853": "Mastercard: cardholder dispute",
    "4870": "Mastercard: chip liability shift, counterfeit",
    "4871": "Mastercard: chip liability shift, lost or stolen",
    "F24": "American Express: no cardmember authorisation",
    "F29": "American Express: card not present",
    "F30": "American Express: EMV counterfeit",
    "F31": "American Express: EMV lost or stolen",
    "C02": "American Express: credit not processed",
    "C08": "American Express: goods or services not received",
}
"""Chargeback reason codes in use, with their meaning."""

CHARGEBACK_REASONS: Final = tuple(CHARGEBACK_MEANINGS)
"""Chargeback reason codes in use; each network has its own."""

EVENT_TYPES: Final[tuple[str, ...]] = get_args(AccountEventType)
"""What customers do at the bank without paying: token provisioning adds a card to a phone, a dispute is a claim about a
payment."""

EVENT_CHANNELS: Final[tuple[str, ...]] = get_args(EventChannel)
"""Where the bank is met."""

EVENT_OUTCOMES: Final[tuple[str, ...]] = get_args(EventOutcome)
"""How an event ends; a step-up succeeds after strong authentication beyond the password."""


class Action(StrEnum):
    """What is done about a payment."""

    APPROVE = "approve"
    """Let it through."""
    STEP_UP = "step_up"
    """Ask the holder to authenticate: by a challenge where the payment is remote, by the PIN where it is not."""
    DECLINE = "decline"
    """Refuse it as suspected fraud."""
    BLOCK = "block"
    """Refuse it, and block the card from then on; a payment that has gone through stays."""
    REVIEW = "review"
    """Let it through, and have an analyst look at it later."""


ACTIONS: Final = tuple(Action)
"""All actions, in the order of their codes."""
