"""Keyed randomness: every uniform has an address and no state.

A value is found by hashing its address (seed, named decision, day, entity, slot) with the
finaliser of splitmix64. Nothing is drawn in sequence, so order, chunking, workers and earlier
draws cannot matter, and adding a decision moves no other decision.

Belongs here: the hash and its views as uniforms. Does not belong here: distributions (see
``maths.sampling``) and any other source of randomness; no module may construct a generator.

References
----------
.. [1] Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014,
   :doi:`10.1145/2660193.2660195` (splitmix64 and its finaliser, Stafford's mix 13).
.. [2] Salmon, Moraes, Dror, Shaw, "Parallel Random Numbers: As Easy as 1, 2, 3", SC 2011,
   :doi:`10.1145/2063384.2063405` (counter-based generation).
.. [3] Appleby, MurmurHash3, 2011, public domain (the 32-bit finaliser ``fmix32``).
"""

import hashlib
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fraudsim_assets.units import AnyArray, Bools, Floats, Words

_MASK = (1 << 64) - 1
_GOLDEN = 0x9E3779B97F4A7C15
_MUL_1 = 0xBF58476D1CE4E5B9
_MUL_2 = 0x94D049BB133111EB
_U_GOLDEN = np.uint64(_GOLDEN)
_U_MUL_1 = np.uint64(_MUL_1)
_U_MUL_2 = np.uint64(_MUL_2)
_S30, _S27, _S31, _S12, _S32 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12), np.uint64(32)
_TO_UNIT = 2.0**-52
# 52 bits and a half: 53 would round up to 1.0


def mix(x: int) -> int:
    """Hash one 64-bit word: a bijection of [0, 2**64) (splitmix64 finaliser [1]_)."""
    x = (x + _GOLDEN) & _MASK
    x = ((x ^ (x >> 30)) * _MUL_1) & _MASK
    x = ((x ^ (x >> 27)) * _MUL_2) & _MASK
    return x ^ (x >> 31)


def mix_words(x: Words) -> Words:
    """Hash an array of 64-bit words in place and return it: the vector form of :func:`mix`.

    Parameters
    ----------
    x : (n,)
        Words; overwritten. [unitless]
    """
    x += _U_GOLDEN
    scratch = x >> _S30
    x ^= scratch
    x *= _U_MUL_1
    np.right_shift(x, _S27, out=scratch)
    x ^= scratch
    x *= _U_MUL_2
    np.right_shift(x, _S31, out=scratch)
    x ^= scratch
    return x


def mix_halves(x: AnyArray) -> AnyArray:
    """Hash an array of 32-bit words in place and return it: the finaliser of MurmurHash3 [3]_.

    Four times as fast as :func:`mix_words`; for what is asked of everybody for every need and day.

    Parameters
    ----------
    x : (n,) uint32
        Words, each made of random ones; overwritten. [unitless]
    """
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        x ^= x >> np.uint32(shift)
        x *= np.uint32(factor)
    x ^= x >> np.uint32(16)
    return x


@lru_cache(maxsize=4096)
def name_id(name: str) -> int:
    """Id of something that has a name, such as a currency: a function of the name and of no list it stands in.

    Returns
    -------
    int
        64 bits of the BLAKE2b hash of the name.
    """
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")


def words_of(ids: AnyArray) -> Words:
    """View integer ids as 64-bit words (a copy only where the width differs); not to be written to."""
    ids = np.asarray(ids)
    if ids.dtype == np.uint64:
        return ids
    return ids.view(np.uint64) if ids.dtype == np.int64 else ids.astype(np.uint64)


@dataclass(frozen=True)
class Draw:
    """The randomness of one named decision at one place (a day, an epoch): a function of an id."""

    key: int

    def words(self, ids: AnyArray) -> Words:
        """Random 64-bit words, one per id.

        Parameters
        ----------
        ids : (n,) integers
            What the decision is about: an entity or a row key. Equal ids get equal words.

        Returns
        -------
        (n,)
            Words in [0, 2**64), independent between ids and between decisions. [unitless]
        """
        x = words_of(ids) * _U_GOLDEN
        x ^= np.uint64(self.key)
        return mix_words(x)

    def uniforms(self, ids: AnyArray) -> Floats:
        """Uniforms in the open interval (0, 1), 52 bits, one per id. [unitless]"""
        return to_uniforms(self.words(ids))

    def happens(self, ids: AnyArray, chance: float) -> Bools:
        """Whether something of one chance happens, for each id: exactly where ``uniforms(ids) < chance``. (n,)"""
        return self.words(ids) < word_limit(chance)

    def word(self, number: int = 0) -> int:
        """Hash one id to one 64-bit word."""
        return mix(((number * _GOLDEN) & _MASK) ^ self.key)

    def uniform(self, number: int = 0) -> float:
        """Hash one id to one uniform in the open interval (0, 1). [unitless]"""
        return ((self.word(number) >> 12) + 0.5) * _TO_UNIT

    def sub(self, number: int) -> "Draw":
        """Derive the same decision at a further coordinate (an attempt, a slot)."""
        return Draw(mix(self.key ^ mix(number & _MASK)))

    def at(self, numbers: AnyArray) -> "Draws":
        """Derive the same decision at further coordinates, one for each id: the vector form of :meth:`sub`."""
        return Draws(mix_words(mix_words(words_of(numbers).copy()) ^ np.uint64(self.key)))


@dataclass(frozen=True)
class Draws:
    """The randomness of one named decision at many places, one for each id.

    Attributes
    ----------
    keys : (n,)
        Key of the decision at each place.
    """

    keys: Words

    def words(self, ids: AnyArray) -> Words:
        """Random 64-bit words, one per id: what :meth:`Draw.words` gives at the place of each. (n,)"""
        return words_of_draws(self.keys, ids)

    def happens(self, ids: AnyArray, chance: float) -> Bools:
        """Whether something of one chance happens, for each id: as :meth:`Draw.happens`. (n,)"""
        return self.words(ids) < word_limit(chance)

    def at(self, number: AnyArray | int) -> "Draws":
        """Derive the same decisions at a further coordinate, one or one each, as :meth:`Draw.sub` does."""
        further = np.uint64(mix(number & _MASK)) if isinstance(number, int) else mix_words(words_of(number).copy())
        return Draws(mix_words(self.keys ^ further))


def words_of_draws(keys: Words, ids: AnyArray) -> Words:
    """Random words of several decisions, given their keys: as :meth:`Draw.words` has them; both broadcast."""
    return mix_words((words_of(ids) * _U_GOLDEN) ^ keys)


@dataclass(frozen=True)
class Streams:
    """All randomness of a world: asked for by name and place, never drawn in sequence.

    Attributes
    ----------
    seed
        Any integer; only its lowest 64 bits count.
    """

    seed: int

    def draw(self, decision: str, *at: int) -> Draw:
        """Randomness of a decision.

        Parameters
        ----------
        decision
            Dotted stable name, such as ``"spending.amount"``. Renaming one changes data.
        at
            Coordinates that are one number for the whole array: a day number, an epoch.
        """
        return _draw(self.seed, decision, at)


@lru_cache(maxsize=1 << 14)
def _draw(seed: int, decision: str, at: tuple[int, ...]) -> Draw:
    key = mix((seed & _MASK) ^ name_id(decision))
    for number in at:
        key = mix(key ^ mix(number & _MASK))
    return Draw(key)


def to_uniforms(words: Words) -> Floats:
    """Map 64-bit words to uniforms in the open interval (0, 1) by their top 52 bits. [unitless]"""
    u = (words >> _S12).astype(np.float64)
    u += 0.5
    u *= _TO_UNIT
    return u


def word_limits(chances: AnyArray | float) -> AnyArray:
    """Limits such that ``words < limit`` exactly where ``to_uniforms(words)`` is below a chance.

    Comparing words saves turning them into uniforms. The one exception: of a chance of one, one word in 2**52 fails.

    Parameters
    ----------
    chances : (n,) or scalar
        Probabilities in [0, 1]. [unitless]

    Returns
    -------
    (n,) uint64
    """
    limits = np.ceil(np.clip(np.asarray(chances, dtype=np.float64) * 2.0**52 - 0.5, 0.0, 2.0**52 - 1.0))
    return limits.astype(np.uint64) << _S12


def word_limit(chance: float) -> np.uint64:
    """The limit of one chance, see :func:`word_limits`."""
    return np.uint64(math.ceil(min(max(chance * 2.0**52 - 0.5, 0.0), 2.0**52 - 1.0)) << 12)


def below(words: Words, n: AnyArray | int) -> AnyArray:
    """Map 64-bit words to integers in ``[0, n)`` by their upper halves, one n or one per word, below 2**32. int64"""
    return (((words >> _S32) * np.asarray(n, dtype=np.uint64)) >> _S32).view(np.int64)


def halves(words: Words) -> tuple[Floats, Floats]:
    """Two independent uniforms in the open interval (0, 1) from each word, 32 bits each. [unitless]"""
    low, high = half_words(words)
    return half_uniforms(low), half_uniforms(high)


def half_words(words: Words) -> tuple[AnyArray, AnyArray]:
    """The lower and the upper 32 bits of each word. Two of (n,) uint32, not to be written to"""
    pair = words.view(np.uint32)
    return pair[0::2], pair[1::2]


def half_uniforms(half: AnyArray) -> Floats:
    """Map 32-bit words to uniforms in the open interval (0, 1). [unitless]"""
    u = half.astype(np.float64)
    u += 0.5
    u *= 2.0**-32
    return u


def half_limit(chance: float) -> int:
    """Limit such that ``half_words(words)`` are below it exactly where ``halves(words)`` are below a chance."""
    return math.ceil(chance * 2.0**32 - 0.5)


def name_ids(names: Iterable[str]) -> Words:
    """Ids of things that have names, see :func:`name_id`. (n,)"""
    return np.array([name_id(name) for name in names], dtype=np.uint64)


def combine(ids: AnyArray, slots: AnyArray | int) -> Words:
    """Join an entity and a slot into one id for :meth:`Draw.words`.

    Parameters
    ----------
    ids : (n,) integers below 2**44
        Entities. [unitless]
    slots : (n,) integers below 2**20, or a scalar
        Numbers inside the entity. [unitless]
    """
    x = words_of(ids) << np.uint64(20)
    x |= words_of(np.asarray(slots))
    return x


_HALF_MASK = (1 << 63) - 1
_U_HALF = np.uint64(_HALF_MASK)
_INV_MUL_1 = np.uint64(pow(_MUL_1, -1, 1 << 63))
_INV_MUL_2 = np.uint64(pow(_MUL_2, -1, 1 << 63))


def scramble_ids(numbers: AnyArray, key: int) -> AnyArray:
    """Permute [0, 2**63): opaque, unique, non-negative 64-bit ids from structured numbers.

    Parameters
    ----------
    numbers : (n,) integers in [0, 2**63)
        Structured numbers, such as day, card and slot packed into bit fields.
    key
        Chooses the permutation.

    Returns
    -------
    (n,) int64
        Distinct for distinct numbers; :func:`unscramble_ids` is the inverse.
    """
    x = words_of(numbers) ^ np.uint64(key & _HALF_MASK)
    x ^= x >> _S30
    x *= _U_MUL_1
    x &= _U_HALF
    x ^= x >> _S27
    x *= _U_MUL_2
    x &= _U_HALF
    x ^= x >> _S31
    return x.view(np.int64)


def _unshift(x: Words, shift: int) -> Words:
    y = x.copy()
    for _ in range(64 // shift):
        y = x ^ (y >> np.uint64(shift))
    return y


def unscramble_ids(ids: AnyArray, key: int) -> AnyArray:
    """Recover the structured numbers that :func:`scramble_ids` hid; same key. (n,) int64"""
    x = _unshift(words_of(ids), 31)
    x = (x * _INV_MUL_2) & _U_HALF
    x = _unshift(x, 27)
    x = (x * _INV_MUL_1) & _U_HALF
    x = _unshift(x, 30)
    return (x ^ np.uint64(key & _HALF_MASK)).view(np.int64)
