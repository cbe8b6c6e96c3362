"""The seed of a world, insisted upon.

Belongs here: turning a configuration into streams. Does not belong here: any draw.
"""

from fraudsim_assets.config import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.streams import Streams


def streams_of(config: Config) -> Streams:
    """All randomness of a world.

    Raises
    ------
    ConfigError
        If the configuration has no seed yet.
    """
    if config.seed is None:
        raise ConfigError("seed is not set; catalogs need one, an integer from 0 up to 2**63 - 1")
    return Streams(config.seed)
