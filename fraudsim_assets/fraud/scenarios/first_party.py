"""Fraud by the holders themselves: disputes in bad faith, abused refunds, and bust-outs.

Belongs here: kinds of fraud in which nobody stole the card. Does not belong here: strangers.
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.fraud.campaigns import LURE, Campaigns, Outcome, Plan, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.pattern import Pattern, PatternParameters
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.units import Floats

_ONLINE_GOODS = {
    "clothing": 0.25,
    "electronics": 0.08,
    "marketplace": 0.3,
    "digital_goods": 0.12,
    "fast_food": 0.08,
    "specialty_retail": 0.1,
}


def _in_bad_faith(plan: Plan, delay: Floats, *, blocks: bool) -> Plan:
    """Nobody detects anything; the bank hears of it after a while."""
    n = len(delay)
    yes, no = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    steps = replace(plan.steps, phase=np.full(len(plan.steps), LURE, dtype=np.int64))
    return Plan(steps, Outcome(no, yes, delay, yes if blocks else no))


class FriendlyFraud(Pattern):
    """An ordinary purchase that the holder later claims not to have made. Source: target A27."""

    def __init__(self) -> None:
        super().__init__(
            "friendly_fraud",
            share=0.05,
            categories=_ONLINE_GOODS,
            steps=1.25,
            most_steps=3,
            test=0.0,
            amount=60.0,
            aim=0.3,
            modest=0.0,
            abroad=0.12,
            gang=0.0,
            night=0.04,
            mimicry=1.0,
            own_merchant=0.75,
            declined=0.05,
            detection=0.0,
        )

    def campaigns(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan purchases; disputes follow after two weeks to three months (target D12)."""
        plan = super().campaigns(parameters, campaigns, scene)
        return _in_bad_faith(plan, 14 + 76 * campaigns.uniforms("dispute"), blocks=False)


class RefundAbuse(Pattern):
    """A purchase that is refunded though the goods are kept, or worn, or an empty box."""

    def __init__(self) -> None:
        super().__init__(
            "refund_abuse",
            share=0.02,
            categories={"clothing": 0.5, "electronics": 0.25, "marketplace": 0.25},
            test=0.0,
            amount=90.0,
            aim=0.4,
            modest=0.0,
            abroad=0.08,
            gang=0.0,
            night=0.04,
            mimicry=1.0,
            own_merchant=0.7,
            declined=0.0,
            detection=0.0,
        )

    def campaigns(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan two steps each: purchase, and refund three to fourteen days later."""
        steps = Steps.lay_out(campaigns, np.full(len(campaigns), 2, dtype=np.int64))
        wait = 3 + 11 * campaigns.uniforms("wait").take(steps.campaign)
        steps = replace(steps, offset=np.where(steps.order == 1, wait, 0.0))
        nothing = np.zeros(len(campaigns))
        no = nothing.astype(bool)
        plan = Plan(steps, Outcome(no, no, nothing, no))
        return _in_bad_faith(plan, 10 + 50 * campaigns.uniforms("dispute"), blocks=False)

    def events(
        self, parameters: PatternParameters, campaigns: Campaigns, steps: Steps, scene: Scene, day: int
    ) -> Deeds:
        """A refund repeats its purchase: same merchant, same amount."""
        as_bought = replace(steps, order=np.zeros_like(steps.order))
        deeds = super().events(parameters, campaigns, as_bought, scene, day)
        return replace(deeds, refunds=np.where(steps.order == 1, 0, -1))


class BustOut(Pattern):
    """A holder who draws all credit within days and never pays. Detected when the bill falls due."""

    def __init__(self) -> None:
        super().__init__(
            "bust_out",
            share=0.03,
            hours="retail",
            remote=0.6,
            categories={
                "electronics": 0.2,
                "jewelry": 0.1,
                "gift_cards": 0.08,
                "department_discount": 0.2,
                "marketplace": 0.15,
                "home_improvement": 0.1,
            },
            steps=7.0,
            most_steps=9,
            test=0.0,
            cash=0.25,
            new_sitting=0.4,
            days_between=1.2,
            amount=95.0,
            escalation=0.12,
            abroad=0.05,
            gang=0.0,
            night=0.04,
            mimicry=0.8,
            own_merchant=0.4,
            declined=0.22,
            detection=0.0,
        )

    def campaigns(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan a spree; the bank learns of it when the statement is not paid, and closes the account's card."""
        plan = super().campaigns(parameters, campaigns, scene)
        return _in_bad_faith(plan, 20 + 40 * campaigns.uniforms("due"), blocks=True)


FRIENDLY_FRAUD = FriendlyFraud()
REFUND_ABUSE = RefundAbuse()
BUST_OUT = BustOut()
