"""The page on exports tells the truth: its examples run, and it names everything."""

import re
from pathlib import Path

import pytest

from fraudsim_assets.exports import VIEWS, handbook, handbook_web, sparkov, tabformer
from fraudsim_assets.exports.handbook import SCENARIOS
from fraudsim_assets.exports.handbook import SCHEMA as HANDBOOK
from fraudsim_assets.exports.sparkov import SCHEMA as SPARKOV
from fraudsim_assets.exports.tabformer import ERRORS, OTHER_ERROR
from fraudsim_assets.exports.tabformer import SCHEMA as TABFORMER
from fraudsim_assets.tables import Transactions, truth_columns

PAGE = (Path(__file__).parents[3] / "docs" / "exports.md").read_text()
EXAMPLES = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("example", EXAMPLES, ids=["export", "scan"])
def test_examples_run(example, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    exec(compile(example, "docs/exports.md", "exec"), {})  # noqa: S102 - our own page
    assert capsys.readouterr().out


def test_every_view_is_told_with_its_formats():
    for view in VIEWS.values():
        row = re.search(rf"\| `{view.name}` \|.*\|.*\| (.*) \|", PAGE)
        assert row
        assert {name.lower() for name in row[1].split(", ")} == set(view.formats)


@pytest.mark.parametrize("schema", [SPARKOV, HANDBOOK, TABFORMER])
def test_every_column_is_told(schema):
    assert [name for name in schema if f"`{name}`" not in PAGE] == []


def test_numbers_and_names_are_those_in_force():
    assert all(f"{number} `{name}`" in PAGE for name, number in SCENARIOS.items())
    assert all(f"`{error}`" in PAGE for error in {*ERRORS.values(), OTHER_ERROR})
    assert all(f"`{name}`" in PAGE for name in truth_columns(Transactions))


def test_every_public_view_is_documented():
    assert all(view.__doc__ for view in (handbook, handbook_web, sparkov, tabformer))
