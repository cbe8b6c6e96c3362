"""Bit layouts: how several small numbers share one word, each declared once with the widths of its fields.

The one idea: a layout says how many entities fit; whoever lets a configuration choose a number asks the layout first,
so that nothing wraps around in silence.

Belongs here: widths of packed words and what fits into them. Does not belong here: the words of random numbers
(``streams``), and what the fields mean to a day.
"""

from dataclasses import dataclass
from typing import Any

from fraudsim_assets.errors import ConfigError

WORD_BITS = 63
"""Bits of a signed word that are not its sign."""


@dataclass(frozen=True)
class BitLayout:
    """Unsigned fields side by side, the most significant first.

    Attributes
    ----------
    name
        What the words are.
    fields
        Names and widths. [bits]
    """

    name: str
    fields: tuple[tuple[str, int], ...]

    def __post_init__(self) -> None:
        total = sum(width for _, width in self.fields)
        if total > WORD_BITS or any(width < 1 for _, width in self.fields):
            raise ValueError(f"{self.name} takes {total} bits; valid are fields of at least 1 and {WORD_BITS} in all")

    def bits(self, field: str) -> int:
        """Width of a field. [bits]"""
        return dict(self.fields)[field]

    def room(self, field: str) -> int:
        """How many numbers a field has room for; they count from 0. [count]"""
        return 1 << self.bits(field)

    def pack(self, *numbers: Any) -> Any:
        """Join one number or array per field, each within its field, into words."""
        word = numbers[0]
        for number, (_, width) in zip(numbers[1:], self.fields[1:], strict=True):
            word = word << width | number
        return word

    def unpack(self, words: Any) -> tuple[Any, ...]:
        """Read the fields of words again, in their order."""
        parts = []
        for _, width in reversed(self.fields[1:]):
            parts.append(words & ((1 << width) - 1))
            words = words >> width
        return (words, *reversed(parts))

    def require(self, field: str, count: int, what: str) -> None:
        """Make sure that so many fit into a field.

        Parameters
        ----------
        what
            What is counted, as the user knows it.

        Raises
        ------
        ConfigError
            If they do not fit.
        """
        if count > self.room(field):
            raise ConfigError(
                f"{what} is {count}; valid are at most {self.room(field)}, as {self.name} has no more room"
            )


TRANSACTION = BitLayout("a transaction id", (("day", 17), ("account", 27), ("slot", 19)))
"""What an id is before it is scrambled: day number, account index and number of the row within both."""

REFUND_SLOT, FRAUD_SLOT = 1 << 17, 1 << 18
"""Slots of refunds and of fraudulent rows start here; genuine payments count up from 0."""

AGAIN_SLOT, FRAUD_AGAIN_SLOT = 1 << 16, (1 << 16) + (1 << 15)
"""Slots of rows that follow from decisions start here: next tries of holders, and of fraudsters."""

AGAIN = BitLayout("a slot of a next try", (("attempt", 2), ("place", 3), ("slot", 10)))
"""Number of the try; of the request that was refused first, the place of its account among those of the person, and its
slot."""

RECHARGE_SLOT = 1 << 15
"""Slots of charges that merchants try again because of decisions start here."""

RECHARGE = BitLayout("a slot of a recharge", (("attempt", 2), ("number", 4)))
"""Number of the attempt, and that of the person's subscription."""

FRAUD_SLOTS = TRANSACTION.room("slot") - FRAUD_SLOT
"""How many slots of fraudulent rows there are. [count]"""

OCCASION = BitLayout("a code of an occasion", (("need", 5), ("number", 6)))
"""A need of a person that comes up, and which one of several on a day."""

OCCASIONS = OCCASION.room("need") * OCCASION.room("number")
"""How many codes of occasions there are. [count]"""

EVENT = BitLayout("an event id", (("day", 17), ("customer", 26), ("slot", 20)))
"""What the id of an event that is no payment is before it is scrambled: day number, customer index, number in both."""

EVENT_SLOT = BitLayout("a slot of a genuine event", (("before", 1), ("cause", 3), ("kind", 4), ("number", 11)))
"""Whether it is a log-in that comes before the event, why that happens, its kind, and its number among those of both:
of a session, or of the customer's account."""

FRAUD_EVENT_SLOT = 1 << 19
"""Slots of events of fraud start here."""

RETURN = BitLayout("a slot of a refund", (("delay", 6), ("code", 11)))
"""Days since the purchase that is given back, and its code among the occasions of its day."""

ROW_ORDER = BitLayout("a sorting key of rows", (("position", 26), ("moment", 37)))
"""Position of an account in its block, and microseconds since midnight."""

FAVOURITE = BitLayout("an address of a favourite merchant", (("person", 34), ("kind", 7), ("rank", 21)))
"""Whose favourite, of which kind of purchase, and which one."""

CAMPAIGN = BitLayout("a campaign id", (("number", 43), ("scenario", 20)))
"""Number of the campaign among those of its scenario, and the scenario's code, a hash of its name."""

CAMPAIGN_STEP = BitLayout("a number of a campaign's step", (("campaign", 55), ("step", 8)))
"""Campaign and step, from which the slot of a fraudulent row follows."""

BLOCK_TIME = BitLayout("a sorting key of blocked cards", (("account", 29), ("time", 34)))
"""Account, and time by the 65.5 milliseconds since the earliest block."""

OPENING_HOURS = BitLayout("opening hours", (("opens", 12), ("closes", 12)))
"""Minutes of the day; shops may close the next morning."""

ZONE_WEEK = BitLayout("a zone and a week", (("zone", 31), ("week", 32)))
"""Zone index and week number."""

QUIET = BitLayout("a spell without payments", (("until", 32), ("length", 16), ("paid", 1)))
"""First day after a spell, days from the last one before it, and whether there was a payment on that."""
