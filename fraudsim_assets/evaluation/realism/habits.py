"""Habits: statistics of sequences of payments, from the panel.

Belongs here: functions of panel rows sorted by (account, time). Does not belong here: what the
numbers should be (``targets``).
"""

import numpy as np

from fraudsim_assets.evaluation.realism.panel import PANEL_TYPE
from fraudsim_assets.maths.estimation import burstiness, distance_from_uniform, log_slope
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.units import DAY, MINUTE, AnyArray, Bools, Floats, Ints

QUARTER = 15 * MINUTE
FEWEST_GAPS = 20
"""Cards with fewer gaps say nothing about burstiness. [count]"""


def by_person(rows: np.ndarray) -> np.ndarray:
    """Rows in the order of (customer, time). (n,)"""
    return rows[np.lexsort((rows["moment"], rows["customer"]))]


def same_as_above(keys: AnyArray) -> Bools:
    """True where a row has the key of the row above. (n,)"""
    same = np.zeros(len(keys), dtype=bool)
    same[1:] = keys[1:] == keys[:-1]
    return same


def card_burstiness(rows: np.ndarray) -> Floats:
    """Burstiness of every card with enough payments. (cards,) [unitless]"""
    same = same_as_above(rows["account"])
    at = np.flatnonzero(same)
    gaps = (rows["moment"][at] - rows["moment"][at - 1]).astype(np.float64) / DAY
    _, card = np.unique(rows["account"][at], return_inverse=True)
    n = np.bincount(card)
    total, squares = np.bincount(card, gaps), np.bincount(card, gaps * gaps)
    enough = n >= FEWEST_GAPS
    return burstiness(n[enough], total[enough], squares[enough])


def rescaled_gaps(rows: np.ndarray) -> Floats:
    r"""Gaps on the clock of the crowd, as uniforms if every card were a non-homogeneous Poisson process.

    Local time is stretched so that the whole crowd pays evenly. Given its n payments, a Poisson card
    then has n independent uniform times, each gap of which exceeds x with probability
    :math:`(1-x)^n`; the values returned are these probabilities.

    References
    ----------
    .. [1] Brown et al., "The Time-Rescaling Theorem and Its Application to Neural Spike Train Data
       Analysis", Neural Computation 14, 2002. :doi:`10.1162/08997660252741149`
    """
    if len(rows) == 0:
        return np.empty(0)
    quarter = rows["local"] // QUARTER
    first = int(quarter.min())
    counts = np.bincount(quarter - first).astype(np.float64)
    clock = np.concatenate([[0.0], np.cumsum(counts)]) / counts.sum()
    inside = (rows["local"] % QUARTER) / QUARTER
    time = clock[quarter - first] + inside * (counts[quarter - first] / counts.sum())
    at = np.flatnonzero(same_as_above(rows["account"]))
    gap = np.clip(time[at] - time[at - 1], 0.0, 1.0)
    _, card, n = np.unique(rows["account"], return_inverse=True, return_counts=True)
    return np.power(1.0 - gap, n[card[at]])


def poisson_distance(rows: np.ndarray) -> float:
    """Kolmogorov distance of the cards' gaps from those of Poisson cards. [unitless]"""
    return distance_from_uniform(rescaled_gaps(rows))


def visit_numbers(rows: np.ndarray) -> tuple[Ints, Ints, Ints]:
    """Number of a person's visit, and how many merchants it has visited by then.

    Parameters
    ----------
    rows : (n,)
        In the order of (customer, time).

    Returns
    -------
    (n,), (n,), (n,)
        Visit number from 1, distinct merchants so far, and total visits of the person.
    """
    customer, merchant = rows["customer"], rows["merchant"]
    _, person, total = np.unique(customer, return_inverse=True, return_counts=True)
    start = np.cumsum(total) - total
    visit = np.arange(len(rows)) - start[person] + 1
    order = np.lexsort((np.arange(len(rows)), merchant, customer))
    seen = same_as_above(customer[order]) & same_as_above(merchant[order])
    fresh = np.ones(len(rows), dtype=np.int64)
    fresh[order[seen]] = 0
    running = np.cumsum(fresh)
    before = np.where(start > 0, running[np.maximum(start - 1, 0)], 0)
    return visit, running - before[person], total[person]


def distinct_after(rows: np.ndarray, visits: int) -> Floats:
    """Distinct merchants of people after a number of visits; people with fewer are left out. (people,)"""
    visit, distinct, _ = visit_numbers(by_person(rows))
    return distinct[visit == visits].astype(np.float64)


def visits_by_rank(rows: np.ndarray, *, fewest: int = 40, most_rank: int = 12) -> Floats:
    """Mean share of a person's visits by rank of the merchant, over people with enough visits. (ranks,)"""
    pair = np.unique(np.stack([rows["customer"], rows["merchant"]]), axis=1, return_counts=True)
    (customer, _), count = pair
    order = np.lexsort((-count, customer))
    customer, count = customer[order], count[order]
    _, person, size = np.unique(customer, return_inverse=True, return_counts=True)
    total = np.bincount(person, count)
    rank = np.arange(len(person)) - (np.cumsum(size) - size)[person]
    chosen = (total[person] >= fewest) & (rank < most_rank)
    people = int((total >= fewest).sum())
    shares = np.bincount(rank[chosen], count[chosen] / total[person[chosen]], minlength=most_rank)
    return shares / max(people, 1)


def personal_zipf(rows: np.ndarray) -> float:
    """Exponent of the shares of visits by rank, over ranks 1 to 12. [unitless]"""
    shares = visits_by_rank(rows)
    rank = np.arange(1, len(shares) + 1)
    return -log_slope(rank[shares > 0], shares[shares > 0])


def jumps(rows: np.ndarray) -> Floats:
    """Distances between consecutive payments of a card in shops of the home country. (n,) [km]"""
    shops = rows[(rows["channel"] == 0) & (rows["region"] == 0)]
    at = np.flatnonzero(same_as_above(shops["account"]))
    here, there = shops[at], shops[at - 1]
    return great_circle_km(here["latitude"], here["longitude"], there["latitude"], there["longitude"])


def jump_exponent(km: Floats, *, low: float = 3.0, high: float = 150.0) -> float:
    r"""Exponent b of :math:`P(r) \propto (r + 1.5)^{-b} e^{-r/400}`, by least squares. [unitless]"""
    edges = np.geomspace(low, high, 13)
    counts = np.histogram(km, edges)[0]
    middle = np.sqrt(edges[1:] * edges[:-1])
    density = counts / np.diff(edges) * np.exp(middle / 400.0)
    good = counts > 0
    return -log_slope(middle[good] + 1.5, density[good])


def retry_share(rows: np.ndarray, *, within: int = 10 * MINUTE) -> float:
    """Share of declined requests tried again at the same merchant for the same amount within minutes."""
    rows = rows[~rows["fraud"]]
    declined = np.flatnonzero(~rows["approved"][:-1])
    retried = np.zeros(len(declined), dtype=bool)
    for ahead in (1, 2, 3):
        later = np.minimum(declined + ahead, len(rows) - 1)
        same = np.ones(len(declined), dtype=bool)
        for name in ("account", "merchant", "amount"):
            same &= rows[name][later] == rows[name][declined]
        retried |= same & (rows["moment"][later] - rows["moment"][declined] <= within)
    return float(retried.mean()) if len(retried) else float("nan")


def refunds_with_original(rows: np.ndarray) -> tuple[int, int]:
    """Refunds whose original must be in the panel, and those that have one: earlier, same merchant, enough money."""
    back = rows[rows["kind"] == 1]
    order = np.argsort(rows["transaction"])
    at = order[np.clip(np.searchsorted(rows["transaction"][order], back["original"]), 0, len(order) - 1)]
    found = rows[at]
    there = found["transaction"] == back["original"]
    right = there & (found["moment"] < back["moment"]) & (found["merchant"] == back["merchant"])
    right &= (found["amount"] >= back["amount"]) & (found["account"] == back["account"]) & found["approved"]
    return int(there.sum()), int(right.sum())


def payments_per_day(rows: np.ndarray, accounts: Ints, days: Ints) -> AnyArray:
    """Payments of some accounts on some days. (accounts, days) [count]"""
    chosen = np.isin(rows["account"], accounts) & np.isin(rows["moment"] // DAY, days)
    counts = np.zeros((len(accounts), len(days)))
    a = np.searchsorted(accounts, rows["account"][chosen])
    d = np.searchsorted(days, rows["moment"][chosen] // DAY)
    np.add.at(counts, (a, d), 1)
    return counts


EMPTY = np.empty(0, dtype=PANEL_TYPE)
