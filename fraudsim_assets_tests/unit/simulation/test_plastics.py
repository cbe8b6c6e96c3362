"""Plastics: blocked after fraud, silent for some days, replaced, and all of them in the catalog."""

from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.simulation import simulate_day, with_reissues
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.units import DAY, day_number
from fraudsim_assets_tests.unit.simulation.worlds import FIRST, day_of, make_world


@pytest.fixture(scope="module")
def cards(world) -> pl.DataFrame:
    return pl.from_arrow(with_reissues(world).cards)


def test_every_card_that_pays_is_in_the_catalog_and_valid(month, cards):
    paid = month.with_columns(day=pl.col("timestamp").dt.date()).join(cards, on="card_id", how="left")
    assert paid["account_id"].null_count() == 0
    genuine = paid.filter(~pl.col("is_fraud") & (pl.col("transaction_type") != "refund"))
    assert (genuine["valid_from"] <= genuine["day"]).all()
    # merchants with the number on file, and holders who have not heard, ask blocked cards too, and are refused
    assert (genuine["day"] < genuine["valid_to"]).filter(genuine["is_approved"]).all()
    late = paid.filter(pl.col("day") >= pl.col("valid_to"))
    assert not late["is_approved"].any()
    assert 0.1 < (~late["is_fraud"]).mean() < 0.95


def test_card_ids_are_unique(cards):
    assert cards["card_id"].is_unique().all()


def test_reissued_cards_replace_a_card_of_the_same_account(cards):
    reissued = cards.filter(pl.col("replaces_card_id").is_not_null())
    assert reissued.height > 50
    old = reissued.join(cards, left_on="replaces_card_id", right_on="card_id", how="left", suffix="_old")
    assert (old["account_id"] == old["account_id_old"]).all()
    assert (old["valid_from"] > old["valid_from_old"]).all()


def test_an_account_is_silent_between_block_and_reissue(world):
    blocks = world.history.blocks_around(day_number(FIRST)).blocks
    accounts = blocks.account
    when = blocks.blocked + (blocks.reissued - blocks.blocked) // 2
    inside = (when >= day_number(FIRST) * DAY) & (when < (day_number(FIRST) + 30) * DAY)
    account, when, blocked = accounts[inside], when[inside], blocks.blocked[inside]
    _, silent = cards_in_use(world, account=account, when=when)
    versions = world.entities.account_versions
    renewed = versions.valid_from.take(versions.rows(account, when // DAY)).astype(np.int64) * DAY > blocked
    assert len(account) > 10
    assert np.array_equal(silent, ~renewed)


def test_fraud_after_the_block_is_declined(month):
    """Rows of a campaign after its block carry a refusal; approvals there would be a leak."""
    blocked = month.filter(pl.col("is_fraud") & pl.col("response_code").is_in(["41", "43", "62"]))
    assert blocked.height > 0
    assert not blocked["is_approved"].any()


def test_a_longer_horizon_adds_cards_and_ends_those_blocked_in_it():
    end = FIRST + timedelta(days=300)
    longer = make_world(end_date=str(FIRST + timedelta(days=1200)))
    few, many = (pl.from_arrow(with_reissues(w).cards) for w in (make_world(end_date=str(end)), longer))
    assert few.height < many.height
    same = [name for name in few.columns if name != "valid_to"]
    both = few.join(many, on=same, suffix="_later", nulls_equal=True)
    assert both.height == few.height
    ended = both.filter(pl.col("valid_to") != pl.col("valid_to_later"))
    assert ended.height > 50
    assert (ended["valid_to_later"] > end).all()
    assert (ended["valid_to_later"] < ended["valid_to"]).all()


def test_of_an_account_one_card_at_most_is_valid_on_any_day(cards):
    spells = cards.sort("account_id", "valid_from").with_columns(
        before=pl.col("valid_to").shift().over("account_id"), card=pl.col("card_id").shift().over("account_id")
    )
    later = spells.drop_nulls("before")
    assert later.height > 500
    assert (later["valid_from"] >= later["before"]).all()
    reissued = later.drop_nulls("replaces_card_id")
    assert (reissued["replaces_card_id"] == reissued["card"]).all()


def test_days_outside_the_world_are_refused_with_the_valid_range(world):
    with pytest.raises(ConfigError, match=r"2024-12-31 is outside the world.*2025-01-01"):
        simulate_day(world, world.config.start_date - timedelta(days=1))


def test_a_part_that_does_not_exist_is_refused(world):
    with pytest.raises(ConfigError, match="part 3 of 3 does not exist; valid are parts 0 to 2"):
        simulate_day(world, FIRST, part=(3, 3))


def test_without_fraud_no_card_is_ever_reissued():
    honest = make_world(fraud={"rate": 0.0})
    assert pl.from_arrow(with_reissues(honest).cards)["replaces_card_id"].null_count() == len(honest.catalogs.cards)
    assert not day_of(honest, FIRST)["is_fraud"].any()


def test_cards_in_use_of_nobody_is_empty(world):
    none = np.zeros(0, dtype=np.int64)
    card, silent = cards_in_use(world, account=none, when=none)
    assert len(card) == len(silent) == 0
