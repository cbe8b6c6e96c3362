"""`fraudsim` run inside the test's process.

Belongs here: what tests of the command line share, wherever they stand. Does not belong here: worlds.
"""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
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


def run_command(capsys: pytest.CaptureFixture[str], *arguments: object) -> Ran:
    """Run a command to its end."""
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    captured = capsys.readouterr()
    return Ran(int(ended.value.code or 0), captured.out, captured.err)


@contextmanager
def logs_as_they_were() -> Iterator[None]:
    """Undo what a command sets up in the package's logger."""
    package = logging.getLogger("fraudsim_assets")
    before = (list(package.handlers), package.level, package.propagate)
    try:
        yield
    finally:
        package.handlers[:], package.level, package.propagate = before
