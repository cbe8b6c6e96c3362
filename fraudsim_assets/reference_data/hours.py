"""What the tables of the clock say: shapes of the day and of the week.

Belongs here: the shape of entries. Does not belong here: the entries themselves (``data``), and the curves that are
made of them (``fraudsim_assets.spending.rhythm``).
"""

from typing import Annotated

from pydantic import Field, field_validator

from fraudsim_assets.reference_data.clocks import Follows
from fraudsim_assets.reference_data.days import Seven
from fraudsim_assets.reference_data.model import Entry, Factor, Flag


class HourCurve(Entry):
    """Shape of a day: how payments of one sort are spread over the local hours of a weekday."""

    hours: Annotated[tuple[Factor, ...], Field(min_length=24, max_length=24)] = Field(
        description="Weight of each local hour from midnight on. [unitless]"
    )
    late_weekends: Flag = Field(
        default=False, description="Whether weekend days start about an hour later; false if not given."
    )
    follows: Follows = Field(
        default="nothing",
        description="Times of a country's clock that bend it: those of meals, of shops, of food shops, or none if not "
        "given.",
    )
    nights: Seven = Field(
        default=(1.0,) * 7,
        description="How much more is paid from midnight to six on each day of the working week, weekend last, than "
        "the weights say: the night after Friday is Saturday's; 1 on each if not given. [unitless]",
    )

    @field_validator("hours")
    @classmethod
    def _some(cls, given: tuple[float, ...]) -> tuple[float, ...]:
        if not any(given):
            raise ValueError("all weights are 0; at least one must be above")
        return given


class WeekShape(Entry):
    """Shape of a week: how payments of one sort are spread over the days of the working week."""

    days: Seven = Field(description="Volume of each day of the working week, weekend last. [unitless]")
