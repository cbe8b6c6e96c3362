"""Equal digests promise equal content; different content has different digests."""

import subprocess
import sys

import pytest

from fraudsim_assets.config import Config, config_digest, digested_settings, load_config

SCOPES = ["catalogs", "transactions", "all"]


def digest(scope="all", **overrides) -> str:
    return config_digest(load_config("tiny", overrides=overrides, env={}), scope=scope)


@pytest.mark.parametrize("scope", SCOPES)
def test_a_digest_is_short_hexadecimal_and_stable(scope):
    assert len(digest(scope)) == 16
    assert int(digest(scope), 16) >= 0
    assert digest(scope) == digest(scope)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    "change",
    [
        {"end_date": "2030-01-01"},
        {"end_date": None},
        {"generation.chunk_rows": 7},
        {"generation.row_group_rows": 70},
        {"storage.base_dir": "elsewhere"},
        {"storage.compression": "snappy"},
        {"checks.z": 3},
        {"observability.log_level": "debug"},
    ],
)
def test_how_and_where_never_enter_a_digest(scope, change):
    assert digest(scope, **change) == digest(scope)


@pytest.mark.parametrize(
    "change", [{"seed": 8}, {"population.cards": 451}, {"geography.countries": {"DE": 3, "FR": 2}}]
)
def test_what_catalogs_depend_on_enters_every_digest(change):
    assert all(digest(scope, **change) != digest(scope) for scope in SCOPES)


@pytest.mark.parametrize(
    "change",
    [
        {"fraud.rate": 0.02},
        {"nulls.latitude": 0.5},
        {"spending.refund_rate": 0.01},
        {"fraud.scenarios.skimming.share": 2},
    ],
)
def test_what_only_days_depend_on_leaves_the_catalogs_alone(change):
    assert digest("catalogs", **change) == digest("catalogs")
    assert digest("transactions", **change) != digest("transactions")


def test_a_digest_does_not_depend_on_the_order_of_keys():
    a = digest(**{"geography.countries": {"DE": 1, "FR": 2}})
    assert a == digest(**{"geography.countries": {"FR": 2, "DE": 1}})


def test_every_section_is_either_digested_or_left_out_on_purpose():
    left_out = set(Config.model_fields) - set(digested_settings(Config()))
    working = {"generation", "storage", "checks", "observability", "orchestration", "policies", "end_date"}
    assert left_out == working | {"decisions"}  # what a log holds has a digest of its own, wherever it lies


def test_a_digest_is_the_same_in_every_process_whatever_order_its_sets_have():
    asked = "from fraudsim_assets.config import config_digest, load_config; print(config_digest(load_config('ch')))"
    told = {
        subprocess.run(
            [sys.executable, "-c", asked], env={"PYTHONHASHSEED": seed}, check=True, capture_output=True, text=True
        ).stdout
        for seed in ("0", "1", "3")
    }
    assert len(told) == 1
