"""Targets by their address.

Belongs here: reading an address. Does not belong here: any one target.
"""

from pathlib import Path
from urllib.parse import urlsplit

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.streaming.encoding import Encoding
from fraudsim_assets.streaming.targets.lines import LineFiles, NullTarget, StdoutTarget
from fraudsim_assets.streaming.targets.target import Target

ADDRESSES = (
    "stdout, null, FILE, DIR/, kafka://HOST:PORT/TOPIC, redis://HOST:PORT/STREAM, http://HOST/PATH or https://HOST/PATH"
)


def open_target(
    address: str, *, part: tuple[int, int] = (0, 1), encoding: Encoding = "json", world: str = ""
) -> Target:
    """Make the target of an address; nothing is connected yet where that can wait.

    Parameters
    ----------
    address
        One of :data:`ADDRESSES`.
    part
        (i, k): the i-th of k producers.
    encoding
        Of the values; only Kafka and Redis carry Avro.
    world
        What tells worlds apart, such as a digest; sent along where messages have headers.

    Raises
    ------
    ConfigError
        If it is no address, or a package is missing.
    """
    url = urlsplit(address)
    if url.scheme == "kafka":
        from fraudsim_assets.streaming.targets.kafka import KafkaTarget

        return KafkaTarget.of(url, part=part, world=world)
    if url.scheme == "redis":
        from fraudsim_assets.streaming.targets.redis import RedisTarget

        return RedisTarget.of(url, part=part, world=world)
    if encoding != "json":
        raise ConfigError(f"format is {encoding!r}, which only kafka:// and redis:// carry; {address} takes json")
    if url.scheme in ("http", "https"):
        from fraudsim_assets.streaming.targets.http import HttpTarget

        return HttpTarget(address, part=part)
    if address == "null":
        return NullTarget()
    if address in ("stdout", "-"):
        return StdoutTarget()
    if url.scheme or not address:
        raise ConfigError(f"target is {address!r}; valid are {ADDRESSES}")
    return LineFiles.folder(Path(address), part) if address.endswith("/") else LineFiles.file(Path(address))


__all__ = ["ADDRESSES", "Target", "open_target"]
