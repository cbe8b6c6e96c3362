"""Fraud by the holders themselves: disputes in bad faith, abused refunds, and bust-outs.

Belongs here: kinds of fraud in which the card is not stolen. Does not belong here: strangers.
"""

from dataclasses import replace

import numpy as np

from fraudsim_assets.config.scenarios import PatternParameters
from fraudsim_assets.fraud.campaigns import LURE, NO_REFUND, UNPLACED, Campaigns, Outcome, Plan, Steps
from fraudsim_assets.fraud.deeds import Deeds
from fraudsim_assets.fraud.pattern import Pattern
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.fraud.victims import CANDIDATES
from fraudsim_assets.streams import combine
from fraudsim_assets.tables.codes import PRODUCTS
from fraudsim_assets.units import Floats, Ints


def in_bad_faith(plan: Plan, delay: Floats, *, blocks: bool) -> Plan:
    """There is no detection; the bank hears of it after a while."""
    n = len(delay)
    yes, no = np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    steps = replace(plan.steps, phase=np.full(len(plan.steps), LURE, dtype=np.int64))
    return Plan(steps, Outcome(no, yes, delay, yes if blocks else no))


class FriendlyFraud(Pattern[PatternParameters]):
    """An ordinary purchase that the holder later claims not to have made. Source: target A27."""

    name = "friendly_fraud"
    parameters_model = PatternParameters

    def campaigns(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan purchases; disputes follow after two weeks to three months (target D12)."""
        plan = super().campaigns(parameters, campaigns, scene)
        return in_bad_faith(plan, 14 + 76 * campaigns.uniforms("dispute"), blocks=False)


class RefundAbuse(Pattern[PatternParameters]):
    """A purchase that is refunded though the goods are kept, or worn, or an empty box."""

    name = "refund_abuse"
    parameters_model = PatternParameters

    def campaigns(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan two steps each: purchase, and refund three to fourteen days later."""
        steps = Steps.lay_out(campaigns, np.full(len(campaigns), 2, dtype=np.int64))
        wait = 3 + 11 * campaigns.uniforms("wait").take(steps.campaign)
        back = steps.order == 1
        steps = replace(steps, offset=np.where(back, wait, 0.0), refunds=np.where(back, 0, NO_REFUND))
        nothing = np.zeros(len(campaigns))
        no = nothing.astype(bool)
        plan = Plan(steps, Outcome(no, no, nothing, no))
        return in_bad_faith(plan, 10 + 50 * campaigns.uniforms("dispute"), blocks=False)

    def events(
        self, parameters: PatternParameters, campaigns: Campaigns, steps: Steps, scene: Scene, day: int
    ) -> Deeds:
        """A refund repeats its purchase: same merchant, same amount."""
        # both must find the same shop, whenever they are
        as_bought = replace(steps, order=np.zeros_like(steps.order), moment=np.full(len(steps), UNPLACED))
        return super().events(parameters, campaigns, as_bought, scene, day)


PREPAID = PRODUCTS.index("prepaid")


class BustOut(Pattern[PatternParameters]):
    """A holder who draws all credit within days and never pays. Detected when the bill falls due."""

    name = "bust_out"
    parameters_model = PatternParameters

    def strike(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> Ints:
        """Choose accounts as ever, but prepaid ones: the bank lends nothing there. (n,)"""
        victims, product = scene.victims, scene.society.entities.account_product
        account = victims.choose(campaigns)
        for attempt in range(1, CANDIDATES):
            lent = product.take(account) != PREPAID
            if lent.all():
                break
            account = np.where(lent, account, victims.choose_for(campaigns, combine(campaigns.number, attempt)))
        return account

    def campaigns(self, parameters: PatternParameters, campaigns: Campaigns, scene: Scene) -> Plan:
        """Plan a spree; the bank learns of it when the statement is not paid, and closes the account's card."""
        plan = super().campaigns(parameters, campaigns, scene)
        return in_bad_faith(plan, 20 + 40 * campaigns.uniforms("due"), blocks=True)
