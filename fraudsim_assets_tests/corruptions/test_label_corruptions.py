"""Every check of a day of labels fails on its own corruption, and no other check does."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.quality.labels import LabelChecker
from fraudsim_assets.quality.results import CheckResult, failures
from fraudsim_assets.tables import FraudLabels
from fraudsim_assets_tests.corruptions.sample_day import DAY, Row, label_rows, table

LABEL_DAY = DAY + timedelta(days=2)


def rows_of() -> list[Row]:
    chargeback = label_rows()[0]
    report = chargeback | {"label_type": "reported", "chargeback_reason": None}
    claim = chargeback | {"transaction_id": 7, "label_type": "friendly_fraud", "labelled_fraud": False}
    return [chargeback, report, claim]


def verdicts(rows: list[Row]) -> list[CheckResult]:
    checker = LabelChecker(LABEL_DAY)
    for batch in table(FraudLabels, rows).to_batches(max_chunksize=2):
        checker.add(batch)
    return checker.results()


CORRUPTIONS: dict[str, Callable[[list[Row]], object]] = {
    "contract": lambda rows: rows[0].update(label_type="rumour"),
    "label_date_is_the_day": lambda rows: rows[0].update(
        label_date=LABEL_DAY + timedelta(days=1),
        transaction_date=DAY + timedelta(days=1),
        known_at=rows[0]["known_at"] + timedelta(days=1),
    ),
    "label_is_known_on_its_day": lambda rows: rows[0].update(known_at=rows[0]["known_at"] + timedelta(hours=15)),
    "delay_is_from_transaction_to_label": lambda rows: rows[0].update(delay_days=3),
    "chargebacks_have_reasons": lambda rows: rows[1].update(chargeback_reason="10.4"),
    "labels_are_unique": lambda rows: rows.append(dict(rows[0])),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_corrupted_labels_fail_their_own_check_and_no_other(name):
    rows = rows_of()
    CORRUPTIONS[name](rows)
    assert failures(verdicts(rows)) == [name]


def test_the_sample_labels_pass_every_check_and_every_check_has_a_corruption():
    results = verdicts(rows_of())
    assert failures(results) == []
    assert [result.name for result in results] == list(CORRUPTIONS) == [rule.name for rule in DECLARED["fraud_labels"]]


def test_a_chargeback_without_a_reason_fails_too():
    rows = rows_of()
    rows[0]["chargeback_reason"] = None
    assert failures(verdicts(rows)) == ["chargebacks_have_reasons"]


def test_a_day_without_labels_passes():
    assert failures(verdicts([])) == []


def test_a_second_pass_through_an_observed_stream_starts_afresh():
    checker = LabelChecker(LABEL_DAY)
    stream = checker.observe(FrameStream.of(table(FraudLabels, rows_of())))
    assert stream.read().num_rows == stream.read().num_rows == 3
    assert failures(checker.results()) == []
    assert checker.tally.rows == 3
