"""``fraudsim dataset``: which there are; one that is made, told, and compared with what the version is known by."""

import json
from datetime import date

import pytest

from fraudsim_assets.config import config_digest, load_config
from fraudsim_assets.exports import datasets


@pytest.fixture
def two_days(monkeypatch):
    """The small data set of a tenth of the people, cut to two days."""
    small = datasets.dataset("small")
    days = [date(2025, 1, 5), date(2025, 1, 6)]
    parts = tuple(
        part.model_copy(update={"start": day, "end": day, "known_on": day})
        for part, day in zip(small.parts, days, strict=True)
    )
    settings = small.settings | {"population.scale": 0.005}
    few = small.model_copy(update={"parts": parts, "settings": settings})
    monkeypatch.setattr(datasets, "datasets", lambda: {"small": few})


def test_the_data_sets_are_listed_with_what_they_are_for(run):
    shown = run("dataset", "list")
    assert all(name in shown.out for name in datasets.datasets())
    told = json.loads(run("dataset", "list", "--json").out)
    assert told["medium"]["purpose"].startswith("Work: a year")


def test_a_data_set_is_told_and_compared_with_what_the_version_is_known_by(run, two_days, tmp_path, monkeypatch):
    told = json.loads(run("dataset", "make", "small", "one", "--no-scores", "--json").out)
    assert [file["file"] for file in told["files"]] == ["data/train.parquet", "data/test.parquet"]
    assert all(file["rows"] > 0 for file in told["files"])
    assert (tmp_path / "one" / "README.md").read_text().count(told["digest"]) == 1
    known = datasets.known_digest("small")
    assert told["known_digest"] == known != told["digest"]
    shown = run("dataset", "make", "small", "two", "--no-scores").out
    assert f"digest of the content {told['digest']}; this version is known to make {known}" in " ".join(shown.split())
    file = tmp_path / "digests.json"
    file.write_text(json.dumps({"small": told["digest"]}))
    monkeypatch.setattr(datasets, "KNOWN_DIGESTS", file)
    shown = run("dataset", "make", "small", "three", "--no-scores").out
    assert f"{told['digest']}, as this version is known to make it" in " ".join(shown.split())


def test_the_configuration_of_a_data_set_makes_the_same_world(run, tmp_path):
    (tmp_path / "mine.yaml").write_text(run("dataset", "config", "handbook").out)
    for scope in ("catalogs", "transactions"):
        assert config_digest(load_config(tmp_path / "mine.yaml", env={}), scope=scope) == config_digest(
            datasets.dataset("handbook").world_config(), scope=scope
        )
    assert run("dataset", "config", "handbok").code == 2


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("smal", "x"), "'smal' is no data set; valid are small"),
        (("small", "x", "--scale", "0"), "--scale is 0; valid are numbers above 0"),
    ],
)
def test_what_cannot_be_made_is_refused_before_a_folder_is_there(run, tmp_path, arguments, text):
    refused = run("dataset", "make", *arguments)
    assert (refused.code, text in refused.err) == (2, True), refused.err
    assert not (tmp_path / "x").exists()
