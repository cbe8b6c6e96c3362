"""Lines of JSON: to standard output, a file, or a folder with a file per topic; and to nowhere.

A line is an object with ``topic``, ``key``, ``time`` and ``position`` (microseconds since 1970) and
``value``, the message itself.

Belongs here: lines and their files. Does not belong here: brokers.
"""

import fcntl
import json
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, BinaryIO

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.streaming.events import TOPICS, Events, cell_start
from fraudsim_assets.streaming.targets.target import Target

_BLOCK = 1 << 16
# bytes read at a time, from the end of a file


def lines(events: Events) -> Iterator[bytes]:
    """Write events as lines, each with its end."""
    for topic, key, time, position, value in zip(
        events.topic.tolist(), events.key, events.time.tolist(), events.position.tolist(), events.value, strict=True
    ):
        yield b'{"topic":"%b","key":"%b","time":%d,"position":%d,"value":%b}\n' % (
            _NAMES[topic],
            key,
            time,
            position,
            b"null" if value is None else value,
        )


_NAMES = [name.encode() for name in TOPICS]


class NullTarget(Target):
    """Takes everything and keeps nothing: for measuring."""

    def send(self, events: Events) -> None:
        """Forget events."""

    def reached(self) -> int | None:
        """Refuse: there is nothing to go on from."""
        raise ConfigError("--resume needs a target that keeps what it was sent; null keeps nothing: give --from")


class StdoutTarget(Target):
    """Standard output."""

    def __init__(self, out: IO[bytes] | None = None) -> None:
        self._out = out or sys.stdout.buffer

    def send(self, events: Events) -> None:
        """Write lines, and pass them on at once."""
        self._out.writelines(lines(events))
        self._out.flush()

    def reached(self) -> int | None:
        """Refuse: what was written is gone."""
        raise ConfigError("--resume needs a target that keeps what it was sent; of standard output, give --from")


class LineFiles(Target):
    """Files that grow; what a killed producer left unfinished is cut off when it resumes.

    Parameters
    ----------
    paths
        File of each topic; several topics may share one.
    """

    def __init__(self, paths: Mapping[str, Path]) -> None:
        self._paths = dict(paths)
        self._files: dict[Path, BinaryIO] = {}
        self._resumed = False

    @classmethod
    def file(cls, path: Path) -> "LineFiles":
        """All topics in one file."""
        if path.is_dir():
            raise ConfigError(f"{path} is a folder; give it with a slash at the end for a file per topic")
        return cls(dict.fromkeys(TOPICS, path))

    @classmethod
    def folder(cls, folder: Path, part: tuple[int, int]) -> "LineFiles":
        """A file per topic and producer."""
        mark = "" if part[1] == 1 else f"-{part[0]}-of-{part[1]}"
        return cls({topic: folder / f"{topic}{mark}.jsonl" for topic in TOPICS})

    def reached(self) -> int | None:
        """Cut all files off where the last cell begins that any of them has lines of, and give that position."""
        self._resumed = True
        try:
            files = [self._open(path) for path in set(self._paths.values()) if path.exists()]
            last = [position for file in files if (position := _last_position(file)) is not None]
            if not last:
                for file in files:
                    file.truncate(0)
                return None
            start = cell_start(max(last))
            for file in files:
                _cut(file, start)
        except OSError as error:
            raise StorageError(f"{self._named()} cannot be resumed: {error}") from error
        return start

    def send(self, events: Events) -> None:
        """Append lines."""
        parts: dict[Path, list[bytes]] = {}
        for topic, line in zip(events.topic.tolist(), lines(events), strict=True):
            parts.setdefault(self._paths[TOPICS[topic]], []).append(line)
        try:
            for path, some in parts.items():
                file = self._open(path)
                file.write(b"".join(some))
                file.flush()
        except OSError as error:
            raise StorageError(f"{self._named()} cannot be written: {error}") from error

    def close(self) -> None:
        """Bring the files to the disk."""
        for file in self._files.values():
            file.flush()
            os.fsync(file.fileno())
            file.close()
        self._files.clear()

    def _named(self) -> str:
        return ", ".join(sorted({str(path) for path in self._paths.values()}))

    def _open(self, path: Path) -> BinaryIO:
        if path in self._files:
            return self._files[path]
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("a+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise StorageError(f"{path} is being written by another producer; give each a file of its own") from error
        if not self._resumed and path.stat().st_size:
            file.close()
            raise ConfigError(f"{path} holds events already; resume it with --resume, or give another file")
        self._files[path] = file
        return file


def _last_position(file: BinaryIO) -> int | None:
    """Position of the last whole line."""
    for line, _ in _backwards(file):
        return int(json.loads(line)["position"])
    return None


def _cut(file: BinaryIO, start: int) -> None:
    """Cut a file off before its first line of a position; positions ascend."""
    end = 0
    for line, after in _backwards(file):
        if json.loads(line)["position"] < start:
            end = after
            break
    file.truncate(end)
    file.seek(0, os.SEEK_END)


def _backwards(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Give whole lines from the last to the first, each with the place after it; an unfinished last one is left out."""
    at = file.seek(0, os.SEEK_END)
    rest, whole = b"", False
    while at:
        size = min(_BLOCK, at)
        at -= size
        file.seek(at)
        parts = (file.read(size) + rest).split(b"\n")
        place = at + sum(len(part) + 1 for part in parts) - 1
        for part in reversed(parts[1:]):
            if whole:
                yield part, place + 1
            whole = True
            place -= len(part) + 1
        rest = parts[0]
        if at == 0 and whole:
            yield rest, len(rest) + 1
