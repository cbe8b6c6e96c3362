"""Reactions: what people and fraudsters do when the bank asks, refuses or blocks.

Belongs here: the shape of an entry. Does not belong here: any entry, and what follows from it on a day
(``fraud.reckoning``, ``simulation.answering``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Factor, Flag, PositiveFactor, Share

Days = Annotated[float, Field(ge=0.0, le=365.0, strict=True)]

HOLDER = "holder"
"""Entry of people who pay honestly with their own card."""


class Reaction(Entry):
    """How whoever pays reacts: the honest holder, or who commits one kind of fraud."""

    passes: Share = Field(description="Challenges passed where a payment is remote. [share]")
    passes_in_person: Share = Field(description="PINs entered rightly where it is in person. [share]")
    again: Share = Field(
        description="Refused requests that are tried again at once, and attempts with a card after its block against "
        "those that were planned. [share]"
    )
    least_wait: Factor = Field(
        default=0.25, le=60.0, description="Least time until the next try; 0.25 if not given. [minutes]"
    )
    wait_minutes: PositiveFactor = Field(description="Mean time until the next try. [minutes]")
    other_card: Share = Field(
        default=0.0,
        description="Next tries with another card of the same person, if one pays on the day; 0 if not given. [share]",
    )
    less: Share = Field(default=0.0, description="Other next tries for half the sum; 0 if not given. [share]")
    elsewhere: Share = Field(
        default=0.0, description="Other next tries at another shop of the trade; 0 if not given. [share]"
    )
    gives_up: Share = Field(
        default=0.0,
        description="Refusals without a further try after which all that was planned with the card is given up; 0 if "
        "not given. [share]",
    )
    keeps_card: Flag = Field(
        default=False,
        description="Whether the plan goes on with the card that replaces a blocked one; no if not given.",
    )
    has_account: Flag = Field(
        default=False,
        description="Whether the account is theirs, so that a card that replaces one for any reason but their own "
        "fraud reaches them; no if not given.",
    )
    calls: Share = Field(
        default=0.0,
        description="Cards blocked over an honest payment whose holder calls the bank within hours; 0 if not given. "
        "[share]",
    )
    leaves: Share = Field(
        default=0.0,
        description="Cards blocked over an honest payment that are left in a drawer for a while; 0 if not given. "
        "[share]",
    )
    leave_days: tuple[Days, Days] = Field(
        default=(0.0, 0.0), description="Least and longest such while; 0 if not given. [days]"
    )

    @property
    def follows_account(self) -> bool:
        """Whether whoever commits it pays with whatever card the account has, rather than with one stolen number."""
        return self.keeps_card or self.has_account
