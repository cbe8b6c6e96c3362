"""Catalogs as known on a day: a card that will be replaced tells nothing of it before it is."""

from datetime import date, timedelta

import polars as pl
import pytest

from fraudsim_assets import build_world, load_config, with_reissues
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports import export, model_table
from fraudsim_assets.tables.versions import as_of
from fraudsim_assets_tests.unit.exports.conftest import DAYS

NAMES = ("customers", "cards", "merchants")


@pytest.fixture(scope="module")
def replaced(sample):
    """A card that is replaced after fraud, with the one that replaces it."""
    cards = sample.tables["cards"]
    after = cards.filter(pl.col("replaces_card_id").is_not_null()).sort("valid_from").row(0, named=True)
    before = cards.filter(pl.col("card_id") == after["replaces_card_id"]).row(-1, named=True)
    return before, after


def on(sample, day):
    return as_of(sample.catalogs["cards"], day).collect()


def test_a_replaced_card_looks_like_any_other_until_the_day_it_is_replaced(sample, replaced):
    before, after = replaced
    eve = before["valid_to"] - timedelta(days=1)  # of its block, after which it waits for the other
    early, late = on(sample, eve), on(sample, after["valid_from"])
    assert early.filter(pl.col("card_id") == after["card_id"]).is_empty()
    assert early.filter(pl.col("replaces_card_id") == before["card_id"]).is_empty()
    (old,) = early.filter(pl.col("card_id") == before["card_id"], pl.col("version") == before["version"]).to_dicts()
    assert old == {**before, "valid_to": None}
    assert late.filter(pl.col("card_id") == after["card_id"]).height == 1
    assert late.filter(pl.col("card_id") == before["card_id"])["valid_to"].max() == before["valid_to"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_in_a_catalog_is_dated_after_the_day_it_is_known_on(sample, name):
    day = DAYS[1]
    table, known = sample.tables[name], as_of(sample.catalogs[name], day).collect()
    assert known["valid_from"].max() <= day
    assert known["valid_to"].drop_nulls().is_empty() or known["valid_to"].max() <= day
    begun = table.filter(pl.col("valid_from") <= day)
    assert known.drop("valid_to").equals(begun.drop("valid_to"))
    over = pl.col("valid_to") <= day
    assert known.filter(over).equals(begun.filter(over))
    assert known.schema == table.schema


@pytest.mark.parametrize("name", NAMES)
def test_knowledge_only_grows(sample, name):
    days = [DAYS[0] + timedelta(days=n) for n in (0, 30, 90, 4_000)]
    heights = [as_of(sample.catalogs[name], day).collect().height for day in days]
    assert heights == sorted(heights)
    assert as_of(sample.catalogs[name], date(2100, 1, 1)).collect().equals(sample.tables[name])


def test_catalogs_in_memory_are_cut_in_the_same_way_and_keep_their_declared_types():
    full = with_reissues(build_world(load_config("tiny", overrides=["fraud.rate=0.03"])))
    known = full.as_of(DAYS[1])
    for name in NAMES:
        table, cut = getattr(full, name), getattr(known, name)
        assert cut.schema == table.schema
        assert pl.DataFrame(cut).equals(as_of(pl.DataFrame(table).lazy(), DAYS[1]).collect())
        assert cut.num_rows <= table.num_rows
    assert known.cards.num_rows < full.cards.num_rows


def test_the_view_of_a_model_up_to_a_day_needs_no_more_than_what_was_known_on_it(sample):
    day = DAYS[1]
    rows = sample.rows.filter(pl.col("timestamp").dt.date() <= day)
    cut = {name: as_of(table, day) for name, table in sample.catalogs.items()}
    made = [model_table(rows, catalogs, sample.labels.lazy(), day).collect() for catalogs in (sample.catalogs, cut)]
    ordinary = [
        name for name, kind in made[0].schema.items() if kind != pl.Enum
    ]  # lists of a world's values may differ
    assert made[0].select(ordinary).equals(made[1].select(ordinary))
    assert made[0].height == sample.transactions.filter(pl.col("timestamp").dt.date() <= day).height > 0


@pytest.mark.parametrize("fmt", ["parquet", "csv"])
@pytest.mark.parametrize("name", NAMES)
def test_a_catalog_is_written_as_it_was_known(sample, tmp_path, name, fmt):
    target = tmp_path / f"{name}.{fmt}"
    report = export(name, transactions=sample.rows, catalogs=sample.catalogs, target=target, fmt=fmt, known_on=DAYS[1])
    known = as_of(sample.catalogs[name], DAYS[1]).collect()
    found = pl.read_parquet(target) if fmt == "parquet" else pl.read_csv(target)
    assert report.rows_written == found.height == known.height
    assert found["valid_to"].null_count() == known["valid_to"].null_count()


def test_a_catalog_without_a_day_is_refused(sample, tmp_path):
    with pytest.raises(ConfigError, match="the view 'cards' needs known_on"):
        export("cards", transactions=sample.rows, catalogs=sample.catalogs, target=tmp_path / "cards.csv", fmt="csv")
    assert list(tmp_path.iterdir()) == []
