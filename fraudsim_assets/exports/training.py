"""Training sets: transactions with what was known of them on a day.

The one idea: fraud becomes known late. A model that is trained on day D may only know labels of
day D and before; a fraud that had not been noticed by then is a genuine row to it, as in life.

Belongs here: the join of transactions and labels as of a day. Does not belong here: features.
"""

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports.bank import PARTITION, bank_labels, bank_view

LABEL_COLUMNS = ("known_fraud", "label_date", "label_type", "chargeback_reason")
"""What a training set has beside the columns of the bank's view."""

PRECEDENCE = ("bank_detected", "reported", "chargeback", "friendly_fraud", "review")
"""Which of several labels of one transaction and day counts as the latest: the last one here."""


def training_set(
    transactions: pl.LazyFrame, labels: pl.LazyFrame, known_on: date, *, gap_days: int = 0
) -> pl.LazyFrame:
    """Join transactions with their labels as known at the end of a day.

    Parameters
    ----------
    transactions
        Rows that honour ``tables.Transactions``.
    labels
        Rows that honour ``tables.FraudLabels``; later ones than ``known_on`` are not looked at.
    known_on
        The day D. [UTC]
    gap_days
        Leave out transactions of the last days up to D, whose labels have hardly come in: the last
        day in the set is D minus this. [days]

    Returns
    -------
    pl.LazyFrame
        Transactions up to D in their order, without ground truth, with the columns
        :data:`LABEL_COLUMNS`: ``known_fraud`` is what the bank believes by its latest label, false
        where it has none; the others are of that label, null where there is none.

    Raises
    ------
    ConfigError
        If ``gap_days`` is negative.
    """
    if gap_days < 0:
        raise ConfigError(f"gap_days is {gap_days}; valid are numbers of days from 0")
    last = known_on - timedelta(days=gap_days)
    rows = bank_view(transactions).filter(pl.col("timestamp") < datetime.combine(last, time(), UTC) + timedelta(days=1))
    if PARTITION in rows.collect_schema():
        rows = rows.filter(pl.col(PARTITION) <= last)  # files of later days are not opened
    return with_known_labels(rows, labels, known_on)


def with_known_labels(rows: pl.LazyFrame, labels: pl.LazyFrame, known_on: date) -> pl.LazyFrame:
    """Join the label in force at the end of a day to every row, whatever day the row is of.

    Returns
    -------
    pl.LazyFrame
        The rows in their order, with the columns :data:`LABEL_COLUMNS`.
    """
    return rows.join(_latest(labels, known_on), on="transaction_id", how="left", maintain_order="left").with_columns(
        pl.col("known_fraud").fill_null(value=False)
    )


def _latest(labels: pl.LazyFrame, known_on: date) -> pl.LazyFrame:
    """The label in force of each labelled transaction."""
    rank = pl.col("label_type").cast(pl.String).replace_strict(list(PRECEDENCE), range(len(PRECEDENCE)))
    known = bank_labels(labels).filter(pl.col("label_date") <= known_on)
    latest = pl.struct("label_date", rank=rank)
    return known.group_by("transaction_id").agg(
        pl.col("labelled_fraud").sort_by(latest).last().alias("known_fraud"),
        *(pl.col(name).sort_by(latest).last() for name in LABEL_COLUMNS[1:]),
    )
