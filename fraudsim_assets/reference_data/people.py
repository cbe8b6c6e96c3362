"""Who customers are: ages, incomes, households, names and how much they use their cards.

Belongs here: the shape of the table. Does not belong here: its numbers, what tells segments apart (``holders``), and
who is who (``fraudsim_assets.catalog``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Factor, Facts, PositiveFactor, Share

Age = Annotated[float, Field(ge=0.0, le=120.0, strict=True)]


class People(Facts):
    """Who customers are."""

    ages: tuple[Age, ...] = Field(description="Edges of groups of age in the middle of the era. [years]")
    age_shares: tuple[Share, ...] = Field(description="Customers between them; in proportion. [share]")
    income_spread: Factor = Field(
        description="Standard deviation of the logarithm of how much people spend on the same thing. [unitless]",
    )
    income_ages: tuple[Age, ...] = Field(
        description="Ages at which income is given; between them it is interpolated. [years]",
    )
    income_by_age: tuple[PositiveFactor, ...] = Field(
        description="Income at those ages, before scaling to a mean of one. [unitless]",
    )
    income_bands: tuple[PositiveFactor, PositiveFactor, PositiveFactor, PositiveFactor] = Field(
        description="Edges of the income bands, against the mean. [unitless]",
    )
    couples: Share = Field(description="Members of a household who are about as old as its first one. [share]")
    age_apart: Share = Field(description="How far apart the two are at most, in shares of all ages. [share]")
    common_wealth: Share = Field(
        description="Correlation of the wealth of members of a household with that of its first one. [unitless]",
    )
    tenure_years: PositiveFactor = Field(description="Mean time with the bank before the era. [years]")
    youngest: Age = Field(description="Youngest age at which an account is opened. [years]")
    of_age: Age = Field(description="Age from which on people have lines of credit. [years]")
    residence_spread: Share = Field(
        description="Relative half-width of the time between moves about its mean. [unitless]",
    )
    stays_in_city: Share = Field(description="Moves to another address in the city of origin. [share]")
    leaves_country: Share = Field(description="Moves to another home country. [share]")
    family_name: Share = Field(
        description="Members of a household, its first one apart, who have the first one's family name. [share]",
    )
    mailboxes: tuple[Share, Share, Share, Share, Share] = Field(
        description="Styles of addresses: annamiller, anna.miller, a.miller, anna, miller.anna; in proportion. [share]"
    )
    email_anywhere: Share = Field(description="Addresses at a provider that is used in all countries. [share]")
    first_card: Share = Field(
        description="A customer's payments on the first card, in the limit of many cards. [share]",
    )
    common_variance: Share = Field(
        description=(
            "Of the variance of the logarithm of activity, what all accounts of a customer have in common. [share]"
        ),
    )
    opened_lately: Share = Field(
        description=(
            "Further lines of credit that are opened in the course of the era, so that on any day some are new. [share]"
        ),
    )
