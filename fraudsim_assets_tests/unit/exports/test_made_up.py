"""Values that nobody knows are stable, distinct where they must be, and never those of anybody."""

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.errors import CatalogMismatchError
from fraudsim_assets.exports.made_up import (
    JOBS,
    STREETS,
    card_numbers,
    digests,
    genders,
    jobs,
    luhn_digits,
    merchant_hashes,
    postal_codes,
    streets,
)

IDS = pl.Series("id", np.concatenate([np.arange(1, 50_001), 10**10 + np.arange(50_000)]))


def passes_luhn(number):
    """By the book, digit by digit from the right."""
    total = 0
    for place, digit in enumerate(int(c) for c in reversed(str(number))):
        doubled = digit * 2 if place % 2 else digit
        total += doubled - 9 if doubled > 9 else doubled
    return total % 10 == 0


@pytest.mark.parametrize("number", [4242424242424242, 5555555555554444, 378282246310005, 79927398713])
def test_check_digits_are_those_of_published_numbers(number):
    assert luhn_digits(np.array([number // 10])).item() == number % 10
    assert passes_luhn(number)


def test_no_made_up_number_can_be_a_card():
    numbers = card_numbers(IDS)
    assert numbers.dtype == pl.Int64
    assert numbers.is_between(9999_0000_0000_0000, 9999_9999_9999_9999).all()
    assert not any(passes_luhn(number) for number in numbers.gather_every(37))


def test_different_cards_have_different_numbers():
    assert card_numbers(IDS).n_unique() == len(IDS)


def test_neighbours_do_not_look_alike():
    steps = card_numbers(pl.Series("id", np.arange(1, 1_001))).diff().drop_nulls().abs()
    assert steps.min() > 10**9


def test_card_ids_beyond_the_digits_are_refused():
    with pytest.raises(CatalogMismatchError, match="100000000000 is too large"):
        card_numbers(pl.Series("card_id", [10**11]))


def test_ids_stay_distinct_when_hashed():
    for made in (digests(IDS), merchant_hashes(IDS)):
        assert made.n_unique() == len(IDS)
    assert digests(IDS).str.contains("^[0-9a-f]{32}$").all()
    assert merchant_hashes(IDS).min() < 0 < merchant_hashes(IDS).max()


def test_streets_and_jobs_come_from_all_of_the_lists():
    assert set(jobs(IDS)) == set(JOBS)
    assert streets(IDS).str.contains(r"^\d{1,3} [A-Z][a-z]+ [A-Z][a-z]+$").all()
    assert {street.split()[1] for street in streets(IDS)} == set(STREETS)


def test_lists_hold_nothing_twice():
    assert len(set(JOBS)) == len(JOBS)
    assert len(set(STREETS)) == len(STREETS)


def test_postal_codes_have_five_digits():
    assert postal_codes(IDS).is_between(10_000, 99_999).all()


def test_values_are_pinned():
    ids = pl.Series("id", [1, 2, 3])
    assert card_numbers(ids).to_list() == PINNED["card"]
    assert streets(ids).to_list() == PINNED["street"]
    assert jobs(ids).to_list() == PINNED["job"]
    assert digests(ids).to_list() == PINNED["digest"]


PINNED = {
    "card": [9999102874564621, 9999487467300792, 9999872060036960],
    "street": ["760 North Terrace", "78 Juniper Place", "521 Plum Road"],
    "job": ["Designer, graphic", "Optician", "Engineer, electrical"],
    "digest": [
        "00000000000000018ae7e2fedd97c516",
        "0000000000000002a05f451cc26bcc0c",
        "0000000000000003958b08ed286e3945",
    ],
}


def test_genders_follow_given_names():
    people = pl.DataFrame({"country": ["DE", "DE", "US", "US"], "first_name": ["Ursula", "Wolfgang", "Mary", "John"]})
    told = {name: gender for _, name, gender in genders(people).iter_rows()}
    assert told == {"Ursula": "F", "Wolfgang": "M", "Mary": "F", "John": "M"}


def test_a_name_that_no_list_knows_still_has_a_gender():
    people = pl.DataFrame({"country": ["DE"], "first_name": ["Qwrtz"]})
    assert genders(people)["gender"].item() in {"F", "M"}
    assert genders(people).equals(genders(people))
