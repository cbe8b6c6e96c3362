"""No hidden input: the order in which things are named, and what else there is, change nothing they do not concern."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import Config, config_digest, load_config
from fraudsim_assets.simulation import World, simulate_day, simulate_labels
from fraudsim_assets.storage import content_digest
from fraudsim_assets.units import day_number

DAY = date(2025, 3, 10)
COUNTRIES = {"DE": 83.5, "FR": 66.4, "GB": 0.1, "NL": 17.9, "DK": 0.3, "PL": 36.6, "HU": 0.7}


def content(config: Config) -> dict[str, str]:
    """Digests of all tables of a world and of a day of it."""
    world = World(config, build_catalogs(config))
    tables = {name: getattr(world.catalogs, name) for name in ("customers", "cards", "merchants")}
    tables |= {"transactions": simulate_day(world, DAY).read(), "fraud_labels": simulate_labels(world, DAY).read()}
    return {name: content_digest(table) for name, table in tables.items()}


def loaded(**overrides) -> Config:
    return load_config("tiny", overrides={"fraud": {"rate": 0.02}, **overrides}, env={})


def in_order(names) -> Config:
    return loaded(geography={"countries": {name: COUNTRIES[name] for name in names}})


@given(st.permutations(sorted(COUNTRIES)))
@settings(max_examples=4)
def test_the_order_of_countries_changes_nothing(names):
    one, other = in_order(sorted(COUNTRIES)), in_order(names)
    assert config_digest(one) == config_digest(other)
    assert content(one) == content(other)


def test_another_home_country_leaves_the_exchange_rates_of_the_others_as_they_are():
    rates = []
    for countries in ({"DE": 1.0, "GB": 1.0}, {"AE": 1.0, "DE": 1.0, "GB": 1.0, "US": 0.5}):
        config = loaded(geography={"countries": countries})
        world = World(config, build_catalogs(config))
        today = world.prices.rates_on(day_number(DAY))
        rates.append(dict(zip(world.prices.money.currencies, today.tolist(), strict=True)))
    shared = rates[0].keys() & rates[1].keys()
    assert {"EUR", "GBP", "USD"} <= shared
    assert {code: rates[0][code] for code in shared} == {code: rates[1][code] for code in shared}
