"""Events that fraud leaves: in order before it spends, calls of holders afterwards, and far fewer than honest ones."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.config.scenarios import packaged
from fraudsim_assets.errors import ConfigError, ScenarioError
from fraudsim_assets.fraud.traces import Traces, check_traces
from fraudsim_assets.simulation import World, build_world, simulate_day, simulate_events, simulate_labels
from fraudsim_assets.simulation.catalogs import complete_cards
from fraudsim_assets.tables.codes import EVENT_TYPES

FIRST, DAYS = date(2025, 3, 10), 6


def world_of(*kinds: str, rate: float = 0.05, off: str | None = None) -> World:
    others = {name: {"enabled": False} for name in packaged() if name not in kinds}
    scenarios = others | {name: {"share": 20.0, "enabled": name != off} for name in kinds}
    config = load_config("tiny", overrides={"fraud": {"rate": rate, "scenarios": scenarios}}, env={})
    return World(config, build_catalogs(config))


def days_of(make, world: World, days: int = DAYS) -> pl.DataFrame:
    found = pl.concat([pl.DataFrame(make(world, FIRST + timedelta(days=n)).read()) for n in range(days)])
    return found.with_columns(pl.col(pl.Categorical).cast(pl.String))


@lru_cache(maxsize=1)
def takeovers() -> tuple[pl.DataFrame, pl.DataFrame]:
    """Events and payments of a world whose only fraud is takeovers."""
    world = world_of("account_takeover")
    return days_of(simulate_events, world), days_of(simulate_day, world)


def test_takeovers_leave_their_events_in_order_before_they_spend():
    events, payments = takeovers()
    first = (
        payments.filter("is_fraud")
        .group_by("campaign_id")
        .agg(spent=pl.col("timestamp").min(), customer=pl.first("customer_id"))
    )
    left = events.filter("is_fraud").join(first, on="campaign_id")
    assert left["campaign_id"].n_unique() > 20
    assert (left["timestamp"] < left["spent"]).all()
    assert (left["customer_id"] == left["customer"]).all()
    order = [trace.event for trace in _traces("account_takeover")]
    steps = left.filter(pl.col("outcome") != "failed").sort("campaign_id", "timestamp")
    ranks = steps["event_type"].replace_strict({kind: n for n, kind in enumerate(order)}, return_dtype=pl.Int64)
    within = steps.with_columns(rank=ranks).with_columns(step=pl.col("rank").diff().over("campaign_id"))["step"]
    assert (within.drop_nulls() > 0).all()
    assert {"log_in", "new_device", "password_reset", "phone_change"} <= set(left["event_type"])


def _traces(scenario: str):
    config = load_config("tiny", env={})
    return next(c.parameters.traces for c in build_world(config).fraud.castings if c.name == scenario)


def test_takeovers_come_from_the_device_that_then_pays():
    events, payments = takeovers()
    used = events.filter("is_fraud").group_by("campaign_id").agg(device=pl.col("device_id").unique())
    assert used["device"].list.len().max() == 1
    paying = payments.filter("is_fraud", pl.col("device_id").is_not_null())
    joined = paying.join(used.explode("device"), on="campaign_id")
    same = (joined["device_id"] == joined["device"]).mean()
    assert 0.08 < same < 1.0, "most steps hide behind the holder's own device"


def test_a_holder_who_reports_fraud_calls_just_before_the_bank_knows_and_is_no_fraudster():
    world = world_of("stolen_cnp")
    events, labels = days_of(simulate_events, world), days_of(simulate_labels, world)
    assert not events["is_fraud"].any()
    accounts = pl.DataFrame(complete_cards(world)).select("card_id", "account_id").unique()
    # what is known within minutes of the first midnight was called in on the day before
    soon = datetime(FIRST.year, FIRST.month, FIRST.day, 0, 10, tzinfo=UTC)
    # reports of payments that were genuine after all leave no trace of a victim
    of_fraud = pl.col("fraud_scenario").is_not_null()
    told = labels.filter(pl.col("label_type") == "reported", of_fraud, pl.col("known_at") >= soon).unique("known_at")
    calls = events.filter(pl.col("event_type") == "dispute").select("account_id", "timestamp")
    ahead = pl.col("known_at") - pl.col("timestamp")
    met = told.join(accounts, on="card_id").join(calls, on="account_id")
    met = met.filter(ahead.is_between(timedelta(minutes=2), timedelta(minutes=10)))
    assert told.height > 10
    assert met["known_at"].n_unique() == told.height


def test_friendly_fraud_calls_in_bad_faith_and_bust_outs_ask_for_limits_and_never_call():
    friendly = days_of(simulate_events, world_of("friendly_fraud", rate=0.02)).filter("is_fraud")
    assert set(friendly["event_type"]) == {"dispute"}
    assert friendly.height > 20
    bust_out = days_of(simulate_events, world_of("bust_out")).filter("is_fraud")
    assert set(bust_out["event_type"]) == {"limit_change"}


@pytest.mark.parametrize("kind", ["skimming", "card_testing", "stolen_cnp"])
def test_thieves_of_cards_leave_nothing_at_the_bank(kind):
    assert not days_of(simulate_events, world_of(kind), days=3)["is_fraud"].any()


def test_without_takeovers_no_event_changes_but_theirs_and_what_follows_from_reports():
    both = days_of(simulate_events, world_of("account_takeover", "skimming", rate=0.03))
    without = days_of(simulate_events, world_of("account_takeover", "skimming", rate=0.03, off="account_takeover"))
    assert both.filter("is_fraud").height > 20
    assert without.filter(pl.col("fraud_scenario") == "account_takeover").is_empty()
    kept, twins = (frame.filter(~pl.col("is_fraud")).drop("card_id") for frame in (both, without))
    lone = pl.concat([kept.join(twins, on="event_id", how="anti"), twins.join(kept, on="event_id", how="anti")])
    # calls of their victims, and new cards added to phones with the log-ins before that
    assert set(lone["event_type"]) <= {"dispute", "token_provisioning", "log_in"}
    assert lone.filter(pl.col("event_type") == "log_in").height <= lone.height / 2
    shared = kept.join(twins.select("event_id"), on="event_id", how="semi").sort("event_id")
    other = twins.join(kept.select("event_id"), on="event_id", how="semi").sort("event_id")
    assert shared.height > 0.9 * kept.height
    assert shared.equals(other, null_equal=True)


def test_honest_events_of_every_kind_are_ten_times_those_of_fraud_at_the_rate_of_the_demo():
    config = load_config("demo", overrides={"population": {"scale": 0.5}}, env={})
    events = days_of(simulate_events, World(config, build_catalogs(config)), days=30)
    counts = events.group_by("event_type").agg(honest=(~pl.col("is_fraud")).sum(), fraud=pl.col("is_fraud").sum())
    assert set(counts["event_type"]) == set(EVENT_TYPES)
    # a count of fraud within three standard deviations of a tenth passes
    bound = counts["honest"] / 10 + 3 * np.sqrt(counts["honest"] / 10)
    assert (counts["fraud"] <= bound).all(), counts


@pytest.mark.parametrize(
    ("field", "value", "complaint"),
    [
        ("kind", 99, "99 for kind; valid are 0 to 8"),
        ("offset", -61.0, "-61.0 for offset; valid are -60 to 60"),
        ("campaign", 7, "7 for campaign; valid are 0 to 1"),
        ("country", -5, "-5 for country"),
    ],
)
def test_traces_that_do_not_exist_are_refused_by_name(field, value, complaint):
    fields = {name: np.zeros(2, dtype=np.int64) for name in vars(Traces.none())} | {"offset": np.zeros(2)}
    good = Traces(**fields | {"order": np.array([0, 1])})
    assert check_traces("mine", good, 2, 3) is good
    with pytest.raises(ScenarioError, match=f"scenario 'mine' gave {complaint}"):
        check_traces("mine", Traces(**vars(good) | {field: np.array([0, value])}), 2, 3)
    with pytest.raises(ScenarioError, match="two events of one campaign with the same order"):
        check_traces("mine", Traces(**fields), 2, 3)


def test_settings_of_traces_are_checked():
    for parameters, complaint in (
        ({"traces": [{"event": "log_inn", "share": 0.5}]}, "log_inn"),
        ({"traces": [{"event": "log_in", "share": 1.5}]}, r"traces\.0\.share"),
        ({"lead_days": [3.0, 1.0]}, "in order"),
    ):
        given = {"fraud": {"scenarios": {"account_takeover": {"parameters": parameters}}}}
        with pytest.raises(ConfigError, match=complaint):
            load_config("tiny", overrides=given, env={})
