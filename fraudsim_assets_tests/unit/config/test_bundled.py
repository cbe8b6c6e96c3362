"""The configurations that ship with the package, and the page about all settings."""

import re
from pathlib import Path

import pytest

from fraudsim_assets.config import bundled_configs, load_config, resource_path
from fraudsim_assets.config.reference import reference
from fraudsim_assets.reference_data import sources

NAMES = ["au", "ch", "demo", "full", "tiny", "uk", "us_debit"]


def test_the_bundled_configurations_are_these():
    assert list(bundled_configs()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_loads_and_has_a_seed_and_a_comment_for_newcomers(name):
    config = load_config(name, env={})
    assert config.seed is not None
    text = bundled_configs()[name].read_text(encoding="utf-8")
    assert text.startswith("# ")


@pytest.mark.parametrize("name", ["uk", "us_debit", "au"])
def test_presets_are_the_size_of_the_demo_in_another_country(name):
    preset, demo = load_config(name, env={}), load_config("demo", env={})
    assert preset.population.customers == demo.population.customers
    assert preset.population.merchants == demo.population.merchants
    assert len(preset.geography.countries) == 1
    assert preset.fraud.rate != demo.fraud.rate


@pytest.mark.parametrize("name", ["ch", "uk", "us_debit", "au", "full"])
def test_each_rate_of_a_preset_names_its_target_or_says_assumption(name):
    lines = bundled_configs()[name].read_text(encoding="utf-8").splitlines()
    numbers = [
        n for n, line in enumerate(lines) if re.match(r"\s+\w*(_share|_rate|rate|_year|_merchants): [0-9.]+", line)
    ]
    assert numbers
    for n in numbers:
        comments = []
        for above in reversed(lines[:n]):
            if not above.strip().startswith("#"):
                break
            comments.append(above)
        said = lines[n] + " ".join(comments)
        assert re.search(r"ASSUMPTION|[Tt]arget [A-Z][0-9]{2}|\([A-Z][0-9]{2}\)", said), lines[n]


@pytest.mark.parametrize("name", NAMES)
def test_each_source_a_preset_names_is_in_the_bibliography(name):
    text = re.sub(r"\s*\n\s*#\s*", " ", bundled_configs()[name].read_text(encoding="utf-8"))
    named = set(re.findall(r"\bsource ([a-z0-9_]+)", text))
    assert named <= set(sources())
    assert named or name == "tiny"


def test_resources_are_found_wherever_the_process_stands(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "configs").mkdir()
    (tmp_path / "configs" / "demo.yaml").write_text("seed: 1\n")
    assert resource_path("configs", "demo.yaml").is_absolute()
    assert tmp_path not in resource_path("configs", "demo.yaml").parents


def test_a_resource_that_does_not_exist_is_told():
    with pytest.raises(FileNotFoundError, match=r"nowhere/x\.txt"):
        resource_path("nowhere", "x.txt")


def test_the_configuration_page_is_fresh():
    page = Path(resource_path("configs")).parent / "docs" / "configuration.md"
    assert page.read_text(encoding="utf-8") == reference(), "run: python -m fraudsim_assets.config.reference"
