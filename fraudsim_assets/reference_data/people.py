"""Who customers are: ages, incomes, names and how much they use their cards; and who lives with whom.

Belongs here: the shapes of two tables. Does not belong here: their numbers, what tells segments apart (``holders``),
who is who (``fraudsim_assets.catalog``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Factor, Facts, PositiveFactor, Share

BLOCK = 6
"""Customers among whom households are formed. [count]"""

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


class Households(Facts):
    """Who lives with whom, and in buildings of many."""

    divisions: tuple[tuple[Annotated[int, Field(ge=1, le=BLOCK, strict=True)], ...], ...] = Field(
        min_length=1, description="How six customers of a bank divide into households, the largest first. [people]"
    )
    division_shares: tuple[Share, ...] = Field(description="How often each division is; in proportion. [share]")
    in_buildings: Share = Field(
        description="Changes of address to a building where many live under one address. [share]"
    )
    building_neighbours: Annotated[int, Field(ge=BLOCK, le=1_000_000, strict=True)] = Field(
        description="Customers who are neighbours of such buildings. [count]"
    )
    buildings: Annotated[int, Field(ge=1, le=1000, strict=True)] = Field(
        description="How many there are among so many. [count]"
    )
