"""Worlds at the edge, and ``fraudsim`` run inside the test's process in an empty folder."""

import os
from functools import partial

import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World
from fraudsim_assets_tests.command import logs_as_they_were, run_command


@pytest.fixture
def world_of():
    """A tiny world with some settings changed."""

    def _world(*overrides: str) -> World:
        config = load_config("tiny", overrides=list(overrides), env={})
        return World(config, build_catalogs(config))

    return _world


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    for name in [name for name in os.environ if name.startswith(("FRAUDSIM_", "AWS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FRAUDSIM_OBSERVABILITY__LOG_LEVEL", "warning")
    monkeypatch.chdir(tmp_path)
    with logs_as_they_were():
        yield partial(run_command, capsys)
