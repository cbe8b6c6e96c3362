"""Hours at which fraudsters work: quantiles of shapes of the local day.

Belongs here: when sittings begin. Does not belong here: the shapes (``reference_data/data/hour_curves.toml``), and
whether shops are open then (``hours``).
"""

import numpy as np

from fraudsim_assets.reference_data.hours import HourCurve
from fraudsim_assets.units import Floats

LEVELS = 1024
"""Steps of a table of quantiles. [count]"""


def hour_quantiles(night: float, curve: HourCurve, small_hours: int) -> Floats:
    """Quantiles of the local time of day of fraud: a shape of the day, and the small hours.

    Parameters
    ----------
    night
        Share of sittings that begin in the small hours. [share]
    curve
        Shape of the day of the others.
    small_hours
        They last from midnight until then. [local hour]

    Returns
    -------
    (1025,)
        Shares of the day, increasing. [unitless]
    """
    day = np.array(curve.hours, dtype=np.float64)
    late = np.arange(24) < small_hours
    density = (1 - night) * day / day.sum() + night * late / small_hours
    cumulative = np.concatenate([[0.0], np.cumsum(density)])
    return np.interp(np.linspace(0, cumulative[-1], LEVELS + 1), cumulative, np.arange(25) / 24.0)


def at_quantile(table: Floats, u: Floats) -> Floats:
    """Look quantiles up with linear interpolation. (n,)"""
    x = u * (len(table) - 1)
    step = x.astype(np.int64)
    return table[step] + (table[step + 1] - table[step]) * (x - step)
