"""Surroundings that do not help: nowhere to write, nothing to read, no seed, no server."""

import json
import socket

import polars as pl
import pytest

DAY = ("--date", "2025-01-15")


def test_an_empty_day_is_written_read_and_checked(run, tmp_path):
    none = ("activity.transactions_per_day=0.001", "spending.subscriptions_per_card=0", "fraud.rate=0")
    empty = [word for setting in none for word in ("-s", setting)]
    made = run("generate", "-c", "tiny", *DAY, *empty, "--json")
    assert made.code == 0, made.err
    path = tmp_path / "data" / "tiny" / "transactions" / "date=2025-01-15" / "part-0.parquet"
    assert pl.read_parquet(path).height == 0
    assert run("validate", "data/tiny").code == 0
    assert run("inspect", str(path)).code == 0
    assert run("replay", str(path)).code == 0


def test_a_target_that_cannot_be_written_is_told(run, tmp_path):
    (tmp_path / "file").write_text("in the way")
    ran = run("generate", "-c", "tiny", *DAY, "-s", f"storage.base_dir={tmp_path / 'file'}")
    assert ran.code == 3
    assert str(tmp_path / "file") in ran.err
    assert "Traceback" not in ran.err
    assert (tmp_path / "file").read_text() == "in the way"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("seed: [1, 2", "bad.yaml:1"),
        ("seed: 1\nseed: 2\n", "seed"),
        ("fraud:\n  rate: -0.1\n", "fraud.rate"),
        ("population: {merchants: 0}\n", "population.merchants"),
        ("start_date: 2025-02-30\n", "start_date"),
        ("start_date: 2025-02-02\nend_date: 2025-02-01\n", "end_date"),
        ("frod: {rate: 0.1}\n", "frod"),
        ("- just\n- a list\n", "bad.yaml"),
        ("!!python/object/apply:os.system [echo]\n", "bad.yaml"),
    ],
)
def test_bad_yaml_is_one_message_and_no_file(run, tmp_path, text, told):
    (tmp_path / "bad.yaml").write_text(text)
    ran = run("generate", "-c", "bad.yaml", *DAY)
    assert ran.code == 2
    assert told in ran.err
    assert "Traceback" not in ran.err
    assert not (tmp_path / "data").exists()


def test_without_a_seed_one_is_drawn_told_kept_and_can_be_replayed(run, tmp_path):
    (tmp_path / "seedless.yaml").write_text("extends: tiny\nseed: null\nstorage: {base_dir: out}\n")
    first = run("generate", "-c", "seedless.yaml", *DAY, "--json")
    assert first.code == 0, first.err
    seed = first.json["seed"]
    assert str(seed) in first.err
    assert run("generate", "-c", "seedless.yaml", "--date", "2025-01-16", "--json").json["seed"] == seed
    assert run("replay", "out/transactions/date=2025-01-15").code == 0
    named = run("generate", "-c", "tiny", *DAY, "-s", f"seed={seed}", "-s", "storage.base_dir=named", "--json")
    digests = [{d["table"]: d["content_digest"] for d in made["days"]} for made in (first.json, named.json)]
    assert digests[0] == digests[1]


def test_a_storage_server_that_is_down_is_told(run, monkeypatch):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound but not listening: refused at once
        port = taken.getsockname()[1]
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "key")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-that-must-not-be-shown")
        away = ["kind=s3", "bucket=somewhere", f"endpoint_url=http://127.0.0.1:{port}", "region=us-east-1"]
        few = ["max_attempts=2", "deadline_seconds=5"]
        settings = [word for setting in away + few for word in ("-s", f"storage.{setting}")]
        ran = run("generate", "-c", "tiny", *DAY, *settings, "--json")
    assert ran.code == 3
    told = json.loads(ran.err.splitlines()[-1])
    assert "somewhere" in json.dumps(told)
    assert "secret-that" not in ran.err
    assert "Traceback" not in ran.err
