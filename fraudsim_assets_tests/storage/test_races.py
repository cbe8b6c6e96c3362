"""Several writers at once end with one whole result, and under ``fail`` with one winner."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from fraudsim_assets_tests.storage.accounts import BUCKET
from fraudsim_assets_tests.storage.killable import ROWS, Writers
from fraudsim_assets_tests.storage.samples import KEY, version_if_whole

RACERS, ROUNDS = 4, 5


def _race(writers: Writers, first: int, **order: Any) -> list[str]:
    """Writers of different versions, all at once; what each said."""
    started = [writers.start(version=first + number, **order) for number in range(RACERS)]
    return [writers.end(pid)["said"] for pid in started]


@pytest.fixture(params=["disk", "server"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Where to write, and how to read it back."""
    if request.param == "disk":
        return {"folder": str(tmp_path)}, lambda: pq.read_table(tmp_path / KEY.path, partitioning=None)
    client, server = request.getfixturevalue("client"), request.getfixturevalue("server")
    request.getfixturevalue("small_parts")

    def read() -> Any:
        return pq.read_table(BytesIO(client.get_object(Bucket=BUCKET, Key=f"p/{KEY.path}")["Body"].read()))

    return {"url": server.url}, read


def test_two_and_more_writers_at_once_end_with_one_whole_result(writers: Writers, place: Any) -> None:
    order, read = place
    for number in range(ROUNDS):
        first = 10 * number
        assert _race(writers, first, **order) == ["written"] * RACERS
        assert first <= version_if_whole(read(), rows=ROWS) < first + RACERS


def test_of_many_that_must_not_replace_one_wins(writers: Writers, place: Any, request: pytest.FixtureRequest) -> None:
    order, read = place
    said = _race(writers, 0, if_exists="fail", **order)
    winners = [number for number, answer in enumerate(said) if answer == "written"]
    assert len(winners) == 1
    assert version_if_whole(read(), rows=ROWS) == winners[0]
    losers = [answer for answer in said if answer != "written"]
    assert all("is there already" in answer or "is being committed by another writer" in answer for answer in losers)
    again = _race(writers, 50, if_exists="fail", **order)
    assert all("is there already" in answer for answer in again)
