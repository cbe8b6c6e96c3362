"""The checks that the Dagster UI shows, each made of many rules of the core.

Belongs here: what the groups are called and say, and turning verdicts into Dagster's events. Does not
belong here: the rules, which say themselves in which group they are and how severe (``quality.declared``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dagster as dg

from fraudsim_assets.defs.metadata import rows_table
from fraudsim_assets.defs.spec import WorldSpec
from fraudsim_assets.quality.declaration import Rule
from fraudsim_assets.quality.declared import DECLARED
from fraudsim_assets.quality.results import CheckResult, Severity


@dataclass(frozen=True)
class CheckGroup:
    """One check as the UI shows it.

    Attributes
    ----------
    rules
        Names of the rules under it.
    blocking
        Whether a failure keeps the data from being written and stops what depends on it.
    """

    name: str
    description: str
    rules: frozenset[str]
    blocking: bool


def _groups(table: str, *described: tuple[str, str]) -> tuple[CheckGroup, ...]:
    """Groups of a table, by name and description, with the rules that are declared to be under them."""
    return tuple(
        _group(name, text, [rule for rule in DECLARED[table] if rule.group == name]) for name, text in described
    )


def _group(name: str, text: str, rules: Sequence[Rule]) -> CheckGroup:
    blocking = all(rule.severity is Severity.BLOCK for rule in rules)
    return CheckGroup(name, text, frozenset(rule.name for rule in rules), blocking)


_CONTRACT = (
    "contract",
    "Every column has the declared name and type, and every value the declared bounds, codes and presence.",
)
_VERSIONS = ("versions", "Keys are unique, and the versions of an entity follow each other without gap or overlap.")
_CATALOG_ROWS = (
    "row_rules",
    "Columns of a row agree: a limit for credit cards only, closing after opening, and so on.",
)

GROUPS: Mapping[str, Sequence[CheckGroup]] = {
    "customers": _groups("customers", _CONTRACT, _VERSIONS, _CATALOG_ROWS),
    "cards": _groups(
        "cards",
        _CONTRACT,
        _VERSIONS,
        _CATALOG_ROWS,
        (
            "foreign_keys",
            "The holder is in the customer catalog, and a card that replaces another replaces one that exists.",
        ),
    ),
    "merchants": _groups("merchants", _CONTRACT, _VERSIONS, _CATALOG_ROWS),
    "transactions": _groups(
        "transactions",
        _CONTRACT,
        (
            "foreign_keys",
            "Card, customer and merchant are in the catalogs, and what a row says of them is what the catalogs say.",
        ),
        ("valid_on_the_day", "Card, customer and merchant are valid on the day of the payment."),
        ("unique_ids", "No transaction_id occurs twice."),
        (
            "chain_integrity",
            "previous_txn_id names the card's transaction before, and rows come in account and time order.",
        ),
        ("row_rules", "Columns of a row agree: no position online, no fraud without a scenario, and so on."),
        ("null_rates", "Missing values are as frequent as configured, within what chance allows."),
        ("fraud_rate", "Fraud is as frequent as configured, within what chance allows."),
        ("row_count", "The day is not implausibly busy or quiet."),
    ),
    "fraud_labels": _groups(
        "fraud_labels",
        _CONTRACT,
        ("unique_ids", "A transaction gets each type of label at most once a day."),
        ("row_rules", "Columns of a label agree: day, delay and date, and a reason for every chargeback."),
    ),
    "account_events": _groups(
        "account_events",
        _CONTRACT,
        ("foreign_keys", "Customer and card are in the catalogs, and the card is one of the customer's account."),
        ("unique_ids", "No event_id occurs twice."),
        ("row_rules", "Columns of an event agree: a device online only, an account where it is about one, and so on."),
    ),
    "daily_profile": _groups(
        "daily_profile",
        _CONTRACT,
        ("mix_drift", "Channels, countries, categories, hours and so on are mixed as on the days before."),
        ("rate_drift", "Approvals, fraud and missing values are as frequent as on the days before."),
        ("amount_drift", "Small, usual and large amounts are those of the days before."),
    ),
    "history_audit": _groups(
        "history_audit",
        ("chain_integrity", "Over all days together, previous_txn_id is the card's transaction before."),
        ("unique_ids", "Over all days together, no transaction_id occurs twice."),
        ("refunds", "A refund comes after an approved purchase of the same customer at the same merchant."),
    ),
}
"""Groups by table, in the order in which the UI shows them."""


def check_specs(table: str, spec: WorldSpec, *, daily: bool = False) -> list[dg.AssetCheckSpec]:
    """Checks of a table of a world, as Dagster declares them."""
    days = spec.days if daily else None
    return [
        dg.AssetCheckSpec(
            g.name, asset=spec.key(table), description=g.description, blocking=g.blocking, partitions_def=days
        )
        for g in GROUPS[table]
    ]


def evaluations(
    asset: dg.AssetKey, partition: str | None, results: Iterable[CheckResult]
) -> Iterator[dg.AssetCheckEvaluation]:
    """Verdicts on an asset or one of its days, group by group, as events for Dagster's log.

    The last part of the asset's key is the name of its table.
    """
    for group, found in grouped(asset.path[-1], results):
        yield dg.AssetCheckEvaluation(
            asset_key=asset,
            check_name=group.name,
            passed=all(result.passed for result in found),
            severity=dg.AssetCheckSeverity.ERROR if group.blocking else dg.AssetCheckSeverity.WARN,
            blocking=group.blocking,
            partition=partition,
            description=_sentence(group, found),
            metadata=_metadata(found),
        )


def grouped(table: str, results: Iterable[CheckResult]) -> Iterator[tuple[CheckGroup, list[CheckResult]]]:
    """Sort verdicts into the groups of a table; each verdict is in exactly one."""
    groups = GROUPS[table]
    named = {rule: group.name for group in groups for rule in group.rules}
    found: dict[str, list[CheckResult]] = {group.name: [] for group in groups}
    for result in results:
        found[named[result.name]].append(result)
    yield from ((group, found[group.name]) for group in groups)


def failure_text(results: Iterable[CheckResult]) -> str:
    """Name the blocking rules that failed, with their numbers."""
    failed = [result for result in results if not result.passed and result.severity is Severity.BLOCK]
    return "; ".join(f"{result.name} is not so ({_numbers(result)})" for result in failed)


def rates(results: Iterable[CheckResult]) -> dict[str, float]:
    """Shares that were held against the configuration, such as ``fraud_rate`` and ``latitude_null_rate``."""
    shares = {result.name: result.metrics["share"] for result in results if "share" in result.metrics}
    return {name.removesuffix("_is_as_configured"): round(float(share), 6) for name, share in shares.items()}


def _movements(results: Iterable[CheckResult]) -> dict[str, float]:
    """How far the day is from the days before, such as ``channel_psi`` and ``amount_p50_change``."""
    suffixes = {"psi": "_mix_is_stable", "rate": "_is_stable", "change": "_is_stable"}
    found = {}
    for result in results:
        for number, suffix in suffixes.items():
            if number in result.metrics:
                name = result.name.removesuffix(suffix)
                told = name if number == "rate" else f"{name}_{number}"
                found[told] = round(float(result.metrics[number]), 6)
    return found


def _sentence(group: CheckGroup, found: Sequence[CheckResult]) -> str:
    failed = [result for result in found if not result.passed]
    return "; ".join(f"not so: {result.description}" for result in failed) if failed else group.description


def _metadata(found: Sequence[CheckResult]) -> dict[str, Any]:
    """Numbers as floats, which the UI plots over the days, and every rule as a row of a table."""
    numbers: dict[str, Any] = {
        "failed": sum(not result.passed for result in found),
        "violations": sum(int(result.metrics.get("violations", 0)) for result in found),
    }
    numbers |= rates(found) | _movements(found)
    table = rows_table(_row(result) for result in found)
    return numbers | ({"verdicts": table} if table else {})


def _row(result: CheckResult) -> dict[str, Any]:
    return {
        "rule": result.name,
        "passed": result.passed,
        "meaning": result.description,
        "numbers": _numbers(result),
    }


def _numbers(result: CheckResult) -> str:
    return ", ".join(
        f"{name} {f'{value:.6g}' if isinstance(value, float) else value}" for name, value in result.metrics.items()
    )
