"""From days that were lived through to books: the ledger day by day, and what is counted beside it.

Payments about which nothing was decided are summed as each day ends. The others are kept, and booked when all verdicts
are there: an analyst's may come days later.

Belongs here: joining rows with decisions, and sums by day. Does not belong here: prices (``ledger``).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from fraudsim_assets.config.policies import Policies
from fraudsim_assets.decisions import Action, DecisionLog
from fraudsim_assets.policies.ledger import LINES, OF_PAYMENT, booked
from fraudsim_assets.policies.trial import Lived
from fraudsim_assets.units import day_date

COUNTS = (
    "payments",
    "approved",
    "frauds",
    "fraud_passed",
    "fraud_value",
    "refused",
    "frauds_refused",
    "insulted",
    "insulted_customers",
    "challenged",
    "blocks",
    "waiting",
    "reviewed",
)
"""What is counted by day: payments, those approved, frauds, those that went through and their value [EUR]; payments
that the policy refused and frauds among them; genuine ones refused or blocked, and customers for the first time;
challenges; cards blocked; reviews waiting and ended."""

_FLAGS = ("blocked", "reviewed", "found", "insulted", "first_insult")
_OF_ROWS = (*OF_PAYMENT, "is_approved", "is_fraud")


@dataclass(frozen=True)
class Page:
    """A day in the books, as far as it can be written when it ends.

    Attributes
    ----------
    day
        Day number.
    plain
        One row: sums of ``LINES`` and counts over payments about which nothing was decided.
    decided
        The other payments, columns of a row.
    waiting, reviewed
        Reviews. [count]
    """

    day: int
    plain: pl.DataFrame
    decided: pl.DataFrame
    waiting: int
    reviewed: int

    @classmethod
    def of(cls, lived: Lived, log: DecisionLog, policies: Policies) -> "Page":
        """Write down a day."""
        rows = lived.rows.with_columns(is_approved=~pl.col("declined")).select("time", *_OF_ROWS)
        touched = rows["transaction_id"].is_in(_decisions(log, lived.day)["transaction_id"].implode())
        plain = rows.filter(~touched).with_columns(**UNDECIDED)
        return cls(lived.day, _sums(plain, policies), rows.filter(touched), lived.waiting, lived.reviewed)


UNDECIDED = {"action": pl.lit(None, pl.String), **{name: pl.lit(value=False) for name in _FLAGS}}
"""Columns of a row about which nothing was decided."""


def books(pages: Sequence[Page], log: DecisionLog, policies: Policies) -> pl.DataFrame:
    """The ledger of days.

    Parameters
    ----------
    pages
        In order, of consecutive days.
    log
        All decisions, with verdicts.

    Returns
    -------
    pl.DataFrame
        ``day``, ``LINES`` [EUR] and ``COUNTS``, one row per day.
    """
    decided = [_judged(page, log).with_columns(page=pl.lit(page.day)) for page in pages]
    everything = pl.concat(decided).sort("time", "transaction_id")
    first = pl.col("insulted") & (pl.col("insulted").cum_sum().over("customer_id") == 1)
    everything = everything.with_columns(first_insult=first)
    found = []
    for page in pages:
        sums = page.plain + _sums(everything.filter(pl.col("page") == page.day), policies)
        found.append(
            sums.with_columns(
                day=pl.lit(day_date(page.day)), waiting=pl.lit(page.waiting), reviewed=pl.lit(page.reviewed)
            ).select("day", *LINES, *COUNTS)
        )
    return pl.concat(found)


def _decisions(log: DecisionLog, day: int) -> pl.DataFrame:
    """Decisions about payments of a day, whenever they take effect."""
    tables = [pl.DataFrame(table) for number, table in log.tables.items() if number >= day]
    if not tables:
        return pl.DataFrame(schema={"transaction_id": pl.Int64, "action": pl.String, "at_once": pl.Boolean})
    made = pl.concat([table.with_columns(pl.col("action").cast(pl.String)) for table in tables])
    return made.filter(pl.col("timestamp").dt.date() == day_date(day)).select(
        "transaction_id", "action", at_once=pl.col("decided_at") == pl.col("timestamp")
    )


def _judged(page: Page, log: DecisionLog) -> pl.DataFrame:
    """Payments of a page with what was decided about them, and what that did."""
    made = _decisions(log, page.day)
    once, action = pl.col("at_once"), pl.col("action")
    told = made.group_by("transaction_id").agg(
        action=action.filter(once).last(),
        ended=(~once).any(),
        found=(~once & (action == Action.BLOCK)).any(),
    )
    refusing = pl.col("action").is_in([Action.DECLINE, Action.BLOCK]).fill_null(value=False)
    challenged = (pl.col("action") == Action.STEP_UP).fill_null(value=False)
    hurt = refusing | (challenged & ~pl.col("is_approved")) | pl.col("found")
    return page.decided.join(told, "transaction_id", "left", maintain_order="left").with_columns(
        reviewed=pl.col("ended").fill_null(value=False),
        blocked=((pl.col("action") == Action.BLOCK) | pl.col("found")).fill_null(value=False),
        insulted=~pl.col("is_fraud") & hurt,
        first_insult=pl.lit(value=False),
    )


def _sums(rows: pl.DataFrame, policies: Policies) -> pl.DataFrame:
    """Sums over rows: one row of ``LINES`` and of counts."""
    fraud, passed = pl.col("is_fraud"), pl.col("is_fraud") & pl.col("is_approved")
    worth = passed & (pl.col("transaction_type") != "refund")
    refusing = pl.col("action").is_in([Action.DECLINE, Action.BLOCK]).fill_null(value=False)
    counts = {
        "payments": pl.len(),
        "approved": pl.col("is_approved").sum(),
        "frauds": fraud.sum(),
        "fraud_passed": passed.sum(),
        "fraud_value": pl.when(worth).then("euros").otherwise(0.0).sum(),
        "refused": refusing.sum(),
        "frauds_refused": (refusing & fraud).sum(),
        "insulted": pl.col("insulted").sum(),
        "insulted_customers": pl.col("first_insult").sum(),
        "challenged": (pl.col("action") == Action.STEP_UP).sum(),
        "blocks": pl.col("blocked").sum(),
    }
    sums = booked(rows, policies).select(pl.col(list(LINES)).sum())
    counted = rows.select(value.cast(pl.Float64).alias(name) for name, value in counts.items())
    return pl.concat([sums, counted], how="horizontal")
