"""Places: how large cities are, how many shops they have, and what shops are like.

Belongs here: the shapes of two tables. Does not belong here: their numbers, which cities there are
(``catalog.places``), and how people shop (``markets``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Facts, PositiveFactor, Range, Share

Rank = Annotated[int, Field(ge=0, le=1000, strict=True)]


class Cities(Facts):
    """Cities: which places are one, how far they reach, and how many shops they have."""

    suburb_km: PositiveFactor = Field(
        description="A place that is no further from one that is suburb_ratio times larger is part of it. [km]"
    )
    suburb_ratio: PositiveFactor = Field(description="How many times larger that one is. [unitless]")
    cities_abroad: Annotated[int, Field(ge=1, le=100, strict=True)] = Field(
        description="Largest cities in use per country that is no home country. [count]"
    )
    radius: PositiveFactor = Field(
        description="Standard deviation of homes about the centre, along each axis, in a city of radius_people. [km]"
    )
    radius_people: PositiveFactor = Field(description="People of a city that has this radius. [people]")
    radius_growth: PositiveFactor = Field(description="Power of the population with which it grows. [unitless]")
    radius_bounds: Range = Field(description="Smallest and largest radius of all. [km]")
    surroundings: Share = Field(description="Addresses in the surroundings of a city. [share]")
    surroundings_width: PositiveFactor = Field(description="Their radius against that of the city. [unitless]")
    farthest: PositiveFactor = Field(description="No address is farther from the centre of its city. [km]")
    crowding: PositiveFactor = Field(description="Radius of shops against that of homes. [unitless]")
    shops_growth: PositiveFactor = Field(
        description="Power of the population with which the shops of a city grow. [unitless]"
    )
    least_shops: Annotated[int, Field(ge=1, le=1000, strict=True)] = Field(
        description="A city with fewer shops is left out, and its people live elsewhere. [count]"
    )


class Commerce(Facts):
    """Merchants: how many sell online, how long they last, what they charge, and what chains they belong to."""

    online: Share = Field(description="Merchants of home countries that sell online only. [share]")
    online_abroad: Share = Field(description="The same of merchants abroad. [share]")
    domestic_odds: PositiveFactor = Field(
        description=(
            "What is bought abroad no more readily than this, against the average, has a web shop in every home "
            "country before anything else has. [unitless]"
        ),
    )
    most_travel: PositiveFactor = Field(
        description=(
            "A category is at most so much commoner among shops abroad, however often travellers need it. [unitless]"
        ),
    )
    life: tuple[PositiveFactor, PositiveFactor] = Field(
        description="How long merchants last: evenly between these. [years]"
    )
    prices: PositiveFactor = Field(
        description="Spread of the price level between merchants of a category: standard deviation of the log. "
        "[unitless]"
    )
    leader_prices: PositiveFactor = Field(description="The same between its largest web shops. [unitless]")
    chain_prices: PositiveFactor = Field(description="The same between chains of a trade. [unitless]")
    branch_prices: PositiveFactor = Field(description="The same between branches of a chain. [unitless]")
    chains: Annotated[int, Field(ge=1, le=1000, strict=True)] = Field(
        description="Chains of a trade in a country and region, ranked by size. [count]"
    )
    chain_exponent: PositiveFactor = Field(description="Zipf exponent of their sizes. [unitless]")
    national_chains: Rank = Field(description="Chains, the largest, that are found in all regions. [count]")
    international_chains: tuple[Rank, ...] = Field(
        description="Ranks, from nought, of chains that have one brand in all countries. [rank]"
    )
    owners: tuple[Share, Share, Share] = Field(
        description=(
            "Shops that are called after a family, after a person's given name, and after two families; in "
            "proportion. [share]"
        ),
    )
