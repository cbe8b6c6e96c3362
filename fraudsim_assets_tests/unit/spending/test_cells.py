"""Cells: one occasion in each, on a day drawn by the weights of days, in closed form."""

import numpy as np
import pytest

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.spending.cells import MIDDLE, START_BITS, CellModel, Folk
from fraudsim_assets.spending.routines import ROUTINES
from fraudsim_assets.spending.scattered import ScatteredNeeds
from fraudsim_assets.spending.spans import LENGTHS, REACH_DAYS, Span, displacement
from fraudsim_assets.streams import Streams, mix_halves
from fraudsim_assets.tables.codes import SEGMENTS

N, FIRST = 3_000, 20_000
TABLE = packaged().habits
PEOPLE = np.arange(N)
STREAMS = Streams(12)
NEEDS = (
    Need(name="weekly", serves={"grocery": 1.0}, channel="present", longest=7, rest=0.2, spread=0.0),
    Need(name="seldom", serves={"fuel": 1.0}, channel="present", longest=19, rest=0.3, spread=0.5),
    Need(name="daily", serves={"restaurant": 1.0}, channel="present", longest=1, rest=0.0, spread=0.4, burst=1.0),
)
WANTED = np.array([0.13, 0.06, 0.8])


MODEL = CellModel.of(
    STREAMS,
    NEEDS,
    TABLE,
    tastes=np.ones((3, len(SEGMENTS))),
    wanted=WANTED,
    level=(PEOPLE % 5 - 2).astype(np.int16),
    segment=np.zeros(N, dtype=np.int64),
    routine=PEOPLE % ROUTINES,
    sample=PEOPLE,
    weight=np.ones(N),
)
PLACE = np.stack([MODEL.places[n].take(MODEL.states[n] // ROUTINES) for n in range(3)])
LEVEL, INTO = PLACE >> START_BITS, PLACE & ((1 << START_BITS) - 1)
CLOSED = {FIRST + 40, FIRST + 43}


def weight_of(day: int) -> float:
    return 0.0 if day in CLOSED else (1.0, 0.9, 1.0, 1.0, 1.2, 1.5, 0.2)[day % 7] / 0.971


DAYS = range(FIRST - REACH_DAYS, FIRST + 70 + REACH_DAYS)
SPAN = Span.of(DAYS[0], np.array([[[weight_of(d)] * ROUTINES] * 3 for d in DAYS]), displaced=TABLE.displaced)


def counts(n: int, day: int, people: np.ndarray = PEOPLE, span: Span = SPAN) -> np.ndarray:
    cells = MODEL.day(n, span, day)
    who, count = MODEL.due(MODEL.asked(Folk(people, people % ROUTINES), day), n, cells, MODEL.by_state(n, cells))
    found = np.zeros(len(people), dtype=np.int64)
    found[who] = count
    return found


@pytest.fixture(scope="module")
def days() -> np.ndarray:
    """Occasions by need, day and person over ten weeks."""
    return np.stack([[counts(n, FIRST + d) for d in range(70)] for n in range(3)])


def test_needs_come_up_as_often_as_wanted(days):
    for n, wanted in enumerate(WANTED):
        error = 4.5 * np.sqrt(wanted / (N * 70)) + 0.02 * wanted
        assert days[n].mean() == pytest.approx(wanted, abs=error + 0.02 * wanted)


def test_counts_are_those_of_a_slow_reading_of_the_law(days):
    """Person by person and day by day, with sums over the cell instead of tables."""
    for n in (0, 1):
        rates = MODEL.rates[n]
        for person in range(0, N, 101):
            level = int(LEVEL[n, person])
            length = int(rates.length[level])
            opened = max(round(length * (1 - NEEDS[n].rest)), 1)
            for d in (0, 17, 39, 40, 41, 66):
                day = FIRST + d
                into = (day + int(INTO[n, person])) % length
                begin = day - into
                cell = [weight_of(begin + i) for i in range(opened)]
                season = np.mean([weight_of(begin + i) for i in range(-28, 29)])
                share = (np.cumsum([0.0, *cell]) / sum(cell)) if sum(cell) else np.zeros(opened + 1)
                mean = season * (np.mean(cell) / season) ** (1 - displacement(TABLE.displaced, length))
                word = STREAMS.draw("need.cell", n).word(begin) >> 32
                v = float(mix_halves(np.array([word], dtype=np.uint32) ^ MODEL.roots[person])[0]) / 2**32
                keep = float(rates.keep[level]) * mean
                slow = 0 if into >= opened else int(share[into + 1] * keep + v) - int(share[into] * keep + v)
                assert abs(slow - int(days[n, d, person])) <= (abs(share[min(into, opened)] * keep + v - 1) < 1e-4)


def test_a_cell_holds_one_occasion_at_most_where_it_is_not_too_short(days):
    rates, level = MODEL.rates[0], LEVEL[0]
    length = rates.length[level].astype(np.int64)
    cell = (FIRST + np.arange(70)[:, None] + INTO[0]) // length
    # the busiest stretch of days makes room for more: weekdays without the Sunday, against a mean week
    busiest = (1.0 + 1.0 + 1.0 + 1.2 + 1.5) / 5 / 0.9
    once = rates.keep[level] * busiest < 1.0
    assert once.sum() > 500
    for person in np.flatnonzero(once)[:300]:
        assert np.bincount(cell[:, person] - cell[0, person], weights=days[0][:, person]).max() <= 1


def test_closed_days_displace_instead_of_deleting(days):
    per_day = days[1].sum(axis=1)
    usual = per_day[[33, 34, 35, 36, 47, 48, 49, 50]].mean()
    assert per_day[40] == per_day[43] == 0
    assert per_day[38:46].sum() > 5.2 * usual  # two of eight days are closed, a Sunday among the others


def test_regular_needs_keep_their_distance_and_bursts_do_not(days):
    def variation(n: int) -> float:
        found = []
        for person in range(N):
            gaps = np.diff(np.flatnonzero(days[n][:, person]))
            if len(gaps) >= 4:
                found.append(gaps.std() / gaps.mean())
        return float(np.median(found))

    assert variation(0) < 0.7
    fortnights = days[2].reshape(5, 14, N).sum(axis=1)
    assert fortnights.var(axis=0).mean() > 2.5 * fortnights.mean()


def test_who_else_is_asked_changes_nothing(days):
    some = PEOPLE[::13]
    for n in range(3):
        assert np.array_equal(counts(n, FIRST + 20, some), days[n, 20, ::13])


def test_all_needs_at_once_are_as_need_by_need_for_all_routines():
    some = PEOPLE[::7]
    weights = np.array([[[weight_of(d) * (1 + (d + r) % 3) for r in range(ROUTINES)]] * 3 for d in DAYS])
    span = Span.of(DAYS[0], weights, displaced=TABLE.displaced)
    for day in (FIRST, FIRST + 33, FIRST + 41, FIRST + 69):
        few = ScatteredNeeds.of(MODEL).counts(some, some % ROUTINES, np.array([0, 1, 2])[:, None], day, span)
        assert few.sum() > 20
        assert np.array_equal(few, [counts(n, day, some, span) for n in range(3)])


def test_sums_of_weights_do_not_depend_on_where_a_span_begins():
    later = Span.of(DAYS[30], np.array([[[weight_of(d)] * ROUTINES] * 3 for d in DAYS[30:]]), displaced=TABLE.displaced)
    day, into = FIRST + np.arange(50), np.arange(50) % 9
    scale = SPAN.scales(day, into, 9, 8, need=0, home=0)
    assert (scale > 0).any()
    assert np.array_equal(later.scales(day, into, 9, 8, need=0, home=0), scale)
    assert np.array_equal(*(span.shares(day, into, scale, need=0, zone=3) for span in (later, SPAN)))


def test_levels_of_the_middle_have_the_mean_rate():
    for need, rates in zip(NEEDS, MODEL.rates, strict=True):
        assert rates.length[MIDDLE] in LENGTHS
        assert rates.length.max() <= need.longest
        assert rates.keep[MIDDLE] == pytest.approx(rates.rate[MIDDLE] * rates.length[MIDDLE])


def test_the_packaged_needs_serve_every_category_that_is_sold():
    from fraudsim_assets.spending.needs import weights_of

    reference = packaged()
    share = np.ones(2 * len(reference.categories))
    total = weights_of(tuple(reference.needs.values()), reference.categories, share).sum(axis=0).reshape(-1, 2)
    for category, (present, remote) in zip(reference.categories, total, strict=True):
        assert present == pytest.approx(1.0)
        assert remote == pytest.approx(0.0 if category.name == "streaming" else 1.0)


def test_what_does_not_grow_with_payments_comes_up_less_often_to_who_pays_most():
    def model(follows: float) -> CellModel:
        need = Need(
            name="fuel", serves={"fuel": 1.0}, channel="present", longest=19, rest=0.3, spread=0.0, follows=follows
        )
        return CellModel.of(
            STREAMS,
            (need,),
            TABLE,
            tastes=np.ones((1, len(SEGMENTS))),
            wanted=np.array([0.06]),
            level=(PEOPLE % 2 * 12 - 4).astype(np.int16),  # half pay half as much as the mean, half four times as much
            segment=np.zeros(N, dtype=np.int64),
            routine=PEOPLE % ROUTINES,
            sample=PEOPLE,
            weight=np.ones(N),
        )

    for follows, ratio in ((1.0, 8.0), (0.5, 4.0)):
        made = model(follows)
        level = made.places[0].take(made.states[0] // ROUTINES) >> START_BITS
        rate = made.rates[0].rate.take(level)
        assert rate[1::2].mean() / rate[::2].mean() == pytest.approx(ratio)
        assert rate.mean() == pytest.approx(0.06)  # the crowd fills as many tanks
