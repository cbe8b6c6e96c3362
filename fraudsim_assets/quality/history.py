"""Checks across days: what holds between the transactions of a whole stretch of time.

Run by hand or now and then over stored days; the daily checks do not need it.

Belongs here: promises that no single day can be held to. Does not belong here: anything that a
day's own rows tell (``checks``).
"""

from functools import partial

import polars as pl

from fraudsim_assets.quality.declaration import NEEDS_DAYS, Rule
from fraudsim_assets.quality.results import CheckResult

_TYPE = pl.col("transaction_type").cast(pl.String)
_SHARED = ("customer_id", "merchant_id", "timestamp", "amount", "currency", "is_approved")


def _repeated(days: pl.LazyFrame) -> pl.LazyFrame:
    return days.group_by("transaction_id").len().filter(pl.col("len") > 1)


def _links(days: pl.LazyFrame) -> pl.LazyFrame:
    """Each transaction beside the id of the same card's transaction before it in the stretch."""
    return (
        days.select("card_id", "timestamp", "transaction_id", "previous_txn_id")
        .sort("card_id", "timestamp", maintain_order=True)
        .with_columns(before=pl.col("transaction_id").shift(1).over("card_id"))
    )


def _unlinked(days: pl.LazyFrame) -> pl.LazyFrame:
    return _links(days).filter(pl.col("before").is_not_null() & pl.col("previous_txn_id").ne_missing(pl.col("before")))


def _refunds(days: pl.LazyFrame) -> pl.LazyFrame:
    """Refunds beside the purchase that they name; its columns end in ``_bought`` and are null if it is not there."""
    bought = days.filter(_TYPE == "purchase").select("transaction_id", *_SHARED)
    return (
        days.filter(_TYPE == "refund")
        .select("transaction_id", "original_txn_id", *_SHARED)
        .join(bought, left_on="original_txn_id", right_on="transaction_id", how="left", suffix="_bought")
    )


def _odd_refunds(days: pl.LazyFrame) -> pl.LazyFrame:
    fits = pl.all_horizontal(
        pl.col("customer_id") == pl.col("customer_id_bought"),
        pl.col("merchant_id") == pl.col("merchant_id_bought"),
        pl.col("timestamp") > pl.col("timestamp_bought"),
        pl.col("currency").cast(pl.String) == pl.col("currency_bought").cast(pl.String),
        pl.col("amount") <= pl.col("amount_bought"),
        pl.col("is_approved_bought"),
    )
    return _refunds(days).filter(pl.col("customer_id_bought").is_not_null() & pl.col("is_approved") & ~fits)


def _lost_refunds(days: pl.LazyFrame, refund_days: int) -> pl.LazyFrame:
    begun = days.select(begun=pl.col("timestamp").min())
    late = pl.col("timestamp") - pl.col("begun") > pl.duration(days=refund_days)
    return _refunds(days).join(begun, how="cross").filter(pl.col("customer_id_bought").is_null() & late)


_rule = partial(Rule, "history_audit", left_out=NEEDS_DAYS)

REFUNDED_PURCHASES = _rule(
    "refunded_purchases_exist",
    "refunds",
    "a refund names a purchase of the days before, up to the longest delay of refunds",
    _lost_refunds,
)

HISTORY_RULES = (
    _rule(
        "transaction_ids_are_unique_over_days",
        "unique_ids",
        "no transaction_id occurs twice on any two days",
        lambda days, _: _repeated(days),
    ),
    _rule(
        "chains_are_unbroken_over_days",
        "chain_integrity",
        "previous_txn_id is the card's transaction before, on whatever day that was",
        lambda days, _: _unlinked(days),
    ),
    _rule(
        "refunds_fit_their_purchase",
        "refunds",
        "what is refunded was bought and paid before by the same customer at the same merchant for no less",
        lambda days, _: _odd_refunds(days),
    ),
    REFUNDED_PURCHASES,
)
"""Every rule about days together; ``violations`` takes the days and the longest delay of refunds, or None."""


def check_history(days: pl.LazyFrame, *, refund_days: int | None = None) -> list[CheckResult]:
    """Check consecutive days of transactions together.

    Parameters
    ----------
    days
        Transactions of consecutive days, in order of days and, within a day, in row order.
    refund_days
        Longest time from a purchase to its refund: refunds later than this after the first row
        must find their purchase. Without it, purchases before the first day are given the benefit
        of the doubt. [days]

    Returns
    -------
    list of CheckResult
        All blocking; each is one pass over the days by the streaming engine.
    """
    judged = HISTORY_RULES if refund_days is not None else HISTORY_RULES[:-1]
    return [_result(rule, rule.violations(days, refund_days)) for rule in judged]


def _result(rule: Rule, broken: pl.LazyFrame) -> CheckResult:
    found = broken.select(pl.len(), pl.col("transaction_id").min()).collect(engine="streaming").row(0)
    metrics: dict[str, float | int | str] = {"violations": found[0]}
    if found[0]:
        metrics["example"] = f"transaction {found[1]}"
    return rule.result(not found[0], metrics)
