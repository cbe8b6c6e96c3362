"""The world whose content is held: ``configs/tiny.yaml``, its catalogs and three of its days.

Belongs here: what is made for the golden tests. Does not belong here: how it is compared (``canonical``).
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config, provenance
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.simulation import World, simulate_day, simulate_events, simulate_labels, with_reissues
from fraudsim_assets_tests.golden.canonical import table_digest

FOLDER = Path(__file__).parent
DIGESTS = FOLDER / "digests.json"
SMOKE = FOLDER / "transactions-1000.parquet"

DAYS = (date(2025, 1, 1), date(2025, 3, 30), date(2025, 11, 28))
"""The first day, a day of 23 hours in Europe, and the busiest day of a year."""

SMOKE_DAY = DAYS[-1]
SMOKE_ROWS = 1000


def make_world() -> World:
    """Make the tiny world, deaf to the settings of this machine."""
    config = load_config("tiny", env={})
    return World(config, build_catalogs(config))


def tables_of(world: World) -> Mapping[str, tuple[str, pa.Table]]:
    """All tables that are held: name of the table and its content, by a name with the day."""
    catalogs = with_reissues(world)
    tables = {name: (name, getattr(catalogs, name)) for name in ("customers", "cards", "merchants")}
    for day in DAYS:
        tables[f"transactions {day}"] = ("transactions", simulate_day(world, day).read())
        tables[f"fraud_labels {day}"] = ("fraud_labels", simulate_labels(world, day).read())
        tables[f"account_events {day}"] = ("account_events", simulate_events(world, day).read())
    return tables


def digests_of(world: World) -> dict[str, Any]:
    """Digests of all tables that are held."""
    return {title: table_digest(name, table) for title, (name, table) in tables_of(world).items()}


def smoke_rows(world: World) -> FrameStream:
    """The first 1,000 payments of a day."""
    table = simulate_day(world, SMOKE_DAY).read().slice(0, SMOKE_ROWS)
    return FrameStream.of(table, metadata=provenance(world.config, scope="transactions"))
