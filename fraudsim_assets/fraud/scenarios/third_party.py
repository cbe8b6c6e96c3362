"""Fraud by strangers that follows the general pattern and nothing else.

Belongs here: the mechanism behind all scenarios that are only settings. Does not belong here: those settings
(``reference_data/data/scenarios``), and kinds of fraud with a mechanism of their own.
"""

from fraudsim_assets.config.scenarios import PatternParameters
from fraudsim_assets.fraud.pattern import Pattern


class StolenCard(Pattern[PatternParameters]):
    """A stolen card, or its data, in the hands of a stranger."""

    name = "stolen_card"
    parameters_model = PatternParameters
