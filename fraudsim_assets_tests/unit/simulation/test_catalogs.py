"""Catalogs that are streamed are those of tables in memory."""

from datetime import date

import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs, catalogs_for_days
from fraudsim_assets.catalog.entities import NEEDED
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, catalog_stream, simulate_day, with_reissues
from fraudsim_assets.tables import TABLES, arrow_schema


@pytest.fixture(scope="module")
def config():
    return load_config("tiny", overrides={"fraud": {"rate": 0.02}}, env={})


@pytest.mark.parametrize("name", NEEDED)
def test_a_streamed_catalog_is_that_of_the_world_in_memory(config, name, monkeypatch):
    monkeypatch.setattr(f"fraudsim_assets.catalog.{name}.{name.rstrip('s')}_batches.__defaults__", (37,))
    stream = catalog_stream(name, config)
    whole = getattr(with_reissues(World(config, build_catalogs(config))), name)
    assert stream.schema.equals(arrow_schema(TABLES[name]))
    assert len(list(stream.batches())) > 2
    for _ in range(2):
        assert pl.from_arrow(stream.read()).equals(pl.from_arrow(whole))


def test_there_are_reissued_cards_to_speak_of(config):
    cards = pl.from_arrow(catalog_stream("cards", config).read())
    assert cards["replaces_card_id"].is_not_null().sum() > 10


def test_few_columns_of_the_catalogs_make_the_same_day(config):
    day = date(2025, 2, 3)
    lean, whole = (World(config, make(config)) for make in (catalogs_for_days, build_catalogs))
    assert pl.from_arrow(simulate_day(lean, day).read()).equals(pl.from_arrow(simulate_day(whole, day).read()))
