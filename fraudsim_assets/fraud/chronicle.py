"""The chronicle of a world: what changes when, and how common each kind of fraud is month by month.

Belongs here: the timeline as truth to compare a model's drift with. Does not belong here: its effects (``courses``,
``spending.epochs``).
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios import enabled_changes
from fraudsim_assets.config.timeline import Change
from fraudsim_assets.fraud.courses import Courses
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import day_number


@dataclass(frozen=True)
class ChangePoint:
    """One thing that a change changes, and the days that matter.

    Attributes
    ----------
    change
        Name in the timeline.
    about
        What is changed, as a path below the change.
    value
        What it is while the change holds.
    begins, in_full
        First day that differs, and first day on which the change holds in full.
    fades, over
        First day on which it no longer holds in full, and first day without it; None where it stays.
    """

    change: str
    about: str
    value: str
    begins: date
    in_full: date
    fades: date | None
    over: date | None


def change_points(config: Config) -> list[ChangePoint]:
    """All changes of a configuration that are on, in the order of their first days."""
    found = []
    for name, change in enabled_changes(config).items():
        ramp = timedelta(days=change.ramp_days)
        fades = None if change.end is None else change.end + timedelta(days=1)
        days = change.start, change.start + ramp, fades, None if fades is None else fades + ramp
        found += [ChangePoint(name, about, value, *days) for about, value in _parts(change)]
    return sorted(found, key=lambda point: (point.begins, point.change, point.about))


def _parts(change: Change) -> list[tuple[str, str]]:
    given = change.model_dump(mode="json", exclude={"start", "end", "ramp_days", "enabled"}, exclude_unset=True)
    return [("difficulty", str(change.difficulty))] * (change.difficulty is not None) + [
        (f"{part}.{name}", str(value))
        for part in ("scenarios", "breach", "bin_attack", "rules", "shock")
        for name, value in given.get(part, {}).items()
    ]


def monthly_shares(config: Config, first: date, last: date) -> dict[str, dict[str, float]]:
    """Expected share of each scenario that is on in the fraudulent rows of the months from one day to another.

    Returns
    -------
    dict of str to dict of str to float
        Share by scenario, by month as in ``2025-03``; the days of a month count alike. [share]
    """
    begin, end = day_number(first), day_number(last)
    shares = Courses(config, Streams(config.seed or 0)).shares(np.arange(begin, end + 1))
    months = np.array([(first + timedelta(days=n)).strftime("%Y-%m") for n in range(end - begin + 1)])
    return {
        str(month): {name: round(float(share[months == month].mean()), 4) for name, share in shares.items()}
        for month in np.unique(months)
    }
