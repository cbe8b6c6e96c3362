"""Rules of a day of events that are no payments.

Belongs here: rules of events beyond their contract. Does not belong here: their check while a day is written
(``events``).
"""

from functools import partial

import polars as pl

from fraudsim_assets.quality.declaration import IS_THE_KEY, NEEDS_CATALOGS, NEEDS_PARTITION, NEEDS_ROWS, Rule
from fraudsim_assets.quality.gx import among, equals, given, missing, not_among, null, only_with

_ONLINE = ("app", "web")
_OF_ACCOUNTS = ("limit_change", "token_provisioning", "dispute")
_rule = partial(Rule, "account_events", group="row_rules")
_key = partial(Rule, "account_events", group="foreign_keys", left_out=NEEDS_CATALOGS)


def _given_for(column: str, *values: str, of: str, name: str, description: str) -> Rule:
    """A column is given where another has one of some values, and nowhere else."""
    return _rule(
        name,
        description=description,
        violations=lambda _: pl.col(of).cast(pl.String).is_in(values) == pl.col(column).is_null(),
        expectations=(among(of, *values, where=given(column)), not_among(of, *values, where=missing(column))),
    )


EVENT_RULES = (
    _rule(
        "event_is_on_the_day",
        description="timestamp is a moment of the partition's day",
        violations=lambda day: pl.col("timestamp").dt.date() != day,
        left_out=NEEDS_PARTITION,
    ),
    _given_for(
        "account_id",
        *_OF_ACCOUNTS,
        of="event_type",
        name="account_is_named_where_the_event_is_about_one",
        description="limits, cards added to phones and disputes name an account, and nothing else does",
    ),
    _rule(
        "card_is_named_with_its_account",
        description="card_id is given where account_id is, and nowhere else",
        violations=lambda _: pl.col("card_id").is_null() != pl.col("account_id").is_null(),
        expectations=only_with("card_id", given("account_id"), missing("account_id")),
    ),
    _given_for(
        "device_id",
        *_ONLINE,
        of="channel",
        name="device_is_named_in_app_and_web",
        description="device_id is given in app and web, and neither by phone nor in branches",
    ),
    _rule(
        "address_is_told_with_its_country_and_device",
        description="ip_address and country are given where device_id is, and nowhere else",
        violations=lambda _: (
            (pl.col("ip_address").is_null() != pl.col("device_id").is_null())
            | (pl.col("country").is_null() != pl.col("device_id").is_null())
        ),
        expectations=(
            *only_with("ip_address", given("device_id"), missing("device_id")),
            *only_with("country", given("device_id"), missing("device_id")),
        ),
    ),
    _given_for(
        "address_id",
        "address_change",
        of="event_type",
        name="postal_address_is_given_where_it_changes",
        description="address_id is given for changes of address, and for nothing else",
    ),
    _given_for(
        "phone_id",
        "phone_change",
        of="event_type",
        name="phone_number_is_given_where_it_changes",
        description="phone_id is given for changes of phone, and for nothing else",
    ),
    _rule(
        "truth_of_events_is_told_together",
        description="fraud has a scenario and a campaign, and genuine events have neither, nor a ring",
        violations=lambda _: (
            (pl.col("fraud_scenario").is_null() == pl.col("is_fraud"))
            | (pl.col("campaign_id").is_null() == pl.col("is_fraud"))
            | (pl.col("ring_id").is_not_null() & ~pl.col("is_fraud"))
        ),
        expectations=(
            *only_with("fraud_scenario", equals("is_fraud", value=True), equals("is_fraud", value=False)),
            *only_with("campaign_id", equals("is_fraud", value=True), equals("is_fraud", value=False)),
            null("ring_id", where=equals("is_fraud", value=False)),
        ),
    ),
)
"""Rules of single events; ``violations`` gives what breaks them on a day, as an expression."""

KEY_RULES = (
    _key("customer_of_event_exists", description="customer_id holds a card in the catalogs"),
    _key("card_of_event_exists", description="card_id is in the card catalog, where an event names a card"),
    _key("card_of_event_is_the_customers", description="the card is one of the account, and both are the customer's"),
)
"""Rules between events and the catalogs."""

ORDERED_EVENTS = Rule(
    "account_events",
    "events_are_in_customer_and_time_order",
    "row_rules",
    "rows come by customer and, within them, by time",
    left_out=NEEDS_ROWS,
)

UNIQUE_EVENTS = Rule(
    "account_events",
    "event_ids_are_unique",
    "unique_ids",
    "no event_id occurs twice within the day",
    left_out=IS_THE_KEY,
)
