"""The search for leaks finds what is planted, and nothing where fraud is chance."""

from datetime import date
from functools import lru_cache

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.errors import ContractError
from fraudsim_assets.evaluation.leaks.cells import MIN_ROWS, MIN_ROWS_OF_A_WORLD, Search, essential, usual_share
from fraudsim_assets.evaluation.leaks.columns import Column, examined
from fraudsim_assets.evaluation.leaks.search import BURN_IN_DAYS, Finding, findings, look
from fraudsim_assets.streams import Streams
from fraudsim_assets_tests.unit.evaluation import samples


def uniform(what: str) -> pl.Expr:
    """Uniforms that follow from the transaction."""
    draw = Streams(3).draw(f"test.{what}")
    return pl.col("transaction_id").map_batches(
        lambda ids: pl.Series(draw.uniforms(ids.to_numpy())), return_dtype=pl.Float64
    )


@lru_cache(maxsize=1)
def chance() -> pl.DataFrame:
    """Payments of a world in which fraud is chance, and known to nobody."""
    made = samples.relabelled(samples.collected(), uniform("fraud") < 0.04)
    return made.with_columns(fraud_known=pl.lit(None, dtype=pl.Int64))


def found(payments: pl.DataFrame) -> list[Finding]:
    return findings([look(payments)])


def test_fraud_by_chance_leaks_nothing():
    kinds = {finding.kind for finding in found(chance())}
    assert kinds <= {"telltale"}  # such as amounts, whose bands expect fraud to differ


def test_a_value_that_no_genuine_row_has_is_found_alone():
    planted = chance().with_columns(
        network=pl.when(pl.col("is_fraud") & (uniform("planted") < 0.3)).then(pl.lit("x")).otherwise("network")
    )
    (cell,) = (finding for finding in found(planted) if finding.kind == "cell")
    assert cell.columns == ("network",)
    assert cell.where == "network = x"
    assert cell.measured == 1.0
    assert cell.frauds == cell.rows > MIN_ROWS


def test_two_ordinary_columns_that_meet_in_fraud_alone_are_found_as_a_pair():
    meet = (pl.col("channel") == "pos") & (pl.col("network") == "visa")
    planted = chance().with_columns(
        network=pl.when(~pl.col("is_fraud") & meet).then(pl.lit("amex")).otherwise(pl.col("network").cast(pl.String))
    )
    cells = [finding for finding in found(planted) if finding.kind == "cell"]
    assert [cell.columns for cell in cells] == [("channel", "network")]
    assert cells[0].where == "channel = pos and network = visa"


def test_ids_that_know_the_fraud_are_found():
    fraud = pl.col("is_fraud").cast(pl.Int64)
    told = {f.columns for f in found(chance().with_columns(transaction_id=pl.col("transaction_id") // 2 * 2 + fraud))}
    assert ("parity of transaction_id",) in told


def test_rows_that_stand_apart_in_their_day_are_found():
    last = pl.when("is_fraud").then(pl.col("position") + 10_000).otherwise("position").cast(pl.UInt32)
    told = {finding.columns for finding in found(chance().with_columns(position=last))}
    assert ("place in the day's rows",) in told


def test_a_catalog_that_tells_the_future_is_found_and_without_it_nothing_is():
    cards = pl.DataFrame(pl.from_arrow(samples.world().catalogs.cards))
    some = chance()["card_id"].unique().sort().head(24).implode()
    planted = chance().with_columns(is_fraud=pl.col("card_id").is_in(some))
    replaced = cards.filter(pl.col("card_id").is_in(some)).with_columns(
        replaces_card_id="card_id", card_id=-pl.col("card_id"), valid_from=pl.lit(date(2025, 6, 1))
    )
    told = findings([look(planted, {"cards": pl.concat([cards, replaced])})])
    assert ("its card will be replaced",) in {finding.columns for finding in told}
    assert ("its card will be replaced",) not in {finding.columns for finding in found(chance())}


def test_too_few_days_are_told():
    with pytest.raises(ContractError, match=f"after the first {BURN_IN_DAYS} days are too few"):
        look(chance().filter(pl.col("day") < BURN_IN_DAYS + 1))


def test_no_rare_cell_is_missed_by_counting_a_part_of_the_genuine_rows():
    n = 400_000
    rows = np.arange(n)
    codes = np.where(rows % 1_000 == 7, 1 + rows // 1_000 % 8, 0)
    fraud = (codes == 3) & (rows % 5_000 != 7) | (rows % 401 == 0)
    columns = [Column("code", codes, tuple("abcdefghi"), "shipped"), Column("half", rows % 2, ("0", "1"), "shipped")]
    slow = {
        code
        for code in range(9)
        if (inside := codes == code).sum() >= MIN_ROWS_OF_A_WORLD
        and usual_share(fraud[inside].sum(), (~fraud[inside]).sum(), fraud.mean()) >= 0.5
    }
    cells = list(Search(columns, fraud, rows).cells())
    assert {cell.where for cell in cells if len(cell.columns) == 1} == {f"code = {'abcdefghi'[code]}" for code in slow}
    assert slow


def test_a_cell_too_small_in_each_world_is_found_in_all_together():
    few = uniform("few").rank("ordinal").over("is_fraud")
    planted = chance().with_columns(
        network=pl.when(pl.col("is_fraud") & (few <= 46)).then(pl.lit("x")).otherwise("network")
    )
    sight = look(planted)
    inside = [cell for cell in sight.cells if (cell.columns, cell.values) == (("network",), ("x",))]
    assert len(inside) == 1
    assert inside[0].rows < MIN_ROWS
    assert not [finding for finding in findings([sight]) if finding.kind == "cell"]
    both = [finding for finding in findings([sight] * 3) if finding.kind == "cell"]
    assert [(cell.columns, cell.worlds) for cell in both] == [(("network",), 3)]


def test_a_share_is_told_at_the_usual_rate_of_fraud():
    assert usual_share(10, 10, 0.0025) == pytest.approx(0.5)
    assert usual_share(10, 10, 0.02) < 0.2
    assert usual_share(10, 0, 0.02) == 1.0


def test_cells_whose_frauds_are_told_already_are_left_out():
    cells = {}
    world = Search(
        [Column("a", np.array([1, 1, 0, 0] * 50), ("x", "y"), "shipped")],
        np.array([True, True, False, False] * 50),
        np.arange(200),
    )
    (only,) = world.cells()
    cells[only.columns] = [only]
    cells["a", "b"] = [only]
    assert essential(cells) == [("a",)]


def test_every_column_that_ships_is_looked_at():
    names = {column.name for column in examined(chance())}
    assert {"response_code", "three_ds", "entry_mode", "mcc", "product", "network", "merchant_country"} <= names
    assert {
        "parity of card_id",
        "last digit of merchant_id",
        "link to the row before",
        "out of the order of time",
    } <= names
