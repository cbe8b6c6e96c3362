"""Making days and catalogs through the command line."""

import json
import shutil
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.cli.catalogs import load_catalogs
from fraudsim_assets.cli.days import TABLES, requested_days
from fraudsim_assets.config import config_digest, load_config, stored_config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.simulation import World, simulate_day, with_reissues
from fraudsim_assets.storage import LocalStore, PartKey, content_digest
from fraudsim_assets_tests.unit.fraud.plugin_home import EXAMPLE, install

DAY = "2025-01-15"


def digests(document: dict) -> dict[tuple[str, str], str]:
    return {(done["table"], done["partition"]): done["content_digest"] for done in document["days"]}


def test_days_and_their_catalogs_lie_where_they_belong(made):
    folder, document = made
    assert [done["table"] for done in document["catalogs"]] == ["customers", "cards", "merchants"]
    assert [(done["table"], done["partition"]) for done in document["days"]] == [
        (table, day) for day in (DAY, "2025-01-16") for table in sorted(TABLES)
    ]
    for done in [*document["catalogs"], *document["days"]]:
        assert done["uri"].startswith(str(folder))
        assert pq.read_metadata(done["uri"]).num_rows == done["rows"]
    assert document["seed"] == 7


def test_a_day_is_what_the_core_makes(made):
    folder, document = made
    config = load_config("tiny")
    table = simulate_day(World(config, build_catalogs(config)), date.fromisoformat(DAY)).read()
    assert digests(document)["transactions", DAY] == content_digest(table)
    stored = pl.read_parquet(folder / "transactions" / f"date={DAY}" / "part-0.parquet", hive_partitioning=False)
    assert stored.equals(pl.DataFrame(table))


def test_loaded_catalogs_are_those_that_were_built(made):
    folder, _ = made
    config = load_config("tiny")
    loaded, built = load_catalogs(LocalStore(folder), config), with_reissues(World(config, build_catalogs(config)))
    for name in ("customers", "cards", "merchants"):
        assert content_digest(getattr(loaded, name)) == content_digest(getattr(built, name))
        assert getattr(loaded, name).schema.equals(getattr(built, name).schema)


def test_each_file_carries_what_it_was_made_from(made):
    _, document = made
    config = load_config("tiny")
    for done, scope in [(document["catalogs"][0], "catalogs"), (document["days"][0], "transactions")]:
        metadata = pq.read_metadata(done["uri"]).metadata
        facts = {key.decode().removeprefix("fraudsim."): value.decode() for key, value in metadata.items()}
        assert facts["seed"] == "7"
        assert facts["config_digest"] == config_digest(config, scope=scope)
        assert config_digest(stored_config(facts), scope=scope) == facts["config_digest"]
        assert facts["content_digest"] == done["content_digest"]


def test_catalogs_that_fit_are_used_again_and_the_day_is_the_same(made, run):
    _, before = made
    again = run("generate", "-c", "tiny", "-d", DAY, "--json").json
    assert again["catalogs"] == []
    assert digests(again)["transactions", DAY] == digests(before)["transactions", DAY]


def test_one_day_alone_is_the_same_as_within_a_longer_run(made, run):
    _, before = made
    alone = run("generate", "-c", "tiny", "-d", "2025-01-16", "-s", "storage.base_dir=alone", "--json").json
    assert digests(alone)["transactions", "2025-01-16"] == digests(before)["transactions", "2025-01-16"]


def test_an_identical_day_can_be_left_alone(made, run):
    again = run("generate", "-c", "tiny", "-d", DAY, "-s", "storage.if_exists=skip_identical", "--json").json
    assert all(done["skipped"] for done in again["days"])
    assert all(done["rows"] > 0 for done in again["days"] if done["table"] == "transactions")


@pytest.mark.parametrize(
    ("change", "differs"),
    [
        ("seed=8", "seed is 7 in the store and 8 in this run"),
        ("population.cards=451", "population.cards is 450 in the store and 451 in this run"),
        ("fraud.rate=0.02", "fraud.rate is 0.01 in the store and 0.02 in this run"),
        ("start_date=2019-06-01", "decade is 2025 in the store and 2015 in this run"),
    ],
)
def test_another_world_in_the_same_place_is_refused_with_what_differs_and_what_to_do(made, run, change, differs):
    folder, _ = made
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    ran = run("backfill", "-c", "tiny", "--start", DAY, "--end", "2025-01-17", "--missing", "-s", change)
    assert ran.code == 4
    assert differs in ran.err
    assert "storage.base_dir" in ran.err
    assert "--replace-world" in ran.err
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    "change",
    ["generation.chunk_rows=1000", "storage.compression=snappy", "checks.z=3", "orchestration.schedule_hour=5"],
)
def test_what_changes_no_row_is_the_same_world(made, run, change):
    _, before = made
    again = run("generate", "-c", "tiny", "-d", DAY, "-s", change, "--json").json
    assert again["catalogs"] == []
    assert digests(again)["transactions", DAY] == digests(before)["transactions", DAY]


def test_a_history_grows_backwards_and_old_days_stay_as_they_are(made, run):
    _, before = made
    earlier = ("-s", "start_date=2024-12-01")
    ran = run("generate", "-c", "tiny", "-d", "2024-12-31", *earlier, "--json")
    assert len(ran.json["catalogs"]) == 3
    again = run("generate", "-c", "tiny", "-d", DAY, "--json").json
    assert again["catalogs"] == []
    assert digests(again)["transactions", DAY] == digests(before)["transactions", DAY]


def test_labels_made_before_a_history_grew_backwards_are_missing_rows_and_are_made_again(made, run):
    run("generate", "-c", "tiny", "-d", "2024-12-31", "-s", "start_date=2024-12-01")
    ran = run("backfill", "-c", "tiny", "--start", DAY, "--end", "2025-01-16", "--missing", "-w", "1", "--json").json
    assert {done["partition"] for done in ran["days"]} == {DAY, "2025-01-16"}
    alone = run(
        "generate", "-c", "tiny", "-d", DAY, "-s", "start_date=2024-12-01", "-s", "storage.base_dir=a", "--json"
    )
    assert digests(ran)["fraud_labels", DAY] == digests(alone.json)["fraud_labels", DAY]
    again = run("backfill", "-c", "tiny", "--start", DAY, "--end", "2025-01-16", "--missing", "-w", "1", "--json").json
    assert again["days"] == []


def test_a_world_is_replaced_on_request_and_nothing_of_the_old_one_stays(made, run):
    folder, _ = made
    (folder / "customers" / "mine.txt").write_text("not the package's")
    ran = run("generate", "-c", "tiny", "-d", "2025-01-20", "-s", "seed=8", "--replace-world", "--json")
    assert ran.code == 0, ran.err
    said = {
        path.relative_to(folder).as_posix(): pq.read_metadata(path).metadata[b"fraudsim.seed"]
        for path in folder.rglob("*.parquet")
    }
    assert set(said.values()) == {b"8"}
    assert [name for name in said if "date=" in name and "2025-01-20" not in name] == []
    assert (folder / "customers" / "mine.txt").exists()
    assert run("generate", "-c", "tiny", "-d", DAY).code == 4
    assert run("generate", "-c", "tiny", "-d", DAY, "-s", "seed=8").code == 0


def test_replacing_a_world_by_itself_leaves_it_alone(made, run):
    _, before = made
    again = run("generate", "-c", "tiny", "-d", "2025-01-17", "--replace-world", "--json").json
    assert again["catalogs"] == []
    for done in before["days"]:
        assert pq.read_metadata(done["uri"]).num_rows == done["rows"]


def test_data_without_an_identity_is_refused(made, run):
    folder, _ = made
    shutil.rmtree(folder / "_world")
    ran = run("generate", "-c", "tiny", "-d", DAY)
    assert ran.code == 4
    assert "which world" in ran.err
    assert run("generate", "-c", "tiny", "-d", DAY, "--replace-world").code == 0
    assert len(list((folder / "transactions").iterdir())) == 2  # of this world, as their footers say


def test_a_day_of_another_world_among_the_days_counts_as_missing_and_is_not_read(made, run, tmp_path):
    folder, before = made
    run("generate", "-c", "tiny", "-d", DAY, "-s", "seed=8", "-s", "storage.base_dir=other")
    for table in TABLES:
        stray = Path("other") / table / f"date={DAY}" / "part-0.parquet"
        shutil.copy(stray, folder / table / f"date={DAY}" / "part-0.parquet")
    assert run("inspect", "-c", "tiny", "-d", DAY).code == 4
    export = run("export", "bank", tmp_path / "bank.parquet", "-c", "tiny", "-d", DAY)
    assert export.code == 0
    stored = pl.read_parquet(tmp_path / "bank.parquet")
    assert stored.height == next(
        d["rows"] for d in before["days"] if (d["table"], d["partition"]) == ("transactions", DAY)
    )
    ran = run("backfill", "-c", "tiny", "--start", DAY, "--end", "2025-01-16", "--missing", "-w", "1", "--json").json
    assert digests(ran)["transactions", DAY] == digests(before)["transactions", DAY]


def test_a_day_of_another_configuration_is_not_shown_as_a_day_of_this_one(made, run):
    shown = json.loads(run("inspect", "-c", "tiny", "-d", DAY, "-s", "seed=8", "--json").out)
    assert shown["seed"] == "8"
    assert "not stored" in shown["source"]


def test_days_are_made_from_the_catalogs_that_were_checked(made, run, monkeypatch):
    """Catalogs of another world, put in place between the look at their footers and the read."""
    folder, _ = made
    run("generate", "-c", "tiny", "-d", DAY, "-s", "activity.card_sigma=1.5", "-s", "storage.base_dir=other")
    held = LocalStore.held

    def replaced_at_once(self, key):
        if key.asset in {"customers", "cards", "merchants"} and Path("other", key.path).exists():
            Path("other", key.path).replace(folder / key.path)
        return held(self, key)

    before = (folder / "transactions" / f"date={DAY}" / "part-0.parquet").read_bytes()
    monkeypatch.setattr("fraudsim_assets.storage.local.LocalStore.metadata", _footer_then(held))
    monkeypatch.setattr("fraudsim_assets.storage.local.LocalStore.held", replaced_at_once)
    ran = run("generate", "-c", "tiny", "-d", DAY)
    assert ran.code == 4
    assert "is of world" in ran.err
    assert (folder / "transactions" / f"date={DAY}" / "part-0.parquet").read_bytes() == before


def _footer_then(held):
    def metadata(self, key):
        with held(self, key) as (footer, _):
            return footer

    return metadata


def test_a_process_that_plays_scenarios_of_a_plugin_is_refused(made, run, tmp_path_factory, monkeypatch):
    site = tmp_path_factory.mktemp("site")
    install(EXAMPLE, site)
    monkeypatch.syspath_prepend(str(site))
    ran = run("generate", "-c", "tiny", "-d", "2025-01-17", "-s", "fraud.scenarios={sim_swap: {share: 1}}")
    assert ran.code == 4
    assert 'scenario sim_swap is absent in the store and "fraudsim-sim-swap 0.1.0" in this run' in ran.err


def test_catalogs_are_listed_further_when_a_day_lies_beyond_them(made, run):
    further = ("-s", "end_date=2027-12-31")
    ran = run("generate", "-c", "tiny", "-d", "2027-06-01", *further, "--json")
    assert len(ran.json["catalogs"]) == 3
    assert run("generate", "-c", "tiny", "-d", DAY, "--json").json["catalogs"] == []


def test_a_world_without_an_end_is_told_how_to_go_further(run):
    ran = run("generate", "-c", "tiny", "-d", "2031-02-01", "-s", "end_date=null")
    assert ran.code == 2
    assert "set end_date to go further" in ran.err


def test_a_seed_that_was_drawn_is_kept_with_the_data(run):
    first = run("generate", "-c", "tiny", "-d", DAY, "-s", "seed=null", "--json")
    assert "drawn" in first.err
    second = run("generate", "-c", "tiny", "-d", DAY, "-s", "seed=null", "--json")
    assert "drawn" not in second.err
    assert second.json["seed"] == first.json["seed"]
    assert second.json["catalogs"] == []
    assert digests(second.json) == digests(first.json)


def test_damaged_catalogs_are_made_anew(made, run):
    folder, _ = made
    (folder / "cards" / "part-0.parquet").write_bytes(b"PAR1 not really PAR1")
    ran = run("generate", "-c", "tiny", "-d", DAY, "--json")
    assert ran.code == 0, ran.err
    assert [done["table"] for done in ran.json["catalogs"]] == ["cards"]


def test_a_day_that_fails_a_blocking_check_is_not_written(made, run, monkeypatch):
    folder, _ = made

    def twice(world, day, **_parts):
        stream = simulate_day(world, day)
        return FrameStream(stream.schema, lambda: (batch for _ in range(2) for batch in stream.batches()))

    monkeypatch.setattr("fraudsim_assets.simulation.simulate_day", twice)
    ran = run("generate", "-c", "tiny", "-d", "2025-01-17")
    assert ran.code == 1
    assert "transaction_ids_are_unique" in ran.err
    assert not list(folder.glob("transactions/date=2025-01-17/*"))
    assert run("generate", "-c", "tiny", "-d", "2025-01-17", "--no-check").code == 0


def test_storage_that_cannot_be_written_is_exit_code_3(run, tmp_path):
    (tmp_path / "file").write_text("")
    ran = run("generate", "-c", "tiny", "-d", DAY, "-s", "storage.base_dir=file/below")
    assert ran.code == 3
    assert "file" in ran.err


def test_metrics_of_days_and_failures_are_published(run, tmp_path, monkeypatch):
    arguments = ("generate", "-c", "tiny", "-d", DAY, "-s", f"observability.metrics_dir={tmp_path / 'metrics'}")
    run(*arguments)

    def broken(*_args, **_kwargs):
        raise MemoryError("no more")

    monkeypatch.setattr("fraudsim_assets.simulation.simulate_day", broken)
    assert run(*arguments).code == 70
    text = "".join(path.read_text() for path in sorted((tmp_path / "metrics").glob("*transactions*.prom")))
    assert f'fraudsim_partition_succeeded{{partition="{DAY}",table="transactions"}} 0.0' in text
    assert f'fraudsim_partition_expected_fraud_ratio{{partition="{DAY}",table="transactions"}} 0.01' in text
    assert len(list((tmp_path / "metrics").glob("fraudsim-success-customers-all.prom"))) == 1


def test_people_see_a_table_with_a_sum(run):
    ran = run("generate", "-c", "tiny", "-d", DAY)
    assert "customers" in ran.out
    assert "6 partitions" in ran.out
    assert ran.err == ""


def test_verbose_logs_each_chunk_with_its_context(run, monkeypatch):
    monkeypatch.setenv("FRAUDSIM_OBSERVABILITY__LOG_LEVEL", "info")
    ran = run("generate", "-c", "tiny", "-d", DAY, "--verbose")
    chunks = [json.loads(line) for line in ran.err.splitlines() if "chunk made" in line]
    day = next(chunk for chunk in chunks if chunk["table"] == "transactions")
    assert (day["partition"], day["seed"]) == (DAY, 7)
    assert day["digest"] == config_digest(load_config("tiny"))
    assert day["run_id"].startswith("cli-")


def test_catalogs_alone_can_be_made(run, tmp_path):
    assert run("catalogs", "-c", "tiny").code == 0
    assert sorted(path.name for path in (tmp_path / "data" / "tiny").iterdir()) == [
        "_world",
        "cards",
        "customers",
        "merchants",
    ]


def test_missing_days_only_are_made_when_asked(made, run):
    asked = ("backfill", "-c", "tiny", "--start", DAY, "--end", "2025-01-17", "-w", "1", "--missing", "--json")
    first = run(*asked).json
    assert {done["partition"] for done in first["days"]} == {"2025-01-17"}
    assert run(*asked).json["days"] == []


def test_workers_make_the_same_days_and_an_error_in_one_arrives_as_itself(made, run):
    folder, before = made
    kept = digests(before)
    for day in (DAY, "2025-01-16"):
        (folder / "transactions" / f"date={day}" / "part-0.parquet").unlink()
    (folder / "transactions" / "date=2025-01-18").write_text("in the way")
    ran = run("backfill", "-c", "tiny", "--start", DAY, "--end", "2025-01-18", "--workers", "2")
    assert ran.code == 3, ran.err
    assert "date=2025-01-18" in ran.err
    assert "Traceback" not in ran.err
    store = LocalStore(folder)
    for day in (DAY, "2025-01-16"):
        assert store.metadata(PartKey("transactions", day)).content_digest == kept["transactions", day]


TINY = load_config("tiny", env={})


@pytest.mark.parametrize(
    ("asked", "part"),
    [
        ((None, None, None), "no days given"),
        ((date(2025, 1, 1), date(2025, 1, 1), None), "exclude each other"),
        ((None, date(2025, 1, 2), None), "given without --end"),
        ((None, date(2025, 1, 2), date(2025, 1, 1)), "--end 2025-01-01 is before --start 2025-01-02"),
        ((date(2024, 12, 31), None, None), "valid are 2025-01-01 to 2025-12-31"),
        ((date(2026, 1, 1), None, None), "valid are 2025-01-01 to 2025-12-31"),
        ((None, date(2025, 1, 1), date(9025, 1, 1)), "outside the world"),
    ],
)
def test_days_that_make_no_sense_are_told(asked, part):
    with pytest.raises(ConfigError) as caught:
        requested_days(TINY, *asked)
    assert part in str(caught.value)


def test_days_are_listed_in_order_with_both_ends():
    days = requested_days(TINY, None, date(2025, 2, 27), date(2025, 3, 1))
    assert [str(day) for day in days] == ["2025-02-27", "2025-02-28", "2025-03-01"]
