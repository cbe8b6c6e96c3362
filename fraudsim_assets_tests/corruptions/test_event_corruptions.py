"""Every check of a day of events fails on its own corruption, and no other check does."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.quality.events import EventChecker
from fraudsim_assets.quality.results import CheckResult, failures
from fraudsim_assets.tables import AccountEvents
from fraudsim_assets_tests.corruptions.sample_day import Row, event_rows, reference, table


def verdicts(rows: list[Row]) -> list[CheckResult]:
    checker = EventChecker(reference())
    for batch in table(AccountEvents, rows).to_batches(max_chunksize=2):
        checker.add(batch)
    return checker.results()


CORRUPTIONS: dict[str, Callable[[list[Row]], object]] = {
    "contract": lambda rows: rows[0].update(event_type="lottery"),
    "event_is_on_the_day": lambda rows: rows[2].update(timestamp=rows[2]["timestamp"] + timedelta(days=1)),
    "account_is_named_where_the_event_is_about_one": lambda rows: rows[1].update(event_type="travel_notice"),
    "card_is_named_with_its_account": lambda rows: rows[1].update(card_id=None),
    "device_is_named_in_app_and_web": lambda rows: rows[0].update(channel="branch"),
    "address_is_told_with_its_country_and_device": lambda rows: rows[0].update(country=None),
    "postal_address_is_given_where_it_changes": lambda rows: rows[0].update(address_id=7),
    "phone_number_is_given_where_it_changes": lambda rows: rows[0].update(phone_id=7),
    "truth_of_events_is_told_together": lambda rows: rows[0].update(campaign_id=4),
    "customer_of_event_exists": lambda rows: rows[0].update(customer_id=0x7000) or rows.append(rows.pop(0)),
    "card_of_event_exists": lambda rows: rows[1].update(card_id=999),
    "card_of_event_is_the_customers": lambda rows: rows[1].update(card_id=12),
    "events_are_in_customer_and_time_order": lambda rows: rows.reverse(),
    "event_ids_are_unique": lambda rows: rows[2].update(event_id=rows[0]["event_id"]),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_corrupted_events_fail_their_own_check_and_no_other(name):
    rows = event_rows()
    CORRUPTIONS[name](rows)
    assert failures(verdicts(rows)) == [name]


def test_the_sample_events_pass_every_check_and_every_check_has_a_corruption():
    results = verdicts(event_rows())
    assert failures(results) == []
    assert [result.name for result in results] == list(CORRUPTIONS)
    assert list(CORRUPTIONS) == [rule.name for rule in DECLARED["account_events"]]


def test_a_day_without_events_passes():
    assert failures(verdicts([])) == []


def test_a_second_pass_through_an_observed_stream_starts_afresh():
    checker = EventChecker(reference())
    stream = checker.observe(FrameStream.of(table(AccountEvents, event_rows())))
    assert stream.read().num_rows == stream.read().num_rows == 3
    assert failures(checker.results()) == []
    assert checker.tally.rows == 3
