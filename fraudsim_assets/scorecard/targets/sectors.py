"""Targets on the mix of sectors: number, value and ticket, in shops.

The Saudi Central Bank publishes number and value by sector every week, the most complete mix of a
country we know of; a European mix differs, hence the wide bands. Its sectors "other" and
"miscellaneous goods and services" are taken together.

Belongs here: the table, and which of our categories make up a sector.
"""

from dataclasses import dataclass

from fraudsim_assets.scorecard.evidence import Measure, View
from fraudsim_assets.scorecard.measures import ratio
from fraudsim_assets.scorecard.model import Target, around
from fraudsim_assets.scorecard.tallies import POS


@dataclass(frozen=True)
class Sector:
    """A sector of the bulletin.

    Attributes
    ----------
    key, name
        Id and name.
    number, value
        Shares of all purchases in shops. [share]
    ticket
        Mean ticket over the mean of all. [unitless]
    categories
        Our categories.
    note
        What to beware of.
    """

    key: str
    name: str
    number: float
    value: float
    ticket: float
    categories: tuple[str, ...]
    note: str = ""

    @property
    def short(self) -> str:
        """Name for narrow places."""
        return self.name.split(",")[0]


_FARES = "Mostly package tours, car hire and flights paid at counters; trams and taxis are many but small."

SECTORS: tuple[Sector, ...] = (
    Sector("restaurants", "Restaurants and cafes", 0.2865, 0.1454, 0.51, ("restaurant", "fast_food", "cafe_bar")),
    Sector("food", "Food and beverages", 0.2288, 0.1485, 0.65, ("grocery",)),
    Sector(
        "other",
        "Other, and miscellaneous goods and services",
        0.2789,
        0.3012,
        1.08,
        (
            "department_discount",
            "specialty_retail",
            "gift_cards",
            "personal_services",
            "professional_services",
            "government",
            "money_transfer",
            "parking_toll",
            "car_care",
            "marketplace",
            "digital_goods",
            "streaming",
            "insurance",
        ),
    ),
    Sector("fuel", "Gas stations", 0.0757, 0.0700, 0.93, ("fuel",)),
    Sector("health", "Health", 0.0377, 0.0607, 1.61, ("pharmacy", "health_services")),
    Sector("clothing", "Clothing and footwear", 0.0294, 0.0634, 2.16, ("clothing",)),
    Sector(
        "transport", "Transportation", 0.0131, 0.0522, 3.97, ("transit", "taxi", "airline", "travel_agency"), _FARES
    ),
    Sector("recreation", "Recreation and culture", 0.0130, 0.0201, 1.54, ("recreation",)),
    Sector("telecom", "Telecommunication", 0.0083, 0.0082, 0.98, ("telecom",)),
    Sector("construction", "Construction materials", 0.0081, 0.0284, 3.51, ("home_improvement",)),
    Sector("furniture", "Furniture", 0.0065, 0.0261, 4.03, ("furniture",)),
    Sector("electronics", "Electronics", 0.0054, 0.0123, 2.30, ("electronics",)),
    Sector("utilities", "Public utilities", 0.0035, 0.0043, 1.20, ("utilities",)),
    Sector("hotels", "Hotels", 0.0033, 0.0270, 8.23, ("hotel",)),
    Sector("jewelry", "Jewelry", 0.0010, 0.0223, 22.7, ("jewelry",)),
    Sector("education", "Education", 0.0007, 0.0100, 14.9, ("education",)),
)
"""Week of 9 to 15 February 2025, 216.65 M purchases. Source: sama_2025."""

MAIN = 8
"""The first so many sectors are held to 30 %, the others to a factor of two; tickets to a factor of 1.4."""


def sector_share(sector: Sector, tally: str) -> Measure:
    """Share of a sector among purchases in shops, by ``"number"`` or ``"value"``."""

    def measure(view: View) -> float:
        sums = view.sum(tally)[:, POS]
        everything = sums.sum() - sums[view.category("cash_machine")].sum()
        return ratio(sums[view.category(*sector.categories)], everything, "purchases in shops")

    return measure


def sector_ticket(sector: Sector) -> Measure:
    """Mean ticket of a sector over the mean of all purchases in shops. [unitless]"""

    def measure(view: View) -> float:
        return sector_share(sector, "value")(view) / max(sector_share(sector, "number")(view), 1e-12)

    return measure


def _targets() -> list[Target]:
    targets = []
    for rank, sector in enumerate(SECTORS):
        factor = 1.3 if rank < MAIN else 2.0
        for what, aim in (("number", sector.number), ("value", sector.value)):
            targets.append(
                Target(
                    f"H.{sector.key}.{what}",
                    f"{sector.name}: share of purchases in shops by {what}",
                    "share",
                    sector_share(sector, what),
                    {"any": around(aim, "derived", "sama_2025", factor=factor)},
                    note=sector.note,
                )
            )
        targets.append(
            Target(
                f"H.{sector.key}.ticket",
                f"{sector.name}: ticket over the mean ticket",
                "ratio",
                sector_ticket(sector),
                {"any": around(sector.ticket, "derived", "sama_2025", factor=1.4)},
                note=sector.note,
            )
        )
    return targets


TARGETS: tuple[Target, ...] = tuple(_targets())
"""Targets on sectors."""
