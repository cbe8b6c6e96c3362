"""How customers meet their bank, whatever the kind of event.

Belongs here: the shape of the table. Does not belong here: its numbers, kinds of events (``account_events``), and who
meets the bank when (``spending.contacts``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Factor, Facts, PositiveFactor, Share

Sessions = Annotated[int, Field(ge=1, le=15, strict=True)]
Failures = Annotated[int, Field(ge=1, le=6, strict=True)]


class ContactTimes(Facts):
    """How customers meet their bank."""

    most_eager: PositiveFactor = Field(
        description="People meet the bank of their own accord at most so many times as often as the average. [unitless]"
    )
    log_in_before: tuple[Factor, Factor] = Field(
        description="A log-in comes before a contact on a device by so much: least and spread. [seconds]",
    )
    card_after_device: tuple[Factor, Factor] = Field(
        description="A card is added to a new phone on its first day so much after it: least and spread. [minutes]"
    )
    most_sessions: Sessions = Field(description="Most sessions of a person on a day. [count]")
    most_failures: Failures = Field(description="Failures in a row that lock the access. [count]")
    fails_again: Share = Field(description="Log-ins that fail once more after a failure. [share]")
    at_usual_hour: Share = Field(description="Sessions at an hour of the person's own. [share]")
    usual_hour_width: Factor = Field(description="How far around it they spread. [hours]")
    usual_channel: Share = Field(
        description="Sessions in the channel that the person prefers; the others are in any. [share]",
    )
    between_attempts: tuple[Factor, Factor] = Field(
        description="Time to the next attempt after a failure: least and spread. [seconds]",
    )
    resetting: tuple[Factor, Factor] = Field(description="Time for a new password: least and spread. [seconds]")
