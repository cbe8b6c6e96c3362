"""The ledger's arithmetic, by rows made by hand."""

from typing import Any

import polars as pl
import pytest

from fraudsim_assets.config.policies import Liability, Policies
from fraudsim_assets.policies.ledger import LINES, booked, lines_of

POLICIES = Policies()
COSTS = POLICIES.costs
SALE = {
    "transaction_id": 1,
    "customer_id": 1,
    "transaction_type": "purchase",
    "channel": "ecommerce",
    "entry_mode": "ecommerce",
    "three_ds": None,
    "product": "debit",
    "euros": 100.0,
    "is_approved": True,
    "is_fraud": False,
    "action": None,
    "blocked": False,
    "reviewed": False,
    "found": False,
    "insulted": False,
    "first_insult": False,
}


def lines(policies: Policies = POLICIES, **changes: Any) -> dict[str, float]:
    """What a purchase of 100 euros with changes is booked as, without lines of nothing."""
    kinds = {"three_ds": pl.String, "action": pl.String, "entry_mode": pl.String}
    row = pl.DataFrame([SALE | changes], schema_overrides=kinds)
    found = booked(row, policies).drop("transaction_id").row(0, named=True)
    assert tuple(found) == tuple(LINES)
    return {name: value for name, value in found.items() if value}


def test_a_genuine_sale_earns_interchange_and_the_part_of_the_margin_that_would_be_lost():
    assert lines() == pytest.approx({"interchange": 0.2, "sales": 100 * 0.25 * 0.3})
    assert lines(product="credit")["interchange"] == pytest.approx(0.3)
    assert lines(is_approved=False) == {}
    assert lines(transaction_type="cash_withdrawal", channel="atm", entry_mode="chip") == {}
    assert lines(transaction_type="refund") == {}


@pytest.mark.parametrize(
    ("how", "payer"),
    [
        ({"three_ds": None}, "merchant"),
        ({"three_ds": "failed"}, "merchant"),
        ({"three_ds": "challenge"}, "issuer"),
        ({"three_ds": "frictionless"}, "issuer"),
        ({"channel": "pos", "entry_mode": "chip"}, "issuer"),
        ({"channel": "pos", "entry_mode": "magstripe"}, "merchant"),
        ({"channel": "pos", "entry_mode": None}, "issuer"),
        ({"channel": "atm", "entry_mode": "magstripe", "transaction_type": "cash_withdrawal"}, "issuer"),
    ],
)
def test_who_bears_a_fraud_follows_from_how_it_was_paid(how, payer):
    borne = {
        "issuer": {"fraud_borne": -100.0, "disputes": -COSTS.dispute},
        "merchant": {
            "goods_lost": -75.0,
            "chargeback_fees": -COSTS.chargeback_fee,
            "disputes": -COSTS.dispute,
        },
    }
    assert lines(is_fraud=True, **how) == pytest.approx(borne[payer])
    assert lines(is_fraud=True, is_approved=False, **how) == {}


def test_liability_is_a_setting():
    ours = Policies(liability=Liability(remote="issuer"))
    assert lines(ours, is_fraud=True) == pytest.approx({"fraud_borne": -100.0, "disputes": -COSTS.dispute})


def test_what_an_analyst_finds_in_time_is_partly_stopped_if_it_was_remote():
    found = {"is_fraud": True, "reviewed": True, "found": True, "blocked": True}
    remote = lines(**found)
    assert remote["goods_lost"] == pytest.approx(-75.0 * (1 - POLICIES.reviews.recovered))
    assert remote["reviews"] == -COSTS.review
    assert remote["cards"] == -COSTS.card
    assert lines(channel="pos", entry_mode="chip", **found)["fraud_borne"] == -100.0


def test_a_decision_costs_what_it_costs_beside_what_it_changes():
    insult = lines(action="decline", is_approved=False, insulted=True, first_insult=True)
    assert insult == pytest.approx({"insults": -COSTS.insult, "customers_lost": -COSTS.attrition * COSTS.customer})
    assert lines(action="decline", is_approved=False, insulted=True) == {"insults": -COSTS.insult}
    assert lines(action="step_up", is_approved=False)["step_ups"] == -COSTS.step_up


def test_issuer_and_merchant_together_have_all_lines_and_none_twice():
    assert sorted(lines_of("issuer") + lines_of("merchant")) == sorted(lines_of("both")) == sorted(LINES)
