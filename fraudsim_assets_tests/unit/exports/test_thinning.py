"""Thinned exports: accounts whole or not at all, and weights that make up for what is missing."""

import math

import polars as pl
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports import VIEWS, export, load
from fraudsim_assets.exports.thinning import WEIGHT, thinning
from fraudsim_assets.simulation import build_world
from fraudsim_assets_tests.unit.exports.conftest import DAYS

SHARE = 0.25


@pytest.fixture(scope="module")
def accounts(sample):
    """Transactions with their accounts, and whether those have fraud."""
    cards = sample.tables["cards"].select("card_id", "account_id").unique()
    rows = sample.transactions.join(cards, on="card_id", maintain_order="left")
    return rows.with_columns(struck=pl.col("is_fraud").any().over("account_id"))


def written(sample, folder, view, share):
    path = folder / f"{view}.parquet"
    options = {"labels": sample.labels.lazy(), "known_on": DAYS[-1]}
    export(
        view,
        transactions=sample.rows,
        catalogs=sample.catalogs,
        target=path,
        fmt="parquet",
        keep_genuine=share,
        **options,
    )
    return pl.read_parquet(path)


@pytest.mark.parametrize("view", [name for name, view in VIEWS.items() if view.weighted])
def test_accounts_with_fraud_are_there_and_others_whole_or_not_at_all(sample, accounts, tmp_path, view):
    shown = written(sample, tmp_path, view, SHARE)
    assert shown.columns[-1] == WEIGHT
    of = accounts.select("transaction_id", "account_id", "struck")
    found = shown.select("transaction_id", WEIGHT).join(of, on="transaction_id", maintain_order="left")
    kept = accounts.filter(pl.col("account_id").is_in(found["account_id"].implode()))
    assert found["transaction_id"].to_list() == kept["transaction_id"].to_list()
    assert found[WEIGHT].to_list() == [1.0 if struck else 1 / SHARE for struck in found["struck"]]
    assert found.filter("struck").height == accounts.filter("struck").height > 0


def test_about_the_share_asked_for_is_kept_and_weights_add_up_to_the_whole(sample, accounts, tmp_path):
    genuine = accounts.filter(~pl.col("struck"))["account_id"].n_unique()
    shown = written(sample, tmp_path, "bank", SHARE)
    kept = accounts.filter(~pl.col("struck"), pl.col("transaction_id").is_in(shown["transaction_id"].implode()))
    deviation = math.sqrt(genuine * SHARE * (1 - SHARE))
    assert abs(kept["account_id"].n_unique() - genuine * SHARE) < 4 * deviation
    rows = accounts.filter(~pl.col("struck")).group_by("account_id").len()["len"]
    spread = math.sqrt(float((rows.cast(pl.Float64) ** 2).sum()) * (1 - SHARE) / SHARE)
    assert abs(shown[WEIGHT].sum() - accounts.height) < 4 * spread


def test_a_larger_share_keeps_all_that_a_smaller_one_keeps_and_all_is_all(sample):
    few, more, every = (thinning(sample.rows, sample.catalogs, share) for share in (0.1, 0.3, 1.0))
    assert set(few.spared) < set(more.spared) < set(every.spared)
    assert few.struck.to_list() == more.struck.to_list()
    assert every.rows(sample.rows).collect().equals(sample.transactions)


def test_days_that_are_made_on_the_way_are_those_that_were_made_before():
    world = build_world(load_config("tiny", env={}))
    days = (DAYS[0], DAYS[-1])
    whole = load(world, *days, frame="polars")
    thin = load(world, *days, keep_genuine=SHARE, frame="polars")
    assert thin.columns == [*whole.columns, WEIGHT]
    assert 0 < thin.height < whole.height
    same = whole.filter(pl.col("transaction_id").is_in(thin["transaction_id"].implode()))
    assert thin.drop(WEIGHT).equals(same)
    assert thin["is_fraud"].sum() == whole["is_fraud"].sum()


def test_a_view_without_a_place_for_weights_and_a_share_that_is_none_are_refused(sample, tmp_path):
    for view, share, text in (
        ("sparkov", 0.5, "'sparkov' has no column for; valid are the views bank, training and model"),
        ("bank", 0.0, "keep_genuine is 0.0; valid are shares above 0, up to 1"),
        ("bank", 1.5, "keep_genuine is 1.5"),
    ):
        with pytest.raises(ConfigError, match=text):
            export(
                view,
                transactions=sample.rows,
                catalogs=sample.catalogs,
                target=tmp_path / "x.csv",
                fmt="csv",
                keep_genuine=share,
            )
    assert list(tmp_path.iterdir()) == []
