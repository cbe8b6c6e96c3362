"""Entering a store with a configuration: one store holds one world.

A world is all that its rows follow from. Where it is kept, how the work is cut, who starts it and
how strictly it is checked change no row, and neither does a longer history: the catalogs list more,
and old days stay as they are. So a store's days can grow both ways; its world cannot change.

Belongs here: what of a configuration makes a world, and the decision whether a store is of it. Does
not belong here: how an identity is kept and compared (``membership``).
"""

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from fraudsim_assets.catalog.currencies import currency_of
from fraudsim_assets.catalog.lifetimes import era_of, listing_window
from fraudsim_assets.config import Config, ensure_seed, stored_config
from fraudsim_assets.config.digest import digested_settings, reference_digest
from fraudsim_assets.config.provenance import package_version
from fraudsim_assets.config.scenarios import resolved_scenarios
from fraudsim_assets.decisions.files import decisions_digest
from fraudsim_assets.errors import StorageError, WorldMismatchError
from fraudsim_assets.fraud.labels import longest_wait
from fraudsim_assets.storage.identity import FOLDER, Identity
from fraudsim_assets.storage.layout import PartKey
from fraudsim_assets.storage.membership import REMEDY, Days, another_world
from fraudsim_assets.storage.replacing import replace_world
from fraudsim_assets.storage.store import ParquetStore
from fraudsim_assets.tables import SCHEMA_VERSION, TABLES
from fraudsim_assets.units import day_date

PACKAGE = "fraudsim-assets"
_AT_ONCE = 8


@dataclass(frozen=True)
class Entered:
    """A store that is of the world of a configuration.

    Attributes
    ----------
    config
        The configuration with a seed, and with the first and last day of the store's catalogs where
        they reach further than its own.
    store
        The store, which from now on compares its world with everything it reads and writes.
    """

    config: Config
    store: ParquetStore


def identity_of(config: Config) -> Identity:
    """Identity of the world of a configuration, made by the package and plugins of this process.

    The first day enters by what follows from it: the decade that people are placed in, and the
    currency of each country. A patch release of the package changes no row.

    Parameters
    ----------
    config
        With a seed. The log of decisions that it names enters by its digest, wherever it lies.
    """
    settings = digested_settings(config)
    seed = settings.pop("seed")
    settings.pop("start_date", None)
    start = config.start_date
    settings["decade"] = day_date(era_of(config).middle).year
    reference = config.reference.resolved
    countries = sorted({*config.geography.countries, *reference.countries})
    settings["currencies"] = {code: currency_of(reference, code, start) for code in countries}
    digest = decisions_digest(config)
    decided = {"decisions": digest} if digest else {}
    return Identity(seed, settings, _versions(config) | {"reference data": reference_digest(config)} | decided)


def _versions(config: Config) -> dict[str, str]:
    """Versions of all that makes rows, by name; a plugin that the configuration does not name makes none."""
    own = {PACKAGE: ".".join(package_version().split(".")[:2]), "tables": SCHEMA_VERSION}
    plugins = {f"scenario {each.name}": each.plugin.package for each in resolved_scenarios(config) if each.plugin}
    return own | plugins


def days_of(config: Config) -> Days:
    """Days that a configuration wants its catalogs to be made for."""
    return Days(config.start_date, day_date(listing_window(config).last))


def enter_world(store: ParquetStore, config: Config, *, replace: bool = False) -> Entered:
    """Enter a store to write to it; the first to do so gives the store its identity.

    Without a seed in the configuration, that of the store is taken, or one is drawn. Of several
    first writers at once one wins; the others take its seed if they have none, and are refused if
    their world is another.

    Parameters
    ----------
    replace
        Whether another world that is there is to be removed, all of it.

    Raises
    ------
    WorldMismatchError
        If the store belongs to another world, or is being given to one.
    StorageError
        If the store cannot be read or written.
    """
    stored = store.identity()
    seeded = _seeded(config, stored)
    wanted = identity_of(seeded)
    if stored is None or (replace and stored.id != wanted.id):
        if replace:
            replace_world(store, wanted)
            stored = wanted
        else:
            stored = _first(store, wanted)
            seeded = _seeded(config, stored)
            wanted = identity_of(seeded)
    return _bound(store, seeded, stored, wanted)


def same_world(store: ParquetStore, config: Config) -> Entered | None:
    """Enter a store to read from it; None if it is of another world or of none, or made under other decisions."""
    stored = store.identity()
    if stored is None:
        return None
    seeded = _seeded(config, stored)
    wanted = identity_of(seeded)
    return _bound(store, seeded, stored, wanted) if stored.id == wanted.id else None


def _bound(store: ParquetStore, config: Config, stored: Identity, wanted: Identity) -> Entered:
    if stored.id != wanted.id:
        raise another_world(store.place, stored, wanted)
    store.bind(wanted)
    return Entered(widened(config, store.covered()), store)


def widened(config: Config, days: Days | None) -> Config:
    """Let a configuration reach over further days, which changes no day that it had."""
    own = days_of(config)
    if days is None or own.holds(days):
        return config
    both = own.with_(days)
    changed: dict[str, Any] = {"start_date": both.first}
    if both.last != own.last:
        changed["end_date"] = both.last
    elif config.end_date is None:
        changed["end_date"] = own.last
    return config.model_copy(update=changed)


def whole_days(store: ParquetStore, config: Config, table: str, *, among: Collection[str] | None = None) -> set[str]:
    """Days of a daily table that are there, of the store's world, and with all rows that they should have.

    Labels of a day leave out payments of before the first day. Where the history has grown backwards
    since they were made, days soon after the former first day lack labels, and count as not there.

    Parameters
    ----------
    config
        Of the session that has entered the store.
    among
        Look at these days only.
    """
    days = [day for day in store.list_partitions(table) if among is None or day in among]

    def whole(day: str) -> bool:
        try:
            footer = store.metadata(PartKey(table, day))
            store.check_world(footer)
        except (StorageError, WorldMismatchError):
            return False
        return table != "fraud_labels" or not lacks_labels(footer.facts, date.fromisoformat(day), config)

    with ThreadPoolExecutor(_AT_ONCE) as threads:
        return {day for day, there in zip(days, threads.map(whole, days), strict=True) if there}


def lacks_labels(facts: Mapping[str, str], day: date, config: Config) -> bool:
    """Whether labels of a day were made when the history began later than it does now, and too soon after that."""
    first = stored_config(facts).start_date
    return first > config.start_date and (day - first).days <= longest_wait(config)


def _seeded(config: Config, stored: Identity | None) -> Config:
    if config.seed is not None or stored is None:
        return ensure_seed(config)
    return config.model_copy(update={"seed": stored.seed})


def _first(store: ParquetStore, wanted: Identity) -> Identity:
    """Give a store its identity; refuse one that has data without, or that is being given to another world."""
    _demand_no_replacement(store, wanted)
    tables = {part.asset.rsplit("/", 1)[-1] for part in store.all_parts()} & set(TABLES)
    if tables and store.identity() is None:
        raise WorldMismatchError(
            f"{store.place} holds {', '.join(sorted(tables))} and no {FOLDER}, so it is not known which world they "
            f"are of; {REMEDY}"
        )
    stored = store.claim(wanted)
    try:
        _demand_no_replacement(store, stored)
    except WorldMismatchError:
        if stored.id == wanted.id:
            store.disown()
        raise
    return stored


def _demand_no_replacement(store: ParquetStore, wanted: Identity) -> None:
    coming = store.replacement()
    if coming is not None and coming.id != wanted.id:
        raise WorldMismatchError(
            f"{store.place} is being given to another world (seed {coming.seed}); wait for that to end or, if it was "
            f"interrupted, decide with --replace-world which world it is to hold"
        )
    if coming is not None:
        raise WorldMismatchError(
            f"{store.place} was being emptied for this world when that was interrupted; go on with --replace-world"
        )
