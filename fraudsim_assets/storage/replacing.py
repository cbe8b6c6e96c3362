"""Giving a store to another world: all or nothing, whenever it is interrupted.

1. ``replacing.json`` says which world comes. The old one is still whole.
2. The identity is removed. From here on all readers and writers refuse the store.
3. Everything of other worlds is removed.
4. The new identity is created, and ``replacing.json`` removed.

Interrupted before step 2, the old world is there; after it, no world is there until the same
command has run again. At no time do files of two worlds count as one.

Belongs here: these steps. Does not belong here: deciding that it is wanted (``world``).
"""

import logging
from concurrent.futures import ThreadPoolExecutor

from fraudsim_assets.errors import StorageError, WorldMismatchError
from fraudsim_assets.storage.facts import SCHEMA_VERSION_FACT
from fraudsim_assets.storage.identity import REPLACING, WORLD, Identity
from fraudsim_assets.storage.layout import PartKey, StoredPart
from fraudsim_assets.storage.membership import another_world
from fraudsim_assets.storage.store import ParquetStore
from fraudsim_assets.tables import TABLES

_AT_ONCE = 8
_log = logging.getLogger(__name__)


def replace_world(store: ParquetStore, wanted: Identity) -> None:
    """Remove the world that a store holds and give the store to another.

    Removed are the files that this package wrote; others that lie among them are left alone.

    Raises
    ------
    WorldMismatchError
        If another process gives the store to a third world at the same time.
    StorageError
        If something cannot be removed; run again to go on.
    """
    store.put_small(REPLACING, wanted.text.encode(), "application/json")
    store.disown()
    removed = 0
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        for key in threads.map(lambda part: _foreign(store, part, wanted), store.all_parts()):
            if key is not None:
                _demand_still_wanted(store, wanted)
                store.delete(key)
                removed += 1
    store.delete_histories()
    _demand_still_wanted(store, wanted)
    stored = store.claim(wanted)
    if stored.id != wanted.id:
        raise another_world(store.place, stored, wanted)
    store.remove_small(REPLACING)
    _log.warning("%s was given to world %s; %d files of another were removed", store.place, wanted.id, removed)


def _foreign(store: ParquetStore, part: StoredPart, wanted: Identity) -> PartKey | None:
    """Key of a part that this package wrote for another world."""
    key = PartKey(part.asset, part.partition, part.part, part.part + 1)
    try:
        facts = store.metadata(key).facts
    except StorageError:
        facts = {}  # gone meanwhile or damaged: a declared table is ours by its name
    ours = SCHEMA_VERSION_FACT in facts or part.asset.rsplit("/", 1)[-1] in TABLES
    return key if ours and facts.get(WORLD) != wanted.id else None


def _demand_still_wanted(store: ParquetStore, wanted: Identity) -> None:
    coming = store.replacement()
    if coming is None or coming.id != wanted.id:
        raise WorldMismatchError(f"{store.place} is being given to yet another world by another process; run again")
