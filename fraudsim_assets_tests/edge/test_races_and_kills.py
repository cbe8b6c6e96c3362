"""Races for one store and kills of commands; ``fraudsim_assets_tests.trials`` runs as many as one likes."""

import signal
import subprocess

import pytest

from fraudsim_assets_tests import trials
from fraudsim_assets_tests.storage.accounts import BUCKET, client_for
from fraudsim_assets_tests.storage.servers import S3Server, wait_until

PATIENCE = 240
"""How long a command may take to begin, or to end when it is told to, on a busy machine. [seconds]"""


@pytest.fixture(scope="module")
def racers():
    with trials.Racer() as first, trials.Racer() as second:
        yield first, second


@pytest.mark.parametrize("place", ["disk", "s3"])
def test_of_two_worlds_that_race_for_a_store_one_is_whole_and_one_is_refused(tmp_path, racers, place):
    if place == "disk":
        trials.races(2, tmp_path, racers)
        return
    with S3Server() as server:
        client_for(server.url).create_bucket(Bucket=BUCKET)
        trials.races(2, tmp_path, racers, url=server.url)


@pytest.mark.parametrize("conditions", ["ignores", "refuses"])
@pytest.mark.parametrize("seeds", [trials.SEEDS, ("null", "null")])
def test_a_server_without_conditional_writes_ends_up_with_one_world_too(tmp_path, racers, conditions, seeds):
    with S3Server(conditions) as server:
        client_for(server.url).create_bucket(Bucket=BUCKET)
        trials.races(1, tmp_path, racers, url=server.url, seeds=seeds)


def test_two_first_runs_without_a_seed_make_one_world(tmp_path, racers):
    trials.races(1, tmp_path, racers, seeds=("null", "null"))


@pytest.mark.parametrize("kind", ["generate", "replace", "export"])
def test_a_killed_command_leaves_nothing_mixed_and_nothing_running(tmp_path, kind):
    told = trials.kills(2, kind, tmp_path)
    assert told["killed"] > 0


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)])
def test_workers_end_with_their_parent_and_leave_no_temporary_file(tmp_path, number, code):
    busy = ("-s", "activity.transactions_per_day=20000", "-s", "generation.chunk_rows=2000", "--no-check")
    days = ("--start", "2025-01-01", "--end", "2025-12-31")
    running = trials.started(["backfill", "-c", "tiny", *days, "-w", "2", *busy, "-s", f"storage.base_dir={tmp_path}"])
    try:
        assert wait_until(lambda: any(tmp_path.glob("transactions/date=*/.part-0.parquet.*.tmp")), PATIENCE)
        assert len(trials.left_running(running.pid)) > 2
        running.send_signal(number)
        _, told = running.communicate(timeout=PATIENCE)  # a busy machine takes long, one that hangs for ever
        assert running.returncode == code, told
        assert trials.wait_until_gone(running) == []
    finally:
        subprocess.run(["kill", "-9", "--", f"-{running.pid}"], check=False, capture_output=True)
    assert list(tmp_path.rglob("*.tmp")) == []
    if number != signal.SIGKILL:
        assert told == f"fraudsim: stopped by {number.name}; what is written is whole, run again to go on\n"
