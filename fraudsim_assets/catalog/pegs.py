"""Pegs: currencies that are held to another one and do not float.

Belongs here: the table ``reference_data/data/pegs.csv``, read and checked. Does not belong here: what a
currency is worth otherwise (``currencies``), and rates of a day (``spending.money``).
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fraudsim_assets.catalog.currencies import UNITS_PER_EURO
from fraudsim_assets.errors import ConfigError

FILE = Path(__file__).parents[1] / "reference_data" / "data" / "pegs.csv"

COLUMNS = ("currency", "anchor", "parity", "band", "source")


@dataclass(frozen=True)
class Peg:
    """How a currency is held to another.

    Attributes
    ----------
    currency, anchor
        ISO 4217 codes.
    parity
        Units of the currency per unit of the anchor. [1]
    band
        Largest deviation from the parity, either way. [share]
    source
        Who says so.
    """

    currency: str
    anchor: str
    parity: float
    band: float
    source: str


@cache
def pegs(file: Path = FILE) -> Mapping[str, Peg]:
    """Pegged currencies by ISO 4217 code; what is not among them floats.

    Raises
    ------
    ConfigError
        If the file has other columns, an unknown or repeated currency, a number out of range, a row without
        a source, or a currency that is held to itself by way of others. The message names file and line.
    """
    found: dict[str, Peg] = {}
    for where, row in _rows(file):
        peg = _peg(where, row)
        if peg.currency in found:
            raise ConfigError(f"{where}: currency {peg.currency} is given twice; keep one row")
        found[peg.currency] = peg
    for peg in found.values():
        chain = [peg.currency]
        while (anchor := found[chain[-1]].anchor) in found:
            if anchor in chain:
                raise ConfigError(f"{file}: currency {peg.currency} is held to itself by way of {', '.join(chain)}")
            chain.append(anchor)
    return found


def _rows(file: Path) -> Iterator[tuple[str, dict[str, str]]]:
    lines = file.read_text(encoding="utf-8").splitlines()
    told = [(number, line) for number, line in enumerate(lines, start=1) if line and not line.startswith("#")]
    for (number, _), cells in zip(told, csv.reader(line for _, line in told), strict=True):
        where = f"{file}:{number}"
        if number == told[0][0]:
            if tuple(cells) != COLUMNS:
                raise ConfigError(f"{where}: columns are {', '.join(cells)}; valid are {', '.join(COLUMNS)}")
        elif len(cells) != len(COLUMNS):
            raise ConfigError(f"{where}: {len(cells)} cells; a row has {len(COLUMNS)}: {', '.join(COLUMNS)}")
        else:
            yield where, dict(zip(COLUMNS, cells, strict=True))


def _peg(where: str, row: Mapping[str, str]) -> Peg:
    for column in ("currency", "anchor"):
        if row[column] not in UNITS_PER_EURO:
            raise ConfigError(f"{where}: {column} {row[column]!r} is not a known ISO 4217 code")
    numbers = {}
    for column, low, high in (("parity", 1e-6, 1e6), ("band", 0.0, 0.2)):
        try:
            numbers[column] = float(row[column])
        except ValueError:
            numbers[column] = float("nan")
        if not low <= numbers[column] <= high:
            raise ConfigError(f"{where}: {column} is {row[column]!r}; valid are numbers from {low:g} to {high:g}")
    if not row["source"].strip():
        raise ConfigError(f"{where}: source is empty; name who fixes {row['currency']}, or say ASSUMPTION")
    return Peg(row["currency"], row["anchor"], numbers["parity"], numbers["band"], row["source"])
