"""Shocks: what people pay for less, and for more, while one holds.

Belongs here: the shape of an entry. Does not belong here: any entry, and when a shock comes (``config.timeline``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Name, Share

Multiple = Annotated[float, Field(ge=0.0, le=3.0, strict=True)]


class Shock(Entry):
    """One shape of a shock to spending."""

    name: Name = Field(description="Name of the shock.")
    present: dict[Name, Multiple] = Field(
        description="Payments in person by category against before; those not named keep theirs. [unitless]"
    )
    remote: dict[Name, Multiple] = Field(description="Remote payments, in the same way. [unitless]")
    ticket: dict[Name, Multiple] = Field(
        default={}, description="Sums paid in person by category against before; 1 if not given. [unitless]"
    )
    journeys: Share = Field(description="Journeys against before. [unitless]")
