"""A command's surroundings: the configuration in force, the store, logs and metrics.

Belongs here: setting these up in one way for all commands. Does not belong here: commands.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from fraudsim_assets.cli.output import Output
from fraudsim_assets.config import Config, ensure_seed, load_config
from fraudsim_assets.config.provenance import SEED

if TYPE_CHECKING:
    from fraudsim_assets.observability import Publisher
    from fraudsim_assets.storage import ParquetStore


@dataclass(frozen=True)
class Session:
    """What one invocation of a command works with.

    Attributes
    ----------
    config
        The configuration in force; it may have no seed yet (see :meth:`seeded`).
    output
        Where results and progress go.
    run_id
        Names this invocation in the logs.
    processes
        Processes that share the processors, this one included. [count]
    """

    config: Config
    output: Output
    run_id: str
    processes: int = 1

    @cached_property
    def store(self) -> "ParquetStore":
        """The store of the configuration; nothing is touched before it is used."""
        from fraudsim_assets.storage import open_store

        rows = self.config.generation.row_group_rows
        return open_store(self.config.storage, row_group_rows=rows, processes=self.processes)

    @cached_property
    def publisher(self) -> "Publisher":
        """Metrics, if the configuration wants any."""
        from fraudsim_assets.observability import Publisher

        return Publisher(self.config.observability)

    @cached_property
    def seeded(self) -> Config:
        """The configuration with a seed: its own, that of the catalogs in the store, or a new one."""
        if self.config.seed is not None:
            return self.config
        seed = stored_seed(self.store)
        return ensure_seed(self.config) if seed is None else self.config.model_copy(update={"seed": seed})


def stored_seed(store: "ParquetStore") -> int | None:
    """Seed of the catalogs in a store; None where it holds no customers."""
    from fraudsim_assets.storage import PartKey

    key = PartKey("customers")
    if not store.exists(key):
        return None
    seed = store.metadata(key).facts.get(SEED)
    return None if seed is None else int(seed)


def open_session(config: str | None, overrides: Sequence[str] | None, output: Output) -> Session:
    """Load the configuration and set up logs.

    Raises
    ------
    ConfigError
        If the configuration is wrong.
    """
    from fraudsim_assets.observability import configure_logs

    loaded = load_config(config, overrides=overrides or None)
    settings = loaded.observability
    if output.shows_progress and settings.log_level in {"debug", "info"}:
        # the bar tells the same, and lines would tear it apart
        settings = settings.model_copy(update={"log_level": "warning"})
    configure_logs(settings)
    return Session(loaded, output, f"cli-{int(time.time())}-{os.getpid()}")
