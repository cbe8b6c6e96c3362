"""Lines of credit that are applied for in another's name, or in that of a person who does not exist.

References
----------
UK Finance, annual fraud report, 2024: card ID theft, which is takeovers and applications, is 14 % of card fraud by
value.

Belongs here: whose new line is drawn, and when the bank notices. Does not belong here: what is bought with it, which
follows the general pattern, and holders who never pay for a line of their own (``first_party``).
"""

import numpy as np

from fraudsim_assets.catalog.accounts import LONG_OPEN
from fraudsim_assets.config.scenarios import ApplicationParameters
from fraudsim_assets.fraud.campaigns import Campaigns, Plan
from fraudsim_assets.fraud.pattern import Pattern
from fraudsim_assets.fraud.scenarios.first_party import in_bad_faith
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.units import Ints


class ApplicationFraud(Pattern[ApplicationParameters]):
    """A new line that is drawn in its first weeks and never paid; no holder misses anything, so no holder calls."""

    name = "application_fraud"
    parameters_model = ApplicationParameters

    def strike(self, parameters: ApplicationParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        """Choose lines that were opened so many days before; the newest one where none was, and any where none is."""
        opened, usual = scene.cache(_opened_lately, most=1).get(0), scene.victims.choose(campaigns)
        if len(opened[0]) == 0:
            return usual
        accounts, days = opened
        # the card has come, and what is left at the bank before the first payment was left after that
        latest = scene.clock.days_of(campaigns.start) - parameters.post_days - int(np.ceil(parameters.lead_days[1]))
        after = np.searchsorted(days, latest, side="right")
        first = np.searchsorted(days, latest - int(parameters.within_days), side="right")
        chosen = first + (campaigns.uniforms("application") * (after - first)).astype(np.int64)
        chosen = np.where(after > first, chosen, after - 1)
        return np.where(after > 0, accounts.take(np.maximum(chosen, 0)), usual)

    def campaigns(self, parameters: ApplicationParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan purchases; the bank writes the line off after some bills and closes the card."""
        plan = super().campaigns(parameters, campaigns, scene)
        return in_bad_faith(plan, parameters.unpaid_days * (1 + campaigns.uniforms("written_off")), blocks=True)


def _opened_lately(scene: Scene, _: int) -> tuple[Ints, Ints]:
    """Accounts that are opened in the era, and the days on which they are. Two of (n,), in the order of days"""
    opened = scene.society.habits.dormancy.opened
    accounts = np.flatnonzero(opened > LONG_OPEN)
    accounts = accounts[np.argsort(opened[accounts], kind="stable")]
    return accounts, opened[accounts]
