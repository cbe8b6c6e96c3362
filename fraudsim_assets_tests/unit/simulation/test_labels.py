"""Labels: about rows that exist, never before them, late as in life, sometimes wrong or missing."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.fraud.labels import REASONS
from fraudsim_assets.fraud.timetable import NEVER
from fraudsim_assets.simulation import World, simulate_day, simulate_labels
from fraudsim_assets.units import day_number
from fraudsim_assets_tests.unit.simulation.worlds import DAYS, FIRST


@pytest.fixture(scope="module")
def joined(month, labels) -> pl.DataFrame:
    inside = labels.filter(pl.col("transaction_date").is_between(FIRST, FIRST + timedelta(days=DAYS - 1)))
    return inside.join(month, on="transaction_id", how="left", suffix="_row")


def test_every_label_is_about_a_row_of_the_same_card_and_knows_whether_it_is_fraud(joined):
    assert joined.height > 500
    assert joined["is_fraud"].null_count() == 0
    assert (joined["is_fraud"] == joined["fraud_scenario"].is_not_null()).all()
    joined = joined.filter("is_fraud")
    assert (joined["card_id"] == joined["card_id_row"]).all()
    assert (joined["fraud_scenario"].cast(pl.String) == joined["fraud_scenario_row"].cast(pl.String)).all()
    assert (joined["timestamp"].dt.date() == joined["transaction_date"]).all()


def test_no_label_is_known_before_its_transaction(labels):
    assert (labels["delay_days"] >= 0).all()
    assert ((labels["label_date"] - labels["transaction_date"]).dt.total_days() == labels["delay_days"]).all()


def test_a_label_is_known_at_a_moment_of_its_day_never_before_its_transaction(joined, labels):
    assert (labels["known_at"].dt.date() == labels["label_date"]).all()
    assert (joined["known_at"] >= joined["timestamp"]).all()


def test_chargebacks_of_strangers_and_disproved_claims_reach_the_bank_in_its_office_hours(labels):
    claims = pl.col("chargeback_reason").cast(pl.String).is_in(REASONS["holder"])
    of_strangers = (pl.col("label_type") == "chargeback") & ~claims
    late = labels.filter(of_strangers | (pl.col("label_type") == "friendly_fraud"))
    hours = late["known_at"].dt.convert_time_zone("Europe/Berlin").dt.hour()
    assert late.height > 50
    assert hours.is_between(8, 17).all()
    assert hours.n_unique() == 10


@pytest.mark.parametrize("parts", [1, 3])
def test_parts_of_a_day_of_labels_in_order_are_the_whole_day(world, parts):
    day = FIRST + timedelta(days=20)
    whole = pl.DataFrame(simulate_labels(world, day).read())
    pieces = [pl.DataFrame(simulate_labels(world, day, part=(i, parts)).read()) for i in range(parts)]
    assert whole.height > parts
    assert pl.concat(pieces).equals(whole)


def test_a_label_belongs_to_the_part_of_its_payment(world, month, labels):
    early = labels.filter(pl.col("transaction_date") < FIRST + timedelta(days=21))
    day = early["transaction_date"].mode().min()
    paid = pl.DataFrame(simulate_day(world, day, part=(1, 3)).read())
    told = pl.concat(
        pl.DataFrame(simulate_labels(world, day + timedelta(days=n), part=(1, 3)).read()) for n in range(20)
    )
    of_the_day = labels.filter(pl.col("transaction_date") == day, pl.col("label_date") < day + timedelta(days=20))
    mine = of_the_day.filter(pl.col("transaction_id").is_in(paid["transaction_id"].implode()))
    assert 0 < mine.height < of_the_day.height
    assert set(told.filter(pl.col("transaction_date") == day)["transaction_id"]) == set(mine["transaction_id"])


def test_a_label_is_given_once(labels):
    assert labels.select("transaction_id", "label_date", "label_type").is_unique().all()


def test_some_fraud_is_never_labelled_but_little(world, month, labels):
    fraud = month.filter("is_fraud")
    assert fraud.join(labels, on="transaction_id", how="anti").height / fraud.height < 0.05
    # a month may have no such campaign by chance; a year of thousands has about one in a hundred
    first = day_number(FIRST)
    tables = [t for casting in world.fraud.castings for t in world.fraud.spans(casting, first, first + 365)]
    never = np.concatenate([table.known == NEVER for table in tables])
    assert len(never) > 2_000
    assert 0.002 < never.mean() < 0.05


def test_most_fraud_is_known_within_a_day_and_some_after_a_month(labels):
    third_party = labels.filter(pl.col("label_type").is_in(["reported", "bank_detected"]))
    delay = third_party["delay_days"]
    assert 0.5 < (delay <= 1).mean() < 0.85
    assert 0.005 < (delay > 30).mean() < 0.15


def test_chargebacks_name_a_reason_and_follow_an_approved_payment(joined):
    chargebacks = joined.filter(pl.col("label_type") == "chargeback")
    assert chargebacks.height > 50
    assert chargebacks["chargeback_reason"].null_count() == 0
    assert chargebacks["is_approved"].all()
    others = joined.filter(pl.col("label_type").is_in(["reported", "bank_detected"]))
    assert others["chargeback_reason"].null_count() == others.height


def test_only_disputes_in_bad_faith_are_found_out_and_cleared(labels):
    cleared = labels.filter(~pl.col("labelled_fraud"), pl.col("label_type") != "review")
    assert cleared.height > 0
    assert set(cleared["label_type"].cast(pl.String)) == {"friendly_fraud"}
    assert set(cleared["fraud_scenario"].cast(pl.String)) <= {"friendly_fraud", "refund_abuse"}


def test_bust_outs_are_found_by_the_bank_weeks_later(labels):
    bust = labels.filter(pl.col("fraud_scenario") == "bust_out")
    assert bust.height > 0
    assert set(bust["label_type"].cast(pl.String)) == {"bank_detected"}
    assert bust["delay_days"].min() >= 15


def test_genuine_payments_are_taken_for_fraud_about_as_often_as_configured_and_most_are_withdrawn(world, joined, month):
    wrong = joined.filter(pl.col("fraud_scenario").is_null())
    given = wrong.filter("labelled_fraud")
    bank = world.config.fraud.bank
    expected = world.fraud.mistakes.per_day * DAYS
    # an account is under suspicion once a day, and an alarm whose candidates do not pay is lost
    assert 0.75 * expected < given.height < expected + 4 * np.sqrt(expected)
    assert set(given["label_type"].cast(pl.String)) == {"bank_detected", "reported"}
    # an alarm may be about a request that a blocked card was refused for
    assert given["is_approved"].mean() > 0.9
    old = given.filter(pl.col("transaction_date") < FIRST + timedelta(days=DAYS - 25))
    withdrawn = wrong.filter(~pl.col("labelled_fraud"))
    assert set(withdrawn["label_type"].cast(pl.String)) == {"review"}
    stay = old.join(withdrawn, on="transaction_id", how="anti").height / old.height
    error = np.sqrt(bank.never_withdrawn / old.height)
    assert stay == pytest.approx(bank.never_withdrawn, abs=4 * error)
    both = given.join(withdrawn, on="transaction_id", suffix="_review")
    assert (both["known_at"] < both["known_at_review"]).all()


def test_some_reports_are_dismissed_and_restored_weeks_later(labels):
    reviews = labels.filter(pl.col("label_type") == "review", pl.col("fraud_scenario").is_not_null())
    dismissed, restored = (reviews.filter(pl.col("labelled_fraud") == fraud) for fraud in (False, True))
    assert min(dismissed.height, restored.height) > 0
    both = dismissed.join(restored, on="transaction_id", suffix="_restored")
    assert both.height > 0
    assert (both["label_date"] < both["label_date_restored"]).all()
    first = labels.filter(pl.col("label_type") == "reported").group_by("transaction_id").agg(pl.col("known_at").min())
    told = dismissed.join(first, on="transaction_id", suffix="_first")
    assert (told["known_at_first"] < told["known_at"]).all()


def test_reports_wait_longer_on_weekends_than_on_working_days(world):
    days = np.arange(day_number(FIRST), day_number(FIRST) + 28)
    waits = world.fraud._waits(days)
    weekend = (days + 3) % 7 >= 5
    assert waits[weekend].mean() > 2 * waits[~weekend].mean()
    assert waits.min() >= 0


def test_without_errors_of_the_bank_no_genuine_payment_is_labelled():
    config = load_config(
        "tiny", overrides={"fraud": {"rate": 0.05, "bank": {"false_alerts": 0, "false_reports": 0}}}, env={}
    )
    world = World(config, build_catalogs(config))
    labels = pl.DataFrame(simulate_labels(world, FIRST + timedelta(days=10)).read())
    assert labels.height > 0
    assert labels["fraud_scenario"].null_count() == 0
