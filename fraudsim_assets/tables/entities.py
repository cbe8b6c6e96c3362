"""The slowly changing tables: customers, cards and merchants.

Each row is one version of an entity, valid on the days ``valid_from <= day < valid_to``; on any
day exactly one version of each entity is valid.

Belongs here: the declarations of the three catalogs. Does not belong here: how they are filled.
"""

from datetime import date
from typing import Annotated

import polars as pl

from fraudsim_assets.tables.codes import INCOME_BANDS, NETWORKS, PRODUCTS, SEGMENTS
from fraudsim_assets.tables.contract import Contract, column

COUNTRY = r"^[A-Z]{2}$"
CURRENCY = r"^[A-Z]{3}$"
SNAKE_CASE = r"^[a-z][a-z0-9_]*$"
TIME_ZONE = r"^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$"
_FIRST_DAY = date(1900, 1, 1)


class Customers(Contract):
    """One row per version of a person who holds cards; a move to another city makes a new version."""

    customer_id: pl.Int64 = column("Customer; numbered so that people of one city are neighbours.", ge=1)
    version: pl.Int16 = column("Version of the customer, counted from 1.", unit="count", ge=1)
    valid_from: pl.Date = column("First day on which this version holds.", ge=_FIRST_DAY)
    valid_to: pl.Date = column(
        "First day on which it no longer holds; null while no end is in sight.", nullable=True, ge=_FIRST_DAY
    )
    first_name: pl.String = column("Given name, drawn from common names of the home country.", str_matches=r"^\S")
    last_name: pl.String = column("Family name, drawn from common names of the home country.", str_matches=r"^\S")
    email: pl.String = column(
        "E-mail address in a domain reserved for examples; the name in Latin letters, however it is written.",
        standard="RFC 2606",
        str_matches=r"^[^@\s]+@[^@\s]+\.[a-z]+$",
    )
    birth_date: pl.Date = column("Date of birth.", ge=date(1880, 1, 1))
    segment: pl.String = column(
        "Stage of life, which shapes when, where and how much is spent.", dictionary="int8", isin=SEGMENTS
    )
    income_band: pl.String = column("Income band.", dictionary="int8", isin=INCOME_BANDS)
    income_factor: pl.Float32 = column(
        "Multiplies the typical ticket; about 1 on average over customers.", unit="unitless", gt=0.0, le=100.0
    )
    country: pl.String = column(
        "Country of the home.", standard="ISO 3166-1 alpha-2", dictionary="int16", str_matches=COUNTRY
    )
    city: pl.String = column("City of the home.", dictionary="int32", str_matches=r"^\S")
    city_id: pl.Int32 = column("Identifier of the city.", standard="GeoNames", ge=1)
    latitude: pl.Float64 = column("Latitude of the home, north positive.", unit="degrees", ge=-90.0, le=90.0)
    longitude: pl.Float64 = column("Longitude of the home, east positive.", unit="degrees", ge=-180.0, le=180.0)
    time_zone: pl.String = column(
        "Time zone of the home.", standard="IANA time zone", dictionary="int16", str_matches=TIME_ZONE
    )
    currency: pl.String = column(
        "Currency the customer thinks in.", standard="ISO 4217", dictionary="int16", str_matches=CURRENCY
    )
    opened_on: pl.Date = column("Day on which the customer joined the bank.", ge=_FIRST_DAY)

    class Config(Contract.Config):
        """Keys."""

        metadata = {"primary_key": ["customer_id", "version"]}  # noqa: RUF012


class Cards(Contract):
    """One row per plastic card; renewal and reissue after fraud each give the account a new card."""

    card_id: pl.Int64 = column("Card: one number on one plastic, kept through renewals.", ge=1)
    account_id: pl.Int64 = column("Card account, which outlives a reissued card.", ge=1)
    customer_id: pl.Int64 = column("Holder of the account.", ge=1)
    version: pl.Int16 = column("Version of the card, counted from 1.", unit="count", ge=1)
    valid_from: pl.Date = column("First day on which this version can pay.", ge=_FIRST_DAY)
    valid_to: pl.Date = column(
        "First day on which it can no longer pay; null while no end is in sight.", nullable=True, ge=_FIRST_DAY
    )
    product: pl.String = column("Kind of card.", dictionary="int8", isin=PRODUCTS)
    network: pl.String = column("Card scheme.", dictionary="int8", isin=NETWORKS)
    bin: pl.String = column(
        "First eight digits of the card number: those of test numbers that payment processors publish.",
        standard="ISO/IEC 7812",
        dictionary="int16",
        str_matches=r"^[0-9]{8}$",
    )
    last4: pl.String = column("Last four digits of the card number.", str_matches=r"^[0-9]{4}$")
    token: pl.String = column(
        "Opaque stand-in for the card number, 16 hexadecimal digits.", str_matches=r"^[0-9a-f]{16}$"
    )
    expiry: pl.Date = column("Last day of the month printed on the card.", ge=_FIRST_DAY)
    credit_limit: Annotated[pl.Decimal, 18, 3] = column(
        "Credit line in the card's currency; null for debit and prepaid cards.",
        unit="currency units",
        nullable=True,
        ge=0,
    )
    currency: pl.String = column(
        "Currency in which the card is billed.", standard="ISO 4217", dictionary="int16", str_matches=CURRENCY
    )
    activity: pl.Float32 = column(
        "How often the account pays, relative to the mean over accounts.", unit="unitless", ge=0.0, le=10_000.0
    )
    replaces_card_id: pl.Int64 = column(
        "Card that this one replaces after fraud; null for an account's first card.", nullable=True, ge=1
    )

    class Config(Contract.Config):
        """Keys."""

        metadata = {  # noqa: RUF012
            "primary_key": ["card_id", "version"],
            "foreign_keys": {"customer_id": "customers.customer_id", "replaces_card_id": "cards.card_id"},
        }


class Merchants(Contract):
    """One row per version of a shop, web shop or cash machine; a slot's next occupant is another merchant."""

    merchant_id: pl.Int64 = column("Merchant.", ge=1)
    slot: pl.Int32 = column("Place in the merchant landscape; a closed merchant's slot is taken by another.", ge=0)
    version: pl.Int16 = column("Version of the merchant, counted from 1.", unit="count", ge=1)
    valid_from: pl.Date = column("First day of business of this version.", ge=_FIRST_DAY)
    valid_to: pl.Date = column("First day without it; null while no end is in sight.", nullable=True, ge=_FIRST_DAY)
    name: pl.String = column(
        "Name on the card statement: the same for all branches of a chain and all seats of a web giant, and of one "
        "trade.",
        str_matches=r"^\S",
    )
    mcc: pl.String = column(
        "Merchant category code, four digits.", standard="ISO 18245", dictionary="int16", str_matches=r"^[0-9]{4}$"
    )
    mcc_description: pl.String = column(
        "What the merchant category code stands for.", standard="ISO 18245", dictionary="int16", str_matches=r"^\S"
    )
    category: pl.String = column(
        "Spending category: a readable group of merchant category codes.", dictionary="int8", str_matches=SNAKE_CASE
    )
    country: pl.String = column(
        "Country of the merchant.", standard="ISO 3166-1 alpha-2", dictionary="int16", str_matches=COUNTRY
    )
    city: pl.String = column("City of the merchant.", dictionary="int32", str_matches=r"^\S")
    city_id: pl.Int32 = column("Identifier of the city.", standard="GeoNames", ge=1)
    latitude: pl.Float64 = column("Latitude of the merchant, north positive.", unit="degrees", ge=-90.0, le=90.0)
    longitude: pl.Float64 = column("Longitude of the merchant, east positive.", unit="degrees", ge=-180.0, le=180.0)
    time_zone: pl.String = column(
        "Time zone of the merchant.", standard="IANA time zone", dictionary="int16", str_matches=TIME_ZONE
    )
    currency: pl.String = column(
        "Currency the merchant charges in.", standard="ISO 4217", dictionary="int16", str_matches=CURRENCY
    )
    is_online: pl.Boolean = column("Sells at a distance only.")
    popularity_rank: pl.Int32 = column(
        "Rank by popularity, 1 is first: within city and category, or within country and category if online.",
        unit="rank",
        ge=1,
    )
    ticket_factor: pl.Float32 = column(
        "Multiplies the category's median ticket; about 1 on average.", unit="unitless", gt=0.0, le=1_000.0
    )
    opens_minute: pl.Int16 = column(
        "Opening time, local. 0 with a closing time of 1440 means always open.",
        unit="minutes of the day",
        ge=0,
        le=1440,
    )
    closes_minute: pl.Int16 = column(
        "Closing time, local; above 1440 is after midnight.", unit="minutes of the day", ge=0, le=2880
    )

    class Config(Contract.Config):
        """Keys."""

        metadata = {"primary_key": ["merchant_id", "version"]}  # noqa: RUF012
