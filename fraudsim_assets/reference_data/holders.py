"""Holders: what tells customer segments apart and products of cards, how long plastics last, what issuers lend.

Belongs here: the shapes of entries. Does not belong here: any entry.
"""

from typing import Annotated, Literal

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Factor, Facts, PositiveFactor, Range, Share

Product = Literal["debit", "credit", "prepaid"]
Network = Literal["visa", "mastercard", "amex"]
Months = Annotated[int, Field(ge=6, le=240, strict=True)]
Days = Annotated[int, Field(ge=0, le=90, strict=True)]


class CustomerSegment(Entry):
    """A customer segment against the others."""

    payments: Share = Field(description="Part of all payments, for the mean of remote_odds. [share]")
    remote_odds: PositiveFactor = Field(description="Odds of paying remotely against the average. [unitless]")
    works: Share = Field(description="People with a workplace or a school. [share]")
    more_cards: PositiveFactor = Field(description="Number of cards beyond the first, against the average. [unitless]")
    moves: PositiveFactor = Field(le=4.0, description="Changes of address. [1/year]")
    early: Share = Field(description="People who are at home by night. [share]")


class CardProduct(Entry):
    """A product of cards against the others."""

    shops: Factor = Field(description="How well it serves shops, against other products of the holder. [unitless]")
    web: Factor = Field(description="How well it serves remote purchases, in the same way. [unitless]")
    cash: Factor = Field(description="How well it serves cash machines, in the same way. [unitless]")
    abroad: Factor = Field(description="How well it serves shops abroad, in the same way. [unitless]")
    first: Share = Field(description="First cards of adults that are of the product; they sum to one. [share]")
    further: Share = Field(description="Their further cards; they sum to one. [share]")
    minor: Share = Field(description="Cards of people under age; they sum to one. [share]")
    networks: dict[Network, Share] = Field(description="Cards of the product by network; they sum to one. [share]")
    validity: tuple[Share, Share, Share] = Field(
        description="Cards that are valid for each of the times of ``plastics``; they sum to one. [share]"
    )
    risk: PositiveFactor = Field(le=1.0, description="Exposure to fraud, the most exposed having 1. [unitless]")


class Plastics(Facts):
    """How long plastics are valid, and when the next one takes over."""

    validity: tuple[Months, Months, Months] = Field(
        description="Times for which cards are issued; each product says how often. [months]"
    )
    renewal: tuple[Days, Days] = Field(
        description="The next plastic is in use so long before the old one expires: least and most. [days]"
    )


class CreditLines(Facts):
    """How much issuers lend."""

    median: PositiveFactor = Field(description="Median line at mean income and activity. [EUR]")
    spread: Factor = Field(le=2.0, description="Spread between like holders: standard deviation of the log. [unitless]")
    by_income: Factor = Field(le=3.0, description="Power of the holder's income in it. [unitless]")
    by_activity: Factor = Field(le=3.0, description="Power of the activity of all the holder's cards. [unitless]")
    least: PositiveFactor = Field(description="Least line at mean income and activity. [EUR]")
    least_by_income: Factor = Field(le=3.0, description="Power of income in the least line. [unitless]")
    least_by_activity: Factor = Field(le=3.0, description="Power of activity in the least line. [unitless]")
    bounds: Range = Field(description="Smallest and largest line of all. [EUR]")
