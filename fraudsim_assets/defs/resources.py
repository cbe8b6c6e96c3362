"""The configuration of a run, as a Dagster resource.

Belongs here: one configuration per run, with what was overridden in the launchpad, and the world
built from it. Does not belong here: where data goes (``io_managers``) and what Dagster must know
before a run starts (``settings``).
"""

import hashlib
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa
from pydantic import Field, PrivateAttr

from fraudsim_assets.config import Config, config_digest, load_config, stored_config
from fraudsim_assets.config.provenance import CONFIG_DIGEST, SEED, WORLD_DIGEST
from fraudsim_assets.defs.io_managers import ParquetIOManager
from fraudsim_assets.errors import CatalogMismatchError, ConfigError
from fraudsim_assets.units import day_date

if TYPE_CHECKING:
    from fraudsim_assets.simulation import World

FIXED_AT_LOAD = ("start_date", "end_date", "storage", "orchestration")
"""Settings that shape partitions, IO managers and jobs, which exist before a run does."""

REMEDY = "make the catalogs again: dagster asset materialize -m fraudsim_assets.definitions --select 'group:catalog'"


_latest_world: dict[tuple[str, bool], "World"] = {}
# a world follows from its configuration alone: the steps and runs of a process share what is worked out once


class SimulationResource(dg.ConfigurableResource):
    """The configuration in force for one run.

    In the launchpad, or with ``--config-json``, a run can change any setting of the world::

        resources:
          simulation:
            config:
              overrides:
                fraud: {rate: 0.01}
    """

    config_path: str | None = Field(
        default=None,
        description="A YAML file or the name of a bundled configuration; without one, the variable FRAUDSIM_CONFIG.",
    )
    overrides: dict[str, Any] = Field(
        default={},
        description="Settings that win over the file and the environment, nested or with dotted keys.",
    )
    files: dg.ResourceDependency[ParquetIOManager]

    _config: Config | None = PrivateAttr(default=None)
    _run_id: str | None = PrivateAttr(default=None)

    def setup_for_execution(self, context: dg.InitResourceContext) -> None:
        """Remember the run, for the seed of a world that has none yet."""
        self._run_id = context.run.run_id if context.run else None

    @property
    def config(self) -> Config:
        """The configuration, loaded once and with a seed.

        Raises
        ------
        ConfigError
            If it is wrong, or overrides what is fixed when the code is loaded.
        """
        if self._config is None:
            from fraudsim_assets.observability import configure_logs

            fixed = sorted({key.split(".")[0] for key in self.overrides} & set(FIXED_AT_LOAD))
            if fixed:
                raise ConfigError(
                    f"overrides sets {', '.join(fixed)}, which is fixed when Dagster loads the code; set it in the "
                    "file that FRAUDSIM_CONFIG names, or in the environment, and reload"
                )
            config = load_config(self.config_path, overrides=self.overrides)
            configure_logs(config.observability)
            self._config = config if config.seed is not None else config.model_copy(update={"seed": self._seed()})
        return self._config

    def _seed(self) -> int:
        """Seed of a world whose configuration names none: that of its catalogs, or else one drawn by the run."""
        from fraudsim_assets.storage import PartKey

        for catalog in ("customers", "cards", "merchants"):
            if self.files.store.exists(PartKey(catalog)):
                return int(self.files.store.metadata(PartKey(catalog)).facts[SEED])
        # all processes of a run know its id, which is random: they agree on a seed without a word
        digest = hashlib.blake2b((self._run_id or "").encode(), digest_size=8).digest()
        seed = int.from_bytes(digest, "little") >> 11
        dg.get_dagster_logger().info("seed %d drawn; it is kept with the catalogs", seed)
        return seed

    def world(self, customers: pa.Table, merchants: pa.Table, cards: pa.Table | None = None) -> "World":
        """Build the world from its catalogs; without ``cards``, with those of before any fraud.

        Raises
        ------
        CatalogMismatchError
            If a catalog was made from other settings than those in force.
        """
        from fraudsim_assets.catalog import Catalogs, build_cards
        from fraudsim_assets.simulation import World

        for name, table in {"customers": customers, "merchants": merchants, "cards": cards}.items():
            if table is not None:
                demand_same_world(name, table, self.config)
        key = (self.config.model_dump_json(), cards is None)
        if key not in _latest_world:
            issued = cards if cards is not None else build_cards(self.config, customers)
            _latest_world.clear()
            _latest_world[key] = World(self.config, Catalogs(customers, issued, merchants))
        return _latest_world[key]


def demand_same_world(name: str, table: pa.Table, config: Config) -> None:
    """Refuse a catalog that was made from other settings.

    Raises
    ------
    CatalogMismatchError
        If the seed, the settings that the catalog depends on, or the last day differ.
    """
    facts = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    if CONFIG_DIGEST not in facts:
        raise CatalogMismatchError(f"{name} does not say from which settings it was made; {REMEDY}")
    wanted = {CONFIG_DIGEST: config_digest(config, scope="catalogs"), WORLD_DIGEST: config_digest(config)}
    for fact, digest in wanted.items():
        if facts.get(fact, digest) != digest:
            raise CatalogMismatchError(
                f"{name} was made with seed {facts[SEED]} and settings {facts[fact]}; this run has seed "
                f"{config.seed} and settings {digest}; {REMEDY}"
            )
    from fraudsim_assets.catalog.lifetimes import listing_window

    listed, needed = listing_window(stored_config(facts)).last, listing_window(config).last
    if listed < needed:
        raise CatalogMismatchError(
            f"{name} lists who exists until {day_date(listed)}; this run may need them until "
            f"{day_date(needed)}; {REMEDY}"
        )
