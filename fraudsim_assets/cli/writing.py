"""Writing one table: with its provenance, counted, logged and published.

Belongs here: the one path from a stream to the store. Does not belong here: making streams.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from fraudsim_assets.cli.session import Session
from fraudsim_assets.config import Config, config_digest, provenance
from fraudsim_assets.decisions.files import decisions_digest
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.observability import PartitionFacts, counted_retries, observed, run_context
from fraudsim_assets.storage import PartKey


@dataclass(frozen=True)
class Done:
    """A table or day that was written.

    Attributes
    ----------
    facts
        Counts, for metrics.
    warnings
        Checks that failed without blocking.
    """

    table: str
    partition: str
    uri: str
    content_digest: str | None
    skipped: bool
    facts: PartitionFacts
    warnings: Sequence[str] = ()

    def as_dict(self) -> dict[str, Any]:
        """See as JSON."""
        facts = asdict(self.facts)
        own = {name: getattr(self, name) for name in ("uri", "content_digest", "skipped", "warnings")}
        return {**facts, **own}


def write_table(
    session: Session,
    config: Config,
    key: PartKey,
    stream: FrameStream,
    *,
    scope: Literal["catalogs", "cards", "transactions"],
    more: Mapping[str, Any] | None = None,
) -> Done:
    """Write a table or a day, and tell logs about it; metrics are for :func:`publish`.

    Parameters
    ----------
    config
        With a seed.
    more
        Further facts for :class:`PartitionFacts`.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    partition = key.partition or "all"
    origin = provenance(config, scope=scope, decisions=decisions_digest(config))
    marked = replace(stream, metadata={**stream.metadata, **origin})
    watched = observed(marked, table=key.asset, partition=partition)
    digest = config_digest(config, scope="catalogs" if scope == "catalogs" else "all")
    with (
        run_context(run_id=session.run_id, partition=partition, seed=config.seed, digest=digest),
        counted_retries() as tries,
    ):
        report = session.store.write(key, watched.stream)
    facts = replace(
        watched.facts, written_bytes=report.bytes, seconds=report.seconds, retries=tries.count, **(more or {})
    )
    return Done(key.asset, partition, report.uri, report.content_digest, report.skipped, facts)


def publish(session: Session, done: Done) -> None:
    """Publish the metrics of something that was written."""
    session.publisher.success(done.facts)
