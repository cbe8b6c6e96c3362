"""The catalogs as one day sees them."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.quality.reference import QUARTERS, IdIndex
from fraudsim_assets.quality.view import Codebook
from fraudsim_assets.tables import CHANNELS
from fraudsim_assets_tests.corruptions.sample_day import DAY, card_rows, merchant_rows, reference

HOUR = 3_600_000_000


@given(
    st.sets(st.integers(0, 300) | st.integers(0, 2**62), max_size=40),
    st.lists(st.integers(-5, 2**62), max_size=20),
    st.integers(1, 50),
    st.data(),
)
def test_an_index_finds_exactly_the_ids_it_holds_whatever_its_modulus(held, strangers, modulus, data):
    ids = np.array(list(held), np.int64)
    asked = np.array([*held, *strangers], np.int64)
    preferred = np.array(data.draw(st.lists(st.booleans(), min_size=len(ids), max_size=len(ids))), bool)
    expected = [list(held).index(i) if i in held else -1 for i in asked.tolist()]
    assert IdIndex.of(ids, modulus=modulus, preferred=preferred).positions(asked).tolist() == expected


def test_the_valid_card_of_an_account_is_found_without_a_search(monkeypatch):
    ids = np.array([1, 2, 3, 31, 62, 93])
    index = IdIndex.of(ids, modulus=30, preferred=np.array([False, False, True, True, True, False]))
    monkeypatch.setattr(IdIndex, "_search", lambda *_: pytest.fail("searched"))
    assert index.positions(np.array([31, 62, 3])).tolist() == [3, 4, 2]


def test_the_version_that_counts_is_the_latest_that_has_begun():
    rows = merchant_rows()
    later = rows[0] | {"version": 2, "valid_from": DAY, "mcc": "5499"}
    future = rows[0] | {"version": 3, "valid_from": DAY + timedelta(days=1), "mcc": "5999"}
    rows[0]["valid_to"] = DAY
    seen = reference(merchants=[future, *rows, later])
    position = seen.merchants.positions(np.array([1]))[0]
    assert seen.mccs[seen.merchant_mcc[position]] == "5499"
    assert seen.merchant_valid[position]


def test_an_entity_that_has_not_begun_does_not_exist_and_one_that_ended_is_kept_as_invalid():
    rows = card_rows()
    rows[3]["valid_from"] = DAY + timedelta(days=1)
    rows[4]["valid_to"] = DAY
    rows[5]["valid_to"] = DAY + timedelta(days=1)
    seen = reference(cards=rows)
    positions = seen.cards.positions(np.array([4, 5, 6]))
    assert positions[0] == -1
    assert seen.card_valid[positions[1:]].tolist() == [False, True]


def test_offsets_follow_the_clock_through_a_change_of_summer_time():
    seen = reference(day=date(2025, 3, 30))
    zone = seen.merchant_zone[seen.merchants.positions(np.array([1]))[0]]
    assert seen.offsets[zone, : QUARTERS // 24].tolist() == [HOUR] * 4
    assert seen.offsets[zone, 4:].tolist() == [2 * HOUR] * 92
    assert seen.offsets_change
    assert not reference(day=date(2025, 7, 1)).offsets_change


@pytest.mark.parametrize(("currency", "thousandths"), [("EUR", 10), ("JPY", 1000), ("KWD", 1)])
def test_granularity_is_the_smallest_unit_of_a_currency(currency, thousandths):
    seen = reference()
    assert seen.granularity[seen.currencies.index(currency)] == thousandths


def test_codes_do_not_depend_on_the_order_of_a_dictionary():
    import pyarrow as pa

    book = Codebook()
    for words in (["pos", "atm"], ["atm", "pos"], list(CHANNELS), ["nonsense", "pos", "atm"]):
        array = pa.array(["pos", None, "atm"]).cast(pa.dictionary(pa.int32(), pa.utf8()))
        codes = pa.array([words.index("pos"), None, words.index("atm")], pa.int8())
        array = pa.DictionaryArray.from_arrays(codes, pa.array(words))
        assert book.codes("channel", array, CHANNELS).tolist() == [0, -1, 2]
    unknown = pa.DictionaryArray.from_arrays(pa.array([0], pa.int8()), pa.array(["nonsense"]))
    assert book.codes("channel", unknown, CHANNELS).tolist() == [-1]
