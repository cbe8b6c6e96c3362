"""Looking at data that is there: inspect, validate, replay."""

import json

import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

DAY = "2025-01-15"


@pytest.fixture
def day_file(made):
    return made[0] / "transactions" / f"date={DAY}" / "part-0.parquet"


def rewritten(path, change) -> None:
    """Change a table and write it back with its metadata, as a careless tool would."""
    table = pq.ParquetFile(path).read()
    facts = pq.read_metadata(path).metadata
    kept = {key: value for key, value in facts.items() if key.startswith(b"fraudsim")}
    changed = change(table)
    pq.write_table(changed.replace_schema_metadata({**kept, **(changed.schema.metadata or {})}), path)


def set_column(table: pa.Table, name: str, column) -> pa.Table:
    return table.set_column(table.schema.get_field_index(name), table.schema.field(name), column)


# --- validate -----------------------------------------------------------------------------------


def test_what_was_made_is_valid(made, run):
    ran = run("validate", made[0], "--json")
    assert ran.code == 0
    assert ran.json["valid"] is True
    assert {found["table"] for found in ran.json["files"]} >= {"customers", "cards", "merchants", "transactions"}
    assert "0 files with violations" in run("validate", made[0]).out


def test_a_violation_is_told_with_column_count_and_example(day_file, run):
    rewritten(day_file, lambda t: set_column(t, "card_id", pa.array([-5] * len(t))))
    ran = run("validate", day_file, "--json")
    assert ran.code == 1
    violations = ran.json["files"][0]["violations"]
    assert len(violations) == 1
    (told,) = violations.values()
    assert told["violations"] == ran.json["files"][0]["rows"]
    assert "card_id" in next(iter(violations))
    assert "card_id" in run("validate", day_file).out


def test_a_missing_column_is_told(day_file, run):
    rewritten(day_file, lambda t: t.drop_columns(["amount"]))
    ran = run("validate", day_file)
    assert ran.code == 1
    assert "amount" in ran.out


def test_the_table_can_be_named_and_must_exist(made, run):
    cards = made[0] / "cards"
    assert run("validate", cards, "-t", "cards").code == 0
    assert run("validate", cards, "-t", "customers").code == 1
    wrong = run("validate", cards, "-t", "cars")
    assert wrong.code == 4
    assert "valid are customers" in wrong.err


def test_columns_of_no_table_are_told(run, tmp_path):
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    ran = run("validate", "a.parquet")
    assert ran.code == 4
    assert "--table" in ran.err


@pytest.mark.parametrize("command", ["validate", "replay", "inspect"])
def test_what_is_not_there_or_not_parquet_is_told(run, tmp_path, command):
    (tmp_path / "text.parquet").write_text("words")
    (tmp_path / "empty").mkdir()
    for name, part in (("nowhere", "does not exist"), ("empty", "no Parquet"), ("text.parquet", "cannot be read")):
        ran = run(command, name)
        assert ran.code == 3, ran.err
        assert part in ran.err


# --- replay -------------------------------------------------------------------------------------


def test_stored_data_is_made_again_identically(made, run):
    ran = run("replay", made[0], "--json")
    assert ran.code == 0, ran.out
    assert ran.json["identical"] is True
    assert all(found["seed"] == "7" for found in ran.json["files"])
    assert run("replay", made[0]).out.count("identical") == len(ran.json["files"])


def test_a_changed_value_is_found(day_file, run):
    rewritten(day_file, lambda t: set_column(t, "is_approved", pc.invert(t["is_approved"])))
    ran = run("replay", day_file)
    assert ran.code == 1
    assert "changed after it was written" in ran.out


def test_rows_in_another_order_are_found(day_file, run):
    rewritten(day_file, lambda t: t.take(pa.array(range(len(t) - 1, -1, -1))))
    assert run("replay", day_file).code == 1


def test_a_package_that_makes_other_rows_is_told_apart(day_file, run):
    def other_seed(table):
        facts = pq.read_metadata(day_file).metadata
        config = json.loads(facts[b"fraudsim.config"]) | {"seed": 8}
        return table.replace_schema_metadata({b"fraudsim.config": json.dumps(config).encode()})

    rewritten(day_file, other_seed)
    ran = run("replay", day_file)
    assert ran.code == 1
    assert "makes other rows" in ran.out


def test_a_file_without_settings_needs_the_configuration_it_was_made_from(day_file, run, tmp_path):
    table = pq.ParquetFile(day_file).read()
    facts = pq.read_metadata(day_file).metadata
    kept = {key: value for key, value in facts.items() if key.startswith(b"fraudsim") and key != b"fraudsim.config"}
    pq.write_table(table.replace_schema_metadata(kept), day_file)
    assert run("replay", day_file).code == 2
    assert run("replay", day_file, "-c", "tiny").code == 0
    wrong = run("replay", day_file, "-c", "tiny", "-s", "fraud.rate=0.02")
    assert wrong.code == 2
    assert "digest" in wrong.err


# --- inspect ------------------------------------------------------------------------------------


def test_the_profile_counts_what_is_there(made, run, day_file):
    told = run("inspect", "-c", "tiny", "-d", DAY, "--json").json
    rows = pl.read_parquet(day_file, hive_partitioning=False)
    metrics = told["metrics"]
    assert metrics["rows"] == rows.height
    assert metrics["distinct_cards"] == rows["card_id"].n_unique()
    assert metrics["fraud_share"] == rows["is_fraud"].mean()
    assert metrics["null_latitude_share"] == rows["latitude"].null_count() / rows.height
    for histogram in told["histograms"].values():
        assert sum(histogram.values()) == rows.height
    mccs = rows["mcc"].cast(pl.String).value_counts()
    assert told["histograms"]["mcc"] == dict(mccs.rows())
    assert told["seed"] == "7"


def test_a_day_that_is_not_stored_is_made_and_not_written(made, run):
    folder, _ = made
    told = run("inspect", "-c", "tiny", "-d", "2025-01-20", "--json").json
    assert "not stored" in told["source"]
    assert not list(folder.glob("transactions/date=2025-01-20"))
    run("generate", "-c", "tiny", "-d", "2025-01-20")
    stored = run("inspect", "-c", "tiny", "-d", "2025-01-20", "--json").json
    assert stored["source"] != told["source"]
    assert stored["metrics"] == told["metrics"]
    assert stored["histograms"] == told["histograms"]


def test_a_folder_of_all_tables_stands_for_its_transactions(made, run):
    folder, _ = made
    whole, part = (run("inspect", path, "--json").json for path in (folder, folder / "transactions"))
    assert whole == part


def test_people_see_numbers_and_bars_most_common_first(run, day_file):
    ran = run("inspect", day_file)
    assert ran.code == 0
    for part in ("rows by hour", "channel", "█", "others", "fraud_share"):
        assert part in ran.out
    channels = ran.out.split("\nchannel")[1].split("\n\n")[0].splitlines()[2:]
    assert [line.split()[0] for line in channels] == ["pos", "ecommerce", "atm"]


def test_rows_that_are_not_as_declared_are_told(run, day_file):
    rewritten(day_file, lambda t: t.drop_columns(["mcc"]))
    ran = run("inspect", day_file)
    assert ran.code == 4
    assert "mcc" in ran.err


def test_the_page_needs_nothing_else_and_escapes_what_it_shows(run, day_file, tmp_path):
    folder = tmp_path / "<b>&"
    folder.mkdir()
    (folder / "day.parquet").write_bytes(day_file.read_bytes())
    ran = run("inspect", folder / "day.parquet", "--html", "page.html")
    assert ran.code == 0
    page = (tmp_path / "page.html").read_text()
    assert "&lt;b&gt;&amp;" in page
    assert "<b>" not in page
    assert "http" not in page
    assert "<script" not in page


def test_a_page_that_cannot_be_written_is_told(run, day_file):
    assert run("inspect", day_file, "--html", "nowhere/page.html").code == 3


def test_a_profile_is_of_transactions_only(made, run):
    assert run("inspect", made[0] / "cards").code == 4


@pytest.mark.parametrize("arguments", [[], ["x.parquet", "-d", DAY]])
def test_either_a_path_or_a_day_is_needed(run, arguments):
    assert run("inspect", *arguments).code == 2
