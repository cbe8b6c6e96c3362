"""Plans of fraud that worlds of the same configuration share within a process of tests.

To plan its fraud costs a world two seconds, many times more than a day of it. Tests of commands, assets and files make
the same world over and over; what they prove is not how its fraud is planned.

Belongs here: sharing. Does not belong here: tests of the one law, of fraud and of golden values, whose worlds share
nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

import pytest

from fraudsim_assets.caching import Shelf
from fraudsim_assets.fraud.schedule import FraudSchedule
from fraudsim_assets.simulation import world
from fraudsim_assets.spending.society import Society

_ELSEWHERE = {"storage", "generation", "observability", "orchestration", "checks"}
# sections that no plan depends on


class _Known:
    """A society, equal to any other of the same settings and as many accounts."""

    def __init__(self, society: Society) -> None:
        self.society = society
        self._settings = (society.config.model_dump_json(exclude=_ELSEWHERE), society.entities.n_accounts)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Known) and self._settings == other._settings

    def __hash__(self) -> int:
        return hash(self._settings)


@lru_cache(maxsize=8)
def _planned(known: _Known) -> FraudSchedule:
    return FraudSchedule(known.society)


def _plan(society: Society, shelf: Shelf) -> FraudSchedule:
    plan = FraudSchedule(society, shelf)
    ours = all(type(casting.scenario).__module__.startswith("fraudsim_assets.") for casting in plan.castings)
    return _planned(_Known(society)) if ours else plan  # a plugin of the same name may be another one


@contextmanager
def shared_plans() -> Iterator[None]:
    """Let worlds that are made within this share the plan of their fraud with those of the same settings."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world, "FraudSchedule", _plan)
        yield
