"""Measures of the mix of sectors: number, value and ticket of purchases in shops.

Belongs here: which of our categories make up a sector, and the targets that follow from the published mix
(``data/sectors.toml``).
"""

from collections.abc import Mapping
from functools import cache

from pydantic import Field

from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.measures.shared import ratio
from fraudsim_assets.evaluation.realism.tallies import POS
from fraudsim_assets.evaluation.targets import DATA, Target, Theme
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.reference_data.model import Entry, PositiveFactor, Share
from fraudsim_assets.reference_data.reading import DataFile, checked, did_you_mean


class Sector(Entry):
    """A sector of the published mix.

    Attributes
    ----------
    categories
        Spending categories that make it up.
    factor
        Number and value are met from the published one over this to it times this.
    remark
        What to beware of.
    """

    name: str
    number: Share = Field(description="Share of all purchases in shops, by number. [share]")
    value: Share = Field(description="Share of all purchases in shops, by value. [share]")
    ticket: PositiveFactor = Field(description="Mean ticket over the mean of all. [unitless]")
    factor: PositiveFactor = Field(description="Half-width of the band, as a factor. [unitless]")
    categories: tuple[str, ...] = Field(min_length=1)
    remark: str = ""

    @property
    def short(self) -> str:
        """Name for narrow places."""
        return self.name.split(",")[0]


class _Mix(Entry):
    """The whole file."""

    theme: str
    mark: str
    source: str
    ticket_factor: PositiveFactor
    sectors: dict[str, Sector]


@cache
def _read() -> tuple[DataFile, _Mix]:
    file = DataFile.read(DATA / "sectors.toml")
    mix, known = checked(_Mix, file.values, file), packaged().category_names
    for key, sector in mix.sectors.items():
        for category in sector.categories:
            if category not in known:
                path = ("sectors", key, "categories")
                raise file.error(path, f"{category!r} is no category{did_you_mean(category, list(known))}")
    return file, mix


def sectors() -> Mapping[str, Sector]:
    """Sectors by key, in the order of the file.

    Raises
    ------
    ConfigError
        If the file is not what it should be; names file and line.
    """
    return _read()[1].sectors


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


def theme() -> Theme:
    """Three targets for each sector: its number, its value and its ticket."""
    file, mix = _read()
    targets = []
    for key, sector in mix.sectors.items():
        for what, name, unit, factor in (
            ("number", "share of purchases in shops by number", "share", sector.factor),
            ("value", "share of purchases in shops by value", "share", sector.factor),
            ("ticket", "ticket over the mean ticket", "ratio", mix.ticket_factor),
        ):
            aim = {"value": getattr(sector, what), "factor": factor, "mark": mix.mark, "source": mix.source}
            values = {
                "id": f"H.{key}.{what}",
                "quantity": f"{key}_{what}",
                "name": f"{sector.name}: {name}",
                "unit": unit,
                "any": aim,
                "remark": sector.remark,
            }
            targets.append(checked(Target, values, file, ("sectors", key)))
    return Theme(file, mix.theme, tuple(targets))


def measures() -> Mapping[str, Measure]:
    """Measures by the name of their quantity."""
    found: dict[str, Measure] = {}
    for key, sector in sectors().items():
        found |= {f"{key}_{what}": sector_share(sector, what) for what in ("number", "value")}
        found[f"{key}_ticket"] = sector_ticket(sector)
    return found
