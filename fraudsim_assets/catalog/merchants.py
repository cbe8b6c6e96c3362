"""Merchants: shops, web shops and cash machines, and who takes over when one closes.

A slot is a place in the landscape: a cell, a rank in it, a merchant category code, a position.
Its occupants follow each other on the slot's own rhythm; each has its own name, price level and opening hours,
or those of its chain. The seat of a web giant stays its own.

Belongs here: the merchants of a world. Does not belong here: how many there are where
(``layout``) and who buys from them.
"""

from collections.abc import Iterator
from itertools import product

import numpy as np
import pyarrow as pa

from fraudsim_assets.catalog.chains import Chains, region_numbers
from fraudsim_assets.catalog.columns import Coded, record_batch, table
from fraudsim_assets.catalog.geography import scatter, spread_km
from fraudsim_assets.catalog.layout import Layout, build_layout
from fraudsim_assets.catalog.lifetimes import expand, listing_window, period_of
from fraudsim_assets.catalog.mccs import mcc_description
from fraudsim_assets.catalog.merchant_names import Naming, merchant_names
from fraudsim_assets.catalog.people import LEVEL_SHIFT, YEAR
from fraudsim_assets.catalog.randomness import streams_of
from fraudsim_assets.config import Config
from fraudsim_assets.maths.sampling import choice_table, lognormal_mean_one
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.places import Commerce
from fraudsim_assets.streams import Streams
from fraudsim_assets.tables import Merchants
from fraudsim_assets.units import AnyArray, Bools, Ints, Words

CHUNK = 1 << 17
"""Slots built at a time; no value depends on it. [count]"""

_CELLS = 1 << 12


def build_merchants(config: Config) -> pa.Table:
    """Make the table of merchants.

    Parameters
    ----------
    config
        With a seed.

    Returns
    -------
    pa.Table
        Rows that honour ``Merchants``, by slot and generation; slots are ordered by online or
        not, country, city (shops only), category and popularity.
    """
    return table(Merchants, list(merchant_batches(config)))


def merchant_batches(config: Config, chunk: int = CHUNK) -> Iterator[pa.RecordBatch]:
    """Make the table of merchants piece by piece, each of ``chunk`` slots and all their occupants."""
    layout = build_layout(config)
    for start in range(0, layout.n_slots, chunk):
        yield _batch(config, layout, np.arange(start, min(start + chunk, layout.n_slots)))


def _batch(config: Config, layout: Layout, slots: Ints) -> pa.RecordBatch:
    streams, places, window = streams_of(config), layout.places, listing_window(config)
    cell = layout.cell_of(slots)
    country, category, online = layout.country[cell], layout.category[cell], layout.is_online[cell]
    city = np.where(online, _headquarters(streams, layout, slots, country), layout.city[cell])
    reference = layout.reference
    cities, commerce = reference.cities, reference.commerce
    spread = cities.crowding * spread_km(cities, places.population)[city]
    address = streams.draw("catalog.merchant.address")
    latitude, longitude = scatter(cities, address, slots, places.latitude[city], places.longitude[city], spread=spread)
    length, phase = _rhythm(commerce, streams, slots)
    giant, is_large = layout.large.giant_at(slots), layout.large.has(slots)
    trade = _trades(streams, reference, slots, category, giant)
    who, generation = expand(period_of(window.first, phase, length), period_of(window.last, phase, length))
    merchant_id = slots[who] + 1 + layout.n_slots * generation
    chains = Chains.of(
        streams,
        reference,
        merchant_id=merchant_id,
        trade=trade[who],
        country=country[who],
        subdivision=region_numbers(places.subdivision)[city[who]],
        countries=len(places.countries),
        is_online=online[who],
    )
    naming = Naming(
        reference,
        places.countries,
        places.name,
        merchant_id=merchant_id,
        trade=trade[who],
        country=country[who],
        city=city[who].astype(np.int64),
        is_online=online[who],
        brand=chains.brand,
        in_chain=chains.is_member,
        giant=giant[who],
    )
    hours = np.where(chains.is_member, chains.hours, streams.draw("catalog.merchant.hours").words(slots)[who])
    clock = np.array([reference.clock_of(code) for code in places.countries])
    opens, closes = _opening_hours(reference, hours, clock[country[who]], trade[who], online=online[who])
    rank = slots - layout.first_slot[cell] + 1
    levels = (streams.draw("catalog.merchant.ticket").words(merchant_id) >> LEVEL_SHIFT).astype(np.uint16)
    between = (lognormal_mean_one(levels, sigma) for sigma in (commerce.leader_prices, commerce.prices))
    own = np.where(is_large[who], *between)
    return record_batch(
        Merchants,
        {
            "merchant_id": merchant_id,
            "slot": slots[who],
            "version": np.ones(len(who), dtype=np.int16),
            "valid_from": generation * length[who] - phase[who],
            "valid_to": (generation + 1) * length[who] - phase[who],
            "name": merchant_names(streams, naming),
            "mcc": Coded(trade[who], tuple(mcc for _, mcc in reference.trades)),
            "mcc_description": Coded(trade[who], tuple(mcc_description(mcc) for _, mcc in reference.trades)),
            "category": Coded(category[who], reference.category_names),
            "country": Coded(country[who], places.countries),
            "city": Coded(city[who], places.name),
            "city_id": places.city_id[city[who]],
            "latitude": latitude[who],
            "longitude": longitude[who],
            "time_zone": Coded(city[who], places.time_zone),
            "currency": Coded(country[who], places.currency),
            "is_online": online[who],
            "popularity_rank": rank[who],
            "ticket_factor": np.where(chains.is_member, chains.price, own).astype(np.float32),
            "opens_minute": opens,
            "closes_minute": closes,
        },
    )


def _rhythm(table: Commerce, streams: Streams, slots: Ints) -> tuple[Ints, Ints]:
    """Life of the occupants of each slot, and its phase. (n,), (n,) [days]"""
    u = streams.draw("catalog.merchant.life").uniforms(slots)
    shortest, longest = table.life
    length = np.floor(YEAR * (shortest + u * (longest - shortest))).astype(np.int64)
    phase = streams.draw("catalog.merchant.life.phase").uniforms(slots)
    return length, np.floor(phase * length).astype(np.int64)


def _headquarters(streams: Streams, layout: Layout, slots: Ints, country: AnyArray) -> Ints:
    """City of the seat of web shops, by size of city. (n,) positions in ``places``"""
    places = layout.places
    u = streams.draw("catalog.merchant.seat").uniforms(slots)
    cumulative = np.concatenate([[0.0], np.cumsum(places.population**layout.reference.cities.shops_growth)])
    codes = np.arange(len(places.countries))
    first = np.searchsorted(places.country, codes)
    last = np.searchsorted(places.country, codes, side="right")
    low, high = cumulative[first[country]], cumulative[last[country]]
    position = np.searchsorted(cumulative, low + u * (high - low), side="right") - 1
    return np.clip(position, first[country], last[country] - 1)


def _trades(streams: Streams, reference: Reference, slots: Ints, category: AnyArray, giant: Ints) -> Ints:
    """Trade of each slot, a category and a merchant category code, as a position in ``reference.trades``. (n,)"""
    tables = []
    for entry in reference.categories:
        codes = np.array([reference.trades.index((entry.name, mcc)) for mcc in entry.mccs])
        tables.append(codes[choice_table(np.array(list(entry.mcc_weights.values())), _CELLS)])
    level = streams.draw("catalog.merchant.mcc").words(slots) % np.uint64(_CELLS)
    trade = np.concatenate(tables).take(category.astype(np.int64) * _CELLS + level.astype(np.int64))
    fixed = [reference.trades.index((entry.category, entry.mcc)) for entry in reference.giants.values()]
    return np.where(giant >= 0, np.array([*fixed, 0]).take(giant), trade)


def _opening_hours(reference: Reference, words: Words, clock: Ints, trade: Ints, *, online: Bools) -> tuple[Ints, Ints]:
    """Opening and closing minute of the local day by the clock of the country; web shops never close. (n,), (n,)"""
    opens, closes, variants = [], [], dict[bytes, AnyArray]()
    for own, (name, mcc) in product(reference.clocks.values(), reference.trades):
        category = reference.category(name)
        hours = own.opening_hours(reference.usual_clock, category.opens_with, category.hours_of(mcc))
        weights, first, last = (np.array(part) for part in zip(*hours, strict=True))
        if (key := weights.tobytes()) not in variants:
            variants[key] = choice_table(weights, _CELLS)
        variant = variants[key]
        opens.append(first[variant])
        closes.append(last[variant])
    level = words % np.uint64(_CELLS)
    row = (clock * len(reference.trades) + trade.astype(np.int64)) * _CELLS + level.astype(np.int64)
    opened, closed = np.concatenate(opens).take(row), np.concatenate(closes).take(row)
    return np.where(online, 0, opened), np.where(online, 1440, closed)
