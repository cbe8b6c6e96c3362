"""Scenarios that travel with the package: ``reference_data/data/scenarios``, one TOML file each.

Belongs here: reading and checking the files. Does not belong here: what a configuration changes
(``resolution``), and the meaning of parameters (``parameters``).
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from fraudsim_assets.config.scenarios.parameters import MECHANISMS
from fraudsim_assets.reference_data.reading import DATA, DataFile, checked, did_you_mean

FOLDER = DATA / "scenarios"


class TacticFile(BaseModel):
    """Another way of carrying a scenario out.

    Attributes
    ----------
    part
        Part of the scenario's rows over a long time. [share]
    parameters
        What differs from the scenario's own.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    part: float = Field(gt=0.0, lt=1.0)
    parameters: dict[str, Any] = Field(min_length=1)


class ScenarioFile(BaseModel):
    """A scenario as its file has it.

    Attributes
    ----------
    summary
        What happens, in a sentence or two.
    mechanism
        What its campaigns do: a key of ``MECHANISMS``.
    share
        Weight among all scenarios, by number of rows. [unitless]
    parameters
        Parameters of the mechanism; those not given have the defaults of its model.
    tactics
        Other ways by name; the scenario's own takes what their parts leave.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    summary: str = Field(min_length=1)
    mechanism: str
    share: float = Field(ge=0.0)
    parameters: dict[str, Any] = {}
    tactics: dict[str, TacticFile] = {}


@cache
def packaged(folder: Path = FOLDER) -> Mapping[str, ScenarioFile]:
    """Scenarios of a folder by name, in alphabetical order; the name is that of the file.

    Raises
    ------
    ConfigError
        If a file is not TOML, has an unknown or lacks a needed key, names a mechanism or parameter that does not
        exist, or a value out of range. The message names file and line.
    """
    return {path.stem: _read(path) for path in sorted(folder.glob("*.toml"))}


def _read(path: Path) -> ScenarioFile:
    file = DataFile.read(path)
    read = checked(ScenarioFile, file.values, file)
    if read.mechanism not in MECHANISMS:
        told = f"{read.mechanism!r} is no mechanism{did_you_mean(read.mechanism, list(MECHANISMS))}"
        raise file.error(("mechanism",), told)
    checked(MECHANISMS[read.mechanism], read.parameters, file, ("parameters",))
    for name, tactic in read.tactics.items():
        checked(MECHANISMS[read.mechanism], read.parameters | tactic.parameters, file, ("tactics", name, "parameters"))
    parts = sum(tactic.part for tactic in read.tactics.values())
    if parts >= 1:
        raise file.error(("tactics",), f"have parts that sum to {parts:g}; the sum must be less than 1")
    return read
