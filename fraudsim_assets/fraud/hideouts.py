"""Hideouts: devices, addresses and phones that rings and lone fraudsters use, and innocents who share them.

The one idea: what a ring borrows is computed as its owner's own. A phone that obeys a stranger is that of a customer
drawn by hash, with the id that the customer's own orders carry; so is the address of a household whose router relays
for others, or a machine in a library. Genuine rows do not know of it, and stay as they are when fraud is turned off.

Belongs here: ids of devices and addresses of fraudsters. Does not belong here: when they are used
(``pattern``), and those of holders (``spending.networks``).
"""

import numpy as np

from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.fraud.rings import Rings
from fraudsim_assets.fraud.victims import CANDIDATES
from fraudsim_assets.spending.cells import STEPS
from fraudsim_assets.spending.dwellings import buildings, neighbours
from fraudsim_assets.spending.networks import (
    HOME_NETWORK,
    home_addresses,
    mobile_addresses,
    own_devices,
    public_machines,
)
from fraudsim_assets.spending.phones import prepaid_numbers
from fraudsim_assets.spending.society import Society
from fraudsim_assets.streams import below, combine, to_uniforms
from fraudsim_assets.units import AnyArray, Bools, Ints

_HOST_BITS = np.uint64(0xFFFFFF)


def hired_addresses(words: AnyArray) -> Ints:
    """Addresses of fixed lines that are hired for a moment, from words. (n,)"""
    return (words & _HOST_BITS | np.uint64(HOME_NETWORK)).view(np.int64)


class Hideouts:
    """Where fraudsters of a society work from.

    Parameters
    ----------
    society
        Genuine life: whose devices and addresses are borrowed.
    rings
        Rings of the world.
    """

    def __init__(self, society: Society, rings: Rings) -> None:
        self._society, self._rings = society, rings

    def devices(self, campaigns: Campaigns) -> Ints:
        """Devices of campaigns: one for each, a ring's own or one that innocents use as well.

        Parameters
        ----------
        campaigns
            Campaigns, or one entry per step.

        Returns
        -------
        (n,)
            Device ids.
        """
        device = (campaigns.draw("device").words(campaigns.number) >> np.uint64(16)).view(np.int64)
        some = np.flatnonzero(campaigns.ring >= 0)
        if some.size:
            device[some] = self._of_rings(campaigns.take(some))
        return device

    def lenders(self, campaigns: Campaigns) -> Ints:
        """Customers whose own devices, or the machines near whom, campaigns of rings use. Ascending."""
        campaigns = campaigns.take(campaigns.ring >= 0)
        turn, public, borrowed = self._turns_of_devices(campaigns)
        owners = self._owners("owner", turn[borrowed])
        base = below(self._rings.words("base", campaigns.ring[public]), self._society.entities.n_customers)
        around = self._society.reference.networks.public_neighbours
        near = np.unique(base // around)[:, None] * around + np.arange(around)
        found = np.unique(np.concatenate([owners, near.ravel()]))
        return found[found < self._society.entities.n_customers]

    def _turns_of_devices(self, campaigns: Campaigns) -> tuple[AnyArray, Bools, Bools]:
        """What names the device of each campaign of a ring, and whether it is public or borrowed. Three of (n,)"""
        rings, ring = self._rings, campaigns.ring
        at_a_time = np.maximum(np.rint(rings.size(ring) * rings.law("devices", ring)), 1)
        place = (campaigns.uniforms("ring_device") * at_a_time).astype(np.int64)
        turn = self._turns("device", ring, place, campaigns.start.astype(np.int64), "device_days")
        lent = to_uniforms(rings.words("device_kind", turn))
        public = lent < rings.settings.innocents * rings.law("public", ring)
        return turn, public, ~public & (lent < rings.settings.innocents)

    def _of_rings(self, campaigns: Campaigns) -> Ints:
        rings, ring, day = self._rings, campaigns.ring, campaigns.start.astype(np.int64)
        turn, public, borrowed = self._turns_of_devices(campaigns)
        device = (rings.words("device", turn) >> np.uint64(16)).view(np.int64)
        some = np.flatnonzero(public)
        near, choice = self._base(ring[some]), rings.words("machine", turn[some])
        device[some] = public_machines(
            self._society.streams, self._society.reference.networks, people=near, words=choice, day=day[some]
        )
        some = np.flatnonzero(borrowed)
        owner = self._owners("owner", turn[some])
        second = to_uniforms(rings.words("second", turn[some])) < self._society.reference.networks.second_device
        device[some], _ = own_devices(
            self._society.streams,
            self._society.reference,
            people=owner,
            city=self._homes(owner, day[some]),
            second=second,
            day=day[some],
        )
        return device

    def addresses(self, campaigns: Campaigns, *, country: Ints, noise: AnyArray, day: int) -> Ints:
        """Addresses that steps of a day come from.

        Parameters
        ----------
        campaigns
            One entry per step.
        country : (n,)
            Country of the carrier where one is used.
        noise : (n,) uint64
            Words that choose an address of the carrier.
        day
            Day number.

        Returns
        -------
        (n,)
            IPv4 addresses of reserved ranges, as numbers.
        """
        host = campaigns.draw("address").words(campaigns.number)
        own = host & _HOST_BITS | np.uint64(HOME_NETWORK)
        mobile = mobile_addresses(
            campaigns.streams, self._society.reference.networks, country=country, noise=noise, day=day
        )
        found = np.where(host >> np.uint64(63), own, mobile)
        some = np.flatnonzero(campaigns.ring >= 0)
        if some.size:
            found[some] = self._ring_addresses(campaigns.take(some), found=mobile[some], day=day)
        return found.view(np.int64)

    def drops(self, campaigns: Campaigns) -> Ints:
        """Postal addresses to which campaigns have goods and cards sent: a ring's, or one of their own. (n,)"""
        drop = (campaigns.draw("drop").words(campaigns.number) >> np.uint64(16)).view(np.int64)
        some = np.flatnonzero(campaigns.ring >= 0)
        ring, rings, campaigns = campaigns.ring[some], self._rings, campaigns.take(some)
        at_a_time = np.maximum(np.rint(rings.size(ring) * rings.law("drops", ring)), 1)
        place = (campaigns.uniforms("ring_drop") * at_a_time).astype(np.int64)
        turn = self._turns("drop", ring, place, campaigns.start.astype(np.int64), "drop_days")
        drop[some] = (rings.words("drop", turn) >> np.uint64(16)).view(np.int64)
        shared = np.flatnonzero(to_uniforms(rings.words("drop_kind", turn)) < rings.law("drop_shared", ring))
        choice = rings.words("building", turn[shared])
        drop[some[shared]] = buildings(
            self._society.streams, self._society.reference.households, people=self._base(ring[shared]), words=choice
        )
        return drop

    def phones(self, campaigns: Campaigns, country: Ints) -> Ints:
        """Prepaid phone numbers that campaigns give as the holder's: a ring's, or one of their own.

        Parameters
        ----------
        campaigns
            Campaigns.
        country : (n,)
            Country of the number: the holder's.

        Returns
        -------
        (n,)
            Numbers, as ``spending.phones`` has them.
        """
        rings, ring, table = self._rings, campaigns.ring, self._society.reference.networks
        batch, line = campaigns.draw("phone").words(campaigns.number), np.zeros(len(ring), dtype=np.int64)
        some = np.flatnonzero(ring >= 0)
        mine, campaigns = ring[some], campaigns.take(some)
        at_a_time = np.maximum(np.rint(rings.size(mine) * rings.law("phones", mine)), 1)
        line[some] = (campaigns.uniforms("ring_phone") * at_a_time).astype(np.int64)
        start = campaigns.start.astype(np.int64)
        batch[some] = rings.words("phone", self._turns("phone", mine, np.zeros_like(mine), start, "phone_days"))
        return prepaid_numbers(table, country=country, batch=batch, line=line)

    def neighbours(self, ring: int) -> Ints:
        """Customers who may move to the buildings in which a ring has post sent to, ascending. (n,)"""
        return neighbours(
            self._society.reference.households,
            int(self._base(np.array([ring]))[0]),
            n_customers=self._society.entities.n_customers,
        )

    def _base(self, ring: Ints) -> Ints:
        """Customers near whom rings work. (n,)"""
        return below(self._rings.words("base", ring), self._society.entities.n_customers)

    def _ring_addresses(self, campaigns: Campaigns, *, found: AnyArray, day: int) -> AnyArray:
        """Addresses of rings: a carrier's, as found, a household's or a rented server's."""
        rings, ring = self._rings, campaigns.ring
        start = campaigns.start.astype(np.int64)
        at_a_time = np.maximum(np.rint(rings.size(ring) * rings.law("devices", ring)), 1)
        place = (campaigns.uniforms("ring_address") * at_a_time).astype(np.int64)
        turn = self._turns("address", ring, place, start, "address_days")
        kind = to_uniforms(rings.words("address_kind", turn))
        carrier = rings.law("carrier", ring)
        proxy = carrier + rings.law("proxy", ring)
        found = found.copy()
        some = np.flatnonzero((kind >= carrier) & (kind < proxy))
        owner = self._owners("proxy", turn[some])
        home = self._homes(owner, np.full(len(some), day))
        found[some] = home_addresses(self._society.streams, self._society.reference, people=owner, home=home, day=day)
        some = np.flatnonzero(kind >= proxy)
        found[some] = rings.words("server", turn[some]) & _HOST_BITS | np.uint64(HOME_NETWORK)
        return found

    def _turns(self, what: str, ring: Ints, place: Ints, day: Ints, lasting: str) -> AnyArray:
        """Words that name what a ring has in a place for some days. (n,) uint64"""
        name = combine(ring, place)
        days = self._rings.law(lasting, ring).astype(np.int64)
        phase = (self._rings.words(f"{what}_phase", name) % days.astype(np.uint64)).view(np.int64)
        return combine(name, (day + phase) // days)

    def _owners(self, decision: str, turn: AnyArray) -> Ints:
        """Customers whose things rings borrow, those who pay much more often: by rejection. (n,)"""
        level = self._society.lives.level
        most = int(level.max())
        chosen = np.zeros(len(turn), dtype=np.int64)
        pending = np.arange(len(turn))
        for attempt in range(CANDIDATES):
            words = self._rings.words(f"{decision}.{attempt}", turn[pending])
            chosen[pending] = below(words, len(level))
            u = to_uniforms(self._rings.words(f"{decision}_taken.{attempt}", turn[pending]))
            below_most = level.take(chosen[pending]).astype(np.float64) - most
            pending = pending[u >= np.exp2(self._society.reference.thieves.exposure * below_most / STEPS)]
            if pending.size == 0:
                break
        return chosen

    def _homes(self, people: Ints, day: Ints) -> Ints:
        """Cities in which customers live on days. (n,)"""
        entities = self._society.entities
        return entities.customer_city.take(entities.customer_versions.rows(people, day))
