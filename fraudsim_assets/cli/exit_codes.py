"""What the exit code of a command means.

Belongs here: the codes, and which error has which. Does not belong here: printing.
"""

from enum import IntEnum

from fraudsim_assets.errors import (
    CatalogMismatchError,
    ConfigError,
    ContractError,
    FraudsimError,
    ScenarioError,
    StorageError,
    WorldMismatchError,
)


class CheckFailedError(FraudsimError):
    """A blocking check failed, and the data was not written."""


class ExitCode(IntEnum):
    """Exit codes, the same for every command."""

    OK = 0
    CHECK_FAILED = 1
    CONFIG = 2
    STORAGE = 3
    DATA = 4
    INTERNAL = 70
    INTERRUPTED = 130
    TERMINATED = 143


MEANINGS = {
    ExitCode.OK: "done",
    ExitCode.CHECK_FAILED: "a check of the data failed, or a replay differs",
    ExitCode.CONFIG: "wrong usage or configuration",
    ExitCode.STORAGE: "storage could not be read or written",
    ExitCode.DATA: "data of another schema version or of another world",
    ExitCode.INTERNAL: "a defect of this program",
    ExitCode.INTERRUPTED: "interrupted",
    ExitCode.TERMINATED: "told to end (SIGTERM)",
}

_CODES: dict[type[FraudsimError], ExitCode] = {
    CheckFailedError: ExitCode.CHECK_FAILED,
    ConfigError: ExitCode.CONFIG,
    ScenarioError: ExitCode.CONFIG,
    StorageError: ExitCode.STORAGE,
    ContractError: ExitCode.DATA,
    CatalogMismatchError: ExitCode.DATA,
    WorldMismatchError: ExitCode.DATA,
}


def exit_code_of(error: FraudsimError) -> ExitCode:
    """Exit code of an error raised on purpose."""
    return next((code for kind, code in _CODES.items() if isinstance(error, kind)), ExitCode.DATA)


def epilog() -> str:
    """Lines on exit codes for the help."""
    return "Exit codes: " + ", ".join(f"{code.value} {meaning}" for code, meaning in MEANINGS.items()) + "."
