"""The scorecard asset, over the days of a tiny world that are there."""

import json
from datetime import date

import dagster as dg
import polars as pl
import pytest

from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.defs.metadata import INLINE_LIMIT
from fraudsim_assets.defs.scorecard import MEDIA_TYPES, PICTURES, THEME_CHECKS, check_name, ranges
from fraudsim_assets.evaluation.realism.measures import themes
from fraudsim_assets.evaluation.realism.pictures import PICTURES as DRAWN
from fraudsim_assets_tests.defs.tiny import ASSETS, QUIET, check_records, tiny_resources

OTHER = {"spending": {"refund_rate": 0.09}}
FIRST, LAST = "2025-01-06", "2025-01-12"


@pytest.fixture
def judge(base, instance):
    """Materialise the scorecard, with some settings of the launchpad."""

    def run_it(*, raise_on_error: bool = True, **config):
        return dg.materialize(
            ASSETS,
            selection=["scorecard"],
            resources=tiny_resources(LocalParquetIOManager(base_dir=str(base))),
            instance=instance,
            raise_on_error=raise_on_error,
            run_config={**QUIET, "ops": {"scorecard": {"config": config}}},
        )

    return run_it


def told(instance):
    event = instance.get_latest_materialization_event(dg.AssetKey("scorecard"))
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def failure(result) -> str:
    return result.get_step_failure_events()[0].step_failure_data.error.to_string()


def test_a_week_is_judged_with_table_page_pictures_and_checks(run, judge, base, instance):
    assert run("transactions", first=FIRST, last=LAST).success
    assert judge().success
    table = pl.read_parquet(base / "scorecard" / "part-0.parquet")
    metadata = told(instance)
    assert metadata["targets_met"] == table.filter(pl.col("status") == "pass").height > 40
    assert isinstance(metadata["share_met"], float)
    assert (metadata["first_day"], metadata["last_day"], metadata["missing_days"]) == (FIRST, LAST, "none")
    assert metadata["rows"] == pl.read_parquet(base / "transactions").height
    page = (base / "scorecard" / "scorecard.html").read_text()
    assert metadata["scorecard_html"] == str(base / "scorecard" / "scorecard.html")
    assert page.count("<figure") == len(DRAWN)
    assert json.loads((base / "scorecard" / "scorecard.json").read_text())["targets_met"] == metadata["targets_met"]
    missed = table.filter(pl.col("status") == "fail")["id"].to_list()
    assert all(f"| {identifier} |" in metadata["misses"] for identifier in missed)
    assert {f"picture_{name}" for name in PICTURES} <= set(metadata)
    assert len(metadata["hours_local"]) < INLINE_LIMIT
    assert metadata["picture_week"].startswith("![week](data:image/svg+xml;base64,")
    recorded = [check_records(instance, "scorecard", name)[None] for name in THEME_CHECKS]
    assert set(recorded) <= {"SUCCEEDED", "FAILED"}


def test_days_that_are_missing_in_between_are_named(run, judge, instance):
    for day in ("2025-01-06", "2025-01-09"):
        assert run("transactions", first=day).success
    assert judge().success
    assert told(instance)["missing_days"] == "2 from 2025-01-07 to 2025-01-08"
    assert told(instance)["days"] == 2


def test_the_launchpad_chooses_the_days(run, judge, instance):
    assert run("transactions", first="2025-01-06", last="2025-01-09").success
    assert judge(days=1).success
    assert (told(instance)["first_day"], told(instance)["days"]) == ("2025-01-09", 1)
    assert judge(first_day="2025-01-06", last_day="2025-01-07").success
    assert (told(instance)["last_day"], told(instance)["days"]) == ("2025-01-07", 2)


def test_days_of_other_settings_are_left_out_and_named(run, judge, instance):
    assert run("cards", "transactions", first="2025-01-07", **OTHER).success
    assert run("cards", "transactions", first="2025-01-06").success
    assert judge().success
    assert (told(instance)["days"], told(instance)["days_of_other_settings"]) == (1, "2025-01-07")
    assert "made from other settings" in failure(judge(first_day="2025-01-07", raise_on_error=False))


def test_without_a_day_the_error_says_what_to_do(judge):
    assert "materialise one first" in failure(judge(raise_on_error=False))


def test_a_day_that_is_none_is_refused_by_name(judge):
    told = failure(judge(last_day="2025-1-6", raise_on_error=False))
    assert "last_day is '2025-1-6'; valid is a day as YYYY-MM-DD" in told


def test_every_theme_has_its_check_and_every_picture_is_one():
    assert set(THEME_CHECKS) == {check_name(theme) for theme in themes()}
    assert set(PICTURES) <= {picture.name for picture in DRAWN}
    assert set(MEDIA_TYPES) == {"html", "json"}


def test_ranges_are_told_in_words():
    assert ranges([]) == "none"
    assert ranges([date(2025, 1, 2)]) == "2025-01-02"
