"""A world with decisions is another world: files say so, and stores of one refuse the other."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from fraudsim_assets.config import load_config, provenance
from fraudsim_assets.decisions import DECISIONS, DecisionLog
from fraudsim_assets.errors import WorldMismatchError
from fraudsim_assets.storage.local import LocalStore
from fraudsim_assets.storage.world import enter_world, identity_of, same_world

DAY, NOON = date(2025, 3, 3), datetime(2025, 3, 3, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def log() -> DecisionLog:
    row = {"transaction_id": 1, "timestamp": NOON, "decided_at": NOON, "action": "decline", "cost": Decimal(0)}
    return DecisionLog.empty().with_day(DAY, pa.Table.from_pylist([row], schema=DECISIONS))


@pytest.fixture(scope="module")
def config():
    return load_config("tiny", env={})


def test_files_say_the_decisions_they_were_made_under(config, log):
    plain = provenance(config, scope="transactions")
    assert provenance(config, scope="transactions", decisions=DecisionLog.empty().digest) == plain
    told = provenance(config, scope="transactions", decisions=log.digest)
    assert told == plain | {"decisions_digest": log.digest}
    catalogs = provenance(config, scope="catalogs")
    assert provenance(config, scope="catalogs", decisions=log.digest) == catalogs


def test_a_world_with_decisions_has_another_identity_and_says_why(config, log):
    plain, other = identity_of(config), identity_of(config, log.digest)
    assert identity_of(config, DecisionLog.empty().digest).id == plain.id
    assert other.id != plain.id
    assert plain.differences(other) == [f'decisions is absent in the store and "{log.digest}" in this run']


def test_a_store_of_one_world_refuses_the_other(config, log, tmp_path):
    store = LocalStore(tmp_path)
    enter_world(store, config)
    assert same_world(store, config, decisions=log.digest) is None
    with pytest.raises(WorldMismatchError, match="decisions is absent"):
        enter_world(store, config, decisions=log.digest)
