"""A table cut into any number of partitions is the table."""

from datetime import date
from unittest import mock

import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets.engines import TABLES, world_table
from fraudsim_assets.engines import table as module
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.simulation import World, build_world, scan, simulate_events, simulate_labels, with_reissues
from fraudsim_assets_tests.engines.world import CONFIG, END, PARTITIONS, START, TABLE, canonical, digest, expected


def _rows(table, partitions, predicate=None):
    cut = table.cut(partitions)
    batches = [batch for pieces in cut for batch in table.batches(pieces, predicate)]
    return len(cut), pa.Table.from_batches(batches, schema=table.schema)


@pytest.mark.parametrize("partitions", [*PARTITIONS, None])
def test_partitions_together_are_what_a_scan_gives(partitions):
    count, rows = _rows(TABLE, partitions)
    wanted = expected()
    assert count == (partitions or 4)
    assert rows.num_rows == wanted.height
    assert digest(canonical(rows)) == digest(wanted)


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_labels_are_those_of_the_days(partitions):
    table, world = world_table(CONFIG, "labels", START, END), build_world(CONFIG)
    _, rows = _rows(table, partitions)
    wanted = pa.concat_tables(simulate_labels(world, date(2025, 1, day)).read() for day in range(10, 14))
    names = ["transaction_id", "label_date", "labelled_fraud"]
    key = [("transaction_id", "ascending"), ("label_date", "ascending")]
    assert rows.num_rows > 0
    assert rows.select(names).sort_by(key).equals(wanted.select(names).sort_by(key))


@pytest.mark.parametrize("partitions", PARTITIONS)
def test_events_are_those_of_the_days(partitions):
    _, rows = _rows(world_table(CONFIG, "account_events", START, END), partitions)
    world = build_world(CONFIG)
    wanted = pa.concat_tables(simulate_events(world, date(2025, 1, day)).read() for day in range(10, 14))
    names = ["event_id", "timestamp", "customer_id", "is_fraud"]
    assert rows.select(names).sort_by("event_id").equals(wanted.select(names).sort_by("event_id"))


@pytest.mark.parametrize("name", ["customers", "cards", "merchants"])
def test_a_catalog_is_one_partition_and_whole(name):
    count, rows = _rows(world_table(CONFIG, name), 8)
    wanted = getattr(with_reissues(build_world(CONFIG)), name)
    assert (count, rows.num_rows, rows.schema.names) == (1, wanted.num_rows, wanted.schema.names)


def test_truth_tells_of_every_transaction():
    _, rows = _rows(world_table(CONFIG, "truth", START, END), 3)
    assert rows.num_rows == expected().height
    assert "card_id" not in rows.schema.names
    assert pl.DataFrame(pl.from_arrow(rows))["is_fraud"].sum() == expected()["is_fraud"].sum()


def test_a_filter_narrows_what_is_made():
    card = expected()["card_id"][0]
    made, day_batches = [0], scan.day_batches

    def counted(*arguments, **settings):
        for batch in day_batches(*arguments, **settings):
            made[0] += batch.num_rows
            yield batch

    with mock.patch.object(scan, "day_batches", counted):
        _, rows = _rows(TABLE.select(["card_id", "amount"]), 8, pl.col("card_id") == card)
    assert rows.num_rows == expected().filter(card_id=card).height
    assert rows.num_rows <= made[0] <= 3 * rows.num_rows, "the account's other plastics, and no other account"


def test_a_world_is_made_once_in_a_process():
    module._world.cache_clear()
    with mock.patch.object(module, "World", side_effect=World) as built:
        _rows(TABLE.select(["card_id"]), 3)
        _rows(world_table(CONFIG, "labels", START, END), 2)
    assert built.call_count == 1


def test_wrong_requests_name_what_is_valid():
    with pytest.raises(ConfigError, match=r"table is 'payments'; valid are transactions, labels"):
        world_table(CONFIG, "payments")
    with pytest.raises(ConfigError, match="columns has 'nope'; valid for labels are"):
        world_table(CONFIG, "labels", columns=["nope"])
    with pytest.raises(ConfigError, match="partitions is 0"):
        TABLE.cut(0)
    with pytest.raises(ConfigError, match="start is 'monday'"):
        world_table(CONFIG, start="monday")
    with pytest.raises(ConfigError, match="outside the world"):
        world_table(CONFIG, start="1999-01-01")
    with pytest.raises(ConfigError, match="seed is not set"):
        world_table(CONFIG.model_copy(update={"seed": None}))
    assert set(TABLES) == {"transactions", "labels", "truth", "account_events", "customers", "cards", "merchants"}
