"""Measuring through the command line."""

import re
from datetime import timedelta

import polars as pl
import pytest

from fraudsim_assets.evaluation.difficulty.handbook import PROTOCOL
from fraudsim_assets.exports.datasets import dataset
from fraudsim_assets.exports.handbook import ORDERS
from fraudsim_assets.simulation import scan_transactions


@pytest.fixture
def card(run):
    return run("scorecard", "-c", "tiny", "--days", "7", "--json")


def test_each_target_has_a_verdict(card):
    assert card.code == 0, card.err
    told = card.json
    assert told["days"] == 7
    assert told["region"] == "eea"
    statuses = [verdict["status"] for verdict in told["verdicts"]]
    assert set(statuses) <= {"pass", "fail", "not measurable"}
    assert statuses.count("pass") == told["targets_met"]
    assert all(verdict["low"] <= verdict["high"] for verdict in told["verdicts"])


def test_a_miss_is_exit_code_1_only_when_strict(run, card):
    strict = run("scorecard", "-c", "tiny", "--days", "7", "--strict")
    assert strict.code == (1 if card.json["targets_missed"] else 0)
    assert "measurable targets met" in strict.out


def test_days_that_are_stored_are_read_and_give_the_same(made, run):
    asked = ("scorecard", "-c", "tiny", "--start", "2025-01-10", "--days", "7", "--json")
    assert run(*asked).json == run(*asked, "-s", "storage.base_dir=nowhere").json


def test_days_outside_the_world_are_told(run):
    ran = run("scorecard", "-c", "tiny", "--days", "400")
    assert ran.code == 2
    assert "outside the world" in ran.err


def test_a_series_that_is_not_there_or_with_other_days_is_refused_before_anything_is_made(run):
    unknown = run("scorecard", "-c", "tiny", "--series", "fr_2019")
    assert unknown.code == 2
    assert "valid are ch_2019, us_2019" in unknown.err
    other_days = run("scorecard", "-c", "tiny", "--series", "us_2019", "--days", "7")
    assert other_days.code == 2
    assert "without --start and --days" in other_days.err


def test_a_year_is_held_against_a_series_with_a_page_and_numbers(run, tmp_path):
    village = ("-c", "tiny", "-s", "geography.countries={US: 1}", "-s", "population.scale=0.1")
    ran = run("scorecard", *village, "--series", "us_2019", "--out", str(tmp_path), "--json")
    assert ran.code == 0, ran.err
    told = ran.json
    assert told["year"] == 2019
    assert len(told["lines"]["all"]["days"]["made"]) == 365
    # a village of thirty people has the country's week and Christmas, by value, but for its few payments
    assert 0.1 < told["lines"]["all"]["correlation"] < 1
    assert told["lines"]["all"]["ceiling"] < 0.9
    assert {"series.html", "series.json", "year-us_2019-all.svg"} <= {file.name for file in tmp_path.iterdir()}


SMALL = ("-c", "tiny", "--days", "18", "-s", "fraud.rate=0.05")


def test_difficulty_scores_each_band_and_a_miss_is_exit_code_1_when_strict(run):
    ran = run("difficulty", *SMALL, "--seeds", "2", "--json", "--strict")
    told = ran.json
    assert 0.5 < told["scores"]["roc_auc"] <= 1
    assert {band["score"] for band in told["bands"]} <= set(told["scores"])
    assert all(len(band["worlds"]) == 2 for band in told["bands"])
    assert ran.code == (0 if all(band["inside"] for band in told["bands"]) else 1)
    assert len(set(told["seeds"])) == 2
    assert all(f"seed {seed}: " in ran.err for seed in told["seeds"])


def test_the_handbooks_protocol_takes_the_world_that_stands_in_for_its_real_data_unless_one_is_named(run):
    few = ("-s", "population.scale=0.05", "-s", "fraud.rate=0.03", "--own-seed")
    ran = run("difficulty", "--handbook", *few, "--json")
    assert ran.code == 0, ran.err
    told = ran.json
    assert [band["id"] for band in told["bands"]] == ["H.linear", "H.trees"]
    (orders,) = re.findall(r"seed 20250101: ([\d,]+) orders", ran.err)
    config = dataset("handbook").world_config(0.05 / 6)
    first = config.start_date
    rows = scan_transactions(config, first, first + timedelta(days=PROTOCOL.days - 1))
    asked = rows.filter(ORDERS).select(pl.len()).collect().item()
    assert abs(int(orders.replace(",", "")) / asked - 1) < 0.05
    named = run("difficulty", "--handbook", "-c", "tiny", "-s", "fraud.rate=0", "--own-seed")
    assert "0 frauds in the training days are too few" in named.err


def test_too_few_days_or_frauds_to_measure_difficulty_are_told(run):
    few_days = run("difficulty", "-c", "tiny", "--days", "3")
    assert few_days.code == 2
    assert "too few" in few_days.err
    few_frauds = run("difficulty", "-c", "tiny", "--days", "18", "-s", "fraud.rate=0", "--own-seed")
    assert few_frauds.code == 4
    assert "frauds" in few_frauds.err


def test_leaks_are_told_to_people_and_machines_and_end_with_exit_code_1(run):
    asked = ("leaks", "-c", "tiny", "--days", "24", "-s", "fraud.rate=0.05", "--own-seed")
    machine, people = run(*asked, "--json"), run(*asked)
    found = machine.json["findings"]
    assert machine.code == people.code == (1 if found else 0)
    assert [world["frauds"] > 0 for world in machine.json["worlds"]] == [True]
    assert (f"{len(found)} leaks found" if found else "no leak found") in people.out
    assert {finding["kind"] for finding in found} <= {"cell", "column", "tree", "telltale"}
    assert not any("will be replaced" in column["name"] for column in machine.json["columns"])


def test_catalogs_that_are_not_cut_are_searched_on_request(run):
    ran = run(
        "leaks", "-c", "tiny", "--days", "24", "-s", "fraud.rate=0.05", "--own-seed", "--whole-catalogs", "--json"
    )
    assert any("will be replaced" in column["name"] for column in ran.json["columns"])


def test_too_few_days_to_search_for_leaks_are_told(run):
    ran = run("leaks", "-c", "tiny", "--days", "10", "--own-seed")
    assert ran.code == 4
    assert "too few to search" in ran.err
