"""Hand-made payments in the narrow columns of the detector, and a small world's real ones."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import lru_cache

import numpy as np
import polars as pl

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.evaluation.days import collect
from fraudsim_assets.evaluation.difficulty.payments import Payments
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY, HOUR

FIRST = date(2025, 3, 1)
START = 20_000 * DAY


def payments(n: int = 400, days: int = 40, seed: int = 5) -> pl.DataFrame:
    """Rows of a few cards and merchants with every column that features and tell-tales look at."""
    u = lambda what: Streams(seed).draw(f"test.{what}").uniforms(np.arange(n))  # noqa: E731
    time = START + np.sort((u("time") * days * DAY).astype(np.int64))
    remote = u("remote") < 0.3
    fraud = u("fraud") < 0.08
    return pl.DataFrame(
        {
            "transaction_id": np.arange(n),
            "card_id": (u("card") * 9).astype(np.int64),
            "merchant_id": (u("merchant") * 6).astype(np.int64),
            "mcc": [("5411", "5732", "4111")[int(x)] for x in u("mcc") * 3],
            "channel": np.where(remote, "ecommerce", "pos").tolist(),
            "entry_mode": np.where(remote, "ecommerce", "chip").tolist(),
            "hour": (time % DAY // HOUR),
            "weekday": (time // DAY) % 7 + 1,
            "time": time,
            "day": (time - START) // DAY,
            "euros": np.exp(4 * u("euros")).astype(np.float32),
            "foreign": u("foreign") < 0.1,
            "is_approved": u("approved") < 0.9,
            "is_fraud": fraud,
            "fraud_known": pl.Series(np.where(fraud, time + (u("delay") ** 4 * 30 * DAY).astype(np.int64), -1)).replace(
                {-1: None}
            ),
            "cleared": pl.Series([None] * n, dtype=pl.Int64),
            **_facts(n, u, remote),
            "scenario": pl.Series(np.where(fraud, "stolen_cnp", None).tolist(), dtype=pl.String),
            "campaign": np.where(fraud, np.arange(n) // 20, 0),
        }
    ).with_columns(pl.selectors.string().cast(pl.Categorical))


def _facts(n: int, u: Callable[[str], np.ndarray], remote: np.ndarray) -> dict[str, object]:
    """Columns of the request and of the catalogs that follow from nothing else."""
    place = {name: pl.Series(np.where(remote, None, 40 + 10 * u(name)).tolist(), dtype=pl.Float32) for name in PLACE}
    return place | {
        "position": np.arange(n),
        "customer_id": (u("card") * 9).astype(np.int64) // 2,
        "previous_txn_id": pl.Series([None] * n, dtype=pl.Int64),
        "original_txn_id": pl.Series([None] * n, dtype=pl.Int64),
        "transaction_type": ["purchase"] * n,
        "amount": np.exp(4 * u("euros")),
        "billing_amount": np.exp(4 * u("euros")),
        "currency": np.where(u("currency") < 0.9, "EUR", "USD").tolist(),
        "billing_currency": ["EUR"] * n,
        "merchant_country": [("DE", "FR")[int(x * 2)] for x in u("country")],
        "three_ds": [("challenge" if x < 0.4 else None) for x in u("three_ds")],
        "device_id": pl.Series(np.where(remote, (u("device") * 8).astype(int), -1)).replace({-1: None}),
        "ip_address": pl.Series(np.where(remote, (u("address") * 8).astype(int) + 1, 0)).replace({0: None}),
        "response_code": np.where(u("approved") < 0.9, "00", "05").tolist(),
        "birth_date": [date(1980, 1, 1)] * n,
        "opened_on": [date(2010, 1, 1)] * n,
        "segment": ["family"] * n,
        "income_band": ["middle"] * n,
        "home_country": ["DE"] * n,
        "home_lat": np.full(n, 45.0),
        "home_lon": np.full(n, 45.0),
        "product": ["debit"] * n,
        "network": ["visa"] * n,
        "credit_limit": pl.Series([None] * n, dtype=pl.Float64),
        "card_from": [date(2020, 1, 1)] * n,
        "card_is_over": np.zeros(n, dtype=bool),
        "is_online": remote,
        "shop_lat": 40 + 10 * u("latitude"),
        "shop_lon": 40 + 10 * u("longitude"),
    }


PLACE = ("latitude", "longitude")


@lru_cache(maxsize=1)
def world() -> World:
    """A world small enough for a test and with enough fraud to learn from."""
    overrides = {
        "population": {"customers": 2_000, "cards": 3_000, "merchants": 600},
        "activity": {"transactions_per_day": 3_000},
        "fraud": {"rate": 0.02},
        "end_date": None,
    }
    config = load_config("tiny", overrides=overrides, env={})
    return World(config, build_catalogs(config))


@lru_cache(maxsize=1)
def days(n: int = 24) -> tuple[pl.DataFrame, ...]:
    return tuple(pl.DataFrame(pl.from_arrow(simulate_day(world(), FIRST + timedelta(days=i)).read())) for i in range(n))


def dates(n: int = 24) -> list[date]:
    """Days of the small world."""
    return [FIRST + timedelta(days=i) for i in range(n)]


def table_of(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """Narrow columns of days of the small world, given or changed by hand."""
    sources = {FIRST + timedelta(days=i): frame.lazy() for i, frame in enumerate(frames)}
    return collect(Payments(world()), sources, sources=sources).table()


def relabelled(table: pl.DataFrame, fraud: pl.Expr) -> pl.DataFrame:
    """Payments of which others are the fraud, and known at once."""
    return table.with_columns(
        is_fraud=fraud,
        fraud_known=pl.when(fraud).then("time"),
        cleared=pl.lit(None, dtype=pl.Int64),
        campaign=pl.col("transaction_id"),
        scenario=pl.lit("made"),
    )


@lru_cache(maxsize=1)
def collected() -> pl.DataFrame:
    """All days of the small world in narrow columns."""
    return table_of(days())
