"""Names of merchants, as they stand on a card statement.

Three kinds: a chain with a branch number, a family name with the trade's word in the country's
language, a web address under a top-level domain reserved for examples.

Belongs here: how a merchant comes by its name. Does not belong here: the words of the trades
(``merchant_words``).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from fraudsim_assets.catalog.categories import CATEGORY_NAMES
from fraudsim_assets.catalog.columns import strings
from fraudsim_assets.catalog.merchant_words import (
    BRAND_ENDS,
    BRAND_STARTS,
    CHAIN_SHARES,
    FALLBACK_LANGUAGE,
    NAME_FIRST_LANGUAGES,
    TRADE_WORDS,
    WEB_ENDS,
)
from fraudsim_assets.catalog.names import Vocabulary, last_names, locale_of
from fraudsim_assets.catalog.people import LEVEL_SHIFT
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Bools, Floats, Ints

_CHAINS_PER_TRADE = 7
# chains that share a trade in a country, the first two of them in every country. ASSUMPTION. [count]

_INTERNATIONAL_CHAINS = 2

_BRANDS = tuple(start + end for start in BRAND_STARTS for end in BRAND_ENDS)
_BRANCHES = tuple(f" {number:04d}" for number in range(10_000))


@dataclass(frozen=True)
class Naming:
    """Who needs a name: one entry per merchant.

    Attributes
    ----------
    countries
        Country codes that ``country`` points at.
    merchant_id, category, country
        (n,) the merchant, and positions in ``CATEGORIES`` and ``countries``.
    is_online
        (n,) web shops have web addresses.
    """

    countries: tuple[str, ...]
    merchant_id: Ints
    category: Ints
    country: Ints
    is_online: Bools

    @property
    def trade(self) -> Ints:
        """Row of the merchant's trade: country times categories plus category. (n,)"""
        return self.country.astype(np.int64) * len(CATEGORY_NAMES) + self.category


@dataclass(frozen=True)
class _Words:
    """All parts of names in one list, and where each kind of part begins in it."""

    parts: tuple[str, ...]
    families: Vocabulary
    family_at: int
    second_family_at: int
    trade_at: int
    second_trade_at: int
    web_at: int
    web_end_at: int
    branch_at: int
    empty_at: int
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
    words = _words(naming.countries)
    chain_shares = np.array([CHAIN_SHARES.get(name, 0.0) for name in CATEGORY_NAMES])
    in_chain = streams.draw("catalog.merchant.name.chain").uniforms(naming.merchant_id) < chain_shares[naming.category]
    chosen = np.where(in_chain, _chain_parts(streams, naming, words), _owner_parts(streams, naming, words))
    chosen = np.where(naming.is_online, _web_parts(streams, naming, words), chosen)
    columns = [strings(words.parts, part) for part in chosen]
    return pc.binary_join_element_wise(*columns, "")


def _chain_parts(streams: Streams, naming: Naming, words: _Words) -> Ints:
    """Brand, trade, number of the branch. (3, n)"""
    u = streams.draw("catalog.merchant.name.member").uniforms(naming.merchant_id)
    chain = np.floor(_CHAINS_PER_TRADE * u * u).astype(np.int64)
    anywhere = chain < _INTERNATIONAL_CHAINS
    owner = np.where(anywhere, naming.category, len(CATEGORY_NAMES) + naming.trade) * _CHAINS_PER_TRADE + chain
    brand = _below(streams, "catalog.chain.brand", owner, np.full(len(u), len(_BRANDS)))
    word = _below(streams, "catalog.chain.word", owner, words.n_words[naming.trade])
    branch = _below(streams, "catalog.merchant.name.branch", naming.merchant_id, np.full(len(u), len(_BRANCHES)))
    return np.stack([brand, words.second_trade_at + words.first_word[naming.trade] + word, words.branch_at + branch])


def _owner_parts(streams: Streams, naming: Naming, words: _Words) -> Ints:
    """Owner and trade, in the order of the language. (3, n)"""
    draw = streams.draw("catalog.merchant.name.owner").words(naming.merchant_id)
    rows = naming.country.astype(np.int64) * 2 + (draw & np.uint64(1)).astype(np.int64)
    family = words.families.choose(rows, (draw >> LEVEL_SHIFT).astype(np.int64))
    word = _below(streams, "catalog.merchant.name.word", naming.merchant_id, words.n_words[naming.trade])
    trade = words.first_word[naming.trade] + word
    owner_first = words.owner_first[naming.country]
    first = np.where(owner_first, words.family_at + family, words.trade_at + trade)
    second = np.where(owner_first, words.second_trade_at + trade, words.second_family_at + family)
    return np.stack([first, second, np.full(len(first), words.empty_at)])


def _web_parts(streams: Streams, naming: Naming, words: _Words) -> Ints:
    """Brand and end of the address. (3, n)"""
    n = len(naming.merchant_id)
    brand = _below(streams, "catalog.merchant.name.web", naming.merchant_id, np.full(n, len(_BRANDS)))
    end = _below(streams, "catalog.merchant.name.web_end", naming.merchant_id, np.full(n, len(WEB_ENDS)))
    return np.stack([words.web_at + brand, words.web_end_at + end, np.full(n, words.empty_at)])


def _below(streams: Streams, decision: str, ids: Ints, sizes: Ints) -> Ints:
    """Whole numbers below the sizes. (n,)"""
    u: Floats = streams.draw(decision).uniforms(ids)
    return np.floor(u * sizes).astype(np.int64)


@lru_cache(maxsize=4)
def _words(countries: tuple[str, ...]) -> _Words:
    families = last_names(countries, latin=True)
    languages = [_trade_language(country) for country in countries]
    per_trade = [TRADE_WORDS[language].get(name, ("",)) for language in languages for name in CATEGORY_NAMES]
    n_words = np.array([len(entry) for entry in per_trade])
    trades = [word for entry in per_trade for word in entry]
    groups = [
        list(_BRANDS),
        list(families.words),
        [" " + word for word in families.words],
        trades,
        [" " + word for word in trades],
        [brand.lower() for brand in _BRANDS],
        list(WEB_ENDS),
        list(_BRANCHES),
        [""],
    ]
    starts = np.cumsum([0] + [len(group) for group in groups]).tolist()
    return _Words(
        tuple(word for group in groups for word in group),
        families,
        *starts[1:9],
        first_word=np.cumsum(n_words) - n_words,
        n_words=n_words,
        owner_first=np.array([language in NAME_FIRST_LANGUAGES for language in languages]),
    )


def _trade_language(country: str) -> str:
    language = locale_of(country).split("_")[0]
    return language if language in TRADE_WORDS else FALLBACK_LANGUAGE
