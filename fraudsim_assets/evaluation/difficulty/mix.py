"""What the fraud consists of: shares by kind, by value, remote and across borders.

Belongs here: descriptions of the fraud, for the reader of a report. Does not belong here: scores.
"""

import polars as pl

DAYS_PER_YEAR = 365.25

ALL = "all fraud"
"""Name of the line of all kinds together."""


def fraud_mix(payments: pl.DataFrame) -> dict[str, dict[str, float]]:
    """Describe every kind of fraud, and all together.

    Parameters
    ----------
    payments
        Of ``Payments.table``.

    Returns
    -------
    dict
        By kind: ``share`` of rows and ``share_value`` of approved value, [share]; ``rate`` of all rows and
        ``rate_value`` of all approved value, [share]; mean approved amount over the genuine mean,
        ``value_ratio``; ``remote`` and ``foreign`` shares of approved value; ``declined`` share of attempted
        value; ``rows_per_campaign``; ``cards_per_year``, the share of cards that are struck in a year.
    """
    genuine = payments.filter(~pl.col("is_fraud") & pl.col("is_approved"))
    whole = _Whole(
        rows=payments.height,
        value=float(payments.filter("is_approved")["euros"].cast(pl.Float64).sum()),
        usual=float(genuine["euros"].cast(pl.Float64).sum() / max(genuine.height, 1)),
        cards=payments["card_id"].n_unique(),
        years=payments["day"].n_unique() / DAYS_PER_YEAR,
    )
    fraud = payments.filter("is_fraud").with_columns(pl.col("scenario", "channel").cast(pl.String))
    total = whole.of(fraud)
    mix = {ALL: _line(total, total)}
    for name in sorted(fraud["scenario"].drop_nulls().unique()):
        mix[name] = _line(whole.of(fraud.filter(pl.col("scenario") == name)), total)
    return mix


class _Whole:
    """Sums over all payments, and the same figures of a part of the fraud."""

    def __init__(self, *, rows: int, value: float, usual: float, cards: int, years: float) -> None:
        self.rows, self.value, self.usual, self.cards, self.years = rows, value, usual, cards, years

    def of(self, fraud: pl.DataFrame) -> dict[str, float]:
        paid, euros = pl.col("is_approved"), pl.col("euros").cast(pl.Float64)
        remote, abroad = pl.col("channel") == "ecommerce", pl.col("foreign")
        sums = fraud.select(
            rows=pl.len(),
            asked=euros.sum(),
            value=euros.filter(paid).sum(),
            paid=paid.sum(),
            remote=euros.filter(paid & remote).sum(),
            foreign=euros.filter(paid & abroad).sum(),
            campaigns=pl.col("campaign").n_unique(),
            cards=pl.col("card_id").n_unique(),
        ).row(0, named=True)
        return {name: float(value or 0.0) for name, value in sums.items()} | {
            "all_rows": float(self.rows),
            "all_value": self.value,
            "usual": self.usual,
            "card_years": self.cards * self.years,
        }


def _line(part: dict[str, float], total: dict[str, float]) -> dict[str, float]:
    def ratio(over: float, under: float) -> float:
        return over / under if under else float("nan")

    return {
        "share": ratio(part["rows"], total["rows"]),
        "share_value": ratio(part["value"], total["value"]),
        "rate": ratio(part["rows"], part["all_rows"]),
        "rate_value": ratio(part["value"], part["all_value"]),
        "value_ratio": ratio(ratio(part["value"], part["paid"]), part["usual"]),
        "remote": ratio(part["remote"], part["value"]),
        "foreign": ratio(part["foreign"], part["value"]),
        "declined": 1.0 - ratio(part["value"], part["asked"]),
        "rows_per_campaign": ratio(part["rows"], part["campaigns"]),
        "cards_per_year": ratio(part["cards"], part["card_years"]),
    }
