"""What people and machines see."""

import io
import sys
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from fraudsim_assets.cli.inspect_command import sparkline
from fraudsim_assets.cli.output import Output, plain, shown, sized


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("terminal", "output", "shows"),
    [
        (True, Output(), True),
        (False, Output(), False),
        (True, Output(as_json=True), False),
        (True, Output(verbose=True), False),
    ],
)
def test_a_bar_is_shown_only_to_somebody_who_watches(monkeypatch, terminal, output, shows):
    stream = Terminal() if terminal else io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with output.progress("days", total=2) as advance:
        advance("2025-01-01")
        advance("2025-01-02")
    assert bool(stream.getvalue()) is shows


def test_machines_get_exact_numbers_and_days(capsys):
    Output(as_json=True).result({"amount": Decimal("1.50"), "day": date(2025, 1, 2), "n": np.int64(3)})
    assert capsys.readouterr().out == '{"amount": "1.50", "day": "2025-01-02", "n": 3}\n'


def test_people_get_no_lines_meant_for_them_when_machines_listen(capsys):
    Output(as_json=True).say("hello")
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (True, "yes"), (12345, "12,345"), (0.00123456, "0.001235"), (1234.56, "1,234.6"), ("a", "a")],
)
def test_values_are_written_for_people(value, text):
    assert shown(value) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2.5e9, "2.5 GB")])
def test_sizes_are_written_for_people(count, text):
    assert sized(count) == text


def test_a_sparkline_has_one_bar_per_number():
    assert sparkline([0, 4, 8]) == "▁▅█"
    assert sparkline([0, 0]) == "▁▁"


def test_anything_else_is_text():
    assert plain(object).startswith("<class")


def test_what_a_terminal_would_obey_is_written_out(run):
    ran = run("config", "check", "-s", "\x1b]0;owned\x07=1", "-s", "fraud.\u202erate=1")
    assert ran.code == 2
    assert "\x1b" not in ran.out + ran.err
    assert "\u202e" not in ran.out + ran.err
    assert "\\x1b]0;owned\\x07" in ran.out


def test_an_error_is_written_out_as_well(run):
    ran = run("generate", "-c", "tiny", "-d", "2025-01-15", "-s", "\x1b[31mred=1")
    assert "\\x1b[31mred" in ran.err
    assert "\x1b" not in ran.err
