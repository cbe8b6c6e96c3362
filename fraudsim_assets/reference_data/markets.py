"""How people shop, whatever the trade.

Belongs here: the shape of the table. Does not belong here: its numbers, and what a trade is like (``model``).
"""

from pydantic import Field

from fraudsim_assets.reference_data.model import Factor, Facts, PositiveFactor, Share


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
    open_rate: PositiveFactor = Field(
        description=(
            "A trade that has at least so much of its mean day is open as usual; below it, in proportion, fewer "
            "shops are. [unitless]"
        ),
    )
