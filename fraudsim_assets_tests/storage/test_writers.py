"""A writer is told from every other, and a living one is never taken for dead."""

import os
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from fraudsim_assets.storage import writers
from fraudsim_assets.storage.writers import Life, this_writer, writer_named
from fraudsim_assets_tests.storage.servers import wait_until


def test_every_write_has_its_own_name_that_can_be_read_back() -> None:
    one, two = this_writer(), this_writer()
    assert one != two
    assert writer_named(f".part-0.parquet.{one.name}.tmp") == one
    assert writer_named(".part-0.parquet.tmp") is None
    assert writer_named("") is None


def test_this_process_lives() -> None:
    assert this_writer().life is Life.ALIVE


def test_another_process_lives_until_it_ends_and_a_zombie_is_dead() -> None:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    other = replace(this_writer(), pid=process.pid, start=writers._start(process.pid) or 0)
    assert other.life is Life.ALIVE
    os.kill(process.pid, signal.SIGKILL)
    assert wait_until(lambda: other.life is Life.DEAD), "a killed process that nobody has waited for"
    process.wait()
    assert other.life is Life.DEAD


def test_the_number_of_a_dead_process_does_not_make_its_successor_the_writer() -> None:
    me = this_writer()
    assert replace(me, start=me.start - 1).life is Life.DEAD


def test_before_a_restart_of_the_machine_is_dead_and_on_another_machine_unknown() -> None:
    me = this_writer()
    assert replace(me, boot="00000000").life is Life.DEAD
    assert replace(me, machine="00000000").life is Life.UNKNOWN


def test_without_a_process_table_a_signal_tells(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on macOS."""
    monkeypatch.setattr(writers, "_start", lambda _: None)
    monkeypatch.setattr("pathlib.Path.exists", lambda _: False)
    me = this_writer()
    assert me.start == 0
    assert me.life is Life.ALIVE
    assert replace(me, pid=2**22 + 1).life is Life.DEAD
    monkeypatch.setattr("os.kill", lambda *_: (_ for _ in ()).throw(PermissionError()))
    assert me.life is Life.ALIVE
