"""Policies on trial: what they are shown, what they lead to, and that nothing but the log carries them on."""

from copy import copy
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from fraudsim_assets.decisions import Action
from fraudsim_assets.errors import ConfigError, ContractError
from fraudsim_assets.policies.baselines import Oracle
from fraudsim_assets.policies.contest import hold
from fraudsim_assets.policies.learning import Lessons
from fraudsim_assets.policies.ledger import LINES
from fraudsim_assets.policies.loading import Function, load_policy
from fraudsim_assets.policies.sight import ANSWER, TRUTH, Sight
from fraudsim_assets.policies.telling import gains_table, page, table
from fraudsim_assets.policies.today import KEPT
from fraudsim_assets.policies.trial import Trial, fraud_of, live
from fraudsim_assets.policies.warming import lessons_before, warmed_up
from fraudsim_assets.simulation import simulate_day
from fraudsim_assets.units import DAY_MINUTES, day_number, days_between
from fraudsim_assets_tests.unit.policies.conftest import FIRST, LAST


@dataclass
class Watching:
    """Approves and keeps what it was shown."""

    name: str = "watching"
    sights: list[Sight] = field(default_factory=list)

    def decide(self, sight: Sight) -> list[str]:
        self.sights.append(sight)
        return ["approve"] * sight.payments.height


def test_the_oracle_saves_all_fraud_and_hurts_no_one(contest):
    total = contest.results["oracle"].total
    assert total["fraud_value"] == total["insulted"] == 0
    assert contest.nothing.total["fraud_value"] > 0
    assert contest.net("oracle").sum() >= contest.net("rules").sum()
    assert contest.net("oracle").sum() > 0


def test_the_net_is_the_sum_of_the_differences_of_all_lines(contest):
    for name in contest.results:
        for view in ("both", "issuer", "merchant"):
            assert contest.net(name, view).sum() == pytest.approx(sum(contest.gains(name, view).values()))
    assert contest.net("rules").sum() == pytest.approx(
        contest.net("rules", "issuer").sum() + contest.net("rules", "merchant").sum()
    )


def test_doing_nothing_is_the_world_as_it_is(world, contest):
    rows = pl.concat([pl.DataFrame(simulate_day(world, day).read()) for day in days_between(FIRST, LAST)])
    total = contest.nothing.total
    assert len(contest.nothing.log) == 0
    assert total["payments"] == rows.height
    assert total["fraud_passed"] == rows.filter("is_fraud", "is_approved").height
    assert all(
        total[line] == 0
        for line in LINES
        if line not in {"interchange", "sales", "fraud_borne", "goods_lost", "chargeback_fees", "disputes"}
    )


def test_ids_hold_the_truth_for_those_who_have_the_key(world):
    rows = pl.DataFrame(simulate_day(world, FIRST).read())
    assert np.array_equal(fraud_of(world, rows["transaction_id"].to_numpy()), rows["is_fraud"].to_numpy())


def test_a_policy_sees_neither_truth_nor_answers(world):
    watching = Watching()
    hold(world, [watching], [FIRST])
    seen = watching.sights[0]
    for shown in (seen.payments, seen.labels, seen.features):
        assert shown.width
        assert not {*TRUTH, *ANSWER} & set(shown.columns)
    known = seen.labels["label_date"]
    assert known.len() > 0
    assert known.max() < FIRST


@pytest.mark.parametrize("column", ["is_fraud", "campaign_id", "response_code"])
def test_a_sight_with_the_truth_cannot_be_made(column):
    with pytest.raises(ContractError, match=f"payments for a policy have the columns {column}"):
        Sight(FIRST, pl.DataFrame({"transaction_id": [1], column: [1]}), pl.DataFrame(), pl.DataFrame)


def test_a_trial_goes_on_from_its_log_alone(world, directory):
    def some(sight: Sight) -> list[str]:
        numbers = sight.payments["transaction_id"].to_numpy() % 40
        return np.select([numbers < 2, numbers == 3, numbers == 4], ["decline", "block", "step_up"], "approve").tolist()

    trial = Trial(world, directory, Function("some", some))
    start = warmed_up(world, directory, day_number(FIRST), learns=False)
    second, _ = live(trial, start)
    third, lived = live(trial, second)
    # a second world, told only of the log
    again = simulate_day(world.under(third.log), LAST.replace(day=2))
    rows = pl.DataFrame(again.read()).sort("timestamp", "transaction_id")
    assert_frame_equal(directory.see(rows).select(KEPT), lived.rows.drop("is_fraud"))


def test_reviews_end_in_the_log_and_in_the_books(world):
    def remote(sight: Sight) -> list[str]:
        return ["review" if channel == "ecommerce" else "approve" for channel in sight.payments["channel"]]

    found = hold(world, [Function("remote", remote)], days_between(FIRST, LAST)).results["remote"]
    log = pl.concat([pl.DataFrame(found.log.on(day)).cast({"action": pl.String}) for day in found.log.days])
    asked = log.filter(pl.col("action") == Action.REVIEW)
    ended = log.filter(pl.col("decided_at") > pl.col("timestamp"))
    assert set(ended["action"]) == {Action.APPROVE, Action.BLOCK}
    assert set(ended["transaction_id"]) <= set(asked["transaction_id"])
    assert found.total["reviews"] == pytest.approx(-ended.height * world.config.policies.costs.review)
    assert found.total["blocks"] == ended.filter(pl.col("action") == Action.BLOCK).height
    assert found.total["refused"] == 0


def test_exploring_lets_some_through_that_would_be_refused(world):
    harsh = Function("harsh", lambda sight: ["decline"] * sight.payments.height)
    none, some = (hold(world, [harsh], [FIRST], explored=share).results["harsh"].total for share in (0.0, 0.2))
    assert none["approved"] == 0
    # who is let through does not try again, so fewer payments are asked for
    n = some["approved"] + some["refused"]
    assert n < none["refused"]
    assert some["approved"] / n == pytest.approx(0.2, abs=4.5 * np.sqrt(0.2 * 0.8 / n))


def test_what_is_explored_stands_for_all_that_would_be_challenged(world, directory):
    """Passed challenges are no further lessons where a share of challenges is left out to learn from it."""
    careful = Function("careful", lambda sight: ["step_up"] * sight.payments.height)
    start = warmed_up(world, directory, day_number(FIRST), learns=False)
    taught, lived = {}, {}
    for share in (0.0, 0.2):
        after, lived[share] = live(Trial(world, directory, careful, share, learns=True), start)
        ((_, taught[share]),) = after.past.taught
    assert set(taught[0.0].weight) == {1.0}
    assert len(taught[0.0].transaction) > 0.5 * lived[0.0].rows.height, "most pass, and are learned from"
    assert set(taught[0.2].weight) == {5.0}
    asked, n = lived[0.2].rows.height, len(taught[0.2].transaction)
    assert n / asked == pytest.approx(0.2, abs=0.02 + 4.5 * np.sqrt(0.2 * 0.8 / asked))


def test_own_refusals_of_earlier_batches_of_the_day_count_as_features(world):
    counted = {}
    for minutes in (DAY_MINUTES, 240):
        seen: dict[int, float] = {}

        def harsh(sight: Sight, seen: dict[int, float] = seen) -> list[str]:
            seen |= zip(sight.payments["transaction_id"], sight.features["merchant_declines_1d"], strict=True)
            return ["decline" if when.hour < 12 else "approve" for when in sight.payments["timestamp"]]

        policies = world.config.policies.model_copy(update={"batch_minutes": minutes})
        other = copy(world)
        other.config = world.config.model_copy(update={"policies": policies})
        hold(other, [Function("harsh", harsh)], [FIRST])
        counted[minutes] = sum(seen.values())
    assert counted[240] > 1.2 * counted[DAY_MINUTES] > 0


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["approve"], "1 actions for"),
        (["refuse"] * 10_000, "action is 'refuse'; valid are approve, step_up, decline, block, review"),
    ],
)
def test_what_is_no_decision_is_refused_by_name(world, given, told):
    with pytest.raises(ContractError, match=told):
        hold(world, [Function("wrong", lambda _: given)], [FIRST])


def test_two_policies_of_one_name_are_refused(world):
    with pytest.raises(ConfigError, match="the name oracle twice"):
        hold(world, [Oracle(), Oracle()], [FIRST])


@dataclass
class Studious:
    """Keeps its lessons, and approves."""

    name: str = "studious"
    lessons: list[Lessons] = field(default_factory=list)

    def learn(self, lessons: Lessons) -> Watching:
        self.lessons.append(lessons)
        return Watching(self.name)


def test_models_are_trained_with_what_policies_in_the_run_would_learn(world):
    studious = Studious()
    hold(world, [studious], [FIRST])
    lessons = lessons_before(world, FIRST)
    assert 0 < lessons.known.sum() < len(lessons.known)
    for name, values in vars(studious.lessons[0]).items():
        assert np.array_equal(getattr(lessons, name), values, equal_nan=values.dtype.kind == "f"), name


def test_trees_without_known_fraud_say_what_to_do(world):
    config = world.config
    with pytest.raises(ConfigError, match="take a later --start"):
        hold(world, [load_policy("trees", config)], [world.config.start_date])


@pytest.mark.parametrize("text", ["tree", "no_such_module:decide", "json:no_such_function", "rules.yml.txt", ":x"])
def test_a_policy_that_is_none_is_refused_with_what_is_valid(world, text):
    with pytest.raises(ConfigError, match="valid are nothing, rules, trees, oracle"):
        load_policy(text, world.config)


@pytest.mark.parametrize("most", [0, 3])
def test_the_page_weighs_fraud_against_insults_where_there_are_any(world, contest, most):
    results = {
        name: replace(result, days=result.days.with_columns(insulted_customers=pl.lit(float(most))))
        for name, result in contest.results.items()
    }
    told = page(replace(contest, results=results), world.config, "both")
    assert ("against customers insulted" in told) == (most > 0)
    assert "Net over days" in told


def test_tables_are_in_whole_euros(contest):
    for row in (*table(contest, "both"), *gains_table(contest, "both")[1]):
        assert {type(value) for value in row} <= {str, int}
    nets = {row[0]: row[1] for row in table(contest, "both")}
    assert nets["oracle"] == round(float(contest.net("oracle").sum()))
