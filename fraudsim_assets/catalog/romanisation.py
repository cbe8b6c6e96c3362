"""Names in plain Latin letters, as people write them in an address.

Belongs here: from a word of any script to a-z. Does not belong here: which letters stand for which
(``reference_data``).
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.model import Romanisation

_VOWELLESS = re.compile(r"(?<=[^aeiouyw\W])(?=[bcdfghjklmnpqrstvxz])")
# between two consonants
_ONE_SOUND = ("sh", "kh", "th", "dh", "gh", "ch", "zh", "ph", "bh", "ts", "tz", "ng", "ny")


def romanised(reference: Reference, language: str, word: str) -> str:
    """A word in lower-case Latin letters and digits, words of several parts written as one.

    Parameters
    ----------
    language
        ISO 639-1 code; a language without a table of its own has every letter transliterated by itself.

    References
    ----------
    .. [1] anyascii, https://github.com/anyascii/anyascii, for letters that no table names.
    """
    table = reference.romanisations.get(language)
    lower = unicodedata.normalize("NFC", word.lower())
    if table is not None:
        lower = _spelt(table, lower)
    plain = anyascii(lower).lower()
    if table is not None and table.filler:
        plain = _filled(plain, table.filler)
    return re.sub(r"[^a-z0-9]+", "", plain)


def _spelt(table: Romanisation, word: str) -> str:
    """Replace the letters that a table names, the longest groups first; at the start of a word, initials."""
    parts = [
        _groups(tuple(table.initials)).sub(lambda found: table.initials[found[0]], part, count=1)
        if table.initials and _groups(tuple(table.initials)).match(part)
        else part
        for part in re.split(r"(?<=[\s-])", word)
    ]
    if not table.letters:
        return "".join(parts)
    return _groups(tuple(table.letters)).sub(lambda found: table.letters[found[0]], "".join(parts))


@lru_cache(maxsize=64)
def _groups(letters: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(group) for group in sorted(letters, key=len, reverse=True)))


def _filled(word: str, filler: str) -> str:
    """Put a vowel between consonants that are no single sound, and none are doubled."""
    found = _VOWELLESS.sub(filler, word)
    for sound in _ONE_SOUND:
        found = found.replace(filler.join(sound), sound)
    return found
