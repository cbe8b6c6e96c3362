"""Quantiles and distinct counts of any number of rows in flat memory.

Belongs here: the two accumulators. Does not belong here: which columns they are fed.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from fraudsim_assets.streams import mix_words
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

_STEPS_BITS = 5
_STEPS = 1 << _STEPS_BITS
_SHIFT = np.int64(52 - _STEPS_BITS)
_ONE = int(np.float64(1.0).view(np.int64)) >> int(_SHIFT)
_BINS = 64 * _STEPS

QUANTILES = {"p01": 0.01, "p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95, "p99": 0.99}
"""Quantiles that a profile gives of amounts."""

FLAGS = 1 << 26
"""Most flags of a :class:`DistinctCounter`: 64 MiB. [count]"""


@dataclass
class QuantileSketch:
    """Histogram of positive numbers from 1 to 2**63 with 32 bins to each doubling.

    Quantiles are interpolated within a bin, which is at most 1/32 wide relative to its values, so
    a quantile is off by at most 3.2 %, and usually by far less. Sketches add up exactly.

    Attributes
    ----------
    counts : (2048,)
        Numbers in each bin. [count]
    """

    counts: Ints = field(default_factory=lambda: np.zeros(_BINS, np.int64))

    def add(self, values: AnyArray) -> None:
        """Take in numbers of at least 1. (n,)"""
        # a float's leading bits are its exponent and the first steps within it: a logarithm for free
        bins = (values.astype(np.float64).view(np.int64) >> _SHIFT) - _ONE
        self.counts += np.bincount(np.clip(bins, 0, _BINS - 1), minlength=_BINS)

    def quantile(self, share: float) -> float:
        """Value below which a share of the numbers lies; NaN if there are none."""
        total = int(self.counts.sum())
        if total == 0:
            return math.nan
        below = np.cumsum(self.counts)
        spot = int(np.searchsorted(below, max(share * total, 1e-9)))
        spot = min(spot, _BINS - 1)
        inside = (share * total - (below[spot] - self.counts[spot])) / max(self.counts[spot], 1)
        low, high = _edges()[spot : spot + 2]
        return float(low + (high - low) * min(max(inside, 0.0), 1.0))


def _edges() -> Floats:
    bits = (np.arange(_BINS + 1, dtype=np.int64) + _ONE) << _SHIFT
    return bits.view(np.float64)


class DistinctCounter:
    """Counts distinct numbers that are not negative.

    Exact while numbers stay below :data:`FLAGS`, as ids that count up do; beyond, they are hashed
    into as many flags, and the count is corrected for collisions (linear counting [1]_).

    References
    ----------
    .. [1] Whang, Vander-Zanden, Taylor, "A Linear-Time Probabilistic Counting Algorithm for Database
       Applications", ACM Transactions on Database Systems 15, 1990, eq. 2. :doi:`10.1145/78922.78925`
    """

    def __init__(self, flags: int = FLAGS) -> None:
        self._most = flags
        self._flags: Bools = np.zeros(1024, bool)
        self._hashed = False

    def add(self, numbers: Ints) -> None:
        """Take in numbers. (n,)"""
        if not len(numbers):
            return
        if not self._hashed:
            largest = int(numbers.max())
            if largest < self._most:
                self._make_room(largest)
                self._flags[numbers] = True
                return
            self._start_hashing()
        self._flags[self._slots(numbers)] = True

    def _make_room(self, largest: int) -> None:
        if largest >= len(self._flags):
            wider = np.zeros(min(max(largest + 1, 2 * len(self._flags)), self._most), bool)
            wider[: len(self._flags)] = self._flags
            self._flags = wider

    def _start_hashing(self) -> None:
        known = np.flatnonzero(self._flags)
        self._hashed, self._flags = True, np.zeros(self._most, bool)
        self._flags[self._slots(known)] = True

    def _slots(self, numbers: Ints) -> Ints:
        words = mix_words(numbers.astype(np.uint64))
        return (words >> np.uint64(65 - self._most.bit_length())).view(np.int64)

    def count(self) -> int:
        """How many distinct numbers were taken in. [count]"""
        taken = int(np.count_nonzero(self._flags))
        if not self._hashed:
            return taken
        free = max(self._most - taken, 1)
        return round(self._most * math.log(self._most / free))
