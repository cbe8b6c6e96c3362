"""Word lists and what is made of them."""

import re

import numpy as np
import pytest

from fraudsim_assets.catalog.names import FALLBACK_LOCALE, first_names, fold, last_names, locale_of, name_lists
from fraudsim_assets.reference_data import packaged


@pytest.mark.parametrize(
    ("country", "locale"),
    [("DE", "de_DE"), ("SE", "sv_SE"), ("IE", "en_IE"), ("BR", "pt_BR"), ("CH", "de_CH"), ("AQ", FALLBACK_LOCALE)],
)
def test_a_country_has_names_of_its_own_language(country, locale):
    assert locale_of(country) == locale


@pytest.mark.parametrize("country", [*packaged().destinations, "PL", "KE", "LU", "KW"])
def test_every_country_has_names(country):
    lists = name_lists(locale_of(country))
    for frequencies in (*lists.first, *lists.last):
        assert len(frequencies) >= 10
        assert all(name.strip() == name and name for name in frequencies)
        assert min(frequencies.values()) > 0


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Weiß", "weiss"),
        ("Søren", "soren"),
        ("Łukasz", "lukasz"),
        ("O'Brien", "obrien"),
        ("van den Berg", "vandenberg"),
    ],
)
def test_names_fold_to_plain_letters(word, folded):
    assert fold(word) == folded


def test_names_without_latin_letters_fold_to_a_stand_in():
    assert fold("田中") == ""
    assert set(last_names(("JP",)).folded) == {"family"}


def test_merchants_in_countries_of_other_scripts_have_latin_names():
    assert all(fold(word) for word in last_names(("JP", "GR", "EG"), latin=True).words)


def test_a_vocabulary_chooses_in_proportion_to_frequencies():
    vocabulary = last_names(("SE",))
    frequencies = name_lists("sv_SE").last[0]
    levels = np.arange(1 << 16)
    counts = np.bincount(vocabulary.choose(np.zeros(1 << 16, dtype=np.int64), levels), minlength=len(vocabulary.words))
    total = sum(frequencies.values())
    for position, word in enumerate(vocabulary.words):
        expected = frequencies.get(word, 0.0) / total * (1 << 16)
        assert abs(counts[position] - expected) <= 1


def test_women_and_men_have_names_of_their_own():
    vocabulary = first_names(("DE", "PL"))
    levels = np.arange(0, 1 << 16, 16)
    rows = [{vocabulary.words[i] for i in vocabulary.choose(np.full(len(levels), row), levels)} for row in range(4)]
    assert rows[0] <= set(name_lists("de_DE").first[0])
    assert rows[3] <= set(name_lists("pl_PL").first[1])


@pytest.mark.parametrize("language", packaged().languages)
def test_every_trade_has_a_word_in_every_language(language):
    reference = packaged()
    assert reference.languages[language].words.keys() == reference.languages["en"].words.keys()
    for category in reference.categories:
        for mcc in category.mccs if category.is_sold_in_shops else ():
            assert all(re.fullmatch(r"\S(.*\S)?", word) for word in reference.trade_words(language, category.name, mcc))
