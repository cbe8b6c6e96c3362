"""What the clock on the wall says of a country's day: when people eat, and when shops close.

The one idea: shapes of the day and opening hours are those of one clock, and the clock of a country bends them: what
happens at dinner there happens at its own time of dinner, and what lies between two such times keeps its place between
them.

Belongs here: the shape of an entry, and the bending of minutes. Does not belong here: the entries (``data``), and
curves over the hours of the week (``fraudsim_assets.spending.rhythm``).
"""

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from fraudsim_assets.reference_data.model import Clock, CountryCode, Entry, Share, minutes_of

Follows = Literal["nothing", "meals", "shops", "food"]
"""Which times of a country's clock something keeps to."""

Anchors = tuple[tuple[int, int], ...]
"""Minutes of the local day: those of the clock that shapes of the day are given by, and those of a country."""

_DAY = 1440
_STEP = 15
# shops open and close at quarters of an hour


class CountryClock(Entry):
    """When people of some countries eat, and when shops there close. The entry ``other`` is the clock of all shapes."""

    countries: tuple[CountryCode, ...] = Field(
        default=(), description="Countries that live by it; those that none names live by ``other``."
    )
    rises: Clock = Field(default="05:00", description="When the night is over; 05:00 if not given.")
    lunch: Clock = Field(description="Middle of the time at which most people pay for lunch.")
    dinner: Clock = Field(description="Middle of the time at which most people pay for dinner.")
    opens: Clock = Field(default="10:00", description="When shops have opened; 10:00 if not given.")
    closes: Clock = Field(description="When an ordinary shop closes.")
    food_closes: Clock = Field(description="When the last ordinary food shop closes.")
    all_night: Share = Field(
        default=0.0, description="Food shops that never close; 0 if not given. [share of merchants]"
    )
    break_begins: Clock = Field(default="14:00", description="When shops close over midday; 14:00 if not given.")
    break_ends: Clock = Field(default="17:00", description="When they open again; 17:00 if not given.")
    break_share: Share = Field(
        default=0.0, description="What the break takes off payments in shops while it lasts; 0 if not given. [share]"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for names in (("rises", "lunch", "dinner"), ("opens", "closes", "food_closes")):
            for one, next_one in pairwise(names):
                if minutes_of(getattr(self, one)) >= minutes_of(getattr(self, next_one)):
                    raise ValueError(
                        f"{next_one} ({getattr(self, next_one)}) must be later than {one} ({getattr(self, one)})"
                    )
        if minutes_of(self.break_ends) <= minutes_of(self.break_begins):
            raise ValueError(f"break_ends ({self.break_ends}) must be later than break_begins ({self.break_begins})")
        return self

    @property
    def midday(self) -> tuple[int, int]:
        """When shops close over midday and open again. [minutes of the local day]"""
        return minutes_of(self.break_begins), minutes_of(self.break_ends)

    def anchors(self, usual: "CountryClock", follows: Follows) -> Anchors:
        """Where times of the usual clock lie on this one, over a day and the beginning of the next."""
        names = {
            "nothing": (),
            "meals": ("rises", "lunch", "dinner"),
            "shops": ("opens", "closes"),
            "food": ("opens", "closes", "food_closes"),
        }
        pairs = [(minutes_of(getattr(usual, name)), minutes_of(getattr(self, name))) for name in names[follows]]
        first = pairs[0] if follows == "meals" else (0, 0)
        pairs = pairs if follows == "meals" else [first, *pairs]
        return (*pairs, (first[0] + _DAY, first[1] + _DAY))

    def opening_hours(
        self, usual: "CountryClock", follows: Follows, hours: tuple[tuple[float, int, int], ...]
    ) -> tuple[tuple[float, int, int], ...]:
        """Variants of opening hours of shops that follow the clock: weight, opening and closing. [minutes]"""
        anchors = self.anchors(usual, follows)
        bent = tuple(
            (weight, opens, closes)
            if closes - opens >= _DAY
            else (weight, _to_the_quarter(bend(anchors, opens)), _to_the_quarter(bend(anchors, closes)))
            for weight, opens, closes in hours
        )
        if follows != "food" or not self.all_night:
            return bent
        total = sum(weight for weight, _, _ in bent)
        others = ((weight * (1 - self.all_night), opens, closes) for weight, opens, closes in bent)
        return (*others, (total * self.all_night, 0, _DAY))


def bend(anchors: Anchors, minute: float, *, back: bool = False) -> float:
    """A time of the usual clock on another one, or back. [minutes of the local day]

    Parameters
    ----------
    anchors
        As :meth:`CountryClock.anchors` gives them, over one day.
    minute
        From midnight on, beyond 1440 on the next day.
    back
        From the other clock to the usual one.
    """
    pairs = [(b, a) if back else (a, b) for a, b in anchors]
    days = (minute - pairs[0][0]) // _DAY
    left = minute - days * _DAY
    for (begin, begin_there), (end, end_there) in pairwise(pairs):
        if left < end:
            return begin_there + (left - begin) * (end_there - begin_there) / (end - begin) + days * _DAY
    return minute


def _to_the_quarter(minute: float) -> int:
    return int(minute / _STEP + 0.5) * _STEP
