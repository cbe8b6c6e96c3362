"""Addresses: points scattered about city centres.

Belongs here: how far from the centre people live and shops stand. Does not belong here: which
city they are in.
"""

import numpy as np

from fraudsim_assets.streams import Draw
from fraudsim_assets.units import EARTH_RADIUS_KM, AnyArray, Floats

KM_PER_DEGREE = EARTH_RADIUS_KM * np.pi / 180
"""Length of a degree of latitude on the mean sphere. [km]"""

FARTHEST_KM = 40.0
"""No address is farther from the centre of its city. ASSUMPTION. [km]"""

SURROUNDINGS_SHARE, SURROUNDINGS_WIDTH = 0.2, 2.5
"""Addresses in the surroundings of a city, and how much wider these are than the city. About a quarter of the people of
functional urban areas live in their commuting zones (OECD, The EU-OECD definition of a functional urban area, 2019,
recalled); the width is assumed. [share], [unitless]"""

_REFERENCE_PEOPLE = 100_000.0
_REFERENCE_KM = 1.6
_EXPONENT = 0.38
_LEAST_KM, _MOST_KM = 0.8, 12.0
# area of a city grows a little slower than its population (Bettencourt 2013), so the radius grows with about
# the power 0.38; the scale puts half of a city of a million people within 4.5 km. ASSUMPTION.


def spread_km(population: Floats) -> Floats:
    """Standard deviation of homes about the centre, along each axis. (n,) [km]

    Parameters
    ----------
    population : (n,)
        People in the city.
    """
    return np.clip(_REFERENCE_KM * (population / _REFERENCE_PEOPLE) ** _EXPONENT, _LEAST_KM, _MOST_KM)


def scatter(draw: Draw, words: AnyArray, latitude: Floats, longitude: Floats, spread: Floats) -> tuple[Floats, Floats]:
    """Scatter points about centres, normally in each direction: most in the city, some in its surroundings.

    Parameters
    ----------
    draw
        Randomness of the decision.
    words : (n,) integers
        What each point belongs to.
    latitude, longitude : (n,)
        Centres. [degrees]
    spread : (n,)
        Standard deviation along each axis, in the city. [km]

    Returns
    -------
    latitude, longitude : (n,)
        Within :data:`FARTHEST_KM` of the centres, to five decimal places (about a metre). [degrees]
    """
    wider = np.where(draw.sub(2).uniforms(words) < SURROUNDINGS_SHARE, SURROUNDINGS_WIDTH, 1.0)
    distance = np.minimum(wider * spread * np.sqrt(-2.0 * np.log(draw.sub(0).uniforms(words))), FARTHEST_KM)
    angle = 2.0 * np.pi * draw.sub(1).uniforms(words)
    north = latitude + distance * np.cos(angle) / KM_PER_DEGREE
    east = longitude + distance * np.sin(angle) / (KM_PER_DEGREE * np.cos(np.radians(latitude)))
    return np.round(np.clip(north, -90.0, 90.0), 5), np.round((east + 180.0) % 360.0 - 180.0, 5)
