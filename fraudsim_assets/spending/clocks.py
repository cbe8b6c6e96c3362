"""Clocks of countries, by zone: which one people live by, and when needs come up and the night begins by it.

Belongs here: clocks as zones and needs see them. Does not belong here: the clocks (``reference_data.clocks``), and
curves that they bend (``rhythm``, ``kinds``).
"""

import numpy as np

from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.clocks import bend
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.spending.rhythm import Rhythm, share_of_hours
from fraudsim_assets.units import Floats, Ints


def clocks_of(reference: Reference, rhythm: Rhythm) -> Ints:
    """Clock that each zone lives by, as a position among ``reference.clocks``. (zones,)"""
    return np.array([reference.clock_of(rhythm.countries[country]) for country, _ in rhythm.zones])


def needed_hours(reference: Reference, entries: tuple[Need, ...]) -> Floats:
    """How much of each local hour needs come up in, by clock: meals move with them. (clocks, needs, 24) [share]"""
    usual = reference.usual_clock
    eats = [
        any(reference.hour_curves[reference.category(name).hours].follows == "meals" for name in need.serves)
        for need in entries
    ]
    found = []
    for clock in reference.clocks.values():
        anchors = clock.anchors(usual, "meals")
        for need, moves in zip(entries, eats, strict=True):
            begin, end = need.hours
            found.append(share_of_hours(60 * begin, 60 * end, anchors if moves else ()))
    return np.array(found).reshape(len(reference.clocks), len(entries), -1)


def nights_of(reference: Reference, rhythm: Rhythm) -> Ints:
    """When those who are at home by night go there, by zone. (zones,) [minutes of the local day]"""
    begins = 60 * reference.itinerary.night[0]
    late = [int(bend(c.anchors(reference.usual_clock, "meals"), begins)) for c in reference.clocks.values()]
    return np.array(late).take(clocks_of(reference, rhythm))
