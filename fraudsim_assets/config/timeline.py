"""The timeline: dated changes of fraud, of the bank's rules and of the world.

A change comes into force over some days, holds, and fades again over as many. Nothing outside that time differs from a
world without it.

Belongs here: what a change may say, and its dates. Does not belong here: names that it refers to
(``scenarios.tactics``) and what comes of it (``fraud``, ``spending.epochs``).
"""

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from fraudsim_assets.config.section import Rate, Section

Weight = float
"""Weight among all scenarios, in the unit of ``fraud.scenarios.NAME.share``. [unitless]"""


class ScenarioShift(Section):
    """What a change makes of one fraud scenario."""

    share: Weight | None = Field(
        default=None,
        ge=0.0,
        allow_inf_nan=False,
        description="Its weight among all scenarios while the change holds; null leaves it as it is. [unitless]",
    )
    parameters: dict[str, Any] = Field(
        default={},
        description="Parameters that its campaigns have instead, checked by the scenario's own model; during the ramp, "
        "more and more campaigns have them.",
    )
    difficulty: Literal["easy", "realistic", "hard"] | None = Field(
        default=None, description="How far it hides instead; null leaves fraud.difficulty."
    )


class Breach(Section):
    """Cards stolen at one merchant, and used while the change holds."""

    category: str | None = Field(
        default=None, description="Category of the merchant whose customers' cards are stolen; null is no breach."
    )
    channel: Literal["present", "remote"] = Field(
        default="present", description="A shop with its regulars, or a web shop with its customers."
    )
    share: Weight = Field(
        default=0.1,
        gt=0.0,
        allow_inf_nan=False,
        description="Weight of fraud with these cards beside that of all scenarios. [unitless]",
    )
    scenario: str = Field(
        default="skimming", description="Scenario that uses them; it has parameters incident and copied_at."
    )


class BinAttack(Section):
    """A wave of card testing that goes through the numbers of one BIN."""

    share: Weight = Field(
        default=0.0,
        ge=0.0,
        allow_inf_nan=False,
        description="Weight of the wave beside that of all scenarios; 0 is none. [unitless]",
    )
    scenario: str = Field(default="card_testing", description="Scenario that attacks; it has a parameter incident.")


class Rules(Section):
    """Rules of the bank while the change holds; null leaves them."""

    three_ds_share: Rate | None = Field(
        default=None, description="Share of remote purchases with 3DS, in place of spending.three_ds_share. [share]"
    )
    tap_limit_euros: float | None = Field(
        default=None,
        gt=0.0,
        le=10_000.0,
        allow_inf_nan=False,
        description="Sum up to which cards are tapped without a PIN. [EUR]",
    )


class Shock(Section):
    """A shock to spending: trades fall and rise."""

    shape: str | None = Field(
        default=None, description="Name of a shock of the reference data, such as lockdown_2020; null is none."
    )
    depth: Rate = Field(default=1.0, description="How far trades go from 1 towards the shock's factors. [share]")
    countries: tuple[str, ...] = Field(
        default=(), description="Home countries whose people it is about; empty is all of them."
    )


class Change(Section):
    """A dated change: when it holds, and what is different then."""

    start: date = Field(description="First day on which it begins to hold.")
    end: date | None = Field(
        default=None, description="Last day on which it holds in full; it fades afterwards. null is for good."
    )
    ramp_days: int = Field(
        default=0, ge=0, le=730, description="Days over which it comes into force, and over which it fades. [days]"
    )
    enabled: bool = Field(default=True, description="Off is a world without it: its twin.")
    difficulty: Literal["easy", "realistic", "hard"] | None = Field(
        default=None, description="How far all scenarios hide instead; null leaves fraud.difficulty."
    )
    scenarios: dict[str, ScenarioShift] = Field(
        default={}, description="Shifts by scenario; a new kind of fraud is one whose share is 0 before."
    )
    breach: Breach = Breach()
    bin_attack: BinAttack = BinAttack()
    rules: Rules = Rules()
    shock: Shock = Shock()

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.end is not None and self.end < self.start:
            msg = f"end {self.end} is before start {self.start}; it must be the same day or later"
            raise ValueError(msg)
        if not self.targets() and self.breach.category is None and not self.bin_attack.share:
            msg = "changes nothing; say difficulty, scenarios, breach, bin_attack, rules or shock"
            raise ValueError(msg)
        return self

    def targets(self) -> frozenset[str]:
        """What it is about: no two changes may be about the same thing at once. Incidents stand alone."""
        found = {f"rules.{name}" for name, value in self.rules if value is not None}
        found |= {f"scenarios.{name}" for name in self.scenarios}
        found |= {"difficulty"} if self.difficulty is not None else set()
        found |= {"shock"} if self.shock.shape is not None else set()
        return frozenset(found)

    def clashes_with(self, other: "Change") -> str | None:
        """What both changes are about while both hold; None where they get along."""
        first, second = sorted((self, other), key=lambda change: change.start)
        if first.end is not None and second.start > first.end:
            return None
        common = self.targets() & other.targets()
        if common == {"shock"} and self.shock.countries and other.shock.countries:
            common = common if set(self.shock.countries) & set(other.shock.countries) else frozenset()
        for one, two in ((self, other), (other, self)):
            if one.difficulty is not None:
                common |= {f"scenarios.{name}" for name in two.scenarios}
        return min(common, default=None)
