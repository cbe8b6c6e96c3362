"""Errors become one message and a documented exit code."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from fraudsim_assets import errors
from fraudsim_assets.cli.app import app
from fraudsim_assets.cli.exit_codes import MEANINGS, CheckFailedError, ExitCode, exit_code_of
from fraudsim_assets.config import resource_path


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigError, 2),
        (errors.ScenarioError, 2),
        (errors.StorageError, 3),
        (errors.ContractError, 4),
        (errors.CatalogMismatchError, 4),
        (CheckFailedError, 1),
        (errors.FraudsimError, 4),
    ],
)
def test_each_error_has_its_exit_code(error, code):
    assert exit_code_of(error("x")) == code


def test_every_exit_code_is_explained_in_the_help(run):
    said = " ".join(run("--help").out.split())
    assert set(MEANINGS) == set(ExitCode)
    for code, meaning in MEANINGS.items():
        assert f"{code.value} {meaning}" in said


@pytest.mark.parametrize(
    "command", ["generate", "backfill", "catalogs", "inspect", "validate", "replay", "export", "scorecard"]
)
def test_each_command_has_help_with_examples(run, command):
    ran = run(command, "-h")
    assert ran.code == 0
    assert f"fraudsim {command}" in ran.out.split("Examples:")[1]


def test_the_page_names_each_command_and_exit_code():
    page = (resource_path("configs").parent / "docs" / "command-line.md").read_text(encoding="utf-8")
    for code, meaning in MEANINGS.items():
        assert f"| {code.value} | {meaning} |" in page
    for command in typer.main.get_command(app).commands:
        assert f"`{command}" in page


def test_without_a_command_the_help_is_shown(run):
    assert "generate" in run().out


def test_the_version_is_told(run):
    assert run("--version").out.startswith("fraudsim ")


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["generate", "--nonsense"], ["generate", "-d", "31.1.2025"], ["validate"]]
)
def test_wrong_usage_is_exit_code_2(run, arguments):
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert "Traceback" not in ran.err


def test_an_error_is_one_message_on_standard_error(run):
    ran = run("generate", "-c", "tiny", "-d", "2025-01-15", "-s", "fraud.rate=2")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "fraudsim: fraud.rate: 2 is not valid; valid is a number from 0 to 0.05 (--set fraud.rate=2)\n"


def test_an_error_is_json_for_machines(run):
    ran = run("generate", "-c", "nowhere", "-d", "2025-01-15", "--json")
    told = json.loads(ran.err)
    assert (ran.code, told["error"], told["exit_code"]) == (2, "ConfigError", 2)
    assert "nowhere" in told["message"]


def test_a_defect_shows_where_and_has_its_own_code(run, monkeypatch):
    def broken(*_args, **_kwargs):
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("fraudsim_assets.cli.config_commands.load_config", broken)
    ran = run("config", "show")
    assert ran.code == 70
    assert "ZeroDivisionError: oops" in ran.err
    assert "defect" in ran.err


def test_interruption_has_its_own_code(run, monkeypatch):
    def interrupted(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr("fraudsim_assets.cli.config_commands.load_config", interrupted)
    assert run("config", "show").code == 130


def test_help_needs_nothing_heavy_and_no_command_needs_dagster():
    code = """
import sys
from fraudsim_assets.cli import main
def run(*arguments):
    try:
        main(arguments)
    except SystemExit as ended:
        assert not ended.code, ended.code
run("--help"); run("config", "show", "-c", "tiny")
heavy = {"polars", "pyarrow", "numpy", "pandera", "dagster"} & set(sys.modules)
assert not heavy, heavy
from fraudsim_assets import catalog, quality, simulation, storage
from fraudsim_assets.cli import catalogs, days, replay
from fraudsim_assets.quality import checks, profile
assert not {name for name in sys.modules if name.startswith("dagster")}
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_a_reader_that_goes_away_is_no_error():
    program = str(Path(sys.executable).with_name("fraudsim"))
    with subprocess.Popen([program, "config", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait(timeout=60) == 0
    assert told == b""


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("fraudsim gen", ["generate"]),
        ("fraudsim generate --config ", ["au", "ch", "demo", "full", "tiny", "uk", "us_debit"]),
        ("fraudsim generate --set fraud.ra", ["fraud.rate="]),
        ("fraudsim export s", ["sparkov"]),
    ],
)
def test_the_shell_completes_commands_configurations_settings_and_views(run, monkeypatch, words, offered):
    monkeypatch.setenv("_FRAUDSIM_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split(" ")) - 1))
    assert run().out.split() == offered


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["generate", "-c", "tiny", "-d", "31.1.2025"], "'31.1.2025' is no day"),
        (["generate", "--nonsense"], "--nonsense"),
        (["validate"], "PATH"),
    ],
)
def test_wrong_usage_is_json_for_machines(run, arguments, told):
    ran = run(*arguments, "--json")
    assert (ran.code, ran.out) == (2, "")
    assert told in json.loads(ran.err)["message"]


def test_help_and_failed_checks_keep_their_exit_codes_for_machines(run, tmp_path):
    assert run("generate", "--help", "--json").code == 0
    (tmp_path / "bad.yaml").write_text("seeed: 1\n")
    ran = run("config", "check", "bad.yaml", "--json")
    assert ran.code == 2
    assert not ran.json["bad.yaml"]["valid"]


def test_half_a_range_is_told_by_what_is_missing(run):
    assert "--start 2025-01-05 is given without --end" in run("generate", "-c", "tiny", "--start", "2025-01-05").err
    assert "--end 2025-01-05 is given without --start" in run("generate", "-c", "tiny", "--end", "2025-01-05").err


@pytest.mark.parametrize("command", ["generate", "backfill", "catalogs", "scorecard", "difficulty", "config show"])
@pytest.mark.parametrize("name", ["uk", "mine.yaml"])
def test_a_configuration_given_without_its_option_is_recognised(run, command, name):
    ran = run(*command.split(), name, "--json")
    assert ran.code == 2
    assert f"did you mean --config {name}?" in json.loads(ran.err)["message"]


def test_other_words_left_over_get_no_such_hint(run):
    assert "did you mean" not in run("generate", "nonsense", "-c", "uk").err
