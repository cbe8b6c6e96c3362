"""What one request and the catalogs say: entry mode, 3-D Secure, card, customer, place and address.

Belongs here: features of a row alone. Does not belong here: features that look at other rows.
"""

import polars as pl

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.units import DAY

YEAR = 365.25
"""Length of a year. [days]"""

ADDRESS_BLOCK = 1 << 24
"""Addresses of one class-A block, which tells kinds of networks apart. [count]"""


def request(payments: pl.DataFrame) -> pl.DataFrame:
    """Fields of the request, and the customer, card and merchant as they were on the day."""
    homes = [payments[name].to_numpy() for name in ("home_lat", "home_lon", "shop_lat", "shop_lon")]
    day = pl.from_epoch("time", "us").dt.date()
    cents = (pl.col("amount") * 100).round().cast(pl.Int64)
    return payments.select(
        "entry_mode",
        "three_ds",
        "transaction_type",
        "product",
        "network",
        "segment",
        "income_band",
        "merchant_country",
        "home_country",
        (pl.col("currency").cast(pl.String) != pl.col("billing_currency").cast(pl.String)).alias("other_currency"),
        pl.col("is_online"),
        pl.Series("home_km", great_circle_km(*homes), dtype=pl.Float32),
        cents_are_round=(cents % 500 == 0),
        cents_are_just_below=(cents % 100 >= 95),
        age=((day - pl.col("birth_date")).dt.total_days() / YEAR).cast(pl.Float32),
        customer_days=(day - pl.col("opened_on")).dt.total_days().cast(pl.Float32),
        card_days=(day - pl.col("card_from")).dt.total_days().cast(pl.Float32),
        limit_share=(pl.col("billing_amount") / pl.col("credit_limit")).cast(pl.Float32),
        address_block=(pl.col("ip_address") // ADDRESS_BLOCK).cast(pl.String),
        card_is_over="card_is_over",
        has_device=pl.col("device_id").is_not_null(),
        has_place=pl.col("latitude").is_not_null(),
        utc_hour=(pl.col("time") % DAY / (DAY / 24)).cast(pl.Float32),
    )
