"""The daily table of events of accounts that are no payments.

Belongs here: its declaration. Does not belong here: how it is filled, and rules that join rows or columns
(``quality``).
"""

from datetime import UTC, datetime
from typing import Annotated

import polars as pl

from fraudsim_assets.tables.codes import EVENT_CHANNELS, EVENT_OUTCOMES, EVENT_TYPES
from fraudsim_assets.tables.contract import Contract, column
from fraudsim_assets.tables.entities import COUNTRY, SNAKE_CASE

_FIRST_INSTANT = datetime(1990, 1, 1, tzinfo=UTC)


class AccountEvents(Contract):
    """One row per thing that a customer, or a stranger in their name, does at the bank without paying.

    Partitioned by the UTC day of ``timestamp``. Rows are ordered by customer and, within them, by time.
    """

    event_id: pl.Int64 = column("Event; opaque, unique over all days.", ge=0)
    timestamp: Annotated[pl.Datetime, "us", "UTC"] = column("When it happened.", unit="UTC", ge=_FIRST_INSTANT)
    customer_id: pl.Int64 = column("Customer in whose name it is done.", ge=1)
    account_id: pl.Int64 = column(
        "Card account that it is about; null for what is about the customer: access, address, phone, journeys.",
        nullable=True,
        ge=1,
    )
    card_id: pl.Int64 = column("Card in use on that account at the moment; null together with it.", nullable=True, ge=1)
    event_type: pl.String = column("What is done.", dictionary="int8", isin=EVENT_TYPES)
    channel: pl.String = column("Where the bank is met.", dictionary="int8", isin=EVENT_CHANNELS)
    outcome: pl.String = column(
        "How it ends: done, refused, or done after a further proof of identity.",
        dictionary="int8",
        isin=EVENT_OUTCOMES,
    )
    device_id: pl.Int64 = column(
        "Device used, numbered as in transactions; null by phone and in branches.", nullable=True, ge=0
    )
    ip_address: pl.UInt32 = column(
        "IPv4 address used, as a number, from ranges reserved from public use; null by phone and in branches.",
        standard="RFC 5737, RFC 6890",
        nullable=True,
        ge=1,
    )
    country: pl.String = column(
        "Country that the address is located in; null together with it.",
        standard="ISO 3166-1 alpha-2",
        dictionary="int16",
        nullable=True,
        str_matches=COUNTRY,
    )
    address_id: pl.Int64 = column(
        "Postal address that is given as the new one, by a number; null for all but changes of address.",
        nullable=True,
        ge=0,
    )
    phone_id: pl.Int64 = column(
        "Phone number that is given as the new one: the range that an operator sells from, times a thousand, and the "
        "line in it. No line that exists; equal and neighbouring numbers are such; null for all but changes of phone.",
        nullable=True,
        ge=0,
    )
    is_fraud: pl.Boolean = column(
        "Ground truth: a person other than the customer, or the customer in bad faith, did it."
    )
    fraud_scenario: pl.String = column(
        "Ground truth: kind of fraud that it belongs to; null for genuine events.",
        dictionary="int16",
        nullable=True,
        str_matches=SNAKE_CASE,
    )
    campaign_id: pl.Int64 = column(
        "Ground truth: fraud campaign that it belongs to, as in transactions; null for genuine events.",
        nullable=True,
        ge=0,
    )
    ring_id: pl.Int64 = column(
        "Ground truth: ring whose campaign it belongs to, as in transactions; null where none does.",
        nullable=True,
        ge=0,
    )

    class Config(Contract.Config):
        """Keys."""

        metadata = {  # noqa: RUF012
            "primary_key": ["event_id"],
            "foreign_keys": {
                "customer_id": "customers.customer_id",
                "account_id": "cards.account_id",
                "card_id": "cards.card_id",
            },
            "partition": "UTC day of timestamp",
        }
