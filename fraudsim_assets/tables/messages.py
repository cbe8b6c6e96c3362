"""What travels on a stream: one message a row, with columns of the contracts.

A message is declared by pointing at columns of tables, so that a column of ground truth never gets
onto a topic of the bank, and Avro schemas follow from the contracts.

Belongs here: which columns a topic carries, its key, and its schema. Does not belong here: values
and their encoding (``streaming``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Annotated, Any

import polars as pl
import pyarrow as pa

from fraudsim_assets.tables.contract import (
    SCHEMA_VERSION,
    Column,
    Contract,
    Model,
    column,
    columns,
    truth_columns,
)
from fraudsim_assets.tables.entities import Cards, Customers, Merchants
from fraudsim_assets.tables.events import AccountEvents
from fraudsim_assets.tables.payments import FraudLabels, Transactions


class Journey(Contract):
    """What was done to a payment on its way into the stream."""

    sent_at: Annotated[pl.Datetime, "us", "UTC"] = column(
        "Ground truth: when the payment, or the first copy of it, enters the stream.", unit="UTC"
    )
    late_us: pl.Int64 = column("Ground truth: how much a late arrival was held back.", unit="microseconds", ge=0)
    disorder_us: pl.Int64 = column("Ground truth: how much disorder held it back.", unit="microseconds", ge=0)
    outage_us: pl.Int64 = column("Ground truth: how much an outage held it back.", unit="microseconds", ge=0)
    copies: pl.Int16 = column("Ground truth: how often it is sent; 2 is a duplicate.", unit="count", ge=1)


@dataclass(frozen=True)
class Message:
    """What one topic carries.

    Attributes
    ----------
    name
        Of the topic.
    title
        Name of a single message in schemas.
    about
        One sentence.
    columns
        In order.
    key
        Column whose value is the key: messages of one key keep their order.
    compacted
        Only the latest message of a key counts; a message without a value ends its key.
    """

    name: str
    title: str
    about: str
    columns: tuple[Column, ...]
    key: str
    compacted: bool = False

    @property
    def names(self) -> list[str]:
        """Names of the columns."""
        return [declared.name for declared in self.columns]

    @property
    def version(self) -> str:
        """Topic and version of its schema, as told with every message."""
        return f"{self.name}-{SCHEMA_VERSION}"


def _seen(model: Model) -> tuple[Column, ...]:
    return tuple(declared for name, declared in columns(model).items() if name not in truth_columns(model))


def _as_from_now_on(model: Model) -> tuple[Column, ...]:
    """Columns of a catalog without the day on which a version ends, which is not known when it begins."""
    return tuple(declared for declared in _seen(model) if declared.name != "valid_to")


def _truth() -> tuple[Column, ...]:
    declared = columns(Transactions)
    names = ("transaction_id", *truth_columns(Transactions))
    return (*(declared[name] for name in names), *columns(Journey).values())


MESSAGES: Mapping[str, Message] = MappingProxyType(
    {
        message.name: message
        for message in (
            Message(
                "customers",
                "CustomerVersion",
                "A customer as from now on; sent when a person joins or moves.",
                _as_from_now_on(Customers),
                "customer_id",
                compacted=True,
            ),
            Message(
                "cards",
                "CardVersion",
                "A card as from now on; sent when it is issued, renewed or replaced.",
                _as_from_now_on(Cards),
                "card_id",
                compacted=True,
            ),
            Message(
                "merchants",
                "MerchantVersion",
                "A merchant as from now on; sent when it opens or changes.",
                _as_from_now_on(Merchants),
                "merchant_id",
                compacted=True,
            ),
            Message(
                "events",
                "AccountEvent",
                "What a customer does at the bank without paying.",
                _seen(AccountEvents),
                "customer_id",
            ),
            Message("payments", "Payment", "An authorisation request and its answer.", _seen(Transactions), "card_id"),
            Message("labels", "FraudLabel", "What the bank learns of a payment.", _seen(FraudLabels), "card_id"),
            Message(
                "truth", "PaymentTruth", "Ground truth of a payment, which no bank has.", _truth(), "transaction_id"
            ),
        )
    }
)
"""Every topic by name, in the order in which messages of one moment are sent."""


def avro_schema(message: Message) -> dict[str, Any]:
    """Avro schema of a message.

    Money is ``bytes`` of logical type ``decimal``, times are microseconds, codes are strings: a
    reader of today's schema can read a code that a later version adds.
    """
    return {
        "type": "record",
        "name": message.title,
        "namespace": "fraudsim",
        "doc": f"{message.about} Version {message.version}.",
        "fields": [_avro_field(declared) for declared in message.columns],
    }


def _avro_field(declared: Column) -> dict[str, Any]:
    plain = _avro_type(declared)
    return {
        "name": declared.name,
        "type": ["null", plain] if declared.nullable else plain,
        "doc": declared.description,
    }


def _avro_type(declared: Column) -> Any:
    kind = declared.arrow_type
    if pa.types.is_dictionary(kind) or pa.types.is_string(kind):
        return "string"
    if pa.types.is_decimal(kind):
        return {"type": "bytes", "logicalType": "decimal", "precision": kind.precision, "scale": kind.scale}
    if pa.types.is_timestamp(kind):
        local = "" if kind.tz else "local-"
        return {"type": "long", "logicalType": f"{local}timestamp-micros"}
    return _AVRO_TYPES[kind]


_AVRO_TYPES: Mapping[pa.DataType, Any] = {
    pa.bool_(): "boolean",
    pa.date32(): {"type": "int", "logicalType": "date"},
    pa.float32(): "float",
    pa.float64(): "double",
    pa.int16(): "int",
    pa.int32(): "int",
    pa.int64(): "long",
    pa.uint32(): "long",
}
