"""What a policy is given and gives back.

Two kinds of policies are told apart by their types: a :class:`Policy` gets a :class:`Sight`, which cannot hold a column
of ground truth; an :class:`Insider` gets the truth as well, and is there to say how much could be saved at most.

Belongs here: these types and the checks that keep the truth out. Does not belong here: any policy, and features.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol, runtime_checkable

import polars as pl

from fraudsim_assets.decisions import Action
from fraudsim_assets.errors import ContractError
from fraudsim_assets.tables import FraudLabels, Transactions, columns, truth_columns
from fraudsim_assets.units import Bools, Floats

ANSWER = ("response_code", "is_approved")
"""Columns of a payment that say how it was answered: not known before it is decided about."""

BANK_COLUMNS = tuple(name for name in columns(Transactions) if name not in {*truth_columns(Transactions), *ANSWER})
"""Columns of a payment that a bank sees as it decides."""

LABEL_COLUMNS = tuple(name for name in columns(FraudLabels) if name not in truth_columns(FraudLabels))
"""Columns of a label that a bank has."""

TRUTH = frozenset({*truth_columns(Transactions), *truth_columns(FraudLabels)})
"""Columns of ground truth."""


@dataclass(frozen=True)
class Sight:
    """What a bank sees as it decides about some payments of one day.

    Attributes
    ----------
    day
        UTC day.
    payments
        ``BANK_COLUMNS``, in the order of time.
    labels
        ``LABEL_COLUMNS`` of labels that became known before the day, as far back as is remembered.
    make_features
        Makes the features when they are first asked for, all of them or, by name, some.

    Raises
    ------
    ContractError
        If a column is of ground truth, or tells the answer to a payment before it is decided about.
    """

    day: date
    payments: pl.DataFrame
    labels: pl.DataFrame
    make_features: Callable[..., pl.DataFrame]

    def __post_init__(self) -> None:
        for name, table in (("payments", self.payments), ("labels", self.labels)):
            without_truth(name, table)

    @cached_property
    def features(self) -> pl.DataFrame:
        """Features as of then, one row per payment: see ``features.making.FEATURES``."""
        return without_truth("features", self.make_features())

    def some_features(self, names: Collection[str]) -> pl.DataFrame:
        """As :attr:`features`, for a policy that looks at a few alone: what the others rest on is not looked up."""
        made = self.features if "features" in vars(self) else without_truth("features", self.make_features(names))
        found = made.select([name for name in made.columns if name in names])
        self._some.update(found.columns)
        return found

    @cached_property
    def _some(self) -> set[str]:
        return set()

    @property
    def features_made(self) -> tuple[str, ...]:
        """Names of the features that were asked for."""
        return tuple(self.features.columns) if "features" in vars(self) else tuple(sorted(self._some))


def without_truth(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Pass a table on if a bank may see all of it.

    Raises
    ------
    ContractError
        If it has a column of ground truth or of an answer.
    """
    if leaked := sorted({*TRUTH, *ANSWER} & set(table.columns)):
        raise ContractError(
            f"{name} for a policy have the columns {', '.join(leaked)}, which no bank has as it decides; leave them out"
        )
    return table


@dataclass(frozen=True)
class Truth:
    """What no bank knows.

    Attributes
    ----------
    fraud : (n,)
        Whether each payment of a sight is fraud.
    """

    fraud: Bools


@dataclass(frozen=True)
class Choices:
    """What a policy decides.

    Attributes
    ----------
    actions : (n,)
        One of :class:`Action` per payment.
    urgency : (n,)
        For reviews: the highest is taken up first. [unitless]
    """

    actions: Sequence[Action]
    urgency: Floats

    @classmethod
    def of(cls, given: object, payments: pl.DataFrame, name: str) -> "Choices":
        """Read what a policy gave back.

        Parameters
        ----------
        given
            Choices, or one action per payment as text; the urgency is then the amount.

        Raises
        ------
        ContractError
            If there are not as many as payments, or one is no action.
        """
        if isinstance(given, Choices):
            found = given
        else:
            texts = given.to_list() if isinstance(given, pl.Series) else list(given)  # pyright: ignore[reportArgumentType]
            valid = {str(action): action for action in Action}
            wrong = next((text for text in texts if str(text) not in valid), None)
            if wrong is not None:
                raise ContractError(f"policy {name}: action is {wrong!r}; valid are {', '.join(Action)}")
            found = cls([valid[str(text)] for text in texts], payments["billing_amount"].cast(pl.Float64).to_numpy())
        if not len(found.actions) == len(found.urgency) == payments.height:
            raise ContractError(
                f"policy {name}: {len(found.actions)} actions for {payments.height} payments; valid is one for each"
            )
        return found

    def __len__(self) -> int:
        return len(self.actions)


@runtime_checkable
class Policy(Protocol):
    """What decides about payments as a bank sees them."""

    @property
    def name(self) -> str:
        """What it is called in results."""
        ...

    def decide(self, sight: Sight) -> Choices | Sequence[str]:
        """Choose an action for each payment of a sight, in its order.

        A function of the sight alone: it keeps nothing from one call to the next.
        """
        ...


@runtime_checkable
class Insider(Protocol):
    """What decides with the truth at hand."""

    @property
    def name(self) -> str:
        """What it is called in results."""
        ...

    def decide_knowing(self, sight: Sight, truth: Truth) -> Choices | Sequence[str]:
        """Choose an action for each payment of a sight, in its order."""
        ...
