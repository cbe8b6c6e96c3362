"""The rows and figures shown in README.md: what one card of ``configs/demo.yaml`` paid around a fraud, and a week.

Belongs here: choosing the rows and setting them as a table. Does not belong here: writing the file
(``regenerate``) and holding it (``test_repository``).
"""

import re
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import polars as pl
import pyarrow as pa

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_day

README = Path(__file__).parents[2] / "README.md"
LAST_DAY = date(2025, 1, 15)
DAYS = 3
ROWS = 8
BLOCK = re.compile(r"(?<=<!-- sample -->\n).*?(?=<!-- end of sample -->)", re.DOTALL)
COLUMNS = ("timestamp", "merchant", "city", "mcc", "amount", "currency", "channel", "response", "fraud_scenario")


@cache
def sample_table() -> str:
    """Make the days and set the rows as a Markdown table."""
    config = load_config("demo", env={})
    world = World(config, build_catalogs(config))
    days = [simulate_day(world, LAST_DAY - timedelta(days=n)).read() for n in range(DAYS)]
    merchants = pl.DataFrame(world.catalogs.merchants).select(
        "merchant_id", "version", pl.col("name").alias("merchant"), pl.col("city").cast(pl.String)
    )
    latest = merchants.sort("version").unique("merchant_id", keep="last")
    payments = pl.DataFrame(pa.concat_tables(days).unify_dictionaries()).join(latest, on="merchant_id")
    chosen = payments.filter(pl.col("card_id") == _card(payments)).sort("timestamp").tail(ROWS)
    rows = chosen.select(
        pl.col("timestamp").dt.strftime("%m-%d %H:%M:%S"),
        "merchant",
        pl.when(pl.col("channel").cast(pl.String) == "ecommerce").then(pl.lit("")).otherwise("city"),
        pl.col("mcc").cast(pl.String),
        pl.col("amount").cast(pl.Decimal(18, 2)).cast(pl.String),
        pl.col("currency").cast(pl.String),
        pl.col("channel").cast(pl.String),
        pl.col("response_code").cast(pl.String).alias("response"),
        pl.col("fraud_scenario").cast(pl.String).fill_null(""),
    )
    lines = ["| " + " | ".join(COLUMNS) + " |", "|---" * len(COLUMNS) + "|"]
    lines += ["| " + " | ".join(row) + " |" for row in rows.iter_rows()]
    return "\n".join(lines) + "\n"


HEADLESS_DAYS = [date(2025, 1, 13) + timedelta(days=n) for n in range(7)]
FIGURES = re.compile(r"[\d,]+ payments, \d+ of(\s)them fraudulent")


@cache
def figures() -> tuple[int, int]:
    """Payments and frauds of the week that the headless command makes."""
    config = load_config("tiny", env={})
    world = World(config, build_catalogs(config))
    days = [pl.DataFrame(simulate_day(world, day).read())["is_fraud"] for day in HEADLESS_DAYS]
    return sum(map(len, days)), sum(day.sum() for day in days)


def _told(found: re.Match[str]) -> str:
    payments, frauds = figures()
    return f"{payments:,} payments, {frauds} of{found[1]}them fraudulent"


def _card(payments: pl.DataFrame) -> int:
    """Card whose number was stolen, with four genuine and four fraudulent payments or nearly so."""
    fraud, stolen = pl.col("is_fraud"), pl.col("fraud_scenario").cast(pl.String) == "stolen_cnp"
    cards = payments.group_by("card_id").agg(
        fraud.sum().clip(0, 4).alias("frauds"),
        (~fraud).sum().clip(0, 4).alias("genuine"),
        (stolen.sum() > 0).alias("stolen"),
        pl.col("channel").cast(pl.String).n_unique().alias("channels"),
    )
    likeness = pl.min_horizontal("frauds", "genuine") * 100 + pl.col("frauds") + pl.col("genuine") + pl.col("channels")
    return cards.sort("stolen", likeness, -pl.col("card_id"), descending=True)["card_id"][0]


def write_sample() -> bool:
    """Set rows and figures into README.md; tell whether it changed."""
    before = README.read_text(encoding="utf-8")
    now = FIGURES.sub(_told, BLOCK.sub(lambda _: sample_table(), before))
    README.write_text(now, encoding="utf-8")
    return now != before
