"""What a write does when the partition is there already.

- ``overwrite``: replace it, whole, in one step.
- ``skip_identical``: leave it alone if the new content would be the same. What the stream says
  about its origin (seed, config digest, schema version) is compared first; only where that is
  equal is the stream run once without writing, to compare the digests of the content.
- ``fail``: raise, also when another writer commits first.

Belongs here: these decisions. Does not belong here: their enforcement against other writers at the
moment of the commit (``local``, ``s3``).
"""

from collections.abc import Callable, Mapping
from typing import Literal

from fraudsim_assets.errors import StorageError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage.facts import PartMetadata
from fraudsim_assets.storage.parquet import digest_stream

IfExists = Literal["overwrite", "skip_identical", "fail"]


class TakenError(StorageError):
    """The policy is ``fail`` and the partition is there already."""


def already_there(uri: str) -> StorageError:
    """Error of the policy ``fail``."""
    return TakenError(
        f"{uri} is there already and storage.if_exists is 'fail'; "
        "delete it, or set storage.if_exists to 'overwrite' or 'skip_identical'"
    )


def identical(
    stream: FrameStream, facts: Mapping[str, str], existing: Callable[[], PartMetadata | None]
) -> PartMetadata | None:
    """Metadata of what is stored, if writing the stream would change nothing.

    Parameters
    ----------
    stream
        Table about to be written; run once where its origin is the same as that of the file.
    facts
        Facts of the new file that are known beforehand.
    existing
        Reads the metadata of the file in place, ``None`` when there is none.

    Returns
    -------
    PartMetadata or None
        ``None`` when the stream has to be written: nothing is there, it has another origin, its
        content was never digested, or the content differs.
    """
    stored = existing()
    if stored is None or stored.content_digest is None or dict(stored.origin) != dict(facts):
        return None
    return stored if digest_stream(stream).content_digest == stored.content_digest else None
