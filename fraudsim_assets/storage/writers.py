"""Who a writer is, and whether it still lives.

A writer is a process: a machine (host name, process-number space and boot), a process number and
the moment the process started, which tells apart two processes that got the same number.

Belongs here: this identity, written into names of temporary files and marks of uploads. Does not
belong here: what is done with what a dead writer left (``local``, ``s3``).
"""

import hashlib
import itertools
import os
import platform
import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from pathlib import Path

_NAME = re.compile(r"(?P<machine>[0-9a-f]{8})-(?P<boot>[0-9a-f]{8})-(?P<pid>\d+)-(?P<start>\d+)-(?P<serial>\d+)")
_serial = itertools.count()


class Life(Enum):
    """What is known about a writer."""

    ALIVE = "alive"
    DEAD = "dead"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Writer:
    """Identity of one write of one process.

    Attributes
    ----------
    machine, boot
        Digests of what identifies the machine and its current boot.
    pid, start
        Process number and start of the process in clock ticks since boot (0 where unknown).
    serial
        Number of the write within the process.
    """

    machine: str
    boot: str
    pid: int
    start: int
    serial: int

    @property
    def name(self) -> str:
        """Identity as part of a file name."""
        return f"{self.machine}-{self.boot}-{self.pid}-{self.start}-{self.serial}"

    @property
    def life(self) -> Life:
        """Whether the process still runs, as far as this machine can tell."""
        if self.machine != _machine():
            return Life.UNKNOWN
        if self.boot != _boot():
            return Life.DEAD
        return Life.ALIVE if _runs(self.pid, self.start) else Life.DEAD


def this_writer() -> Writer:
    """Identity for a new write of this process."""
    pid = os.getpid()
    return Writer(_machine(), _boot(), pid, _start(pid) or 0, next(_serial))


def writer_named(name: str) -> Writer | None:
    """Read an identity back from a name; ``None`` if there is none in it."""
    found = _NAME.search(name)
    if found is None:
        return None
    return Writer(found["machine"], found["boot"], int(found["pid"]), int(found["start"]), int(found["serial"]))


def _runs(pid: int, start: int) -> bool:
    now = _start(pid)
    if now is not None:
        return start in (0, now)
    if Path("/proc/self/stat").exists():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _start(pid: int) -> int | None:
    """Start of a live process in clock ticks since boot; ``None`` if it is gone or a zombie, or cannot be seen."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return None if fields[0] in "ZX" else int(fields[19])


@lru_cache(maxsize=1)
def _machine() -> str:
    """Host and process-number space: two containers of one machine do not see each other's processes."""
    try:
        space = str(Path("/proc/self/ns/pid").stat().st_ino)
    except OSError:
        space = ""
    return _short(f"{platform.node()} {space}")


@lru_cache(maxsize=1)
def _boot() -> str:
    try:
        return _short(Path("/proc/sys/kernel/random/boot_id").read_text())
    except OSError:
        return _short("")


def _short(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=4).hexdigest()
