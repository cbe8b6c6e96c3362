"""Spending categories: what people buy, at what kind of merchant, for how much.

A category is a readable group of merchant category codes (ISO 18245) with the numbers that shape
purchases in it.

Belongs here: the shape of a category and sums over categories. Does not belong here: the numbers,
and how they become purchases.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Literal

import iso18245

from fraudsim_assets.errors import ConfigError

PriceStyle = Literal["just_below", "basket", "cash", "round", "fixed", "metered"]
"""How prices are written: 19.99; a sum of many items; multiples of a note; whole units or halves;
one of a few list prices; read off a meter."""

HourProfile = Literal[
    "groceries",
    "meals",
    "lunch",
    "coffee",
    "fuel",
    "commute",
    "retail",
    "office",
    "trades",
    "leisure",
    "night_out",
    "online",
    "billing",
    "cash",
]
"""Name of the shape of the day. The shapes are declared where purchases are timed."""

WeekProfile = Literal["even", "workdays", "friday_saturday", "weekend", "online", "billing"]
"""Name of the shape of the week."""

OpeningHours = tuple[tuple[float, int, int], ...]
"""Variants of opening hours: (weight, opens, closes), in minutes of the local day."""


@dataclass(frozen=True)
class Category:
    """One kind of spending.

    Attributes
    ----------
    name
        Snake-case name, as in the column ``category``.
    mccs
        Merchant category codes and their weights within the category.
    share
        Share of all genuine purchases and withdrawals, on every channel; the shares of all
        categories sum to one. [share of rows]
    ticket_ratio
        Mean ticket over the mean ticket of all categories. [unitless]
    sigma
        Standard deviation of the log ticket within the category. [unitless]
    heavy_tail
        Whether the largest tenth of tickets follows a power law.
    online_share
        Share of the category's purchases made remotely. [share]
    price_style
        How prices are written.
    hours, week
        Names of the shapes of day and week.
    opening_hours
        Variants of opening hours of physical shops, with weights.
    exploration
        Share of purchases at a merchant that the person hardly knows; the others are at one of
        few favourites. [share]
    merchants
        Relative number of physical merchants. [unitless]
    online_merchants
        Relative number of online merchants. [unitless]
    travel_factor
        How much more (above 1) or less likely the category is on a trip abroad. [unitless]
    everyday
        Present in every city that has enough merchants.
    refundable
        Whether goods can be brought back for a refund.
    withdrawal
        Whether the category is cash from a machine.
    """

    name: str
    mccs: Mapping[str, float]
    share: float
    ticket_ratio: float
    sigma: float
    online_share: float
    price_style: PriceStyle
    hours: HourProfile
    week: WeekProfile
    opening_hours: OpeningHours
    exploration: float
    merchants: float
    online_merchants: float
    travel_factor: float
    everyday: bool = False
    heavy_tail: bool = False
    refundable: bool = False
    withdrawal: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "mccs", MappingProxyType(dict(self.mccs)))

    @property
    def is_sold_in_shops(self) -> bool:
        """Whether the category has physical merchants."""
        return self.merchants > 0

    @property
    def is_sold_online(self) -> bool:
        """Whether the category has online merchants."""
        return self.online_merchants > 0


@lru_cache(maxsize=512)
def mcc_description(mcc: str) -> str:
    """What a merchant category code stands for: ISO 18245 text, else the largest network's.

    Raises
    ------
    ConfigError
        If the code is in none of the published lists.
    """
    try:
        entry = iso18245.get_mcc(mcc)
    except iso18245.MCCNotFound as error:
        raise ConfigError(f"merchant category code {mcc!r} is in no published list of ISO 18245 codes") from error
    return next(text for text in (entry.iso_description, entry.visa_description, entry.mastercard_description) if text)
