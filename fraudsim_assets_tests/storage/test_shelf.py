"""What a world is made of, kept in files: as good as new, and a bad file costs time alone."""

import os
import signal
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from multiprocessing import get_context
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pyarrow as pa
import pytest

from fraudsim_assets.catalog import Catalogs, build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.fraud import schedule
from fraudsim_assets.fraud.blocks import Blocks
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.storage import shelf as module
from fraudsim_assets.storage import trees
from fraudsim_assets.storage.shelf import FileShelf, machine_shelf, shelf_beside
from fraudsim_assets.units import AnyArray

DAY = date(2025, 1, 10)
CONFIG = load_config("tiny")
VALUES = Blocks(*(np.arange(5) + n for n in range(5)))


def _day(world: World) -> pa.Table:
    return simulate_day(world, DAY).read()


def _unasked() -> Catalogs:
    raise AssertionError("made again")


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with a world, and its day as it is without any shelf."""
    folder, catalogs = tmp_path_factory.mktemp("worlds"), build_catalogs(CONFIG)
    plain = _day(World(CONFIG, catalogs))
    first = _day(World(CONFIG, catalogs, shelf=FileShelf(folder, CONFIG)))
    return folder, plain, first


def test_a_world_from_the_shelf_makes_the_same_day_without_looking_at_catalogs(made):
    folder, plain, first = made
    again = World(CONFIG, _unasked, keep_catalogs=False, shelf=FileShelf(folder, CONFIG))
    assert first.equals(plain)
    assert _day(again).equals(plain)
    states = again.lives.model.states
    assert not states.flags.owndata
    assert not states.flags.writeable


def test_pilots_and_plans_and_blocks_and_the_calendar_are_kept_with_the_world(made):
    folder, _, _ = made
    names = {path.name.split("-")[0].removesuffix(".arrow") for path in _files(folder)}
    fraud, calendar = {"pilots", "volume", "plan", "blocks", "footsteps"}, {"weights", "rates", "free", "days", "pay"}
    assert names == {"society"} | fraud | calendar


def test_what_plugins_do_is_worked_out_each_time(made):
    shelf = FileShelf(made[0], CONFIG)
    assert World(CONFIG, _unasked, keep_catalogs=False, shelf=shelf).fraud.shelf is shelf
    with patch.object(schedule, "_OWN", "elsewhere."):
        assert World(CONFIG, _unasked, keep_catalogs=False, shelf=shelf).fraud.shelf is module.NO_SHELF


def _kept(folder: Path, config=CONFIG, values=VALUES) -> tuple[Blocks, bool]:
    """What a shelf gives, and whether it had to be made."""
    asked = []

    def make() -> Blocks:
        asked.append(True)
        return values

    return FileShelf(folder, config).keep("blocks", make), bool(asked)


def _same(found: Blocks, wanted: Blocks = VALUES) -> bool:
    return all(np.array_equal(vars(found)[name], values) for name, values in vars(wanted).items())


def test_a_value_is_made_once(tmp_path):
    assert _kept(tmp_path)[1]
    found, asked = _kept(tmp_path)
    assert _same(found)
    assert not asked


@pytest.mark.parametrize("left", [0, 10, 0.5, -1], ids=["empty", "a-few-bytes", "half", "all-but-one-byte"])
def test_a_torn_file_is_passed_over_and_made_again(tmp_path, left):
    _kept(tmp_path)
    (path,) = _files(tmp_path)
    content = path.read_bytes()
    path.write_bytes(content[: int(left * len(content)) if isinstance(left, float) else left])
    found, asked = _kept(tmp_path)
    assert asked
    assert _same(found)
    assert not _kept(tmp_path)[1]


def test_a_file_of_another_world_is_passed_over(tmp_path):
    other = CONFIG.model_copy(update={"seed": 8})
    _kept(tmp_path / "other", other, replace(VALUES, account=VALUES.account + 1))
    _kept(tmp_path / "own")
    (theirs,), (ours,) = _files(tmp_path / "other"), _files(tmp_path / "own")
    ours.write_bytes(theirs.read_bytes())
    found, asked = _kept(tmp_path / "own")
    assert asked
    assert _same(found)


def test_another_program_makes_its_own(tmp_path):
    _kept(tmp_path)
    with patch.object(module, "_program", lambda: "another"):
        assert _kept(tmp_path)[1]
    assert not _kept(tmp_path)[1]


def test_other_catalogs_are_another_world(tmp_path):
    asked = []
    for digest in ("one", "two", "one"):
        FileShelf(tmp_path, CONFIG, {"cards": digest}).keep("blocks", lambda: asked.append(True))
    assert len(asked) == 2


def test_only_the_worlds_written_to_last_stay(tmp_path):
    for seed in range(4):
        _kept(tmp_path, CONFIG.model_copy(update={"seed": seed}))
    assert len(list(tmp_path.iterdir())) == 2
    assert not any(_kept(tmp_path, CONFIG.model_copy(update={"seed": seed}))[1] for seed in (2, 3))


def _keep_in_step(folder: Path, turn) -> None:
    def make() -> Blocks:
        turn.wait(timeout=60)
        return VALUES

    assert _same(FileShelf(folder, CONFIG).keep("blocks", make))


def test_two_processes_that_make_the_same_at_once_leave_one_whole_file(tmp_path):
    context = get_context("spawn")
    turn = context.Barrier(2)
    processes = [context.Process(target=_keep_in_step, args=(tmp_path, turn)) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0]
    assert len(_files(tmp_path)) == 1
    assert not _kept(tmp_path)[1]


def _die_while_writing(folder: Path) -> None:
    def half(path: Path, *_: object, **__: object) -> None:
        path.write_bytes(b"ARROW1")
        os.kill(os.getpid(), signal.SIGKILL)

    with patch.object(module, "write_tree", half):
        _kept(folder)


def test_what_a_killed_writer_left_is_not_taken_for_a_value_and_goes(tmp_path):
    process = get_context("spawn").Process(target=_die_while_writing, args=(tmp_path,))
    process.start()
    process.join(120)
    assert process.exitcode == -signal.SIGKILL
    assert len(_files(tmp_path)) == 1
    assert _kept(tmp_path)[1]
    assert [path.name for path in _files(tmp_path)] == ["blocks.arrow"]


def test_where_nothing_can_be_written_values_are_made(tmp_path):
    (tmp_path / "a file").touch()
    found, asked = _kept(tmp_path / "a file" / "below")
    assert asked
    assert _same(found)


def test_a_folder_that_may_only_be_read_serves_who_reads(tmp_path):
    _kept(tmp_path)
    with patch.object(module, "write_tree", side_effect=PermissionError("read-only")):
        assert not _kept(tmp_path)[1]
        assert FileShelf(tmp_path, CONFIG).keep("other", lambda: VALUES) is VALUES


def test_catalogs_without_a_digest_are_worked_with_each_time():
    assert shelf_beside(None, CONFIG, {"cards": None}) is module.NO_SHELF  # pyright: ignore[reportArgumentType]


def test_a_folder_of_the_machine_that_others_may_write_to_is_not_used(tmp_path):
    with patch.object(module, "gettempdir", lambda: str(tmp_path)):
        assert isinstance(machine_shelf(CONFIG), FileShelf)
        (folder,) = tmp_path.iterdir()
        folder.chmod(0o777)
        assert machine_shelf(CONFIG) is module.NO_SHELF


@dataclass(frozen=True, eq=False)
class _Record:
    values: AnyArray
    more: object

    @cached_property
    def total(self) -> int:
        return int(self.values.sum())


_Record.__module__ = "fraudsim_assets.records"


def test_values_keep_their_types(tmp_path):
    arrays = (
        np.array([True, False]),
        np.array([1 + 2j], dtype=np.complex64),
        np.arange(6, dtype=np.int16).reshape(2, 3),
        np.asfortranarray(np.arange(6.0).reshape(3, 2)),
        np.zeros((0, 4), dtype=np.uint64),
        np.float32(0.1),
        {3: [1.5, float("inf"), None], "days": frozenset({DAY})},
    )
    trees.write_tree(tmp_path / "x", arrays, facts={}, given={})
    found = trees.read_tree(tmp_path / "x", facts={}, given={})
    for one, other in zip(arrays[:5], found[:5], strict=True):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)
    assert type(found[5]) is np.float32
    assert found[5:] == arrays[5:]


def test_what_is_shared_stays_shared_and_what_was_worked_out_is_kept(tmp_path):
    array, given = np.arange(4), object()
    record = _Record(array, given)
    assert record.total == 6
    with patch.object(trees, "import_module", lambda _: pytest.importorskip(__name__)):
        trees.write_tree(tmp_path / "x", (record, record, array), facts={}, given={"given": given})
        one, other, values = trees.read_tree(tmp_path / "x", facts={}, given={"given": given})
    assert one is other
    assert one.values is values
    assert one.more is given
    assert vars(one)["total"] == 6


def test_nothing_but_records_of_this_package_is_written_or_read(tmp_path):
    with pytest.raises(TypeError, match="cannot be kept"):
        trees.write_tree(tmp_path / "x", Path(), facts={}, given={})
    trees.write_tree(tmp_path / "x", VALUES, facts={}, given={})
    with (
        patch.object(trees, "_PACKAGE", "elsewhere."),
        pytest.raises(LookupError, match="not a record of this package"),
    ):
        trees.read_tree(tmp_path / "x", facts={}, given={})
