"""The measured part of a page."""

from pathlib import Path

import pytest

from fraudsim_assets.config import bundled_configs, load_config
from fraudsim_assets.errors import StorageError
from fraudsim_assets.evaluation.realism.documentation import (
    BEGIN,
    END,
    MAIN_CONFIG,
    PRESETS,
    SHOWN,
    Measured,
    write_page,
)
from fraudsim_assets.evaluation.realism.pictures import PICTURES
from fraudsim_assets.evaluation.realism.scorecard import evaluate

DOCS = Path(__file__).parents[3] / "docs"


@pytest.fixture
def tiny(week) -> Measured:
    return Measured("tiny", week, evaluate(week))


def test_only_what_is_between_the_marks_is_written(tiny, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(f"# Before\n{BEGIN}what was said before{END}\nAfter.\n")
    written = write_page(page, tiny, [])
    once = page.read_text()
    assert once.startswith(f"# Before\n{BEGIN}\n")
    assert once.endswith(f"{END}\nAfter.\n")
    assert "what was said before" not in once
    assert f"**{tiny.card.met} of {tiny.card.measured} measurable targets met" in once
    assert all(f"| {verdict.target.id} |" in once for verdict in tiny.card.misses)
    assert all(f"images/{path.name}" in once for path in written if path.suffix == ".svg")
    write_page(page, tiny, [])
    assert page.read_text() == once


def test_every_configuration_has_its_row(tiny, tmp_path):
    page = tmp_path / "page.md"
    page.write_text(BEGIN + END)
    write_page(page, tiny, [Measured("other", tiny.evidence, tiny.card)])
    assert "| `tiny` | eea |" in page.read_text()
    assert "| `other` | eea |" in page.read_text()


def test_a_page_without_marks_is_left_alone(tiny, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("words")
    with pytest.raises(StorageError, match="no part between"):
        write_page(page, tiny, [])
    assert page.read_text() == "words"


def test_the_page_covers_every_bundled_configuration_but_the_smallest():
    assert {MAIN_CONFIG, *PRESETS} == set(bundled_configs()) - {"tiny", "ch"}  # ch is held against its own year
    for name, overrides in PRESETS.items():
        assert load_config(name, overrides=overrides, env={}).seed is not None


def test_the_documentation_shows_every_chosen_picture():
    text = (DOCS / "realism.md").read_text()
    assert set(SHOWN) <= {picture.name for picture in PICTURES}
    for name in SHOWN:
        assert f"images/scorecard-{name}.svg" in text
        assert (DOCS / "images" / f"scorecard-{name}.svg").read_text().startswith("<svg")
