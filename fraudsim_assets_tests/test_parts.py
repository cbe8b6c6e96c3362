"""Parts of a day on several processes have the content of the whole day."""

from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context

import pyarrow as pa
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import Config, load_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.storage import LocalStore, PartKey, content_digest

DAY = date(2025, 3, 30)  # Europe's clocks change
PARTS = 3


@pytest.fixture(scope="module")
def config():
    return load_config("tiny", overrides={"fraud.rate": 0.03})


@pytest.fixture(scope="module")
def world(config):
    return World(config, build_catalogs(config))


@pytest.fixture(scope="module")
def whole(world):
    return simulate_day(world, DAY).read()


def write_part(config: Config, folder: str, number: int) -> int:
    """What a worker does that knows nothing but the configuration and its number."""
    world = World(config, build_catalogs(config))
    key = PartKey("transactions", DAY.isoformat(), number, PARTS)
    return LocalStore(folder).write(key, simulate_day(world, DAY, part=(number, PARTS))).rows


@pytest.mark.parametrize("parts", [2, 7, 460])
def test_parts_in_order_are_the_whole_day(world, whole, parts):
    pieces = [simulate_day(world, DAY, part=(number, parts)).read() for number in range(parts)]
    assert pa.concat_tables(pieces).combine_chunks().equals(whole.combine_chunks())


def test_no_card_is_in_two_parts(world):
    cards = [set(simulate_day(world, DAY, part=(number, 5)).read()["card_id"].to_pylist()) for number in range(5)]
    assert len(set.union(*cards)) == sum(len(some) for some in cards) > 0


def test_parts_made_by_processes_of_their_own_have_the_content_of_one_file(config, world, whole, tmp_path):
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        jobs = [pool.submit(write_part, config, str(tmp_path / "parts"), number) for number in (2, 0, 1)]
        rows = [job.result() for job in jobs]
    LocalStore(tmp_path / "whole").write(PartKey("transactions", DAY.isoformat()), simulate_day(world, DAY))
    key = PartKey("transactions", DAY.isoformat())
    stored, expected = (LocalStore(tmp_path / name).scan([key]).collect() for name in ("parts", "whole"))
    assert sum(rows) == whole.num_rows
    assert stored.equals(expected)
    assert LocalStore(tmp_path / "whole").metadata(key).content_digest == content_digest(whole)


@pytest.mark.parametrize("part", [(-1, 2), (2, 2), (0, 0)])
def test_a_part_that_does_not_exist_is_refused(world, part):
    with pytest.raises(ConfigError, match="does not exist"):
        simulate_day(world, DAY, part=part)
