"""Lives: what a month of a person looks like, from the panel.

All functions take rows in the order of (customer, time), see ``habits.by_person``.

Belongs here: statistics of people's rows. Does not belong here: what the numbers should be (``targets``), and
statistics of single cards (``habits``).
"""

from itertools import combinations, pairwise

import numpy as np

from fraudsim_assets.evaluation.realism.habits import same_as_above
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.streams import Draw
from fraudsim_assets.units import DAY, HOUR, AnyArray, Bools, Floats, Ints

FAST_KMH, FAR_KM = 150.0, 50.0
"""Faster than a car or train, over more than a town. Source: design of the battery. [km/h], [km]"""

FLIGHT_KM, FLIGHT_KMH = 500.0, 900.0
"""What is further than this may have been flown, at most so fast. ASSUMPTION. [km], [km/h]"""

FEWEST_GAPS = 3
"""Gaps of a person and trade from which their spread is judged. [count]"""

MONTH_DAYS = 30
"""Length of the stretches in which people's rows are counted. [days]"""

MOST_VISITORS = 40
"""Neighbours in the list of a shop's visitors that are compared with each other. [count]"""

_POINTS = Draw(0x11FE5)
"""Order of a person's points when four of them are known."""


def distances(rows: np.ndarray) -> tuple[Ints, Floats]:
    """Rows that follow another one of the person, and how far from it they are. (m,), (m,) [km]"""
    at = np.flatnonzero(same_as_above(rows["customer"]))
    here, there = rows[at], rows[at - 1]
    return at, great_circle_km(here["latitude"], here["longitude"], there["latitude"], there["longitude"])


def too_fast(rows: np.ndarray) -> tuple[Ints, Bools]:
    """Rows in person that follow another one, and whether the way from there takes longer. (m,), (m,)"""
    at, km = distances(rows)
    hours = np.maximum((rows["moment"][at] - rows["moment"][at - 1]) / HOUR, 1e-3)
    limit = np.where(km > FLIGHT_KM, FLIGHT_KMH, FAST_KMH)
    return at, (km > FAR_KM) & (km / hours > limit)


def two_places_at_once(rows: np.ndarray, *, within: int) -> float:
    """Share of rows that follow one of another card of the person far away within a moment."""
    at, km = distances(rows)
    near = rows["moment"][at] - rows["moment"][at - 1] <= within
    other = rows["account"][at] != rows["account"][at - 1]
    return float((near & other & (km > FAR_KM / 2)).sum()) / max(len(at), 1)


def followed_within(rows: np.ndarray, span: int, *, same_shop: bool | None = None) -> float:
    """Share of rows with another of the person so soon after; those too near the end to tell are left out.

    Parameters
    ----------
    span
        Longest time between the two. [microseconds]
    same_shop
        Whether the two must be at one merchant, or at two; None is either.
    """
    if len(rows) == 0:
        return float("nan")
    at = np.flatnonzero(same_as_above(rows["customer"]))
    soon = rows["moment"][at] - rows["moment"][at - 1] <= span
    if same_shop is not None:
        soon &= (rows["merchant"][at] == rows["merchant"][at - 1]) == same_shop
    asked = rows["moment"] <= rows["moment"].max() - span
    return float(soon[asked[at - 1]].sum()) / max(int(asked.sum()), 1)


def per_day(rows: np.ndarray) -> Ints:
    """Rows of each person on each local day with any. (days,) [count]"""
    _, count = np.unique(np.stack([rows["customer"], rows["local"] // DAY]), axis=1, return_counts=True)
    return count


def per_month(rows: np.ndarray) -> Ints:
    """Rows of each person in each whole stretch of a month with any. (months,) [count]"""
    if len(rows) == 0:
        return np.zeros(0, dtype=np.int64)
    first, last = int(rows["moment"].min() // DAY), int(rows["moment"].max() // DAY)
    stretch = (rows["moment"] // DAY - first) // MONTH_DAYS
    whole = stretch < (last - first + 1) // MONTH_DAYS
    _, count = np.unique(np.stack([rows["customer"][whole], stretch[whole]]), axis=1, return_counts=True)
    return count


def spread_of_gaps(rows: np.ndarray) -> tuple[float, int]:
    """Spread of gaps against each person's own mean, unbiased for few gaps; number of gaps. [unitless], [count]"""
    at = np.flatnonzero(same_as_above(rows["customer"]))
    gap = (rows["moment"][at] - rows["moment"][at - 1]) / DAY
    _, person, n = np.unique(rows["customer"][at], return_inverse=True, return_counts=True)
    enough = n[person] >= FEWEST_GAPS
    gap, person = gap[enough], person[enough]
    if len(gap) == 0:
        return float("nan"), 0
    mean = np.bincount(person, gap) / np.maximum(np.bincount(person), 1)
    relative = gap / mean[person]
    own = np.bincount(person)
    variance = float(((relative - 1) ** 2).sum()) / float((own[own > 0] - 1).sum())
    return float(np.sqrt(variance)), len(gap)


def shares_of_spending(rows: np.ndarray, *, fewest: int, top: int) -> Floats:
    """Share of a person's spending at the merchants where most is spent. (people,)"""
    pair, row = np.unique(np.stack([rows["customer"], rows["merchant"]]), axis=1, return_inverse=True)
    spent = np.bincount(row.ravel(), rows["euros"])
    _, visits = np.unique(rows["customer"], return_counts=True)
    order = np.lexsort((-spent, pair[0]))
    owner, spent = np.unique(pair[0][order], return_inverse=True)[1], spent[order]
    size = np.bincount(owner)
    rank = np.arange(len(owner)) - (np.cumsum(size) - size)[owner]
    best = np.bincount(owner, np.where(rank < top, spent, 0.0))
    return (best / np.bincount(owner, spent))[visits >= fewest]


def entropies(rows: np.ndarray, *, fewest: int) -> Floats:
    """Entropy of the merchants of people with enough rows, whatever their order. (people,) [bits]"""
    pair, count = np.unique(np.stack([rows["customer"], rows["merchant"]]), axis=1, return_counts=True)
    _, person = np.unique(pair[0], return_inverse=True)
    total = np.bincount(person, count)
    p = count / total[person]
    found: Floats = np.bincount(person, weights=-p * np.log2(p)).astype(np.float64)
    return found[total >= fewest]


def repeats_against_chance(rows: np.ndarray) -> float:
    """How often people pay where they paid last, against a sequence in random order. [unitless]"""
    pair, count = np.unique(np.stack([rows["customer"], rows["merchant"]]), axis=1, return_counts=True)
    _, person = np.unique(pair[0], return_inverse=True)
    total = np.bincount(person, count)
    expected = float((np.bincount(person, count * (count - 1)) / np.maximum(total, 1)).sum())
    again = int((same_as_above(rows["customer"]) & same_as_above(rows["merchant"])).sum())
    return again / expected if expected > 0 else float("nan")


def unicity(rows: np.ndarray, *, points: int = 4) -> float:
    """Share of people whom some random points (shop, local day) of theirs single out among all."""
    point = np.unique(np.stack([rows["customer"], rows["merchant"], rows["local"] // DAY]), axis=1)
    customer = point[0]
    _, at = np.unique(point[1:], axis=1, return_inverse=True)
    at = at.ravel()
    shuffled = np.lexsort((_POINTS.words(np.arange(len(customer))), customer))
    _, person, size = np.unique(customer[shuffled], return_inverse=True, return_counts=True)
    rank = np.arange(len(person)) - (np.cumsum(size) - size)[person]
    known = (rank < points) & (size[person] >= points)
    table = np.full((len(size), points), -1, dtype=np.int64)
    table[person[known], rank[known]] = at[shuffled[known]]
    table = table[size >= points]
    if len(table) == 0:
        return float("nan")
    order = np.argsort(at, kind="stable")
    begin = np.searchsorted(at[order], np.arange(at.max() + 2))
    visitors = [customer[order[begin[a] : begin[a + 1]]] for a in range(at.max() + 1)]
    alone = 0
    for own in table:
        common = min((visitors[a] for a in own), key=len)
        for a in own:
            if len(common) == 1:
                break
            common = np.intersect1d(common, visitors[a], assume_unique=True)
        alone += len(common) == 1
    return alone / len(table)


def weekly_returns(rows: np.ndarray) -> float:
    """Share of returns to a shop after five to nine days that come after a week to the day."""
    order = np.lexsort((rows["local"], rows["merchant"], rows["customer"]))
    own = rows[order]
    same = same_as_above(own["customer"]) & same_as_above(own["merchant"])
    at = np.flatnonzero(same)
    days = own["local"][at] // DAY - own["local"][at - 1] // DAY
    near = (days >= 5) & (days <= 9)
    return float((days[near] == 7).mean()) if near.any() else float("nan")


def shared_by_people(rows: np.ndarray, name: str) -> float:
    """Share of the values of a column, where there is one, that more than one person has."""
    known = rows[rows[name] >= 0]
    if len(known) == 0:
        return float("nan")
    pair = np.unique(np.stack([known[name], known["customer"]]), axis=1)
    _, people = np.unique(pair[0], return_counts=True)
    return float((people > 1).mean())


def clustering(rows: np.ndarray) -> float:
    """Share of pairs of people with a shop in common that have a second one in common."""
    pair = np.unique(np.stack([rows["merchant"], rows["customer"]]), axis=1)
    merchant, customer = pair
    parts = []
    for lag in range(1, MOST_VISITORS + 1):
        same = merchant[lag:] == merchant[:-lag]
        if not same.any():
            break
        parts.append(np.stack([customer[:-lag][same], customer[lag:][same]]))
    if not parts:
        return float("nan")
    _, common = np.unique(np.concatenate(parts, axis=1), axis=1, return_counts=True)
    return float((common > 1).mean())


def household_correlation(rows: np.ndarray, household: AnyArray) -> float:
    """Correlation of the logs of what two members of a household spend, over pairs. [unitless]

    Parameters
    ----------
    household : (n,)
        Key of each row's household.
    """
    people, first, person = np.unique(rows["customer"], return_index=True, return_inverse=True)
    spent = np.log(np.bincount(person, rows["euros"]))
    home = household[first]
    order = np.argsort(home, kind="stable")
    pairs = []
    for members in _groups(home[order], order):
        pairs += list(combinations(members, 2))
    if not pairs or len(people) == 0:
        return float("nan")
    a, b = np.array(pairs).T
    both = np.stack([np.concatenate([spent[a], spent[b]]), np.concatenate([spent[b], spent[a]])])
    return float(np.corrcoef(both)[0, 1])


def _groups(keys: AnyArray, values: Ints) -> list[Ints]:
    """Values by key, for keys with more than one. Keys ascend."""
    edges = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1], [True]]))
    return [values[begin:end] for begin, end in pairwise(edges) if end - begin > 1]


def given_back_beyond_price(rows: np.ndarray) -> tuple[int, int]:
    """Purchases given back, and those given back beyond their price, where the purchase is in the rows. [count]"""
    back = rows[rows["kind"] == 1]
    original, row = np.unique(back["original"], return_inverse=True)
    returned = np.bincount(row.ravel(), back["amount"], minlength=len(original))
    order = np.argsort(rows["transaction"])
    ids = rows["transaction"][order]
    at = np.clip(np.searchsorted(ids, original), 0, max(len(ids) - 1, 0))
    known = ids[at] == original if len(ids) else np.zeros(0, dtype=bool)
    price = rows["amount"][order[at]]
    return int(known.sum()), int((known & (returned > price)).sum())
