"""Remote purchases: giants, leaders of a market, and what is bought abroad."""

import numpy as np
import pytest

from fraudsim_assets.catalog.layout import build_layout
from fraudsim_assets.config import load_config
from fraudsim_assets.reference_data import Reference, packaged
from fraudsim_assets.spending.landscape import merchant_cells
from fraudsim_assets.spending.webs import Market, web_shares
from fraudsim_assets.spending.where import Cells

CONFIG = load_config("demo", overrides={"seed": 1, "population": {"merchants": 100_000}}, env={})
LAYOUT = build_layout(CONFIG)
CELLS, REFERENCE, COUNTRIES = merchant_cells(LAYOUT), LAYOUT.reference, LAYOUT.places.countries
WEBS = CELLS.take(np.flatnonzero(CELLS.online))
HOME = range(LAYOUT.places.n_home_countries)


def market(foreign_share: float) -> Market:
    weights = np.array([c.share * c.online_share if c.is_sold_online else 0.0 for c in REFERENCE.categories])
    return Market(foreign_share, weights / weights.sum(), np.array([c.foreign_odds for c in REFERENCE.categories]))


def shares_of(foreign_share: float, cells: Cells = CELLS, reference: Reference = REFERENCE) -> np.ndarray:
    return web_shares(cells, reference, COUNTRIES, market(foreign_share))


def abroad(shares: np.ndarray, country: int, some: np.ndarray) -> float:
    """Share of remote purchases of a country in some cells abroad."""
    return float((shares[country][:, some & (WEBS.place != country)].sum(axis=1) * market(0.15).shares).sum())


def test_shares_of_a_category_sum_to_one_where_it_is_sold():
    total = shares_of(0.15).sum(axis=2)
    sold = np.isin(np.arange(total.shape[1]), WEBS.category)
    assert total[:, sold] == pytest.approx(1.0)
    assert (total[:, ~sold] == 0).all()


@pytest.mark.parametrize("foreign", [0.0, 0.04, 0.15, 0.4])
def test_the_share_bought_abroad_is_the_wanted_one_with_giants_as_well(foreign):
    shares = shares_of(foreign)
    everything = np.ones(len(WEBS.start), dtype=bool)
    for country in HOME:
        missing = ~np.isin(np.arange(shares.shape[1]), WEBS.category[(WEBS.place == country) & (WEBS.giant < 0)])
        least = float((market(foreign).shares * missing).sum())
        assert abroad(shares, country, everything) == pytest.approx(max(foreign, least), abs=1e-6)
        assert abroad(shares, country, WEBS.giant >= 0) <= packaged().shopping.giants_abroad * foreign + least + 1e-9


def test_giants_at_home_have_what_they_serve_and_others_buy_from_the_first_seat():
    shares, giants = shares_of(0.15), list(REFERENCE.giants.values())
    for number, giant in enumerate(giants):
        seats = {COUNTRIES[place] for place in WEBS.place[WEBS.giant == number]}
        first = next(code for code in giant.seats if code in seats)
        for country in HOME:
            here = shares[country][:, (WEBS.giant == number) & (WEBS.place == country)].sum(axis=1)
            there = shares[country][:, (WEBS.giant == number) & (WEBS.place == COUNTRIES.index(first))].sum(axis=1)
            for name, share in giant.serves.items():
                category = REFERENCE.category_code(name)
                if COUNTRIES[country] in seats:
                    assert here[category] == pytest.approx(share)
                else:
                    assert 0 < there[category] <= share + 1e-12


def test_rooms_abroad_are_booked_where_people_travel_and_goods_come_from_where_they_are_sold():
    shares, germany = shares_of(0.15), COUNTRIES.index("DE")

    def ratio(category: str) -> float:
        """What is bought from shops in China against those in the United States, giants apart."""
        row = shares[germany, REFERENCE.category_code(category)]
        sums = [row[(WEBS.place == COUNTRIES.index(code)) & (WEBS.giant < 0)].sum() for code in ("CN", "US")]
        return sums[0] / sums[1]

    assert ratio("hotel") < 0.4 * ratio("clothing")


def test_leaders_share_the_market_at_home_as_reference_data_says():
    shares = shares_of(0.0)
    telecom, germany = REFERENCE.category_code("telecom"), COUNTRIES.index("DE")
    mine = (WEBS.category == telecom) & (WEBS.place == germany)
    for rank, share in enumerate(REFERENCE.category("telecom").web_leaders):
        assert shares[germany, telecom][mine & (WEBS.leader == rank)].sum() == pytest.approx(share)


def test_large_web_shops_are_cells_of_one_and_leave_others_in_their_market():
    assert (CELLS.size[CELLS.is_large] == 1).all()
    others = CELLS.others[CELLS.is_large]
    assert not CELLS.is_large[others].any()
    assert np.array_equal(CELLS.place[others], CELLS.place[CELLS.is_large])
    assert np.array_equal(CELLS.category[others], CELLS.category[CELLS.is_large])
    assert np.array_equal(np.cumsum(CELLS.size) - CELLS.size, CELLS.start), "cells are all slots, each once"


def test_few_shops_have_much_of_remote_spending_in_every_home_country():
    shares = shares_of(0.15)
    for country in HOME:
        by_shop = np.sort((shares[country] * market(0.15).shares[:, None]).sum(axis=0)[WEBS.is_large])[::-1]
        # German and American e-commerce give the largest shop 17 to 40 %, ten shops a third and fifteen two thirds
        # (ehi_2020, emarketer_2022), of goods alone: those are under half of what is paid remotely
        assert 0.03 < by_shop[0] < 0.18
        assert 0.14 < by_shop[:5].sum() < 0.35
        assert 0.3 < by_shop[:20].sum() < 0.6
