"""From the shell to a command and back: errors become one message and an exit code.

Belongs here: the outermost frame. Does not belong here: any command.
"""

import json
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from fraudsim_assets.cli.exit_codes import ExitCode, exit_code_of
from fraudsim_assets.cli.output import printable
from fraudsim_assets.cli.stopping import StoppedError, stoppable
from fraudsim_assets.errors import ConfigError, FraudsimError


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run ``fraudsim`` and end the process.

    Parameters
    ----------
    arguments
        What follows the program's name; None takes the process's own.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with stoppable():
            _run(given)
    except StoppedError as stopped:
        print(stopped.told, file=sys.stderr)
        sys.exit(stopped.code)
    except FraudsimError as error:
        _tell(error, as_json="--json" in given)
        sys.exit(exit_code_of(error))
    except BrokenPipeError:
        # the reader of our output has gone, as `| head` does: not an error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno() if sys.__stdout__ else 1)
        sys.exit(ExitCode.OK)
    except Exception as error:  # noqa: BLE001 - the last frame: whatever it is, the user gets one message
        _tell_defect(error)
        sys.exit(ExitCode.INTERNAL)
    sys.exit(ExitCode.OK)


def _run(arguments: list[str]) -> None:
    from fraudsim_assets.cli.app import app

    as_json = "--json" in arguments
    try:
        # for machines, an error of usage is ours to tell
        code = app(args=arguments, prog_name="fraudsim", standalone_mode=not as_json)
    except SystemExit as ended:
        if isinstance(ended.__context__, BrokenPipeError):
            raise ended.__context__ from None  # typer would make it exit code 1, which means something else here
        sys.stdout.flush()
        raise
    except Exception as error:
        told = getattr(error, "format_message", None)
        if told is None:
            raise
        raise ConfigError(told()) from None
    if code:
        sys.exit(code)


def _tell(error: FraudsimError, *, as_json: bool) -> None:
    if as_json:
        told = {"error": type(error).__name__, "message": str(error), "exit_code": int(exit_code_of(error))}
        print(json.dumps(told), file=sys.stderr)
    else:
        print(printable(f"fraudsim: {error}"), file=sys.stderr)


def _tell_defect(error: Exception) -> None:
    import traceback

    print("".join(traceback.format_exception(error)), file=sys.stderr, end="")
    print(
        f"fraudsim: a defect of this program ({type(error).__name__}); please report the lines above", file=sys.stderr
    )
