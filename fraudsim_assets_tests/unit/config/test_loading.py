"""Precedence of the layers, and errors told to the person who wrote them."""

from datetime import date
from pathlib import Path

import pytest

from fraudsim_assets.config import Config, ensure_seed, load_config
from fraudsim_assets.errors import ConfigError


@pytest.fixture
def write(tmp_path):
    def _write(text: str, name: str = "world.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return _write


def message(path=None, *, overrides=None, env=None) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path, overrides=overrides, env=env or {})
    return str(caught.value)


def test_without_any_layer_the_defaults_of_the_model_stand():
    assert load_config(env={}) == Config()


def test_each_layer_wins_over_those_before_it(write):
    path = write("fraud: {rate: 0.002}\nactivity: {transactions_per_day: 5000, card_sigma: 0.5, weekly_sigma: 0.1}\n")
    env = {"FRAUDSIM_ACTIVITY__CARD_SIGMA": "0.6", "FRAUDSIM_ACTIVITY__WEEKLY_SIGMA": "0.2"}
    config = load_config(path, overrides=["activity.weekly_sigma=0.3"], env=env)
    assert config.fraud.rate == 0.002
    assert config.activity.transactions_per_day == 5000.0
    assert config.activity.card_sigma == 0.6
    assert config.activity.weekly_sigma == 0.3
    assert config.activity.trip_extra_purchases == Config().activity.trip_extra_purchases


def test_the_environment_of_the_process_is_read_by_default(monkeypatch):
    monkeypatch.setenv("FRAUDSIM_SEED", "99")
    assert load_config("tiny").seed == 99


def test_a_variable_names_the_file_and_an_argument_wins_over_it(write):
    path = write("seed: 3\n")
    assert load_config(env={"FRAUDSIM_CONFIG": str(path)}).seed == 3
    assert load_config(env={"FRAUDSIM_CONFIG": "tiny"}).seed == 7
    assert load_config(path, env={"FRAUDSIM_CONFIG": "tiny"}).seed == 3


def test_an_empty_variable_counts_as_not_set():
    assert load_config(env={"FRAUDSIM_SEED": "", "FRAUDSIM_CONFIG": ""}) == Config()


def test_a_variable_may_hold_a_whole_section_or_one_key_of_a_mapping():
    env = {"FRAUDSIM_FRAUD": "{rate: 0.01, difficulty: hard}", "FRAUDSIM_GEOGRAPHY__COUNTRIES__GB": "5"}
    config = load_config(env=env)
    assert (config.fraud.rate, config.fraud.difficulty) == (0.01, "hard")
    assert config.geography.countries == {**Config().geography.countries, "GB": 5.0}


def test_a_variable_reaches_a_scenario_by_name():
    config = load_config(env={"FRAUDSIM_FRAUD__SCENARIOS__CARD_TESTING__SHARE": "2"})
    assert config.fraud.scenarios["card_testing"].share == 2.0


def test_text_settings_take_text_that_looks_like_something_else():
    config = load_config(env={"FRAUDSIM_STORAGE__PREFIX": "2025"}, overrides=["storage.bucket=true"])
    assert (config.storage.prefix, config.storage.bucket) == ("2025", "true")


@pytest.mark.parametrize(
    "overrides",
    [
        ["fraud.rate=0.01", "geography.countries={NO: 5}"],
        {"fraud": {"rate": 0.01}, "geography": {"countries": {"NO": 5}}},
        {"fraud.rate": 0.01, "geography.countries": {"NO": 5}},
    ],
)
def test_overrides_come_as_strings_as_nested_or_as_dotted_mapping(overrides):
    config = load_config(overrides=overrides, env={})
    assert config.fraud.rate == 0.01
    assert config.geography.countries == {"NO": 5.0}


def test_the_last_of_two_overrides_wins():
    assert load_config(overrides=["seed=1", "seed=2"], env={}).seed == 2


def test_an_override_can_take_an_optional_value_away():
    assert load_config("tiny", overrides=["end_date=null"], env={}).end_date is None


def test_a_single_country_is_added_and_a_whole_mapping_replaces(write):
    path = write("geography:\n  countries: {DE: 1, FR: 2}\n")
    added = load_config(path, overrides=["geography.countries.GB=3"], env={})
    assert added.geography.countries == {"DE": 1.0, "FR": 2.0, "GB": 3.0}
    assert load_config(path, overrides={"geography": {"countries": {"GB": 3}}}, env={}).geography.countries == {"GB": 3}


def test_extending_joins_sections_and_keeps_what_is_not_named(write):
    write("fraud: {rate: 0.003, scenarios: {skimming: {share: 1}}}\nseed: 5\n", "base.yaml")
    path = write("extends: base.yaml\nfraud: {scenarios: {bust_out: {share: 2, parameters: {gang: 1}}}}\n")
    config = load_config(path, env={})
    assert (config.seed, config.fraud.rate) == (5, 0.003)
    assert {name: settings.share for name, settings in config.fraud.scenarios.items()} == {
        "skimming": 1.0,
        "bust_out": 2.0,
    }
    assert config.fraud.scenarios["bust_out"].parameters == {"gang": 1}


def test_parameters_of_a_scenario_are_joined_name_by_name(write):
    write("fraud: {scenarios: {skimming: {parameters: {gang: 1, points: 2}}}}\n", "base.yaml")
    path = write("extends: base.yaml\nfraud: {scenarios: {skimming: {parameters: {points: 3}}}}\n")
    assert load_config(path, env={}).fraud.scenarios["skimming"].parameters == {"gang": 1, "points": 3}


def test_norway_is_a_country_and_not_false(write):
    assert load_config(write("geography:\n  countries:\n    NO: 5.5\n"), env={}).geography.countries == {"NO": 5.5}


def test_numbers_may_carry_exponents_and_underscores(write):
    config = load_config(write("seed: 1_000\nfraud: {rate: 1e-4}\n"), env={})
    assert (config.seed, config.fraud.rate) == (1000, 0.0001)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["world.yaml", "empty"]),
        ("# only a comment\n", ["world.yaml", "empty"]),
        ("- seed\n", ["world.yaml", "a list", "mapping"]),
        ("just text\n", ["world.yaml", "plain text"]),
        ("seed: 1\nseed: 2\n", ["world.yaml:2", "seed", "twice", "line 1"]),
        ("fraud: {rate: 0.1,\n", ["world.yaml:2", "not valid YAML"]),
        ("\tseed: 1\n", ["world.yaml:1", "not valid YAML"]),
        ("seed: 1\n---\nseed: 2\n", ["world.yaml", "not valid YAML"]),
        ("a: &anchor 1\nb: *anchor\n", ["world.yaml:1", "anchors"]),
        ("seed: !!python/object/apply:os.getcwd []\n", ["world.yaml:1", "tag", "not allowed"]),
        ("start_date: !!timestamp 2025-01-01\n", ["world.yaml:1", "tag !!timestamp"]),
        ("? [a, b]\n: 1\n", ["world.yaml:1", "key must be plain text"]),
        ("x: " + "[" * 5000 + "]" * 5000, ["world.yaml:1", "nested deeper"]),
        ("seed: \x07\n", ["world.yaml", "not valid YAML"]),
        ("fraud:\n  rat: 0.1\n", ["fraud.rat", "no such setting", "did you mean fraud.rate", "world.yaml:2"]),
        ("rate: 0.1\n", ["rate", "did you mean fraud.rate", "world.yaml:1"]),
        ("Seed: 1\n", ["Seed", "did you mean seed"]),
        ("zzz: 1\n", ["zzz", "known here", "population"]),
        ("fraud:\n  rate: -0.5\n", ["fraud.rate", "-0.5", "from 0 to 0.05", "world.yaml:2"]),
        ("fraud: {rate: .nan}\n", ["fraud.rate", "nan", "from 0 to 0.05"]),
        ("fraud: {rate: .inf}\n", ["fraud.rate", "inf"]),
        ("spending: {foreign_trips_per_year: .nan}\n", ["spending.foreign_trips_per_year", "nan"]),
        ("checks: {z: .inf}\n", ["checks.z", "inf", "above 0"]),
        ("fraud: {rate: often}\n", ["fraud.rate", "'often'", "a number"]),
        ("fraud: {rate: [1]}\n", ["fraud.rate", "[1]"]),
        ("fraud: {difficulty: brutal}\n", ["fraud.difficulty", "brutal", "easy, realistic, hard"]),
        ("fraud: 5\n", ["fraud", "5", "a mapping with the keys rate"]),
        ("fraud:\n", ["fraud", "an empty value", "a mapping"]),
        ("population: {merchants: 0}\n", ["population.merchants", "0", "from 200"]),
        ("population: {customers: true}\n", ["population.customers", "true", "whole number"]),
        ("population: {customers: 1.5}\n", ["population.customers", "1.5", "whole number"]),
        ("population: {customers: 20, cards: 10}\n", ["population.cards", "10", "population.customers", "20"]),
        ("seed: -1\n", ["seed", "-1", "from 0"]),
        ("seed: " + "9" * 90 + "\n", ["seed", "whole number"]),
        ("start_date: 2025-02-30\n", ["start_date", "2025-02-30", "a date such as", "world.yaml:1"]),
        ("start_date: 20250101\n", ["start_date", "20250101", "a date such as"]),
        ("start_date: soon\n", ["start_date", "soon"]),
        ("start_date: 1989-12-31\n", ["start_date", "1989-12-31", "1990-01-01"]),
        ("end_date: 2024-01-01\n", ["end_date", "2024-01-01", "before start_date", "world.yaml:1"]),
        ("geography: {countries: {}}\n", ["geography.countries"]),
        ("geography: {countries: {DE: -1}}\n", ["geography.countries.DE", "-1", "above 0"]),
        ("storage: {kind: s3}\n", ["storage.bucket", "not set"]),
        ("observability: {metrics_port: 0}\n", ["observability.metrics_port", "0", "from 1 to 65,535"]),
        ("extends: 5\n", ["extends", "5", "tiny", "world.yaml:1"]),
        ("extends: nowhere.yaml\n", ["nowhere.yaml", "does not exist", "world.yaml"]),
        ("extends: world.yaml\n", ["world.yaml", "leads back to itself"]),
    ],
)
def test_what_is_wrong_in_a_file_is_told_with_field_value_and_line(write, text, parts):
    told = message(write(text))
    assert "\n" not in told, told
    for part in parts:
        assert part in told


def test_all_problems_are_told_at_once(write):
    path = write("fraud: {rate: 2}\npopulation: {merchants: 0}\nseeed: 1\n")
    told = message(path, overrides=["checks.z=0", "nonsense"], env={"FRAUDSIM_NULLS__LATITUDE": "7"}).splitlines()
    assert told[0] == "6 problems in the configuration:"
    assert len(told) == 7
    joined = "\n".join(told)
    for part in ("fraud.rate", "population.merchants", "seeed", "--set checks.z=0", "--set nonsense", "nulls.latitude"):
        assert part in joined
    assert "environment variable FRAUDSIM_NULLS__LATITUDE" in joined


def test_a_broken_rule_of_a_section_does_not_hide_a_broken_field_elsewhere():
    told = message(overrides={"storage.kind": "s3", "fraud.rate": -1})
    assert "storage.bucket" in told
    assert "fraud.rate" in told


def test_an_unknown_variable_is_an_error_with_a_suggestion():
    told = message(env={"FRAUDSIM_FRAUD__RAET": "0.1"})
    assert "did you mean fraud.rate" in told
    assert "FRAUDSIM_FRAUD__RAET" in told


def test_a_variable_that_is_not_yaml_is_told():
    assert "FRAUDSIM_FRAUD__RATE" in message(env={"FRAUDSIM_FRAUD__RATE": "{1: "})


@pytest.mark.parametrize("text", ["fraud.rate", "=1", "fraud..rate=1", ""])
def test_an_override_without_name_or_value_is_an_error(text):
    assert "section.field=value" in message(overrides=[text])


@pytest.mark.parametrize("name", ["nowhere.yaml", "/nowhere/at/all.yaml", "nul\0.yaml", "x" * 5000 + ".yaml"])
def test_a_missing_file_is_told_with_what_exists(name):
    told = message(name)
    assert repr(name)[1:12] in told
    assert "\n" not in told


def test_a_misspelt_bundled_name_is_told_with_the_close_one():
    assert "did you mean 'demo'" in message("dmeo")


def test_a_folder_is_not_a_configuration(tmp_path):
    assert "is not a file" in message(tmp_path)


def test_bytes_that_are_not_utf8_are_told(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes(b"seed: 1 # \xe9\n")
    assert "UTF-8" in message(path)


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path):
    path = tmp_path / "huge.yaml"
    path.write_text("#" * 1_000_001)
    assert "1,000,000 bytes" in message(path)


def test_a_file_in_the_current_directory_never_stands_in_for_a_bundled_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("tiny").write_text("seed: 1\n")
    Path("tiny.yaml").write_text("seed: 2\n")
    assert load_config("tiny", env={}).seed == 7
    assert load_config("tiny.yaml", env={}).seed == 2


def test_a_seed_is_drawn_once_and_never_over_a_given_one():
    given = Config(seed=5)
    assert ensure_seed(given) is given
    drawn = ensure_seed(Config())
    assert drawn.seed is not None
    assert 0 <= drawn.seed < 2**53
    assert ensure_seed(drawn) is drawn
    assert ensure_seed(Config()).seed != drawn.seed
    assert drawn.start_date == date(2025, 1, 1)


def test_fewer_payments_than_subscriptions_alone_make_are_refused_with_what_to_change():
    with pytest.raises(ConfigError, match=r"transactions_per_day is 5, but .* alone make up to 1241.9 a day; raise"):
        load_config(overrides={"activity.transactions_per_day": 5}, env={})
    few = {"activity.transactions_per_day": 5, "spending.subscriptions_per_card": 0.004}
    assert load_config(overrides=few, env={}).activity.transactions_per_day == 5
