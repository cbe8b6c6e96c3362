"""When a partition of several parts is complete.

Every part says how many parts the partition has and where it comes from (seed, config digest,
schema version). A partition is complete when part 0 is there, all parts that it announces are
there, and all of them say the same. Parts beyond that number are left over from an earlier, wider
cut: they are not read, and are removed after the next write.

Belongs here: this rule. Does not belong here: listing and reading (``local``, ``s3``).
"""

from collections.abc import Callable, Collection, Mapping

from fraudsim_assets.errors import StorageError
from fraudsim_assets.storage.facts import PART, PartMetadata


def complete_parts(uri: str, found: Collection[int], read: Callable[[int], PartMetadata]) -> list[PartMetadata]:
    """Metadata of all parts of a partition.

    Parameters
    ----------
    uri
        The partition, for errors.
    found
        Numbers of the parts that are visible.
    read
        Reads the metadata of a part.

    Returns
    -------
    list of PartMetadata
        Parts that belong together, in order.

    Raises
    ------
    StorageError
        If a part is missing, or parts of different origin stand side by side.
    """
    if 0 not in found:
        raise StorageError(f"{uri} is incomplete: part 0 is missing; materialise the partition")
    first = read(0)
    missing = sorted(set(range(first.parts)) - set(found))
    if missing:
        raise StorageError(
            f"{uri} is incomplete: parts {missing} of {first.parts} are missing; materialise the partition"
        )
    parts = [first, *(read(number) for number in range(1, first.parts))]
    for part in parts:
        if _origin(part) != _origin(first):
            raise StorageError(
                f"{uri} is half replaced: {part.uri} says {_origin(part)}, {first.uri} says {_origin(first)}; "
                "wait for the running write, or materialise the partition"
            )
    return parts


def _origin(part: PartMetadata) -> Mapping[str, str]:
    return {name: value for name, value in part.origin.items() if name != PART}
