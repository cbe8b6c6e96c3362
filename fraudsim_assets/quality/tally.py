"""Counts of what has been seen and what was wrong with it: the whole state of a check under way.

Belongs here: counting and adding counts up. Does not belong here: verdicts.
"""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """Counts that can be added up over batches and over parts of a day.

    Attributes
    ----------
    rows
        Rows seen. [rows]
    judged
        Rows to which the rules were applied. [rows]
    fraud
        Fraudulent rows among those. [rows]
    violations
        Violations by check. [count]
    examples
        First violation seen, by check.
    eligible, missing
        Rows that would have a value, and those of them without, by column. [rows]
    """

    rows: int = 0
    judged: int = 0
    fraud: int = 0
    violations: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    eligible: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)

    def blame(self, check: str, count: int, example: str) -> None:
        """Note violations of a check."""
        self.violations[check] += count
        self.examples.setdefault(check, example)

    def absorb(self, other: "Tally") -> None:
        """Add another tally to this one."""
        self.rows += other.rows
        self.judged += other.judged
        self.fraud += other.fraud
        self.violations.update(other.violations)
        self.eligible.update(other.eligible)
        self.missing.update(other.missing)
        self.examples = {**other.examples, **self.examples}

    def metrics(self, check: str, rows: int) -> dict[str, float | int | str]:
        """Rows looked at, violations found and one example, for the result of a check."""
        facts: dict[str, float | int | str] = {"rows": rows, "violations": self.violations[check]}
        if check in self.examples:
            facts["example"] = self.examples[check]
        return facts
