"""Names of merchants, as they stand on a card statement.

Five kinds: a chain, the same for all its branches; its owners with the trade's word in the country's language; a
public service with the name of its city; a web address under a top-level domain reserved for examples, made of a
brand and the trade's word; and a web giant's address. The trade's word stands for one merchant category code, so a
name does as well.

Belongs here: how a merchant comes by its name. Does not belong here: the words of the trades
(``reference_data``), and which shops belong to a chain (``chains``).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from fraudsim_assets.catalog.columns import joined, strings
from fraudsim_assets.catalog.names import Vocabulary, first_names, last_names, locale_of
from fraudsim_assets.catalog.people import LEVEL_SHIFT
from fraudsim_assets.catalog.romanisation import romanised
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.reference import FALLBACK_LANGUAGE
from fraudsim_assets.streams import Streams, below
from fraudsim_assets.units import AnyArray, Bools, Ints, Words

_INVENTED = "invented"


@dataclass(frozen=True)
class Naming:
    """Who needs a name: one entry per merchant.

    Attributes
    ----------
    reference
        Tables of reference data.
    countries, cities
        Country codes and names of cities that ``country`` and ``city`` point at.
    merchant_id, trade, country, city
        (n,) the merchant, and positions in ``reference.trades``, ``countries`` and ``cities``.
    is_online
        (n,) web shops have web addresses.
    in_chain, brand
        (n,) whether it is a branch of a chain, and the id of the chain's brand.
    giant
        (n,) number of the web giant it is, -1 for others.
    """

    reference: Reference
    countries: tuple[str, ...]
    cities: tuple[str, ...]
    merchant_id: Ints
    trade: Ints
    country: AnyArray
    city: Ints
    is_online: Bools
    in_chain: Bools
    brand: Words
    giant: Ints

    @property
    def local_trade(self) -> Ints:
        """Row of the trade in the country: country times trades plus trade. (n,)"""
        return self.country.astype(np.int64) * len(self.reference.trades) + self.trade


@dataclass(frozen=True)
class _Words:
    """All parts of names in one list, where each kind of part begins in it, and what trades are called.

    Attributes
    ----------
    start
        First part of each kind.
    n_brands
        How many brands there are.
    first_word, n_words
        (countries * trades,) words of each trade among all of them.
    owner_first
        (countries,) whether the owner stands before the trade.
    """

    parts: tuple[str, ...]
    start: dict[str, int]
    families: Vocabulary
    given: Vocabulary
    n_brands: int
    first_word: Ints
    n_words: Ints
    owner_first: Bools


def merchant_names(streams: Streams, naming: Naming) -> pa.Array:
    """Names of merchants. (n,) utf8

    Parameters
    ----------
    streams
        Randomness of the world.
    naming
        Who needs a name.
    """
    words = _words(naming.reference, naming.countries, naming.cities)
    is_civic = np.array([naming.reference.category(name).civic for name, _ in naming.reference.trades])[naming.trade]
    own = streams.draw("catalog.merchant.name.word").words(naming.merchant_id)
    chosen = _owner_parts(streams, naming, words, own)
    for some, parts in (
        (naming.in_chain, _chain_parts),
        (is_civic, _civic_parts),
        (naming.is_online, _web_parts),
    ):
        chosen = np.where(some, parts(streams, naming, words, own), chosen)
    giant = np.stack([words.start["giant"] + naming.giant, *[np.full(len(own), words.start["empty"])] * 4])
    chosen = np.where(naming.giant >= 0, giant, chosen)
    return joined(*[strings(words.parts, part) for part in chosen])


def _trade_word(naming: Naming, words: _Words, choice: Words) -> Ints:
    """Word of the trade in the country, among all of them. (n,)"""
    return words.first_word[naming.local_trade] + below(choice, words.n_words[naming.local_trade])


def _chain_parts(streams: Streams, naming: Naming, words: _Words, own: Words) -> Ints:  # noqa: ARG001 - as the others
    """Brand and trade. (5, n)"""
    brand = below(streams.draw("catalog.chain.brand").words(naming.brand), words.n_brands)
    word = _trade_word(naming, words, streams.draw("catalog.chain.word").words(naming.brand))
    return _filled(words, brand + words.start["brand"], words.start["second_trade"] + word)


def _owner_parts(streams: Streams, naming: Naming, words: _Words, own: Words) -> Ints:
    """Owners and trade, in the order of the language. (5, n)"""
    start, ids = words.start, naming.merchant_id
    first, second, draw = (
        streams.draw(f"catalog.merchant.name.{decision}").words(ids) for decision in ("owner", "partner", "owners")
    )
    kind = choice_table(np.array(naming.reference.commerce.owners), 256).take((draw >> np.uint64(56)).astype(np.int64))
    rows = naming.country.astype(np.int64) * 2 + (first & np.uint64(1)).astype(np.int64)
    family = words.families.choose(rows, (first >> LEVEL_SHIFT).astype(np.int64))
    partner = words.families.choose(rows, (second >> LEVEL_SHIFT).astype(np.int64))
    given = words.given.choose(rows, (first >> LEVEL_SHIFT).astype(np.int64))
    owner = np.where(kind == 1, start["given"] + given, start["family"] + family)
    both = kind == 2
    joint, other = (
        np.where(both, start["and"], start["empty"]),
        np.where(both, start["family"] + partner, start["empty"]),
    )
    word = start["trade"] + _trade_word(naming, words, own)
    space = np.full(len(ids), start["space"])
    return np.where(
        words.owner_first[naming.country],
        np.stack([owner, joint, other, space, word]),
        np.stack([word, space, owner, joint, other]),
    )


def _civic_parts(streams: Streams, naming: Naming, words: _Words, own: Words) -> Ints:  # noqa: ARG001 - as the others
    """Trade and city, in the order of the language. (5, n)"""
    trade, city = _trade_word(naming, words, own), words.start["city"] + naming.city
    city_first = words.owner_first[naming.country]
    space = np.full(len(own), words.start["space"])
    trade = words.start["trade"] + trade
    return _filled(words, np.where(city_first, city, trade), space, np.where(city_first, trade, city))


def _web_parts(streams: Streams, naming: Naming, words: _Words, own: Words) -> Ints:
    """Brand and trade, in one order or the other, and the end of the address. (5, n)"""
    draw = streams.draw("catalog.merchant.name.web").words(naming.merchant_id)
    brand = words.start["web_brand"] + below(draw, words.n_brands)
    word = words.start["web_trade"] + _trade_word(naming, words, own)
    brand_first = (draw & np.uint64(3)) > 0
    hyphen, end = (np.full(len(own), words.start[part]) for part in ("hyphen", "web_end"))
    return _filled(words, np.where(brand_first, brand, word), hyphen, np.where(brand_first, word, brand), end)


def _filled(words: _Words, *parts: Ints) -> Ints:
    """Parts, followed by empty ones. (5, n)"""
    empty = np.full(len(parts[0]), words.start["empty"])
    return np.stack([*parts, *[empty] * (5 - len(parts))])


@lru_cache(maxsize=4)
def _words(reference: Reference, countries: tuple[str, ...], cities: tuple[str, ...]) -> _Words:
    families, given = last_names(reference, countries), first_names(reference, countries)
    languages = [_trade_language(reference, country) for country in countries]
    per_trade = [reference.trade_words(language, *trade) for language in languages for trade in reference.trades]
    spoken = [language for language in languages for _ in reference.trades]
    invented = reference.brands[_INVENTED]
    brands = [start + end for start in invented.starts for end in invented.ends]
    n_words = np.array([len(entry) for entry in per_trade])
    trades = [(language, word) for language, entry in zip(spoken, per_trade, strict=True) for word in entry]
    groups = {
        "brand": brands,
        "family": _in_latin(families),
        "given": _in_latin(given),
        "trade": [word for _, word in trades],
        "second_trade": [f" {word}" for _, word in trades],
        "city": list(cities),
        "web_brand": [brand.lower() for brand in brands],
        "web_trade": [_label(reference, language, word) for language, word in trades],
        "giant": [giant.address for giant in reference.giants.values()],
        "and": [" & "],
        "space": [" "],
        "hyphen": ["-"],
        "web_end": [".example"],
        "empty": [""],
    }
    starts = np.cumsum([0] + [len(group) for group in groups.values()]).tolist()
    return _Words(
        tuple(word for group in groups.values() for word in group),
        dict(zip(groups, starts, strict=False)),
        families,
        given,
        n_brands=len(brands),
        first_word=np.cumsum(n_words) - n_words,
        n_words=n_words,
        owner_first=np.array([reference.languages[language].owner_first for language in languages]),
    )


def _in_latin(names: Vocabulary) -> list[str]:
    """Names as signs have them: those of other scripts in Latin letters."""
    return [
        word if any("a" <= letter <= "z" for letter in word.lower()) else latin.title()
        for word, latin in zip(names.words, names.latin, strict=True)
    ]


def _label(reference: Reference, language: str, word: str) -> str:
    """A word as part of a web address."""
    return "-".join(filter(None, (romanised(reference, language, part) for part in word.split())))


def _trade_language(reference: Reference, country: str) -> str:
    language = reference.country(country).language or locale_of(country).split("_")[0]
    return language if language in reference.languages else FALLBACK_LANGUAGE
