"""A fixed benchmark with hidden seeds: worlds that cannot be looked at before they are revealed.

A seed is committed to by publishing the SHA-256 of ``seed:salt``. Whoever holds the benchmark runs policies that are
sent in, and reveals seed and salt when the round is over; then everybody can check that the worlds were those committed
to, and make the scores again.

Belongs here: commitments, their file and checking what is revealed. Does not belong here: trials.
"""

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import Field

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data.model import Entry
from fraudsim_assets.reference_data.reading import DataFile, checked

COMMITTED = Path(__file__).parent / "data" / "benchmark.toml"
"""The benchmark's worlds."""

SEED_BITS, SALT_BYTES = 62, 16
"""Seeds are so large that they cannot be guessed by trying, and salted all the same."""


class SealedWorld(Entry):
    """A world of the benchmark.

    Attributes
    ----------
    sha256
        Digest of ``seed:salt``, both as they are revealed.
    config, scale
        Configuration of the world, and its size against it.
    start, days
        First day, and number of days, that policies are tried on.
    """

    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    config: str = Field(min_length=1)
    scale: float = Field(gt=0.0, strict=True)
    start: Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
    days: int = Field(ge=1, strict=True)


@dataclass(frozen=True)
class Seal:
    """What is kept secret until the round is over."""

    seed: int
    salt: str

    @classmethod
    def new(cls) -> "Seal":
        """A seed and a salt from the system's source of secrets: the one place where chance is wanted."""
        return cls(secrets.randbits(SEED_BITS), secrets.token_hex(SALT_BYTES))

    @property
    def sha256(self) -> str:
        """The commitment."""
        return hashlib.sha256(f"{self.seed}:{self.salt}".encode()).hexdigest()


def worlds(path: Path = COMMITTED) -> Mapping[str, SealedWorld]:
    """Worlds of the benchmark, by name.

    Raises
    ------
    ConfigError
        If the file is not what it should be; names the line.
    """
    file = DataFile.read(path)
    return {name: checked(SealedWorld, values, file, (name,)) for name, values in file.values.items()}


def revealed(name: str, text: str, path: Path = COMMITTED) -> Seal:
    """Check what is revealed of a world.

    Parameters
    ----------
    text
        ``seed:salt``.

    Raises
    ------
    ConfigError
        If there is no such world, or its commitment was to something else.
    """
    known = worlds(path)
    if name not in known:
        raise ConfigError(f"benchmark has no world {name!r}; valid are {', '.join(known)}")
    if not re.fullmatch(r"\d{1,19}:[0-9a-f]{8,64}", text):
        raise ConfigError(f"revealed is {text!r}; valid is SEED:SALT, a whole number and hexadecimal digits")
    seed, _, salt = text.partition(":")
    seal = Seal(int(seed), salt)
    if seal.sha256 != known[name].sha256:
        raise ConfigError(
            f"world {name}: the SHA-256 of what is revealed is {seal.sha256}, and committed was {known[name].sha256}"
        )
    return seal
