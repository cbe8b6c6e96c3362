"""A world with decisions is another world: its configuration names their log, files say so, and stores refuse."""

import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config, provenance
from fraudsim_assets.decisions import DecisionLog
from fraudsim_assets.decisions.files import decisions_digest, write_log
from fraudsim_assets.errors import WorldMismatchError
from fraudsim_assets.simulation import World
from fraudsim_assets.storage.local import LocalStore
from fraudsim_assets.storage.world import enter_world, identity_of, same_world
from fraudsim_assets_tests.unit.decisions.samples import DAY, one_decline


@pytest.fixture(scope="module")
def config():
    return load_config("tiny", env={})


@pytest.fixture(scope="module")
def log() -> DecisionLog:
    return DecisionLog.empty().with_day(DAY, one_decline())


@pytest.fixture(scope="module")
def decided(config, log, tmp_path_factory):
    """The configuration with that log."""
    folder = tmp_path_factory.mktemp("log") / "careful"
    write_log(log, folder, config, policy="careful", days=[DAY])
    return config.model_copy(update={"decisions": str(folder)})


def test_files_say_the_decisions_they_were_made_under(config, log, decided):
    plain = provenance(config, scope="transactions")
    assert provenance(config, scope="transactions", decisions=decisions_digest(config)) == plain
    told = provenance(decided, scope="transactions", decisions=decisions_digest(decided))
    assert told == plain | {"decisions_digest": log.digest}
    catalogs = provenance(config, scope="catalogs")
    assert provenance(decided, scope="catalogs", decisions=decisions_digest(decided)) == catalogs


def test_a_world_with_decisions_has_another_identity_wherever_their_log_lies(config, log, decided, tmp_path):
    plain, other = identity_of(config), identity_of(decided)
    assert other.id != plain.id
    assert plain.differences(other) == [f'decisions is absent in the store and "{log.digest}" in this run']
    write_log(log, tmp_path / "copy", config, policy="careful", days=[DAY])
    assert identity_of(config.model_copy(update={"decisions": str(tmp_path / "copy")})).id == other.id
    write_log(DecisionLog.empty(), tmp_path / "nothing", config, policy="nothing", days=[DAY])
    assert identity_of(config.model_copy(update={"decisions": str(tmp_path / "nothing")})).id == plain.id


def test_a_world_takes_up_the_log_that_its_configuration_names(decided, log):
    assert World(decided, build_catalogs(decided)).decisions.digest == log.digest


def test_a_store_of_one_world_refuses_the_other(config, decided, tmp_path):
    store = LocalStore(tmp_path)
    enter_world(store, config)
    assert same_world(store, decided) is None
    with pytest.raises(WorldMismatchError, match="decisions is absent"):
        enter_world(store, decided)


def test_a_store_is_not_entered_with_decisions_of_another_world(decided, tmp_path):
    other = decided.model_copy(update={"seed": 8})
    with pytest.raises(WorldMismatchError, match="seed is 7 in the log and 8 in this run"):
        enter_world(LocalStore(tmp_path), other)
    assert not list(tmp_path.rglob("*.json"))
