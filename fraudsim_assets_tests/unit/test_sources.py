"""Every constant that names a source names one of the bibliography."""

import re
from pathlib import Path

import fraudsim_assets
from fraudsim_assets.reference_data import sources

PACKAGE = Path(fraudsim_assets.__file__).parent
NAMED = re.compile(r"[Ss]ources?:\s+([a-z][a-z0-9]*(?:_[a-z0-9]+)*[0-9]+[a-z0-9_]*)")
TARGET = re.compile(r"\b[A-K][0-9]{2}\b")


def test_every_source_that_is_named_is_in_the_bibliography():
    missing = {
        f"{path.relative_to(PACKAGE)}: {name}"
        for path in PACKAGE.rglob("*.py")
        for name in NAMED.findall(path.read_text(encoding="utf-8"))
        if name not in sources()
    }
    assert not missing


def test_the_pattern_finds_what_it_should():
    assert NAMED.findall("Source: axtell2001 (F10). Source: eba_ecb_2025, target A15") == ["axtell2001", "eba_ecb_2025"]
    assert NAMED.findall("Source: CLDR. Source: judged band 0.45") == []


def test_every_source_says_what_was_taken_from_it():
    for name, source in sources().items():
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
        assert len(source.note) > 8
        assert source.title
        assert source.publisher
        assert source.year is None or 1935 <= source.year <= 2026


def test_locators_are_addresses_or_identifiers():
    for source in sources().values():
        assert source.locator is None or re.match(r"(https?://|doi:10\.|arXiv:\d{4}\.\d{4,5}$)", source.locator)


def test_calibration_targets_are_named_in_one_form():
    assert sum(bool(TARGET.search(source.note)) for source in sources().values()) > len(sources()) / 2
