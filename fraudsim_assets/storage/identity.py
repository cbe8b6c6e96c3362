"""What tells one world from another: the identity that a store is given once.

Belongs here: the identity as a value, its text in ``_world/identity.json``, and how two of them
differ. Does not belong here: what of a configuration enters it (``world``) and how it is kept
(``membership``).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fraudsim_assets.config.digest import differences
from fraudsim_assets.errors import StorageError

FOLDER = "_world"
"""Folder of a store for what is said about the store itself; readers of Parquet pass it over."""

IDENTITY = f"{FOLDER}/identity.json"
REPLACING = f"{FOLDER}/replacing.json"

WORLD = "world"
"""Fact in a file's footer: id of the world that the file belongs to."""

PARQUET = "parquet"
"""Format of a store of plain Parquet files."""

_LENGTH = 16


@dataclass(frozen=True)
class Identity:
    """All that the rows of a world follow from.

    Attributes
    ----------
    seed
        Seed of the world.
    settings
        Settings that change rows, as plain JSON values.
    versions
        What makes the rows, by name: the package, the table contracts, scenario plugins.
    table_format
        How the store keeps its tables; it makes no other world, and is written down with it.
    """

    seed: int
    settings: Mapping[str, Any]
    versions: Mapping[str, str]
    table_format: str = PARQUET

    @cached_property
    def id(self) -> str:
        """16 hexadecimal digits that stand for the world."""
        return hashlib.blake2b(_canonical(self.told_of_rows).encode(), digest_size=_LENGTH // 2).hexdigest()

    @property
    def text(self) -> str:
        """Canonical JSON; a store of plain Parquet files does not say its format."""
        kept = {} if self.table_format == PARQUET else {"format": self.table_format}
        return _canonical(self.told_of_rows | kept)

    @property
    def told_of_rows(self) -> dict[str, Any]:
        """All that the id stands for."""
        return {"seed": self.seed, "settings": self.settings, "versions": self.versions}

    @classmethod
    def parse(cls, text: bytes, uri: str) -> "Identity":
        """Read an identity back.

        Raises
        ------
        StorageError
            If the text is none.
        """
        try:
            told = json.loads(text)
            kept = str(told.get("format", PARQUET))
            return cls(int(told["seed"]), dict(told["settings"]), dict(told["versions"]), kept)
        except (ValueError, TypeError, KeyError) as error:
            raise StorageError(
                f"{uri} is no identity of a world ({type(error).__name__}: {error}; it begins with {text[:40]!r}); "
                "correct storage.endpoint_url if this is not your server, or restore the file"
            ) from error

    def differences(self, other: "Identity") -> list[str]:
        """Say what differs: the name, the value here, the value there; none for the same world."""
        return differences(self.told_of_rows, other.told_of_rows, place="the store")


def _canonical(told: Mapping[str, Any]) -> str:
    return json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
