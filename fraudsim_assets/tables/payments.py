"""The daily tables: transactions, fraud labels and the profile of each day.

Belongs here: the declarations of tables that grow by one partition a day. Does not belong here:
how they are filled, and rules that join rows or columns (``quality``).
"""

from datetime import UTC, date, datetime
from typing import Annotated

import polars as pl

from fraudsim_assets.tables.codes import (
    CHANNELS,
    CHARGEBACK_REASONS,
    ENTRY_MODES,
    LABEL_TYPES,
    RESPONSE_CODES,
    THREE_DS_RESULTS,
    TRANSACTION_TYPES,
)
from fraudsim_assets.tables.contract import Contract, column
from fraudsim_assets.tables.entities import COUNTRY, CURRENCY, SNAKE_CASE

_FIRST_DAY = date(1990, 1, 1)
_FIRST_INSTANT = datetime(1990, 1, 1, tzinfo=UTC)
_FIRST_LOCAL = datetime(1989, 12, 31)  # noqa: DTZ001 - a wall clock has no zone


class Transactions(Contract):
    """One row per authorisation request, approved or declined; partitioned by the UTC day of ``timestamp``.

    Rows are ordered by card account and, within it, by time.
    """

    transaction_id: pl.Int64 = column("Transaction; opaque, unique over all days.", ge=0)
    previous_txn_id: pl.Int64 = column(
        "The same card's transaction before this one, on whatever day; null for a card's first.", nullable=True, ge=0
    )
    card_id: pl.Int64 = column("Card that pays.", ge=1)
    customer_id: pl.Int64 = column("Holder of the card.", ge=1)
    merchant_id: pl.Int64 = column("Merchant that asks for the money.", ge=1)
    timestamp: Annotated[pl.Datetime, "us", "UTC"] = column("When the issuer was asked.", unit="UTC", ge=_FIRST_INSTANT)
    local_time: Annotated[pl.Datetime, "us", None] = column(
        "The same moment on the clock of the merchant's time zone.", unit="local time", ge=_FIRST_LOCAL
    )
    transaction_type: pl.String = column(
        "What is asked for; a refund flows back to the card.", dictionary="int8", isin=TRANSACTION_TYPES
    )
    original_txn_id: pl.Int64 = column(
        "Purchase that a refund gives back; null for all but refunds.", nullable=True, ge=0
    )
    amount: Annotated[pl.Decimal, 18, 3] = column(
        "Amount in the merchant's currency, always positive.", unit="currency units of currency", gt=0
    )
    currency: pl.String = column(
        "Currency the merchant charges in.", standard="ISO 4217", dictionary="int16", str_matches=CURRENCY
    )
    billing_amount: Annotated[pl.Decimal, 18, 3] = column(
        "Amount on the card statement, always positive.", unit="currency units of billing_currency", gt=0
    )
    billing_currency: pl.String = column(
        "Currency in which the card is billed.", standard="ISO 4217", dictionary="int16", str_matches=CURRENCY
    )
    mcc: pl.String = column(
        "Merchant category code.", standard="ISO 18245", dictionary="int16", str_matches=r"^[0-9]{4}$"
    )
    merchant_country: pl.String = column(
        "Country of the merchant.", standard="ISO 3166-1 alpha-2", dictionary="int16", str_matches=COUNTRY
    )
    latitude: pl.Float32 = column(
        "Latitude of the terminal; null for remote payments, and where the terminal does not say.",
        unit="degrees",
        nullable=True,
        ge=-90.0,
        le=90.0,
    )
    longitude: pl.Float32 = column(
        "Longitude of the terminal; null together with latitude.", unit="degrees", nullable=True, ge=-180.0, le=180.0
    )
    channel: pl.String = column("Where the card was used.", dictionary="int8", isin=CHANNELS)
    entry_mode: pl.String = column(
        "How the card number was read; null where it was not transmitted.",
        standard="ISO 8583 field 22",
        dictionary="int8",
        nullable=True,
        isin=ENTRY_MODES,
    )
    three_ds: pl.String = column(
        "Result of 3-D Secure authentication; null where none was tried, as in every shop.",
        standard="EMV 3-D Secure",
        dictionary="int8",
        nullable=True,
        isin=THREE_DS_RESULTS,
    )
    device_id: pl.Int64 = column(
        "Device that ordered; null in shops, and where no device was seen.", nullable=True, ge=0
    )
    ip_address: pl.UInt32 = column(
        "IPv4 address that ordered, as a number, from ranges reserved from public use; null in shops.",
        standard="RFC 5737, RFC 6890",
        nullable=True,
        ge=1,
    )
    response_code: pl.String = column(
        "The issuer's answer; 00 approves.", standard="ISO 8583 field 39", dictionary="int8", isin=RESPONSE_CODES
    )
    is_approved: pl.Boolean = column("The issuer agreed to pay.")
    is_fraud: pl.Boolean = column(
        "Ground truth: a person other than the holder paid, or the holder in bad faith, or deceived."
    )
    fraud_scenario: pl.String = column(
        "Ground truth: kind of fraud; null for genuine rows.",
        dictionary="int16",
        nullable=True,
        str_matches=SNAKE_CASE,
    )
    campaign_id: pl.Int64 = column(
        "Ground truth: fraud campaign that the row belongs to; null for genuine rows.", nullable=True, ge=0
    )
    campaign_step: pl.Int16 = column(
        "Ground truth: position within the campaign; null for genuine rows.", unit="count", nullable=True, ge=0
    )
    ring_id: pl.Int64 = column(
        "Ground truth: organised group that commits the campaign; null for genuine rows, and for fraudsters who work "
        "alone.",
        nullable=True,
        ge=0,
    )
    compromise_merchant_id: pl.Int64 = column(
        "Ground truth: merchant where the card data were stolen; null for genuine rows, and for fraud whose card "
        "data were not stolen at a merchant.",
        nullable=True,
        ge=1,
    )

    class Config(Contract.Config):
        """Keys."""

        metadata = {  # noqa: RUF012
            "primary_key": ["transaction_id"],
            "foreign_keys": {
                "previous_txn_id": "transactions.transaction_id",
                "original_txn_id": "transactions.transaction_id",
                "card_id": "cards.card_id",
                "customer_id": "customers.customer_id",
                "merchant_id": "merchants.merchant_id",
                "compromise_merchant_id": "merchants.merchant_id",
            },
            "partition": "UTC day of timestamp",
        }


class FraudLabels(Contract):
    """One row per label the bank learns; partitioned by ``label_date``, the day it becomes known."""

    transaction_id: pl.Int64 = column("Transaction that the label is about.", ge=0)
    card_id: pl.Int64 = column("Card of that transaction.", ge=1)
    transaction_date: pl.Date = column("UTC day of that transaction.", unit="UTC", ge=_FIRST_DAY)
    label_date: pl.Date = column("UTC day on which the bank learns of it.", unit="UTC", ge=_FIRST_DAY)
    known_at: Annotated[pl.Datetime, "us", "UTC"] = column(
        "When the bank learns of it: a moment of label_date, never before the transaction.",
        unit="UTC",
        ge=_FIRST_INSTANT,
    )
    label_type: pl.String = column("How the bank learns of it.", dictionary="int8", isin=LABEL_TYPES)
    chargeback_reason: pl.String = column(
        "Reason code of the card network; null for all but chargebacks.",
        dictionary="int8",
        nullable=True,
        isin=CHARGEBACK_REASONS,
    )
    labelled_fraud: pl.Boolean = column("What the bank believes: fraud or not. It can be wrong.")
    delay_days: pl.Int32 = column("From transaction to label.", unit="days", ge=0, le=730)
    fraud_scenario: pl.String = column(
        "Ground truth: kind of fraud of the transaction; null if it was genuine.",
        dictionary="int16",
        nullable=True,
        str_matches=SNAKE_CASE,
    )

    class Config(Contract.Config):
        """Keys."""

        metadata = {  # noqa: RUF012
            "primary_key": ["transaction_id", "label_date", "label_type"],
            "foreign_keys": {"transaction_id": "transactions.transaction_id", "card_id": "cards.card_id"},
            "partition": "label_date",
        }


class DailyProfile(Contract):
    """One row per number that describes a day of transactions, and per bucket of each histogram."""

    profile_date: pl.Date = column("UTC day described.", unit="UTC", ge=_FIRST_DAY)
    metric: pl.String = column("What is measured.", dictionary="int16", str_matches=SNAKE_CASE)
    bucket: pl.String = column(
        "Bucket of a histogram, such as a channel; all for a single number.", dictionary="int16", str_matches=r"^\S"
    )
    unit: pl.String = column("Unit of the value.", dictionary="int8", isin=("count", "share", "currency units"))
    value: pl.Float64 = column("The number.", unit="see the column unit", ge=0.0, le=1e18)

    class Config(Contract.Config):
        """Keys."""

        metadata = {  # noqa: RUF012
            "primary_key": ["profile_date", "metric", "bucket"],
            "partition": "profile_date",
        }
