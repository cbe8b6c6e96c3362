"""How tickets spread, and how prices are written.

Belongs here: the shape of the table. Does not belong here: its numbers, which style a category has (``model``), and how
exchange rates wander (``markets``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Facts, PositiveFactor, Share

Hundredths = Annotated[int, Field(ge=0, le=99, strict=True)]
Shares = tuple[Share, Share, Share, Share, Share, Share, Share]
Steps = tuple[Share, Share, Share, Share]


class Prices(Facts):
    """How tickets spread, and how prices are written."""

    tail_share: Annotated[float, Field(gt=0.0, lt=1.0, strict=True)] = Field(
        description="Largest tickets of a category with a heavy tail, which follow a power law. [share]"
    )
    tail_exponent: PositiveFactor = Field(description="Exponent of this law. [unitless]")
    endings: tuple[Hundredths, Hundredths, Hundredths, Hundredths, Hundredths, Hundredths] = Field(
        description="What prices end in. [hundredths]"
    )
    just_below: Shares = Field(description="Prices like 19.99 by ending, then with any ending; in proportion. [share]")
    basket: Shares = Field(description="The same of sums of many items. [share]")
    round: Shares = Field(description="The same of whole units and halves. [share]")
    fixed: Shares = Field(description="The same of list prices. [share]")
    metered: Shares = Field(description="The same of what is read off a meter. [share]")
    service: Steps = Field(
        description="Sums of services and drinks that are multiples of ten, of five and of one coin, and all others; "
        "in proportion. [share]"
    )
    fares: Annotated[tuple[Share, ...], Field(min_length=2)] = Field(
        description="Tickets up to each on a list of fares, from 0 to 1. [share]"
    )
