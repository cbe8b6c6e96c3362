"""The recipes with steps in CONTRIBUTING.md, each executed on a copy of the package that then makes a day.

The first line of a block says where the rest of it goes, so what is tested is what a reader does.

Belongs here: executing recipes. Does not belong here: what reference data must be (``unit/reference_data``).
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECIPE = re.compile(r"^\*\*(A [a-z ]+)\.\*\*(.*?)(?=^\*\*|\Z)", re.DOTALL | re.MULTILINE)
STEP = re.compile(r"^```(?:toml|python|yaml)\n# (\S+), ([^\n]+)\n(.*?)^```", re.DOTALL | re.MULTILINE)
RECIPES = {name: STEP.findall(text) for name, text in RECIPE.findall((ROOT / "CONTRIBUTING.md").read_text("utf-8"))}
PROGRAM = """
import json, sys
from datetime import date
import polars as pl
from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_day
config = load_config(sys.argv[1], overrides=sys.argv[2:], env={})
world = World(config, build_catalogs(config))
rows = pl.DataFrame(simulate_day(world, date(2025, 3, 10)).read())
shops = pl.DataFrame(world.catalogs.merchants).filter(~pl.col("is_online"))
shops = shops.select("name", pl.col("mcc", "category", "country", "currency").cast(pl.String))
wallets = getattr(config.reference.resolved, "wallets", {})
told = {"rows": rows.height, "shops": shops.rows(), "wallets": {name: w.share for name, w in wallets.items()}}
told["places"] = list(world.entities.countries)
told["fraud"] = dict(rows.filter("is_fraud")["fraud_scenario"].cast(pl.String).value_counts().iter_rows())
told["converted"] = rows.get_column("is_converted").sum() if "is_converted" in rows.columns else None
own = pl.col("currency").cast(pl.String) == pl.col("billing_currency").cast(pl.String)
told["foreign"] = rows.filter(~own).height
json.dump(told, sys.stdout)
"""


def follow(recipe: str, folder: Path) -> None:
    """Do what a recipe says to a copy of the package."""
    for name, where, text in RECIPES[recipe]:
        file = folder / name
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        words, _, target = where.partition(" ")
        if where == "a new file":
            assert not file.exists()
            file.write_text(text, encoding="utf-8")
            continue
        target = target.removeprefix("place of ")
        (at,) = [n for n, line in enumerate(lines) if line.rstrip("\n") == target or line.startswith(f"{target} = ")]
        end = at + 1
        if words == "in" and target.startswith("["):
            end = next((n for n in range(at + 1, len(lines)) if lines[n].startswith("[")), len(lines))
        first, last = {"under": (at + 1, at + 1), "after": (at + 1, at + 1), "before": (at, at), "in": (at, end)}[words]
        file.write_text("".join([*lines[:first], text, *lines[last:]]), encoding="utf-8")


def copied(folder: Path, *names: str) -> Path:
    """A copy of the package and its configurations, and of further files and folders of the repository."""
    for name in ("fraudsim_assets", "configs", *names):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def ran(folder: Path, *arguments: str) -> str:
    """What Python says when it runs something with a copy of the package."""
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(folder)}
    command = [sys.executable, "-W", "ignore", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    return done.stdout


def day_of(folder: Path, *settings: str, config: str = "tiny") -> dict:
    """A day and the shops of a world, made by a copy of the package."""
    told = json.loads(ran(folder, "-c", PROGRAM, config, *settings))
    assert told["rows"] > 500
    return told


def passes(folder: Path, *tests: str) -> None:
    """Run tests of a copy."""
    told = ran(folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(f"fraudsim_assets_tests/{t}" for t in tests))
    assert re.search(r"^\d+ passed", told, re.MULTILINE), told


def made_with(recipe: str, folder: Path, *settings: str) -> dict:
    """A day of a copy of the package in which a recipe was followed."""
    follow(recipe, copied(folder))
    return day_of(folder, *settings)


def test_the_recipes_that_can_be_executed_have_steps():
    assert {name for name, steps in RECIPES.items() if steps} == {
        "A country", "A currency", "A merchant category code", "A category", "A data table",
        "A number about the world",
        "A column", "A fraud scenario of settings", "A fraud scenario in a configuration",
    }  # fmt: skip


def test_the_recipe_for_a_country_makes_it_a_destination_and_a_home(tmp_path):
    assert "KE" in made_with("A country", tmp_path / "abroad")["places"]
    home = made_with("A country", tmp_path / "home", "geography.countries={KE: 1}")
    assert {"KES"} == {currency for *_, country, currency in home["shops"] if country == "KE"}


def test_the_recipe_for_a_currency_gives_its_country_prices(tmp_path):
    told = made_with("A currency", tmp_path, "geography.countries={MV: 1, DE: 3}", "geography.cities_per_country=2")
    assert {"MVR"} == {currency for *_, country, currency in told["shops"] if country == "MV"}


def test_the_recipe_for_a_merchant_category_code_gives_its_shops_names_in_every_language(tmp_path):
    told = made_with("A merchant category code", tmp_path, "population.merchants=20000")
    words = {"DE": "Arztpraxis", "FR": "Cabinet Médical", "NL": "Huisartspraktijk"}
    named = [(name, country) for name, mcc, _, country, _ in told["shops"] if mcc == "8049" and country in words]
    assert {country for _, country in named} == set(words)
    assert all(words[country] in name for name, country in named)


def test_the_recipe_for_a_category_opens_shops_of_it(tmp_path):
    told = made_with("A category", tmp_path, "population.merchants=3000")
    trades = {(category, mcc) for _, mcc, category, *_ in told["shops"]}
    assert {("pet_care", "5995"), ("pet_care", "0742")} <= trades


def test_the_recipe_for_a_data_table_makes_it_a_table_of_the_configuration(tmp_path):
    assert made_with("A data table", tmp_path / "as_it_is")["wallets"] == {"tap_tap": 0.4}
    changed = made_with("A data table", tmp_path / "changed", "reference.wallets.tap_tap.share=0.7")
    assert changed["wallets"] == {"tap_tap": 0.7}


def test_the_recipe_for_a_number_about_the_world_lets_a_configuration_replace_it(tmp_path):
    follow("A number about the world", copied(tmp_path))
    program = (
        "from fraudsim_assets.config import load_config\n"
        "for given in ([], ['reference.encores.split_bill=0.5']):\n"
        "    print(load_config(None, overrides=given, env={}).reference.resolved.encores.split_bill)"
    )
    assert ran(tmp_path, "-c", program).split() == ["0.02", "0.5"]


def test_the_recipe_for_a_column_fills_it_and_breaks_no_test_of_the_contract_and_the_checks(tmp_path):
    follow("A column", copied(tmp_path, "fraudsim_assets_tests", "schema", "docs"))
    told = day_of(tmp_path)
    assert 0 < told["converted"] == told["foreign"] < told["rows"]
    ran(tmp_path, "-m", "fraudsim_assets.schema_files")
    passes(tmp_path, "corruptions", "unit/test_tables.py")


def test_the_recipe_for_a_scenario_of_settings_commits_it_and_keeps_what_the_tests_ask_of_scenarios(tmp_path):
    follow("A fraud scenario of settings", copied(tmp_path, "fraudsim_assets_tests"))
    told = day_of(tmp_path, "fraud.rate=0.05", "fraud.scenarios.ticket_resale.share=2")
    assert told["fraud"]["ticket_resale"] > 5
    passes(tmp_path, "unit/config/test_scenario_files.py")


def test_the_recipe_for_a_scenario_in_a_configuration_commits_it(tmp_path):
    follow("A fraud scenario in a configuration", copied(tmp_path))
    settings = ("fraud.rate=0.05", "fraud.scenarios.student_bust_out.share=2")
    assert day_of(tmp_path, *settings, config="students.yaml")["fraud"]["student_bust_out"] > 10


@pytest.mark.parametrize("name", [name for name, steps in RECIPES.items() if steps])
def test_a_recipe_names_files_that_are_there(name):
    for file, where, _ in RECIPES[name]:
        assert (ROOT / file).exists() == (where != "a new file"), file
