"""Reading what another version of the table contracts has written.

Files carry the schema version they were written under. A file of another version is never read as
if it were of this one: it is upgraded by the rules listed in :data:`MIGRATIONS`, one after the
other, or refused.

Belongs here: the rules and their chaining. Does not belong here: reading files (``store``) and the
contracts themselves (``tables``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import polars as pl

from fraudsim_assets.errors import ContractError
from fraudsim_assets.tables import SCHEMA_VERSION


@dataclass(frozen=True)
class Migration:
    """One step from a schema version to the next, for one table.

    Attributes
    ----------
    asset
        Table that the rule is for, or ``*`` for all of them (nothing changed for the others).
    before, after
        Schema versions.
    upgrade
        Turns a lazy frame of the old version into one of the new; it must not collect.
    """

    asset: str
    before: str
    after: str
    upgrade: Callable[[pl.LazyFrame], pl.LazyFrame]


MIGRATIONS: tuple[Migration, ...] = ()
"""Every rule there is. Version 1.0 is the first, so there is nothing to upgrade yet."""


def upgrade_path(
    asset: str, version: str | None, *, uri: str, target: str = SCHEMA_VERSION, rules: Sequence[Migration] = MIGRATIONS
) -> tuple[Migration, ...]:
    """Rules that lead from the version of a file to the version in force.

    Parameters
    ----------
    asset
        Table the file belongs to; its last folder names the table.
    version
        Version the file was written under, ``None`` if it does not say.
    uri
        File, for the error.
    target
        Version to reach.
    rules
        Rules to choose from; a rule for the table goes before a rule for all tables.

    Returns
    -------
    tuple of Migration
        Empty when the file is of the version in force.

    Raises
    ------
    ContractError
        If the file does not say its version, or no rule leads to the version in force.
    """
    if version is None:
        raise ContractError(
            f"{uri} does not say its schema version; it was not written by this package, write it again"
        )
    table, path, reached = asset.rsplit("/", 1)[-1], [], version
    while reached != target:
        step = next((r for name in (table, "*") for r in rules if (r.asset, r.before) == (name, reached)), None)
        if step is None or len(path) == len(rules):
            raise ContractError(
                f"{uri} was written under schema version {version}; this package reads {target} and has no rule that "
                f"leads from {reached} to it; materialise it again, or read it with the version that wrote it"
            )
        path.append(step)
        reached = step.after
    return tuple(path)


def upgraded(frame: pl.LazyFrame, path: Sequence[Migration]) -> pl.LazyFrame:
    """Apply rules in order."""
    for step in path:
        frame = step.upgrade(frame)
    return frame


def combined(asset: str, frames: Sequence[pl.LazyFrame]) -> pl.LazyFrame:
    """One frame of several that were upgraded along different paths.

    Raises
    ------
    ContractError
        If the rules did not lead all of them to the same columns.
    """
    if len(frames) == 1:
        return frames[0]
    names = [frame.collect_schema().names() for frame in frames]
    for other in names[1:]:
        if set(other) != set(names[0]):
            differing = sorted(set(other) ^ set(names[0]))
            raise ContractError(f"{asset}: after its upgrade one version has other columns than another: {differing}")
    return pl.concat([frame.select(names[0]) for frame in frames])
