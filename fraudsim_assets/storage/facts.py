"""What a Parquet file says about itself in its key-value metadata.

Belongs here: the names and forms of these facts. Does not belong here: how a footer is fetched
(``local``, ``s3``) and what is concluded from it (``policy``, ``migration``, ``parts``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from fraudsim_assets.config.provenance import PREFIX
from fraudsim_assets.errors import ContractError, StorageError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage.layout import PartKey
from fraudsim_assets.tables import SCHEMA_VERSION

SCHEMA_VERSION_FACT = "schema_version"
CONTENT_DIGEST = "content_digest"
NULL_COUNTS = "null_counts"
PART = "part"
PARTS = "parts"
_OWN = frozenset({CONTENT_DIGEST, NULL_COUNTS, PART, PARTS})


@dataclass(frozen=True)
class PartMetadata:
    """What the footer of a Parquet file tells.

    Attributes
    ----------
    facts
        Metadata of the stream (seed, config digest, schema version and so on) and the facts that
        the store adds, without :data:`PREFIX`.
    """

    uri: str
    rows: int
    bytes: int
    row_groups: int
    schema: pa.Schema
    facts: Mapping[str, str]

    @property
    def schema_version(self) -> str | None:
        """Version of the table contract the file was written under; ``None`` for a foreign file."""
        return self.facts.get(SCHEMA_VERSION_FACT)

    @property
    def content_digest(self) -> str | None:
        """Digest of the logical content, if it was asked for when writing."""
        return self.facts.get(CONTENT_DIGEST)

    @property
    def null_counts(self) -> Mapping[str, int]:
        """Nulls per column. [count]"""
        return json.loads(self.facts.get(NULL_COUNTS, "{}"))

    @property
    def parts(self) -> int:
        """How many parts the partition had when this one was written. [count]"""
        return int(self.facts.get(PARTS, "1"))

    @property
    def origin(self) -> Mapping[str, str]:
        """Facts that came with the stream: equal origins promise equal content."""
        return {name: value for name, value in self.facts.items() if name not in {CONTENT_DIGEST, NULL_COUNTS}}


def facts_of_stream(key: PartKey, stream: FrameStream) -> dict[str, str]:
    """Facts known before the first row is made.

    Raises
    ------
    ContractError
        If the stream says a schema version other than the one in force, or uses the name of a
        fact that the store adds.
    """
    facts = {name: str(value) for name, value in stream.metadata.items()}
    taken = _OWN & set(facts)
    if taken:
        raise ContractError(f"stream.metadata has {sorted(taken)}; these names are kept for the store")
    version = facts.setdefault(SCHEMA_VERSION_FACT, SCHEMA_VERSION)
    if version != SCHEMA_VERSION:
        raise ContractError(
            f"{key.asset}: stream.metadata says schema version {version!r}; only {SCHEMA_VERSION!r} can be written"
        )
    return facts | {PART: str(key.part), PARTS: str(key.parts)}


def footer_facts(metadata: Mapping[bytes, bytes] | None) -> dict[str, str]:
    """Facts in the key-value metadata of a footer, without their prefix."""
    pairs = (
        (name.decode(), value.decode()) for name, value in (metadata or {}).items() if name.startswith(b"fraudsim")
    )
    return {name.removeprefix(PREFIX): value for name, value in pairs}


def part_metadata(uri: str, size: int, footer: pq.FileMetaData) -> PartMetadata:
    """Read the facts out of a footer."""
    return PartMetadata(
        uri=uri,
        rows=footer.num_rows,
        bytes=size,
        row_groups=footer.num_row_groups,
        schema=footer.schema.to_arrow_schema().remove_metadata(),
        facts=footer_facts(footer.metadata),
    )


def absent(uri: str) -> StorageError:
    """Error of a read of a file that is not there."""
    return StorageError(f"{uri} is not there; materialise it first")


def damaged(uri: str, error: Exception) -> StorageError:
    """Error of a read of a file that is not Parquet."""
    return StorageError(f"{uri} is damaged ({error}); delete it and materialise it again")
