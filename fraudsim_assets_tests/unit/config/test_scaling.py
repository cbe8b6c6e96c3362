"""A world of another size by one number."""

import pytest

from fraudsim_assets.config import Config, bundled_configs, config_digest, load_config
from fraudsim_assets.config.model import Population
from fraudsim_assets.config.scaling import FOLLOWING
from fraudsim_assets.errors import ConfigError


def numbers(config):
    return [getattr(getattr(config, section), name) for section, name in FOLLOWING]


@pytest.mark.parametrize("name", sorted(bundled_configs()))
def test_every_bundled_configuration_comes_in_another_size(name):
    whole, half = load_config(name, env={}), load_config(name, overrides=["population.scale=0.7"], env={})
    for (_, setting), before, after in zip(FOLLOWING, numbers(whole), numbers(half), strict=True):
        assert after == pytest.approx(max(before * 0.7, 200 if setting == "merchants" else 1), abs=0.5)
    assert half.population.scale == 1


def test_a_scaled_world_is_the_world_of_those_numbers():
    scaled = load_config("demo", overrides=["population.scale=0.1"], env={})
    by_hand = load_config(
        "demo",
        overrides={".".join(path): value for path, value in zip(FOLLOWING, numbers(scaled), strict=True)},
        env={},
    )
    assert scaled == by_hand
    assert config_digest(scaled) == config_digest(by_hand)


def test_it_works_in_code_and_is_applied_once():
    config = Config(population=Population(scale=2))
    assert config.population.customers == 2 * Config().population.customers
    assert Config.model_validate_json(config.model_dump_json()) == config


def test_no_number_falls_below_the_least_that_is_valid():
    assert load_config("tiny", overrides=["population.scale=0.01"], env={}).population.merchants == 200


@pytest.mark.parametrize("value", ["0", "-1", "true", "much", "1e9", ".nan"])
def test_what_is_no_scale_is_refused(value):
    with pytest.raises(ConfigError, match=r"population\.scale: .* valid is a number above 0 to 1,000"):
        load_config("demo", overrides=[f"population.scale={value}"], env={})


def test_a_world_that_becomes_too_large_is_refused_by_name():
    with pytest.raises(ConfigError, match=r"population\.customers"):
        load_config("full", overrides=["population.scale=900"], env={})
