"""Buckets give back what was put in, in order, wherever it was in between."""

import polars as pl
import pytest

from fraudsim_assets.exports import spool
from fraudsim_assets.exports.spool import Spool

ROWS = pl.DataFrame({"key": [(7 * n) % 31 for n in range(1_000)], "n": range(1_000)})


def through(folder, held_rows, pieces=10):
    with Spool(folder, pl.col("key") // 4, held_rows=held_rows) as buckets:
        for piece in ROWS.iter_slices(1_000 // pieces):
            buckets.add(piece)
        return list(buckets.read())


@pytest.mark.parametrize("held_rows", [0, 150, 10_000])
def test_buckets_come_in_order_with_all_their_rows(tmp_path, held_rows):
    read = through(tmp_path / "spool", held_rows)
    assert [number for number, _ in read] == list(range(8))
    for number, rows in read:
        assert rows.equals(ROWS.filter(pl.col("key") // 4 == number))


def test_few_files_are_open_at_a_time(tmp_path, monkeypatch):
    monkeypatch.setattr(spool, "OPEN_FILES", 3)
    assert pl.concat([rows for _, rows in through(tmp_path / "spool", 0)]).sort("n").equals(ROWS)


def test_small_data_never_touches_the_disk(tmp_path, monkeypatch):
    monkeypatch.setattr(Spool, "_spill", lambda _: pytest.fail("spilled"))
    through(tmp_path / "spool", 10_000)


def test_nothing_is_left_behind_even_after_an_error(tmp_path):
    def break_off():
        with Spool(tmp_path / "spool", pl.col("key"), held_rows=0) as buckets:
            buckets.add(ROWS)
            next(buckets.read())
            raise RuntimeError

    through(tmp_path / "spool", 0)
    with pytest.raises(RuntimeError):
        break_off()
    assert list(tmp_path.iterdir()) == []


def test_no_rows_are_no_buckets(tmp_path):
    with Spool(tmp_path / "spool", pl.col("key")) as buckets:
        assert list(buckets.read()) == []
