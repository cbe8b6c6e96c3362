"""Statistics of lives: right on people whose days are made up."""

import numpy as np
import pytest

from fraudsim_assets.evaluation.realism import lives
from fraudsim_assets.evaluation.realism.panel import PANEL_TYPE
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY, HOUR, MINUTE

BERN, PARIS, TOKYO = (46.95, 7.45), (48.86, 2.35), (35.68, 139.69)


def rows_of(*rows: dict) -> np.ndarray:
    """Rows from what matters of them; the others are nought, and there is no device."""
    made = np.zeros(len(rows), dtype=PANEL_TYPE)
    made["device"] = made["address"] = -1
    for row, facts in zip(made, rows, strict=True):
        for name, value in facts.items():
            row[name] = value
        row["local"] = row["moment"]
    return made


def at(place: tuple[float, float], moment: int, **more: int) -> dict:
    return {"latitude": place[0], "longitude": place[1], "moment": moment, **more}


def test_who_is_in_paris_an_hour_after_bern_is_too_fast_and_after_five_hours_is_not():
    in_an_hour = rows_of(at(BERN, 0), at(PARIS, HOUR))
    in_five = rows_of(at(BERN, 0), at(PARIS, 5 * HOUR))
    other = rows_of(at(BERN, 0, customer=1), at(PARIS, HOUR, customer=2))
    assert lives.too_fast(in_an_hour)[1].tolist() == [True]
    assert lives.too_fast(in_five)[1].tolist() == [False]
    assert lives.too_fast(other)[1].tolist() == []


def test_a_flight_to_tokyo_takes_twelve_hours_and_not_eight():
    assert not lives.too_fast(rows_of(at(BERN, 0), at(TOKYO, 12 * HOUR)))[1].any()
    assert lives.too_fast(rows_of(at(BERN, 0), at(TOKYO, 8 * HOUR)))[1].all()


def test_only_two_cards_far_apart_within_the_moment_are_two_places_at_once():
    within = 15 * MINUTE
    assert lives.two_places_at_once(rows_of(at(BERN, 0), at(PARIS, MINUTE, account=1)), within=within) == 1.0
    assert lives.two_places_at_once(rows_of(at(BERN, 0), at(PARIS, MINUTE)), within=within) == 0.0
    assert lives.two_places_at_once(rows_of(at(BERN, 0), at(PARIS, HOUR, account=1)), within=within) == 0.0


def test_what_follows_soon_is_counted_for_those_whose_sequel_could_be_seen():
    moments = (0, 30 * MINUTE, 10 * HOUR, 10 * HOUR + 10 * MINUTE, 20 * HOUR)
    rows = rows_of(*(at(BERN, moment, merchant=n % 2) for n, moment in enumerate(moments)))
    # the last one has no sequel in sight
    assert lives.followed_within(rows, HOUR) == pytest.approx(2 / 4)
    assert lives.followed_within(rows, HOUR, same_shop=True) == 0.0
    assert lives.followed_within(rows, HOUR, same_shop=False) == pytest.approx(2 / 4)


def test_rows_are_counted_by_day_and_by_whole_month():
    rows = rows_of(*(at(BERN, day * DAY + hour * HOUR) for day in range(45) for hour in range(1 + (day == 3))))
    assert sorted(lives.per_day(rows).tolist()) == [1] * 44 + [2]
    assert lives.per_month(rows).tolist() == [31]


def test_the_spread_of_gaps_is_that_of_their_law():
    u = Streams(5).draw("test.gaps").uniforms(np.arange(6000)).reshape(300, 20)
    for gaps, spread in ((-np.log(u), 1.0), (u + 0.5, 12**-0.5), (np.ones_like(u), 0.0)):
        moments = (np.cumsum(gaps, axis=1) * DAY).astype(np.int64)
        rows = np.zeros(moments.size, dtype=PANEL_TYPE)
        rows["customer"], rows["moment"] = np.repeat(np.arange(300), 20), moments.ravel()
        found, n = lives.spread_of_gaps(rows)
        assert n == 300 * 19
        # the spread of a spread of 5,700 gaps is 0.013 for the widest of the three, dividing by the mean makes it less
        assert found == pytest.approx(spread, abs=0.05)


def test_shares_and_entropy_of_a_person_with_three_merchants():
    spent = {1: (6.0, 6.0), 2: (4.0, 2.0), 3: (2.0,)}
    rows = rows_of(*(at(BERN, 0, merchant=m, euros=euros) for m, sums in spent.items() for euros in sums))
    assert lives.shares_of_spending(rows, fewest=5, top=1).tolist() == pytest.approx([0.6])
    assert lives.shares_of_spending(rows, fewest=5, top=2).tolist() == pytest.approx([0.9])
    assert lives.shares_of_spending(rows, fewest=6, top=2).tolist() == []
    assert lives.entropies(rows, fewest=5)[0] == pytest.approx(2 * 0.4 * np.log2(2.5) + 0.2 * np.log2(5.0))


def test_repeats_are_as_many_as_by_chance_where_order_is_random_and_more_where_it_is_not():
    merchants = (Streams(6).draw("test.shops").uniforms(np.arange(4000)) * 8).astype(np.int64)
    rows = np.zeros(4000, dtype=PANEL_TYPE)
    rows["merchant"] = merchants
    # about 500 repeats by chance: one standard error is 4 %
    assert lives.repeats_against_chance(rows) == pytest.approx(1.0, abs=0.15)
    rows["merchant"] = np.sort(merchants)
    assert lives.repeats_against_chance(rows) > 7


def test_points_single_out_whoever_shares_none_of_them():
    alone = [at(BERN, day * DAY, customer=1, merchant=day) for day in range(4)]
    twins = [at(BERN, day * DAY, customer=person, merchant=10 + day) for person in (2, 3) for day in range(4)]
    too_few = [at(BERN, 0, customer=4, merchant=50)]
    assert lives.unicity(rows_of(*alone, *twins, *too_few)) == pytest.approx(1 / 3)


def test_returns_after_a_week_to_the_day_are_told_from_those_after_six_days():
    rows = rows_of(*(at(BERN, day * DAY, merchant=7) for day in (0, 7, 13, 20, 21)))
    assert lives.weekly_returns(rows) == pytest.approx(2 / 3)


def test_devices_of_two_people_are_shared_and_missing_ones_are_no_device():
    rows = rows_of({"customer": 1, "device": 5}, {"customer": 2, "device": 5}, {"customer": 2, "device": 6}, {})
    assert lives.shared_by_people(rows, "device") == pytest.approx(1 / 2)


def test_neighbours_with_two_shops_in_common_cluster():
    rows = rows_of(*({"customer": p, "merchant": m} for p, m in ((1, 1), (1, 2), (2, 1), (2, 2), (3, 2), (4, 9))))
    assert lives.clustering(rows) == pytest.approx(1 / 3)


def test_members_of_a_household_that_spend_alike_correlate():
    people = np.arange(40)
    rows = np.zeros(40, dtype=PANEL_TYPE)
    rows["customer"], rows["euros"] = people, np.exp(people // 2 / 7.0)
    assert lives.household_correlation(rows, people // 2) == pytest.approx(1.0)
    assert np.isnan(lives.household_correlation(rows, people))


def test_two_halves_of_the_price_are_given_back_in_full_and_more_is_beyond_it():
    bought = [{"transaction": n, "original": -1, "amount": 100} for n in (1, 2)]
    back = [{"transaction": 10 + n, "original": o, "amount": a, "kind": 1} for n, (o, a) in enumerate(BACK)]
    assert lives.given_back_beyond_price(rows_of(*bought, *back)) == (2, 1)


BACK = ((1, 50), (1, 50), (2, 70), (2, 40), (99, 5))
"""Purchase and amount of refunds; purchase 99 is not in the rows."""
