"""Trades: how tickets differ between merchant category codes of one category.

A baker and a supermarket both sell food; what is paid there differs by a factor of four.

Belongs here: factors by code within a category. Does not belong here: tickets of categories
(``catalog.categories``) and the price level of a single merchant (the catalog of merchants).
"""

import numpy as np

from fraudsim_assets.catalog.categories import CATEGORIES
from fraudsim_assets.units import Floats

TRADE_TICKETS: dict[str, dict[str, float]] = {
    "grocery": {"5411": 1.1, "5499": 0.6, "5462": 0.28, "5422": 0.8, "5921": 0.9},
    "clothing": {"5661": 1.2, "5621": 0.9, "5699": 0.7},
    "electronics": {"5734": 0.5, "5045": 1.4, "5722": 1.2},
    "furniture": {"5719": 0.5},
    "home_improvement": {"5211": 1.3, "5251": 0.45, "5261": 0.7},
    "department_discount": {"5311": 1.2, "5310": 0.8, "5331": 0.5, "5300": 2.2},
    "specialty_retail": {"5942": 0.6, "5941": 1.4, "5943": 0.5, "5940": 2.2},
    "gift_cards": {"5947": 0.7, "6540": 1.4},
    "digital_goods": {"5816": 0.8, "5815": 0.7, "5818": 1.7},
    "streaming": {"4899": 1.3, "5815": 0.7},
    "cafe_bar": {"5814": 0.8, "5813": 1.4, "5462": 0.6},
    "fuel": {"5552": 0.45},
    "health_services": {"8021": 1.6, "8099": 0.7, "8062": 1.5},
    "transit": {"4111": 0.4, "4112": 2.4, "4131": 0.8},
    "parking_toll": {"4784": 1.4},
    "car_care": {"7542": 0.15, "5533": 0.6, "7538": 1.4, "7531": 2.0},
    "hotel": {"7032": 0.5},
    "travel_agency": {"7512": 0.6},
    "recreation": {"7832": 0.5, "7922": 1.4, "7991": 0.6},
    "education": {"8299": 0.5, "8220": 1.6, "8211": 1.6, "8351": 0.7},
    "personal_services": {"7298": 1.4, "7210": 0.6, "7216": 0.7},
    "professional_services": {"6300": 1.5, "8999": 0.7, "0742": 0.7, "8111": 2.0, "8931": 1.4},
    "government": {"9311": 2.0, "9402": 0.3},
}
"""Tickets of a code against others of its category; one that is not listed counts 1. ASSUMPTION. [unitless]"""


def trade_factors(mccs: tuple[str, ...]) -> Floats:
    """Factors on tickets by category and code, with mean one over each category's codes.

    Parameters
    ----------
    mccs : (m,)
        Merchant category codes in use.

    Returns
    -------
    (categories, m)
        One where a category does not use a code. [unitless]
    """
    factors = np.ones((len(CATEGORIES), len(mccs)))
    for row, category in zip(factors, CATEGORIES, strict=True):
        ours = TRADE_TICKETS.get(category.name, {})
        raw = {mcc: ours.get(mcc, 1.0) for mcc in category.mccs}
        mean = sum(raw[mcc] * weight for mcc, weight in category.mccs.items())
        for mcc, factor in raw.items():
            row[mccs.index(mcc)] = factor / mean
    return factors
