"""Folders that appear whole or not at all.

Belongs here: making one, and forcing it to the disk. Does not belong here: what is in it.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fraudsim_assets.errors import StorageError


@contextmanager
def new_folder(folder: Path) -> Iterator[Path]:
    """Make a folder that appears under its name when all went well, and not at all otherwise.

    What is written goes to a hidden folder beside it, is forced to the disk and renamed in one step.

    Yields
    ------
    Path
        The hidden folder.

    Raises
    ------
    StorageError
        If something is there already, or the folder cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StorageError(f"{folder} holds something already; give the name of a folder that is not there")
    hidden = folder.with_name(f".{folder.name}.partial")
    try:
        shutil.rmtree(hidden, ignore_errors=True)
        hidden.mkdir(parents=True)
        yield hidden
        for path in (*hidden.rglob("*"), hidden):
            _force(path)
        hidden.replace(folder)
        _force(folder.absolute().parent)
    except OSError as error:
        raise StorageError(f"{folder} cannot be written: {error}") from error
    finally:
        shutil.rmtree(hidden, ignore_errors=True)


def _force(path: Path) -> None:
    """Force a file, or the names in a folder, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
