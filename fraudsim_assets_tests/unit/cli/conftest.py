"""Running ``fraudsim`` inside the test's process, in an empty folder and environment."""

import json
import logging
import os
from dataclasses import dataclass
from typing import Any

import pytest

from fraudsim_assets.cli import main


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """No settings of the developer's own, and logs as they were afterwards."""
    for name in [name for name in os.environ if name.startswith("FRAUDSIM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FRAUDSIM_OBSERVABILITY__LOG_LEVEL", "warning")
    monkeypatch.chdir(tmp_path)
    package = logging.getLogger("fraudsim_assets")
    before = (list(package.handlers), package.level, package.propagate)
    yield
    package.handlers[:], package.level, package.propagate = before


@pytest.fixture
def run(capsys):
    def _run(*arguments: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(int(ended.value.code or 0), captured.out, captured.err)

    return _run


@pytest.fixture
def made(run, tmp_path):
    """Store with two days of the tiny world, and what was said about them."""
    ran = run("generate", "-c", "tiny", "--start", "2025-01-15", "--end", "2025-01-16", "--json")
    assert ran.code == 0, ran.err
    return tmp_path / "data" / "tiny", ran.json
