"""Every table by name.

Belongs here: the list. Does not belong here: the declarations.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fraudsim_assets.tables.contract import Model
from fraudsim_assets.tables.decisions import Decisions
from fraudsim_assets.tables.entities import Cards, Customers, Merchants
from fraudsim_assets.tables.events import AccountEvents
from fraudsim_assets.tables.payments import DailyProfile, FraudLabels, Transactions

TABLES: Mapping[str, Model] = MappingProxyType(
    {
        "customers": Customers,
        "cards": Cards,
        "merchants": Merchants,
        "transactions": Transactions,
        "fraud_labels": FraudLabels,
        "account_events": AccountEvents,
        "daily_profile": DailyProfile,
        "decisions": Decisions,
    }
)
"""Every table by name, parents before children."""
