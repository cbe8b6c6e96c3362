"""What a digest leaves out really changes nothing: shown on the catalogs themselves."""

from functools import cache

import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import Config, config_digest, load_config
from fraudsim_assets.config.schema import leaves, types_of
from fraudsim_assets.storage import content_digest

SMALL = {"population": {"customers": 60, "cards": 80, "merchants": 200}, "geography": {"cities_per_country": 4}}


@cache
def tables(config_json: str) -> dict[str, str]:
    catalogs = build_catalogs(Config.model_validate_json(config_json))
    return {name: content_digest(getattr(catalogs, name)) for name in ("customers", "cards", "merchants")}


def other_value(path, node):
    """A valid value that is not the default, or None where there is no telling."""
    default = node.get("default")
    if "enum" in node:
        return next(value for value in node["enum"] if value != default)
    types = types_of(node)
    if "boolean" in types:
        return not default
    if "integer" in types and default is not None:
        return default + 1 if default + 1 <= node.get("maximum", 1e18) else default - 1
    if "number" in types and default is not None:
        return default / 2 if default else 0.5
    return None


def changed(path, value) -> Config:
    return load_config("tiny", overrides={**SMALL, ".".join(path): value}, env={})


BASE = load_config("tiny", overrides=SMALL, env={})
CASES = [(path, other_value(path, node)) for path, node in leaves() if path[0] not in {"seed", "storage", "population"}]
CASES = [(path, value) for path, value in CASES if value is not None and not path[0].startswith(("start", "end"))]


@pytest.mark.parametrize(("path", "value"), CASES, ids=[".".join(path) for path, _ in CASES])
def test_a_setting_outside_the_digest_of_catalogs_leaves_them_as_they_are(path, value):
    config = changed(path, value)
    assert config != BASE
    if config_digest(config, scope="catalogs") == config_digest(BASE, scope="catalogs"):
        assert tables(config.model_dump_json()) == tables(BASE.model_dump_json())


def test_a_change_of_seed_changes_all_catalogs():
    other = tables(changed(("seed",), 8).model_dump_json())
    assert not set(other.values()) & set(tables(BASE.model_dump_json()).values())
