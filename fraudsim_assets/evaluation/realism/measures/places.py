"""Measures of where people pay: favourites, popularity, distance, borders.

Belongs here: measures that only targets of this theme need.
"""

from collections.abc import Mapping

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.habits import (
    by_person,
    distinct_after,
    jump_exponent,
    jumps,
    personal_zipf,
    visit_numbers,
    visits_by_rank,
)
from fraudsim_assets.evaluation.realism.measures.shared import holds, home_distance, ratio
from fraudsim_assets.evaluation.realism.tallies import POS, REMOTE
from fraudsim_assets.evaluation.rows import DOMESTIC, OUTSIDE
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.maths.estimation import hill_exponent, log_slope
from fraudsim_assets.maths.sampling import great_circle_km

FEWEST_PEOPLE = 30
CATEGORY_RANKS = 15


def _distinct(visits: int) -> Measure:
    def measure(view: View) -> float:
        counts = distinct_after(view.cards, visits)
        if len(counts) < FEWEST_PEOPLE:
            raise NotMeasurableError(f"fewer than {FEWEST_PEOPLE} people of the sample made {visits} visits")
        return float(counts.mean())

    return measure


def _growth(view: View) -> float:
    visit, distinct, total = visit_numbers(by_person(view.cards))
    steps = np.array([15, 20, 30, 40, 60, 80, 100])
    enough = total >= steps[-1]
    if enough.sum() < FEWEST_PEOPLE * steps[-1]:
        raise NotMeasurableError(f"fewer than {FEWEST_PEOPLE} people of the sample made {steps[-1]} visits")
    return log_slope(steps, np.array([distinct[enough & (visit == step)].mean() for step in steps]))


def _top_merchant(view: View) -> float:
    share = float(visits_by_rank(view.cards)[0])
    if not share > 0:
        raise NotMeasurableError("no person of the sample made enough visits")
    return share


def _zipf(view: View) -> float:
    if np.count_nonzero(visits_by_rank(view.cards)) < CATEGORY_RANKS // 2:
        raise NotMeasurableError("no person of the sample made enough visits")
    return personal_zipf(view.cards)


def _category_zipf(view: View) -> float:
    counts = np.sort(view.sum("number")[:, :2].sum(axis=1))[::-1][:CATEGORY_RANKS]
    if not counts[0] > 0:
        raise NotMeasurableError("there are no purchases")
    return -log_slope(np.arange(1, len(counts) + 1), np.maximum(counts, 1.0))


def _merchant_sizes(view: View) -> float:
    sizes = view.evidence.tallies.merchants.sum(axis=1).astype(np.float64)
    logs = np.log(sizes[sizes > 0])
    if len(logs) < 100:
        raise NotMeasurableError("fewer than 100 merchants sold anything")
    edges = np.linspace(0.0, logs.max() + 1e-9, 2001)
    counts, _ = np.histogram(logs, edges)
    return hill_exponent(counts, (edges[1:] + edges[:-1]) / 2, 0.10)


def _jumps(view: View) -> float:
    km = jumps(view.cards)
    if len(km) < 2000:
        raise NotMeasurableError("fewer than 2000 pairs of payments in shops")
    return jump_exponent(km)


def _abroad(tally: str, *channels: int) -> Measure:
    def measure(view: View) -> float:
        sums = view.sum(tally)[list(channels)]
        return 1.0 - ratio(sums[:, DOMESTIC], sums, "purchases")

    return measure


def _outside(view: View) -> float:
    sums = view.sum("region_value")
    return ratio(sums[:, OUTSIDE], sums, "payments")


def _near_its_city(view: View) -> float:
    """Share of shops within 40 km of the centre of their city, or of its radius where it is larger."""
    entities, places = view.world.entities, view.world.landscape.layout.places
    table, city = view.world.catalogs.merchants, entities.merchant_city
    latitude, longitude = (table[name].to_numpy().astype(np.float64) for name in ("latitude", "longitude"))
    km = great_circle_km(latitude, longitude, places.latitude[city], places.longitude[city])
    return float((km < 40.0).mean())


MEASURES: Mapping[str, Measure] = {
    "growth_of_distinct_merchants": _growth,
    "distinct_merchants_31": _distinct(31),
    "distinct_merchants_90": _distinct(90),
    "distinct_merchants_120": _distinct(120),
    "zipf_of_own_merchants": _zipf,
    "share_of_favourite_merchant": _top_merchant,
    "zipf_of_categories": _category_zipf,
    "tail_of_merchant_sizes": _merchant_sizes,
    "exponent_of_jumps": _jumps,
    "median_distance_of_urban_homes": home_distance(0.5, urban=True),
    "distance_p95": home_distance(0.95, urban=False),
    "foreign_share_in_shops": _abroad("region_number", POS),
    "foreign_share_remote": _abroad("region_number", REMOTE),
    "cross_border_share_by_value": _abroad("region_value", 0, 1, 2),
    "outside_eea_share_by_value": _outside,
    "within_opening_hours": holds("opening", "purchases in shops"),
    "right_local_times": holds("clock", "payments"),
    "merchants_near_their_city": _near_its_city,
}
"""Measures by the name of the quantity in ``data/places.toml``."""
