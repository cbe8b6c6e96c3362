"""A project of one's own, made with Dagster's own tools, that holds two worlds and an asset over one of them."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
import yaml

from fraudsim_assets import FraudWorld
from fraudsim_assets.errors import ConfigError

BIN = Path(sys.executable).parent
DAY = "2025-01-15"
OWN = '''\
import dagster as dg
import polars as pl


@dg.asset(
    ins={"transactions": dg.AssetIn(key=["north", "transactions"], metadata={"allow_missing_partitions": True})},
    partitions_def=dg.WeeklyPartitionsDefinition("2025-01-05"),
    io_manager_key="north__day_io_manager",
)
def weekly_turnover(transactions: pl.LazyFrame) -> pl.DataFrame:
    """Turnover of a week, by day."""
    return transactions.group_by("date").agg(pl.col("billing_amount").sum()).collect()
'''


class Project:
    """A project made by ``create-dagster``, and the commands that its owner types."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("FRAUDSIM_")},
            "PYTHONPATH": str(folder / "src"),  # stands for the installation of the project
            "DAGSTER_HOME": "",
            "DAGSTER_DISABLE_TELEMETRY": "1",
            "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        }

    def call(self, *command: str, cwd: Path | None = None) -> str:
        done = subprocess.run(
            command, cwd=cwd or self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def world(self, name: str) -> Path:
        return self.folder / "src" / "bank" / "defs" / name / "defs.yaml"

    def edit(self, name: str, **settings: object) -> None:
        text = yaml.safe_load(self.world(name).read_text())
        text["attributes"]["settings"].update(settings)
        text["attributes"]["extends"] = "tiny"
        self.world(name).write_text(yaml.safe_dump(text))


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = Project(tmp_path_factory.mktemp("projects") / "bank")
    made.call("create-dagster", "project", "bank", "--no-uv-sync", cwd=made.folder.parent)
    for name in ("north", "south"):
        made.call("dg", "scaffold", "defs", "fraudsim_assets.FraudWorld", name)
    return made


def test_a_scaffolded_world_has_a_name_a_seed_and_a_place_of_its_own(project):
    north, south = (yaml.safe_load(project.world(name).read_text()) for name in ("north", "south"))
    assert north["type"] == south["type"] == "fraudsim_assets.FraudWorld"
    assert north["attributes"]["key_prefix"] == "north"
    assert north["attributes"]["settings"]["storage"]["base_dir"] == "data/north"
    assert north["attributes"]["settings"]["seed"] != south["attributes"]["settings"]["seed"]


def test_a_project_of_two_worlds_is_checked_and_makes_a_day_and_the_week_over_it(project):
    for name in ("north", "south"):
        project.edit(name)
    (project.folder / "src" / "bank" / "defs" / "turnover.py").write_text(OWN)
    project.call("dg", "check", "defs")  # the files of YAML as well
    day = "key:north/customers or key:north/merchants or key:north/cards or key:north/transactions"
    project.call("dg", "launch", "--assets", day, "--partition", DAY)
    project.call("dg", "launch", "--assets", "key:weekly_turnover", "--partition", "2025-01-12")
    data = project.folder / "data"
    rows = pl.read_parquet(data / "north" / "transactions" / f"date={DAY}" / "part-0.parquet")
    week = pl.read_parquet(
        data / "north" / "weekly_turnover" / "date=2025-01-12" / "part-0.parquet", hive_partitioning=False
    )
    assert week["billing_amount"].to_list() == [rows["billing_amount"].sum()]
    assert not (data / "south").exists()


def test_a_typo_in_the_yaml_is_told_with_its_line(project):
    project.edit("south", fraud={"rat": 0.01})
    done = subprocess.run(
        ["dg", "check", "yaml"],
        cwd=project.folder,
        env=project.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    project.edit("south", fraud={})
    assert done.returncode == 1
    assert "rat" in done.stdout + done.stderr
    assert "defs.yaml" in done.stdout + done.stderr


def loaded(tmp_path: Path, **attributes: object) -> dg.Definitions:
    (tmp_path / "defs.yaml").write_text(
        yaml.safe_dump({"type": "fraudsim_assets.FraudWorld", "attributes": attributes})
    )
    component = FraudWorld.from_attributes_dict(attributes=attributes, context=dg.ComponentTree.for_test().load_context)
    return component.build_defs(dg.ComponentTree.for_test().load_context)


def test_the_environment_does_not_reach_into_a_component(tmp_path, monkeypatch):
    monkeypatch.setenv("FRAUDSIM_FRAUD__RATE", "not a number")
    assert loaded(tmp_path, extends="tiny", key_prefix="one").get_assets_def(["one", "cards"])


def test_a_wrong_setting_is_an_error_of_the_component(tmp_path):
    with pytest.raises(ConfigError, match=r"did you mean fraud\.rate"):
        loaded(tmp_path, extends="tiny", settings={"fraud": {"rat": 0.1}})
