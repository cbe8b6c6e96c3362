"""Events of accounts against their targets: how often honest people have them, and what they give away of fraud.

The one idea: an event is a clue where it is rare in honest life or comes before a takeover, and a giveaway where hardly
any honest customer has it.

Belongs here: measures of the table ``account_events``. Does not belong here: what they should be (``data``).
"""

from functools import cache
from typing import get_args

import polars as pl

from fraudsim_assets.evaluation.targets import DATA, NotMeasurableError, Target, Theme
from fraudsim_assets.reference_data.account_events import AccountEventType

TAKEOVER = "account_takeover"
"""Kind of fraud that begins with access to the account."""

QUANTITIES = (*get_args(AccountEventType), "honest_against_fraud", "most_telling", "before_takeovers")
"""What is measured."""


@cache
def targets() -> tuple[Target, ...]:
    """Bands of the measures.

    Raises
    ------
    ConfigError
        If their file is not what it should be; names file and line.
    """
    return Theme.read(DATA / "account_events.toml").measured_by(QUANTITIES).targets


def event_scores(events: pl.DataFrame, payments: pl.DataFrame, *, customer_years: float) -> dict[str, float]:
    """Measure events of accounts.

    Parameters
    ----------
    events
        Rows of ``account_events``.
    payments
        Fraudulent rows of ``transactions`` of the same days: at least ``campaign_id`` and ``timestamp``.
    customer_years
        Customers times length of the days. [years]

    Returns
    -------
    dict
        Values by quantity, as ``QUANTITIES`` has them.

    Raises
    ------
    NotMeasurableError
        If no takeover has both events and payments in the days, or no event is of fraud.
    """
    honest = events.filter(~pl.col("is_fraud"))
    known = dict(honest.group_by(pl.col("event_type").cast(pl.String)).len().iter_rows())
    rates = {kind: known.get(kind, 0) / customer_years for kind in get_args(AccountEventType)}
    of_kind = events.filter(pl.col("event_type").cast(pl.String) != "dispute").group_by("event_type")
    ratio = of_kind.agg(fraud=pl.col("is_fraud").sum(), honest=(~pl.col("is_fraud")).sum()).filter(pl.col("fraud") > 0)
    if ratio.height == 0:
        raise NotMeasurableError("no event is of fraud")
    telling = events.group_by("event_type", "outcome").agg(pl.col("is_fraud").mean())["is_fraud"].max()
    return {
        **rates,
        "honest_against_fraud": float((ratio["honest"] / ratio["fraud"]).min()),  # pyright: ignore[reportArgumentType]
        "most_telling": float(telling),  # pyright: ignore[reportArgumentType]
        "before_takeovers": _before_takeovers(events, payments),
    }


def _before_takeovers(events: pl.DataFrame, payments: pl.DataFrame) -> float:
    """Share of takeovers whose first event comes before the first payment."""
    taken = events.filter(pl.col("fraud_scenario").cast(pl.String) == TAKEOVER)
    first, paid = (frame.group_by("campaign_id").agg(pl.col("timestamp").min()) for frame in (taken, payments))
    both = first.join(paid, on="campaign_id", suffix="_paid")
    # what began before the days has lost its first event
    both = both.filter(pl.col("timestamp_paid") > events["timestamp"].min() + pl.duration(days=14))
    if both.height == 0:
        raise NotMeasurableError("no takeover has events and payments in the days")
    return float((both["timestamp"] < both["timestamp_paid"]).mean())  # pyright: ignore[reportArgumentType]
