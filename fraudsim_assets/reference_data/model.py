"""What a category, a country, a currency and every other entry of the reference data is.

Each field has its type, its bounds, its meaning and, in square brackets, its unit. A field without a
default must be given in every entry; a default is the value that the field's description says.

Belongs here: the shape of entries. Does not belong here: any entry, and how they are read.
"""

from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0.0, le=1.0, strict=True)]
Factor = Annotated[float, Field(ge=0.0, strict=True, allow_inf_nan=False)]
PositiveFactor = Annotated[float, Field(gt=0.0, strict=True, allow_inf_nan=False)]
Range = tuple[Factor, Factor]
"""Least value, and the range above it."""

Flag = Annotated[bool, Field(strict=True)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Mcc = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
CountryCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
LanguageCode = Annotated[str, Field(pattern=r"^[a-z]{2}$")]
CurrencyCode = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-9]):[0-5][0-9]$")]

PriceStyle = Literal["just_below", "basket", "cash", "round", "fixed", "metered", "fare", "service"]
"""How prices are written: 19.99; a sum of many items; multiples of a note; whole units or halves;
one of a few list prices; read off a meter; a ticket from a short list that is the same for everybody."""

Segment = Literal["student", "young_professional", "family", "affluent", "mid_life", "senior"]
"""Customer segments, by stage of life, in the order of their codes."""


class Entry(BaseModel):
    """Base of all entries: frozen, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Facts(Entry):
    """Base of tables that are one entry: numbers that there is one of each in a world."""


class Trade(Entry):
    """What a merchant category code is within a category."""

    weight: Share = Field(description="Share of the category's merchants. [share of merchants]")
    ticket: PositiveFactor = Field(
        default=1.0, description="Tickets against those of other codes of the category; 1 if not given. [unitless]"
    )
    chain_share: Share | None = Field(
        default=None,
        description="Shops that belong to a chain; that of the category if not given. [share of merchants]",
    )
    least: Factor = Field(
        default=0.0,
        description="Cheapest purchase in its shops at price level one, where that of the category is less. [EUR]",
    )
    on_rest_days: Annotated[float, Field(ge=0.0, le=100.0)] = Field(
        default=1.0,
        description="How easily its shops open on days on which most of the category rests, against others of it; 1 if "
        "not given. [unitless]",
    )


class Opening(Entry):
    """One variant of opening hours."""

    weight: Share = Field(description="Share of the shops. [share of merchants]")
    opens: Clock = Field(description="Local time of opening, such as 09:30.")
    closes: Clock = Field(description="Local time of closing, after 24:00 on the next day: 26:00 is two at night.")
    mccs: tuple[Mcc, ...] = Field(
        default=(), description="Codes whose shops keep these hours; all of the category if none are given."
    )

    @property
    def minutes(self) -> tuple[int, int]:
        """Opening and closing. [minutes of the local day]"""
        return minutes_of(self.opens), minutes_of(self.closes)


def minutes_of(clock: str) -> int:
    """Minutes since midnight of a time such as 09:30."""
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


class Category(Entry):
    """One kind of spending: a readable group of merchant category codes, and what shapes purchases in it."""

    name: Name = Field(description="As in the column ``category``.")
    code: int = Field(
        ge=0,
        strict=True,
        description="Number of the category, part of the address of draws: it never changes, and a new category "
        "takes the next one.",
    )
    mccs: dict[Mcc, Trade] = Field(
        min_length=1, description="Merchant category codes (ISO 18245); their weights sum to one."
    )
    share: Share = Field(
        description="Share of all genuine purchases and withdrawals, on every channel; the shares of all "
        "categories sum to one. [share of rows]"
    )
    ticket_ratio: PositiveFactor = Field(description="Mean ticket over the mean ticket of all categories. [unitless]")
    sigma: PositiveFactor = Field(
        le=3.0, description="Standard deviation of the log ticket within the category. [unitless]"
    )
    least: Factor = Field(default=0.3, description="Cheapest purchase in shops; 0.3 if not given. [EUR]")
    online_least: Factor = Field(default=0.3, description="Cheapest purchase made remotely; 0.3 if not given. [EUR]")
    heavy_tail: Flag = Field(default=False, description="Whether the largest tenth of tickets follows a power law.")
    online_share: Share = Field(description="Share of the category's purchases made remotely. [share of rows]")
    price_style: PriceStyle = Field(description="How prices are written.")
    hours: Name = Field(description="Name of the shape of the day, as in ``hour_curves``.")
    online_hours: Name = Field(
        default="online",
        description="Name of the shape of the day of purchases made remotely; that of web shops if not given.",
    )
    week: Name = Field(description="Name of the shape of the week, as in ``week_shapes``.")
    days: Name = Field(description="Day pattern of purchases in shops.")
    online_days: Name = Field(description="Day pattern of purchases made remotely.")
    opening_hours: tuple[Opening, ...] = Field(
        min_length=1, description="Variants of opening hours of physical shops; their weights sum to one."
    )
    opens_with: Literal["nothing", "meals", "shops", "food"] = Field(
        default="nothing",
        description="Times of a country's clock that bend opening hours: those of meals, of shops, of food shops, or "
        "none if not given.",
    )
    exploration: Share = Field(
        description="Share of purchases at a merchant that the person hardly knows; the others are at one of few "
        "favourites. [share of rows]"
    )
    loyalty: Annotated[float, Field(gt=1.0, le=20.0, strict=True)] = Field(
        default=2.0,
        description="Zipf exponent of a person's favourites: the larger, the more visits go to the first; 2 if not "
        "given. [unitless]",
    )
    favourites_last: Annotated[int, Field(ge=0, le=3650, strict=True)] = Field(
        default=0,
        description="How long a merchant stays one of a person's favourites, the first one apart, before another one "
        "takes its place; for good if 0 or not given. [days]",
    )
    instead: tuple[Name, ...] = Field(
        default=(),
        description="Categories that people turn to in a town without any shop of this one, the first choice first; "
        "none if not given.",
    )
    merchants: Factor = Field(description="Relative number of physical merchants; 0 is none. [unitless]")
    online_merchants: Factor = Field(description="Relative number of online merchants; 0 is none. [unitless]")
    travel_factor: Factor = Field(
        description="How much more (above 1) or less likely the category is on a trip abroad. [unitless]"
    )
    foreign_odds: Factor = Field(
        default=1.0,
        description="How readily it is bought from web shops abroad, against the average; 1 if not given. [unitless]",
    )
    everyday: Flag = Field(default=False, description="Present in every city that has enough merchants.")
    refundable: Flag = Field(default=False, description="Whether goods can be brought back for a refund.")
    withdrawal: Flag = Field(default=False, description="Whether the category is cash from a machine.")
    chain_share: Share = Field(
        default=0.0, description="Shops that belong to a chain; 0 if not given. [share of merchants]"
    )
    web_leaders: tuple[Share, ...] = Field(
        default=(),
        description="What the largest web shops of a country sell of all that is bought from web shops at home, giants "
        "apart, the largest first; none if not given. [share of remote purchases]",
    )
    civic: Flag = Field(default=False, description="Whether shops are public services, named after their city.")
    revisited: Flag = Field(
        default=False, description="Whether people come back to the same shop on the same day; false if not given."
    )
    encores: Literal["none", "alike", "free"] = Field(
        default="free",
        description="How a visit may be paid in several requests: not at all in person, each for the same sum, or each "
        "for another; free if not given.",
    )
    stay: PositiveFactor = Field(
        default=10.0,
        le=600.0,
        description="Median time from coming to the shop to paying there; 10 if not given. [minutes]",
    )
    usual: Share = Field(
        default=0.0,
        description="Payments in person of who buys what they always buy at that shop, for the same sum; 0 if not "
        "given. [share of visits]",
    )
    subscription_share: Share = Field(
        default=0.0, description="Subscriptions of this category among all; 0 if not given. [share of subscriptions]"
    )
    tastes: dict[Segment, PositiveFactor] = Field(
        default={},
        description="Likelihood by customer segment, against the average; 1 for a segment that is not "
        "named. [unitless]",
    )
    sparkov: str = Field(
        min_length=1, description="Category of Sparkov's files that stands for it in the export of that name."
    )

    @property
    def is_sold_in_shops(self) -> bool:
        """Whether the category has physical merchants."""
        return self.merchants > 0

    @property
    def is_sold_online(self) -> bool:
        """Whether the category has online merchants."""
        return self.online_merchants > 0

    @cached_property
    def shop_hours(self) -> tuple[tuple[float, int, int], ...]:
        """Variants of opening hours: weight, opening and closing in minutes of the local day."""
        return tuple((variant.weight, *variant.minutes) for variant in self.opening_hours)

    def hours_of(self, mcc: str) -> tuple[tuple[float, int, int], ...]:
        """Variants of opening hours of shops of one code, as :attr:`shop_hours` has them."""
        return tuple((v.weight, *v.minutes) for v in self.opening_hours if not v.mccs or mcc in v.mccs)

    def taste_of(self, segment: str) -> float:
        """Likelihood for a customer segment, against the average; 1 where none is declared. [unitless]"""
        return next((taste for name, taste in self.tastes.items() if name == segment), 1.0)

    @cached_property
    def mcc_weights(self) -> dict[str, float]:
        """Share of the category's merchants by merchant category code. [share of merchants]"""
        return {mcc: trade.weight for mcc, trade in self.mccs.items()}


class Country(Entry):
    """What differs between countries, apart from cities, time zones, holidays and legal tender.

    A number that is left out, and a country that is not listed, has the value of the entry ``other``.
    """

    travel_weight: Factor = Field(
        description="How often people travel to, and order from, the country; 0 is never. [unitless]"
    )
    seller_weight: Factor = Field(
        description="How many web shops sit there that sell to other countries; 0 is none. [unitless]"
    )
    price_level: PositiveFactor = Field(
        description="Consumer prices against the mean of the European Union. [unitless]"
    )
    language: LanguageCode | None = Field(
        default=None, description="Language of the names of shops; the most spoken official one if not given."
    )
    euro_since: date | None = Field(default=None, description="Day from which the euro is legal tender.")


class Currency(Entry):
    """What amounts need to know of a currency, apart from its minor units."""

    units_per_euro: PositiveFactor = Field(description="Rough worth. [units per EUR]")
    anchor: CurrencyCode | None = Field(
        default=None, description="Currency that it is held to; it floats if not given."
    )
    parity: PositiveFactor | None = Field(
        default=None, description="What the anchor is worth in it. [units per unit of the anchor]"
    )
    band: Annotated[float, Field(ge=0.0, le=0.2, strict=True)] | None = Field(
        default=None, description="Largest deviation from the parity, either way. [share]"
    )
    note: PositiveFactor | None = Field(
        default=None,
        description="Smallest banknote that machines give; about ten euros' worth, a power of ten, if not given. "
        "[currency units]",
    )


Words = Annotated[tuple[Annotated[str, Field(pattern=r"^\S(.*\S)?$")], ...], Field(min_length=1)]


class Language(Entry):
    """What trades are called, and how a name is put together.

    A code without words has those of the leading code of its category, else the English ones.
    """

    owner_first: Flag = Field(description="Whether the owner stands before the trade.")
    words: dict[Mcc, Words] = Field(description="Words of trades by merchant category code.")
    words_in: dict[Name, dict[Mcc, Words]] = Field(
        default={}, description="Words of trades that a code has in one category only."
    )


class Brands(Entry):
    """Syllables of invented brands; the position of a syllable is part of what is drawn, so new ones go to the end."""

    starts: Words = Field(description="First syllables.")
    ends: Words = Field(description="Last syllables.")


Romanised = Annotated[str, Field(pattern=r"^[a-z]*$")]


class Romanisation(Entry):
    """How names of a language are written in plain Latin letters.

    Letters without an entry are transliterated one by one with the package ``anyascii``.
    """

    letters: dict[str, Romanised] = Field(description="Latin letters by letter or group of letters, in lower case.")
    initials: dict[str, Romanised] = Field(
        default={}, description="Those at the beginning of a word, where they differ from the others."
    )
    filler: Romanised = Field(
        default="", description="Vowel between two consonants in scripts that leave vowels out; none if not given."
    )


class Giant(Entry):
    """A web shop that people of many countries buy from, under one name."""

    name: Name = Field(description="As in its address.")
    category: Name = Field(description="What it is.")
    mcc: Mcc = Field(description="Its merchant category code, one of the category's.")
    seats: tuple[CountryCode, ...] = Field(
        min_length=1,
        description="Countries where it is a merchant; those without buy from the first that the world has.",
    )
    serves: dict[Name, Share] = Field(
        min_length=1,
        description="What people buy from it of all that they buy remotely, by category. [share of remote purchases]",
    )

    @property
    def address(self) -> str:
        """Web address, below a top-level domain reserved for examples."""
        return f"{self.name.replace('_', '-')}.example"
