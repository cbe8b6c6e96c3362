"""The configuration of a run, as a Dagster resource.

Belongs here: one configuration per run, with what was overridden in the launchpad, and the world
built from it. Does not belong here: where data goes (``io_managers``) and what Dagster must know
before a run starts (``spec``).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import dagster as dg
import pyarrow as pa

from fraudsim_assets.config import Config, ensure_seed, lasting_digest, load_config, stored_config
from fraudsim_assets.config.provenance import CONFIG_DIGEST, DECISIONS_DIGEST, SEED, WORLD_DIGEST
from fraudsim_assets.decisions.files import with_decisions
from fraudsim_assets.defs.io_managers import ParquetIOManager
from fraudsim_assets.defs.spec import WorldSpec
from fraudsim_assets.errors import CatalogMismatchError, ConfigError

if TYPE_CHECKING:
    from fraudsim_assets.simulation import World
    from fraudsim_assets.storage import ParquetStore

RUN_SETTINGS = ("checks", "generation", "observability")
"""Sections that a run may override: how the work is cut, judged and watched, and never what comes out."""


_latest_world: dict[tuple[str, bool], "World"] = {}
# a world follows from its configuration alone: the steps and runs of a process share what is worked out once


@dataclass
class Simulation:
    """The configuration in force for one run, and the world that follows from it.

    Attributes
    ----------
    settings
        The configuration, perhaps without a seed.
    files
        Where the world's tables are.
    """

    settings: Config
    files: ParquetIOManager

    @property
    def store(self) -> "ParquetStore":
        """The store that holds the world."""
        return self.files.store

    @cached_property
    def config(self) -> Config:
        """The configuration, with the seed and the days of the world that the store holds."""
        from fraudsim_assets.observability import configure_logs

        configure_logs(self.settings.observability)
        held = self.files.world
        if held is None:
            return ensure_seed(self.settings)
        return self.settings.model_copy(
            update={name: getattr(held, name) for name in ("seed", "start_date", "end_date")}
        )

    def world(self, customers: pa.Table, merchants: pa.Table, cards: pa.Table | None = None) -> "World":
        """Build the world from its catalogs; without ``cards``, with those of before any fraud.

        Raises
        ------
        CatalogMismatchError
            If a catalog was made from other settings than those in force.
        """
        from fraudsim_assets.catalog import Catalogs, build_cards
        from fraudsim_assets.simulation import World
        from fraudsim_assets.storage.facts import CONTENT_DIGEST
        from fraudsim_assets.storage.shelf import shelf_beside

        digests = {}
        for name, table in {"customers": customers, "merchants": merchants, "cards": cards}.items():
            if table is not None:
                demand_same_world(name, table, self.config, key_prefix=self.files.key_prefix)
                digests[name] = (table.schema.metadata or {}).get(CONTENT_DIGEST.encode(), b"").decode()
        key = (with_decisions(self.config.model_dump_json(), self.config), cards is None)
        if key not in _latest_world:
            issued = cards if cards is not None else build_cards(self.config, customers)
            _latest_world.clear()
            shelf = shelf_beside(self.store, self.config, digests)
            _latest_world[key] = World(self.config, Catalogs(customers, issued, merchants), shelf=shelf)
        return _latest_world[key]


def simulation_of(context: dg.AssetExecutionContext, spec: WorldSpec) -> Simulation:
    """The simulation of a world, in the body of one of its assets."""
    return getattr(context.resources, spec.name("simulation"))


def simulation_resource(spec: WorldSpec) -> dg.ResourceDefinition:
    """The simulation of a world as a resource, whose overrides are judged when a run is launched.

    In the launchpad, or with ``--config-json``, a run can change how it works::

        resources:
          simulation:
            config:
              overrides:
                checks: {z: 6}

    It cannot change the world: days of two worlds in one place could not be told apart, and
    Dagster's history would say that the days of this one were made.
    """
    files = spec.name("day_io_manager")

    @dg.resource(required_resource_keys={files}, config_schema={"overrides": dg.Permissive()})
    def simulation(context: dg.InitResourceContext) -> Simulation:
        settings = overridden(spec.config, context.resource_config["overrides"])
        return Simulation(settings, getattr(context.resources, files))

    # a mapping of configuration, unlike the resource itself, is run by Dagster before it accepts a launch
    @dg.configured(
        simulation,
        config_schema={
            "overrides": dg.Field(
                dg.Permissive(),
                default_value={},
                description=f"Settings for one run, nested or with dotted keys; of {', '.join(RUN_SETTINGS)}.",
            )
        },
    )
    def judged_at_launch(given: Mapping[str, Any]) -> dict[str, Any]:
        overridden(spec.config, given["overrides"])
        return dict(given)

    return judged_at_launch


def overridden(config: Config, overrides: Mapping[str, Any]) -> Config:
    """Configuration of a run.

    Parameters
    ----------
    config
        That of the world.
    overrides
        What the run changes.

    Raises
    ------
    ConfigError
        If a setting does not exist or is not valid, or is not a run's to change.
    """
    if not overrides:
        return config
    changed = load_config(overrides=overrides, env={})
    refused = sorted({key.split(".")[0] for key in overrides} - set(RUN_SETTINGS))
    if refused:
        raise ConfigError(
            f"overrides sets {', '.join(refused)}, which makes another world or shapes this one's jobs and files; "
            f"a run may override {', '.join(RUN_SETTINGS)}. Give the other world a key prefix and a place of its own "
            "(build_defs, or the component fraudsim_assets.FraudWorld), or change the configuration and reload"
        )
    return config.model_copy(
        update={
            section: getattr(config, section).model_copy(update=dict(_given(getattr(changed, section))))
            for section in RUN_SETTINGS
        }
    )


def _given(section: Any) -> Mapping[str, Any]:
    """Fields of a section that were set, and not left at their defaults."""
    return {name: getattr(section, name) for name in section.model_fields_set}


def demand_same_world(name: str, table: pa.Table, config: Config, *, key_prefix: str = "") -> None:
    """Refuse a catalog that was made from other settings, or for fewer days.

    Parameters
    ----------
    key_prefix
        That of the world, joined by ``/``; for the message.

    Raises
    ------
    CatalogMismatchError
        If seed, settings or decisions that the catalog depends on differ, or it does not reach over all days.
    """
    from fraudsim_assets.storage.world import days_of

    facts = {key.decode(): value.decode() for key, value in (table.schema.metadata or {}).items()}
    again = remedy(key_prefix)
    if CONFIG_DIGEST not in facts:
        raise CatalogMismatchError(f"{name} does not say from which settings it was made; {again}")
    made = stored_config(facts)
    scope = "all" if WORLD_DIGEST in facts else "catalogs"
    found, wanted = (lasting_digest(each, scope=scope) for each in (made, config))
    if scope == "all":
        found = "-".join(filter(None, (found, facts.get(DECISIONS_DIGEST))))
        wanted = with_decisions(wanted, config)
    if found != wanted:
        raise CatalogMismatchError(
            f"{name} was made with seed {facts[SEED]} and settings {found}; this run has seed {config.seed} and "
            f"settings {wanted}; {again}"
        )
    listed, needed = days_of(made), days_of(config)
    if not listed.holds(needed):
        raise CatalogMismatchError(
            f"{name} lists who exists from {listed.first} to {listed.last}; this run may need them from "
            f"{needed.first} to {needed.last}; {again}"
        )


def remedy(key_prefix: str) -> str:
    """Say how the catalogs of a world are made again.

    Parameters
    ----------
    key_prefix
        That of the world, joined by ``/``; empty for the only world of the code location of the command line.
    """
    module = "" if key_prefix else " -m fraudsim_assets.definitions"
    group = "__".join([*filter(None, key_prefix.split("/")), "catalog"])
    return f"make the catalogs again: dagster asset materialize{module} --select 'group:{group}'"
