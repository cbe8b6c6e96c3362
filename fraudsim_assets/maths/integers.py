"""Arithmetic of whole numbers: remainders, and four small numbers in one word.

Belongs here: what numpy does slowly or not at all. Does not belong here: transforms of uniforms
(``sampling``) and looking things up (``ordered``).
"""

import numpy as np

from fraudsim_assets.units import AnyArray, Ints


def remainders(numbers: Ints, modulus: Ints | int) -> Ints:
    """Remainders of numbers, none negative: ``numbers % modulus``, which takes several times as long. (n,)"""
    return numbers - numbers // modulus * modulus


def packed(*numbers: AnyArray) -> Ints:
    """Put four numbers side by side into one word, to be looked up at once. Four of (n,), each within int16. (n,)"""
    return np.stack(numbers, axis=1, dtype=np.int16).view(np.int64).ravel()


def unpacked(words: Ints) -> AnyArray:
    """Read the four numbers of each word again. (n, 4) int16, a view"""
    return words.view(np.int16).reshape(-1, 4)
