"""Fraud that holders are talked into: they pay themselves, pass authentication, and get nothing.

References
----------
Target A26: EBA and ECB, report on payment fraud, 2025: the payer is manipulated in less than a tenth of card fraud.

Belongs here: kinds of fraud in which the holder pays in good faith. Does not belong here: strangers with a stolen
card (``third_party``), and holders in bad faith (``first_party``).
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.config.scenarios import DeceptionParameters
from fraudsim_assets.fraud.campaigns import DECEIVED, Campaigns, Outcome, Plan, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.pattern import Pattern
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.tables.codes import THREE_DS_RESULTS

CHALLENGE = THREE_DS_RESULTS.index("challenge")


class PurchaseScam(Pattern[DeceptionParameters]):
    """Goods that never come, from a shop that is a front: own device, own address, a challenge passed.

    It is not detected, as the holder means to pay. The holder tells the bank when nothing comes, and the card, which
    was not stolen, is not blocked.
    """

    name = "purchase_scam"
    parameters_model = DeceptionParameters

    def campaigns(self, parameters: DeceptionParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan payments to the front; the holder waits for the goods and then complains."""
        plan = super().campaigns(parameters, campaigns, scene)
        p, no = parameters, np.zeros(len(campaigns), dtype=bool)
        told = campaigns.uniforms("reported") >= p.never_reported
        wait = -np.log(campaigns.uniforms("notice")) * p.notice_days
        steps = replace(plan.steps, phase=np.full(len(plan.steps), DECEIVED, dtype=np.int64))
        return Plan(steps, Outcome(no, told, p.delivery_days + np.minimum(wait, 90.0), no))

    def events(
        self, parameters: DeceptionParameters, campaigns: Campaigns, steps: Steps, scene: Scene, day: int
    ) -> Deeds:
        """As in the general pattern, most of it with a challenge that the holder passes."""
        deeds = super().events(parameters, campaigns, steps, scene, day)
        passed = campaigns.draw("challenge").uniforms(steps.ids_of(campaigns)) < parameters.authenticated
        return replace(deeds, three_ds=np.where(passed & (deeds.kind % 2 == 1), CHALLENGE, deeds.three_ds))
