"""Word lists and what is made of them."""

import re

import numpy as np
import pytest

from fraudsim_assets.catalog.names import FALLBACK_LOCALE, first_names, last_names, locale_of, name_lists
from fraudsim_assets.catalog.romanisation import romanised
from fraudsim_assets.config.geography import country_codes
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
    ("language", "word", "latin"),
    [
        ("de", "Weiß", "weiss"),
        ("de", "Müller", "mueller"),
        ("da", "Søren", "soeren"),
        ("sv", "Åström", "astrom"),
        ("pl", "Łukasz", "lukasz"),
        ("en", "O'Brien", "obrien"),
        ("nl", "van den Berg", "vandenberg"),
        ("el", "Παπαδόπουλος", "papadopoulos"),
        ("el", "Ευάγγελος", "evangelos"),
        ("el", "Μπακογιάννης", "bakogiannis"),
        ("bg", "Щерев", "shterev"),
        ("bg", "Кокошкова", "kokoshkova"),
        ("uk", "Юрій", "yurii"),
        ("uk", "Згурський", "zghurskyi"),
        ("ru", "Щербаков", "shcherbakov"),
        ("ka", "გიორგი", "giorgi"),
        ("hy", "Արմեն", "armen"),
        ("zh", "王", "wang"),
        ("ar", "محمد", "mahamad"),
    ],
)
def test_names_are_written_as_in_an_address(language, word, latin):
    assert romanised(packaged(), language, word) == latin


def test_names_in_kanji_have_their_readings():
    names = last_names(packaged(), ("JP",))
    assert {"tanaka", "sato", "watanabe"} <= set(names.latin)
    assert names.latin[names.words.index("田中")] == "tanaka"


@pytest.mark.parametrize("locale", sorted({locale_of(code) for code in country_codes()}))
def test_every_name_of_every_country_has_latin_letters_of_its_own(locale):
    country = next(code for code in sorted(country_codes()) if locale_of(code) == locale)
    for names in (first_names(packaged(), (country,)), last_names(packaged(), (country,))):
        assert all(re.fullmatch(r"[a-z]+", latin) for latin in names.latin)
        # spellings that differ in accents alone become one, and Chinese has far more characters than syllables
        assert len(set(names.latin)) > 0.5 * len(names.words)


def test_a_vocabulary_chooses_in_proportion_to_frequencies():
    vocabulary = last_names(packaged(), ("SE",))
    frequencies = name_lists("sv_SE").last[0]
    levels = np.arange(1 << 16)
    counts = np.bincount(vocabulary.choose(np.zeros(1 << 16, dtype=np.int64), levels), minlength=len(vocabulary.words))
    total = sum(frequencies.values())
    for position, word in enumerate(vocabulary.words):
        expected = frequencies.get(word, 0.0) / total * (1 << 16)
        assert abs(counts[position] - expected) <= 1


def test_women_and_men_have_names_of_their_own():
    vocabulary = first_names(packaged(), ("DE", "PL"))
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


@pytest.mark.parametrize("language", packaged().languages)
def test_a_word_of_a_trade_stands_for_one_code(language):
    reference = packaged()
    meant: dict[str, set[str]] = {}
    for name, mcc in reference.trades:
        for word in reference.trade_words(language, name, mcc):
            meant.setdefault(word, set()).add(mcc)
    assert {word: codes for word, codes in meant.items() if len(codes) > 1} == {}
