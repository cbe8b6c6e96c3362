"""Whether all ids of a day differ, in flat memory.

Belongs here: a witness of ids that keeps all of them while they are few, and a sample chosen by
their value when they are many. Does not belong here: promises about neighbouring rows.
"""

import numpy as np

from fraudsim_assets.units import Bools, Ints, Words

CAPACITY = 1 << 20
"""Most ids kept at a time: 8 MiB. [count]"""

_ODD = np.uint64(0x9E3779B97F4A7C15)
_MOST_BITS = 40


class IdWitness:
    """Finds ids that occur twice.

    Up to ``capacity`` ids the answer is exact. Beyond, ids that repeat within one batch are still
    found, all of them; between batches only ids whose hash falls in one of 2**k classes are
    compared, with k growing as needed. Both copies of an id are kept or neither is, so that a
    generator which repeats a block or mixes up cards is found, and a single pair is found with
    probability 2**-k.

    Parameters
    ----------
    capacity
        Most ids kept. [count]

    Attributes
    ----------
    kept
        Ids held, in pieces.
    held
        How many. [count]
    bits
        k: one in 2**k ids is kept.
    local
        Some ids already known to repeat.
    """

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self.kept: list[Ints] = []
        self.held = 0
        self.bits = 0
        self.local: set[int] = set()

    @property
    def sampling(self) -> int:
        """One in so many ids is kept; 1 while exact. [count]"""
        return 1 << self.bits

    def add(self, ids: Ints) -> None:
        """Look at further ids."""
        if self.bits:
            self.local.update(repeated_by_hash(ids)[:100].tolist())
        self._keep(ids)

    def absorb(self, other: "IdWitness") -> None:
        """Take over what another witness saw."""
        self.local |= other.local
        if other.bits > self.bits:
            self._thin(other.bits)
        for ids in other.kept:
            self._keep(ids)

    def repeated(self) -> Ints:
        """Ids seen more than once, ascending. (m,)"""
        return np.union1d(repeated_by_hash(self._all()), np.array(sorted(self.local), np.int64))

    def _keep(self, ids: Ints) -> None:
        chosen = ids[_in_class(ids, self.bits)] if self.bits else ids.copy()
        self.kept.append(chosen)
        self.held += len(chosen)
        while self.held > self._capacity and self.bits < _MOST_BITS:
            self._thin(self.bits + 1)

    def _thin(self, bits: int) -> None:
        everything = self._all()
        if not self.bits:
            self.local.update(repeated_by_hash(everything)[:100].tolist())
        self.bits = bits
        self.kept = [everything[_in_class(everything, bits)]]
        self.held = len(self.kept[0])

    def _all(self) -> Ints:
        return np.concatenate([*self.kept, np.empty(0, np.int64)])


def _in_class(ids: Ints, bits: int) -> Bools:
    """Whether the top bits of a hash are all zero. (n,)"""
    words: Words = ids.astype(np.uint64) * _ODD
    return words >> np.uint64(64 - bits) == 0


def _repeated(ids: Ints) -> Ints:
    ordered = np.sort(ids)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])


def repeated_by_hash(ids: Ints) -> Ints:
    """Find ids that occur more than once, without sorting. (m,)

    All ids write their position into a small table at their hash, and read back who wrote last.
    Whoever finds another id there has lost the place and tries again among the losers with other
    bits of the hash; whoever finds its own id at another position is a repetition. Exact, and
    several times as fast as a sort while the table fits in the processor's cache.
    """
    found: list[Ints] = []
    shift = 64
    bits = max(len(ids).bit_length() + 1, 4)
    table = np.empty(1 << bits, np.int32)
    words: Words = ids.astype(np.uint64) * _ODD
    places = np.arange(len(ids), dtype=np.int32)
    while len(places) and shift - bits >= 0:
        slots = (words[places] << np.uint64(64 - shift)) >> np.uint64(64 - bits)
        slots = slots.view(np.int64)
        table[slots] = places
        owners = table[slots]
        lost = np.flatnonzero(owners != places)
        owners, losers = owners[lost], places[lost]
        twin = ids[owners] == ids[losers]
        found.append(ids[losers[twin]])
        places = losers[~twin]
        shift -= bits
    rest = _repeated(ids[places])
    return np.unique(np.concatenate([*found, rest, np.empty(0, np.int64)]))
