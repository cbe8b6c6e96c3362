"""Settings of fraud: how much, of which kinds, by whom.

Belongs here: the section ``fraud`` of the configuration. Does not belong here: parameters of scenarios (``scenarios``)
and dated changes (``timeline``).
"""

from typing import Any, Literal

from pydantic import Field

from fraudsim_assets.config.section import Count, Positive, Rate, Section


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
        default=0.95,
        description=(
            "Devices of rings that innocents use as well: machines of the public, and phones and computers of people "
            "who do not know. ASSUMPTION, so that on devices shared by several customers most rows are genuine. [share]"
        ),
    )


class Bank(Section):
    """How the bank errs: labels that are wrong and corrected later, and reports that wait."""

    false_alerts: float = Field(
        default=1.0,
        ge=0.0,
        le=20.0,
        allow_inf_nan=False,
        description=(
            "Alerts that take a genuine payment for fraud, for each campaign of fraud. Banks speak of several false "
            "alerts for a true one, most settled before anybody is labelled. ASSUMPTION. [count]"
        ),
    )
    false_reports: float = Field(
        default=0.06,
        ge=0.0,
        le=20.0,
        allow_inf_nan=False,
        description="Genuine payments that holders do not recognise and report, per campaign. ASSUMPTION. [count]",
    )
    mistaken_blocks: Rate = Field(
        default=0.06,
        description=(
            "False alerts after which the card is blocked and replaced before its holder is asked. ASSUMPTION, so that "
            "with the fraud of the demo about one card in eight is replaced in a year before it expires; source "
            "javelin_2009, one holder in four. [share]"
        ),
    )
    never_withdrawn: Rate = Field(
        default=0.08, description="Labels of genuine payments that stay wrong for ever. ASSUMPTION. [share]"
    )
    dismissed: Rate = Field(
        default=0.05,
        description="Reported campaigns that the bank first takes for genuine, and weeks later for fraud. ASSUMPTION. "
        "[share]",
    )
    capacity: Positive = Field(
        default=1.15,
        le=1e6,
        description="Reports handled on a working day, against those of a mean day. ASSUMPTION. [unitless]",
    )
    weekend_capacity: Positive = Field(
        default=0.6, le=1e6, description="The same on Saturdays and Sundays. ASSUMPTION. [unitless]"
    )
    queue_days: float = Field(
        default=1.5,
        ge=0.0,
        le=30.0,
        allow_inf_nan=False,
        description="Mean wait of a report on a day with twice the reports that are handled. ASSUMPTION. [days]",
    )


class Drift(Section):
    """How the mixture of fraud wanders by itself; the rate stays."""

    shares: float = Field(
        default=0.35,
        ge=0.0,
        le=2.0,
        allow_inf_nan=False,
        description="Standard deviation of the logarithm of a scenario's share over time. ASSUMPTION. [unitless]",
    )
    tactics: float = Field(
        default=2.2,
        ge=0.0,
        le=6.0,
        allow_inf_nan=False,
        description=(
            "Standard deviation of the logarithm of the odds of a scenario's tactics over time. ASSUMPTION, so that a "
            "model of one month finds less two months later. [unitless]"
        ),
    )
    goods: float = Field(
        default=1.0,
        ge=0.0,
        le=3.0,
        allow_inf_nan=False,
        description=(
            "Standard deviation of the logarithm of the weight of each category among what thieves buy, over time: "
            "what can be sold on changes. ASSUMPTION, as of tactics. [unitless]"
        ),
    )
    sums: float = Field(
        default=0.3,
        ge=0.0,
        le=2.0,
        allow_inf_nan=False,
        description=(
            "Standard deviation of the logarithm of what one purchase of a scenario is meant to bring, over time. "
            "ASSUMPTION, as of tactics. [unitless]"
        ),
    )
    days: Count = Field(
        default=20, le=3_660, description="Time over which all of these go from one level to the next. [days]"
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
    bank: Bank = Bank()
    drift: Drift = Drift()
    scenarios: dict[str, ScenarioSettings] = Field(
        default={},
        description=(
            "Settings by scenario name. A scenario of the package that is not named keeps its defaults; one of another "
            "package is off until it is named."
        ),
    )
