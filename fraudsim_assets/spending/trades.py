"""Trades: how tickets differ between merchant category codes of one category, and the least that they ask for.

A baker and a supermarket both sell food; what is paid there differs by a factor of four.

Belongs here: factors and cheapest tickets by code within a category. Does not belong here: the tickets themselves
(``reference_data``) and the price level of a single merchant (the catalog of merchants).
"""

import numpy as np

from fraudsim_assets.reference_data import Reference
from fraudsim_assets.units import Floats


def trade_factors(reference: Reference) -> Floats:
    """Factors on tickets by category and code, with mean one over each category's codes.

    Parameters
    ----------
    reference
        Tables of reference data.

    Returns
    -------
    (categories, mccs)
        One where a category does not use a code. [unitless]
    """
    factors = np.ones((len(reference.categories), len(reference.mccs)))
    for row, category in zip(factors, reference.categories, strict=True):
        mean = sum(trade.ticket * trade.weight for trade in category.mccs.values())
        for mcc, trade in category.mccs.items():
            row[reference.mccs.index(mcc)] = trade.ticket / mean
    return factors


def trade_leasts(reference: Reference) -> Floats:
    """Cheapest purchase by category and code at price level one; nought where the category alone says. [EUR]

    Returns
    -------
    (categories, mccs)
        Nought where a category does not use a code. [EUR]
    """
    found = np.zeros((len(reference.categories), len(reference.mccs)))
    for row, category in zip(found, reference.categories, strict=True):
        for mcc, trade in category.mccs.items():
            row[reference.mccs.index(mcc)] = trade.least
    return found
