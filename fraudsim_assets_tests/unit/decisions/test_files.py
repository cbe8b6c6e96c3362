"""Logs of decisions in folders: whole or not there, of one world, and as they were written."""

import json
import os
import signal
from datetime import timedelta
from multiprocessing import get_context
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from fraudsim_assets.config import Config, load_config
from fraudsim_assets.decisions import DecisionLog
from fraudsim_assets.decisions.files import MANIFEST, Origin, decisions_of, read_log, write_log
from fraudsim_assets.errors import StorageError, WorldMismatchError
from fraudsim_assets_tests.unit.decisions.samples import DAY, decisions

DAYS = [DAY, DAY + timedelta(days=1)]


@pytest.fixture(scope="module")
def config() -> Config:
    return load_config("tiny", env={})


@pytest.fixture(scope="module")
def log() -> DecisionLog:
    later = {"action": "block", "decided_at": decisions({})["decided_at"][0].as_py() + timedelta(days=1)}
    return DecisionLog.empty().adding(decisions({}, later))


@pytest.fixture
def folder(tmp_path, config, log) -> Path:
    write_log(log, tmp_path / "careful", config, policy="careful", days=DAYS)
    return tmp_path / "careful"


def test_a_log_is_read_as_it_was_written_and_says_where_it_is_from(folder, config, log):
    assert read_log(folder, config).digest == log.digest
    origin = Origin.read(folder)
    assert (origin.policy, origin.start, origin.end, origin.seed) == ("careful", *DAYS, config.seed)
    assert origin.days == {day.isoformat(): 1 for day in DAYS}
    facts = pq.read_metadata(folder / "decisions" / f"date={DAY}" / "part-0.parquet").metadata
    assert facts[b"fraudsim.seed"] == b"7"


def test_a_log_that_decides_nothing_is_a_log(tmp_path, config):
    write_log(DecisionLog.empty(), tmp_path / "nothing", config, policy="nothing", days=DAYS)
    assert len(read_log(tmp_path / "nothing", config)) == 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"seed": 8}, "seed 7.*seed 8.*seed is 7 in the log and 8 in this run"),
        ({"fraud": {"rate": 0.02}}, "fraud.rate is .* in the log and 0.02 in this run"),
    ],
)
def test_a_log_of_another_world_is_refused_and_both_are_named(folder, config, change, told):
    other = load_config("tiny", overrides={**change, "decisions": str(folder)}, env={})
    with pytest.raises(WorldMismatchError, match=told) as error:
        decisions_of(other)
    assert "policy careful, 2025-03-03 to 2025-03-04" in str(error.value)
    assert len(decisions_of(config.model_copy(update={"decisions": str(folder)}))) == 2


def test_a_longer_history_is_the_same_world(folder, config):
    longer = config.model_copy(update={"start_date": config.start_date - timedelta(days=30), "end_date": None})
    assert len(read_log(folder, longer)) == 2


def _without_manifest(folder: Path) -> None:
    (folder / MANIFEST).unlink()


def _half_a_manifest(folder: Path) -> None:
    text = (folder / MANIFEST).read_text()
    (folder / MANIFEST).write_text(text[: len(text) // 2])


def _less_in_the_manifest(folder: Path) -> None:
    told = json.loads((folder / MANIFEST).read_text())
    del told["policy"]
    (folder / MANIFEST).write_text(json.dumps(told))


def _a_day_less(folder: Path) -> None:
    (folder / "decisions" / f"date={DAY}" / "part-0.parquet").unlink()


def _a_day_more(folder: Path) -> None:
    (folder / "decisions" / "date=2025-12-24").mkdir()
    (folder / "decisions" / "date=2025-12-24" / "part-0.parquet").touch()


def _another_decision(folder: Path) -> None:
    pq.write_table(decisions({"action": "step_up"}), folder / "decisions" / f"date={DAY}" / "part-0.parquet")


def _of_another_day(folder: Path) -> None:
    first, second = (folder / "decisions" / f"date={day}" / "part-0.parquet" for day in DAYS)
    first.write_bytes(second.read_bytes())


def _half_a_file(folder: Path) -> None:
    path = folder / "decisions" / f"date={DAY}" / "part-0.parquet"
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (_without_manifest, "no log of decisions that was written to its end"),
        (_half_a_manifest, "says nothing of a log of decisions"),
        (_less_in_the_manifest, "says nothing of a log of decisions.*policy"),
        (_a_day_less, "2025-03-03 is not there and is in its log.json"),
        (_a_day_more, "2025-12-24 is there and not in its log.json"),
        (_another_decision, "with digest .* says"),
        (_of_another_day, "holds no decisions of its day"),
        (_half_a_file, "holds no decisions of its day"),
    ],
)
def test_a_log_that_is_not_as_it_was_written_is_refused(folder, damage, told):
    damage(folder)
    with pytest.raises(StorageError, match=told):
        read_log(folder)


def test_what_lies_there_is_never_written_over(folder, config, log):
    with pytest.raises(StorageError, match="holds something already"):
        write_log(log, folder, config, policy="other", days=DAYS)
    assert Origin.read(folder).policy == "careful"


def _killed(step: int, log: DecisionLog, folder: Path, config: Config) -> None:
    """Write a log, and be killed as some step of it begins."""
    count = iter(range(1_000))

    def watch(event: str, _: object) -> None:
        if event in {"open", "os.mkdir", "os.rename"} and next(count) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    import sys

    sys.addaudithook(watch)
    write_log(log, folder, config, policy="careful", days=DAYS)
    os._exit(0)


def test_whoever_is_killed_while_writing_leaves_a_whole_log_or_none(tmp_path, config, log):
    endings = []
    for step in range(100):
        folder = tmp_path / str(step) / "careful"
        folder.parent.mkdir()
        process = get_context("fork").Process(target=_killed, args=(step, log, folder, config))
        process.start()
        process.join()
        endings.append(process.exitcode)
        if folder.exists():
            assert read_log(folder, config).digest == log.digest
        else:
            with pytest.raises(StorageError):
                read_log(folder)
            write_log(log, folder, config, policy="careful", days=DAYS)  # what is left behind is not in the way
        if process.exitcode == 0:
            break
    assert endings[-1] == 0
    assert endings.count(-signal.SIGKILL) == len(endings) - 1 > 5
