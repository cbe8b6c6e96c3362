"""Chains: shops of one trade that share a name, a price level and opening hours.

A chain is a country, a trade and a rank: sizes fall with the rank by Zipf's law. The first ranks are found all over
the country, a few of them in other countries as well; the others keep to one region.

Belongs here: which shops belong to a chain, and what a chain's shops have in common. Does not belong here: names
(``merchant_names``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.maths.sampling import choice_table, lognormal_mean_one
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.streams import Streams, combine, name_ids
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints, Words

_LEVELS = 1 << 12
_LEVEL_SHIFT = np.uint64(48)


@dataclass(frozen=True)
class Chains:
    """What chains make of shops. One entry per shop.

    Attributes
    ----------
    is_member
        Whether the shop belongs to a chain.
    brand
        Id of the chain's brand.
    price
        Price level of the shop as a branch. [unitless]
    hours
        Word that chooses the chain's opening hours.
    """

    is_member: Bools
    brand: Words
    price: Floats
    hours: Words

    @classmethod
    def of(
        cls,
        streams: Streams,
        reference: Reference,
        *,
        merchant_id: Ints,
        trade: Ints,
        country: AnyArray,
        subdivision: Ints,
        countries: int,
        is_online: Bools,
    ) -> "Chains":
        """Find the chains of shops.

        Parameters
        ----------
        merchant_id, trade, country : (n,)
            The merchant, and positions in ``reference.trades`` and among the countries.
        subdivision : (n,)
            Number of the region where the shop is.
        countries
            How many countries there are.
        is_online : (n,)
            Web shops belong to no chain.
        """
        member = streams.draw("catalog.merchant.name.chain").uniforms(merchant_id) < _shares(reference).take(trade)
        table = reference.commerce
        weights = np.arange(1, table.chains + 1, dtype=np.float64) ** -table.chain_exponent
        level = (streams.draw("catalog.merchant.chain").words(merchant_id) >> np.uint64(52)).astype(np.int64)
        rank = choice_table(weights, _LEVELS).astype(np.int64).take(level)
        national = country.astype(np.int64) * len(reference.trades) + trade
        chain = national * table.chains + rank
        brand = combine(chain, np.where(rank < table.national_chains, 0, 1 + subdivision))
        anywhere = np.isin(rank, table.international_chains)
        brand = np.where(anywhere, combine((countries * len(reference.trades) + trade) * table.chains + rank, 0), brand)
        each = np.arange(countries * len(reference.trades) * table.chains)
        prices = lognormal_mean_one(
            (streams.draw("catalog.chain.ticket").words(each) >> _LEVEL_SHIFT).astype(np.int64), table.chain_prices
        ).astype(np.float64)
        prices = prices.reshape(-1, table.chains)
        prices /= (prices @ weights / weights.sum())[:, None]
        branch = (streams.draw("catalog.merchant.ticket").words(merchant_id) >> _LEVEL_SHIFT).astype(np.int64)
        return cls(
            is_member=member & ~is_online,
            brand=brand,
            price=prices.ravel().take(chain) * lognormal_mean_one(branch, table.branch_prices),
            hours=streams.draw("catalog.chain.hours").words(chain),
        )


def _shares(reference: Reference) -> Floats:
    """Shops that belong to a chain, by trade; none of the public services. (trades,) [share]"""
    shares = []
    for name, mcc in reference.trades:
        category = reference.category(name)
        own = category.mccs[mcc].chain_share
        shares.append(0.0 if category.civic else category.chain_share if own is None else own)
    return np.array(shares)


def region_numbers(subdivision: tuple[str, ...]) -> Ints:
    """Numbers of regions by city, the same whatever other cities a world has. (cities,) below 2**20 - 1"""
    return (name_ids(subdivision) % np.uint64((1 << 20) - 1)).astype(np.int64)
