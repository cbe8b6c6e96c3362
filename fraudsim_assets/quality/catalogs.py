"""Checks of the slowly changing tables: keys, spells of validity, parents, and columns that must agree.

Catalogs fit in memory, so each check is one polars expression or join.

Belongs here: rules of customers, cards and merchants beyond their contracts. Does not belong here:
what a transaction must agree with (``rules``).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl
import pyarrow as pa

from fraudsim_assets.quality.results import CheckResult, Severity
from fraudsim_assets.tables import TABLES, primary_key

Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class CatalogRule:
    """A promise about the rows of a catalog.

    Attributes
    ----------
    table
        Catalog that the promise is about.
    needs
        Further catalogs that it takes to judge it.
    violations
        Rows that break the promise, from the frames by table.
    """

    name: str
    table: str
    description: str
    violations: Callable[[Frames], pl.DataFrame]
    needs: tuple[str, ...] = ()


_THING = MappingProxyType({"customers": "customer_id", "cards": "account_id", "merchants": "slot"})
"""What has exactly one valid row on any day: a customer, a card account, a place for a merchant."""


def _repeated_keys(table: str) -> Callable[[Frames], pl.DataFrame]:
    key = list(primary_key(TABLES[table]))
    return lambda frames: frames[table].filter(pl.struct(key).is_duplicated())


def _empty_spells(table: str) -> Callable[[Frames], pl.DataFrame]:
    return lambda frames: frames[table].filter(pl.col("valid_to") <= pl.col("valid_from"))


def _gaps(table: str) -> Callable[[Frames], pl.DataFrame]:
    """Rows whose spell does not begin on the day on which the spell before it ended.

    A card that is blocked is replaced some days later, so spells of cards may leave a gap in front of a replacement;
    they never overlap.
    """
    thing = _THING[table]
    before = pl.col("valid_to").shift(1).over(thing)
    follows = pl.col(thing).shift(1) == pl.col(thing)
    wrong = before.ne_missing(pl.col("valid_from"))
    if table == "cards":
        late = (pl.col("valid_from") > before) & pl.col("replaces_card_id").is_null()
        wrong = before.is_null() | (pl.col("valid_from") < before) | late
    return lambda frames: frames[table].sort(thing, "valid_from", "valid_to", nulls_last=True).filter(follows & wrong)


def _orphans(table: str, column: str, parent: str, key: str) -> Callable[[Frames], pl.DataFrame]:
    return lambda frames: (
        frames[table]
        .filter(pl.col(column).is_not_null())
        .join(frames[parent].select(pl.col(key).alias(column)).unique(), on=column, how="anti")
    )


def _where(table: str, wrong: pl.Expr) -> Callable[[Frames], pl.DataFrame]:
    return lambda frames: frames[table].filter(wrong)


def _shared_tokens(frames: Frames) -> pl.DataFrame:
    cards = frames["cards"].unique(["token", "card_id"])
    return cards.filter(pl.col("token").is_duplicated())


def _common_rules() -> Iterator[CatalogRule]:
    for table, thing in _THING.items():
        key = " and ".join(primary_key(TABLES[table]))
        yield CatalogRule("keys_are_unique", table, f"no two rows share {key}", _repeated_keys(table))
        yield CatalogRule("validity_is_not_empty", table, "valid_to is later than valid_from", _empty_spells(table))
        yield CatalogRule(
            "one_version_is_valid_on_any_day",
            table,
            f"spells of one {thing} follow each other without gap or overlap",
            _gaps(table),
        )


CATALOG_RULES = (
    *_common_rules(),
    CatalogRule(
        "customers_are_old_enough",
        "customers",
        "a customer is at least 10 years old on joining, as holders of youth accounts are",
        _where("customers", pl.col("birth_date").dt.offset_by("10y") > pl.col("opened_on")),
    ),
    CatalogRule(
        "holder_exists",
        "cards",
        "customer_id is in the customer catalog",
        _orphans("cards", "customer_id", "customers", "customer_id"),
        ("customers",),
    ),
    CatalogRule(
        "replaced_card_exists",
        "cards",
        "replaces_card_id is a card",
        _orphans("cards", "replaces_card_id", "cards", "card_id"),
    ),
    CatalogRule(
        "credit_cards_have_limits",
        "cards",
        "credit_limit is given for credit cards only, and always",
        _where("cards", (pl.col("product").cast(pl.String) == "credit") != pl.col("credit_limit").is_not_null()),
    ),
    CatalogRule(
        "cards_end_by_their_expiry",
        "cards",
        "a card is not valid after the expiry printed on it",
        _where("cards", pl.col("valid_to") > pl.col("expiry").dt.offset_by("1d")),
    ),
    CatalogRule(
        "expiry_ends_a_month",
        "cards",
        "expiry is the last day of a month",
        _where("cards", pl.col("expiry") != pl.col("expiry").dt.month_end()),
    ),
    CatalogRule("tokens_are_unique", "cards", "no two cards share a token", _shared_tokens),
    CatalogRule(
        "shops_close_after_they_open",
        "merchants",
        "closes_minute is later than opens_minute",
        _where("merchants", pl.col("closes_minute") <= pl.col("opens_minute")),
    ),
)
"""Every rule about catalogs."""


def check_catalog(table: str, catalogs: Mapping[str, pa.Table]) -> list[CheckResult]:
    """Check one catalog; its contract is checked apart (``contract.check_contract``).

    Parameters
    ----------
    table
        ``customers``, ``cards`` or ``merchants``.
    catalogs
        That catalog and those it points to, by name; a rule whose parent is not given is left out.

    Returns
    -------
    list of CheckResult
        One per rule, all blocking, with the count of violations and the key of one.
    """
    frames = {name: pl.DataFrame(content) for name, content in catalogs.items()}
    judged = [rule for rule in CATALOG_RULES if rule.table == table and set(rule.needs) <= set(frames)]
    return [_result(rule, frames) for rule in judged]


def _result(rule: CatalogRule, frames: Frames) -> CheckResult:
    bad = rule.violations(frames)
    metrics: dict[str, float | int | str] = {"rows": len(frames[rule.table]), "violations": len(bad)}
    if len(bad):
        key = bad.select(primary_key(TABLES[rule.table])).row(0, named=True)
        metrics["example"] = ", ".join(f"{name} {value}" for name, value in key.items())
    return CheckResult(rule.name, not len(bad), Severity.BLOCK, rule.description, metrics)
