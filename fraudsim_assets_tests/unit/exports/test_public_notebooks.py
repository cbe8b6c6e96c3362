"""Data sets in public shapes go through what notebooks for the originals do to their files.

The steps are those that such notebooks share, written again: reading, times, ages and distances, splits by the
original's years, codes of columns, and labels. Each data set is made in a smaller size around its split.
"""

from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pytest

from fraudsim_assets.exports.datasets import Part, dataset, making
from fraudsim_assets.simulation import build_world, scan_transactions


def around(name, folder, *parts, scale):
    """Make some days of a data set; its files by pandas."""
    small = dataset(name).model_copy(update={"parts": parts})
    with making(small, folder, scale=scale):
        pass
    return [pd.read_csv(folder / part.file) for part in parts]


@pytest.fixture(scope="module")
def sparkov(tmp_path_factory):
    parts = (
        Part(split="train", file="fraudTrain.csv", start=date(2019, 12, 1), end=date(2020, 1, 15)),
        Part(split="test", file="fraudTest.csv", start=date(2020, 1, 16), end=date(2020, 1, 31)),
    )
    return around("sparkov", tmp_path_factory.mktemp("sets") / "sparkov", *parts, scale=0.2)


def test_sparkovs_times_never_go_back_within_and_between_files(sparkov):
    times = pd.concat([pd.to_datetime(file["trans_date_trans_time"]) for file in sparkov])
    assert times.is_monotonic_increasing
    seconds = pd.concat([file["unix_time"] for file in sparkov])
    assert seconds.is_monotonic_increasing
    apart = times.astype("datetime64[s]").astype("int64").to_numpy() - seconds.to_numpy()
    assert len(np.unique(apart)) == 1, "one clock"
    for file in sparkov:
        assert file["Unnamed: 0"].tolist() == list(range(len(file)))


def test_sparkov_is_split_at_the_turn_of_the_year_with_fraud_on_both_sides(sparkov):
    rows = pd.concat(sparkov, ignore_index=True)
    rows["when"] = pd.to_datetime(rows["trans_date_trans_time"])
    before, after = rows[rows["when"].dt.year == 2019], rows[rows["when"].dt.year == 2020]
    assert len(before) > 5_000
    assert len(after) > 5_000
    assert before["is_fraud"].sum() > 5
    assert after["is_fraud"].sum() > 5


def test_sparkovs_features_come_out_whole(sparkov):
    rows = pd.concat(sparkov, ignore_index=True)
    when = pd.to_datetime(rows["trans_date_trans_time"])
    age = (when - pd.to_datetime(rows["dob"])).dt.days // 365
    assert age.between(10, 110).all()
    one, other = np.radians(rows[["lat", "long"]].to_numpy()), np.radians(rows[["merch_lat", "merch_long"]].to_numpy())
    half = np.sin((other - one) / 2) ** 2
    distance = 2 * 6_371 * np.arcsin(np.sqrt(half[:, 0] + np.cos(one[:, 0]) * np.cos(other[:, 0]) * half[:, 1]))
    assert np.isfinite(distance).all()
    assert np.median(distance[~rows["category"].str.endswith("_net")]) < 200
    seen = pd.get_dummies(rows[["category", "gender", "state"]])
    assert not seen.isna().to_numpy().any()
    assert rows["category"].nunique() == 14
    assert set(rows["gender"]) == {"F", "M"}
    gaps = rows.sort_values("unix_time").groupby("cc_num")["unix_time"].diff().dropna()
    assert (gaps >= 0).all()
    night = when.dt.hour.isin([0, 1, 2, 3, 4])
    assert night.mean() < 5 / 24


BEGIN, END = "2018-06-18", "2018-08-14"
"""What the Handbook's notebooks ask for: two weeks to learn from and be judged on, after days that fill the windows."""


@pytest.fixture(scope="module")
def handbook(tmp_path_factory):
    """The Handbook's days, a sixth of its people, read as its notebooks read them."""
    folder = tmp_path_factory.mktemp("sets") / "handbook"
    part = Part(split="train", file="data/*.parquet", start=date.fromisoformat(BEGIN), end=date.fromisoformat(END))
    with making(dataset("handbook").model_copy(update={"parts": (part,)}), folder, scale=1 / 6):
        pass
    files = [f for f in sorted((folder / "data").iterdir()) if BEGIN <= f.stem <= END]
    assert len(files) == 58
    rows = pd.concat([pd.read_parquet(file) for file in files])
    return rows.sort_values("TRANSACTION_ID").reset_index(drop=True)


def test_the_handbooks_frauds_are_as_frequent_and_as_many_a_card_as_in_its_real_data(handbook):
    fraud = handbook[handbook["TX_FRAUD"] == 1]
    struck = fraud.groupby(["CUSTOMER_ID", "TX_TIME_DAYS"]).size()
    # the book: 0.25 %, 3.3 a card and day; campaigns of some five rows make a count's variance five times itself
    assert abs(len(fraud) / len(handbook) - 0.0025) < 0.0005 + 3 * (5 * len(fraud)) ** 0.5 / len(handbook)
    assert abs(struck.mean() - 3.3) < 0.5 + 3 * struck.std() / len(struck) ** 0.5


def test_the_handbooks_features_and_split_come_out_and_a_baseline_finds_fraud(handbook):
    linear = pytest.importorskip("sklearn.linear_model")
    metrics, preprocessing = pytest.importorskip("sklearn.metrics"), pytest.importorskip("sklearn.preprocessing")
    rows = handbook.assign(
        TX_DURING_WEEKEND=(handbook["TX_DATETIME"].dt.day_of_week >= 5).astype(int),
        TX_DURING_NIGHT=(handbook["TX_DATETIME"].dt.hour <= 6).astype(int),
    )
    entities = {"CUSTOMER_ID": rows.sort_values(["CUSTOMER_ID", "TX_DATETIME"], kind="stable")}
    entities["TERMINAL_ID"] = rows.sort_values(["TERMINAL_ID", "TX_DATETIME"], kind="stable")
    for days in (1, 7, 30):
        for name, ordered in entities.items():
            groups = ordered.groupby(name)
            spent = groups.rolling(f"{days}D", on="TX_DATETIME")
            if name == "CUSTOMER_ID":
                rows.loc[ordered.index, f"NB_{days}"] = spent["TX_AMOUNT"].count().to_numpy()
                rows.loc[ordered.index, f"AVG_{days}"] = spent["TX_AMOUNT"].mean().to_numpy()
            else:
                old = groups.rolling("7D", on="TX_DATETIME")["TX_FRAUD"]
                both = groups.rolling(f"{7 + days}D", on="TX_DATETIME")["TX_FRAUD"]
                frauds, seen = (both.sum() - old.sum()).to_numpy(), (both.count() - old.count()).to_numpy()
                rows.loc[ordered.index, f"RISK_{days}"] = frauds / np.maximum(seen, 1)
    features = [name for name in rows.columns if name.startswith(("TX_AMOUNT", "TX_DURING", "NB_", "AVG_", "RISK_"))]
    assert len(features) == 12
    assert np.isfinite(rows[features].to_numpy()).all()
    train = rows[rows["TX_DATETIME"].between("2018-07-25", "2018-08-01", inclusive="left")]
    known = set(train.loc[train["TX_FRAUD"] == 1, "CUSTOMER_ID"])
    test = rows[(rows["TX_DATETIME"] >= "2018-08-08") & ~rows["CUSTOMER_ID"].isin(known)]
    scale = preprocessing.StandardScaler().fit(train[features])
    model = linear.LogisticRegression(max_iter=500).fit(scale.transform(train[features]), train["TX_FRAUD"])
    found = metrics.roc_auc_score(test["TX_FRAUD"], model.decision_function(scale.transform(test[features])))
    # some fifteen campaigns in a week of this size: their mean is known to a twelfth
    assert found > 0.8 - 2 / 12


@pytest.fixture(scope="module")
def tabformer(tmp_path_factory):
    parts = [
        Part(split="train", file=f"{year}.csv", start=date(year, 1, 1), end=date(year, 1, 21))
        for year in (2017, 2018, 2019)
    ]
    files = around("tabformer", tmp_path_factory.mktemp("sets") / "tabformer", *parts, scale=0.5)
    assert all(file["User"].is_monotonic_increasing for file in files)
    return pd.concat(files, ignore_index=True)


def test_tabformer_is_split_by_year_at_2018_with_fraud_in_each_part(tabformer):
    fraud = (tabformer["Is Fraud?"] == "Yes").astype("int8")
    year = tabformer["Year"]
    for part in (year < 2018, year == 2018, year > 2018):
        assert part.sum() > 10_000
        assert fraud[part].sum() > 3


def test_tabformers_columns_become_numbers(tabformer):
    amount = tabformer["Amount"].str.replace("$", "", regex=False).astype(float)
    assert np.isfinite(amount).all()
    hours, minutes = tabformer["Time"].str.split(":", expand=True).astype(int).to_numpy().T
    assert ((hours >= 0) & (hours < 24) & (minutes >= 0) & (minutes < 60)).all()
    when = pd.to_datetime(tabformer[["Year", "Month", "Day"]].assign(hour=hours, minute=minutes))
    assert when.notna().all()
    online = tabformer["Use Chip"] == "Online Transaction"
    assert tabformer["Merchant State"].isna().equals(online)
    assert set(tabformer["Errors?"].dropna().str.strip(",").unique()) <= {
        "Insufficient Balance", "Bad PIN", "Bad Card Number", "Bad Expiration", "Bad CVV", "Technical Glitch",
    }  # fmt: skip
    assert tabformer["Zip"].fillna(0).between(0, 99_999).all()
    most = tabformer["Card"].max() + 1
    cards = tabformer["User"] * most + tabformer["Card"]
    assert cards.nunique() == len(tabformer[["User", "Card"]].drop_duplicates())


def test_tabformers_users_have_as_many_cards_as_the_originals_and_fraud_comes_in_every_month_alike():
    world = build_world(dataset("tabformer").world_config())
    held = pl.DataFrame(world.catalogs.cards).group_by("customer_id").agg(pl.col("account_id").n_unique())
    assert (held.height, held["account_id"].sum(), held["account_id"].min(), held["account_id"].max()) == (
        2000,
        6139,
        1,
        9,
    )
    fraud = (
        scan_transactions(world.config, date(2017, 1, 1), date(2018, 12, 31), world=world)
        .filter("is_fraud")
        .select("timestamp", pl.col("channel").cast(pl.String))
        .collect()
    )
    months = fraud.group_by(pl.col("timestamp").dt.strftime("%Y-%m")).len()["len"].to_list()
    assert len(months) == 24
    assert min(months) > 0.4 * sum(months) / 24
    years = fraud.group_by(pl.col("timestamp").dt.year(), "channel").len().sort("timestamp", "channel")
    (first, then) = (years.filter(pl.col("timestamp") == year)["len"].to_list() for year in (2017, 2018))
    # campaigns of some ten rows each: the variance of a count is about ten times itself
    assert all(abs(a - b) < 4 * (10 * (a + b)) ** 0.5 for a, b in zip(first, then, strict=True))
