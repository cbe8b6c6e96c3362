"""Settings of fraud: how much, of which kinds, by whom.

Belongs here: the section ``fraud`` of the configuration. Does not belong here: parameters of scenarios (``scenarios``)
and dated changes (``timeline``).
"""

from typing import Any, Literal

from pydantic import Field

from fraudsim_assets.config.section import Positive, Rate, Section


class ScenarioSettings(Section):
    """One fraud scenario: how much of the fraud it makes, and its own parameters."""

    extends: str | None = Field(
        default=None,
        description="For a new scenario: the one it begins as a copy of, share and parameters included.",
    )
    enabled: bool = Field(default=True, description="Off removes the scenario's rows and what hangs on them.")
    share: float | None = Field(
        default=None,
        ge=0.0,
        allow_inf_nan=False,
        description="Relative weight among all scenarios, by number of rows; null keeps the scenario's own. [unitless]",
    )
    parameters: dict[str, Any] = Field(default={}, description="Checked by the scenario's own model.")


class Rings(Section):
    """Organised groups of fraudsters; how each kind of them works stands under ``reference.rings``."""

    share: Rate = Field(
        default=1.0,
        description=(
            "Factor on the parameter 'ring' of all scenarios, the share of their campaigns that rings commit; 0 makes "
            "every campaign one of its own. [unitless]"
        ),
    )
    rows_per_ring: Positive = Field(
        default=8.0,
        description=(
            "Fraudulent rows of all kinds for every ring at work, of which there are at least three. ASSUMPTION. "
            "[1/day]"
        ),
    )
    innocents: Rate = Field(
        default=0.75,
        description=(
            "Devices of rings that innocents use as well: machines of the public, and phones and computers of people "
            "who do not know. ASSUMPTION, so that on devices shared by several customers most rows are genuine. [share]"
        ),
    )


class Fraud(Section):
    """How much fraud, of which kinds, and how hard to find."""

    rate: float = Field(
        default=0.00015,
        ge=0.0,
        le=0.05,
        allow_inf_nan=False,
        description=(
            "Fraudulent share of rows, declined attempts included. "
            "Source: eba_ecb_2024, 0.015 % by number (target A02). [share of rows]"
        ),
    )
    difficulty: Literal["easy", "realistic", "hard"] = Field(
        default="realistic", description="How far fraud hides among genuine behaviour."
    )
    rings: Rings = Rings()
    scenarios: dict[str, ScenarioSettings] = Field(
        default={},
        description=(
            "Settings by scenario name. A scenario of the package that is not named keeps its defaults; one of another "
            "package is off until it is named."
        ),
    )
