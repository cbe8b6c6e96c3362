"""The checks that the Dagster UI shows, each made of many rules of the core.

Belongs here: which rules stand under which name, how severe a name is, and turning verdicts into
Dagster's events. Does not belong here: the rules (``quality``). Only names and sentences are
listed here, so that loading the definitions loads no validation library; a test compares them
with the rules that exist.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dagster as dg

from fraudsim_assets.defs.metadata import rows_table
from fraudsim_assets.defs.spec import WorldSpec

if TYPE_CHECKING:
    from fraudsim_assets.quality.results import CheckResult


@dataclass(frozen=True)
class CheckGroup:
    """One check as the UI shows it.

    Attributes
    ----------
    rules
        Names of the rules under it; empty for the group that takes every other rule.
    blocking
        Whether a failure keeps the data from being written and stops what depends on it.
    """

    name: str
    description: str
    rules: frozenset[str] = frozenset()
    blocking: bool = True


_CONTRACT = CheckGroup(
    "contract",
    "Every column has the declared name and type, and every value the declared bounds, codes and presence.",
    frozenset({"contract"}),
)

TRANSACTION_GROUPS = (
    _CONTRACT,
    CheckGroup(
        "foreign_keys",
        "Card, customer and merchant are in the catalogs, and what a row says of them is what the catalogs say.",
        frozenset(
            {
                "card_exists",
                "customer_holds_the_card",
                "merchant_exists",
                "mcc_is_the_merchants",
                "merchant_country_is_the_merchants",
                "currency_is_the_merchants",
                "billing_currency_is_the_cards",
            }
        ),
    ),
    CheckGroup(
        "valid_on_the_day",
        "Card, customer and merchant are valid on the day of the payment.",
        frozenset(
            {
                "card_is_valid_on_the_day",
                "customer_is_valid_on_the_day",
                "merchant_is_open_on_the_day",
                "timestamp_is_within_the_day",
            }
        ),
    ),
    CheckGroup("unique_ids", "No transaction_id occurs twice.", frozenset({"transaction_ids_are_unique"})),
    CheckGroup(
        "chain_integrity",
        "previous_txn_id names the card's transaction before, and rows come in account and time order.",
        frozenset(
            {
                "rows_are_in_account_and_time_order",
                "previous_transaction_is_linked",
                "first_transaction_is_linked_to_history",
            }
        ),
    ),
    CheckGroup("row_rules", "Columns of a row agree: no position online, no fraud without a scenario, and so on."),
    CheckGroup(
        "null_rates",
        "Missing values are as frequent as configured, within what chance allows.",
        frozenset(
            f"{name}_null_rate_is_as_configured" for name in ("latitude", "entry_mode", "device_id", "ip_address")
        ),
        blocking=False,
    ),
    CheckGroup(
        "fraud_rate",
        "Fraud is as frequent as configured, within what chance allows.",
        frozenset({"fraud_rate_is_as_configured"}),
        blocking=False,
    ),
    CheckGroup(
        "row_count",
        "The day is not implausibly busy or quiet.",
        frozenset({"row_count_is_plausible"}),
        blocking=False,
    ),
)

_CATALOG_GROUPS = (
    _CONTRACT,
    CheckGroup(
        "versions",
        "Keys are unique, and the versions of an entity follow each other without gap or overlap.",
        frozenset({"keys_are_unique", "validity_is_not_empty", "one_version_is_valid_on_any_day", "tokens_are_unique"}),
    ),
    CheckGroup("row_rules", "Columns of a row agree: a limit for credit cards only, closing after opening, and so on."),
)

_DRIFT_GROUPS = (
    CheckGroup(
        "mix_drift",
        "Channels, countries, categories, hours and so on are mixed as on the days before.",
        frozenset(
            f"{name}_mix_is_stable"
            for name in (
                "channel",
                "entry_mode",
                "transaction_type",
                "response_code",
                "three_ds",
                "currency",
                "merchant_country",
                "mcc",
                "hour_local",
                "billing_amount",
            )
        ),
        blocking=False,
    ),
    CheckGroup(
        "rate_drift",
        "Approvals, fraud and missing values are as frequent as on the days before.",
        frozenset(
            f"{name}_share_is_stable"
            for name in ("approved", "fraud", "null_latitude", "null_entry_mode", "null_device_id", "null_ip_address")
        ),
        blocking=False,
    ),
    CheckGroup(
        "amount_drift",
        "Small, usual and large amounts are those of the days before.",
        frozenset(f"amount_{name}_is_stable" for name in ("p05", "p25", "p50", "p75", "p95")),
        blocking=False,
    ),
)

GROUPS: Mapping[str, Sequence[CheckGroup]] = {
    "customers": _CATALOG_GROUPS,
    "cards": (
        *_CATALOG_GROUPS,
        CheckGroup(
            "foreign_keys",
            "The holder is in the customer catalog, and a card that replaces another replaces one that exists.",
            frozenset({"holder_exists", "replaced_card_exists"}),
        ),
    ),
    "merchants": _CATALOG_GROUPS,
    "transactions": TRANSACTION_GROUPS,
    "fraud_labels": (
        _CONTRACT,
        CheckGroup(
            "unique_ids", "A transaction gets each type of label at most once a day.", frozenset({"labels_are_unique"})
        ),
        CheckGroup("row_rules", "Columns of a label agree: day, delay and date, and a reason for every chargeback."),
    ),
    "daily_profile": (_CONTRACT, *_DRIFT_GROUPS),
    "history_audit": (
        CheckGroup(
            "chain_integrity",
            "Over all days together, previous_txn_id is the card's transaction before.",
            frozenset({"chains_are_unbroken_over_days"}),
        ),
        CheckGroup(
            "unique_ids",
            "Over all days together, no transaction_id occurs twice.",
            frozenset({"transaction_ids_are_unique_over_days"}),
        ),
        CheckGroup("refunds", "A refund comes after an approved purchase of the same customer at the same merchant."),
    ),
}


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
    asset: dg.AssetKey, partition: str | None, results: Iterable["CheckResult"]
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


def grouped(table: str, results: Iterable["CheckResult"]) -> Iterator[tuple[CheckGroup, list["CheckResult"]]]:
    """Sort verdicts into the groups of a table; each verdict is in exactly one."""
    groups = GROUPS[table]
    named = {rule: group.name for group in groups for rule in group.rules}
    rest = next((group.name for group in groups if not group.rules), groups[0].name)
    found: dict[str, list[CheckResult]] = {group.name: [] for group in groups}
    for result in results:
        found[named.get(result.name, rest)].append(result)
    yield from ((group, found[group.name]) for group in groups)


def failure_text(results: Iterable["CheckResult"]) -> str:
    """Name the blocking rules that failed, with their numbers."""
    failed = [result for result in results if not result.passed and result.severity.value == "block"]
    return "; ".join(f"{result.name} is not so ({_numbers(result)})" for result in failed)


def rates(results: Iterable["CheckResult"]) -> dict[str, float]:
    """Shares that were held against the configuration, such as ``fraud_rate`` and ``latitude_null_rate``."""
    shares = {result.name: result.metrics["share"] for result in results if "share" in result.metrics}
    return {name.removesuffix("_is_as_configured"): round(float(share), 6) for name, share in shares.items()}


def _movements(results: Iterable["CheckResult"]) -> dict[str, float]:
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


def _sentence(group: CheckGroup, found: Sequence["CheckResult"]) -> str:
    failed = [result for result in found if not result.passed]
    return "; ".join(f"not so: {result.description}" for result in failed) if failed else group.description


def _metadata(found: Sequence["CheckResult"]) -> dict[str, Any]:
    """Numbers as floats, which the UI plots over the days, and every rule as a row of a table."""
    numbers: dict[str, Any] = {
        "failed": sum(not result.passed for result in found),
        "violations": sum(int(result.metrics.get("violations", 0)) for result in found),
    }
    numbers |= rates(found) | _movements(found)
    table = rows_table(_row(result) for result in found)
    return numbers | ({"verdicts": table} if table else {})


def _row(result: "CheckResult") -> dict[str, Any]:
    return {
        "rule": result.name,
        "passed": result.passed,
        "meaning": result.description,
        "numbers": _numbers(result),
    }


def _numbers(result: "CheckResult") -> str:
    return ", ".join(
        f"{name} {f'{value:.6g}' if isinstance(value, float) else value}" for name, value in result.metrics.items()
    )
