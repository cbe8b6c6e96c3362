"""A ring as a graph: found by number or as the largest at work, told, listed and drawn."""

import re
from dataclasses import replace
from datetime import date

import polars as pl
import pytest

from fraudsim_assets.cli.ring import portrait_of
from fraudsim_assets.cli.ring_page import MOST_CARDS, Edge, as_dict, edges, page, story
from fraudsim_assets.errors import ConfigError
from fraudsim_assets_tests.unit.simulation.worlds import make_world

DAY = date(2025, 1, 21)


@pytest.fixture(scope="module")
def portrait():
    return portrait_of(make_world(), "any", day=DAY)


def test_a_ring_is_found_again_by_its_number_with_all_that_it_did(portrait):
    again = portrait_of(make_world(), str(portrait.ring), day=None)
    assert again.requests.equals(portrait.requests)
    assert again.innocents.equals(portrait.innocents)
    assert portrait.requests["is_fraud"].all()
    assert (portrait.requests["ring_id"] == portrait.ring).all()
    assert portrait.begins <= DAY <= portrait.ends


def test_innocents_order_with_devices_of_the_ring_and_commit_nothing(portrait):
    assert portrait.innocents.height > 0
    assert not portrait.innocents["is_fraud"].any()
    assert set(portrait.innocents["device_id"]) <= set(portrait.requests["device_id"])


def test_edges_count_every_request_that_has_both_ends(portrait):
    found = edges(portrait)
    at_merchants = sum(edge.requests for edge in found if edge.kind == "merchant")
    assert at_merchants == portrait.requests.height
    with_devices = sum(edge.requests for edge in found if edge.kind == "device" and edge.fraud)
    assert with_devices == portrait.requests["device_id"].count()
    genuine = sum(edge.requests for edge in found if edge.kind == "device" and not edge.fraud)
    assert genuine == portrait.innocents.height
    assert len(as_dict(portrait)["edges"]) == len(found)


def test_drops_are_where_the_ring_has_post_sent_and_residents_moved_there_themselves(portrait):
    drops, residents = portrait.drops, portrait.residents
    assert drops.height > 0
    assert drops["is_fraud"].all()
    assert (drops["ring_id"] == portrait.ring).all()
    assert not residents["is_fraud"].any()
    assert set(residents["address_id"]) <= set(drops["address_id"])
    drawn = [edge for edge in edges(portrait) if edge.kind == "drop"]
    struck = set(portrait.requests["customer_id"])
    wanted = drops.filter(drops["customer_id"].is_in(sorted(struck))).height
    assert sum(edge.requests for edge in drawn if edge.fraud) == wanted > 0
    assert sum(edge.requests for edge in drawn if not edge.fraud) == residents.height
    assert "drop: postal address" in page(portrait, source="Seed 1")


def test_phones_are_what_the_ring_gives_as_numbers_of_those_it_strikes(portrait):
    phones = portrait.phones
    assert phones.height > 0
    assert (phones["ring_id"] == portrait.ring).all()
    assert as_dict(portrait)["phones"] == sorted(set(phones["phone_id"]))
    assert all(str(number) in " ".join(story(portrait)) for number in phones["phone_id"])


def test_whoever_lives_at_a_drop_is_drawn_there(portrait):
    moved = portrait.drops.head(1).with_columns(customer_id=pl.lit(7, pl.Int64), is_fraud=pl.lit(value=False))
    (drop,) = moved["address_id"]
    told = replace(portrait, residents=moved)
    assert Edge("customer 7", f"drop {drop}", "drop", 1, fraud=False) in edges(told)
    assert "live there: 1." in " ".join(story(told))


def test_the_page_draws_cards_devices_and_innocents_once_each(portrait):
    drawn = page(portrait, source="Seed 1")
    told = re.findall(r'text-anchor="end">card ([0-9]+)<', drawn)
    assert 10 < len(told) <= MOST_CARDS
    assert len(set(told)) == len(told)
    assert {int(card) for card in told} <= set(portrait.requests["card_id"])
    assert ">customer " in drawn
    assert 'class="bad"' in drawn
    assert 'class="good"' in drawn
    for line in story(portrait):
        assert line.split(".")[0] in drawn


@pytest.mark.parametrize(("wanted", "told"), [("x", "is 'x'; valid are"), ("7", "has no request in the days")])
def test_rings_that_do_not_exist_are_told(wanted, told):
    with pytest.raises(ConfigError, match=told):
        portrait_of(make_world(), wanted, day=None)


def test_a_world_without_fraud_has_no_ring():
    with pytest.raises(ConfigError, match="no ring is at work"):
        portrait_of(make_world(fraud={"rate": 0.0}), "any", day=DAY)
