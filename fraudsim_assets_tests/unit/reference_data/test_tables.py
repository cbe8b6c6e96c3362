"""Data files: whatever is wrong with one is told with its file and line."""

import re
import shutil

import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data import packaged, reading, sources, tables
from fraudsim_assets.reference_data.reading import line_of
from fraudsim_assets.reference_data.reference import MODELS
from fraudsim_assets.reference_data.sources import ASSUMPTION, Origin

CAFES = "categories/cafe_bar.toml"
INSTEAD = 'instead = ["department_discount"'
CATEGORY, LANGUAGE = "categories/electronics.toml", "languages/de.toml"
COLUMNS, COUNTRIES = "categories/columns.toml", "country_days.toml"
RETRIES = "retries.toml"
SOURCE = 'source = "ASSUMPTION"\n'
THIRTY = 'remark = "Thirty'
UNIT = '[sigma]\nunit = "unitless"\n'


@pytest.fixture
def data(tmp_path, monkeypatch):
    """A copy of the data files that the loader reads instead; what it remembers is forgotten before and after."""
    folder = tmp_path / "data"
    shutil.copytree(reading.DATA, folder)
    monkeypatch.setattr(tables, "DATA", folder)
    tables.packaged_values.cache_clear()
    packaged.cache_clear()
    yield folder
    tables.packaged_values.cache_clear()
    packaged.cache_clear()


def complaint(data, file: str, old: str, new: str) -> str:
    """What the loader says of a file in which something was replaced."""
    path = data / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        packaged()
    return str(error.value).removeprefix(f"{data}/")


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (CATEGORY, "sigma = 1.0\n", "sigma = 10.0\n", ":4: sigma: 10.0 is not valid"),
        (CATEGORY, "sigma = 1.0\n", "sigma = true\n", ":4: sigma: True is not valid"),
        (CATEGORY, "sigma = 1.0\n", "sgima = 1.0\n", ":4: sgima: no such key; did you mean 'sigma'?"),
        (CATEGORY, "sigma = 1.0\n", "", ":1: sigma: is missing"),
        (CATEGORY, "5734 = { weight = 0.15,", "5734 = { wieght = 0.15,", "did you mean 'weight'?"),
        (CATEGORY, "5734 = { weight = 0.15,", "5734 = { weight = 0.25,", "mccs sum to 1.1; they must sum to one"),
        (CATEGORY, "share = 0.0088", "share = 0.0098", "categories sum to 1.001; they must sum to one"),
        (CATEGORY, "code = 3\n", "code = 4\n", "is already the code of"),
        (CATEGORY, "code = 3\n", "code = 3.0\n", ":1: code: 3.0 is not valid"),
        (CATEGORY, '"10:00", closes = "19:00"', '"10:00", closes = "09:00"', "10:00 to 09:00 is not valid"),
        (CATEGORY, '"19:00" }', '"19:00", mccs = ["5813"] }', "5813 is not a code of the category; valid are"),
        (CAFES, 'mccs = ["5814", "5462"]', 'mccs = ["5814"]', "opening_hours: no variant is for shops of 5462"),
        (CATEGORY, INSTEAD, INSTEAD.replace("rt", "tr"), "did you mean 'department_discount'?"),
        (CATEGORY, INSTEAD, 'instead = ["electronics"', "is not another category that is sold"),
        (CATEGORY, 'hours = "retail"', 'hours = "retial"', "no 'retial' in hour_curves; did you mean 'retail'?"),
        (CATEGORY, 'week = "weekend"', 'week = "weekday"', "no 'weekday' in week_shapes"),
        ("week_shapes.toml", "days = [0.97, 0.97, ", "days = [0.97, ", "week_shapes.even.days: "),
        ("clocks.toml", '["ES", "AD"]', '["ES", "IT"]', "IT lives by spanish already; it has one clock"),
        ("clocks.toml", 'lunch = "14:00"', 'lunch = "22:00"', "must be later than lunch"),
        (CATEGORY, 'hours = "retail"', 'hours = "retail"\nonline_hours = "onlin"', "no 'onlin' in hour_curves"),
        (COUNTRIES, "opens = 0, closes = 13", "opens = 14, closes = 13", "must be later than opens (14)"),
        (COUNTRIES, "sunday_hours.shops = { opens = 12", "sunday_hours.shosp = { opens = 12", "did you mean 'shops'?"),
        (CATEGORY, "loyalty = 2.6", "loyalty = 1.0", "loyalty: 1.0 is not valid"),
        (CATEGORY, "[mccs]\n", "[tastes]\nstudents = 2.0\n\n[mccs]\n", ": tastes.students: "),
        (CATEGORY, "code = 3\n", "code = 3\ncode = 4\n", ":2: not valid TOML: Cannot overwrite a value"),
        (COLUMNS, UNIT, UNIT.replace("unitless", "percent"), "is 'percent'; the numbers are"),
        (COLUMNS, UNIT, "[sigma]\n", "is None; the numbers are in 'unitless'"),
        (COLUMNS, '"mizuno2008"', '"mizuno2080"', "did you mean 'mizuno2008'?"),
        (COLUMNS, '[civic]\nsource = "ASSUMPTION"\n', "", "no source of civic"),
        (COLUMNS, "[civic]\n", "[cvic]\n", "no such column; did you mean 'civic'?"),
        ("countries.toml", "price_level = 1.55", "price_level = -1.0", "countries.CH.price_level: -1.0 is not valid"),
        ("countries.toml", "\nCH = {", "\nXX = {", "countries.XX: is no country of ISO 3166-1"),
        ("countries.toml", "\n[countries]\n", "\n[contries]\n", "countries: is missing; a table has [columns]"),
        ("currencies.toml", "\nSEK = {", "\nSEX = {", "currencies.SEX: is no currency of ISO 4217"),
        ("currencies.toml", 'anchor = "HKD"', 'anchor = "HDK"', "'HDK' is none of the currencies"),
        ("currencies.toml", "parity = 1.03\n", "", "MOP.parity: is missing; a peg has"),
        (LANGUAGE, "[words_in.cafe_bar]", "[words_in.cafe_bra]", "is no category; did you mean 'cafe_bar'?"),
        (LANGUAGE, "\n5411 = ", "\n5417 = ", ":4: words.5417: is a code of no category"),
        (RETRIES, "[spread]\nvalue = 1.2", "[spread]\nvalue = -1.2", "spread: -1.2 is not valid"),
        (RETRIES, "[spread]\n", "[spraed]\n", "spraed: no such column; did you mean 'spread'?"),
        (RETRIES, "[spread]\nvalue = 1.2\n", "[spread]\n", "spread: has no value; each has one, beside its source"),
        (RETRIES, "value = 3000\n", "value = 3000.5\n", "least_minor_units: 3000.5 is not valid"),
        (RETRIES, 'unit = "minor units"', 'unit = "EUR"', "is 'EUR'; the numbers are in 'minor units'"),
        (RETRIES, "value = [1.0, 0.6, 0.5, 0.5]", "value = [1.0, 0.6, 0.5]", "later.3: is missing"),
        (RETRIES, SOURCE + THIRTY, THIRTY, "least_minor_units.source: is missing"),
        (LANGUAGE, "owner_first = false", 'owner_first = "no"', ":1: owner_first: 'no' is not valid"),
    ],
)  # fmt: skip
def test_a_fault_in_a_data_file_is_told_with_its_place(data, file, old, new, told):
    message = complaint(data, file, old, new)
    assert re.match(r"\S+\.toml:\d+: ", message)
    assert message.startswith(file) or "categories sum" in told or "already the code" in told  # two files are at odds
    assert told in message


@pytest.mark.parametrize("typo", ["airlines", "feul", "home_improvment", "hotle"])
def test_a_file_of_a_category_that_was_misspelt_cannot_pass(data, typo):
    right = {"airlines": "airline", "feul": "fuel", "home_improvment": "home_improvement", "hotle": "hotel"}[typo]
    (data / "categories" / f"{typo}.toml").write_text((data / "categories" / f"{right}.toml").read_text())
    with pytest.raises(
        ConfigError, match=rf"(categories/({typo}|{right})\.toml:\d+: code: \d+ is already the code of)"
    ):
        packaged()


def test_a_number_may_say_its_own_source(data):
    path = data / CATEGORY
    path.write_text(path.read_text() + '\n[sources]\nshare = { source = "pulse_2024", unit = "share of rows" }\n')
    assert packaged().category("electronics").share == 0.0088
    packaged.cache_clear()
    tables.packaged_values.cache_clear()
    assert "no such column" in complaint(data, CATEGORY, "[sources]\nshare", "[sources]\nshre")


def test_a_source_is_of_the_bibliography_or_an_assumption():
    known = next(iter(sources()))
    assert Origin.model_validate({"source": [known, ASSUMPTION]}).source == (known, ASSUMPTION)
    for wrong in ([], "nobody_2020", ["assumption"]):
        with pytest.raises(ValueError, match="source"):
            Origin.model_validate({"source": wrong})


def test_lines_are_those_of_keys_headers_and_inline_tables():
    text = 'a = 1\n[b]\nc = { d = 2 }\n\n[b.e]\n"x.y" = 3 # z = 4\n'
    wanted = {("a",): 1, ("b",): 2, ("b", "c", "d"): 3, ("b", "e"): 5, ("b", "e", "x.y"): 6, ("q",): 1}
    assert {path: line_of(text, path) for path in wanted} == wanted


def test_every_table_is_part_of_the_digest():
    reference = packaged()
    digests = {reference.digest(table) for table in MODELS}
    assert len(digests) == len(MODELS)
    assert reference.digest() not in digests
