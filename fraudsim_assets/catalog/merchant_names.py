"""Names of merchants, as they stand on a card statement.

Four kinds: a chain with a branch number, a family name with the trade's word in the country's
language, a public service with the name of its city, and a web address under a top-level domain
reserved for examples.

Belongs here: how a merchant comes by its name. Does not belong here: the words of the trades
(``reference_data``).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa

from fraudsim_assets.catalog.columns import joined, strings
from fraudsim_assets.catalog.names import Vocabulary, last_names, locale_of
from fraudsim_assets.catalog.people import LEVEL_SHIFT
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.reference import FALLBACK_LANGUAGE
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

_CHAINS_PER_TRADE = 7
# chains that share a trade in a country, the first two of them in every country. ASSUMPTION. [count]

_INTERNATIONAL_CHAINS = 2

_INVENTED = "invented"

_BRANCHES = tuple(f" {number:04d}" for number in range(10_000))


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
    """

    reference: Reference
    countries: tuple[str, ...]
    cities: tuple[str, ...]
    merchant_id: Ints
    trade: Ints
    country: AnyArray
    city: Ints
    is_online: Bools

    @property
    def local_trade(self) -> Ints:
        """Row of the trade in the country: country times trades plus trade. (n,)"""
        return self.country.astype(np.int64) * len(self.reference.trades) + self.trade


@dataclass(frozen=True)
class _Words:
    """All parts of names in one list, and where each kind of part begins in it."""

    parts: tuple[str, ...]
    families: Vocabulary
    family_at: int
    second_family_at: int
    trade_at: int
    second_trade_at: int
    city_at: int
    second_city_at: int
    web_at: int
    web_end_at: int
    branch_at: int
    empty_at: int
    n_brands: int
    n_web_ends: int
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
    sold_as = [naming.reference.category(category) for category, _ in naming.reference.trades]
    chain_shares = np.array([category.chain_share for category in sold_as])
    in_chain = streams.draw("catalog.merchant.name.chain").uniforms(naming.merchant_id) < chain_shares[naming.trade]
    chosen = np.where(in_chain, _chain_parts(streams, naming, words), _owner_parts(streams, naming, words))
    is_civic = np.array([category.civic for category in sold_as])[naming.trade]
    chosen = np.where(is_civic, _civic_parts(streams, naming, words), chosen)
    chosen = np.where(naming.is_online, _web_parts(streams, naming, words), chosen)
    columns = [strings(words.parts, part) for part in chosen]
    return joined(*columns)


def _chain_parts(streams: Streams, naming: Naming, words: _Words) -> Ints:
    """Brand, trade, number of the branch. (3, n)"""
    u = streams.draw("catalog.merchant.name.member").uniforms(naming.merchant_id)
    chain = np.floor(_CHAINS_PER_TRADE * u * u).astype(np.int64)
    anywhere = chain < _INTERNATIONAL_CHAINS
    owner = (
        np.where(anywhere, naming.trade, len(naming.reference.trades) + naming.local_trade) * _CHAINS_PER_TRADE + chain
    )
    brand = _below(streams, "catalog.chain.brand", owner, np.full(len(u), words.n_brands))
    word = _below(streams, "catalog.chain.word", owner, words.n_words[naming.local_trade])
    branch = _below(streams, "catalog.merchant.name.branch", naming.merchant_id, np.full(len(u), len(_BRANCHES)))
    return np.stack(
        [brand, words.second_trade_at + words.first_word[naming.local_trade] + word, words.branch_at + branch]
    )


def _owner_parts(streams: Streams, naming: Naming, words: _Words) -> Ints:
    """Owner and trade, in the order of the language. (3, n)"""
    draw = streams.draw("catalog.merchant.name.owner").words(naming.merchant_id)
    rows = naming.country.astype(np.int64) * 2 + (draw & np.uint64(1)).astype(np.int64)
    family = words.families.choose(rows, (draw >> LEVEL_SHIFT).astype(np.int64))
    word = _below(streams, "catalog.merchant.name.word", naming.merchant_id, words.n_words[naming.local_trade])
    trade = words.first_word[naming.local_trade] + word
    owner_first = words.owner_first[naming.country]
    first = np.where(owner_first, words.family_at + family, words.trade_at + trade)
    second = np.where(owner_first, words.second_trade_at + trade, words.second_family_at + family)
    return np.stack([first, second, np.full(len(first), words.empty_at)])


def _civic_parts(streams: Streams, naming: Naming, words: _Words) -> Ints:
    """Trade and city, in the order of the language. (3, n)"""
    word = _below(streams, "catalog.merchant.name.word", naming.merchant_id, words.n_words[naming.local_trade])
    trade = words.first_word[naming.local_trade] + word
    city_first = words.owner_first[naming.country]
    first = np.where(city_first, words.city_at + naming.city, words.trade_at + trade)
    second = np.where(city_first, words.second_trade_at + trade, words.second_city_at + naming.city)
    return np.stack([first, second, np.full(len(first), words.empty_at)])


def _web_parts(streams: Streams, naming: Naming, words: _Words) -> Ints:
    """Brand and end of the address. (3, n)"""
    n = len(naming.merchant_id)
    brand = _below(streams, "catalog.merchant.name.web", naming.merchant_id, np.full(n, words.n_brands))
    end = _below(streams, "catalog.merchant.name.web_end", naming.merchant_id, np.full(n, words.n_web_ends))
    return np.stack([words.web_at + brand, words.web_end_at + end, np.full(n, words.empty_at)])


def _below(streams: Streams, decision: str, ids: Ints, sizes: Ints) -> Ints:
    """Whole numbers below the sizes. (n,)"""
    u: Floats = streams.draw(decision).uniforms(ids)
    return np.floor(u * sizes).astype(np.int64)


@lru_cache(maxsize=4)
def _words(reference: Reference, countries: tuple[str, ...], cities: tuple[str, ...]) -> _Words:
    families = last_names(countries, latin=True)
    languages = [_trade_language(reference, country) for country in countries]
    per_trade = [
        reference.trade_words(language, *trade) or ("",) for language in languages for trade in reference.trades
    ]
    invented = reference.brands[_INVENTED]
    brands = [start + end for start in invented.starts for end in invented.ends]
    n_words = np.array([len(entry) for entry in per_trade])
    trades = [word for entry in per_trade for word in entry]
    groups = [
        brands,
        list(families.words),
        [" " + word for word in families.words],
        trades,
        [" " + word for word in trades],
        list(cities),
        [" " + city for city in cities],
        [brand.lower() for brand in brands],
        list(invented.web_ends),
        list(_BRANCHES),
        [""],
    ]
    starts = np.cumsum([0] + [len(group) for group in groups]).tolist()
    return _Words(
        tuple(word for group in groups for word in group),
        families,
        *starts[1:11],
        n_brands=len(brands),
        n_web_ends=len(invented.web_ends),
        first_word=np.cumsum(n_words) - n_words,
        n_words=n_words,
        owner_first=np.array([reference.languages[language].owner_first for language in languages]),
    )


def _trade_language(reference: Reference, country: str) -> str:
    language = reference.country(country).language or locale_of(country).split("_")[0]
    return language if language in reference.languages else FALLBACK_LANGUAGE
