"""Array aliases and units of time and money.

Belongs here: names for array types and exact unit conversions. Does not belong here: anything
with a choice in it (rates, defaults, distributions).
"""

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

from fraudsim_assets.errors import ConfigError

Floats = npt.NDArray[np.float64]
Floats32 = npt.NDArray[np.float32]
Complexes32 = npt.NDArray[np.complex64]
Ints = npt.NDArray[np.int64]
Ints32 = npt.NDArray[np.int32]
Bools = npt.NDArray[np.bool_]
Words = npt.NDArray[np.uint64]
AnyArray = npt.NDArray[Any]

EPOCH = date(1970, 1, 1)
MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
"""Units of time. [microseconds]"""

DAY_MINUTES = 24 * 60
"""Minutes of a day. [minutes]"""

AMOUNT_SCALE = 3
"""Decimal places every stored amount carries: enough for every ISO 4217 currency of account."""

EARTH_RADIUS_KM = 6371.0088
"""Mean Earth radius R1. [km] Source: IUGG, Moritz 1980, Geodetic Reference System."""


def day_number(day: date) -> int:
    """Days since 1970-01-01; 1970-01-01 is day 0. [days]"""
    return (day - EPOCH).days


def day_date(number: int) -> date:
    """Calendar date of a day number (the inverse of :func:`day_number`)."""
    return date.fromordinal(EPOCH.toordinal() + number)


def days_between(first: date, last: date) -> list[date]:
    """All days from one to another, both included; none if the last one is before the first."""
    return [day_date(number) for number in range(day_number(first), day_number(last) + 1)]


def parse_day(name: str, text: str) -> date:
    """Read a day.

    Parameters
    ----------
    name
        Of the setting, for the error.

    Raises
    ------
    ConfigError
        If it is not a day, written YYYY-MM-DD.
    """
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        with suppress(ValueError):
            return date.fromisoformat(text)
    raise ConfigError(f"{name} is {text!r}; valid is a day as YYYY-MM-DD")


def day_start(number: int) -> datetime:
    """First instant of a day. [UTC]"""
    day = day_date(number)
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
