"""Checks of what scenarios give back, so that a broken plugin is named and never spoils a day.

Belongs here: whether answers have the shape and range that the protocol promises. Does not belong
here: the protocol itself (``scenario``).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import numpy as np

from fraudsim_assets.errors import ScenarioError
from fraudsim_assets.fraud.campaigns import DECEIVED, NO_REFUND, TEST, Campaigns, Outcome, Plan, Steps
from fraudsim_assets.fraud.deeds import AS_USUAL, Deeds
from fraudsim_assets.fraud.rings import ALONE, MOST_RINGS
from fraudsim_assets.fraud.rows import STEPS_PER_CAMPAIGN
from fraudsim_assets.fraud.scene import Scene
from fraudsim_assets.tables.codes import ENTRY_MODES, THREE_DS_RESULTS
from fraudsim_assets.units import AnyArray, Bools, Ints

LONGEST_SITTING = 1440.0
"""Steps of one sitting lie within a day. [minutes]"""

_WHOLE, _REAL, _TRUTH = "iu", "fiu", "b"

_KINDS_OF_STEPS = {
    "campaign": _WHOLE,
    "order": _WHOLE,
    "account": _WHOLE,
    "offset": _REAL,
    "minute": _REAL,
    "phase": _WHOLE,
    "declined": _TRUTH,
    "blocked": _TRUTH,
    "moment": _WHOLE,
    "refunds": _WHOLE,
}


@contextmanager
def blamed_on(name: str, function: str) -> Iterator[None]:
    """Turn any error inside a scenario into one that names it.

    Raises
    ------
    ScenarioError
        If the scenario raised anything.
    """
    try:
        yield
    except ScenarioError:
        raise
    except Exception as error:
        raise ScenarioError(f"{function} of scenario {name!r} failed: {type(error).__name__}: {error}") from error


class _Answers:
    """Answers of one function of a scenario."""

    def __init__(self, name: str, function: str) -> None:
        self._about = f"{function} of scenario {name!r} gave "

    def fail(self, what: str) -> ScenarioError:
        return ScenarioError(self._about + what)

    def array(self, field: str, values: object, n: int, kinds: str) -> AnyArray:
        """An array of n numbers of some kind."""
        if not isinstance(values, np.ndarray) or values.ndim != 1:
            raise self.fail(f"{type(values).__name__} for {field}, which is an array of one dimension")
        if len(values) != n:
            raise self.fail(f"{len(values)} values of {field} where {n} are needed")
        if values.dtype.kind not in kinds:
            wanted = {_WHOLE: "whole numbers", _REAL: "numbers", _TRUTH: "true or false"}[kinds]
            raise self.fail(f"{values.dtype} for {field}, which holds {wanted}")
        return values

    def within(self, field: str, values: AnyArray, low: float, high: float) -> None:
        """All values in a closed range; not a number is in no range."""
        wrong = np.flatnonzero(~((values >= low) & (values <= high)))
        if wrong.size:
            raise self.fail(f"{values[wrong[0]]} for {field}; valid are {low:g} to {high:g}")


def check_victims(name: str, accounts: Ints, n: int, scene: Scene) -> Ints:
    """Make sure a scenario chose an account for every campaign.

    Raises
    ------
    ScenarioError
        If it did not.
    """
    answers = _Answers(name, "strike()")
    answers.array("accounts", accounts, n, _WHOLE)
    answers.within("accounts", accounts, 0, scene.society.entities.n_accounts - 1)
    return accounts


def check_rings(name: str, rings: Ints, n: int) -> Ints:
    """Make sure a scenario said for every campaign which ring commits it.

    Raises
    ------
    ScenarioError
        If it did not.
    """
    answers = _Answers(name, "ring()")
    answers.array("rings", rings, n, _WHOLE)
    answers.within("rings", rings, ALONE, MOST_RINGS - 1)
    return rings


def check_truths(name: str, function: str, answer: AnyArray, n: int) -> Bools:
    """Make sure a scenario answered true or false for every campaign.

    Raises
    ------
    ScenarioError
        If it did not.
    """
    return _Answers(name, function).array("answers", answer, n, _TRUTH)


def check_plan(name: str, plan: Plan, campaigns: Campaigns, scene: Scene, *, horizon: float) -> Plan:
    """Make sure a plan can be placed in time.

    Raises
    ------
    ScenarioError
        If an array has another length than its fellows, a step belongs to no campaign, steps are out
        of order, or a value is out of range.
    """
    answers = _Answers(name, "campaigns()")
    if not isinstance(plan, Plan) or not isinstance(plan.steps, Steps) or not isinstance(plan.outcome, Outcome):
        raise answers.fail(f"{type(plan).__name__}, not a Plan of Steps and Outcome")
    steps, n = plan.steps, len(campaigns)
    for field in fields(Steps):
        answers.array(f"steps.{field.name}", vars(steps)[field.name], len(steps), _KINDS_OF_STEPS[field.name])
    for field in fields(Outcome):
        kinds = _REAL if field.name == "delay" else _TRUTH
        answers.array(f"outcome.{field.name}", vars(plan.outcome)[field.name], n, kinds)
    answers.within("steps.campaign", steps.campaign, 0, n - 1)
    answers.within("steps.order", steps.order, 0, STEPS_PER_CAMPAIGN - 1)
    answers.within("steps.account", steps.account, 0, scene.society.entities.n_accounts - 1)
    answers.within("steps.offset", steps.offset, 0, horizon)
    answers.within("steps.minute", steps.minute, 0, LONGEST_SITTING)
    answers.within("steps.phase", steps.phase, TEST, DECEIVED)
    answers.within("steps.refunds", steps.refunds, NO_REFUND, STEPS_PER_CAMPAIGN - 1)
    answers.within("outcome.delay", plan.outcome.delay, 0, np.finfo(np.float64).max)
    address = steps.campaign * STEPS_PER_CAMPAIGN + steps.order
    if np.any(np.diff(address) <= 0):
        raise answers.fail("steps that are not in the order of (campaign, order), each once")
    if np.any(steps.blocked & ~steps.declined):
        raise answers.fail("a step after the block that is not declined")
    back = np.flatnonzero(steps.refunds != NO_REFUND)
    bought = np.searchsorted(address, steps.campaign[back] * STEPS_PER_CAMPAIGN + steps.refunds[back])
    if np.any(bought >= back) or np.any(address[bought] != address[back] - steps.order[back] + steps.refunds[back]):
        raise answers.fail("a refund of a step that is not before it")
    if np.any(steps.account[bought] != steps.account[back]):
        raise answers.fail("a refund to another account than the one that paid")
    return plan


def check_deeds(name: str, deeds: Deeds, steps: Steps, scene: Scene) -> Deeds:
    """Make sure a scenario answered for every step with values that exist.

    Raises
    ------
    ScenarioError
        If an array has another length than there are steps, or a value is out of range.
    """
    answers = _Answers(name, "events()")
    if not isinstance(deeds, Deeds):
        raise answers.fail(f"{type(deeds).__name__}, not Deeds")
    for field, values in deeds.arrays().items():
        answers.array(field, values, len(steps), _REAL if field == "euros" else _WHOLE)
    society = scene.society
    slots = society.entities.n_slots
    ranges = {
        "kind": (0, len(society.habits.kinds.share) - 1),
        "merchant": (0, slots - 1),
        "minor": (1, 10**15),
        "euros": (np.finfo(np.float64).tiny, 1e12),
        "entry": (AS_USUAL, len(ENTRY_MODES) - 1),
        "three_ds": (AS_USUAL, len(THREE_DS_RESULTS) - 1),
        "device": (AS_USUAL, 2**62),
        "address": (0, 2**32 - 1),
        "source": (-1, slots - 1),
    }
    for field, (low, high) in ranges.items():
        answers.within(field, deeds.arrays()[field], low, high)
    seats = society.entities.seats
    sold = seats.category.take(deeds.merchant).astype(np.int64) * 2 + seats.online.take(deeds.merchant)
    large, remote = society.landscape.layout.large, deeds.kind % 2 == 1
    served = remote & large.serves(deeds.merchant, deeds.kind >> 1, society.reference)
    wrong = np.flatnonzero((sold != deeds.kind) & ~served)
    if wrong.size:
        first = wrong[0]
        raise answers.fail(
            f"kind {deeds.kind[first]} at merchant {deeds.merchant[first]}, which sells kind {sold[first]} only"
        )
    return deeds
