"""The spending categories of the simulation: their shape, and the declared numbers.

Sources of the numbers, column by column:

* ``share``: sama_2025 for the ranking of sectors (restaurants and food first); the split of
  sectors and the online categories by ASSUMPTION; withdrawals after pulse_2024 (1.9 of 34.6 a
  month).
* ``ticket_ratio``: sama_2025, within a factor of 1.4 for each of its sectors; parts of a split
  sector by ASSUMPTION, such that their share-weighted mean is the sector's. Jewelry is at the low
  end of the tolerance, since gold souks are rare elsewhere.
* ``sigma``: ASSUMPTION in the judged band of 0.5 to 1.0 within a merchant category (target B09);
  ``heavy_tail``: mizuno2008 for shops (exponent 2.5, target B14), else ASSUMPTION.
* ``online_share``: ASSUMPTION by category; their sum over all categories is near
  ``spending.ecommerce_share``.
  Half of trips by train and of package tours and car hire are paid at a counter, so that
  transportation in shops has the share and the ticket of sama_2025.
* ``price_style``: levy2011 and target B17 for retail, fuel and cash; else ASSUMPTION.
* ``hours``, ``week``: ASSUMPTION after the shapes of paymark_2017 (targets E02 to E05).
* ``opening_hours``: ASSUMPTION, common European hours.
* ``exploration``: about a quarter on average, tuned to song2010 (targets F01, F02); the spread
  between categories by ASSUMPTION (fuel is a habit, restaurants are not).
* ``merchants``, ``online_merchants``, ``travel_factor``: ASSUMPTION, after the order of magnitude
  of enterprises by sector.
* ``mccs``: codes of ISO 18245; weights by ASSUMPTION.

Belongs here: what a category is, and the list of them. Does not belong here: how categories
become purchases.
"""

from fraudsim_assets.catalog.categories.goods import GOODS
from fraudsim_assets.catalog.categories.model import (
    Category,
    HourProfile,
    OpeningHours,
    PriceStyle,
    WeekProfile,
    mcc_description,
)
from fraudsim_assets.catalog.categories.services import SERVICES

CATEGORIES: tuple[Category, ...] = (*GOODS, *SERVICES)
"""All categories; the position in this tuple is the category's code."""

CATEGORY_NAMES: tuple[str, ...] = tuple(category.name for category in CATEGORIES)
"""Names by code."""

__all__ = [
    "CATEGORIES",
    "CATEGORY_NAMES",
    "Category",
    "HourProfile",
    "OpeningHours",
    "PriceStyle",
    "WeekProfile",
    "mcc_description",
]
