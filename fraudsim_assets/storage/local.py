"""Partitions on a local or mounted disk.

A file is written under a temporary name in the folder where it belongs, forced to the disk and then
renamed, which replaces the old file in one step. Readers see the old file or the new one, never
half of one; of two writers at once the later rename wins, whole.

Belongs here: files and folders. Does not belong here: rules that hold for every carrier (``store``).
"""

import errno
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage.facts import PartMetadata, absent, damaged, part_metadata
from fraudsim_assets.storage.faults import TransientError
from fraudsim_assets.storage.layout import PartKey, StoredPart, stored_part
from fraudsim_assets.storage.parquet import write_parquet
from fraudsim_assets.storage.policy import already_there
from fraudsim_assets.storage.report import Commit
from fraudsim_assets.storage.scanning import Held
from fraudsim_assets.storage.store import ParquetStore, StoreOptions
from fraudsim_assets.storage.writers import Life, this_writer, writer_named

_TEMPORARY = ".tmp"
_NO_LINKS = frozenset({errno.ENOTSUP, errno.EPERM, errno.ENOSYS, errno.EMLINK})


class LocalStore(ParquetStore):
    """Partitions below a folder.

    Parameters
    ----------
    base_dir
        Folder; made when first written to.
    options
        Policy, codec and retries.
    """

    def __init__(self, base_dir: str | Path, options: StoreOptions | None = None) -> None:
        super().__init__(options)
        self.base_dir = Path(base_dir).expanduser().absolute()

    @property
    def place(self) -> str:
        """Absolute path of the folder."""
        return str(self.base_dir)

    def uri(self, key: PartKey) -> str:
        """Absolute path of a part."""
        return str(self._path(key))

    def _path(self, key: PartKey) -> Path:
        return self.base_dir / key.path

    # --- reading -----------------------------------------------------------------------------

    def exists(self, key: PartKey) -> bool:
        """Whether a part is visible."""
        return self._path(key).is_file()

    def list_parts(self, asset: str, partition: str | None = None) -> list[StoredPart]:
        """Parts that are visible, of one partition or, without one, of the whole asset, in order."""
        folder = self.base_dir / (PartKey(asset, partition).folder)
        found = self.options.retry.call(f"list {folder}", lambda: list(self._listed(folder, deep=partition is None)))
        return sorted(part for part in found if part.asset == asset)

    def _listed(self, folder: Path, *, deep: bool) -> Iterator[StoredPart]:
        for entry in _entries(folder):
            if entry.is_dir() and deep and "=" in entry.name:
                yield from self._listed(Path(entry.path), deep=False)
            elif entry.name.endswith(".parquet"):
                part = stored_part(Path(entry.path).relative_to(self.base_dir).as_posix(), entry.stat().st_size)
                if part is not None:
                    yield part

    def metadata(self, key: PartKey) -> PartMetadata:
        """Facts in the footer of a part."""
        with self.held(key) as (footer, _):
            return footer

    @contextmanager
    def held(self, key: PartKey) -> Iterator[Held]:
        """Keep hold of the version of a part that is in place now, by an open file."""
        path = self._path(key)
        with self._opened(path) as file:
            try:
                footer = part_metadata(str(path), os.fstat(file.fileno()).st_size, pq.read_metadata(file))
            except pa.ArrowInvalid as error:
                raise damaged(str(path), error) from error
            yield footer, lambda: _is_still(file, path)

    def _opened(self, path: Path) -> BinaryIO:
        if not path.is_file():
            raise absent(str(path))
        return self.options.retry.call(f"open {path}", lambda: path.open("rb"))

    def _scan_settings(self) -> dict[str, Any]:
        return {}

    # --- writing -----------------------------------------------------------------------------

    def _commit(self, key: PartKey, stream: FrameStream, facts: Mapping[str, str], *, exclusive: bool) -> Commit:
        path = self._path(key)
        return self.options.retry.call(
            f"write {path}", lambda: self._commit_once(path, stream, facts, exclusive=exclusive)
        )

    def _commit_once(self, path: Path, stream: FrameStream, facts: Mapping[str, str], *, exclusive: bool) -> Commit:
        _make_folder(path.parent)
        with _temporary(path) as temporary:
            with pa.OSFile(str(temporary), "wb") as file:
                written = write_parquet(stream, file, facts, self.options.parquet)
            _force(temporary)
            size = temporary.stat().st_size
            if exclusive:
                _link(temporary, path)
            else:
                temporary.replace(path)
        _force(path.parent)
        return Commit(written, size)

    def read_small(self, path: str) -> bytes | None:
        """Content of a small file; None if it is not there."""
        place = self.base_dir / path

        def attempt() -> bytes | None:
            try:
                content = place.read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None
            if not content:
                raise TransientError(f"{place} is being written")
            return content

        return self.options.retry.call(f"read {place}", attempt)

    def create_small(self, path: str, content: bytes) -> None:
        """Create a small file whole, unless one is there."""
        place = self.base_dir / path

        def attempt() -> None:
            _make_folder(place.parent)
            with _temporary(place) as temporary, suppress(FileExistsError):
                temporary.write_bytes(content)
                _force(temporary)
                _name_first(temporary, place, content)
            _force(place.parent)

        self.options.retry.call(f"create {place}", attempt)

    def remove_small(self, path: str) -> None:
        """Remove a small file."""
        place = self.base_dir / path
        self.options.retry.call(f"delete {place}", lambda: place.unlink(missing_ok=True))

    def small_names(self, folder: str) -> list[str]:
        """Names of the small files in a folder."""
        place = self.base_dir / folder
        entries = self.options.retry.call(f"list {place}", lambda: _entries(place))
        return sorted(entry.name for entry in entries if not entry.name.startswith("."))

    def all_files(self, folder: str = "") -> list[tuple[str, int]]:
        """Path and size of every file of the store, or of a folder of it."""

        def look() -> list[tuple[str, int]]:
            files = (path for path in (self.base_dir / folder).rglob("*") if path.is_file())
            return [(path.relative_to(self.base_dir).as_posix(), path.stat().st_size) for path in files]

        return self.options.retry.call(f"list {self.base_dir}", look)

    def put_small(self, path: str, content: bytes, media_type: str) -> str:  # noqa: ARG002 - a disk knows no media types
        """Make a small file visible in one step, in the place of any other."""
        place = self.base_dir / path

        def attempt() -> str:
            _make_folder(place.parent)
            with _temporary(place) as temporary:
                temporary.write_bytes(content)
                _force(temporary)
                temporary.replace(place)
            return str(place)

        return self.options.retry.call(f"write {place}", attempt)

    def delete(self, key: PartKey) -> None:
        """Remove a part; no error if it is gone."""
        path = self._path(key)
        self.options.retry.call(f"delete {path}", lambda: path.unlink(missing_ok=True))
        with suppress(OSError):
            path.parent.rmdir()  # unless something else is in it

    def delete_leftovers(self, asset: str | None = None) -> list[str]:
        """Remove temporary files of dead writers; see :meth:`ParquetStore.delete_leftovers`."""
        folder = self.base_dir / asset if asset else self.base_dir
        dead = self.options.retry.call(
            f"look for leftovers in {folder}", lambda: [path for path in _temporaries(folder) if self._is_dead(path)]
        )
        for path in dead:
            self.options.retry.call(f"delete {path}", lambda path=path: path.unlink(missing_ok=True))
        return [str(path) for path in dead]

    def _is_dead(self, path: Path) -> bool:
        writer = writer_named(path.name)
        if writer is None:
            return False
        return writer.life is Life.DEAD or (
            writer.life is Life.UNKNOWN and _age_seconds(path) > self.options.stale_seconds
        )


@contextmanager
def _temporary(path: Path) -> Iterator[Path]:
    """Name beside a path for bytes in the making; gone afterwards unless it was renamed."""
    temporary = path.with_name(f".{path.name}.{this_writer().name}{_TEMPORARY}")
    try:
        yield temporary
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def _link(temporary: Path, path: Path) -> None:
    """Give the final name only if it is free; the operating system decides between two."""
    try:
        path.hardlink_to(temporary)
    except FileExistsError:
        raise already_there(str(path)) from None


def _name_first(temporary: Path, place: Path, content: bytes) -> None:
    """Give the final name to a small file if it is free, on file systems without hard links too."""
    try:
        place.hardlink_to(temporary)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        with place.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _is_still(file: BinaryIO, path: Path) -> bool:
    """Whether a path still names an open file; its number cannot be given away while it is open."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, and force their names to the disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _force(folder.parent)


def _force(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    try:
        handle = os.open(path, os.O_RDONLY)
    except PermissionError:
        if path.is_dir():
            return  # Windows opens no folder
        raise
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems cannot force a folder; the rename is then as durable as it gets.
        if not (path.is_dir() and error.errno in (errno.EINVAL, errno.ENOTSUP)):
            raise
    finally:
        os.close(handle)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _temporaries(folder: Path) -> Iterator[Path]:
    for entry in _entries(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _temporaries(Path(entry.path))
        elif entry.name.startswith(".") and entry.name.endswith(_TEMPORARY):
            yield Path(entry.path)


def _age_seconds(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0
