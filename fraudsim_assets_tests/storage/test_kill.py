"""A writer may die at any moment: readers never see half a file, and the next run clears up.

Real processes are ended by ``kill -9`` at moments spread evenly over the steps a write takes, while
a reader reads as fast as it can.
"""

import statistics
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from fraudsim_assets.storage import LocalStore, S3Store
from fraudsim_assets_tests.storage.accounts import BUCKET
from fraudsim_assets_tests.storage.killable import ROWS, Writers
from fraudsim_assets_tests.storage.samples import KEY, options, version_if_whole

GOLDEN = 0.6180339887498949
"""Multiples of it, modulo 1, spread evenly and never repeat."""

LOCAL_KILLS, SERVER_KILLS = 110, 24


class _Reader(threading.Thread):
    """Reads the partition over and over and remembers which versions it saw, or what was wrong."""

    def __init__(self, read: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self._read, self._end = read, threading.Event()
        self.seen: list[int] = []
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self._end.wait(0.002):
            try:
                self.seen.append(version_if_whole(self._read(), rows=ROWS))
            except Exception as error:  # noqa: BLE001 - anything but a whole table is wrong
                self.wrong.append(repr(error))
                return

    def finish(self) -> None:
        self._end.set()
        self.join(30)


@contextmanager
def _reading(read: Callable[[], Any]) -> Iterator[_Reader]:
    reader = _Reader(read)
    reader.start()
    try:
        yield reader
    finally:
        reader.finish()


def _opened_once(path: Path) -> Any:
    """Read by one handle; readers that open a path twice may meet two files and then fail loudly."""
    with pq.ParquetFile(path) as file:
        return file.read()


def _steps(writers: Writers, **order: Any) -> int:
    """How many steps a whole write takes. [calls]"""
    ended = writers.end(writers.start(**order))
    assert (ended["killed"], ended["said"]) == (False, "written")
    return ended["steps"]


def _killed(writers: Writers, kills: int, **order: Any) -> Iterator[int]:
    """Start writers of versions 1, 2, … that die each at another step of a write, until enough have.

    Yields the number of each that did. Some outlive the step: those that clear nothing up take fewer.
    """
    usual = statistics.median(_steps(writers, version=0, **order) for _ in range(5))
    dead = started = 0
    while dead < kills:
        started += 1
        assert started <= 2 * kills, f"only {dead} of {started} writers died"
        dies_at = 1 + int(started * GOLDEN % 1.0 * usual)
        if writers.end(writers.start(version=started, dies_at=dies_at, **order))["killed"]:
            dead += 1
            yield started


def test_a_killed_writer_on_a_disk_leaves_the_old_file_or_the_new_one(tmp_path: Path, writers: Writers) -> None:
    path = tmp_path / KEY.path
    _steps(writers, version=0, folder=str(tmp_path))
    with _reading(lambda: _opened_once(path)) as reader:
        deaths = _killed(writers, LOCAL_KILLS, folder=str(tmp_path))
        left = {len(list(path.parent.iterdir())) - 1 for _ in deaths}
    assert reader.wrong == []
    assert len(reader.seen) >= LOCAL_KILLS / 4
    assert left == {0, 1}, "some died in the middle, and each run clears up after the dead one before it"
    _steps(writers, version=999, folder=str(tmp_path))
    assert version_if_whole(_opened_once(path), rows=ROWS) == 999
    assert [file.name for file in path.parent.iterdir()] == ["part-0.parquet"]
    assert LocalStore(tmp_path, options()).delete_leftovers() == []


def test_a_killed_writer_to_a_server_leaves_the_old_object_or_the_new_one(
    server: Any, client: Any, small_parts: int, writers: Writers
) -> None:
    def read() -> Any:
        body = client.get_object(Bucket=BUCKET, Key=f"p/{KEY.path}")["Body"].read()
        return pq.read_table(BytesIO(body))

    _steps(writers, version=0, url=server.url)
    with _reading(read) as reader:
        for _ in _killed(writers, SERVER_KILLS, url=server.url):
            pass
    assert reader.wrong == []
    assert len(reader.seen) >= SERVER_KILLS / 4
    abandoned = client.list_multipart_uploads(Bucket=BUCKET).get("Uploads", [])
    assert abandoned, "some writer must have died in the middle of an upload"
    store = S3Store(client, BUCKET, "p", options(stale_seconds=0.0))
    assert len(store.delete_leftovers()) == len(abandoned)
    assert "Uploads" not in client.list_multipart_uploads(Bucket=BUCKET)
    _steps(writers, version=999, url=server.url)
    assert version_if_whole(read(), rows=ROWS) == 999
