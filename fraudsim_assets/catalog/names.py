"""Names of people: word lists per country, and addresses made from them.

The lists are Faker's own; a name is a position in a list, so a million names cost a look-up each
and no call of Faker.

Belongs here: which words a country's people are called by. Does not belong here: who is called
what.
"""

import importlib
import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from babel.core import get_global
from babel.languages import get_official_languages
from faker.config import AVAILABLE_LOCALES

from fraudsim_assets.catalog.romanisation import romanised
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.units import AnyArray, Ints

FALLBACK_LOCALE = "en_US"
"""Names where Faker has no list for a country or its language."""

EMAIL_DOMAINS = ("example.com", "example.org", "example.net")
"""Domains reserved for examples, used in all countries. Source: RFC 2606, section 3."""

EMAIL_HOSTS = ("mail", "post", "inbox", "web")
"""Providers of a country, below its code and the top-level domain reserved for examples. Source: RFC 2606, section 2;
the words are invented."""

_LEVELS = 1 << 16
_SHORTEST_LIST = 10
# a shorter list is Faker's placeholder, as for family names where people have none
_GENDERS = ("female", "male")


@dataclass(frozen=True)
class NameLists:
    """Names of one locale.

    Attributes
    ----------
    first
        Given names of women and of men, each with its relative frequencies.
    last
        Family names of women and of men, each with its relative frequencies.
    """

    first: tuple[Mapping[str, float], Mapping[str, float]]
    last: tuple[Mapping[str, float], Mapping[str, float]]


@dataclass(frozen=True)
class Vocabulary:
    """Names of several countries in one list, chosen by 16-bit levels.

    Attributes
    ----------
    words
        All names.
    latin
        The same in lower-case Latin letters, as in an address.
    tables
        (countries * 2, 65536) positions in ``words``: row ``2 * country + gender``.
    """

    words: tuple[str, ...]
    latin: tuple[str, ...]
    tables: AnyArray

    def choose(self, rows: Ints, levels: AnyArray) -> Ints:
        """Positions in ``words`` for rows of ``tables`` and uniform 16-bit levels. (n,)"""
        return self.tables.ravel().take(rows * _LEVELS + levels)


@lru_cache(maxsize=256)
def locale_of(country: str) -> str:
    """Faker locale for a country: its own by the most spoken language, else one of the language, else English."""
    available = {name for name in AVAILABLE_LOCALES if _has_names(name)}
    languages = [language.split("_")[0] for language in _languages(country)]
    candidates = [f"{language}_{country}" for language in languages]
    candidates += [locale for locale in sorted(available) if locale.endswith(f"_{country}")]
    candidates += [
        locale for language in languages for locale in sorted(available) if locale.startswith(f"{language}_")
    ]
    return next((locale for locale in candidates if locale in available), FALLBACK_LOCALE)


def _languages(country: str) -> tuple[str, ...]:
    official = get_official_languages(country, de_facto=True)
    spoken = get_global("territory_languages").get(country, {})
    return tuple(sorted(official, key=lambda code: -spoken.get(code, {}).get("population_percent", 0.0)))


@lru_cache(maxsize=256)
def _has_names(locale: str) -> bool:
    return importlib.util.find_spec(f"faker.providers.person.{locale}") is not None


@lru_cache(maxsize=64)
def name_lists(locale: str) -> NameLists:
    """Word lists of a locale; one list for both genders, or English names, where Faker has no other."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    first = _by_gender(provider, ("first_names_{}", "first_names"))
    last = _by_gender(provider, ("last_names_{}", "unisex_last_names", "last_names"))
    if not (all(first) and all(last)):
        fallback = name_lists(FALLBACK_LOCALE)
        return NameLists(first=first if all(first) else fallback.first, last=last if all(last) else fallback.last)
    return NameLists(first=first, last=last)


def _by_gender(provider: type, attributes: tuple[str, ...]) -> tuple[Mapping[str, float], Mapping[str, float]]:
    women, men = (_frequencies(provider, [name.format(gender) for name in attributes]) for gender in _GENDERS)
    return women, men


def _frequencies(provider: type, attributes: Iterable[str]) -> Mapping[str, float]:
    for attribute in attributes:
        listed = getattr(provider, attribute, None)
        if listed and len(listed) >= _SHORTEST_LIST:
            pairs = listed.items() if isinstance(listed, Mapping) else ((name, 1.0) for name in listed)
            total: dict[str, float] = {}
            for name, weight in pairs:
                total[name.strip()] = total.get(name.strip(), 0.0) + float(weight)
            return total
    return {}


@lru_cache(maxsize=8)
def first_names(reference: Reference, countries: tuple[str, ...]) -> Vocabulary:
    """Given names of some countries."""
    return _vocabulary(reference, countries, "first")


@lru_cache(maxsize=8)
def last_names(reference: Reference, countries: tuple[str, ...]) -> Vocabulary:
    """Family names of some countries."""
    return _vocabulary(reference, countries, "last")


def _vocabulary(reference: Reference, countries: tuple[str, ...], part: str) -> Vocabulary:
    locales = [locale_of(country) for country in countries]
    rows = [frequencies for locale in locales for frequencies in getattr(name_lists(locale), part)]
    spelt: dict[str, str] = {}
    for locale in dict.fromkeys(locales):
        listed = _romanised_by_faker(locale, part)
        for frequencies in getattr(name_lists(locale), part):
            for word in frequencies:
                latin = listed.get(word) or romanised(reference, locale.split("_")[0], word)
                spelt.setdefault(word, latin)
    position = {word: i for i, word in enumerate(spelt)}
    tables = np.empty((len(rows), _LEVELS), dtype=np.int32)
    for i, row in enumerate(rows):
        places = np.array([position[word] for word in row], dtype=np.int32)
        tables[i] = places.take(choice_table(np.array(list(row.values())), _LEVELS))
    tables.setflags(write=False)
    return Vocabulary(tuple(spelt), tuple(spelt.values()), tables)


def _romanised_by_faker(locale: str, part: str) -> Mapping[str, str]:
    """Readings of names that follow from no rule, as those written in kanji; empty where Faker has none."""
    provider = importlib.import_module(f"faker.providers.person.{locale}").Provider
    kept = ("last_name_pairs",) if part == "last" else ("first_name_female_pairs", "first_name_male_pairs")
    triples = [entry for name in kept for entry in getattr(provider, name, ())]
    return {word: latin.lower() for word, _, latin in triples}
