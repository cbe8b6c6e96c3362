"""The contracts of all tables, and what is derived from them.

The names below are imported when they are first used: a code list costs nothing, a contract loads pandera.

Belongs here: declarations (``entities``, ``payments``, all of them in ``listing``), closed code lists (``codes``) and
their derivations (``contract``). Does not belong here: data, storage and statistical expectations.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fraudsim_assets.tables.codes import (
        ACTIONS,
        APPROVED_CODE,
        CHANNELS,
        CHARGEBACK_MEANINGS,
        CHARGEBACK_REASONS,
        ENTRY_MODES,
        EVENT_CHANNELS,
        EVENT_OUTCOMES,
        EVENT_TYPES,
        INCOME_BANDS,
        LABEL_TYPES,
        NETWORKS,
        PRODUCTS,
        RESPONSE_CODES,
        RESPONSE_MEANINGS,
        SEGMENTS,
        THREE_DS_RESULTS,
        TRANSACTION_TYPES,
        Action,
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
    from fraudsim_assets.tables.decisions import (
        Decisions,
    )
    from fraudsim_assets.tables.entities import (
        Cards,
        Customers,
        Merchants,
    )
    from fraudsim_assets.tables.events import (
        AccountEvents,
    )
    from fraudsim_assets.tables.listing import (
        TABLES,
    )
    from fraudsim_assets.tables.payments import (
        DailyProfile,
        FraudLabels,
        Transactions,
    )

__all__ = [
    "ACTIONS",
    "APPROVED_CODE",
    "CHANNELS",
    "CHARGEBACK_MEANINGS",
    "CHARGEBACK_REASONS",
    "ENTRY_MODES",
    "EVENT_CHANNELS",
    "EVENT_OUTCOMES",
    "EVENT_TYPES",
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
    "AccountEvents",
    "Action",
    "Cards",
    "Column",
    "Constraint",
    "Contract",
    "Customers",
    "DailyProfile",
    "Decisions",
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

_HOMES = {
    "codes": (
        "ACTIONS",
        "APPROVED_CODE",
        "CHANNELS",
        "CHARGEBACK_MEANINGS",
        "CHARGEBACK_REASONS",
        "ENTRY_MODES",
        "EVENT_CHANNELS",
        "EVENT_OUTCOMES",
        "EVENT_TYPES",
        "INCOME_BANDS",
        "LABEL_TYPES",
        "NETWORKS",
        "PRODUCTS",
        "RESPONSE_CODES",
        "RESPONSE_MEANINGS",
        "SEGMENTS",
        "THREE_DS_RESULTS",
        "TRANSACTION_TYPES",
        "Action",
    ),
    "contract": (
        "MONEY",
        "SCHEMA_VERSION",
        "Column",
        "Constraint",
        "Contract",
        "Model",
        "arrow_schema",
        "columns",
        "constraints",
        "foreign_keys",
        "polars_schema",
        "primary_key",
        "truth_columns",
        "validate",
    ),
    "decisions": ("Decisions",),
    "entities": ("Cards", "Customers", "Merchants"),
    "events": ("AccountEvents",),
    "listing": ("TABLES",),
    "payments": ("DailyProfile", "FraudLabels", "Transactions"),
}


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{home}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
