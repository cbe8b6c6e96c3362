"""The catalogs a day needs: taken from the store where they reach far enough, made where they do not.

Belongs here: deciding whether stored catalogs serve, and writing them. Does not belong here: how
they are made (``fraudsim_assets.catalog``), and which world a store is of (``storage.world``).
"""

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import pyarrow as pa

from fraudsim_assets.cli.session import Session
from fraudsim_assets.cli.writing import Done, publish, write_table
from fraudsim_assets.config import Config, stored_config
from fraudsim_assets.errors import CatalogMismatchError, ConfigError, FraudsimError
from fraudsim_assets.storage import ParquetStore, PartKey, PartMetadata
from fraudsim_assets.tables import SCHEMA_VERSION, TABLES, arrow_schema

if TYPE_CHECKING:
    from fraudsim_assets.catalog import Catalogs

NAMES = ("customers", "cards", "merchants")

_ROUNDS = 5
"""So often catalogs are written again because another process wants them to reach further still. ASSUMPTION. [count]"""


def lacking(store: ParquetStore, config: Config) -> list[str]:
    """Catalogs that a store of the world lacks, or that do not reach over the days of a configuration."""
    return [name for name in NAMES if not _serves(store, PartKey(name), config)]


def _serves(store: ParquetStore, key: PartKey, config: Config) -> bool:
    if not store.exists(key):
        return False
    try:
        _demand_reach(config)(store.metadata(key))
    except FraudsimError:
        return False
    return True


def _demand_reach(config: Config) -> Callable[[PartMetadata], None]:
    """Refuse a catalog that does not list who exists on all days of a configuration."""
    from fraudsim_assets.storage.world import days_of

    wanted = days_of(config)

    def demand(footer: PartMetadata) -> None:
        if footer.schema_version != SCHEMA_VERSION:
            raise CatalogMismatchError(
                f"{footer.uri} is of schema version {footer.schema_version}, not {SCHEMA_VERSION}; make it again"
            )
        try:
            listed = days_of(stored_config(footer.facts))
        except ConfigError as error:
            raise CatalogMismatchError(f"{footer.uri}: {error}; make the catalogs again") from error
        if not listed.holds(wanted):
            raise CatalogMismatchError(
                f"{footer.uri} lists who exists from {listed.first} to {listed.last}; needed are {wanted.first} to "
                f"{wanted.last}: make the catalogs again, or run again if another process is making them"
            )

    return demand


def load_catalogs(store: ParquetStore, config: Config, *, for_days: bool = False) -> "Catalogs":
    """Read the catalogs with their declared types; what is checked is what is read.

    Parameters
    ----------
    config
        Its days must be listed.
    for_days
        Read only the columns that days are made from and checked against.

    Raises
    ------
    CatalogMismatchError
        If a catalog does not reach far enough.
    WorldMismatchError
        If the store works with a world and a catalog is of another.
    """
    from fraudsim_assets.catalog import Catalogs
    from fraudsim_assets.catalog.entities import NEEDED

    tables = {}
    for name in NAMES:
        schema = arrow_schema(TABLES[name])
        wanted = {*NEEDED[name], "time_zone"} if for_days else set(schema.names)
        schema = pa.schema([field for field in schema if field.name in wanted])
        frame = store.scan([PartKey(name)], demand=_demand_reach(config))
        tables[name] = frame.select(schema.names).collect(engine="streaming").to_arrow().cast(schema)
    return Catalogs(**tables)


def catalog_digests(store: ParquetStore, config: Config) -> dict[str, str | None]:
    """Digests of the catalogs' content, None where one has none.

    Raises
    ------
    CatalogMismatchError
        If a catalog does not reach far enough.
    WorldMismatchError
        If the store works with a world and a catalog is of another.
    """
    found = {}
    for name in NAMES:
        with store.held(PartKey(name)) as (footer, _):
            store.check_world(footer)
            _demand_reach(config)(footer)
            found[name] = footer.content_digest
    return found


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


def catalogs_in_memory(session: Session) -> "Catalogs":
    """Catalogs from the store where it is of this world and they serve, or else made; nothing is written."""
    config = session.seeded
    if session.found is not None and not lacking(session.store, config):
        return load_catalogs(session.store, config)
    return make_catalogs(config)


def ready_catalogs(session: Session, *, again: bool = False) -> list[Done]:
    """See to it that the store's catalogs serve the days of an entered session.

    Catalogs only ever grow, and say how far they reach before they do: whoever finds that they are to
    reach further than what it has just written writes them again.

    Parameters
    ----------
    again
        Write all of them even where they serve.

    Returns
    -------
    list
        What was written; empty if all was there.

    Raises
    ------
    CatalogMismatchError
        If other processes keep on wanting them to reach further.
    """
    from fraudsim_assets.storage.world import days_of, widened

    store, config = session.store, session.config
    days = days_of(config)
    covered = store.covered()
    if covered is None or not covered.holds(days):
        store.cover(days)
    written: list[Done] = []
    for _ in range(_ROUNDS):
        config = widened(config, store.covered())
        names = NAMES if again and not written else lacking(store, config)
        if not names:
            return written
        written += write_catalogs(session, config, names)
        if widened(config, store.covered()) == config:
            return written
    raise CatalogMismatchError(f"the catalogs of {store.place} are made by other processes over and over; run again")
