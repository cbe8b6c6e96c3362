"""The description of the fraud on rows written by hand."""

import polars as pl
import pytest

from fraudsim_assets.evaluation.difficulty.mix import ALL, fraud_mix


def payments() -> pl.DataFrame:
    rows = [
        # fraud, scenario, campaign, card, euros, approved, channel, foreign
        (False, None, None, 1, 10.0, True, "pos", False),
        (False, None, None, 2, 30.0, True, "ecommerce", False),
        (False, None, None, 2, 99.0, False, "pos", False),
        (True, "a", 7, 1, 60.0, True, "ecommerce", True),
        (True, "a", 7, 1, 20.0, False, "ecommerce", True),
        (True, "b", 8, 3, 20.0, True, "pos", False),
    ]
    names = ("is_fraud", "scenario", "campaign", "card_id", "euros", "is_approved", "channel", "foreign")
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(day=pl.lit(0))


def test_shares_are_of_rows_and_of_approved_value():
    mix = fraud_mix(payments())
    assert list(mix) == [ALL, "a", "b"]
    assert mix["a"]["share"] == pytest.approx(2 / 3)
    assert mix["a"]["share_value"] == pytest.approx(60 / 80)
    assert mix[ALL]["share"] == mix[ALL]["share_value"] == 1.0
    assert mix[ALL]["rate"] == pytest.approx(3 / 6)
    assert mix[ALL]["rate_value"] == pytest.approx(80 / 120)


def test_amounts_are_compared_with_genuine_ones_that_were_approved():
    assert fraud_mix(payments())[ALL]["value_ratio"] == pytest.approx(40 / 20)


def test_remote_and_foreign_shares_are_by_value_and_declines_by_what_was_asked_for():
    line = fraud_mix(payments())[ALL]
    assert line["remote"] == line["foreign"] == pytest.approx(60 / 80)
    assert line["declined"] == pytest.approx(20 / 100)


def test_cards_are_counted_per_year():
    line = fraud_mix(payments())[ALL]
    assert line["cards_per_year"] == pytest.approx(2 / 3 * 365.25)
    assert line["rows_per_campaign"] == pytest.approx(1.5)
