"""What tables of a lakehouse promise beyond what every store does: commits, versions, and any reader of the format."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pytest

from fraudsim_assets.errors import StorageError, WorldMismatchError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import LocalStore, PartKey, S3Store
from fraudsim_assets.storage.credentials import bucket_options
from fraudsim_assets.storage.identity import Identity
from fraudsim_assets.storage.membership import Days
from fraudsim_assets.storage.replacing import replace_world
from fraudsim_assets_tests.storage.accounts import BUCKET
from fraudsim_assets_tests.storage.killable import ROWS, Writers
from fraudsim_assets_tests.storage.lakes import PACKAGES, lake, lazily, table_of
from fraudsim_assets_tests.storage.samples import FACTS, KEY, QUICK, options, payments, version_if_whole, versioned

GOLDEN = 0.6180339887498949
KILLS, WRITERS = 20, 6
DAYS = [f"2025-01-{day:02d}" for day in range(1, 13)]
ONE = Identity(1, {"kind": "one"}, {"package": "0"})
OTHER = Identity(2, {"kind": "other"}, {"package": "0"})


BUCKETS = "iceberg in a bucket"
# not so of Delta Lake, whose reader waits for a server of another process only


@dataclass(frozen=True)
class Tables:
    """A store, what writers in other processes are told of it, and a reader that knows the format alone."""

    store: Any
    order: dict[str, Any]
    read: Callable[..., pl.DataFrame]


@pytest.fixture(params=[*PACKAGES, BUCKETS])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Tables:
    table_format = request.param.partition(" ")[0]
    if request.param != BUCKETS:
        store = lake(table_format, LocalStore(tmp_path, options()))
        return Tables(store, {"folder": str(tmp_path), "format": table_format}, partial(_read, store))
    client, url = request.getfixturevalue("client"), request.getfixturevalue("server").url
    request.getfixturevalue("small_parts")  # those of writers are
    catalog = tmp_path / "catalog.db"
    store = lake(table_format, S3Store(client, BUCKET, "p", options()), client, catalog=catalog)
    return Tables(
        store,
        {"url": url, "format": table_format, "catalog": str(catalog)},
        partial(_read, store, options=bucket_options(client), catalog=catalog),
    )


@pytest.fixture(params=list(PACKAGES))
def table_format(request: pytest.FixtureRequest) -> str:
    pytest.importorskip(PACKAGES[request.param])
    return request.param


@pytest.fixture
def store(table_format: str, tmp_path: Path) -> Any:
    return lake(table_format, LocalStore(tmp_path, options()))


def _read(store: Any, asset: str, **how: Any) -> pl.DataFrame:
    """Read a table with a reader that knows the format and not this package."""
    return pl.DataFrame(pl.from_arrow(table_of(store.place, asset, **how)))


def _labels(day: str, rows: int = 3) -> FrameStream:
    table = pa.table({"day": [day] * rows, "row": list(range(rows))})
    return FrameStream.of(table, metadata=FACTS)


def test_a_day_is_one_commit_that_says_seed_digest_and_verdict(store: Any) -> None:
    stream = replace(versioned(1), verdict=lambda: "passed with warnings: rate_within_band")
    report = store.write(KEY, stream)
    (version,) = store.versions(KEY.asset)
    told = version.properties
    assert {name: told[name] for name in FACTS} == FACTS
    assert (told["partition"], told["rows"], told["content_digest"]) == (KEY.partition, "5000", report.content_digest)
    assert told["verdict"] == "passed with warnings: rate_within_band"


def test_making_a_day_again_replaces_that_day_and_the_version_before_keeps_the_old_one(tables: Tables) -> None:
    store = tables.store
    days = [PartKey("transactions", day) for day in DAYS[:3]]
    for number, key in enumerate(days):
        store.write(key, versioned(number))
    before = store.versions("transactions")[-1]
    store.write(days[1], versioned(99))
    now = tables.read("transactions").group_by("date").agg(pl.col("version").unique().sum(), pl.len()).sort("date")
    assert now.rows() == [(date(2025, 1, 1 + n), version, 5_000) for n, version in enumerate((0, 99, 2))]
    then = tables.read("transactions", version=before.number)
    assert sorted(then["version"].unique()) == [0, 1, 2]
    assert len(store.versions("transactions")) == 4, "one commit for each write"


def test_other_readers_see_every_value(store: Any, table_format: str) -> None:
    rows = payments()
    store.write(PartKey("payments", DAYS[0]), FrameStream.of(rows, metadata=FACTS))
    wanted = pl.DataFrame(pl.from_arrow(rows)).cast({pl.Categorical: pl.String, pl.UInt32: pl.Int64})
    read = _read(store, "payments").cast({pl.Categorical: pl.String})
    assert read.drop("date").select(wanted.columns).cast(dict(wanted.schema)).equals(wanted)
    assert read["date"].unique().to_list() == [date(2025, 1, 1)]
    query = "select date, count(*), sum(amount) from payments group by date"
    counted = duckdb.connect().register("payments", table_of(store.place, "payments")).sql(query).fetchall()
    assert counted == [(date(2025, 1, 1), 300, sum(rows["amount"].to_pylist()))]
    day = lazily(store.place, "payments").filter(pl.col("date") == date(2025, 1, 1))
    assert day.select(pl.len(), pl.col("amount").sum()).collect().rows() == [(300, sum(rows["amount"].to_pylist()))]
    own = store.scan([PartKey("payments", DAYS[0])]).collect()
    assert own.drop("date").cast(dict(pl.DataFrame(pl.from_arrow(rows)).schema)).equals(pl.from_arrow(rows))


def test_a_writer_killed_at_any_moment_leaves_the_old_day(tables: Tables, tmp_path: Path, writers: Writers) -> None:
    order, store = tables.order, tables.store
    steps = writers.end(writers.start(version=0, **order))["steps"]
    writers.end(writers.start(version=0, day=DAYS[5], **order))
    alive, dead, started = 0, 0, 0
    while dead < KILLS:
        started += 1
        assert started < 4 * KILLS
        ended = writers.end(writers.start(version=started, dies_at=1 + int(started * GOLDEN % 1 * steps), **order))
        dead += ended["killed"]
        alive = alive if ended["killed"] else started
        rows = tables.read(KEY.asset)
        seen = version_if_whole(rows.filter(date=date(2025, 1, 1)).to_arrow(), rows=ROWS)
        assert seen in {alive, started}, "the old day, or the new one if the commit was before the death"
        alive = seen
        assert version_if_whole(rows.filter(date=date(2025, 1, 6)).to_arrow(), rows=ROWS) == 0
    writers.end(writers.start(version=999, **order))
    assert version_if_whole(store.scan([KEY]).drop("date").collect().to_arrow(), rows=ROWS) == 999
    assert not list(tmp_path.rglob("*.tmp")), "the next run clears up"


def test_six_writers_at_once_leave_every_day_there_once(tables: Tables, writers: Writers) -> None:
    order, store = tables.order, tables.store
    days = DAYS if "folder" in order else DAYS[:WRITERS]  # a first table, and one that is there
    for first in range(0, len(days), WRITERS):
        pids = [writers.start(version=n, day=days[n], **order) for n in range(first, first + WRITERS)]
        assert [writers.end(pid)["said"] for pid in pids] == ["written"] * WRITERS
    assert store.list_partitions(KEY.asset) == days
    rows = tables.read(KEY.asset)
    for number, day in enumerate(days):
        one = rows.filter(date=date.fromisoformat(day)).to_arrow()
        assert version_if_whole(one, rows=ROWS) == number
    assert Counter(version.properties["partition"] for version in store.versions(KEY.asset)) == dict.fromkeys(days, 1)


def test_six_writers_of_one_day_leave_it_there_once(tables: Tables, writers: Writers) -> None:
    pids = [writers.start(version=n, **tables.order) for n in range(WRITERS)]
    assert [writers.end(pid)["said"] for pid in pids] == ["written"] * WRITERS
    assert version_if_whole(tables.read(KEY.asset).to_arrow(), rows=ROWS) in range(WRITERS)


def test_a_catalog_that_has_the_tables_of_another_store_is_refused(client: Any, tmp_path: Path) -> None:
    one, other = (
        lake("iceberg", S3Store(client, BUCKET, prefix, options()), client, catalog=tmp_path / "catalog.db")
        for prefix in ("one", "other")
    )
    one.write(KEY, versioned(1))
    with pytest.raises(StorageError, match=r"one/transactions, not in .*other; give each store a database of its own"):
        other.write(KEY, versioned(2))
    assert one.list_partitions(KEY.asset) == [KEY.partition]


def test_a_version_of_the_labels_is_what_the_bank_knew_on_a_day(
    table_format: str, tmp_path: Path, writers: Writers
) -> None:
    store = lake(table_format, LocalStore(tmp_path, options()), in_order=True)
    store.claim(ONE)
    store.bind(ONE)
    store.cover(Days(date(2025, 1, 1), date(2025, 12, 31)))
    for day in DAYS[:4]:
        store.write(PartKey("fraud_labels", day), _labels(day))
    store.write(PartKey("fraud_labels", DAYS[1]), _labels(DAYS[1], rows=9))
    for number, day in enumerate(DAYS[:4]):
        version = store.version_on("fraud_labels", date.fromisoformat(day))
        known = _read(store, "fraud_labels", version=version.number)
        assert sorted(known["day"].unique()) == DAYS[: number + 1]
        assert known.height == 3 * (number + 1), "as it was known then, before a day was made again"
    with pytest.raises(StorageError, match="the day is not there"):
        store.version_on("fraud_labels", date(2025, 1, 9))


def test_days_committed_in_order_wait_for_the_day_before(table_format: str, tmp_path: Path, writers: Writers) -> None:
    order = {"folder": str(tmp_path), "format": table_format, "in_order": True}
    store = lake(table_format, LocalStore(tmp_path, options()))
    store.cover(Days(date(2025, 1, 1), date(2025, 12, 31)))
    pids = [writers.start(version=n, day=DAYS[n], **order) for n in reversed(range(WRITERS))]
    assert [writers.end(pid)["said"] for pid in pids] == ["written"] * WRITERS
    told = [version.properties["partition"] for version in store.versions(KEY.asset)]
    assert told == DAYS[:WRITERS]


def test_a_day_whose_turn_never_comes_is_an_error_and_leaves_nothing(table_format: str, tmp_path: Path) -> None:
    impatient = options(retry=replace(QUICK, deadline_seconds=0.5))
    store = lake(table_format, LocalStore(tmp_path, impatient), in_order=True)
    store.cover(Days(date(2025, 1, 1), date(2025, 12, 31)))
    store.write(PartKey("fraud_labels", DAYS[0]), _labels(DAYS[0]))
    with pytest.raises(StorageError, match=r"of 2025-01-03 waits for 2025-01-02.*commit_order"):
        store.write(PartKey("fraud_labels", DAYS[2]), _labels(DAYS[2]))
    assert store.list_partitions("fraud_labels") == DAYS[:1]
    assert [path for path, _ in store.all_files() if DAYS[2] in path] == []


def test_a_store_of_another_format_is_refused(store: Any, tmp_path: Path, table_format: str) -> None:
    store.claim(ONE)
    with pytest.raises(StorageError, match=f"holds tables of format '{table_format}'.*storage.format is 'parquet'"):
        LocalStore(tmp_path, options()).identity()
    assert store.identity() == replace(ONE, table_format=table_format)
    assert store.identity().id == ONE.id


def test_a_file_of_another_world_is_refused_and_replacing_the_world_removes_its_history(store: Any) -> None:
    replace_world(store, ONE)
    store.bind(ONE)
    for key in (KEY, PartKey("customers")):
        store.write(key, versioned(1))
    replace_world(store, OTHER)
    with pytest.raises(WorldMismatchError):
        store.write(KEY, versioned(2))
    store.bind(OTHER)
    assert store.versions(KEY.asset) == []
    assert [path for path, _ in store.all_files() if not path.startswith("_")] == []
    store.write(KEY, versioned(3))
    assert len(store.versions(KEY.asset)) == 1


def test_a_table_with_other_columns_is_refused_and_stays(store: Any) -> None:
    store.write(KEY, versioned(1))
    with pytest.raises(StorageError, match="other columns"):
        store.write(PartKey(KEY.asset, DAYS[1]), _labels(DAYS[1]))
    assert store.list_partitions(KEY.asset) == DAYS[:1]
