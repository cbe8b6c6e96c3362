"""What a need is: something that people pay for again and again.

Belongs here: the shape of an entry. Does not belong here: the entries (``data``), and on which days a person's need
comes up (``fraudsim_assets.spending.cells``).
"""

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator

from fraudsim_assets.reference_data.model import Entry, Factor, Flag, Name, Share

Part = Annotated[float, Field(gt=0.0, le=1.0, strict=True)]
Hour = Annotated[int, Field(ge=0, le=30, strict=True)]
Days = Annotated[int, Field(ge=1, le=60, strict=True)]


class Need(Entry):
    """One need of people."""

    name: Name = Field(description="Name of the need.")
    serves: dict[Name, Part] = Field(
        min_length=1,
        description="Categories, and the part of their payments that the need makes in its channel. [share]",
    )
    channel: Literal["present", "remote"] = Field(description="In person, or on the web and by telephone.")
    place: Literal["home", "work", "town"] = Field(
        default="home", description="Where it is met in person; home if not given."
    )
    compared: Annotated[int, Field(ge=1, le=4, strict=True)] = Field(
        default=1,
        description=(
            "Shops of the home town that come to mind, of which the nearest is gone to; 1 if not given, and distance "
            "within the town plays no role. [count]"
        ),
    )
    farther: Annotated[float, Field(ge=0.0, le=1.0, strict=True)] = Field(
        default=0.0,
        description=(
            "Power of one and the way to another town, in units of 10 km, with which what is paid there grows: people "
            "go far for much; 0 if not given. [unitless]"
        ),
    )
    homebound: Flag = Field(default=False, description="Who has it on a day makes no excursion; false if not given.")
    longest: Days = Field(description="Longest cell: who needs it less often skips cells. [days]")
    rest: Annotated[float, Field(ge=0.0, le=0.8, strict=True)] = Field(
        description="Last part of a cell in which it does not come up: the higher, the more regular. [share]"
    )
    spread: Factor = Field(
        description="Standard deviation of log2 of how often, between people of one stage of life. [unitless]"
    )
    follows: Annotated[float, Field(gt=0.0, le=2.0, strict=True)] = Field(
        default=1.0,
        description="Power with which it grows with a person's payments, beyond the mean; 1 if not given. [unitless]",
    )
    burst: Factor = Field(
        default=0.0,
        description="Standard deviation of the log of how often, between fortnights; 0 if not given. [unitless]",
    )
    errand: Share = Field(
        default=0.0,
        description="Occasions done together with others, on one outing or in one sitting on the web; 0 if not given. "
        "[share]",
    )
    basket: Factor = Field(
        default=1.0, description="What is paid against other payments of the category; 1 if not given. [unitless]"
    )
    hours: tuple[Hour, Hour] = Field(
        default=(0, 24), description="Local hours in which it comes up, from and to; the whole day if not given. [h]"
    )
    most: Annotated[int, Field(ge=1, le=60, strict=True)] = Field(
        default=60, description="Most occasions on a day; 60 if not given. [count]"
    )
    absorbed: Name | None = Field(
        default=None, description="Need before it that makes it superfluous on the same day, most of the time."
    )
    journeys: Flag = Field(
        default=False,
        description="Comes up on journeys only, by itinerary: lodging; cells say nothing of it. False if not given.",
    )
    others: Flag = Field(default=False, description="Takes what no need of the channel serves; false if not given.")

    @field_validator("hours", mode="before")
    @classmethod
    def _from_list(cls, given: Any) -> Any:
        return tuple(given) if isinstance(given, list) else given

    @field_validator("hours")
    @classmethod
    def _in_order(cls, given: tuple[int, int]) -> tuple[int, int]:
        if not given[0] < given[1] <= given[0] + 24:
            raise ValueError(
                f"hours {list(given)} are not in order; valid are from and to, such as [11, 15] or [18, 26]"
            )
        return given

    def is_hour(self, hour: int) -> bool:
        """Whether it comes up in a local hour, 0 to 23."""
        begin, end = self.hours
        return begin <= hour < end or begin <= hour + 24 < end

    @property
    def remote(self) -> bool:
        """Met on the web or by telephone."""
        return self.channel == "remote"
