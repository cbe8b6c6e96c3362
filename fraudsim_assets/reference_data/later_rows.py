"""Refunds and charges: rows that follow from what was bought or agreed before.

Belongs here: the shapes of the tables. Does not belong here: their numbers, and which purchase comes back
(``simulation.refunds``) or which charge is due (``spending.subscriptions``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Factor, Facts, PositiveFactor, Range, Share

Days = Annotated[int, Field(ge=0, le=28, strict=True)]
Count = Annotated[int, Field(ge=1, le=10_000, strict=True)]


class Refunds(Facts):
    """When goods come back, and how much of a purchase."""

    delays: tuple[Share, Share, Share, Share, Share, Share, Share, Share] = Field(
        description="Refunds by time since the purchase: on the first day, on the second, and up to 5, 8, 12, 18, "
        "27 and 46 days; they sum to one. [share of refunds]",
    )
    partial: PositiveFactor = Field(le=1.0, description="Refunds of a part of the purchase. [share]")
    part: Range = Field(description="Such a part: least and range. [share of the purchase]")
    least_partial_euros: Factor = Field(description="What costs less is one thing, and comes back whole. [EUR]")
    web: Factor = Field(
        description="Refunds of goods that were bought remotely, against the average. [unitless]",
    )
    shops: Factor = Field(
        description="Refunds of goods that were bought in shops, against the average. [unitless]",
    )
    reconsidered: Share = Field(
        description="Days of a person of whose purchases some may come back; what is bought on other days is "
        "kept. [share]",
    )
    back_within_km: Factor = Field(
        description="Goods are brought back to a shop no further than this from where the person is on the day. [km]",
    )
    odds: PositiveFactor = Field(
        description="Chance that a purchase is given back, where its category can be, against the configured "
        "share of all. [unitless]",
    )


class Charges(Facts):
    """When merchants charge cards on file."""

    spread: Factor = Field(
        description="Spread of sums of subscriptions against that of other purchases of the kind. [unitless]",
    )
    night: Range = Field(
        description="When most merchants charge, in one batch a day: first minute of the local day, and range. "
        "[local minutes]",
    )
    daytime: Range = Field(
        description="When the others charge: first minute of the local day, and range. [local minutes]",
    )
    by_day: PositiveFactor = Field(lt=1.0, description="Merchants whose batch runs by day. [share]")
    batch_minutes: Factor = Field(description="How long a batch takes. [minutes]")


class SubscriptionHabits(Facts):
    """How much people subscribe to, and what becomes of charges that are refused."""

    keenness: PositiveFactor = Field(
        description=(
            "How alike people are in how much they subscribe to: shape of the gamma distribution of their means. "
            "[unitless]"
        ),
    )
    attempts: tuple[Days, Days, Days] = Field(
        description="Days after which a charge is tried, and tried again while it is refused. [days]",
    )
    refused_again: Share = Field(description="Charges tried again that are refused again. [share]")
    refusal_factor: Factor = Field(
        description="First attempts refused, against all remote payments, tries included. [unitless]",
    )
    keeps_off_weekends: Share = Field(
        description="Subscriptions charged on Mondays where their day falls on a weekend. [share]",
    )
    charged_late: Share = Field(
        description=(
            "Of subscriptions that begin on a day that not every month has, those that are charged on it, or on the "
            "last one of a shorter month; the others are charged on a day that every month has. [share]"
        ),
    )
    spell_days: Count = Field(description="Subscriptions begin and end with spells of so long. [days]")
    running: PositiveFactor = Field(le=1.0, description="Spells in which they run. [share]")
    rise: PositiveFactor = Field(description="Factor by which prices rise at a time. [unitless]")
    rise_days: Count = Field(description="Time between rises. [days]")
    rises_before: Count = Field(description="Rises since 1970 at which prices are as drawn. [count]")
