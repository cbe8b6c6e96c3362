"""Killing a producer at random moments and starting it again until it has sent everything.

Belongs here: the kills. Does not belong here: what arrived.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from fraudsim_assets.streams import Streams
from fraudsim_assets_tests.unit.streaming.worlds import START

REPOSITORY = Path(__file__).parents[2]


def killed_and_restarted(
    target: str,
    *,
    kills: int,
    part: str = "0/1",
    restart_at: Callable[[], int] | None = None,
) -> int:
    """Run a producer to its end, with kill -9 at so many moments; gives how many found it at work.

    Parameters
    ----------
    target
        Address.
    kills
        Times to kill.
    restart_at
        Says from where to start again; without it, the producer asks the target.
    """
    wait = Streams(11).draw(f"kill.{target.split(':', maxsplit=1)[0]}").uniforms(range(kills))
    hits = 0
    for kill in range(kills + 1):
        start = restart_at() if restart_at else START
        process = _producer(target, start, part, resume=restart_at is None)
        try:
            if kill == kills:
                assert process.wait(300) == 0
                break
            line = process.stdout.readline() if process.stdout else b""
            if not line:  # all was sent before
                assert process.wait(60) == 0
                break
            time.sleep(wait[kill] * 0.5)
            if process.poll() is None:
                hits += 1
                os.kill(process.pid, signal.SIGKILL)
            process.wait(60)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait(60)
    return hits


def _producer(target: str, start: int, part: str, *, resume: bool) -> subprocess.Popen[bytes]:
    arguments: Sequence[str] = (
        sys.executable,
        "-m",
        "fraudsim_assets_tests.streaming.producer",
        target,
        str(start),
        part,
        *(["--resume"] if resume else []),
    )
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, cwd=REPOSITORY)
