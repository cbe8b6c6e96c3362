"""The catalogs a day needs: taken from the store where they fit, made where they do not.

Belongs here: deciding whether stored catalogs are of this world and reach far enough, and writing
them. Does not belong here: how they are made (``fraudsim_assets.catalog``).
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

import pyarrow as pa

from fraudsim_assets.cli.session import Session
from fraudsim_assets.cli.writing import Done, publish, write_table
from fraudsim_assets.config import Config, config_digest, stored_config
from fraudsim_assets.config.provenance import CONFIG, CONFIG_DIGEST, WORLD_DIGEST
from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.observability import logger
from fraudsim_assets.storage import ParquetStore, PartKey
from fraudsim_assets.tables import SCHEMA_VERSION, TABLES, arrow_schema

if TYPE_CHECKING:
    from fraudsim_assets.catalog import Catalogs

NAMES = ("customers", "cards", "merchants")
_ABSENT = "it is not there"
_log = logger("fraudsim_assets.cli.catalogs")


def unusable(store: ParquetStore, config: Config) -> dict[str, str]:
    """Catalogs in a store that do not serve a configuration, with the reason."""
    reasons = {name: _why_not(store, name, config) for name in NAMES}
    return {name: reason for name, reason in reasons.items() if reason is not None}


def _why_not(store: ParquetStore, name: str, config: Config) -> str | None:
    key = PartKey(name)
    if not store.exists(key):
        return _ABSENT
    try:
        facts = store.metadata(key).facts
        reaches = CONFIG not in facts or _reaches(stored_config(facts), config)
    except (ConfigError, StorageError) as error:
        return str(error)
    wanted = {CONFIG_DIGEST: config_digest(config, scope="catalogs"), WORLD_DIGEST: config_digest(config)}
    if facts.get("schema_version") != SCHEMA_VERSION:
        return f"it is of schema version {facts.get('schema_version')}, not {SCHEMA_VERSION}"
    if CONFIG_DIGEST not in facts or any(facts.get(fact, digest) != digest for fact, digest in wanted.items()):
        return "it is of another seed or configuration"
    return None if reaches else "it ends before the days asked for"


def _reaches(stored: Config, wanted: Config) -> bool:
    from fraudsim_assets.catalog.lifetimes import listing_window

    return listing_window(stored).last >= listing_window(wanted).last


def load_catalogs(store: ParquetStore, *, for_days: bool = False) -> "Catalogs":
    """Read the catalogs with their declared types.

    Parameters
    ----------
    for_days
        Read only the columns that days are made from and checked against.
    """
    from fraudsim_assets.catalog import Catalogs
    from fraudsim_assets.catalog.entities import NEEDED

    tables = {}
    for name in NAMES:
        schema = arrow_schema(TABLES[name])
        wanted = {*NEEDED[name], "time_zone"} if for_days else set(schema.names)
        schema = pa.schema([field for field in schema if field.name in wanted])
        frame = store.scan([PartKey(name)]).select(schema.names).collect(engine="streaming")
        tables[name] = frame.to_arrow().cast(schema)
    return Catalogs(**tables)


def make_catalogs(config: Config) -> "Catalogs":
    """Make all three catalogs, with the cards that are replaced after fraud."""
    from fraudsim_assets.catalog import build_catalogs
    from fraudsim_assets.simulation import World, with_reissues

    return with_reissues(World(config, build_catalogs(config)))


def write_catalogs(session: Session, config: Config, names: Collection[str] = NAMES) -> list[Done]:
    """Make and write some or all catalogs, without holding a whole one.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    from fraudsim_assets.simulation import catalog_stream

    written = []
    with session.output.progress("catalogs", total=len(names)) as advance:
        for name in names:
            stream = catalog_stream(name, config)
            done = write_table(session, config, PartKey(name), stream, scope="cards" if name == "cards" else "catalogs")
            publish(session, done)
            written.append(done)
            advance(name)
    return written


def ready_in_memory(store: ParquetStore, config: Config) -> "Catalogs":
    """Catalogs from the store where they serve, or made anew; nothing is written."""
    return make_catalogs(config) if unusable(store, config) else load_catalogs(store)


def ready_catalogs(session: Session, config: Config) -> list[Done]:
    """See to it that the store's catalogs serve a configuration.

    Returns
    -------
    list
        What had to be written; empty if all was there.
    """
    reasons = unusable(session.store, config)
    if not reasons:
        return []
    days = session.store.list_partitions("transactions")
    others = {name: reason for name, reason in reasons.items() if reason is not _ABSENT}
    if others and days:
        text = "catalogs made anew; days in the store may be of the former ones, and can be made anew too"
        _log.warning(text, reasons=others, days=len(days))
    return write_catalogs(session, config, list(reasons))
