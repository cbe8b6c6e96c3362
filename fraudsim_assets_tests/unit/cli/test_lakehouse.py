"""The command line over tables of a lakehouse, from making days to reading them with the format's own reader."""

import json
from pathlib import Path

import polars as pl
import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.storage import open_store
from fraudsim_assets_tests.storage.lakes import PACKAGES, table_of

SMALL = (
    "population.customers=60",
    "population.cards=80",
    "population.merchants=200",
    "activity.transactions_per_day=80",
    "seed=7",
)
FIRST, SECOND, THIRD = "2025-01-15", "2025-01-16", "2025-01-17"


@pytest.fixture(params=list(PACKAGES))
def settings(request, tmp_path):
    """Settings of a small world in tables of each format in turn."""
    pytest.importorskip(PACKAGES[request.param])
    return [f"storage.format={request.param}", f"storage.base_dir={tmp_path / 'lake'}", *SMALL]


def _arguments(settings):
    return ["-c", "tiny", *(part for setting in settings for part in ("-s", setting))]


def test_days_go_into_tables_and_come_back_the_same_as_from_files(run, settings, tmp_path):
    folder = tmp_path / "lake"
    made = run("generate", "-d", SECOND, "--json", *_arguments(settings))
    assert made.code == 0, made.err
    filled = run("backfill", "--start", FIRST, "--end", THIRD, "--missing", "-w", "2", "--json", *_arguments(settings))
    assert filled.code == 0, filled.err
    assert {done["partition"] for done in json.loads(filled.out)["days"]} == {FIRST, THIRD}, "only what was missing"
    plain = ["storage.format=parquet", f"storage.base_dir={tmp_path / 'files'}", *SMALL]
    files = run("generate", "--start", FIRST, "--end", THIRD, "--json", *_arguments(plain))
    digests = {
        (done["table"], done["partition"]): done["content_digest"]
        for said in (made, filled)
        for part in ("catalogs", "days")
        for done in json.loads(said.out)[part]
    }
    assert digests == {
        (done["table"], done["partition"]): done["content_digest"]
        for part in ("catalogs", "days")
        for done in json.loads(files.out)[part]
    }
    rows = pl.DataFrame(pl.from_arrow(table_of(folder, "transactions")))
    stored = pl.read_parquet(tmp_path / "files" / "transactions", hive_partitioning=True)
    assert (
        rows.select(stored.columns)
        .cast(dict(stored.schema))
        .sort("transaction_id")
        .equals(stored.sort("transaction_id"))
    )
    checked = run("validate", str(folder), "--json")
    assert (checked.code, json.loads(checked.out)["valid"]) == (0, True), checked.out
    assert len(json.loads(checked.out)["files"]) == 3 + 3 * 3
    assert run("replay", str(folder / "transactions"), str(folder / "fraud_labels")).code == 0
    assert SECOND in run("inspect", "-d", SECOND, *_arguments(settings)).out


def test_the_commit_says_how_the_checks_went(run, settings):
    assert run("generate", "-d", FIRST, *_arguments(settings)).code == 0
    config = load_config("tiny", overrides=settings)
    store = open_store(config.storage)
    (version,) = store.versions("transactions")
    assert version.properties["verdict"].startswith("passed")
    assert (version.properties["seed"], version.properties["partition"]) == ("7", FIRST)
    assert run("generate", "-d", SECOND, "--no-check", *_arguments(settings)).code == 0
    assert store.versions("transactions")[-1].properties["verdict"] == "not checked"


def test_another_world_is_refused_until_it_is_replaced(run, settings, tmp_path):
    assert run("generate", "-d", FIRST, *_arguments(settings)).code == 0
    other = _arguments([*settings, "seed=8"])
    refused = run("generate", "-d", FIRST, *other)
    assert (refused.code, "holds another world: seed is 7" in refused.err) == (4, True), refused.err
    plain = run("generate", "-d", FIRST, *_arguments([*settings, "storage.format=parquet"]))
    assert (plain.code, "set it to" in plain.err) == (3, True), plain.err
    assert run("generate", "-d", FIRST, "--replace-world", *other).code == 0
    assert run("validate", str(tmp_path / "lake")).code == 0


def test_an_order_of_commits_needs_a_format_that_has_commits(run, tmp_path):
    refused = run("generate", "-d", FIRST, *_arguments(["storage.commit_order=by_day", "storage.format=parquet"]))
    assert (refused.code, "storage.commit_order is 'by_day'" in refused.err) == (2, True), refused.err
    assert not (tmp_path / "data").exists()


def test_days_beyond_a_gap_are_refused_before_anything_is_made_if_they_go_in_order(run, settings, tmp_path):
    in_order = _arguments([*settings, "storage.commit_order=by_day"])
    refused = run("generate", "-d", THIRD, *in_order)
    assert (refused.code, "2025-01-01" in refused.err) == (2, True), refused.err
    assert not list(Path(tmp_path / "lake").rglob("date=*"))
    assert run("generate", "--start", "2025-01-01", "--end", "2025-01-02", *in_order).code == 0
    assert run("generate", "-d", "2025-01-03", *in_order).code == 0
    assert run("generate", "-d", "2025-01-02", *in_order).code == 0, "a day that is there may be made again"
