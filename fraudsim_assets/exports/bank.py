"""The bank's view: what an issuer knows, without ground truth.

The one idea: columns are let through by name, never kept out by name, so that a column of ground
truth that is added later, or by a user, stays inside.

Belongs here: which columns a bank sees. Does not belong here: when it sees them (``training``).
"""

import polars as pl

from fraudsim_assets.tables import AccountEvents, FraudLabels, Transactions, columns, truth_columns
from fraudsim_assets.tables.contract import Model

PARTITION = "date"
"""Column that scans of the project's storage take from the path; kept, since it prunes files."""


def visible(model: Model) -> tuple[str, ...]:
    """Columns of a table that a bank sees, in order."""
    return tuple(name for name in columns(model) if name not in truth_columns(model))


def bank_view(transactions: pl.LazyFrame) -> pl.LazyFrame:
    """Take ground truth out of transactions.

    Parameters
    ----------
    transactions
        Rows that honour ``tables.Transactions``, all columns or some.

    Returns
    -------
    pl.LazyFrame
        The same rows in the same order, with the columns that a bank sees (and ``date``, where a
        scan has it).
    """
    return _seen(transactions, Transactions)


def bank_labels(labels: pl.LazyFrame) -> pl.LazyFrame:
    """Take ground truth out of labels.

    Parameters
    ----------
    labels
        Rows that honour ``tables.FraudLabels``.

    Returns
    -------
    pl.LazyFrame
        The same rows, with the columns that a bank sees.
    """
    return _seen(labels, FraudLabels)


def bank_events(events: pl.LazyFrame) -> pl.LazyFrame:
    """Take ground truth out of events that are no payments.

    Parameters
    ----------
    events
        Rows that honour ``tables.AccountEvents``.

    Returns
    -------
    pl.LazyFrame
        The same rows, with the columns that a bank sees.
    """
    return _seen(events, AccountEvents)


def _seen(frame: pl.LazyFrame, model: Model) -> pl.LazyFrame:
    there = frame.collect_schema()
    return frame.select(name for name in (*visible(model), PARTITION) if name in there)
