"""Looking at a configuration and checking it."""

import json

import yaml

from fraudsim_assets.config import Config, config_digest, load_config
from fraudsim_assets.quality.suites import expectation_suite
from fraudsim_assets.tables import TABLES


def test_show_prints_a_configuration_that_loads_to_the_same(run, tmp_path):
    shown = run("config", "show", "-c", "us_debit", "-s", "fraud.rate=0.001")
    (tmp_path / "again.yaml").write_text(shown.out)
    again = load_config(tmp_path / "again.yaml")
    assert again == load_config("us_debit", overrides=["fraud.rate=0.001"])
    assert config_digest(again) in shown.out


def test_show_can_leave_out_the_defaults(run, tmp_path):
    shown = run("config", "show", "-c", "tiny", "--changed")
    assert "spending" not in yaml.safe_load(shown.out)
    (tmp_path / "again.yaml").write_text(shown.out)
    assert load_config(tmp_path / "again.yaml") == load_config("tiny")


def test_show_is_json_for_machines(run):
    document = run("config", "show", "-c", "tiny", "--json").json
    config = load_config("tiny")
    assert Config.model_validate(document["config"]) == config
    assert document["digests"]["catalogs"] == config_digest(config, scope="catalogs")


def test_the_environment_counts(run, monkeypatch):
    monkeypatch.setenv("FRAUDSIM_CONFIG", "tiny")
    monkeypatch.setenv("FRAUDSIM_SEED", "41")
    assert run("config", "show", "--json").json["config"]["seed"] == 41


def test_check_tells_all_problems_of_all_files(run, tmp_path):
    (tmp_path / "bad.yaml").write_text("fraud: {rate: 9}\nseeed: 1\n")
    ran = run("config", "check", "tiny", "bad.yaml", "--json")
    assert ran.code == 2
    assert ran.json["tiny"] == {"valid": True, "problems": []}
    assert [told.split(":")[0] for told in ran.json["bad.yaml"]["problems"]] == ["fraud.rate", "seeed"]
    text = run("config", "check", "tiny", "bad.yaml").out
    assert "tiny: fine" in text
    assert "did you mean seed" in text


def test_check_tells_what_only_shows_when_the_world_is_laid_out(run):
    wrong = ("geography.countries={XX: 1}", "fraud.scenarios.nonsense.share=1")
    ran = run("config", "check", "tiny", "-s", wrong[0], "-s", wrong[1])
    assert ran.code == 2
    assert "'XX'" in ran.out
    assert "fraud.scenarios.nonsense" in ran.out


def test_check_without_a_name_looks_at_what_is_in_force(run, monkeypatch):
    assert run("config", "check").code == 0
    monkeypatch.setenv("FRAUDSIM_NULLS__LATITUDE", "2")
    assert run("config", "check").code == 2


def test_the_schema_is_json_schema_and_knows_extends(run):
    document = json.loads(run("config", "schema").out)
    assert document["properties"]["extends"]["type"] == "string"
    assert set(Config.model_fields) <= set(document["properties"])
    assert document["additionalProperties"] is False


def test_contracts_are_written_as_suites_for_great_expectations(run, tmp_path):
    written = run("config", "expectations", "suites", "--json").json
    assert list(written) == list(TABLES)
    for name, told in written.items():
        suite = json.loads((tmp_path / told["file"]).read_text())
        assert suite == expectation_suite(name)
        assert told["expectations"] == len(suite["expectations"]) > 5


def test_one_contract_can_be_written_alone_and_no_other_is_known(run, tmp_path):
    assert run("config", "expectations", ".", "-t", "cards").code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["fraudsim_cards.json"]
    unknown = run("config", "expectations", ".", "-t", "card")
    assert unknown.code == 2
    assert "valid are customers, cards" in unknown.err
    assert run("config", "expectations", "fraudsim_cards.json").code == 3
