"""Networks: the devices and addresses that people order with, and who shares them.

The one idea: a device belongs to a person or a household and lives some years; an address belongs to a
home, an office or a carrier, for as long as the lease lasts. So sharing is innocent nearly always.

Belongs here: device ids and addresses of holders. Does not belong here: those of fraudsters.
"""

import numpy as np

from fraudsim_assets.catalog.households import household_ids
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.devices import Networks
from fraudsim_assets.streams import Draw, Streams, combine
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

HOME_NETWORK, MOBILE_NETWORK = 0x0A000000, 0x64400000
"""10.0.0.0/8 and 100.64.0.0/10, reserved by RFC 1918 and RFC 6598: never a live public address."""

_HOME_BITS, _MOBILE_BITS = np.uint64(0xFFFFFF), np.uint64(0x3FFFFF)


def exploring_sessions(streams: Streams, *, people: Ints, session: Ints, exploration: Floats, day: int) -> Bools:
    """Whether people come across what they buy in sessions of a day, by a search or an advertisement. (n,)

    Parameters
    ----------
    people, session : (n,)
        Customer indices; numbers of their sessions on the day, below 2**20.
    exploration : (n,)
        How much of what each session is for is bought at shops that people hardly know. [share]
    """
    return streams.draw("network.exploring", day).uniforms(combine(people, session)) < exploration


def fresh_sessions(
    streams: Streams, table: Networks, *, people: Ints, session: Ints, day: int, exploring: Bools | None = None
) -> Bools:
    """Whether sessions of people on a day are on a device without a history.

    Who comes across a shop is often in a browser inside another application, which has no history.

    Parameters
    ----------
    table
        How often.
    people, session : (n,)
        Customer indices; numbers of their sessions on the day, below 2**20.
    exploring : (n,)
        Sessions in which people come across a shop; None are none.
    """
    chance = table.fresh if exploring is None else np.where(exploring, table.fresh_exploring, table.fresh)
    return streams.draw("network.fresh", day).uniforms(combine(people, session)) < chance


def devices(
    streams: Streams,
    reference: Reference,
    *,
    people: Ints,
    city: Ints,
    choice: Floats,
    session: Ints,
    exploring: Bools,
    day: int,
) -> Ints:
    """Devices that people order with: two each, the first used more, the second one sometimes the household's.

    Some sessions are on a machine of the public, some on a device that is seen in them only.

    Parameters
    ----------
    people, city : (n,)
        Customer indices, and the cities where they live.
    choice : (n,)
        Uniforms that choose between a customer's devices. [unitless]
    session : (n,)
        Numbers of people's sessions on the day, below 2**20.
    exploring : (n,)
        Sessions in which people come across a shop.
    day
        Day number.

    Returns
    -------
    (n,) int64
        Device ids, not negative.
    """
    table = reference.networks
    device, _ = own_devices(streams, reference, people=people, city=city, second=choice < table.second_device, day=day)
    public = np.flatnonzero(public_sessions(streams, table, people=people, session=session, day=day))
    words = streams.draw("network.public_choice", day).words(combine(people[public], session[public]))
    device[public] = public_machines(streams, table, people=people[public], words=words, day=day)
    fresh = np.flatnonzero(fresh_sessions(streams, table, people=people, session=session, day=day, exploring=exploring))
    device[fresh] = fresh_devices(streams, people=people[fresh], session=session[fresh], day=day)
    return device


def public_sessions(streams: Streams, table: Networks, *, people: Ints, session: Ints, day: int) -> Bools:
    """Whether sessions of people on a day are on a machine of the public. (n,)"""
    return streams.draw("network.public_session", day).happens(combine(people, session), table.public)


def public_machines(streams: Streams, table: Networks, *, people: Ints, words: AnyArray, day: Ints | int) -> Ints:
    """Machines of the public near where people live, one for each word. (n,) int64"""
    machine = words % np.uint64(table.public_machines)
    owner = (people // table.public_neighbours * table.public_machines).astype(np.uint64) + machine
    draw = streams.draw("network.public")
    phase = (draw.sub(1).words(owner) % np.uint64(table.public_days)).view(np.int64)
    return _device_ids(lease_words(draw, owner, (day + phase) // table.public_days))


def fresh_devices(streams: Streams, *, people: Ints, session: Ints, day: int) -> Ints:
    """Devices that are seen in one session only. (n,) int64"""
    return _device_ids(streams.draw("network.fresh_device", day).words(combine(people, session)))


def own_devices(
    streams: Streams, reference: Reference, *, people: Ints, city: Ints, second: Bools, day: Ints | int
) -> tuple[Ints, Ints]:
    """The devices that people have on a day.

    Parameters
    ----------
    people, city : (n,)
        Customer indices, and the cities where they live.
    second : (n,)
        Whether the second device is meant, which may be the household's.
    day
        Day number, or one for each. (n,)

    Returns
    -------
    (n,), (n,)
        Device ids; days since each came into use.
    """
    table = reference.networks
    owner = people.astype(np.uint64)
    shared = np.flatnonzero(second)
    shared = shared[
        streams.draw("network.shares").happens(
            household_ids(streams, reference.households, people[shared], city[shared]), table.shared_second
        )
    ]
    life = np.where(second, table.device_days[1], table.device_days[0])
    owner[second] |= np.uint64(1 << 48)
    owner[shared] = household_ids(streams, reference.households, people[shared], city[shared]) | np.uint64(1 << 63)
    phase = (streams.draw("network.device_phase").words(owner) % life.astype(np.uint64)).view(np.int64)
    generation = (day + phase) // life
    words = streams.draw("network.device").words(owner ^ (generation.astype(np.uint64) << np.uint64(52)))
    return _device_ids(words), day + phase - generation * life


def _device_ids(words: AnyArray) -> Ints:
    """Device ids, not negative, from words. (n,)"""
    return (words >> np.uint64(16)).view(np.int64)


def addresses(
    streams: Streams,
    reference: Reference,
    *,
    people: Ints,
    home: Ints,
    city: Ints,
    country: Ints,
    away: Bools,
    works: Bools,
    u: Floats,
    noise: AnyArray,
    day: int,
) -> AnyArray:
    """IPv4 addresses that people order from: their home's, their office's, a carrier's, a hotel's.

    Parameters
    ----------
    people, home, city, country : (n,)
        Customer, home city, the city each is in and its country.
    away, works : (n,)
        On a journey; has a workplace.
    u : (n,)
        Uniforms that choose the network. [unitless]
    noise : (n,) uint64
        Words that choose an address of a carrier or hotel.

    Returns
    -------
    (n,) uint32
        Addresses of reserved ranges, as numbers.
    """
    table = reference.networks
    at_home = ~away & (u < table.from_home)
    office = ~away & works & (u >= table.from_home) & (u < table.from_home + table.from_office)
    hotel = away & (u < table.from_home)
    found = mobile_addresses(streams, table, country=country, noise=noise, day=day)
    some = np.flatnonzero(at_home)
    found[some] = home_addresses(streams, reference, people=people[some], home=home[some], day=day)
    some = np.flatnonzero(office)
    desk = streams.draw("network.office_of").words(people[some]) % np.uint64(table.offices)
    number = (people[some] // table.office_neighbours * table.offices).astype(np.uint64) + desk
    words = lease_words(streams.draw("network.office"), number, np.full(len(some), day // table.office_days))
    found[some] = words & _HOME_BITS | np.uint64(HOME_NETWORK)
    some = np.flatnonzero(hotel)
    spot = city[some] * table.hotspots + (noise[some] % np.uint64(table.hotspots)).view(np.int64)
    words = streams.draw("network.hotspot", day // 7).words(spot)
    found[some] = words & _HOME_BITS | np.uint64(HOME_NETWORK)
    return found.astype(np.uint32)


def home_addresses(streams: Streams, reference: Reference, *, people: Ints, home: Ints, day: int) -> AnyArray:
    """Addresses of the households that people live in, in cities. (n,) uint64"""
    table = reference.networks
    households = household_ids(streams, reference.households, people, home)
    phase = (streams.draw("network.lease_phase").words(households) % np.uint64(table.address_days)).view(np.int64)
    words = lease_words(streams.draw("network.home"), households, (day + phase) // table.address_days)
    return words & _HOME_BITS | np.uint64(HOME_NETWORK)


def mobile_addresses(streams: Streams, table: Networks, *, country: Ints, noise: AnyArray, day: int) -> AnyArray:
    """Addresses of mobile carriers in countries on a day, each shared by many. (n,) uint64"""
    number = country * table.carrier_addresses + (noise % np.uint64(table.carrier_addresses)).view(np.int64)
    return streams.draw("network.carrier", day).words(number) & _MOBILE_BITS | np.uint64(MOBILE_NETWORK)


def lease_words(draw: Draw, owner: AnyArray, lease: Ints) -> AnyArray:
    """Words of (owner, lease) pairs. (n,) uint64"""
    return draw.words(owner.astype(np.uint64) ^ (lease.astype(np.uint64) << np.uint64(50)))
