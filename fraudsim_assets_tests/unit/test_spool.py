"""Buckets give back what was put in, in order, wherever it was in between."""

import os
from pathlib import Path

import polars as pl
import pytest

from fraudsim_assets.spool import Spool

ROWS = pl.DataFrame({"key": [(7 * n) % 31 for n in range(1_000)], "n": range(1_000)})


def through(folder, held_rows, pieces=10):
    with Spool(pl.col("key") // 4, folder=folder, held_rows=held_rows) as buckets:
        for piece in ROWS.iter_slices(1_000 // pieces):
            buckets.add(piece)
        return list(buckets.read())


@pytest.mark.parametrize("held_rows", [0, 150, 10_000])
def test_buckets_come_in_order_with_all_their_rows(tmp_path, held_rows):
    read = through(tmp_path / "spool", held_rows)
    assert [number for number, _ in read] == list(range(8))
    for number, rows in read:
        assert rows.equals(ROWS.filter(pl.col("key") // 4 == number))


def test_however_many_buckets_there_are_one_file_without_a_name_holds_them(tmp_path):
    with Spool(pl.col("key"), folder=tmp_path, held_rows=0) as buckets:
        for piece in ROWS.iter_slices(100):
            buckets.add(piece)
        open_there = [link for link in Path("/proc/self/fd").iterdir() if str(tmp_path) in os.path.realpath(link)]
        assert len(open_there) == 1
        assert list(tmp_path.iterdir()) == []


def test_buckets_are_taken_in_any_order_while_rows_still_come(tmp_path):
    with Spool(pl.col("key") // 4, folder=tmp_path, held_rows=300) as buckets:
        buckets.add(ROWS.head(700))
        first = buckets.take(5)
        buckets.add(ROWS.tail(300))
        second = buckets.take(5)
        assert buckets.take(5) is None
        assert sorted(number for number, _ in buckets.read()) == [0, 1, 2, 3, 4, 6, 7]
    assert pl.concat([first, second]).equals(ROWS.filter(pl.col("key") // 4 == 5))


def test_small_data_never_touches_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(Spool, "_spill", lambda _: pytest.fail("spilled"))
    through(tmp_path / "spool", 10_000)


def test_nothing_is_left_behind_even_after_an_error(tmp_path):
    def break_off():
        with Spool(pl.col("key"), folder=tmp_path, held_rows=0) as buckets:
            buckets.add(ROWS)
            next(buckets.read())
            raise RuntimeError

    through(tmp_path, 0)
    with pytest.raises(RuntimeError):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_no_rows_are_no_buckets(tmp_path):
    with Spool(pl.col("key"), folder=tmp_path) as buckets:
        assert list(buckets.read()) == []
