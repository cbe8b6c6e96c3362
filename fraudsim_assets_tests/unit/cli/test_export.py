"""Other shapes through the command line: from the store and from the generator alike."""

import filecmp
import os

import polars as pl
import pytest

DAYS = ("--start", "2025-01-15", "--end", "2025-01-16")


def test_stored_days_and_days_made_on_the_way_give_the_same_export(made, run):
    stored = run("export", "bank", "stored.parquet", "-c", "tiny", *DAYS, "--json")
    on_the_way = run("export", "bank", "made.parquet", "-c", "tiny", *DAYS, "-s", "storage.base_dir=nowhere", "--json")
    assert stored.code == on_the_way.code == 0, stored.err + on_the_way.err
    assert pl.read_parquet("stored.parquet").equals(pl.read_parquet("made.parquet"))
    rows = sum(done["rows"] for done in made[1]["days"] if done["table"] == "transactions")
    assert stored.json["rows_written"] == rows
    assert not os.path.exists("nowhere")  # noqa: PTH110


def test_the_bank_does_not_see_the_truth(made, run):
    run("export", "bank", "bank.csv", "-c", "tiny", "-d", "2025-01-15")
    header = open("bank.csv").readline()  # noqa: PTH123, SIM115
    assert "is_fraud" not in header
    assert "amount" in header


@pytest.mark.parametrize("view", ["sparkov", "tabformer"])
def test_a_format_that_needs_catalogs_is_the_same_from_store_and_generator(made, run, view):
    assert run("export", view, "a.csv", "-c", "tiny", *DAYS).code == 0
    assert run("export", view, "b.csv", "-c", "tiny", *DAYS, "-s", "storage.base_dir=nowhere").code == 0
    assert filecmp.cmp("a.csv", "b.csv", shallow=False)


def test_a_training_set_knows_what_was_known_on_a_day(made, run):
    known = {}
    for day in ("2025-01-16", "2025-04-30"):
        ran = run("export", "training", f"{day}.parquet", "-c", "tiny", *DAYS, "--known-on", day, "--gap-days", "0")
        assert ran.code == 0, ran.err
        known[day] = pl.read_parquet(f"{day}.parquet")["known_fraud"].sum()
    assert known["2025-01-16"] <= known["2025-04-30"]
    assert known["2025-04-30"] > 0


def test_days_of_another_world_in_the_store_are_not_taken(made, run):
    run("export", "bank", "a.parquet", "-c", "tiny", *DAYS)
    run("export", "bank", "b.parquet", "-c", "tiny", *DAYS, "-s", "seed=8")
    a, b = (pl.read_parquet(name) for name in ("a.parquet", "b.parquet"))
    assert not set(a["transaction_id"]) & set(b["transaction_id"])


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["nonsense", "x.csv", *DAYS], "valid are bank"),
        (["bank", "x.xml", "-f", "xml", *DAYS], "parquet or csv"),
        (["bank", "x.txt", *DAYS], "x.txt does not tell a format of bank; valid are .parquet, .csv, or --format"),
        (["bank", "x.csv"], "no days given"),
    ],
)
def test_wrong_usage_is_told(run, arguments, part):
    ran = run("export", *arguments, "-c", "tiny")
    assert ran.code == 2
    assert part in ran.err


def test_people_see_files_and_numbers(made, run):
    ran = run("export", "handbook", "days", "-c", "tiny", *DAYS)
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[0].endswith("2025-01-15.parquet")
    assert "handbook as parquet" in ran.out


def test_days_that_a_training_set_cannot_have_are_told(made, run):
    asked = ("export", "training", "t.parquet", "-c", "tiny", *DAYS, "--known-on", "2025-01-15")
    told = run(*asked)
    assert told.code == 0, told.err
    assert "1 days from 2025-01-16 to 2025-01-16 left out" in told.out
    assert run(*asked, "--json").json["days_left_out"] == ["2025-01-16"]
    assert run(*asked[:-2], "--json").json["days_left_out"] == []


def test_a_training_set_without_a_day_is_refused(made, run):
    ran = run("export", "training", "t.parquet", "-c", "tiny", *DAYS, "--gap-days", "7")
    assert ran.code == 2
    assert "ends on 2025-01-09, before the first day 2025-01-15" in ran.err


def test_a_thinned_export_is_the_same_from_store_and_generator(made, run):
    asked = ("-c", "tiny", *DAYS, "--keep-genuine", "0.2")
    assert run("export", "bank", "a.parquet", *asked).code == 0
    ran = run("export", "bank", "b.parquet", *asked, "-s", "storage.base_dir=nowhere", "--json")
    assert pl.read_parquet("a.parquet").equals(pl.read_parquet("b.parquet"))
    assert ran.json["rows_written"] < sum(done["rows"] for done in made[1]["days"] if done["table"] == "transactions")


@pytest.mark.parametrize("view", ["account_events", "model_events"])
def test_events_of_accounts_are_the_same_from_store_and_generator(made, run, view):
    ran = run("export", view, "a.parquet", "-c", "tiny", *DAYS, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["rows_written"] == sum(d["rows"] for d in made[1]["days"] if d["table"] == "account_events") > 0
    assert run("export", view, "b.parquet", "-c", "tiny", *DAYS, "-s", "storage.base_dir=nowhere").code == 0
    assert pl.read_parquet("a.parquet").equals(pl.read_parquet("b.parquet"))


def test_a_graph_is_a_folder_of_files_with_every_payment(made, run):
    ran = run("export", "graph", "graph", "-c", "tiny", *DAYS, "--json")
    assert ran.code == 0, ran.err
    assert ran.json["rows_written"] == sum(d["rows"] for d in made[1]["days"] if d["table"] == "transactions")
    assert len(ran.json["files"]) == 15
    assert run("export", "graph", "graph", "-c", "tiny", *DAYS).code == 3
    assert (
        "--keep-genuine thins accounts" in run("export", "graph", "g", "-c", "tiny", *DAYS, "--keep-genuine", "1").err
    )
