"""Worlds at the edge, and ``fraudsim`` run inside the test's process in an empty folder."""

import json
import logging
import os
from dataclasses import dataclass
from typing import Any

import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.cli import main
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


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
    package = logging.getLogger("fraudsim_assets")
    before = (list(package.handlers), package.level, package.propagate)

    def _run(*arguments: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        captured = capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    yield _run
    package.handlers[:], package.level, package.propagate = before
