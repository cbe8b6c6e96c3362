"""The catalogs a day needs: taken from the store where they fit, made where they do not.

Belongs here: deciding whether stored catalogs are of this world and reach far enough, and writing
them. Does not belong here: how they are made (``fraudsim_assets.catalog``).
"""

from datetime import date
from typing import TYPE_CHECKING

from fraudsim_assets.cli.session import Session
from fraudsim_assets.cli.writing import Done, publish, write_table
from fraudsim_assets.config import Config, config_digest, stored_config
from fraudsim_assets.config.provenance import CONFIG, CONFIG_DIGEST, SEED
from fraudsim_assets.errors import ContractError, StorageError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.observability import logger
from fraudsim_assets.storage import ParquetStore, PartKey
from fraudsim_assets.tables import SCHEMA_VERSION, TABLES, arrow_schema

if TYPE_CHECKING:
    from fraudsim_assets.catalog import Catalogs

NAMES = ("customers", "cards", "merchants")
_log = logger("fraudsim_assets.cli.catalogs")


def stored_seed(store: ParquetStore) -> int | None:
    """Seed of the catalogs in a store; None where there are none."""
    key = PartKey(NAMES[0])
    if not store.exists(key):
        return None
    seed = store.metadata(key).facts.get(SEED)
    return None if seed is None else int(seed)


def why_not_usable(store: ParquetStore, config: Config) -> str | None:
    """Reason why the catalogs in a store do not serve a configuration; None if they do."""
    digest = config_digest(config, scope="catalogs")
    for name in NAMES:
        key = PartKey(name)
        if not store.exists(key):
            return "there are none"
        facts = store.metadata(key).facts
        if facts.get("schema_version") != SCHEMA_VERSION:
            return f"{name} is of schema version {facts.get('schema_version')}, not {SCHEMA_VERSION}"
        if facts.get(CONFIG_DIGEST) not in {digest, config_digest(config)}:
            return f"{name} is of another seed or configuration"
        if CONFIG in facts and not _reaches(stored_config(facts), config):
            return f"{name} ends before the days asked for"
    return None


def _reaches(stored: Config, wanted: Config) -> bool:
    from fraudsim_assets.catalog.lifetimes import listing_window

    return listing_window(stored).last >= listing_window(wanted).last


def reaching(config: Config, last: date) -> Config:
    """Configuration whose catalogs list everybody up to a day, for a world without an end."""
    from fraudsim_assets.catalog.lifetimes import listing_window
    from fraudsim_assets.units import day_number

    if config.end_date is not None or listing_window(config).last >= day_number(last):
        return config
    return config.model_copy(update={"end_date": last})


def load_catalogs(store: ParquetStore) -> "Catalogs":
    """Read the catalogs with their declared types."""
    from fraudsim_assets.catalog import Catalogs

    frames = {name: store.scan([PartKey(name)]).collect(engine="streaming") for name in NAMES}
    return Catalogs(**{name: frame.to_arrow().cast(arrow_schema(TABLES[name])) for name, frame in frames.items()})


def write_catalogs(session: Session, config: Config) -> tuple["Catalogs", list[Done]]:
    """Make and write all three catalogs.

    Raises
    ------
    StorageError
        If they cannot be written.
    """
    from fraudsim_assets.catalog import build_catalogs

    catalogs = build_catalogs(config)
    written = []
    with session.output.progress("catalogs", total=len(NAMES)) as advance:
        for name in NAMES:
            stream = FrameStream.of(getattr(catalogs, name))
            done = write_table(session, config, PartKey(name), stream, scope="catalogs")
            publish(session, done)
            written.append(done)
            advance(name)
    return catalogs, written


def ready_in_memory(store: ParquetStore, config: Config, last: date) -> "Catalogs":
    """Catalogs that serve days up to ``last``, from the store or made anew; nothing is written."""
    from fraudsim_assets.catalog import build_catalogs

    wanted = reaching(config, last)
    return load_catalogs(store) if why_not_usable(store, wanted) is None else build_catalogs(wanted)


def ready_catalogs(session: Session, config: Config, last: date) -> tuple["Catalogs", list[Done]]:
    """Catalogs that serve days up to ``last``: those in the store, or new ones, written first.

    Returns
    -------
    catalogs
        To build a world from.
    written
        What had to be written; empty if the store's catalogs serve.
    """
    wanted = reaching(config, last)
    try:
        reason = why_not_usable(session.store, wanted)
        if reason is None:
            return load_catalogs(session.store), []
    except (ContractError, StorageError) as error:
        reason = str(error)
    days = session.store.list_partitions("transactions")
    if reason != "there are none" and days:
        _log.warning(
            "catalogs made anew; days in the store may be of the former ones, and can be made anew too",
            reason=reason,
            days=len(days),
        )
    return write_catalogs(session, wanted)
