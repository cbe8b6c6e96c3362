"""Hidden seeds: what is committed to, and that nothing else can be revealed."""

import pytest

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.policies.sealed import Seal, revealed, worlds

SEAL = Seal(1234, "00ff00ff")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "worlds.toml"
    path.write_text(f'[one]\nsha256 = "{SEAL.sha256}"\nconfig = "tiny"\nscale = 1.0\nstart = "2025-04-01"\ndays = 7\n')
    return path


def test_the_benchmark_has_three_worlds_with_different_commitments():
    assert len({world.sha256 for world in worlds().values()}) == 3


def test_a_commitment_is_the_sha_256_of_seed_and_salt_as_they_are_revealed():
    # printf 1234:00ff00ff | sha256sum
    assert SEAL.sha256 == "9a4dbc8596deae4b7042bd7377ade95b3c61a6a00ec5ba8598b5b740ae105ce7"
    assert Seal.new() != Seal.new()


def test_what_was_committed_to_can_be_revealed_and_nothing_else(file):
    assert revealed("one", "1234:00ff00ff", file) == SEAL
    with pytest.raises(ConfigError, match="committed was"):
        revealed("one", "1235:00ff00ff", file)
    with pytest.raises(ConfigError, match="has no world 'two'; valid are one"):
        revealed("two", "1234:00ff00ff", file)
    with pytest.raises(ConfigError, match="valid is SEED:SALT"):
        revealed("one", "1234", file)
