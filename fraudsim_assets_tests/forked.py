"""Commands in processes of their own that need not import everything again: forks of one process that has.

A process that is started from scratch spends seconds of processor time on imports, again and again. These are as much
processes as any: with a session, signals, standard streams, environment and folder of their own.

Belongs here: starting, stopping and asking them. Does not belong here: tests of what is imported, or of how the
interpreter is started, which need a process from scratch.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from multiprocessing import get_context
from pathlib import Path

_CONTEXT = get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        "pytest",  # what the process of the tests began with is prepared in each fork
        "dagster._cli",
        "dagster_polars",
        "fraudsim_assets.cli.days",
        "fraudsim_assets.cli.export",
        "fraudsim_assets.defs.assembly",
        "fraudsim_assets.exports",
        "fraudsim_assets.quality.checks",
        "fraudsim_assets.simulation",
        "fraudsim_assets.storage.s3",
        __name__,
    ]
)


def _run(
    program: str, arguments: Sequence[str], environment: Mapping[str, str], folder: str, streams: Sequence[str]
) -> None:
    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, path in enumerate(streams, 1):
        stream = os.open(path, os.O_WRONLY | os.O_APPEND)
        os.dup2(stream, number)
        os.close(stream)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = [program, *arguments]
    if program == "fraudsim":
        from fraudsim_assets.cli import main

        main(list(arguments))
    elif program == "dagster":
        from dagster._cli import create_dagster_cli

        sys.path.insert(0, folder)  # as ``python -m`` does
        create_dagster_cli()(list(arguments))
    else:
        from fraudsim_assets.defs.home import prepare_home

        print(prepare_home())


class Forked:
    """A command that runs, asked as ``subprocess.Popen`` is.

    Parameters
    ----------
    program
        ``fraudsim``, ``dagster`` or ``home`` (``python -m fraudsim_assets.defs.home``).
    environment
        Its whole environment; None is that of the test.
    folder
        Its working directory; None is that of the test.
    """

    def __init__(
        self,
        program: str,
        arguments: Sequence[str] = (),
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        self._streams = tempfile.TemporaryDirectory()
        paths = [f"{self._streams.name}/{name}" for name in ("out", "err")]
        for path in paths:
            Path(path).touch()
        given = (dict(os.environ if environment is None else environment), str(folder or Path.cwd()))
        self._process = _CONTEXT.Process(target=_run, args=(program, list(arguments), *given, paths))
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid

    @property
    def returncode(self) -> int | None:
        """Exit code, negative for a signal; None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Exit code, if it has ended."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal, unless it has ended."""
        if self._process.is_alive():
            os.kill(self.pid, number)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; its exit code."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutError(f"process {self.pid} still runs after {timeout} s")
        return self._process.exitcode

    def communicate(self, timeout: float | None = None) -> tuple[str, str]:
        """Wait for its end; what it printed on standard output and standard error."""
        self.wait(timeout)
        out, err = (Path(self._streams.name, name).read_text() for name in ("out", "err"))
        return out, err
