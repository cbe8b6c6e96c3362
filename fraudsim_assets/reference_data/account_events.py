"""What kinds of events accounts have that are no payments, and how often in honest life.

Belongs here: the shape of an entry. Does not belong here: the entries (``data``), and on which days a person has one
(``fraudsim_assets.spending.contacts``).
"""

from typing import Annotated, Literal, get_args

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Factor, Name, PositiveFactor, Segment, Share

AccountEventType = Literal[
    "log_in",
    "new_device",
    "password_reset",
    "address_change",
    "phone_change",
    "limit_change",
    "token_provisioning",
    "dispute",
    "travel_notice",
]
"""Kinds of events, in the order of their codes."""

EventChannel = Literal["app", "web", "phone", "branch"]
"""Where the bank is met, in the order of the codes."""

EventOutcome = Literal["success", "failed", "step_up"]
"""How an event ends, in the order of the codes."""


class AccountEvent(Entry):
    """One kind of event."""

    rate: Factor = Field(
        default=0.0,
        description="Events without a cause in this world, per customer, or per account where they are about one; 0 if "
        "not given. [1/year]",
    )
    spread: Factor = Field(
        default=0.0,
        description="Standard deviation of the log of that rate between people; 0 if not given. [unitless]",
    )
    segments: dict[Segment, Factor] = Field(
        default={}, description="Factors on that rate by stage of life; 1 where not given. [unitless]"
    )
    payday: PositiveFactor = Field(
        default=1.0, description="Factor on that rate on pay day and the day after; 1 if not given. [unitless]"
    )
    follows: Share = Field(
        default=0.0,
        description="Causes that lead to one: a move, a device or card replaced, a journey abroad, a log-in locked; 0 "
        "if not given. [share]",
    )
    days: Annotated[int, Field(ge=0, le=30, strict=True)] = Field(
        default=0, description="Most days between cause and event; 0 if not given. [days]"
    )
    hours: Name = Field(default="banking", description="Name of the shape of the day; banking if not given.")
    channels: dict[EventChannel, PositiveFactor] = Field(
        min_length=1, description="Where the bank is met, as weights. [unitless]"
    )
    failed: Share = Field(default=0.0, description="Events that are refused or fail; 0 if not given. [share]")
    step_up: Share = Field(
        default=0.0, description="Events that ask for a further proof of identity; 0 if not given. [share]"
    )

    @property
    def channel_weights(self) -> tuple[float, ...]:
        """Weights of all channels, in the order of their codes; 0 for a channel that is not named. [unitless]"""
        return tuple(next((w for name, w in self.channels.items() if name == c), 0.0) for c in get_args(EventChannel))

    def segment_factor(self, segment: str) -> float:
        """Factor on the rate at a stage of life; 1 if it is not named. [unitless]"""
        return next((factor for name, factor in self.segments.items() if name == segment), 1.0)
