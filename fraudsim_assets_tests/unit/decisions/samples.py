"""Decisions for tests that ask for any.

Belongs here: the simplest that are valid. Does not belong here: tests.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from fraudsim_assets.decisions import decisions_schema

DAY = date(2025, 3, 3)
NOON = datetime(2025, 3, 3, 12, tzinfo=UTC)


def decisions(*changes: dict[str, Any]) -> pa.Table:
    """Declines of payments at noon, with changes."""
    usual = {"timestamp": NOON, "decided_at": NOON, "action": "decline", "cost": Decimal(0)}
    rows = [{"transaction_id": number, **usual, **change} for number, change in enumerate(changes)]
    return pa.Table.from_pylist(rows, schema=decisions_schema())


def one_decline() -> pa.Table:
    """A decline at noon."""
    return decisions({})
