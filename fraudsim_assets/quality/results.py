"""What a check says: passed or not, how bad, and the numbers behind it.

Belongs here: the one result type of all checks, and how many become one. Does not belong here:
any check.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum


class Severity(Enum):
    """What a failure means.

    Attributes
    ----------
    BLOCK
        The data is wrong; nothing may be built on it.
    WARN
        The data is off its expectation; a person should look.
    """

    BLOCK = "block"
    WARN = "warn"


@dataclass(frozen=True)
class CheckResult:
    """Verdict of one check.

    Attributes
    ----------
    name
        Snake-case sentence that is true when all is well.
    description
        The same for a reader, with units where there are any.
    metrics
        Counts, rates, bounds and one example of a violation; plain numbers and strings.
    """

    name: str
    passed: bool
    severity: Severity
    description: str
    metrics: Mapping[str, float | int | str] = field(default_factory=dict)


def failures(results: Iterable[CheckResult]) -> list[str]:
    """Names of the checks that failed, in order."""
    return [result.name for result in results if not result.passed]


def blocked(results: Iterable[CheckResult]) -> bool:
    """Whether any failed check says that the data must not be used."""
    return any(not result.passed and result.severity is Severity.BLOCK for result in results)


def verdict(results: Iterable[CheckResult]) -> str:
    """Say in one line how a table did: passed, passed with warnings, or blocked, with the checks that failed."""
    listed = list(results)
    failed = failures(listed)
    if not failed:
        return "passed"
    return f"{'blocked' if blocked(listed) else 'passed with warnings'}: {', '.join(failed)}"


def summary(name: str, description: str, results: Iterable[CheckResult]) -> CheckResult:
    """Fold many results into one: passed if all passed, as severe as the worst failure.

    The metrics count the checks and the violations, and name the failed checks.
    """
    listed = list(results)
    failed = [result for result in listed if not result.passed]
    metrics: dict[str, float | int | str] = {
        "checks": len(listed),
        "failed": len(failed),
        "violations": sum(int(result.metrics.get("violations", 0)) for result in failed),
    }
    if failed:
        metrics["failures"] = ", ".join(result.name for result in failed)
        metrics.update({f"example_{r.name}": r.metrics["example"] for r in failed[:5] if "example" in r.metrics})
    worst = Severity.BLOCK if not failed or blocked(failed) else Severity.WARN
    return CheckResult(name, not failed, worst, description, metrics)
