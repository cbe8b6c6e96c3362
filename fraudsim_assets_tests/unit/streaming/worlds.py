"""A small world with three days, and what a stream of it must amount to.

Belongs here: the batch that streams are compared with, and reading messages back. Does not belong
here: servers.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import polars as pl

from fraudsim_assets.catalog import Catalogs, build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_day, simulate_events, simulate_labels, with_reissues
from fraudsim_assets.storage import content_digest
from fraudsim_assets.streaming import Feed, Span
from fraudsim_assets.streaming.events import TOPICS, Events
from fraudsim_assets.tables.messages import MESSAGES
from fraudsim_assets.units import DAY, day_number

OVERRIDES = ("fraud.rate=0.03", "geography.countries={US: 2, DE: 1}")
DAYS = [date(2025, 3, 1) + timedelta(days=n) for n in range(3)]
START = day_number(DAYS[0]) * DAY
SPAN = Span(START, START + 3 * DAY)


@lru_cache(maxsize=1)
def world_and_catalogs() -> tuple[World, Catalogs]:
    config = load_config("tiny", overrides=list(OVERRIDES), env={})
    world = World(config, build_catalogs(config))
    return world, with_reissues(world)


def feed(**changes: Any) -> Feed:
    world, catalogs = world_and_catalogs()
    return Feed(**({"world": world, "catalogs": catalogs, "span": SPAN} | changes))


def events_of(some: Feed) -> Events:
    return Events.merged(list(some.cells()))


@lru_cache(maxsize=4)
def batch(topic: str) -> pl.DataFrame:
    """What the days hold, as a bank sees it."""
    world, _ = world_and_catalogs()
    make = {"payments": simulate_day, "labels": simulate_labels, "events": simulate_events}[topic]
    days = [pl.DataFrame(make(world, day).read()) for day in DAYS]
    return pl.concat(days).select(MESSAGES[topic].names)


def digest(topic: str, rows: pl.DataFrame) -> str:
    """Content digest of messages, whatever their order."""
    kinds = {name: pl.String for name, kind in rows.schema.items() if kind == pl.Categorical}
    keys = {"labels": ["transaction_id", "label_type"], "events": ["event_id"]}.get(topic, ["transaction_id"])
    return content_digest(rows.cast(kinds).sort(keys).to_arrow())  # pyright: ignore[reportArgumentType]


def batch_digest(topic: str) -> str:
    return digest(topic, batch(topic))


def typed(topic: str, values: Iterable[bytes]) -> pl.DataFrame:
    """Messages in JSON, back in the types of the contract."""
    text = {name: kind for name, kind in batch(topic).schema.items() if not (kind.is_numeric() and kind != pl.Decimal)}
    text = {name: kind for name, kind in text.items() if kind != pl.Boolean}
    columns = {
        declared.name: pl.String if declared.name in text else declared.dtype for declared in MESSAGES[topic].columns
    }
    rows = pl.DataFrame([json.loads(value) for value in values], schema=columns)
    return rows.with_columns(_parsed(name, kind) for name, kind in text.items())


def _parsed(name: str, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, pl.Datetime):
        moment = pl.col(name).str.strip_suffix("Z").str.to_datetime("%Y-%m-%dT%H:%M:%S%.6f", time_unit="us")
        return moment.dt.replace_time_zone(kind.time_zone)
    if kind == pl.Date:
        return pl.col(name).str.to_date()
    return pl.col(name).cast(pl.String if kind == pl.Categorical else kind)


def of_topic(events: Events, topic: str) -> Events:
    return events.take(events.topic == TOPICS.index(topic))


def when(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)
