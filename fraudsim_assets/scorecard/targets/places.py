"""Targets on where people pay: favourites, popularity, distance, borders.

Belongs here: declared targets and the measures only they need.
"""

import numpy as np

from fraudsim_assets.maths.estimation import hill_exponent, log_slope
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.scorecard.evidence import Measure, View
from fraudsim_assets.scorecard.habits import (
    by_person,
    distinct_after,
    jump_exponent,
    jumps,
    personal_zipf,
    visit_numbers,
    visits_by_rank,
)
from fraudsim_assets.scorecard.measures import holds, home_distance, ratio
from fraudsim_assets.scorecard.model import NotMeasurableError, Target, around, between
from fraudsim_assets.scorecard.rows import DOMESTIC, OUTSIDE
from fraudsim_assets.scorecard.tallies import POS, REMOTE

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
        raise NotMeasurableError("nobody in the sample made enough visits")
    return share


def _zipf(view: View) -> float:
    if np.count_nonzero(visits_by_rank(view.cards)) < CATEGORY_RANKS // 2:
        raise NotMeasurableError("nobody in the sample made enough visits")
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


TARGETS: tuple[Target, ...] = (
    Target(
        "F01",
        "Growth of distinct merchants with visits: exponent",
        "unitless",
        _growth,
        {"any": between(0.74, 0.87, "derived", "song2010", value=0.83)},
        note="A law of mobility. Purchases start wider, since everybody buys in a dozen categories, and grow slower.",
    ),
    Target(
        "F02.31",
        "Distinct merchants after 31 visits",
        "count",
        _distinct(31),
        {"any": around(13.0, "derived", "song2010", percent=25)},
    ),
    Target(
        "F02.90",
        "Distinct merchants after 90 visits",
        "count",
        _distinct(90),
        {"any": around(32.0, "derived", "song2010", percent=25)},
    ),
    Target(
        "F02.120",
        "Distinct merchants after 120 visits",
        "count",
        _distinct(120),
        {"any": around(40.0, "derived", "song2010", percent=25)},
    ),
    Target(
        "F04",
        "A person's merchants: Zipf exponent over ranks 1 to 12",
        "unitless",
        _zipf,
        {"any": between(0.7, 1.3, "recalled", "krumme2013")},
    ),
    Target(
        "F04.top",
        "Share of visits to a person's favourite merchant",
        "share",
        _top_merchant,
        {"any": between(0.13, 0.22, "recalled", "krumme2013")},
    ),
    Target(
        "F07",
        "Categories by number: Zipf exponent over ranks 1 to 15",
        "unitless",
        _category_zipf,
        {"any": between(0.8, 1.2, "primary", "diclemente2018")},
    ),
    Target(
        "F10",
        "Sizes of merchants: tail exponent, top 10 %",
        "unitless",
        _merchant_sizes,
        {"any": between(0.9, 1.3, "recalled", "axtell2001", value=1.06)},
        note="The source counts the staff of firms. Merchants here are single outlets, which differ less.",
    ),
    Target(
        "G01",
        "Jumps between payments in shops: exponent from 3 to 150 km",
        "unitless",
        _jumps,
        {"any": between(1.5, 2.0, "secondary", "gonzalez2008", value=1.75)},
    ),
    Target(
        "G04.median",
        "Distance from an urban home to the shop, median",
        "km",
        home_distance(0.5, urban=True),
        {"any": between(3.0, 8.0, "judged")},
    ),
    Target(
        "G04.p95",
        "Distance from home to the shop, 95th percentile",
        "km",
        home_distance(0.95, urban=False),
        {"any": between(40.0, 150.0, "judged")},
    ),
    Target(
        "G05.present",
        "Purchases in shops abroad, by number",
        "share",
        _abroad("region_number", POS),
        {"us": between(0.003, 0.02, "judged"), "any": between(0.01, 0.02, "judged")},
    ),
    Target(
        "G05.remote",
        "Remote purchases abroad, by number",
        "share",
        _abroad("region_number", REMOTE),
        {
            "us": between(0.02, 0.08, "judged"),
            "any": between(0.08, 0.15, "judged"),
        },
    ),
    Target(
        "A20",
        "Payments across borders, by value",
        "share",
        _abroad("region_value", 0, 1, 2),
        {"eea": around(0.10, "recalled", "ecb_2020", within=0.03)},
    ),
    Target(
        "A20.outside",
        "Payments outside the EEA, by value",
        "share",
        _outside,
        {"eea": between(0.01, 0.04, "recalled", "ecb_2020", value=0.02)},
        note="The report counts the area of SEPA, which is larger by the United Kingdom and Switzerland.",
    ),
    Target(
        "G08.open",
        "Purchases in shops during their opening hours",
        "share",
        holds("opening", "purchases in shops"),
        {"any": between(0.995, 1.0, "exact")},
    ),
    Target(
        "G08.clock",
        "Local times that agree with the time zone at that moment",
        "share",
        holds("clock", "payments"),
        {"any": between(1.0, 1.0, "exact")},
    ),
    Target(
        "G08.city",
        "Merchants within 40 km of the centre of their city",
        "share",
        _near_its_city,
        {"any": between(0.99, 1.0, "exact", "geonames")},
    ),
)
"""Targets on places."""
