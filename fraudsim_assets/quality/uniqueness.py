"""Whether all ids of a day differ, in flat memory.

Belongs here: a witness of ids that keeps all of them while they are few, and a sample chosen by
their value when they are many. Does not belong here: promises about neighbouring rows.
"""

import numpy as np

from fraudsim_assets.streams import mix_words
from fraudsim_assets.units import Ints, Words

CAPACITY = 1 << 22
"""Most ids kept at a time: 32 MiB. [count]"""


class IdWitness:
    """Finds ids that occur twice.

    Up to :data:`CAPACITY` ids the answer is exact. Beyond, only ids whose hash falls in one of
    2**k classes are kept, with k growing as needed: both copies of an id are kept or neither is,
    so a generator that repeats a block or mixes up cards is still found, and a pair is found with
    probability 2**-k. Ids that repeat within one batch are always found.

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
            self.local.update(_repeated(ids)[:100].tolist())
        self._keep(ids[self._chosen(ids)] if self.bits else ids.copy())
        while self.held > self._capacity:
            self.bits += 1
            self._settle()

    def absorb(self, other: "IdWitness") -> None:
        """Take over what another witness saw."""
        self.local |= other.local
        if other.bits > self.bits:
            self.bits = other.bits
            self._settle()
        for ids in other.kept:
            self._keep(ids[self._chosen(ids)] if self.bits > other.bits else ids)
        while self.held > self._capacity:
            self.bits += 1
            self._settle()

    def _keep(self, ids: Ints) -> None:
        self.kept.append(ids)
        self.held += len(ids)

    def _settle(self) -> None:
        everything = np.concatenate([*self.kept, np.empty(0, np.int64)])
        self.local.update(_repeated(everything)[:100].tolist())
        self.kept, self.held = [], 0
        distinct = np.unique(everything)
        self._keep(distinct[self._chosen(distinct)])

    def _chosen(self, ids: Ints) -> np.ndarray:
        words: Words = mix_words(ids.astype(np.uint64))
        return words >> np.uint64(64 - self.bits) == 0 if self.bits else np.ones(len(ids), bool)

    def repeated(self) -> Ints:
        """Ids seen more than once, ascending. (m,)"""
        kept = np.concatenate([*self.kept, np.empty(0, np.int64)])
        local = np.array(sorted(self.local), np.int64)
        return np.union1d(_repeated(kept), local)


def _repeated(ids: Ints) -> Ints:
    ordered = np.sort(ids)
    return np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
