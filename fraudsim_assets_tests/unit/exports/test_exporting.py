"""Files hold what the views show, in the types pandas expects, and appear only when complete."""

import json
import pickletools
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from pandas.testing import assert_frame_equal

from fraudsim_assets import spool
from fraudsim_assets.errors import CatalogMismatchError, ConfigError, StorageError
from fraudsim_assets.exports import (
    VIEWS,
    bank_view,
    export,
    exporting,
    handbook,
    sparkov,
    tabformer,
    training_set,
)

D = date(2025, 3, 2)
TEXT = "str"
INT, FLOAT = "int64", "float64"

SPARKOV = {
    "Unnamed: 0": INT,
    "trans_date_trans_time": TEXT,
    "cc_num": INT,
    "merchant": TEXT,
    "category": TEXT,
    "amt": FLOAT,
    "first": TEXT,
    "last": TEXT,
    "gender": TEXT,
    "street": TEXT,
    "city": TEXT,
    "state": TEXT,
    "zip": INT,
    "lat": FLOAT,
    "long": FLOAT,
    "city_pop": INT,
    "job": TEXT,
    "dob": TEXT,
    "trans_num": TEXT,
    "unix_time": INT,
    "merch_lat": FLOAT,
    "merch_long": FLOAT,
    "is_fraud": INT,
}
TABFORMER = {
    "User": INT,
    "Card": INT,
    "Year": INT,
    "Month": INT,
    "Day": INT,
    "Time": TEXT,
    "Amount": TEXT,
    "Use Chip": TEXT,
    "Merchant Name": INT,
    "Merchant City": TEXT,
    "Merchant State": TEXT,
    "Zip": FLOAT,
    "MCC": INT,
    "Errors?": TEXT,
    "Is Fraud?": TEXT,
}
HANDBOOK = {
    "TRANSACTION_ID": INT,
    "TX_DATETIME": "datetime64[ns]",
    "CUSTOMER_ID": INT,
    "TERMINAL_ID": INT,
    "TX_AMOUNT": FLOAT,
    "TX_TIME_SECONDS": INT,
    "TX_TIME_DAYS": INT,
    "TX_FRAUD": INT,
    "TX_FRAUD_SCENARIO": INT,
}


def types(frame):
    """Types by column, with pandas' two names for text made one."""
    return {name: TEXT if pd.api.types.is_string_dtype(dtype) else str(dtype) for name, dtype in frame.dtypes.items()}


@pytest.fixture
def run(sample, tmp_path):
    def made(view, fmt, *, transactions=None, **options):
        target = tmp_path / "out" / (view if VIEWS[view].daily else f"{view}.{fmt}")
        rows = sample.rows if transactions is None else transactions
        return export(view, transactions=rows, catalogs=sample.catalogs, target=target, fmt=fmt, **options)

    return made


@pytest.mark.parametrize(("view", "wanted"), [("sparkov", SPARKOV), ("tabformer", TABFORMER)])
@pytest.mark.parametrize("fmt", ["csv", "parquet"])
def test_pandas_reads_the_columns_and_types_of_the_original(run, view, wanted, fmt):
    (path,) = run(view, fmt).files
    frame = pd.read_csv(path) if fmt == "csv" else pd.read_parquet(path)
    assert types(frame) == wanted
    assert list(frame.columns) == list(wanted)


@pytest.mark.parametrize(("view", "make"), [("sparkov", sparkov), ("tabformer", tabformer)])
def test_files_hold_the_view(run, sample, view, make):
    wanted = make(sample.rows, sample.catalogs).collect()
    csv, parquet = (run(view, fmt).files[0] for fmt in ("csv", "parquet"))
    assert pl.read_parquet(parquet).equals(wanted)
    assert_frame_equal(pd.read_csv(csv), pd.read_parquet(parquet), check_dtype=False)


def test_the_first_column_of_sparkov_has_no_name(run):
    (path,) = run("sparkov", "csv").files
    assert path.read_text().startswith(",trans_date_trans_time,cc_num,merchant,category,amt,first,last,gender,street,")


def test_usual_first_steps_of_notebooks_work(run):
    kaggle = pd.read_csv(run("sparkov", "csv").files[0], index_col=0)
    hours = pd.to_datetime(kaggle["trans_date_trans_time"]).dt.hour
    ages = (pd.to_datetime(kaggle["trans_date_trans_time"]) - pd.to_datetime(kaggle["dob"])).dt.days // 365
    assert hours.nunique() > 12
    assert ages.between(10, 110).all()
    tabular = pd.read_csv(run("tabformer", "csv").files[0])
    assert tabular["Amount"].apply(lambda text: float(text.replace("$", ""))).min() < 0
    assert set(tabular["Errors?"].dropna().str.split(",", expand=True)[1]) == {""}
    assert tabular["Is Fraud?"].map({"No": 0, "Yes": 1}).sum() > 20
    days = [pd.read_parquet(path) for path in run("handbook", "parquet").files]
    handbook_frame = pd.concat(days).sort_values("TRANSACTION_ID")
    assert handbook_frame.groupby("CUSTOMER_ID")["TX_AMOUNT"].mean().gt(0).all()


def test_the_handbook_has_a_file_for_every_day(run, days, sample):
    report = run("handbook", "parquet")
    assert [path.name for path in report.files] == [f"{day}.parquet" for day in days]
    assert pl.concat([pl.read_parquet(path) for path in report.files]).equals(
        handbook(sample.rows, sample.catalogs).collect()
    )
    for path in report.files:
        assert types(pd.read_parquet(path)) == HANDBOOK


def test_the_handbook_as_csv_reads_like_its_parquet(run):
    for parquet, csv in zip(run("handbook", "parquet").files, run("handbook", "csv").files, strict=True):
        assert_frame_equal(pd.read_csv(csv, parse_dates=["TX_DATETIME"]), pd.read_parquet(parquet), check_dtype=False)


def test_pickles_are_of_pandas_frames_with_the_same_types_and_values(run, days):
    report = run("handbook", "pickle")
    assert [path.name for path in report.files] == [f"{day}.pkl" for day in days]
    for pickled, parquet in zip(report.files, run("handbook", "parquet").files, strict=True):
        frame = pd.read_pickle(pickled)  # noqa: S301 - our own file
        assert types(frame) == HANDBOOK
        assert_frame_equal(frame, pd.read_parquet(parquet), check_column_type=False)


def test_pickles_name_nothing_but_public_constructors_that_every_pandas_has(run):
    for path in run("handbook", "pickle").files:  # looked at, not loaded
        codes = list(pickletools.genops(path.read_bytes()))
        assert max(code.proto for code, _, _ in codes) <= 4
        words = {value for _, value, _ in codes if isinstance(value, str)}
        assert words - set(HANDBOOK) <= {"pandas", "DataFrame", "numpy", "array", "frombuffer", "<i8", "<f8", "<M8[ns]"}


def test_pickles_are_read_by_the_pandas_that_the_handbook_pins(run, tmp_path):
    python = next((Path.home() / ".pyenv" / "versions").glob("3.8.*/bin/python"), shutil.which("python3.8"))
    if python is None:
        pytest.skip("pandas 1.2.4 needs Python 3.8, which is not installed here")
    old = tmp_path / "old"
    subprocess.run([python, "-m", "venv", old], check=True)
    wanted = ["pandas==1.2.4", "numpy==1.20.3"]
    got = subprocess.run(
        [old / "bin" / "pip", "install", "-q", "--only-binary=:all:", *wanted], capture_output=True, check=False
    )
    if got.returncode:
        pytest.skip("pandas 1.2.4 cannot be downloaded here")
    path, parquet = run("handbook", "pickle").files[0], run("handbook", "parquet").files[0]
    code = "import sys, pandas; f = pandas.read_pickle(sys.argv[1]); f.loc[0, 'TX_AMOUNT'] += 0; print(f.to_json())"
    done = subprocess.run([old / "bin" / "python", "-c", code, path], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == json.loads(pd.read_parquet(parquet).to_json(date_format="epoch", date_unit="ms"))


def test_without_pandas_pickle_is_refused_with_advice(run, monkeypatch):
    monkeypatch.setattr("fraudsim_assets.exports.files.find_spec", lambda _: None)
    with pytest.raises(ConfigError, match="pandas is not installed; install pandas, or choose 'parquet'"):
        run("handbook", "pickle")
    assert run("handbook", "parquet").rows_written > 0


@pytest.mark.parametrize("fmt", ["csv", "parquet"])
def test_the_bank_gets_its_view(run, sample, fmt):
    report = run("bank", fmt)
    wanted = bank_view(sample.rows).collect()
    assert report.rows_read == report.rows_written == wanted.height
    assert report.rows_left_out == 0
    if fmt == "parquet":
        read = pl.read_parquet(report.files[0])
        assert read.equals(wanted)
        assert read.schema == wanted.schema
    else:
        read = pd.read_csv(report.files[0], dtype={"mcc": str})
        assert list(read.columns) == wanted.columns
        assert read["transaction_id"].tolist() == wanted["transaction_id"].to_list()
        assert read["mcc"].tolist() == wanted["mcc"].to_list()


def test_a_training_set_is_written_as_it_is_made(run, sample):
    labels = sample.labels.lazy()
    report = run("training", "parquet", labels=labels, known_on=D, gap_days=1)
    assert pl.read_parquet(report.files[0]).equals(training_set(sample.rows, labels, D, gap_days=1).collect())


def test_a_training_set_needs_labels_and_a_day(run, sample):
    with pytest.raises(ConfigError, match="needs labels and known_on"):
        run("training", "parquet", labels=sample.labels.lazy())


def test_the_report_counts(run, sample):
    report = run("sparkov", "csv")
    assert report.rows_read == sample.transactions.height
    assert report.rows_written + report.rows_left_out == report.rows_read
    assert report.rows_left_out > 0
    assert report.written_bytes == report.files[0].stat().st_size


@pytest.mark.parametrize("view", ["sparkov", "tabformer", "handbook"])
def test_how_rows_are_cut_and_spilled_changes_nothing(run, monkeypatch, view):
    whole = [path.read_bytes() for path in run(view, "csv").files]
    monkeypatch.setattr(exporting, "READ_ROWS", 100)
    monkeypatch.setattr(exporting, "SLICE_ROWS", 50)
    monkeypatch.setattr(spool.Spool.__init__, "__kwdefaults__", {"folder": None, "held_rows": 70})
    assert [path.read_bytes() for path in run(view, "csv").files] == whole


@pytest.mark.parametrize("view", ["sparkov", "handbook", "tabformer"])
def test_the_order_of_the_source_changes_nothing(run, sample, view):
    whole = [path.read_bytes() for path in run(view, "csv").files]
    mixed = sample.transactions.sort("transaction_id").lazy()
    assert [path.read_bytes() for path in run(view, "csv", transactions=mixed).files] == whole


@pytest.mark.parametrize("view", ["bank", "sparkov", "tabformer"])
@pytest.mark.parametrize("fmt", ["csv", "parquet"])
def test_no_rows_make_an_empty_file_with_all_columns(run, sample, view, fmt):
    def columns(report):
        frame = (pd.read_csv if fmt == "csv" else pd.read_parquet)(report.files[0])
        assert len(frame) == report.rows_written
        return list(frame.columns)

    filled = columns(run(view, fmt))
    assert columns(run(view, fmt, transactions=sample.rows.head(0))) == filled


def test_no_rows_make_no_daily_files(run, sample):
    assert run("handbook", "csv", transactions=sample.rows.head(0)).files == ()


def test_nothing_but_the_files_is_left(run, tmp_path, monkeypatch):
    monkeypatch.setattr(spool.Spool.__init__, "__kwdefaults__", {"folder": None, "held_rows": 70})
    report = run("sparkov", "csv")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == list(report.files)
    assert list((tmp_path / "out").iterdir()) == list(report.files)


def test_a_failed_export_leaves_the_file_before_it_as_it_was(run, sample, tmp_path):
    before = run("sparkov", "csv").files[0].read_bytes()
    fewer = {**sample.catalogs, "merchants": sample.catalogs["merchants"].head(50)}
    target = tmp_path / "out" / "sparkov.csv"
    with pytest.raises(CatalogMismatchError, match=r"rows are of customers, cards or merchants .* view 'sparkov'"):
        export("sparkov", transactions=sample.rows, catalogs=fewer, target=target, fmt="csv")
    assert target.read_bytes() == before
    assert [path.name for path in target.parent.iterdir()] == ["sparkov.csv"]


def test_cards_reissued_after_fraud_must_be_in_the_catalog(sample, tmp_path):
    cards = sample.catalogs["cards"].filter(pl.col("replaces_card_id").is_null())
    used = sample.transactions.join(cards.collect(), on="card_id", how="anti").height
    assert used > 0
    with pytest.raises(CatalogMismatchError, match=f"{used:,} of .* cards reissued after fraud included"):
        export(
            "tabformer",
            transactions=sample.rows,
            catalogs={**sample.catalogs, "cards": cards},
            target=tmp_path / "x.csv",
            fmt="csv",
        )


def test_wrong_requests_are_refused_before_anything_is_read(run, sample, tmp_path):
    def ask(view, fmt, catalogs):
        unread = sample.rows.filter(pl.col("no_such_column"))
        export(view, transactions=unread, catalogs=catalogs, target=tmp_path / "x", fmt=fmt)

    with pytest.raises(
        ConfigError,
        match="view is 'paysim'; valid are bank, training, customers, cards, merchants, account_events, model, "
        "model_events, sparkov, handbook, handbook_web, tabformer",
    ):
        ask("paysim", "csv", {})
    with pytest.raises(ConfigError, match="fmt is 'pickle'; the view 'sparkov' is written as csv or parquet"):
        ask("sparkov", "pickle", {})
    with pytest.raises(CatalogMismatchError, match="catalogs has no customers; it holds nothing"):
        ask("sparkov", "csv", {})


def test_a_folder_is_no_file(run, tmp_path):
    (tmp_path / "out" / "bank.csv").mkdir(parents=True)
    with pytest.raises(StorageError, match=r"bank\.csv is a folder; give the name of a file"):
        run("bank", "csv")


def test_days_that_were_never_written_are_exported_alike(run, sample):
    from fraudsim_assets.config import load_config
    from fraudsim_assets.simulation.scan import scan_transactions

    config = load_config("tiny", overrides=["fraud.rate=0.03", "geography.countries={US: 2, DE: 1}"])
    unwritten = scan_transactions(config, date(2025, 3, 1), date(2025, 3, 3))
    assert run("bank", "parquet", transactions=unwritten).rows_written == sample.transactions.height
    assert pl.read_parquet(run("sparkov", "parquet", transactions=unwritten).files[0]).equals(
        sparkov(sample.rows, sample.catalogs).collect()
    )


def test_descriptions_are_sentences():
    assert list(VIEWS) == [
        "bank",
        "training",
        "customers",
        "cards",
        "merchants",
        "account_events",
        "model",
        "model_events",
        "sparkov",
        "handbook",
        "handbook_web",
        "tabformer",
    ]
    assert all(view.name == name and view.description.endswith(".") for name, view in VIEWS.items())
