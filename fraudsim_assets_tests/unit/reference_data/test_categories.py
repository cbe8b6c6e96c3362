"""The table of categories, and what a configuration may change in it."""

import pytest

from fraudsim_assets.config import config_digest, load_config, provenance
from fraudsim_assets.errors import ConfigError


@pytest.mark.parametrize("typo", ["airlines", "feul", "home_improvment", "hotle", "electornics"])
def test_a_category_that_is_not_there_is_an_error_that_names_the_key_and_the_closest_one(typo):
    with pytest.raises(ConfigError, match=rf"reference\.categories\.{typo}: is none of the categories; did you mean"):
        load_config(overrides=[f"reference.categories.{typo}.share=0.1"], env={})


def test_a_share_that_is_set_leaves_the_rest_to_the_others_and_is_part_of_the_digest():
    plain = load_config(overrides=["seed=1"], env={})
    changed = load_config(overrides=["seed=1", "reference.categories.electronics.share=0.05"], env={})
    shares = {category.name: category.share for category in changed.reference.resolved.categories}
    assert shares["electronics"] == 0.05
    assert sum(shares.values()) == pytest.approx(1.0)
    assert config_digest(plain) != config_digest(changed)
    assert config_digest(plain, scope="catalogs") != config_digest(changed, scope="catalogs")
    facts = [provenance(config, scope="transactions") for config in (plain, changed)]
    assert facts[0]["reference_digest"] != facts[1]["reference_digest"]
