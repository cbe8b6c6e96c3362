"""The ledger: what payments and decisions about them earn and cost, in euros.

Each line is money of the issuer or of the merchant; the two together are what a policy is judged by unless one of them
is asked for. A line is booked on the day of its payment, also where it falls due later, as a chargeback does, so that
no horizon cuts it off. What a holder bears is in no line: a holder in good faith is refunded.

Belongs here: from rows with decisions and truth to money. Does not belong here: what things cost (``config.policies``),
and who decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import polars as pl

from fraudsim_assets.config.policies import Payer, Policies

View = Literal["both", "issuer", "merchant"]
"""Whose money is counted."""


@dataclass(frozen=True)
class Line:
    """A line of the ledger.

    Attributes
    ----------
    payer
        Whose money it is.
    about
        What it is, in a few words.
    """

    payer: Payer
    about: str


LINES: Mapping[str, Line] = MappingProxyType(
    {
        "interchange": Line("issuer", "interchange on genuine purchases"),
        "sales": Line("merchant", "margin on genuine sales that would be lost"),
        "fraud_borne": Line("issuer", "fraud refunded to holders"),
        "goods_lost": Line("merchant", "goods lost to fraud that is charged back"),
        "chargeback_fees": Line("merchant", "fees for chargebacks"),
        "disputes": Line("issuer", "work on frauds that went through"),
        "reviews": Line("issuer", "analysts' reviews"),
        "step_ups": Line("issuer", "challenges of strong authentication"),
        "insults": Line("issuer", "calls and goodwill after genuine requests were refused"),
        "cards": Line("issuer", "new cards after blocks"),
        "customers_lost": Line("issuer", "customers who leave for good"),
    }
)
"""All lines; income is positive, cost negative. [EUR]"""

OF_PAYMENT = (
    "transaction_id",
    "customer_id",
    "transaction_type",
    "channel",
    "entry_mode",
    "three_ds",
    "product",
    "euros",
)
"""Columns that rows are booked from and a bank sees; further ones are the answer, the truth and what was decided."""


def lines_of(view: View) -> tuple[str, ...]:
    """Names of the lines that a view counts."""
    return tuple(name for name, line in LINES.items() if view in ("both", line.payer))


def booked(rows: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Book rows.

    Parameters
    ----------
    rows
        ``OF_PAYMENT``, one row per request: ``euros`` [EUR]. Besides, ``is_approved``, its final answer; ``is_fraud``;
        ``action``, what was decided, null
        where nothing was; ``blocked``, the card is replaced because of it; ``reviewed``, an analyst looked at it;
        ``found``, and took it for fraud; ``insulted``, a genuine request that the decision had refused, or a genuine
        card that it had blocked; ``first_insult``, the customer's first in this run.
    policies
        Unit costs, and who bears fraud.

    Returns
    -------
    pl.DataFrame
        ``transaction_id`` and ``LINES``, in the order of the rows. [EUR]
    """
    costs = policies.costs
    euros, purchase = pl.col("euros"), pl.col("transaction_type") == "purchase"
    approved, fraud = pl.col("is_approved"), pl.col("is_fraud")
    paid = pl.when(approved & purchase & ~fraud).then(euros).otherwise(0.0)
    stolen = approved & fraud & (pl.col("transaction_type") != "refund")
    merchant = merchant_bears(policies)
    stopped = pl.col("found") & (pl.col("channel") == "ecommerce")
    left = pl.when(stopped).then(1.0 - policies.reviews.recovered).otherwise(1.0)
    rate = pl.when(pl.col("product") == "credit").then(costs.interchange_credit).otherwise(costs.interchange_debit)

    def per(happens: pl.Expr, cost: float) -> pl.Expr:
        return -pl.when(happens).then(cost).otherwise(0.0)

    def lost(happens: pl.Expr, share: float) -> pl.Expr:
        return -pl.when(happens).then(euros * left * share).otherwise(0.0)

    return rows.select(
        "transaction_id",
        interchange=paid * rate,
        sales=paid * (costs.margin * (1.0 - costs.sales_kept)),
        fraud_borne=lost(stolen & ~merchant, 1.0),
        goods_lost=lost(stolen & merchant, 1.0 - costs.margin),
        chargeback_fees=per(stolen & merchant, costs.chargeback_fee),
        disputes=per(stolen, costs.dispute),
        reviews=per(pl.col("reviewed"), costs.review),
        step_ups=per((pl.col("action") == "step_up").fill_null(value=False), costs.step_up),
        insults=per(pl.col("insulted"), costs.insult),
        cards=per(pl.col("blocked"), costs.card),
        customers_lost=per(pl.col("first_insult"), costs.attrition * costs.customer),
    )


def merchant_bears(policies: Policies) -> pl.Expr:
    """Whether the merchant bears a fraud that goes through with a row."""
    rules = policies.liability
    passed = pl.col("three_ds").is_in(["frictionless", "challenge"]).fill_null(value=False)
    by_stripe = pl.col("entry_mode").is_in(["magstripe", "manual"]).fill_null(value=False)
    remote, shop = pl.col("channel") == "ecommerce", pl.col("channel") == "pos"

    def borne(payer: Payer) -> pl.Expr:
        return pl.lit(payer == "merchant")

    return (
        pl.when(remote & passed)
        .then(borne(rules.authenticated))
        .when(remote)
        .then(borne(rules.remote))
        .when(shop & by_stripe)
        .then(borne(rules.stripe))
        .otherwise(borne(rules.present))
    )
