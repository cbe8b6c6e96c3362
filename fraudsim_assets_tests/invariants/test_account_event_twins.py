"""Twins with and without one kind of account event differ by events of that kind, and by what belongs to them."""

from datetime import date, timedelta
from functools import cache

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import World, simulate_day, simulate_events
from fraudsim_assets.tables.codes import EVENT_TYPES
from fraudsim_assets.units import SECOND

CONTACTS = packaged().contacts

FIRST, DAYS, OFTEN = date(2025, 3, 10), 6, 20.0

BESIDES = {"log_in": {"password_reset"}} | {kind: {"log_in"} for kind in EVENT_TYPES if kind != "log_in"}
"""A log-in comes before a contact on a device and after a new password; log-ins that fail lead to a password reset."""


@cache
def world(without: str | None) -> World:
    """No fraud, so that all events are honest; those of one's own accord happen often, so that each day has some."""
    events = {}
    for name, entry in packaged().account_events.items():
        often = {"rate": max(entry.rate, OFTEN) if entry.rate else 0.0, "follows": 1.0 if entry.follows else 0.0}
        events[name] = entry.model_dump() | ({"rate": 0.0, "follows": 0.0} if name == without else often)
    overrides = {"fraud": {"rate": 0.0}, "reference": {"account_events": events}}
    config = load_config("tiny", overrides=overrides, env={})
    return World(config, build_catalogs(config))


@cache
def events_of(without: str | None) -> pl.DataFrame:
    days = (FIRST + timedelta(days=n) for n in range(DAYS))
    found = pl.concat([pl.from_arrow(simulate_events(world(without), day).read()) for day in days])
    return found.with_columns(pl.col(pl.Categorical, pl.Enum).cast(pl.String))


def test_the_usual_twin_has_every_kind():
    counts = events_of(None)["event_type"].value_counts()
    assert set(counts["event_type"]) == set(EVENT_TYPES)
    assert counts["count"].min() >= 3


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_without_a_kind_of_event_all_others_are_as_they_were(kind):
    usual, fewer = events_of(None), events_of(kind)
    assert fewer.join(usual, on=usual.columns, how="anti", nulls_equal=True).is_empty()
    gone = usual.join(fewer, on="event_id", how="anti")
    assert set(gone["event_type"]) - {kind} <= BESIDES[kind]
    if kind != "log_in":
        assert fewer.filter(pl.col("event_type") == kind).is_empty()
        contacts = gone.filter(pl.col("event_type") == kind).sort("timestamp")
        before = gone.filter(pl.col("event_type") == "log_in").sort("timestamp")
        near = before.join_asof(
            contacts.select("customer_id", "timestamp", contact="event_id"),
            on="timestamp",
            by="customer_id",
            strategy="nearest",
            tolerance=timedelta(microseconds=max(sum(CONTACTS.log_in_before), sum(CONTACTS.resetting)) * SECOND),
            check_sortedness=False,
        )
        assert near["contact"].null_count() == 0
        assert near.height <= contacts.height


@pytest.mark.parametrize("kind", EVENT_TYPES)
def test_no_kind_of_event_changes_a_payment(kind):
    one, other = (simulate_day(world(without), FIRST).read() for without in (None, kind))
    assert one.equals(other)
