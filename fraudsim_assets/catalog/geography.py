"""Addresses: points scattered about city centres.

Belongs here: how far from the centre people live and shops stand. Does not belong here: which
city they are in.
"""

import numpy as np

from fraudsim_assets.reference_data.places import Cities
from fraudsim_assets.streams import Draw
from fraudsim_assets.units import EARTH_RADIUS_KM, AnyArray, Floats

KM_PER_DEGREE = EARTH_RADIUS_KM * np.pi / 180
"""Length of a degree of latitude on the mean sphere. [km]"""


def spread_km(table: Cities, population: Floats) -> Floats:
    """Standard deviation of homes about the centre, along each axis. (n,) [km]

    Parameters
    ----------
    table
        How far cities reach.
    population : (n,)
        People in the city.
    """
    return np.clip(table.radius * (population / table.radius_people) ** table.radius_growth, *table.radius_bounds)


def scatter(
    table: Cities, draw: Draw, words: AnyArray, latitude: Floats, longitude: Floats, *, spread: Floats
) -> tuple[Floats, Floats]:
    """Scatter points about centres, normally in each direction: most in the city, some in its surroundings.

    Parameters
    ----------
    table
        How far cities reach.
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
        Not farther from the centres than the table says, to five decimal places (about a metre). [degrees]
    """
    wider = np.where(draw.sub(2).uniforms(words) < table.surroundings, table.surroundings_width, 1.0)
    distance = np.minimum(wider * spread * np.sqrt(-2.0 * np.log(draw.sub(0).uniforms(words))), table.farthest)
    angle = 2.0 * np.pi * draw.sub(1).uniforms(words)
    north = latitude + distance * np.cos(angle) / KM_PER_DEGREE
    east = longitude + distance * np.sin(angle) / (KM_PER_DEGREE * np.cos(np.radians(latitude)))
    return np.round(np.clip(north, -90.0, 90.0), 5), np.round((east + 180.0) % 360.0 - 180.0, 5)
