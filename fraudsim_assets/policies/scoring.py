"""From chances of fraud to actions: of all actions, the one that is expected to cost least.

Belongs here: what an action is expected to cost. Does not belong here: where chances come from (``trees``,
``onnx_model``), and what is booked in the end (``ledger``).
"""

import numpy as np
import polars as pl

from fraudsim_assets.config.policies import Policies
from fraudsim_assets.decisions import Action
from fraudsim_assets.policies.ledger import merchant_bears
from fraudsim_assets.policies.sight import Choices
from fraudsim_assets.units import Bools, Floats

TRIED = (Action.APPROVE, Action.STEP_UP, Action.DECLINE, Action.BLOCK, Action.REVIEW)
"""Actions in the order in which equal ones are preferred."""


def cheapest(chance: Floats, features: pl.DataFrame, policies: Policies) -> Choices:
    """Choose the action of least expected cost.

    Parameters
    ----------
    chance : (n,)
        Of fraud. [share]
    features
        Of the same payments.

    Returns
    -------
    Choices
        Reviews are as urgent as the loss that is expected.
    """
    costs, reviews, expected = policies.costs, policies.reviews, policies.expected
    euros = features["amount"].cast(pl.Float64).to_numpy()
    merchant = features.select(merchant_bears(policies)).to_series().to_numpy()
    remote = (features["channel"] == "ecommerce").to_numpy()
    purchase = (features["transaction_type"] == "purchase").to_numpy()
    loss = np.where(merchant, euros * (1.0 - costs.margin) + costs.chargeback_fee, euros) + costs.dispute
    offence = costs.insult + costs.attrition * costs.customer
    earned = purchase * euros * (costs.interchange_debit + costs.margin * (1.0 - costs.sales_kept))
    refused = (1.0 - chance) * (offence + earned)
    passing = chance * (loss + expected.to_come)
    found = chance * (1.0 - reviews.missed)
    saved = found * (expected.to_come + np.where(remote, loss * reviews.recovered, 0.0))
    blocked = costs.card + refused + (1.0 - chance) * expected.silence
    priced = {
        Action.APPROVE: passing,
        Action.STEP_UP: costs.step_up + expected.fraud_passes * passing + expected.holder_fails * refused,
        Action.DECLINE: refused + chance * expected.to_come,
        Action.BLOCK: blocked,
        Action.REVIEW: passing + costs.review - saved + (1.0 - chance) * reviews.mistaken * (offence + costs.card),
    }
    table = np.stack([priced[action] for action in TRIED])
    table[1:, ~_may_be_refused(features)] = np.inf
    best = np.argmin(table, axis=0)
    return Choices([TRIED[code] for code in best.tolist()], chance * loss)


def _may_be_refused(features: pl.DataFrame) -> Bools:
    """Money that flows back is let through."""
    return (features["transaction_type"] != "refund").to_numpy()
