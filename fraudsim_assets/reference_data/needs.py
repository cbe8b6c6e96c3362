"""What a need is: something that people pay for again and again.

Belongs here: the shape of an entry. Does not belong here: the entries (``data``), and on which days a person's need
comes up (``fraudsim_assets.spending.cells``).
"""

from typing import Annotated, Literal

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Factor, Flag, Name, Share

Part = Annotated[float, Field(gt=0.0, le=1.0, strict=True)]
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
    longest: Days = Field(description="Longest cell: who needs it less often skips cells. [days]")
    rest: Annotated[float, Field(ge=0.0, le=0.8, strict=True)] = Field(
        description="Last part of a cell in which it does not come up: the higher, the more regular. [share]"
    )
    spread: Factor = Field(
        description="Standard deviation of log2 of how often, between people of one stage of life. [unitless]"
    )
    burst: Factor = Field(
        default=0.0,
        description="Standard deviation of the log of how often, between fortnights; 0 if not given. [unitless]",
    )
    errand: Share = Field(
        default=0.0, description="Occasions done together with others on one outing; 0 if not given. [share]"
    )
    absorbed: Name | None = Field(
        default=None, description="Need before it that makes it superfluous on the same day, most of the time."
    )
    others: Flag = Field(default=False, description="Takes what no need of the channel serves; false if not given.")

    @property
    def remote(self) -> bool:
        """Met on the web or by telephone."""
        return self.channel == "remote"
