"""The modeller's table: nothing left to join, and models of the libraries that people use take it as it is."""

from datetime import date, timedelta

import lightgbm
import pandas as pd
import polars as pl
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier

from fraudsim_assets import build_world, load, load_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports import export, model_table, training_set
from fraudsim_assets.exports.model import IDS, NONE, OPTIONAL_IDS, SCHEMA, TARGETS
from fraudsim_assets.tables import Transactions, truth_columns
from fraudsim_assets_tests.unit.exports.conftest import DAYS

KNOWN_ON = DAYS[1]


@pytest.fixture(scope="module")
def table(sample):
    return model_table(sample.rows, sample.catalogs, sample.labels.lazy(), KNOWN_ON).collect()


@pytest.fixture(scope="module")
def world():
    return build_world(load_config("tiny", overrides=["fraud.rate=0.03"]))


@pytest.fixture(scope="module")
def frame(world):
    return load(world, date(2025, 3, 1), date(2025, 3, 3), known_on=date(2025, 3, 20))


def test_columns_are_those_declared_and_all_are_numbers_or_categories(table):
    assert table.columns == list(SCHEMA)
    assert all(kind == SCHEMA[name] for name, kind in table.schema.items())
    assert all(kind.is_numeric() or kind == pl.Enum for kind in table.schema.values())
    assert set(truth_columns(Transactions)) & set(table.columns) == {"is_fraud"}


def test_every_row_is_there_in_its_order_with_exact_ids(table, sample):
    for name in IDS:
        assert table[name].equals(sample.transactions[name]), name
    for name in OPTIONAL_IDS:
        assert table[name].equals(sample.transactions[name].cast(pl.Int64).fill_null(NONE)), name


def test_versions_are_those_that_hold_on_the_day(table, sample):
    catalogs = {
        "customer": sample.tables["customers"],
        "card": sample.tables["cards"],
        "merchant": sample.tables["merchants"],
    }
    rows = table.select(*IDS, "customer_version", "card_version", "merchant_version")
    for entity, catalog in catalogs.items():
        span = catalog.select(f"{entity}_id", pl.col("version").alias(f"{entity}_version"), "valid_from", "valid_to")
        rows = rows.join(span, on=[f"{entity}_id", f"{entity}_version"], how="left", maintain_order="left")
        day = sample.transactions["timestamp"].dt.date()
        assert (rows["valid_from"] <= day).all()
        holds = (rows["valid_to"] > day) | rows["valid_to"].is_null()
        if entity == "card":  # what is asked of a card after its block is refused
            holds |= ~sample.transactions["is_approved"]
        assert holds.all()
        rows = rows.drop("valid_from", "valid_to")
    assert rows.height == sample.transactions.height


@pytest.mark.parametrize("name", ["currency", "billing_currency", "merchant_country", "channel", "three_ds"])
def test_categories_say_what_transactions_say(table, sample, name):
    assert table[name].cast(pl.String).equals(sample.transactions[name].cast(pl.String))


def test_labels_are_those_of_a_training_set_of_the_day(table, sample):
    known = training_set(sample.rows, sample.labels.lazy(), KNOWN_ON).collect()
    both = known.join(table, on="transaction_id", suffix="_model")
    assert both.height == known.height < table.height
    assert (both["known_fraud"].cast(pl.Int8) == both["known_fraud_model"]).all()
    assert table["is_fraud"].sum() == sample.transactions["is_fraud"].sum()


def test_pandas_calculates_with_amounts_and_keeps_ids_whole(frame):
    assert frame["amount"].dtype == "float64"
    assert (frame["amount"] * 1.1).quantile(0.5) > 0
    assert all(str(frame[name].dtype) == "int64" for name in (*IDS, *OPTIONAL_IDS))
    assert not any(frame[name].cat.ordered for name in frame.select_dtypes("category"))


def test_categories_are_the_same_whichever_days_are_loaded(world, frame):
    other = load(world, date(2025, 1, 5), date(2025, 1, 5))
    for name in frame.select_dtypes("category"):
        assert list(other[name].cat.categories) == list(frame[name].cat.categories), name


def test_lightgbm_and_scikit_learn_take_it_as_it_is(frame):
    features = frame.drop(columns=[*TARGETS, *IDS])
    booster = lightgbm.LGBMClassifier(n_estimators=20, min_child_samples=5, verbose=-1, n_jobs=1, random_state=1)
    forest = HistGradientBoostingClassifier(categorical_features="from_dtype", max_iter=20, random_state=1)
    for model in (booster, forest):
        scores = model.fit(features, frame["known_fraud"]).predict_proba(features)[:, 1]
        fraud = frame["known_fraud"] == 1
        assert fraud.sum() > 20
        assert scores[fraud].mean() > 5 * scores[~fraud].mean()


def test_an_exported_file_is_the_same_to_pandas(sample, table, tmp_path):
    export(
        "model", transactions=sample.rows, catalogs=sample.catalogs, target=tmp_path / "model.parquet", fmt="parquet",
        labels=sample.labels.lazy(), known_on=KNOWN_ON,
    )  # fmt: skip
    read = pd.read_parquet(tmp_path / "model.parquet")
    assert list(read) == list(SCHEMA)
    assert {str(kind) for kind in read.dtypes} <= {
        "category",
        *(f"int{n}" for n in (8, 16, 32, 64)),
        "float32",
        "float64",
    }
    assert read["amount"].tolist() == table["amount"].to_list()


def test_polars_frames_are_had_too(world, frame):
    days = (date(2025, 3, 1), date(2025, 3, 3))
    polars = load(world, *days, known_on=days[0] + timedelta(days=19), frame="polars")
    assert polars["transaction_id"].to_list() == frame["transaction_id"].tolist()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [({"frame": "spark"}, "valid are pandas and polars"), ({"known_on": date(2025, 2, 1)}, "before start 2025-03-01")],
)
def test_what_cannot_be_loaded_is_told(world, arguments, told):
    with pytest.raises(ConfigError, match=told):
        load(world, date(2025, 3, 1), date(2025, 3, 1), **arguments)


def test_a_world_may_be_given_by_its_configuration_or_the_name_of_one():
    day, config = date(2025, 1, 5), load_config("tiny")
    wanted = load(build_world(config), day, day)
    assert len(wanted) > 100
    for given in ("tiny", config):
        pd.testing.assert_frame_equal(load(given, day, day), wanted)
    with pytest.raises(ConfigError, match="did you mean"):
        load("tinny", day, day)
