"""`fraudsim stream`: options, files, signals and errors."""

import json
import os
import signal
import socket
import time

import pytest
import typer

from fraudsim_assets.cli.stream import parse_duration, parse_moment, parse_part, shown
from fraudsim_assets_tests.command import run_command
from fraudsim_assets_tests.forked import Forked

HOUR = ("--from", "2025-01-15T08:00", "--to-time", "2025-01-15T09:00")


@pytest.fixture
def stream(capsys, tmp_path, monkeypatch):
    monkeypatch.setenv("FRAUDSIM_STORAGE__BASE_DIR", str(tmp_path / "data"))
    return lambda *arguments: run_command(capsys, "stream", "-c", "tiny", *arguments)


def test_an_hour_goes_to_a_file_and_is_told(stream, tmp_path):
    ran = stream("--to", tmp_path / "hour.jsonl", *HOUR, "--truth", "--json")
    events = [json.loads(line) for line in (tmp_path / "hour.jsonl").read_bytes().splitlines()]
    assert ran.code == 0
    assert ran.json["events"]["payments"] == ran.json["events"]["truth"] > 10
    assert sum(ran.json["events"].values()) == len(events)
    assert ran.json["ended"]
    assert all(parse_moment("2025-01-15T08:00") <= event["position"] < parse_moment(HOUR[3]) for event in events)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--to", "null"), "no start given; valid is --from"),
        (("--to", "null", *HOUR, "--speed", "fast"), "speed is 'fast'; valid are max, live"),
        (("--to", "null", "--from", "2019-01-01"), "is outside the world; valid are times from 2025-01-01T00:00:00Z"),
        (("--to", "null", *HOUR, "--catalogs", "some"), "--catalogs is 'some'; valid are none, changes and all"),
        (("--to", "null", *HOUR, "--resume"), "null keeps nothing: give --from"),
        (("--to", "null", *HOUR, "--format", "xml"), "format is 'xml'; valid are json and avro"),
        (("--to", "stdout", *HOUR, "--json"), "--json prints on standard output, which is the target"),
        (("--to", "null", *HOUR, "--late", "2"), "late_share is 2.0; valid are numbers from 0 to 1"),
        (("--to", "null", *HOUR, "--part", "3/3"), "'3/3' is no part"),
        (("--to", "null", *HOUR, "--disorder", "2"), "'2' is no duration"),
    ],
)
def test_bad_input_is_named_before_anything_is_sent(stream, arguments, message):
    ran = stream(*arguments)
    assert ran.code == 2
    assert message in " ".join(ran.err.replace("│", " ").split())


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_signal_ends_the_stream_between_two_events(tmp_path, number, code):
    target = tmp_path / "live.jsonl"
    arguments = ("stream", "-c", "tiny", "--from", "2025-01-15", "--to", str(target), "--speed", "600")
    environment = {**os.environ, "FRAUDSIM_STORAGE__BASE_DIR": str(tmp_path / "data")}
    process = Forked("fraudsim", arguments, environment=environment)
    while process.poll() is None and not (target.exists() and target.stat().st_size):
        time.sleep(0.01)
    process.send_signal(number)
    out, _ = process.communicate(timeout=120)
    assert process.returncode == code
    assert "stopped, go on with --resume" in out
    assert target.read_bytes().endswith(b"}\n")


def test_a_second_signal_ends_a_stream_whose_target_does_not_answer(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"http://127.0.0.1:{silent.getsockname()[1]}/events"
        environment = {**os.environ, "FRAUDSIM_STORAGE__BASE_DIR": str(tmp_path / "data")}
        process = Forked("fraudsim", ("stream", "-c", "tiny", *HOUR, "--to", target), environment=environment)
        connection, _ = silent.accept()
        with connection:
            connection.recv(1)
            process.send_signal(signal.SIGINT)  # the piece that is on its way is still waited for
            process.send_signal(signal.SIGTERM)  # another thread may take it in, which does not wake the one that waits
            assert process.wait(60) in (130, 143)  # both come at once, in either order


def test_moments_durations_and_parts_are_read():
    assert shown(parse_moment("2025-03-01T08:00")) == "2025-03-01T08:00:00Z"
    assert parse_moment("2025-03-01T08:00+01:00") == parse_moment("2025-03-01T07:00")
    assert shown(parse_moment("2025-03-01T08:00:00.000001")) == "2025-03-01T08:00:00.000001Z"
    assert [parse_duration(text) for text in ("500ms", "1.5s", "2m", "1h", "1d")] == [
        500_000,
        1_500_000,
        120_000_000,
        3_600_000_000,
        86_400_000_000,
    ]
    assert parse_part("2/3") == (2, 3)
    with pytest.raises(typer.BadParameter):
        parse_moment("noon")
