"""Data sets with a name: the same for everybody, described truly, and readable by those who read such folders."""

import hashlib
import json
import re
from datetime import date

import polars as pl
import pytest

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.evaluation.baseline import DETECTORS, baseline_scores
from fraudsim_assets.evaluation.difficulty.scores import SCORES
from fraudsim_assets.exports.card import write_card
from fraudsim_assets.exports.datasets import Dataset, Part, dataset, datasets, known_digest, making
from fraudsim_assets.exports.model import SCHEMA

FEW_DAYS = [
    Part(split="train", file="data/train.parquet", start=date(2025, 1, 1), end=date(2025, 1, 3)),
    Part(split="test", file="data/test.parquet", start=date(2025, 1, 10), end=date(2025, 1, 11)),
]


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sets") / "small"
    with making("small", folder) as made:
        scores = baseline_scores(*(pl.scan_parquet(part.path) for part in made.parts))
        write_card(made, scores)
        digest = made.digest
    return folder, made, scores, digest


def test_the_three_for_models_and_the_three_of_public_shape_are_there_and_make_worlds():
    assert list(datasets()) == ["small", "medium", "large", "sparkov", "tabformer", "handbook"]
    for one in datasets().values():
        config = one.world_config()
        assert config.seed is not None
        for part in one.parts:
            assert config.start_date <= part.start <= part.end
            assert config.end_date is None or part.end <= config.end_date


@pytest.mark.parametrize("name", ["small", "medium", "large"])
def test_a_split_is_in_time_and_labels_are_those_known_before_the_test_begins(name):
    train, test = dataset(name).parts
    assert train.end < (train.known_on or train.end) < test.start


def test_years_are_those_of_the_originals():
    sparkov, tabformer, handbook = dataset("sparkov"), dataset("tabformer"), dataset("handbook")
    assert [(part.file, str(part.start), str(part.end)) for part in handbook.parts] == [
        ("data/*.parquet", "2018-04-01", "2018-09-30")
    ]
    assert [(part.file, str(part.start), str(part.end)) for part in sparkov.parts] == [
        ("fraudTrain.csv", "2019-01-01", "2020-06-20"),
        ("fraudTest.csv", "2020-06-21", "2020-12-31"),
    ]
    assert (tabformer.parts[0].start.year, tabformer.parts[0].end.year) == (1991, 2020)


def test_files_hold_the_days_and_columns_that_are_told(small):
    folder, made, _, _ = small
    assert sorted(path.name for path in folder.rglob("*") if path.is_file()) == [
        "README.md", "croissant.json", "test.parquet", "train.parquet",
    ]  # fmt: skip
    for part in made.parts:
        rows = pl.read_parquet(folder / part.part.file)
        assert rows.columns == list(SCHEMA)
        assert (rows.height, rows["is_fraud"].sum()) == (part.rows, part.frauds)
        days = pl.Series([part.part.start, part.part.end]).cast(pl.Int32)
        assert rows["unix_day"].is_between(days[0], days[1]).all()
        assert part.frauds > 200


def test_anybody_who_makes_it_has_the_content_that_this_version_is_known_by(small):
    *_, digest = small
    assert digest == known_digest("small"), "if this was meant, run `make golden`"
    assert known_digest("small", 0.1) is None
    assert known_digest("medium") is None


def test_another_size_is_another_content_and_the_card_asks_for_it(tmp_path):
    few = dataset("small").model_copy(update={"parts": FEW_DAYS})
    digests = set()
    for scale in (0.05, 0.07):
        with making(few, tmp_path / str(scale), scale=scale) as made:
            digests.add(made.digest)
            write_card(made, None)
        assert (
            f"fraudsim dataset make small FOLDER --scale {scale}\n" in (tmp_path / str(scale) / "README.md").read_text()
        )
    assert len(digests) == 2


def test_the_card_says_what_is_there(small):
    folder, made, scores, digest = small
    card = (folder / "README.md").read_text()
    assert digest in card
    assert "fraudsim dataset make small FOLDER\n" in card
    assert "license: cc-by-4.0" in card
    for part in made.parts:
        assert (
            f"| `{part.part.file}` | {part.part.start} to {part.part.end} | {part.rows:,} | {part.frauds:,} |" in card
        )
    for name, told in scores.items():
        assert re.search(rf"\| {name} \| " + r" \| ".join(f"{told[score]:.3f}" for score in told), card)


def test_a_baseline_learns_from_what_was_known_and_beats_chance(small):
    folder, _, scores, _ = small
    assert set(scores) == set(DETECTORS)
    assert all(set(told) == set(SCORES) for told in scores.values())
    assert max(told["roc_auc"] for told in scores.values()) > 0.6
    train, test = (pl.scan_parquet(folder / "data" / f"{name}.parquet") for name in ("train", "test"))
    blind = baseline_scores(train.with_columns(is_fraud=pl.lit(0, pl.Int8)), test)
    assert blind == scores, "the truth about the days to learn from is not looked at"
    with pytest.raises(ConfigError, match="train knows no fraud"):
        baseline_scores(train.with_columns(known_fraud=pl.lit(0, pl.Int8)), test)


def test_metadata_has_every_file_with_its_checksum_and_every_column(small):
    folder, made, _, _ = small
    told = json.loads((folder / "croissant.json").read_text())
    for file, part in zip(told["distribution"], made.parts, strict=True):
        assert file["sha256"] == hashlib.sha256((folder / file["contentUrl"]).read_bytes()).hexdigest()
        assert file["contentUrl"] == part.part.file
    for records in told["recordSet"]:
        assert [field["name"] for field in records["field"]] == list(SCHEMA)


def test_mlcroissant_finds_no_fault_and_reads_rows(small):
    mlcroissant = pytest.importorskip("mlcroissant", reason="pip install '.[datasets]'")
    folder, *_ = small
    read = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert not read.metadata.issues.errors
    first = next(iter(read.records("train")))
    row = pl.read_parquet(folder / "data" / "train.parquet").row(0, named=True)
    assert first["train/transaction_id"] == row["transaction_id"]
    assert first["train/amount"] == row["amount"]


def test_load_dataset_of_hugging_face_reads_the_folder(small, tmp_path):
    hugging_face = pytest.importorskip("datasets", reason="pip install '.[datasets]'")
    folder, made, _, _ = small
    read = hugging_face.load_dataset(str(folder), cache_dir=str(tmp_path))
    assert {name: split.num_rows for name, split in read.items()} == {p.part.split: p.rows for p in made.parts}
    assert read["train"].column_names == list(SCHEMA)


@pytest.fixture(scope="module")
def daily(tmp_path_factory):
    """Three days of the Handbook's, of a twentieth of the people."""
    folder = tmp_path_factory.mktemp("sets") / "handbook"
    part = Part(split="train", file="data/*.parquet", start=date(2018, 7, 25), end=date(2018, 7, 27))
    with making(dataset("handbook").model_copy(update={"parts": (part,)}), folder, scale=0.05) as made:
        write_card(made, None)
        digest = made.digest
    return folder, made, digest


def test_a_data_set_of_days_has_a_file_for_each_with_its_checksum(daily, tmp_path):
    folder, made, digest = daily
    names = [f"data/2018-07-{day}.parquet" for day in (25, 26, 27)]
    told = json.loads((folder / "croissant.json").read_text())["distribution"]
    assert [file["contentUrl"] for file in told[:-1]] == names
    assert told[-1]["includes"] == "data/*.parquet"
    for file in told[:-1]:
        assert file["sha256"] == hashlib.sha256((folder / file["contentUrl"]).read_bytes()).hexdigest()
    rows = pl.read_parquet(folder / "data" / "*.parquet")
    (part,) = made.parts
    assert (rows.height, rows["TX_FRAUD"].sum()) == (part.rows, part.frauds)
    assert part.size == sum((folder / name).stat().st_size for name in names)
    assert set(rows["TX_TIME_DAYS"]) == {0, 1, 2}
    with making(made.dataset, tmp_path / "again", scale=0.05) as again:
        assert again.digest == digest


def test_a_view_of_days_is_no_single_file_and_the_other_way_round():
    with pytest.raises(ValueError, match="cannot be written as files of these names"):
        Dataset(**dataset("handbook").model_dump() | {"parts": dataset("small").parts})
    with pytest.raises(ValueError, match="cannot be written as files of these names"):
        Dataset(**dataset("small").model_dump() | {"parts": dataset("handbook").parts})


def test_mlcroissant_and_hugging_face_read_a_data_set_of_days(daily, tmp_path):
    mlcroissant = pytest.importorskip("mlcroissant", reason="pip install '.[datasets]'")
    hugging_face = pytest.importorskip("datasets", reason="pip install '.[datasets]'")
    folder, made, _ = daily
    read = mlcroissant.Dataset(jsonld=folder / "croissant.json")
    assert not read.metadata.issues.errors
    row = pl.read_parquet(folder / "data" / "2018-07-25.parquet").row(0, named=True)
    assert next(iter(read.records("train")))["train/TX_DATETIME"] == row["TX_DATETIME"]
    assert hugging_face.load_dataset(str(folder), cache_dir=str(tmp_path))["train"].num_rows == made.parts[0].rows


def test_a_failure_leaves_no_folder_and_what_is_there_stays(tmp_path):
    with (
        pytest.raises(ConfigError, match="'smal' is no data set; valid are small, medium"),
        making("smal", tmp_path / "x"),
    ):
        pass
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "mine.txt").write_text("mine")
    with pytest.raises(StorageError, match="holds something already"), making("small", tmp_path / "kept"):
        pass
    assert [path.name for path in tmp_path.rglob("*")] == ["kept", "mine.txt"]
