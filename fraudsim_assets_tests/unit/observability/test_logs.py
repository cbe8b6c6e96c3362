"""One event per line, with its context, without touching anybody else's loggers."""

import io
import json
import logging

import pytest

from fraudsim_assets.config.model import Observability
from fraudsim_assets.errors import StorageError
from fraudsim_assets.observability import configure_logs, counted_retries, logger, run_context
from fraudsim_assets.storage import RetryPolicy


@pytest.fixture(autouse=True)
def _package_logger_as_before():
    package = logging.getLogger("fraudsim_assets")
    before = (list(package.handlers), package.level, package.propagate)
    yield
    package.handlers[:], package.level, package.propagate = before


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def lines(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_json_lines_carry_event_level_time_and_context():
    out = io.StringIO()
    configure_logs(Observability(log_format="json"), stream=out)
    with run_context(run_id="r1", partition="2025-01-15", seed=7, digest="abc"):
        logger("fraudsim_assets.test").info("chunk made", rows=5)
    logger("fraudsim_assets.test").info("after")
    inside, after = lines(out)
    expected = {"event": "chunk made", "rows": 5, "level": "info", "logger": "fraudsim_assets.test"}
    assert expected.items() <= inside.items()
    assert {"run_id": "r1", "partition": "2025-01-15", "seed": 7, "digest": "abc"}.items() <= inside.items()
    assert inside["timestamp"].endswith("Z")
    assert "run_id" not in after


def test_records_of_the_standard_library_take_the_same_shape():
    out = io.StringIO()
    configure_logs(Observability(log_format="json"), stream=out)
    with run_context(run_id="r1"):
        logging.getLogger("fraudsim_assets.storage").warning("tried %d times", 3, extra={"key": "a/b"})
    assert {"event": "tried 3 times", "key": "a/b", "run_id": "r1", "level": "warning"}.items() <= lines(out)[0].items()


def test_an_exception_stays_on_its_line():
    out = io.StringIO()
    configure_logs(Observability(log_format="json"), stream=out)
    try:
        int("no such day")
    except ValueError:
        logger("fraudsim_assets.test").exception("failed")
    assert "no such day" in lines(out)[0]["exception"]


def test_auto_is_console_on_a_terminal_and_json_elsewhere():
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        configure_logs(Observability(), stream=stream)
        logger("fraudsim_assets.test").info("hello", rows=1)
    assert "hello" in terminal.getvalue()
    assert not terminal.getvalue().startswith("{")
    assert lines(pipe)[0]["event"] == "hello"


def test_less_important_lines_are_left_out():
    out = io.StringIO()
    configure_logs(Observability(log_level="warning", log_format="json"), stream=out)
    log = logger("fraudsim_assets.test")
    log.info("small")
    log.warning("large")
    assert [line["event"] for line in lines(out)] == ["large"]


def test_setting_up_twice_does_not_write_twice():
    first, second = io.StringIO(), io.StringIO()
    configure_logs(Observability(log_format="json"), stream=first)
    configure_logs(Observability(log_format="json"), stream=second)
    logger("fraudsim_assets.test").info("once")
    assert first.getvalue() == ""
    assert len(lines(second)) == 1


def test_other_loggers_and_the_root_are_left_alone():
    root = logging.getLogger()
    before = (list(root.handlers), root.level)
    out = io.StringIO()
    configure_logs(Observability(log_format="json"), stream=out)
    logging.getLogger("somebody.else").warning("not ours")
    assert (list(root.handlers), root.level) == before
    assert out.getvalue() == ""


def test_without_set_up_nothing_goes_to_standard_output(capsys):
    logger("fraudsim_assets.test").info("quiet")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("level", ["info", "error"])
def test_retries_of_storage_are_counted_whatever_is_shown(level):
    out = io.StringIO()
    configure_logs(Observability(log_level=level, log_format="json"), stream=out)
    policy = RetryPolicy(max_attempts=3, first_wait_seconds=0.0)

    def always_busy():
        raise BlockingIOError(11, "busy")

    with counted_retries() as tries:
        policy.call("write x", lambda: None)
        assert tries.count == 0
        with pytest.raises(StorageError):
            policy.call("write x", always_busy)
    assert tries.count == 2
    assert len(lines(out)) == (2 if level == "info" else 0)
    with pytest.raises(StorageError):
        policy.call("write x", always_busy)
    assert tries.count == 2
