"""A process that starts writers which can be killed: run it with ``python -m``.

It imports everything once and forks a process per write, so that hundreds of real writers cost
seconds. Orders come as lines of JSON, answers go back as lines of JSON. A writer's progress is counted in
calls of functions, those of the interpreter's own included, so that it can be told to die at one of them
however busy the machine is.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from functools import lru_cache
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any, Self

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage import LocalStore, ParquetStore, PartKey, S3Store
from fraudsim_assets_tests.storage.accounts import BUCKET, client_for
from fraudsim_assets_tests.storage.lakes import installed, lake
from fraudsim_assets_tests.storage.samples import KEY, options, versioned

ROWS = 2_000
_SINCE_2010 = 1e9  # the test server dates all uploads back to 2010; they must not look stale


@lru_cache(maxsize=8)
def _client(url: str) -> Any:
    """Client without open connections; made before forking, because it takes longer than a write."""
    return client_for(url)


def _open(order: dict[str, Any]) -> ParquetStore:
    settings = options(row_group_rows=250, stale_seconds=_SINCE_2010)
    client = None if "folder" in order else _client(order["url"])
    files = (
        LocalStore(order["folder"], settings)
        if client is None
        else S3Store(client, BUCKET, "p", settings, part_bytes=4_096)
    )
    if "format" not in order:
        return files
    return lake(order["format"], files, client, catalog=order.get("catalog"), in_order=order.get("in_order", False))


def _write(order: dict[str, Any]) -> str:
    store = _open(order)
    key = PartKey(KEY.asset, order.get("day", KEY.partition))
    try:
        store.write(key, versioned(order["version"], rows=ROWS, batch_rows=50), if_exists=order.get("if_exists"))
    except StorageError as error:
        return str(error)
    return "written"


class _Steps:
    """Counts calls in all threads of a writer, and ends it in the midst of one of them."""

    def __init__(self, last: int | None) -> None:
        self.taken = 0
        self._last, self._numbers = last, count(1)

    def watch(self) -> None:
        threading.setprofile(self._note)
        sys.setprofile(self._note)

    def _note(self, *_: object) -> None:
        self.taken = next(self._numbers)
        if self.taken == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def _start(order: dict[str, Any]) -> tuple[int, int]:
    """Fork a writer; its process number, and a pipe on which it says how it went."""
    if "url" in order:
        _client(order["url"])
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        steps = _Steps(order.get("dies_at"))
        steps.watch()
        said = _write(order)
        os.write(writing, json.dumps({"said": said, "steps": steps.taken}).encode())
        os._exit(0)
    os.close(writing)
    return pid, reading


def _serve() -> None:
    for package in installed():  # before forking: importing them takes longer than a write
        import_module(package)
    started: dict[int, int] = {}
    _answer("ready")
    for line in sys.stdin:
        order = json.loads(line)
        if "end" not in order:
            pid, started_pipe = _start(order)
            started[pid] = started_pipe
            _answer(pid)
            continue
        with os.fdopen(started.pop(order["end"]), "rb") as pipe:
            said = json.loads(pipe.read() or "{}")
        _, status = os.waitpid(order["end"], 0)
        _answer({"killed": os.WIFSIGNALED(status), "said": said.get("said", ""), "steps": said.get("steps")})


def _answer(answer: Any) -> None:
    print(json.dumps(answer), flush=True)


class Writers:
    """The process that starts writers, seen from a test."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fraudsim_assets_tests.storage.killable"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=Path(__file__).parents[2],
        )
        assert self._read() == "ready"
        return self

    def __exit__(self, *raised: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)

    def start(self, **order: Any) -> int:
        """Start a writer; its process number."""
        self._tell(order)
        return self._read()

    def end(self, pid: int) -> dict[str, Any]:
        """Wait for a writer: whether it was killed, what it said, and how many steps it took."""
        self._tell({"end": pid})
        return self._read()

    def _tell(self, order: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")

    def _read(self) -> Any:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


if __name__ == "__main__":
    _serve()
