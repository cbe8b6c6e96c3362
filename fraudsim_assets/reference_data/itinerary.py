"""Itineraries: what a day of people looks like, and how long ways take.

Belongs here: the shape of the table. Does not belong here: its numbers, and where anybody is on a day
(``spending.itinerary``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Factor, Facts, PositiveFactor, Range, Share

Nights = Annotated[tuple[Factor, ...], Field(min_length=2, max_length=28)]
Hour = Annotated[float, Field(ge=0.0, le=24.0, strict=True)]


class Itinerary(Facts):
    """A day of people, and how long ways take."""

    at_work: Share = Field(
        description="Working days that people with a workplace spend there; the others are at home, ill or on "
        "leave. [share]",
    )
    night: tuple[Hour, Hour] = Field(
        description="From when, and until when, those are at home who go to bed early. [local hours]"
    )
    evening: PositiveFactor = Field(
        le=12.0, description="They do in so many hours before it what would fall in the night. [hours]"
    )
    excursion: Share = Field(description="Working days off with an excursion. [share]")
    weekend_excursion: Share = Field(description="Weekend days and holidays with an excursion. [share]")
    to_town: Share = Field(
        description="Evenings, and free days, on which errands are done in the shopping town. [share]",
    )
    commute: PositiveFactor = Field(
        description="Towns draw people to work by their shops, over the square of the way and this. [km]",
    )
    farthest_commute: PositiveFactor = Field(description="Longest way to work. [km]")
    commute_abroad: Share = Field(description="Pull of towns across a border, against one that is as near. [share]")
    shopping_way: PositiveFactor = Field(description="The same for the town that people shop in. [km]")
    farthest_shopping: PositiveFactor = Field(description="Longest way to the shopping town. [km]")
    shopping_abroad: Share = Field(description="Pull of shops across a border. [share]")
    outing: PositiveFactor = Field(description="The same for excursions. [km]")
    least_outing: Factor = Field(description="Shortest way of an excursion. [km]")
    farthest_outing: PositiveFactor = Field(description="Longest way of an excursion. [km]")
    outing_abroad: Share = Field(description="Pull of places across a border on excursions. [share]")
    farther_means: tuple[PositiveFactor, PositiveFactor] = Field(
        description=(
            "What ways to other towns make of what is paid for needs with farther, in the mean of a working day and of "
            "another one: divided by it, days keep their sums. [unitless]"
        ),
    )
    bound_to_home: Factor = Field(
        description=(
            "What is bought on journeys less than this, against at home, is an errand that keeps people from an "
            "excursion on the day. [unitless]"
        ),
    )
    between_meals: Factor = Field(description="Travellers do not have a meal sooner after another one. [minutes]")
    leaves: Range = Field(description="When people leave for work: least and range. [local minutes]")
    works: Range = Field(description="How long work lasts: least and range. [minutes]")
    goes_out: Range = Field(description="When free people go out: least and range. [local minutes]")
    stays_out: Range = Field(description="For how long: least and range. [minutes]")
    least_way: Factor = Field(description="Least time that a way takes. [minutes]")
    slow_kmh: PositiveFactor = Field(description="Speed of short ways. [km/h]")
    fast_kmh: PositiveFactor = Field(
        description="Speed of ways as long as fast_km or longer; in between it rises with the distance. [km/h]",
    )
    fast_km: PositiveFactor = Field(description="Distance from which on ways have the speed of fast_kmh. [km]")
    flight_km: PositiveFactor = Field(description="Journeys further than this go by plane. [km]")
    flight_minutes: Factor = Field(description="Time at airports and on the way to them. [minutes]")
    flight_kmh: PositiveFactor = Field(description="Speed of planes. [km/h]")
    earliest_departure: Factor = Field(
        description="Journeys start after this time of the day at home, and of the UTC day. [minutes]",
    )
    latest_arrival: Share = Field(
        description="By this part of the UTC day people have arrived. [share of the day]",
    )
    bills: Share = Field(
        description="Payments to hotels that are bills for a stay; the others are for what is had there. [share]",
    )
    billed: Share = Field(description="Journeys at most of which a bill is paid by card at the hotel. [share]")
    bill_at_arrival: Share = Field(description="Bills paid on the first day; the others on the last. [share]")
    bill_growth: Share = Field(description="Power with which bills grow with the nights. [unitless]")
    hotel_extra: Share = Field(
        description="What is had at a hotel against the mean payment there; bills are the rest. [unitless]",
    )
    hotel_extras: Annotated[int, Field(ge=1, le=8, strict=True)] = Field(
        description="How often a traveller may pay for something else at the hotel on one day. [count]",
    )
    journeys_only: PositiveFactor = Field(
        description="Trades so many times likelier on journeys are not paid in person anywhere else. [unitless]",
    )
    surroundings: PositiveFactor = Field(
        description="What is no further away belongs to a town's surroundings. [km]",
    )
    farthest_folds: Factor = Field(
        description=(
            "At the longest way, the pull of towns has fallen by e so many times beyond what gravity says. [count]"
        ),
    )
    domestic_trips: Factor = Field(le=6.0, description="Overnight trips of a person inside the country. [1/year]")
    nights_abroad: Nights = Field(description="Lengths of journeys abroad, from 0 nights; in proportion. [unitless]")
    nights_at_home: Nights = Field(
        description="Lengths of journeys inside the country, from 0 nights; in proportion. [unitless]"
    )
    stay_spread: Factor = Field(
        le=2.0,
        description="How much the times differ that people are in one shop before they pay (``stay`` of categories): "
        "standard deviation of the logarithm. [unitless]",
    )
    walking_kmh: PositiveFactor = Field(description="Speed on foot, where walking is as fast as going there. [km/h]")
