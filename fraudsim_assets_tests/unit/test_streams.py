"""Keyed randomness: pure functions of an address, uniform, and without collisions where it matters."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fraudsim_assets.streams import (
    Draw,
    Streams,
    combine,
    half_limit,
    half_words,
    halves,
    mix,
    mix_words,
    scramble_ids,
    to_uniforms,
    unscramble_ids,
    word_limits,
)

IDS = np.arange(100_000)


def test_the_vector_hash_agrees_with_the_scalar_one():
    words = mix_words(np.arange(1000, dtype=np.uint64))
    assert [int(w) for w in words] == [mix(i) for i in range(1000)]


@given(st.integers(0, 2**63 - 1), st.integers(0, 2**40))
def test_one_id_alone_gets_the_word_it_has_among_others(seed, number):
    draw = Streams(seed).draw("some.decision", 20_000)
    among = draw.words(np.array([1, number, 7]))
    assert int(among[1]) == draw.word(number)


def test_words_do_not_depend_on_order_or_chunking():
    draw = Streams(7).draw("some.decision")
    whole = draw.words(IDS)
    assert np.array_equal(whole[::-1], draw.words(IDS[::-1]))
    assert np.array_equal(whole, np.concatenate([draw.words(part) for part in np.array_split(IDS, 13)]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Streams(7).draw("a"), Streams(8).draw("a")),
        (Streams(7).draw("a"), Streams(7).draw("b")),
        (Streams(7).draw("a", 1), Streams(7).draw("a", 2)),
        (Streams(7).draw("a", 1, 2), Streams(7).draw("a", 2, 1)),
        (Streams(7).draw("a").sub(1), Streams(7).draw("a").sub(2)),
    ],
    ids=["seed", "decision", "day", "order of coordinates", "sub"],
)
def test_another_address_gives_unrelated_words(one: Draw, other: Draw):
    differing = np.bitwise_count(one.words(IDS) ^ other.words(IDS))
    # 64 fair bits each: mean 32, standard deviation 4
    assert abs(differing.mean() - 32) < 5 * 4 / np.sqrt(len(IDS))


def test_uniforms_fill_the_open_interval_evenly():
    u = Streams(3).draw("even").uniforms(IDS)
    assert u.min() > 0
    assert u.max() < 1
    counts = np.histogram(u, bins=50, range=(0, 1))[0]
    expected = len(IDS) / 50
    chi_square = float(((counts - expected) ** 2 / expected).sum())
    assert chi_square < 49 + 5 * np.sqrt(2 * 49)


def test_uniforms_of_extreme_words_stay_inside_the_open_interval():
    words = np.array([0, 2**64 - 1, 2**63], dtype=np.uint64)
    for u in (to_uniforms(words), *halves(words)):
        assert np.all((u > 0) & (u < 1))


EXACT_CHANCES = (0.0, 2.0**-53, 2.0**-52, 0.001, 1 / 3, 0.5, 0.999, 1.0 - 2.0**-52)


@pytest.mark.parametrize("chance", EXACT_CHANCES)
def test_comparing_words_decides_as_comparing_uniforms_does(chance):
    edge = int(word_limits(chance))
    near = np.array([w for w in range(edge - 9000, edge + 9000, 500) if 0 <= w < 2**64], dtype=np.uint64)
    words = np.concatenate([near, Streams(5).draw("chance").words(IDS)])
    assert np.array_equal(words < word_limits(chance), to_uniforms(words) < chance)
    draw = Streams(6).draw("chance")
    assert np.array_equal(draw.happens(IDS, chance), draw.uniforms(IDS) < chance)


def test_a_decision_at_many_places_is_what_it_is_at_each():
    draw, ids, places = Streams(7).draw("many"), IDS[:50], np.arange(50) % 7 - 3
    many = draw.at(places).at(11).at(ids)
    expected = [draw.sub(int(p)).sub(11).sub(int(i)).word(int(i)) for p, i in zip(places, ids, strict=True)]
    assert many.words(ids).tolist() == expected
    assert np.array_equal(many.happens(ids, 0.3), many.words(ids) < word_limits(0.3))


@pytest.mark.parametrize("chance", [0.0, 2.0**-33, 0.001, 1 / 3, 0.5, 0.999, 1.0])
def test_comparing_halves_of_words_decides_as_comparing_their_uniforms_does(chance):
    edge = half_limit(chance)
    near = np.array([w for w in range(edge - 5, edge + 5) if 0 <= w < 2**32], dtype=np.uint64)
    words = np.concatenate([near | (near << np.uint64(32)), Streams(5).draw("chance").words(IDS)])
    for half, u in zip(half_words(words), halves(words), strict=True):
        assert np.array_equal(half < edge, u < chance)


def test_the_two_halves_of_a_word_are_uncorrelated():
    first, second = halves(Streams(5).draw("pair").words(IDS))
    assert abs(np.corrcoef(first, second)[0, 1]) < 5 / np.sqrt(len(IDS))


def test_consecutive_ids_are_uncorrelated():
    u = Streams(5).draw("serial").uniforms(IDS)
    assert abs(np.corrcoef(u[1:], u[:-1])[0, 1]) < 5 / np.sqrt(len(IDS))


@given(st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=50, unique=True), st.integers(0, 2**64 - 1))
def test_scrambled_ids_are_distinct_nonnegative_and_can_be_read_back(numbers, key):
    numbers = np.array(numbers, dtype=np.int64)
    ids = scramble_ids(numbers, key)
    assert np.all(ids >= 0)
    assert len(np.unique(ids)) == len(numbers)
    assert np.array_equal(unscramble_ids(ids, key), numbers)


def test_combined_ids_differ_wherever_entity_or_slot_differs():
    entity, slot = np.meshgrid(np.arange(300), np.arange(300))
    assert len(np.unique(combine(entity.ravel(), slot.ravel()))) == 300 * 300


def test_another_process_with_another_hash_seed_gets_the_same_words():
    code = "from fraudsim_assets.streams import Streams; print(Streams(11).draw('x.y', 5).word(42))"
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "random")
    }
    assert outputs == {f"{Streams(11).draw('x.y', 5).word(42)}\n"}
