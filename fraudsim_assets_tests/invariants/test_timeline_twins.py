"""Twins with and without a change of the timeline differ within its reach, and nowhere else."""

from datetime import date, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.config.timeline import Change, ScenarioShift
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import World, simulate_day, simulate_events, simulate_labels
from fraudsim_assets.units import day_number

START, END = "2025-03-10", "2025-03-19"
BEFORE, AMID, AFTER = date(2025, 3, 9), date(2025, 3, 14), date(2025, 6, 12)
"""AFTER lies beyond campaigns that began during the change, silent spells, and refunds of what was bought in it."""

DEPENDENT = ["previous_txn_id", "card_id"]
"""A card blocked during the change stays replaced."""

ANSWERS = ["response_code", "is_approved", "three_ds"]
"""What a card that is blocked in one of the two worlds is asked is refused there."""

CHANGES = {
    "share": {"scenarios": {"stolen_cnp": {"share": 0.8}, "lost_stolen": {"share": 0.01}}},
    "parameters": {"scenarios": {"stolen_cnp": {"parameters": {"abroad": 0.9, "amount": 40.0}}}},
    "difficulty": {"difficulty": "hard"},
    "breach": {"breach": {"category": "clothing", "channel": "remote", "share": 0.4}},
    "bin_attack": {"bin_attack": {"share": 0.4}},
    "rules": {"rules": {"three_ds_share": 0.9, "tap_limit_euros": 200.0}},
    "shock": {"shock": {"shape": "lockdown_2020"}},
}


@cache
def world(kind: str | None) -> World:
    change = {} if kind is None else {"change": {"start": START, "end": END, **CHANGES[kind]}}
    config = load_config("tiny", overrides={"fraud": {"rate": 0.05}, "timeline": change}, env={})
    return World(config, build_catalogs(config))


@cache
def rows(kind: str | None, day: date) -> pl.DataFrame:
    frame = pl.DataFrame(simulate_day(world(kind), day).read())
    texts = [name for name, dtype in frame.schema.items() if isinstance(dtype, (pl.Categorical, pl.Enum))]
    return frame.with_columns(pl.col(texts).cast(pl.String)).sort("transaction_id")


def test_every_kind_of_change_has_twins():
    told = {name for change in CHANGES.values() for name in change}
    assert told == set(Change.model_fields) - {"start", "end", "ramp_days", "enabled"}
    shifts = {name for change in CHANGES.values() for shift in change.get("scenarios", {}).values() for name in shift}
    assert shifts | {"difficulty"} == set(ScenarioShift.model_fields)


@pytest.mark.parametrize("kind", CHANGES)
def test_before_a_change_everything_is_as_without_it(kind):
    assert rows(kind, BEFORE).equals(rows(None, BEFORE), null_equal=True)
    for simulate in (simulate_labels, simulate_events):
        one, other = (simulate(world(k), BEFORE - timedelta(days=3)).read() for k in (kind, None))
        assert one.equals(other)


@pytest.mark.parametrize("kind", CHANGES)
def test_long_after_a_change_only_replaced_cards_remember_it(kind):
    one, other = rows(kind, AFTER).drop(DEPENDENT), rows(None, AFTER).drop(DEPENDENT)
    # refusals and rows of cards that were struck meanwhile may differ: of hardly anybody among some hundred people
    apart = [
        mine.join(theirs, on=one.columns, how="anti", nulls_equal=True) for mine, theirs in ((one, other), (other, one))
    ]
    assert pl.concat(apart)["customer_id"].n_unique() <= 0.01 * one["customer_id"].n_unique()
    assert set(one["campaign_id"].drop_nulls()) == set(other["campaign_id"].drop_nulls())


@pytest.mark.parametrize("kind", [kind for kind in CHANGES if kind not in {"rules", "shock"}])
def test_a_change_of_fraud_changes_campaigns_and_no_genuine_payment(kind):
    genuine = ~pl.col("is_fraud")
    one, other = (rows(k, AMID).filter(genuine).drop(DEPENDENT, ANSWERS) for k in (kind, None))
    shared = one.join(other, on=one.columns, how="semi", nulls_equal=True)
    # silent spells take rows away and give them back
    assert shared.height > 0.85 * max(one.height, other.height)
    assert shared.height == one.join(other, on="transaction_id", how="semi").height
    both = one.join(other, on="transaction_id", how="semi")
    assert both.height == shared.height
    campaigns, usual = (set(rows(k, AMID)["campaign_id"].drop_nulls()) for k in (kind, None))
    assert campaigns - usual
    # difficulty changes how every kind of fraud goes about it
    assert kind == "difficulty" or usual & campaigns


def test_rules_change_the_columns_they_are_about_and_nothing_else():
    one, other = rows("rules", AMID), rows(None, AMID)
    about = ["three_ds", "entry_mode"]
    assert one.drop(about).equals(other.drop(about), null_equal=True)
    ordered = pl.col("channel") == "ecommerce"
    asked = [frame.filter(ordered)["three_ds"].is_not_null().mean() for frame in (one, other)]
    # charges of merchants are never asked, whatever the rule
    assert asked[0] > 1.3 * asked[1]
    tapped = [frame.filter(pl.col("channel") == "pos")["entry_mode"].eq("contactless").sum() for frame in (one, other)]
    assert tapped[0] > tapped[1]


def test_a_shock_moves_trades_as_its_shape_says():
    days = [date(2025, 3, d) for d in (12, 13, 14, 17)]
    shape = world(None).reference.shocks["lockdown_2020"]
    names = world(None).reference
    category = {mcc: c.name for c in names.categories for mcc in c.mccs}
    one, other = (pl.concat([rows(k, d) for d in days]).filter(~pl.col("is_fraud")) for k in ("shock", None))
    shared = one.join(other, on="transaction_id", how="semi").height
    assert 0.5 < shared / other.height < 0.9

    def count(frame: pl.DataFrame, name: str, *, remote: bool) -> int:
        channel = pl.col("channel") == "ecommerce" if remote else pl.col("channel") != "ecommerce"
        return frame.filter(channel, pl.col("mcc").replace_strict(category, default=None) == name).height

    for name, factor, remote in [
        ("clothing", shape.present["clothing"], False),
        ("grocery", shape.present["grocery"], False),
        ("marketplace", shape.remote["marketplace"], True),
    ]:
        usual, found = (count(frame, name, remote=remote) for frame in (other, one))
        # journeys are not made either, and take what is bought on them along
        assert found == pytest.approx(factor * usual, abs=0.12 * factor * usual + 4 * np.sqrt(factor * usual)), name
    # who finds no shop of a trade in this small world eats something instead, in a shock as well
    assert count(one, "restaurant", remote=False) < 0.3 * count(other, "restaurant", remote=False)


@pytest.mark.parametrize("kind", CHANGES)
def test_the_rate_holds_while_a_change_does(kind):
    schedule, first = world(kind).fraud, day_number(date(2025, 3, 10))
    found = [schedule.rows_on(first + n) for n in range(10)]
    clock = np.diff(schedule.clock.starts(first, first + 10))
    expected = schedule.rows_per_day * float((clock * world(kind).epochs.volume(first, first + 9)).sum())
    campaigns = np.concatenate([each.campaign for each in found])
    size = np.bincount(np.unique(campaigns, return_inverse=True)[1]).astype(float)
    # campaigns that began before the change go on in it: for a week or so, fraud is a mixture of both
    error = np.sqrt((size**2).sum()) + 0.05 * expected
    assert len(campaigns) == pytest.approx(expected, abs=3.5 * error)


def test_a_breach_is_of_one_merchant_and_an_attack_of_one_bin():
    first = day_number(date(2025, 3, 10))
    found = [world("breach").fraud.rows_on(first + n) for n in range(10)]
    campaigns, source = (np.concatenate([getattr(each, name) for each in found]) for name in ("campaign", "source"))
    usual = np.concatenate([world(None).fraud.rows_on(first + n).campaign for n in range(10)])
    assert len(np.unique(source[~np.isin(campaigns, usual) & (source >= 0)])) == 1
    found = [world("bin_attack").fraud.rows_on(first + n) for n in range(10)]
    campaigns, account = (np.concatenate([getattr(each, name) for each in found]) for name in ("campaign", "account"))
    bins = world(None).entities.account_bin.take(account[~np.isin(campaigns, usual)])
    assert np.bincount(bins).max() == len(bins)


def test_in_a_lockdown_people_are_seen_where_their_payments_are_and_tell_of_no_journey():
    """Log-ins come from no journey that is not made, and notices stop with the lockdown but not before it."""
    first, last, shape = date(2025, 7, 7), date(2025, 7, 25), "none_leave"
    shock = {"extends": "lockdown_2020", "journeys": 0.0}
    events = packaged().account_events
    often = {name: events[name].model_dump() for name in events}
    often["travel_notice"] |= {"follows": 1.0}
    overrides = {
        "fraud": {"rate": 0.0},
        "reference": {"shocks": {shape: shock}, "account_events": often},
        "spending": {"foreign_trips_per_year": 6.0},
    }

    def told(timeline: dict) -> World:
        config = load_config("tiny", overrides={**overrides, "timeline": timeline}, env={})
        return World(config, build_catalogs(config))

    at_home, usual = told({"change": {"start": f"{first}", "end": f"{last}", "shock": {"shape": shape}}}), told({})
    assert (
        simulate_events(at_home, first - timedelta(days=1))
        .read()
        .equals(simulate_events(usual, first - timedelta(days=1)).read())
    )
    # journeys that began before the lockdown have come to an end by then
    day = first + timedelta(days=15)
    for each, abroad in ((at_home, False), (usual, True)):
        seen = pl.from_arrow(simulate_events(each, day).read()).with_columns(pl.col("country").cast(pl.String))
        versions = pl.DataFrame(each.catalogs.customers).filter(pl.col("valid_from") <= day).sort("valid_from")
        homes = versions.unique("customer_id", keep="last").select(
            "customer_id", home=pl.col("country").cast(pl.String)
        )
        away = seen.join(homes, on="customer_id").filter(pl.col("country") != pl.col("home"))
        notices = seen.filter(pl.col("event_type") == "travel_notice")
        assert (away.height > 0) is abroad
        assert (notices.height > 0) is abroad
