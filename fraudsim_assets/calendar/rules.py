"""The days of a year that rules for dates mean, as arrays.

Belongs here: from a rule to an array over a year. Does not belong here: what rules look like
(``reference_data.date_rules``), and public holidays (``rest``).
"""

from datetime import date

import numpy as np

from fraudsim_assets.reference_data.date_rules import span_of_rule
from fraudsim_assets.units import Floats


def days_of_rule(rule: str, year: int, *, ramp: bool = False) -> Floats:
    """Say which days of a year a rule means.

    Parameters
    ----------
    rule
        As ``reference_data.date_rules`` describes.
    year
        Calendar year.
    ramp
        Whether the rule's days count for more and more, from the first to the last of them.

    Returns
    -------
    (days of year,)
        1 on the rule's days, 0 on the others; with ``ramp`` rising evenly to 1 on the last. [unitless]
    """
    first, last = span_of_rule(rule, year)
    days = np.arange((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    low, high = ((end - date(year, 1, 1)).days for end in (first, last))
    inside = (days >= low) & (days <= high)
    weight = (days - low) / (high - low) if ramp and high > low else np.ones(len(days))
    return np.where(inside, weight, 0.0)
