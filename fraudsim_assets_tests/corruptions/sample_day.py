"""A tiny valid world, written by hand: catalogs, one day of transactions, labels.

Every row is a plain dictionary, so that a corruption is an assignment. Only columns that a rule or a
test looks at have values here; ``filled`` makes up the others from their declaration, so that a new
column needs no line in this file.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa

from fraudsim_assets.quality.catalog_reference import CatalogReference
from fraudsim_assets.quality.chain import LastTransactions
from fraudsim_assets.quality.checks import DayChecker
from fraudsim_assets.quality.expectations import Expectations
from fraudsim_assets.quality.reference import DayReference
from fraudsim_assets.quality.results import CheckResult
from fraudsim_assets.tables import (
    AccountEvents,
    Cards,
    Customers,
    DailyProfile,
    Decisions,
    FraudLabels,
    Merchants,
    Model,
    Transactions,
    arrow_schema,
)
from fraudsim_assets_tests.corruptions.filling import filled

DAY = date(2025, 3, 30)
"""European clocks go forward on this day."""
N_ACCOUNTS = 30
REISSUED = 45
"""Card that replaces card 15 on the day; both appear on it."""

Row = dict[str, Any]

_SHOPS: list[tuple[str, str, str, str, str, bool]] = [
    # name, mcc, country, currency, zone, online
    ("Bakery", "5462", "DE", "EUR", "Europe/Berlin", False),
    ("Konbini", "5411", "JP", "JPY", "Asia/Tokyo", False),
    ("Livs", "5411", "SE", "SEK", "Europe/Stockholm", False),
    ("Souq", "5311", "KW", "KWD", "Asia/Kuwait", False),
    ("Web shop", "5732", "DE", "EUR", "Europe/Berlin", True),
    ("Stream", "4899", "IE", "EUR", "Europe/Dublin", True),
    ("Bank", "6011", "DE", "EUR", "Europe/Berlin", False),
]
_STEP = {"EUR": Decimal("0.01"), "SEK": Decimal("0.01"), "JPY": Decimal(1), "KWD": Decimal("0.001")}


def table(model: Model, rows: list[Row]) -> pa.Table:
    """Rows in the stored types."""
    return pa.Table.from_pylist(rows, schema=arrow_schema(model))


def customer_rows() -> list[Row]:
    """One customer for every two accounts."""
    return [
        filled(Customers, {"customer_id": number, "birth_date": date(1980, 5, 17), "opened_on": date(2019, 6, 1)})
        for number in range(1, N_ACCOUNTS // 2 + 1)
    ]


def card_rows(day: date = DAY) -> list[Row]:
    """One card for every account, and one card reissued after fraud."""
    rows = [_card(account, account, None, date(2020, 1, 1)) for account in range(1, N_ACCOUNTS + 1)]
    rows[14]["valid_to"] = day
    return [*rows, _card(REISSUED, 15, 15, day)]


def _card(card: int, account: int, replaces: int | None, start: date) -> Row:
    given = {
        "card_id": card,
        "account_id": account,
        "customer_id": (account + 1) // 2,
        "valid_from": start,
        "product": "credit",
        "token": f"{card:016x}",
        "expiry": date(2027, 12, 31),
        "credit_limit": Decimal("2000.000"),
        "currency": "EUR",
        "replaces_card_id": replaces,
    }
    return filled(Cards, given)


def merchant_rows() -> list[Row]:
    """Shops in four currencies, two web shops and a cash machine."""
    names = ("name", "mcc", "country", "currency", "time_zone", "is_online")
    return [
        filled(
            Merchants,
            {"merchant_id": slot + 1, "slot": slot, "closes_minute": 1440, **dict(zip(names, shop, strict=True))},
        )
        for slot, shop in enumerate(_SHOPS)
    ]


def transaction_rows(day: date = DAY) -> list[Row]:
    """Ten rows an account, in row order: a refund, a fraud, a decline, and account 15 with two cards in turns."""
    rows: list[Row] = []
    for account in range(1, N_ACCOUNTS + 1):
        last: dict[int, int] = {}
        for position in range(10):
            card = REISSUED if account == 15 and position % 3 == 1 else account
            row = _transaction(day, card, account, position, last.get(card, 1_000_000 + card))
            last[card] = row["transaction_id"]
            rows.append(row)
    rows[25] |= {"transaction_type": "refund", "original_txn_id": 77, "latitude": None, "longitude": None}
    rows[44] |= {"is_fraud": True, "fraud_scenario": "skimming", "campaign_id": 5, "campaign_step": 0}
    rows[44]["compromise_merchant_id"] = 3
    rows[63] |= {"response_code": "51", "is_approved": False}
    for row in rows:
        if row["card_id"] == 15:
            row |= {"response_code": "41", "is_approved": False}
    return rows


def _transaction(day: date, card: int, account: int, position: int, previous: int) -> Row:
    slot = (account * 3 + position) % len(_SHOPS)
    name, mcc, country, currency, zone, online = _SHOPS[slot]
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(minutes=140 * position, microseconds=card)
    cash = name == "Bank"
    given = {
        "transaction_id": account * 100 + position,
        "previous_txn_id": previous,
        "card_id": card,
        "customer_id": (account + 1) // 2,
        "merchant_id": slot + 1,
        "timestamp": moment,
        "local_time": moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None),
        "transaction_type": "cash_withdrawal" if cash else "purchase",
        "amount": _STEP[currency] * (1999 + 37 * position),
        "currency": currency,
        "billing_amount": Decimal("19.99") + position,
        "billing_currency": "EUR",
        "mcc": mcc,
        "merchant_country": country,
        "latitude": None if online else 50.0,
        "longitude": None if online else 10.0,
        "channel": "ecommerce" if online else ("atm" if cash else "pos"),
        "entry_mode": "ecommerce" if online else ("chip" if cash else "contactless"),
        "three_ds": "challenge" if online else None,
        "device_id": 7_000 + account if online else None,
        "ip_address": 0x0A000000 + account if online else None,
        "response_code": "00",
        "is_approved": True,
    }
    return filled(Transactions, given)


def label_rows() -> list[Row]:
    """One label."""
    given = {
        "transaction_id": 504,
        "card_id": 5,
        "transaction_date": DAY,
        "label_date": DAY + timedelta(days=2),
        "known_at": datetime(DAY.year, DAY.month, DAY.day, 9, 30, tzinfo=UTC) + timedelta(days=2),
        "label_type": "chargeback",
        "chargeback_reason": "10.4",
        "labelled_fraud": True,
        "delay_days": 2,
        "fraud_scenario": "card_testing",
    }
    return [filled(FraudLabels, given)]


def event_rows() -> list[Row]:
    """A log-in and a card added to a phone, by customer 5, then a dispute of customer 6 by telephone."""
    moment = datetime(DAY.year, DAY.month, DAY.day, 9, 30, tzinfo=UTC)
    online = {"channel": "app", "device_id": 7_009, "ip_address": 0x0A000009, "country": "DE"}
    offline = {"channel": "phone", "device_id": None, "ip_address": None, "country": None}
    genuine = {
        "outcome": "success",
        "address_id": None,
        "phone_id": None,
        "fraud_scenario": None,
        "campaign_id": None,
        "ring_id": None,
    }
    given = (
        {"customer_id": 5, "account_id": None, "card_id": None, "event_type": "log_in", **online},
        {"customer_id": 5, "account_id": 9, "card_id": 9, "event_type": "token_provisioning", **online},
        {"customer_id": 6, "account_id": 12, "card_id": 12, "event_type": "dispute", **offline},
    )
    return [
        filled(AccountEvents, {"event_id": 40 + n, "timestamp": moment + timedelta(minutes=n), **row, **genuine})
        for n, row in enumerate(given)
    ]


def profile_rows() -> list[Row]:
    """Two numbers of a profile."""
    given = (
        {"profile_date": DAY, "metric": "rows", "bucket": "all", "value": 300.0},
        {"profile_date": DAY, "metric": "rows_by_channel", "bucket": "pos", "value": 171.0},
    )
    return [filled(DailyProfile, row) for row in given]


def decision_rows() -> list[Row]:
    """A decline, a payment sent to review, and a card blocked after a review of a payment of the day before."""
    moment = datetime(DAY.year, DAY.month, DAY.day, 9, 30, tzinfo=UTC)
    given = (
        {"transaction_id": 504, "timestamp": moment, "decided_at": moment, "action": "decline"},
        {"transaction_id": 505, "timestamp": moment, "decided_at": moment, "action": "review"},
        {"transaction_id": 77, "timestamp": moment - timedelta(days=1), "decided_at": moment + timedelta(hours=1)},
    )
    return [filled(Decisions, {"action": "block", **row}) for row in given]


SAMPLES = {
    Customers: customer_rows,
    Cards: card_rows,
    Merchants: merchant_rows,
    Transactions: transaction_rows,
    FraudLabels: label_rows,
    DailyProfile: profile_rows,
    AccountEvents: event_rows,
    Decisions: decision_rows,
}


def reference(
    *,
    day: date = DAY,
    customers: list[Row] | None = None,
    cards: list[Row] | None = None,
    merchants: list[Row] | None = None,
) -> DayReference:
    """The catalogs as the day sees them; any of them may be replaced."""
    return CatalogReference.of(
        customers=table(Customers, customers or customer_rows()),
        cards=table(Cards, cards or card_rows(day)),
        merchants=table(Merchants, merchants or merchant_rows()),
    ).on(day)


def history() -> LastTransactions:
    """Before the day, card c made transaction 1,000,000 + c."""
    rows = [
        {"card_id": card, "transaction_id": 1_000_000 + card, "timestamp": datetime(2025, 3, 1, tzinfo=UTC)}
        for card in [*range(1, N_ACCOUNTS + 1), REISSUED]
    ]
    return LastTransactions.of(pl.DataFrame(rows), complete=True)


EXPECTATIONS = Expectations(
    null_rates={"latitude": 0.003, "entry_mode": 0.001, "device_id": 0.02, "ip_address": 0.01},
    fraud_rate=0.003,
    rows=300.0,
)


def verdicts(rows: list[Row], *, batch_rows: int = 64, day_reference: DayReference | None = None) -> list[CheckResult]:
    """Check rows in batches of the given size."""
    checker = DayChecker(day_reference or reference(), EXPECTATIONS, history=history())
    for batch in table(Transactions, rows).to_batches(max_chunksize=batch_rows):
        checker.add(batch)
    return checker.results()
