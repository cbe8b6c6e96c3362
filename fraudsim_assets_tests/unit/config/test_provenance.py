"""Facts that travel with data lead back to a configuration that makes the same data."""

import json

import pytest

from fraudsim_assets.config import Config, config_digest, load_config, provenance, stored_config
from fraudsim_assets.errors import ConfigError


@pytest.mark.parametrize("scope", ["catalogs", "cards", "transactions"])
@pytest.mark.parametrize("name", ["tiny", "us_debit"])
def test_the_way_back_leads_to_the_same_digest(name, scope):
    config = load_config(name, overrides=["fraud.scenarios.skimming.parameters.points=3", "storage.base_dir=x"], env={})
    facts = provenance(config, scope=scope)
    again = stored_config(facts)
    digested = "transactions" if scope == "transactions" else "catalogs"
    assert config_digest(again, scope=digested) == facts["config_digest"] == config_digest(config, scope=digested)
    assert str(again.seed) == facts["seed"]
    assert provenance(again, scope=scope) == facts


def test_facts_of_days_do_not_depend_on_where_the_days_end_but_those_of_catalogs_do():
    a, b = (load_config("tiny", overrides={"end_date": end}, env={}) for end in ("2025-06-30", "2030-06-30"))
    assert provenance(a, scope="transactions") == provenance(b, scope="transactions")
    assert provenance(a, scope="catalogs") != provenance(b, scope="catalogs")
    assert stored_config(provenance(b, scope="catalogs")).end_date == b.end_date


def test_cards_name_the_whole_world_since_fraud_replaces_some():
    a, b = (load_config("tiny", overrides={"fraud.rate": rate}, env={}) for rate in (0.01, 0.02))
    facts = provenance(a, scope="cards")
    assert facts["world_digest"] == config_digest(a) != provenance(b, scope="cards")["world_digest"]
    assert facts["config_digest"] == provenance(b, scope="cards")["config_digest"]
    assert stored_config(facts).fraud.rate == 0.01


def test_no_path_bucket_or_address_travels_with_the_data():
    config = load_config(
        "tiny", overrides={"storage.bucket": "secret-bucket", "storage.endpoint_url": "http://x"}, env={}
    )
    assert "secret-bucket" not in json.dumps(provenance(config, scope="transactions"))


def test_data_without_seed_has_no_provenance():
    with pytest.raises(ConfigError, match="seed is not set"):
        provenance(Config(), scope="transactions")


@pytest.mark.parametrize("facts", [{}, {"seed": "7"}])
def test_data_that_does_not_tell_is_an_error(facts):
    with pytest.raises(ConfigError, match="does not say"):
        stored_config(facts)


@pytest.mark.parametrize("text", ["{", '{"unknown": 1}', '{"fraud": {"rate": 9}}', "[]"])
def test_settings_of_another_version_are_an_error_that_names_them(text):
    with pytest.raises(ConfigError, match=r"package version 9\.9"):
        stored_config({"config": text, "package_version": "9.9"})
