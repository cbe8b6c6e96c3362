"""The contracts of all tables, and what is derived from them.

Belongs here: declarations (``entities``, ``payments``), closed code lists (``codes``) and their
derivations (``contract``). Does not belong here: data, storage and statistical expectations.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fraudsim_assets.tables.codes import (
    APPROVED_CODE,
    CHANNELS,
    CHARGEBACK_MEANINGS,
    CHARGEBACK_REASONS,
    ENTRY_MODES,
    INCOME_BANDS,
    LABEL_TYPES,
    NETWORKS,
    PRODUCTS,
    RESPONSE_CODES,
    RESPONSE_MEANINGS,
    SEGMENTS,
    THREE_DS_RESULTS,
    TRANSACTION_TYPES,
)
from fraudsim_assets.tables.contract import (
    MONEY,
    SCHEMA_VERSION,
    Column,
    Constraint,
    Contract,
    Model,
    arrow_schema,
    columns,
    constraints,
    foreign_keys,
    polars_schema,
    primary_key,
    truth_columns,
    validate,
)
from fraudsim_assets.tables.entities import Cards, Customers, Merchants
from fraudsim_assets.tables.payments import DailyProfile, FraudLabels, Transactions

TABLES: Mapping[str, Model] = MappingProxyType(
    {
        "customers": Customers,
        "cards": Cards,
        "merchants": Merchants,
        "transactions": Transactions,
        "fraud_labels": FraudLabels,
        "daily_profile": DailyProfile,
    }
)
"""Every table by name, parents before children."""

__all__ = [
    "APPROVED_CODE",
    "CHANNELS",
    "CHARGEBACK_MEANINGS",
    "CHARGEBACK_REASONS",
    "ENTRY_MODES",
    "INCOME_BANDS",
    "LABEL_TYPES",
    "MONEY",
    "NETWORKS",
    "PRODUCTS",
    "RESPONSE_CODES",
    "RESPONSE_MEANINGS",
    "SCHEMA_VERSION",
    "SEGMENTS",
    "TABLES",
    "THREE_DS_RESULTS",
    "TRANSACTION_TYPES",
    "Cards",
    "Column",
    "Constraint",
    "Contract",
    "Customers",
    "DailyProfile",
    "FraudLabels",
    "Merchants",
    "Model",
    "Transactions",
    "arrow_schema",
    "columns",
    "constraints",
    "foreign_keys",
    "polars_schema",
    "primary_key",
    "truth_columns",
    "validate",
]
