"""A command's surroundings: the configuration in force, the store, logs and metrics.

Belongs here: setting these up in one way for all commands. Does not belong here: commands.
"""

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from fraudsim_assets.cli.output import Output
from fraudsim_assets.config import Config, ensure_seed, load_config

if TYPE_CHECKING:
    from fraudsim_assets.observability import Publisher
    from fraudsim_assets.storage import ParquetStore
    from fraudsim_assets.storage.identity import Identity
    from fraudsim_assets.storage.world import Entered


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
    world
        World that the store is of, once :meth:`enter` has seen to that.
    """

    config: Config
    output: Output
    run_id: str
    processes: int = 1
    world: "Identity | None" = None

    @cached_property
    def store(self) -> "ParquetStore":
        """The store of the configuration; nothing is touched before it is used."""
        from fraudsim_assets.storage import open_store

        rows = self.config.generation.row_group_rows
        store = open_store(self.config.storage, row_group_rows=rows, processes=self.processes)
        if self.world is not None:
            store.bind(self.world)
        return store

    def enter(self, *, replace_world: bool = False) -> "Session":
        """Enter the store to write to it: from then on it is of the world of this session, or an error.

        Raises
        ------
        WorldMismatchError
            If it is of another world.
        """
        from fraudsim_assets.storage.world import enter_world

        entered = enter_world(self.store, self.config, replace=replace_world)
        return replace(self, config=entered.config, world=entered.store.world)

    def in_this_process(self) -> "Session":
        """Make sure that this process would make the world that the session was entered with.

        Raises
        ------
        WorldMismatchError
            If it would not, as with another version of the package or another plugin.
        """
        from fraudsim_assets.storage.membership import another_world
        from fraudsim_assets.storage.world import identity_of

        here = identity_of(self.config)
        if self.world is not None and here.id != self.world.id:
            raise another_world(self.store.place, self.world, here)
        return self

    @cached_property
    def found(self) -> "Entered | None":
        """The store to read from, if it is of the world of this session; all that is read must be of it then."""
        from fraudsim_assets.storage.world import same_world

        return same_world(self.store, self.seeded)

    @cached_property
    def publisher(self) -> "Publisher":
        """Metrics, if the configuration wants any."""
        from fraudsim_assets.observability import Publisher

        return Publisher(self.config.observability)

    @cached_property
    def seeded(self) -> Config:
        """The configuration with a seed: its own, that of the store, or a new one."""
        if self.config.seed is not None:
            return self.config
        stored = self.store.identity()
        return ensure_seed(self.config) if stored is None else self.config.model_copy(update={"seed": stored.seed})


def all_overrides(
    settings: Sequence[str] | None, scale: float | None = None, decisions: Path | None = None
) -> list[str]:
    """Settings of ``--set``, ``--scale`` and ``--decisions``."""
    scaled = [] if scale is None else [f"population.scale={scale!r}"]
    return [*(settings or ()), *scaled, *([] if decisions is None else [f"decisions={decisions}"])]


def open_session(
    config: str | None,
    overrides: Sequence[str] | None,
    output: Output,
    *,
    scale: float | None = None,
    decisions: Path | None = None,
) -> Session:
    """Load the configuration and set up logs.

    Raises
    ------
    ConfigError
        If the configuration is wrong.
    """
    from fraudsim_assets.observability import configure_logs

    loaded = load_config(config, overrides=all_overrides(overrides, scale, decisions))
    settings = loaded.observability
    if output.shows_progress and settings.log_level in {"debug", "info"}:
        # the bar tells the same, and lines would tear it apart
        settings = settings.model_copy(update={"log_level": "warning"})
    configure_logs(settings)
    return Session(loaded, output, f"cli-{int(time.time())}-{os.getpid()}")
