"""Opening hours hold for everything that happens in a shop."""

import polars as pl

from fraudsim_assets.reference_data import packaged

SECOND_TRY_MINUTES = max(refusal.wait + refusal.wait_spread for refusal in packaged().refusals.values()) / 60
"""Who is refused just before a shop closes may try again a little later. [minutes]"""


def in_shops(world, month: pl.DataFrame) -> pl.DataFrame:
    """Rows in shops, and how many minutes before opening or after closing they are; nought for those in between."""
    shops = pl.DataFrame(pl.from_arrow(world.catalogs.merchants)).filter(~pl.col("is_online"))
    rows = month.join(shops.select("merchant_id", "opens_minute", "closes_minute"), on="merchant_id")
    minute = pl.col("local_time").dt.hour().cast(pl.Float64) * 60 + pl.col("local_time").dt.minute()
    opens, closes = pl.col("opens_minute").cast(pl.Float64), pl.col("closes_minute").cast(pl.Float64)
    late = pl.max_horizontal(minute - closes, pl.lit(0.0))
    early = pl.max_horizontal(opens - minute, pl.lit(0.0))
    after_midnight = pl.max_horizontal(minute + 1440 - closes, pl.lit(0.0))
    return rows.with_columns(outside=pl.min_horizontal(pl.max_horizontal(late, early), after_midnight))


def test_genuine_rows_refunds_and_fraud_in_shops_keep_their_hours(world, month):
    rows = in_shops(world, month)
    assert rows.filter(pl.col("transaction_type") == "refund").height > 30
    assert rows.filter("is_fraud").height > 30
    for some in (rows.filter("is_fraud"), rows.filter(pl.col("transaction_type") == "refund")):
        assert some["outside"].max() == 0.0
    assert rows["outside"].max() <= SECOND_TRY_MINUTES
