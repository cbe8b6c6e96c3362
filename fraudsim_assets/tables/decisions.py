"""The daily table of decisions about payments: what a bank does, as an input of the world.

Belongs here: its declaration, and the actions there are. Does not belong here: logs of decisions
(``fraudsim_assets.decisions``), and rules that join columns (``quality``).
"""

from datetime import UTC, datetime
from typing import Annotated

import polars as pl

from fraudsim_assets.tables.codes import ACTIONS
from fraudsim_assets.tables.contract import Contract, column

_FIRST_INSTANT = datetime(1990, 1, 1, tzinfo=UTC)


class Decisions(Contract):
    """One row per decision about a payment that does more than let it through, or that ends a review.

    Partitioned by the UTC day on which the decision takes effect. Rows are ordered by that time, then by
    payment. The id says whose payment it is and on which day, so that the log alone says which rows of which days it
    touches.
    """

    transaction_id: pl.Int64 = column("Payment that it is about; it need not come about.", ge=0)
    timestamp: Annotated[pl.Datetime, "us", "UTC"] = column("When the payment is made.", unit="UTC", ge=_FIRST_INSTANT)
    decided_at: Annotated[pl.Datetime, "us", "UTC"] = column(
        "When the action takes effect: at the time of the payment, which it then answers, or later, when the payment "
        "has been answered and a review ends.",
        unit="UTC",
        ge=_FIRST_INSTANT,
    )
    action: pl.String = column("What is done.", dictionary="int8", isin=ACTIONS)
    cost: Annotated[pl.Decimal, 18, 3] = column(
        "What the decision by itself costs the bank; it changes nothing in the world.", unit="EUR", ge=0
    )

    class Config(Contract.Config):
        """Keys."""

        metadata = {  # noqa: RUF012
            "primary_key": ["transaction_id", "decided_at"],
            "partition": "UTC day of decided_at",
        }
