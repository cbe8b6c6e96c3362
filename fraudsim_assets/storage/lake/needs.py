"""Packages that table formats need and that not everybody installs.

Belongs here: saying which is missing. Does not belong here: using them (``delta``, ``iceberg``).
"""

from collections.abc import Iterator
from contextlib import contextmanager

from fraudsim_assets.errors import ConfigError


@contextmanager
def needing(table_format: str) -> Iterator[None]:
    """Import what a format needs inside this.

    Raises
    ------
    ConfigError
        If it is not installed; the message says how to install it.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        raise ConfigError(
            f"storage.format {table_format!r} needs {error.name}: pip install 'fraudsim-assets[{table_format}]'"
        ) from error
