"""Checks of the slowly changing tables: keys, spells of validity, parents, and columns that must agree.

Catalogs fit in memory, so each check is one polars expression or join.

Belongs here: rules of customers, cards and merchants beyond their contracts. Does not belong here:
what a transaction must agree with (``rules``).
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType

import polars as pl
import pyarrow as pa

from fraudsim_assets.quality.declaration import IS_THE_KEY, NEEDS_ARITHMETIC, NEEDS_CATALOGS, NEEDS_ROWS, Rule
from fraudsim_assets.quality.gx import differs, equals, later, only_with
from fraudsim_assets.quality.results import CheckResult

Frames = Mapping[str, pl.DataFrame]


_THING = MappingProxyType({"customers": "customer_id", "cards": "account_id", "merchants": "slot"})
"""What has exactly one valid row on any day: a customer, a card account, a place for a merchant."""


def _key(table: str) -> list[str]:
    # imported when a catalog is checked, since contracts load pandera and rules must not
    from fraudsim_assets.tables import TABLES, primary_key

    return list(primary_key(TABLES[table]))


def _repeated_keys(table: str) -> Callable[[Frames], pl.DataFrame]:
    return lambda frames: frames[table].filter(pl.struct(_key(table)).is_duplicated())


def _empty_spells(table: str) -> Callable[[Frames], pl.DataFrame]:
    return lambda frames: frames[table].filter(pl.col("valid_to") <= pl.col("valid_from"))


LONGEST_WAIT_DAYS = 8
"""A blocked card is replaced within so many days. [days]"""


def _gaps(table: str) -> Callable[[Frames], pl.DataFrame]:
    """Rows whose spell does not begin on the day on which the spell before it ended; of cards, soon after it."""
    thing = _THING[table]
    before = pl.col("valid_to").shift(1).over(thing)
    follows = pl.col(thing).shift(1) == pl.col(thing)
    wrong = before.ne_missing(pl.col("valid_from"))
    if table == "cards":
        wait = (pl.col("valid_from") - before).dt.total_days()
        wrong = wait.is_null() | ~wait.is_between(0, LONGEST_WAIT_DAYS)
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


def _common_rules() -> Iterator[Rule]:
    for table, thing in _THING.items():
        rule = partial(Rule, table, group="versions")
        yield rule(
            "keys_are_unique",
            description="no two rows share the key of the table",
            violations=_repeated_keys(table),
            left_out=IS_THE_KEY,
        )
        yield rule(
            "validity_is_not_empty",
            description="valid_to is later than valid_from",
            violations=_empty_spells(table),
            expectations=(later("valid_to", "valid_from"),),
        )
        yield rule(
            "one_version_is_valid_on_any_day",
            description=f"spells of one {thing} follow each other without gap or overlap",
            violations=_gaps(table),
            left_out=NEEDS_ROWS,
        )


CATALOG_RULES = (
    *_common_rules(),
    Rule(
        "customers",
        "customers_are_old_enough",
        "row_rules",
        "a customer is at least 10 years old on joining, as holders of youth accounts are",
        _where("customers", pl.col("birth_date").dt.offset_by("10y") > pl.col("opened_on")),
        left_out=NEEDS_ARITHMETIC,
    ),
    Rule(
        "cards",
        "holder_exists",
        "foreign_keys",
        "customer_id is in the customer catalog",
        _orphans("cards", "customer_id", "customers", "customer_id"),
        left_out=NEEDS_CATALOGS,
        needs=("customers",),
    ),
    Rule(
        "cards",
        "replaced_card_exists",
        "foreign_keys",
        "replaces_card_id is a card",
        _orphans("cards", "replaces_card_id", "cards", "card_id"),
        left_out=NEEDS_CATALOGS,
    ),
    Rule(
        "cards",
        "credit_cards_have_limits",
        "row_rules",
        "credit_limit is given for credit cards only, and always",
        _where("cards", (pl.col("product").cast(pl.String) == "credit") != pl.col("credit_limit").is_not_null()),
        only_with("credit_limit", equals("product", "credit"), differs("product", "credit")),
    ),
    Rule(
        "cards",
        "cards_end_by_their_expiry",
        "row_rules",
        "a card is not valid after the expiry printed on it",
        _where("cards", pl.col("valid_to") > pl.col("expiry").dt.offset_by("1d")),
        left_out=NEEDS_ARITHMETIC,
    ),
    Rule(
        "cards",
        "expiry_ends_a_month",
        "row_rules",
        "expiry is the last day of a month",
        _where("cards", pl.col("expiry") != pl.col("expiry").dt.month_end()),
        left_out=NEEDS_ARITHMETIC,
    ),
    Rule(
        "cards",
        "tokens_are_unique",
        "versions",
        "no two cards share a token",
        _shared_tokens,
        left_out=NEEDS_ROWS,
    ),
    Rule(
        "merchants",
        "shops_close_after_they_open",
        "row_rules",
        "closes_minute is later than opens_minute",
        _where("merchants", pl.col("closes_minute") <= pl.col("opens_minute")),
        (later("closes_minute", "opens_minute"),),
    ),
)
"""Every rule about catalogs; ``violations`` gives the rows that break it, from the frames by table."""


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


def _result(rule: Rule, frames: Frames) -> CheckResult:
    bad = rule.violations(frames)
    metrics: dict[str, float | int | str] = {"rows": len(frames[rule.table]), "violations": len(bad)}
    if len(bad):
        key = bad.select(_key(rule.table)).row(0, named=True)
        metrics["example"] = ", ".join(f"{name} {value}" for name, value in key.items())
    return rule.result(not len(bad), metrics)
