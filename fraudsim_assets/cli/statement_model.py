"""What a statement is: lines, sums by card, and whose month it tells.

Belongs here: `Statement` and its parts. Does not belong here: how they are found in a world (``statement``).
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


def grouped(amount: str) -> str:
    """An amount as people read it, its thousands apart: 1,455.28."""
    return f"{Decimal(amount):,}"


@dataclass(frozen=True)
class Line:
    """One request on a statement.

    Attributes
    ----------
    local
        On the clock of the shop; of a remote payment, on that of the holder's home.
    name, place, latitude, longitude
        Merchant, town and country; position of its shop, None for remote payments. [degrees]
    card, how
        Last four digits; how the card was used.
    kind
        Of ``TRANSACTION_TYPES``.
    amount, currency
        In the merchant's currency, as a decimal number in text, such as 1455.28; negative for a refund.
    billed, billing_currency
        On the bill, likewise.
    approved
        Granted by the issuer.
    note
        Why it was declined, or what is given back.
    truth
        Scenario of fraud; empty for genuine requests.
    """

    local: datetime
    name: str
    place: str
    latitude: float | None
    longitude: float | None
    card: str
    how: str
    kind: str
    amount: str
    currency: str
    billed: str
    billing_currency: str
    approved: bool
    note: str
    truth: str


@dataclass(frozen=True)
class CardSum:
    """What one card adds up to.

    Attributes
    ----------
    card, card_id, product, network
        Last four digits; id in the cards catalog; kind of card; scheme.
    payments, declined
        Requests granted and refused, refunds apart. [count]
    spent, refunded
        Sums on the bill, as decimal numbers in text.
    limit, used
        Line of credit likewise, and the part of it that was spent in the month [share]; None without a line.
    """

    card: str
    card_id: int
    product: str
    network: str
    currency: str
    payments: int
    declined: int
    spent: str
    refunded: str
    limit: str | None
    used: float | None

    @property
    def is_refunded(self) -> bool:
        """Whether anything was given back."""
        return any(digit in "123456789" for digit in self.refunded)


@dataclass(frozen=True)
class Place:
    """A town with its position. [degrees]"""

    name: str
    latitude: float
    longitude: float


@dataclass(frozen=True)
class Statement:
    """A person's month.

    Attributes
    ----------
    customer
        Customer id.
    holder, segment, born
        Name, stage of life and year of birth.
    home, work
        Where the person lives and works or goes to school, if anywhere.
    month
        Its first day.
    """

    customer: int
    holder: str
    segment: str
    born: int
    home: Place
    work: Place | None
    month: date
    lines: tuple[Line, ...]
    cards: tuple[CardSum, ...]

    @property
    def heading(self) -> str:
        """Whose month it is, in a line."""
        return f"{self.holder}, customer {self.customer}, {self.month:%B %Y}"

    @property
    def about(self) -> str:
        """Where the person lives and works, in a line."""
        goes = "studies" if self.segment == "student" else "works"
        work = f", {goes} in {self.work.name}" if self.work else ""
        return f"{self.segment}, born {self.born}, lives in {self.home.name}{work}"
