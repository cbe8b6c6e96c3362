"""How people shop, whatever the trade, and how exchange rates wander.

Belongs here: the shapes of two tables. Does not belong here: their numbers, and what a trade is like (``model``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Factor, Facts, Name, PositiveFactor, Share


class Shopping(Facts):
    """Where people buy remotely, and what for."""

    giants_abroad: Share = Field(
        description="Giants abroad take at most so much of what is bought abroad remotely. [share]",
    )
    for_journeys: PositiveFactor = Field(
        description="Categories that are so much likelier on a journey are bought where people travel to. [unitless]"
    )
    least_visited: PositiveFactor = Field(
        description="Weight of a country without travellers, for what is bought for journeys. [unitless]",
    )
    income_elasticity: Factor = Field(
        description="How a customer's income shows in the ticket: ticket ~ income^e. [unitless]",
    )
    least_refused: Share = Field(
        description="Refusals among orders, at the least, against those among all remote requests. [unitless]",
    )
    between_errands: tuple[Factor, Factor] = Field(
        description="Time from one errand of an outing to the next: least and spread. [minutes]",
    )
    between_orders: tuple[Factor, Factor] = Field(
        description="Time from one order of a sitting to the next: least and spread. [minutes]",
    )
    safe_opening: Factor = Field(
        le=60.0,
        description=(
            "Who comes before a shop opens or after it closes comes again, not closer than this to its hours. [minutes]"
        ),
    )
    exploration: tuple[Factor, Factor] = Field(
        description=(
            "Share of purchases at merchants that a person hardly knows, in shops and on the web, against what a "
            "category says. [unitless]"
        ),
    )
    distance_scales: tuple[PositiveFactor, PositiveFactor, PositiveFactor] = Field(
        description="How much further people go for small, middling and large tickets. [unitless]"
    )
    jump_offset: PositiveFactor = Field(
        description="Distances r of purchases go as (r + jump_offset)^-jump_exponent exp(-r/jump_cutoff). [km]"
    )
    jump_exponent: PositiveFactor = Field(description="Exponent of this law. [unitless]")
    jump_cutoff: PositiveFactor = Field(description="Its cut-off. [km]")
    jump_ring: PositiveFactor = Field(
        description=(
            "Width that turns a law of distances into one of places: places at a distance number as the distance. [km]"
        ),
    )
    abroad: Share = Field(description="Weight of a place across the border against one as near at home. [unitless]")
    usual_second: Share = Field(description="People with two usual sums at a shop, each paid as often. [share]")
    usual_spread: Factor = Field(
        le=1.0, description="How much usual sums differ from person to person, against all sums of a trade. [unitless]"
    )
    usual_days: Annotated[int, Field(ge=1, le=3650, strict=True)] = Field(
        description="How long a person's usual sum at a shop lasts before prices or tastes have changed. [days]"
    )
    on_the_way: Annotated[tuple[Name, ...], Field(min_length=1)] = Field(
        description="Categories of which people buy something instead of going to a town's only shop of a trade twice "
        "on one day."
    )
    open_rate: PositiveFactor = Field(
        description=(
            "A trade that has at least so much of its mean day is open as usual; below it, in proportion, fewer "
            "shops are. [unitless]"
        ),
    )


class Exchange(Facts):
    """How exchange rates wander: waves that add up."""

    wave_days: Annotated[tuple[Annotated[int, Field(ge=1, le=10_000, strict=True)], ...], Field(min_length=1)] = Field(
        description="Periods of the waves. [days]"
    )
    wave_sizes: Annotated[tuple[PositiveFactor, ...], Field(min_length=1)] = Field(
        description="How far each takes a rate either way. [log units]"
    )
