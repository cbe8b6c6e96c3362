"""Several worlds of one configuration, judged together.

The one idea: whoever changes a setting looks at a seed, and may come to fit it. So the seeds are drawn from the digest
of the configuration, which changes with every setting and every fact, and a band holds for all of them: their mean is
in it, and so are at least four of five, and none is far out.

Belongs here: seeds, means over worlds and verdicts. Does not belong here: measuring one world (``measurement``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from fraudsim_assets.config import Config, config_digest
from fraudsim_assets.evaluation.difficulty.bands import targets
from fraudsim_assets.evaluation.difficulty.measurement import Difficulty
from fraudsim_assets.evaluation.targets import Aim, Verdict
from fraudsim_assets.streams import Streams

MOST_OUT = 0.2
"""Share of worlds that may be out of a band. [share]"""

FAR = 0.5
"""A world is far out of a band if it is farther from it than so much of its width. ASSUMPTION [share]"""

SEED_BITS = 31
"""Seeds are below 2**31, so that people can type them."""


def drawn_seeds(config: Config, count: int) -> list[int]:
    """Seeds of worlds to judge a configuration by: drawn from the digest of all its settings but the seed.

    Parameters
    ----------
    count
        How many. The first ones stay the same if there are more.
    """
    digest = config_digest(config.model_copy(update={"seed": 0}))
    words = Streams(int(digest, 16)).draw("difficulty.seed").words(np.arange(count))
    return [int(word) for word in words >> np.uint64(64 - SEED_BITS)]


@dataclass(frozen=True)
class Judgement:
    """What several worlds showed.

    Attributes
    ----------
    worlds
        Each one, by its seed.
    mean
        Means over them of all that was measured. Errors are those of the mean over worlds; of one world, its own.
    """

    worlds: Mapping[int, Difficulty]
    mean: Difficulty

    @classmethod
    def of(cls, worlds: Mapping[int, Difficulty]) -> "Judgement":
        """Put worlds together."""
        parts = list(worlds.values())
        if len(parts) == 1:
            return cls(worlds, parts[0])
        made = {part.name: _mean([getattr(world, part.name) for world in parts]) for part in fields(Difficulty)}
        spread = {name: float(np.std([world.scores[name] for world in parts], ddof=1)) for name in parts[0].scores}
        errors = {name: value / np.sqrt(len(parts)) for name, value in spread.items() if np.isfinite(value)}
        return cls(worlds, Difficulty(**{**made, "errors": errors}))

    def values(self, quantity: str) -> list[float]:
        """A score in each world."""
        return [world.scores[quantity] for world in self.worlds.values()]

    @property
    def verdicts(self) -> list[Verdict]:
        """Verdicts on all targets, without regard to errors."""
        found = []
        for target in targets():
            if target.any is None:
                continue
            error = self.mean.errors.get(target.quantity, float("nan"))
            met = holds(target.any, self.values(target.quantity))
            measured = self.mean.scores[target.quantity]
            found.append(Verdict(target, target.any, "pass" if met else "fail", measured, error))
        return found


def holds(aim: Aim, values: Sequence[float]) -> bool:
    """Whether the mean of worlds is in a band, worlds enough are, and none is far out."""
    given = np.array(values)
    out = np.maximum(aim.low - given, given - aim.high)
    few = (~(out <= 0)).sum() <= MOST_OUT * len(given)
    near = not (out > FAR * (aim.high - aim.low)).any()
    return bool(aim.low <= given.mean() <= aim.high and few and near)


def _mean(parts: Sequence[Any]) -> Any:
    """Means of numbers, and of tables of numbers by name; a name that some parts lack is averaged over the others."""
    first = parts[0]
    if not isinstance(first, Mapping):
        mean = float(np.mean(parts))
        return round(mean) if all(isinstance(part, int) for part in parts) else mean
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: _mean([part[name] for part in parts if name in part]) for name in names}
