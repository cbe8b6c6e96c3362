"""What notebooks import: documented, complete, cheap to import, and the same days as everywhere else."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

import fraudsim_assets

PAGE = (Path(__file__).parents[1] / "docs" / "notebooks.md").read_text()


def documented() -> set[str]:
    rows = [line for line in PAGE.splitlines() if line.startswith("| `")]
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def test_the_documented_surface_is_exactly_what_the_package_offers():
    assert documented() == set(fraudsim_assets.__all__)


def test_every_name_is_there_and_comes_from_one_place():
    homes = [name for names in fraudsim_assets._HOMES.values() for name in names]
    assert sorted(homes) == sorted(fraudsim_assets.__all__)
    assert all(getattr(fraudsim_assets, name) is not None for name in fraudsim_assets.__all__)
    assert set(fraudsim_assets.__all__) <= set(dir(fraudsim_assets))


def test_a_name_that_is_not_there_is_refused():
    with pytest.raises(AttributeError, match="no attribute 'simulate_year'"):
        _ = fraudsim_assets.simulate_year


def test_importing_the_package_imports_nothing_heavy():
    code = """
import sys, fraudsim_assets
loaded = {name.partition(".")[0] for name in sys.modules}
assert not loaded & {"numpy", "polars", "pyarrow", "pydantic", "dagster"}, loaded
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    "take",
    [
        fraudsim_assets.build_catalogs,
        fraudsim_assets.build_world,
        fraudsim_assets.build_defs,
        lambda config: fraudsim_assets.scan_transactions(config, date(2025, 1, 1), date(2025, 1, 1)),
    ],
    ids=["build_catalogs", "build_world", "build_defs", "scan_transactions"],
)
def test_a_configuration_may_be_named_and_what_is_none_is_refused_with_what_would_be_valid(take):
    with pytest.raises(fraudsim_assets.ConfigError, match=r"'tinny'(.|\n)*tiny"):
        take("tinny")
    with pytest.raises(fraudsim_assets.ConfigError, match=r"config is of type dict; valid are .*name"):
        take({"seed": 1})


def test_a_world_of_a_name_is_that_of_the_configuration():
    assert fraudsim_assets.build_world("tiny").config == fraudsim_assets.load_config("tiny")


def test_the_snippets_of_the_page_give_days_of_the_world():
    names: dict = {}
    for snippet in re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL):
        exec(compile(snippet, "docs/notebooks.md", "exec"), names)  # noqa: S102 - our own page
    day = names["day"]
    assert set(day["timestamp"].dt.date()) == {date(2025, 1, 15)}
    assert set(names["labels"]["label_date"]) == {date(2025, 1, 20)}
    assert names["fraud_by_day"]["len"].sum() > 0
    assert len(names["features"]) == len(names["frame"]) > 10_000
