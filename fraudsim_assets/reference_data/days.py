"""What the tables of the calendar say: day patterns, events, countries.

Belongs here: the shape of entries. Does not belong here: the entries themselves (``data``), and what is
worked out from them (``fraudsim_assets.calendar``).
"""

from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from fraudsim_assets.reference_data.date_rules import check_pay_rule, check_rule
from fraudsim_assets.reference_data.model import CountryCode, Entry, Flag, Name, PositiveFactor, Share

Rule = Annotated[str, AfterValidator(check_rule)]
PayRule = Annotated[str, AfterValidator(check_pay_rule)]
Year = Annotated[str, Field(pattern="^(19|20)[0-9]{2}$")]
MonthDay = Annotated[str, Field(pattern="^([1-9]|[12][0-9]|3[01])$")]
Hour = Annotated[float, Field(ge=0, le=24)]
Six = Annotated[tuple[PositiveFactor, ...], Field(min_length=6, max_length=6)]
Seven = Annotated[tuple[PositiveFactor, ...], Field(min_length=7, max_length=7)]
Twelve = Annotated[tuple[PositiveFactor, ...], Field(min_length=12, max_length=12)]


class DayPattern(Entry):
    """How one kind of spending is spread over the year. All factors are against the mean from Monday to Friday."""

    weekday: Six = Field(description="Monday to Saturday, or the first six days of the working week. [unitless]")
    sunday: PositiveFactor = Field(description="Sunday, where a country says nothing else. [unitless]")
    holiday: PositiveFactor = Field(description="A public holiday against a Sunday. [unitless]")
    months: Twelve = Field(description="January to December; days between the middles lie between. [unitless]")
    eve: PositiveFactor = Field(default=1.0, description="The day before a public holiday. [unitless]")
    long_eve: PositiveFactor = Field(
        default=1.0, description="The day before two or more days of rest one of which is a holiday, on top. [unitless]"
    )
    day_after: PositiveFactor = Field(default=1.0, description="The day after a public holiday. [unitless]")
    bridge: PositiveFactor = Field(default=1.0, description="A working day between two days of rest. [unitless]")
    pay: PositiveFactor = Field(default=1.0, description="A day on which all are paid, against others. [unitless]")
    month_days: dict[MonthDay, PositiveFactor] = Field(
        default={}, description="Factors on days of the month; 1 for one that is not named. [unitless]"
    )
    events: dict[Name, PositiveFactor] = Field(
        default={}, description="Factors on the days of events; 1 for one that is not named. [unitless]"
    )


class DayEvent(Entry):
    """Days of the year that matter to some kind of spending."""

    on: Rule = Field(description="Rule for its days.")
    years: dict[Year, Rule] = Field(default={}, description="Rules of years in which it falls on other days.")
    since: int = Field(default=0, ge=0, le=2099, description="First year in which it is kept; from ever if not given.")
    ramp: Flag = Field(default=False, description="Whether its days count for more and more.")
    weekday: Annotated[str, Field(pattern="^(mon|tue|wed|thu|fri|sat|sun|weekend)$")] | None = Field(
        default=None, description="Only on this weekday."
    )
    evens: Share = Field(
        default=0.0, description="How far its working days are alike, whatever their weekday: 1 is entirely. [share]"
    )
    countries: tuple[CountryCode, ...] = Field(default=(), description="Only in these countries; none named is all.")

    def rule(self, year: int) -> str | None:
        """Rule for its days in a year; None where it is not kept."""
        return self.years.get(str(year), self.on) if year >= self.since else None


class PayDay(Entry):
    """When some of a country's people are paid."""

    on: PayRule = Field(description="Day of month, 'last', or 'every second fri'.")
    share: Share = Field(description="Share of people. [share]")


class SundayHours(Entry):
    """When shops of a trade may open on Sundays, by law."""

    opens: Hour = Field(description="Not before this. [local hours]")
    closes: Hour = Field(description="Not after this. [local hours]")
    exempt: Share = Field(default=0.0, description="Shops that the law leaves alone, such as small ones. [share]")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.closes <= self.opens:
            raise ValueError(f"closes ({self.closes:g}) must be later than opens ({self.opens:g})")
        return self


class CountryDays(Entry):
    """What a country's laws and customs make of days."""

    law: str = Field(min_length=1, description="Where its figures come from.")
    sunday: dict[Name, PositiveFactor] = Field(
        default={}, description="Sunday against the mean from Monday to Friday, by pattern. [unitless]"
    )
    weekday: dict[Name, Six] = Field(
        default={}, description="Monday to Saturday that differ from the pattern's, by pattern. [unitless]"
    )
    weekdays: Seven = Field(
        default=(1.0,) * 7,
        description="Factors on Monday to Sunday of all patterns alike; ones if not given. [unitless]",
    )
    sunday_hours: dict[Name, SundayHours] = Field(
        default={}, description="Hours to which shops of a pattern are bound on Sundays; others keep their own."
    )
    trading_sundays: tuple[Rule, ...] = Field(
        default=(), description="Sundays on which shops may open where they usually may not."
    )
    trading_sunday: dict[Name, PositiveFactor] = Field(
        default={}, description="A trading Sunday against the mean from Monday to Friday, by pattern. [unitless]"
    )
    rest: tuple[Rule, ...] | None = Field(
        default=None, description="Holidays on which people and shops rest; null takes all public holidays."
    )
    pay_profile: tuple[Share, ...] | None = Field(
        default=None,
        description="How strongly a pay day is felt on it and on days after it; null takes that of 'other'. [unitless]",
    )
    pay_days: tuple[PayDay, ...] = Field(
        min_length=1, description="When people are paid; their shares sum to one. [share]"
    )
    journeys: Twelve | None = Field(
        default=None, description="Journeys by month, in any unit; null takes those of 'other'. [unitless]"
    )
    months: dict[Name, Twelve] = Field(default={}, description="Months that differ from the pattern's. [unitless]")
    events: dict[Name, dict[Name, PositiveFactor]] = Field(
        default={},
        description="Factors on days of events that differ from the pattern's, by pattern; ``all`` is every pattern "
        "that does not name the event here. [unitless]",
    )
    subdivisions: dict[str, str] = Field(
        default={}, description="Code of a subdivision in the tables of holidays by its GeoNames admin1 code."
    )
