"""How often and on which days people pay, whatever the need, and which card they take.

Belongs here: the shape of the table. Does not belong here: its numbers, and what people need (``needs``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Factor, Facts, PositiveFactor, Share

ROUTINES = 6
"""Routines of the week: one for each weekday from Monday to Saturday. [count]"""

Days = Annotated[int, Field(ge=1, le=1000, strict=True)]


class Habits(Facts):
    """How often and on which days people pay, and with which card."""

    activity_power: PositiveFactor = Field(
        description="Power with which a person's payments grow with the activity of the cards. [unitless]"
    )
    activity_bounds: tuple[PositiveFactor, PositiveFactor] = Field(
        description="Least and largest activity of a person against the mean. [unitless]"
    )
    household_spread: Factor = Field(
        description=(
            "How much households differ in what their members pay by card: standard deviation of the log. [unitless]"
        ),
    )
    least_served: Annotated[float, Field(gt=0.0, le=1.0, strict=True)] = Field(
        description=(
            "Where fewer people than this live in towns that have a rare trade, those of the towns do not buy more for "
            "it. [share]"
        ),
    )
    fullest: Annotated[float, Field(gt=0.0, le=1.0, strict=True)] = Field(
        description="Cells of days are made as long as they can be for so many occasions each. [count]"
    )
    burst_days: Days = Field(description="How long a burst of needs lasts. [days]")
    day_mood: Factor = Field(
        le=3.0,
        description=(
            "Spread of how much a person is out and about on a day: standard deviation of the log of how often all "
            "needs that come in bursts come up. [unitless]"
        ),
    )
    burstiest: Annotated[float, Field(ge=1.0, le=100.0, strict=True)] = Field(
        description="Most that a burst multiplies a need's usual rate. [unitless]"
    )
    absorbed: Share = Field(
        description="Chance that a need is superfluous on a day on which the one that absorbs it comes up. [share]"
    )
    errand_days: tuple[Factor, Factor] = Field(
        description=(
            "Errands on a person's day for the shops, and on the second one, three weekdays on, against the crowd's. "
            "[unitless]"
        ),
    )
    own_paydays: Factor = Field(
        description="How strongly people's own pay days stand out, against what the crowd's show. [unitless]"
    )
    displaced: Share = Field(description="Most that a closed day passes on to others. [share]")
    later_weekends: Annotated[int, Field(ge=0, le=12, strict=True)] = Field(
        description="How much later weekend days start where they do. [hours]"
    )
    card_days: Days = Field(description="How long a choice of card lasts. [days]")
    rest_cycle: Days = Field(description="A resting card is used in one window of such a cycle. [days]")
    rest_awake: Days = Field(description="How long that window is. [days]")
    less_active_rest: Factor = Field(
        description="Odds of resting fall as the exponential of minus this times the activity. [unitless]"
    )
