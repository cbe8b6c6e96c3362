"""Rules: a policy in a YAML file, one condition after the other.

The first rule whose conditions all hold decides; a feature without a value meets no condition but ``known: false``.

Belongs here: the language, reading it and deciding by it. Does not belong here: features.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from operator import and_
from pathlib import Path
from typing import Annotated, Any, Self

import polars as pl
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from fraudsim_assets.decisions import Action
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.sight import Choices, Sight
from fraudsim_assets.reference_data.reading import did_you_mean, problems

Number = Annotated[float, Field(allow_inf_nan=False)]
Value = bool | str | float
_ACTIONS = tuple(Action)
_CODES = {action: code for code, action in enumerate(_ACTIONS)}


class _Entry(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Condition(_Entry):
    """What one feature must be: all that is given holds."""

    at_least: Number | None = None
    above: Number | None = None
    at_most: Number | None = None
    below: Number | None = None
    one_of: tuple[Value, ...] | None = Field(default=None, min_length=1)
    none_of: tuple[Value, ...] | None = Field(default=None, min_length=1)
    known: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        """A value, or a list of them, stands for one_of."""
        if isinstance(given, dict):
            return given
        return {"one_of": tuple(given) if isinstance(given, list) else (given,)}

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"says nothing; valid are {', '.join(type(self).model_fields)}")
        return self

    def check(self, name: str) -> None:
        """Make sure that a feature can meet it.

        Raises
        ------
        ValueError
            If it is about numbers and the feature is a category, or about values that the category does not have.
        """
        values = FEATURES[name].values
        limits = [each for each in ("at_least", "above", "at_most", "below") if getattr(self, each) is not None]
        if values and limits:
            raise ValueError(f"{name} is a category and has no {limits[0]}; valid are one_of and none_of of its values")
        for given in (*(self.one_of or ()), *(self.none_of or ())):
            if values and given not in values:
                raise ValueError(f"{name} is never {given!r}{did_you_mean(str(given), list(values))}")
            if not values and isinstance(given, str):
                raise ValueError(f"{name} is a number, not {given!r}; valid are numbers, true and false")

    def holds(self, name: str) -> pl.Expr:
        """Whether a feature meets it."""
        feature = pl.col(name)
        number = feature if FEATURES[name].values else feature.cast(pl.Float64)
        parts = []
        if self.at_least is not None:
            parts.append(number >= self.at_least)
        if self.above is not None:
            parts.append(number > self.above)
        if self.at_most is not None:
            parts.append(number <= self.at_most)
        if self.below is not None:
            parts.append(number < self.below)
        kind = str if FEATURES[name].values else float
        if self.one_of is not None:
            parts.append(number.is_in([kind(value) for value in self.one_of]))
        if self.none_of is not None:
            parts.append(~number.is_in([kind(value) for value in self.none_of]))
        if self.known is not None:
            parts.append(feature.is_not_null() if self.known else feature.is_null())
        return reduce(and_, parts).fill_null(value=False)


class Rule(_Entry):
    """A rule: what must hold, and what is done then."""

    name: str = Field(min_length=1)
    when: dict[str, Condition] = Field(min_length=1)
    action: Action

    @field_validator("when", mode="after")
    @classmethod
    def _of_features(cls, when: dict[str, Condition]) -> dict[str, Condition]:
        for name, condition in when.items():
            if name not in FEATURES:
                raise ValueError(f"{name!r} is no feature{did_you_mean(name, list(FEATURES))}")
            condition.check(name)
        return when

    @property
    def holds(self) -> pl.Expr:
        """Whether all conditions hold."""
        return reduce(and_, (condition.holds(name) for name, condition in self.when.items()))


class RuleFile(_Entry):
    """What a file of rules holds."""

    name: str = Field(default="", description="What the policy is called; the file's name if not given.")
    rules: tuple[Rule, ...] = Field(min_length=1)
    otherwise: Action = Action.APPROVE


@dataclass(frozen=True)
class Rules:
    """A policy by rules.

    Attributes
    ----------
    name
        What it is called.
    rules
        In the order in which they are tried.
    otherwise
        What is done where no rule holds.
    """

    name: str
    rules: Sequence[Rule]
    otherwise: Action

    @classmethod
    def read(cls, path: Path) -> "Rules":
        """Read a file of rules.

        Raises
        ------
        ConfigError
            If it cannot be read or is no file of rules; one line per problem.
        """
        try:
            given = yaml.safe_load(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise ConfigError(f"policy {path}: cannot be read: {error.strerror}") from error
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise ConfigError(f"policy {path}: not valid YAML: {error}") from error
        try:
            found = RuleFile.model_validate(given)
        except ValidationError as error:
            lines = [f"policy {path}: {'.'.join(at) or 'file'}: {told}" for at, told in problems(error, RuleFile)]
            raise ConfigError("\n".join(lines)) from error
        return cls(found.name or path.stem, found.rules, found.otherwise)

    @cached_property
    def _chosen(self) -> pl.Expr:
        """Code of the action, by the first rule that holds."""
        return pl.coalesce(
            *(pl.when(rule.holds).then(pl.lit(_CODES[rule.action], pl.Int8)) for rule in self.rules),
            pl.lit(_CODES[self.otherwise], pl.Int8),
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset({"amount"}.union(*(rule.when for rule in self.rules)))

    def decide(self, sight: Sight) -> Choices:
        """Choose by the first rule that holds; reviews are as urgent as the amount."""
        decided = sight.some_features(self._names).select(self._chosen.alias("action"), pl.col("amount"))
        actions = [_ACTIONS[code] for code in decided["action"].to_list()]
        return Choices(actions, decided["amount"].cast(pl.Float64).to_numpy())
