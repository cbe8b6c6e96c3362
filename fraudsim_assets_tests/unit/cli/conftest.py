"""Running ``fraudsim`` inside the test's process, in an empty folder and environment."""

import contextlib
import io
import json
import os
import shutil
from functools import partial

import pytest

from fraudsim_assets.cli import main
from fraudsim_assets_tests.command import logs_as_they_were, run_command


@pytest.fixture(autouse=True)
def _alone(tmp_path, monkeypatch):
    """No settings of the developer's own, and logs as they were afterwards."""
    for name in [name for name in os.environ if name.startswith("FRAUDSIM_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("FRAUDSIM_OBSERVABILITY__LOG_LEVEL", "warning")
    monkeypatch.chdir(tmp_path)
    with logs_as_they_were():
        yield


@pytest.fixture
def run(capsys):
    return partial(run_command, capsys)


@pytest.fixture(scope="session")
def first_days(tmp_path_factory):
    """Two days of the tiny world, made once, and what was said about them."""
    folder = tmp_path_factory.mktemp("first") / "tiny"
    said = io.StringIO()
    arguments = ["generate", "-c", "tiny", "--start", "2025-01-15", "--end", "2025-01-16", "--json"]
    with contextlib.redirect_stdout(said), pytest.raises(SystemExit) as ended:
        main([*arguments, "-s", f"storage.base_dir={folder}", "-s", "observability.log_level=error"])
    assert ended.value.code == 0
    return folder, said.getvalue()


@pytest.fixture
def made(first_days, tmp_path):
    """A test's own copy of those two days, where the tiny world belongs."""
    source, said = first_days
    folder = tmp_path / "data" / "tiny"
    shutil.copytree(source, folder)
    return folder, json.loads(said.replace(str(source), str(folder)))
