"""`FraudEnv`: the same engine as a gymnasium environment, for those who learn by acting.

An episode is some days. Each step shows the features of one payment and takes an action about it; a payment that
follows from a decision, such as a second try, is shown in its turn. Rewards are euros: what the payment by itself is
booked with under the action, and with the last one of a day what else the books then say, such as of what it led to.
So the rewards of an episode add up to its ledger.

Belongs here: the environment, with the optional extra ``gym``. Does not belong here: what happens (``trial``) and money
(``books``).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import gymnasium
import numpy as np
import polars as pl

from fraudsim_assets.config import load_config
from fraudsim_assets.decisions import Action
from fraudsim_assets.policies.books import UNDECIDED, Page, books
from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.features.making import matrix
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.policies.ledger import View, booked, lines_of
from fraudsim_assets.policies.sight import Choices, Sight
from fraudsim_assets.policies.trial import Trial, fraud_of, live
from fraudsim_assets.policies.warming import warmed_up
from fraudsim_assets.simulation import World, build_world
from fraudsim_assets.units import AnyArray, Floats, day_number

ACTIONS = tuple(Action)
"""Actions by number."""

NO_VALUE = -1.0
"""Stands for a feature without a value."""


class _UndecidedError(Exception):
    """Payments came up that nothing was decided about yet."""


@dataclass
class _Agent:
    """Decides as it was told, and asks about what it was not told of yet."""

    told: dict[int, int] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    payments: pl.DataFrame = field(default_factory=pl.DataFrame)
    values: AnyArray = field(default_factory=lambda: np.zeros((0, len(FEATURES)), np.float32))
    name: str = "agent"

    def decide(self, sight: Sight) -> Choices:
        """Look actions up."""
        ids = sight.payments["transaction_id"].to_list()
        new = np.flatnonzero([number not in self.told for number in ids])
        if new.size:
            self.asked = [ids[at] for at in new]
            self.payments = sight.payments[new]
            self.values = np.nan_to_num(matrix(sight.features)[new], nan=NO_VALUE)
            raise _UndecidedError
        amounts = sight.payments["billing_amount"].cast(pl.Float64).to_numpy()
        return Choices([ACTIONS[self.told[number]] for number in ids], amounts)


class FraudEnv(gymnasium.Env[AnyArray, np.int64]):
    """A bank's decisions about the payments of some days.

    Parameters
    ----------
    world
        Without decisions.
    days
        Consecutive days of an episode.
    view
        Whose money rewards count.

    Attributes
    ----------
    observation_space
        ``features.listing.FEATURES`` in their order; categories as positions, -1 for no value.
    action_space
        0 approve, 1 step_up, 2 decline, 3 block, 4 review.
    """

    metadata = {"render_modes": []}  # noqa: RUF012 - gymnasium's own declaration

    def __init__(self, world: World, days: Sequence[date], view: View = "both") -> None:
        widest = np.finfo(np.float32)
        self.observation_space = gymnasium.spaces.Box(widest.min, widest.max, (len(FEATURES),), np.float32)
        self.action_space = gymnasium.spaces.Discrete(len(ACTIONS))
        self._world, self._days, self._lines = world, days, list(lines_of(view))
        self._directory = Directory.of(world)
        self._start = warmed_up(world, self._directory, day_number(days[0]), learns=False)

    @classmethod
    def of(cls, config: str, days: Sequence[date], *overrides: str) -> "FraudEnv":
        """Environment of a configuration, by name or file, with settings such as ``fraud.rate=0.01``."""
        return cls(build_world(load_config(config, overrides=list(overrides))), days)

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[AnyArray, dict[str, Any]]:
        """Begin with the first day again. Nothing is left to chance: the seed is that of the world."""
        super().reset(seed=seed, options=options)
        self._at, self._pages, self._paid = self._start, list[Page](), 0.0
        self._new_day()
        return self._shown(), self._info()

    def step(self, action: np.int64) -> tuple[AnyArray, float, bool, bool, dict[str, Any]]:
        """Decide about the payment that was shown."""
        self._agent.told[self._agent.asked[self._turn]] = int(action)
        reward = float(self._alone[self._turn, int(action)])
        self._paid += reward
        self._turn += 1
        over = False
        if self._turn == len(self._agent.asked):
            more, over = self._go_on()
            reward += more
        return self._shown(), reward, over, False, self._info()

    def _new_day(self) -> None:
        self._agent, self._turn = _Agent(), 0
        self._go_on()

    def _go_on(self) -> tuple[float, bool]:
        """Make the day until something is to be decided; what its end brings, and whether it was the last day."""
        self._turn = 0
        trial = Trial(self._world, self._directory, self._agent)
        try:
            self._at, lived = live(trial, self._at)
        except _UndecidedError:
            self._alone = self._prices()
            return 0.0, False
        self._pages.append(Page.of(lived, self._at.log, trial.policies))
        total = float(books(self._pages, self._at.log, trial.policies).select(self._lines).sum().sum_horizontal()[0])
        more, self._paid = total - self._paid, total
        self._agent = _Agent()
        if len(self._pages) == len(self._days):
            return more, True
        return more, self._go_on()[1]

    def _prices(self) -> Floats:
        """What payments are booked with under each action, as if nothing else followed. (n, actions) [EUR]"""
        answered = self._agent.payments.with_columns(is_approved=pl.lit(value=True))
        seen = self._directory.see(answered)
        fraud = fraud_of(self._world, seen["transaction_id"].to_numpy())
        rows = seen.with_columns(**UNDECIDED, is_fraud=pl.Series(fraud))
        prices = []
        for action in ACTIONS:
            refused = action in (Action.DECLINE, Action.BLOCK)
            under = rows.with_columns(
                action=pl.lit(action.value),
                is_approved=pl.lit(value=not refused),
                insulted=~pl.col("is_fraud") & pl.lit(value=refused),
                blocked=pl.lit(value=action == Action.BLOCK),
                reviewed=pl.lit(value=action == Action.REVIEW),
            )
            lines = booked(under, self._world.config.policies).select(pl.sum_horizontal(self._lines))
            prices.append(lines.to_series().to_numpy())
        return np.stack(prices, axis=1)

    def _shown(self) -> AnyArray:
        if self._turn < len(self._agent.asked):
            return self._agent.values[self._turn]
        return np.zeros(len(FEATURES), np.float32)

    def _info(self) -> dict[str, Any]:
        return {"day": str(self._days[min(len(self._pages), len(self._days) - 1)]), "euros": self._paid}
