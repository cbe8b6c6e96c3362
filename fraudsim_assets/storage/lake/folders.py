"""Parquet files below a folder of a disk: all of them, but of tables with a log only those that count now.

Belongs here: telling tables with a log from plain folders. Does not belong here: reading files.
"""

from pathlib import Path

from fraudsim_assets.storage.lake.needs import needing
from fraudsim_assets.storage.layout import ICEBERG_CATALOG

DELTA_LOG = "_delta_log"


def counted_files(folder: Path) -> list[Path]:
    """Find the Parquet files that whoever reads a folder should see, in order.

    Raises
    ------
    ConfigError
        If a table is of a format whose package is not installed.
    """
    plain = set(folder.rglob("*.parquet"))
    counted: set[Path] = set()
    for log in folder.rglob(DELTA_LOG):
        table = log.parent
        with needing("delta"):
            from fraudsim_assets.storage.lake.delta import current_files
        counted |= {Path(path) for path in current_files(str(table))}
        plain -= {path for path in plain if path.is_relative_to(table)}
    for place in (folder.absolute(), *folder.absolute().parents):
        if (place / ICEBERG_CATALOG).exists():
            with needing("iceberg"):
                from fraudsim_assets.storage.lake import iceberg
            here = {path for path in iceberg.current_files(place) if path.is_relative_to(folder.resolve())}
            return sorted(folder / path.relative_to(folder.resolve()) for path in here)
    return sorted(plain | counted)
