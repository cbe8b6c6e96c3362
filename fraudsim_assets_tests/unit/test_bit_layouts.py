"""Packed words hold what they are given, and whatever a configuration may ask for fits or is refused."""

from datetime import date, timedelta

import numpy as np
import pytest

from fraudsim_assets import bit_layouts
from fraudsim_assets.bit_layouts import (
    BLOCK_TIME,
    CAMPAIGN,
    FAVOURITE,
    FRAUD_SLOT,
    FRAUD_SLOTS,
    OCCASION,
    OCCASIONS,
    OPENING_HOURS,
    REFUND_SLOT,
    RETURN,
    ROW_ORDER,
    TRANSACTION,
    BitLayout,
)
from fraudsim_assets.catalog.layout import build_layout
from fraudsim_assets.config import load_config
from fraudsim_assets.config.model import LATEST_START, LONGEST_YEARS, Config, Population, decade_of
from fraudsim_assets.config.scenarios import CODE_BITS
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import day
from fraudsim_assets.simulation.refunds import DELAY_EDGES
from fraudsim_assets.spending.subscriptions import FAVOURITE_RANK
from fraudsim_assets.spending.where import FAVOURITE_LIMIT
from fraudsim_assets.units import DAY, DAY_MINUTES, day_number

LAYOUTS = [value for value in vars(bit_layouts).values() if isinstance(value, BitLayout)]


def most(model: type, field: str) -> int:
    return next(m.le for m in model.model_fields[field].metadata if hasattr(m, "le"))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_what_is_packed_comes_out_again_at_both_ends_of_every_field(layout, end):
    numbers = [0 if end == "lowest" else layout.room(field) - 1 for field, _ in layout.fields]
    words = layout.pack(*(np.array([number]) for number in numbers))
    assert words[0] >= 0
    assert [int(part[0]) for part in layout.unpack(words)] == numbers
    assert layout.unpack(layout.pack(*numbers)) == tuple(numbers)


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_words_are_in_the_order_of_their_fields(layout):
    first = layout.pack(*[0] * (len(layout.fields) - 1), layout.room(layout.fields[-1][0]) - 1)
    assert first < layout.pack(*[0] * (len(layout.fields) - 2), 1, 0)


@pytest.mark.parametrize("fields", [(("a", 40), ("b", 24)), (("a", 0), ("b", 8))])
def test_a_layout_that_is_no_word_is_refused(fields):
    with pytest.raises(ValueError, match="valid are fields of at least 1 and 63 in all"):
        BitLayout("too wide", fields)


def test_a_count_that_does_not_fit_is_refused_by_name_and_value():
    TRANSACTION.require("account", 1 << 27, "population.cards")
    with pytest.raises(ConfigError, match=r"population.cards is 134217729; valid are at most 134217728"):
        TRANSACTION.require("account", (1 << 27) + 1, "population.cards")


def test_the_largest_population_fits():
    TRANSACTION.require("account", most(Population, "cards"), "population.cards")
    FAVOURITE.require("person", most(Population, "customers"), "population.customers")
    BLOCK_TIME.require("account", most(Population, "cards"), "population.cards")


def test_occasions_of_a_day_and_what_comes_back_of_them_fit_below_the_slots_of_fraud():
    assert len(packaged().needs) <= OCCASION.room("need")
    assert RETURN.room("code") == OCCASIONS
    assert max(DELAY_EDGES) <= RETURN.room("delay")
    assert RETURN.room("delay") * RETURN.room("code") <= FRAUD_SLOT - REFUND_SLOT
    assert OCCASIONS * 2 < REFUND_SLOT
    assert TRANSACTION.room("slot") == FRAUD_SLOT + FRAUD_SLOTS
    assert np.iinfo(np.int16).max >= OCCASIONS


def test_more_categories_than_addresses_have_room_for_are_refused_before_anything_is_made(monkeypatch):
    narrow = BitLayout("an address of a favourite merchant", (("person", 34), ("kind", 3), ("rank", 21)))
    monkeypatch.setattr("fraudsim_assets.catalog.layout.FAVOURITE", narrow)
    with pytest.raises(ConfigError, match=r"two for each category, is \d+; valid are at most 8"):
        build_layout(load_config("tiny"))


def test_accounts_and_moments_of_a_block_fit_its_sorting_key():
    assert ROW_ORDER.room("position") >= day._STRETCH_PEOPLE
    assert ROW_ORDER.room("moment") >= DAY
    assert OPENING_HOURS.room("closes") >= 2 * DAY_MINUTES


def test_ranks_of_favourites_and_of_subscriptions_do_not_meet_and_fit():
    assert FAVOURITE_LIMIT < FAVOURITE_RANK < FAVOURITE.room("rank")


def test_ids_have_room_for_the_last_day_that_a_configuration_may_name():
    last = date(decade_of(LATEST_START) + LONGEST_YEARS - 1, 12, 31)
    config = Config(seed=1, start_date=LATEST_START, end_date=last)
    assert day_number(config.end_date) < TRANSACTION.room("day")
    with pytest.raises(ConfigError, match=f"are days until {last}"):
        load_config("tiny", overrides={"start_date": f"{LATEST_START}", "end_date": f"{last + timedelta(days=1)}"})


def test_campaign_ids_have_room_for_codes_of_scenarios():
    assert CAMPAIGN.room("scenario") == 1 << CODE_BITS
