"""What a rule is: declared once, and read by the checks, by Dagster's groups and by the suites.

Belongs here: the declaration and its parts. Does not belong here: any rule. Nothing here loads a validation library,
so that Dagster's definitions can read the rules when they load.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fraudsim_assets.quality.results import CheckResult, Severity

Expectation = tuple[str, Mapping[str, Any]]
"""Name of an expectation of Great Expectations, and its arguments."""

NEEDS_CATALOGS = "needs the catalogs of the day"
NEEDS_ROWS = "needs the rows before it"
NEEDS_DAYS = "needs other days"
NEEDS_PARTITION = "needs to know the partition"
NEEDS_SETTINGS = "needs the configuration"
NEEDS_ARITHMETIC = "needs arithmetic that no expectation has"
IS_THE_KEY = "is the key of the table, which every suite has"


def _counted(*_: Any) -> Any:
    raise NotImplementedError("the checker of this rule counts by itself")


@dataclass(frozen=True)
class Rule:
    """A promise about a table.

    Attributes
    ----------
    table
        Table that the promise is about.
    name
        Snake-case sentence that is true when all is well.
    group
        Check of the Dagster UI that the rule stands under.
    description
        The same sentence for a reader, with units where there are any.
    violations
        What breaks the promise, in the form that the table's checker asks for; a checker that counts by itself does
        not ask.
    expectations
        The promise in the words of Great Expectations.
    left_out
        Why it cannot be said in those words.
    severity
        What a failure means.
    needs
        Further tables that it takes to judge it.
    """

    table: str
    name: str
    group: str
    description: str
    violations: Callable[..., Any] = _counted
    expectations: Sequence[Expectation] = ()
    left_out: str = ""
    severity: Severity = Severity.BLOCK
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if bool(self.expectations) == bool(self.left_out):
            raise ValueError(f"{self.table}.{self.name} needs either expectations or the reason why it has none")

    def result(self, passed: bool, metrics: Mapping[str, float | int | str]) -> CheckResult:
        """Give the verdict on the rule."""
        return CheckResult(self.name, passed, self.severity, self.description, metrics)


def contract_of(table: str) -> Rule:
    """Declare that a table honours its contract."""
    text = f"every value honours the contract of {table}"
    return Rule(table, "contract", "contract", text, left_out="is many expectations, one for each declared constraint")
