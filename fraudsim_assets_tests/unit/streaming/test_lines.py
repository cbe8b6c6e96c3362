"""Files of lines: resumed without a line too many or too few, and never mixed up."""

import json

import pytest

from fraudsim_assets.errors import ConfigError, StorageError
from fraudsim_assets.streaming import Pace, open_target, run
from fraudsim_assets.streaming.encoding import decode_avro, encoded
from fraudsim_assets.streaming.events import CELL, Events
from fraudsim_assets.streaming.targets.lines import LineFiles, NullTarget, StdoutTarget
from fraudsim_assets.tables.messages import MESSAGES
from fraudsim_assets_tests.unit.streaming.worlds import batch, feed


@pytest.fixture
def whole(tmp_path):
    path = tmp_path / "whole.jsonl"
    run(feed(), open_target(str(path)), Pace())
    return path.read_bytes()


@pytest.mark.parametrize("share", [0.0, 0.31, 0.5, 0.999, 1.0])
def test_a_file_cut_off_anywhere_is_resumed_to_the_same_bytes(tmp_path, whole, share):
    path = tmp_path / "cut.jsonl"
    path.write_bytes(whole[: round(len(whole) * share)])
    assert run(feed(), open_target(str(path)), Pace(), resume=True).ended
    assert path.read_bytes() == whole


def test_files_of_topics_that_got_to_different_places_are_resumed_together(tmp_path):
    run(feed(), open_target(f"{tmp_path}/"), Pace())
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    payments = tmp_path / "payments.jsonl"
    lines = payments.read_bytes().splitlines(keepends=True)
    middle = json.loads(lines[len(lines) // 2])["position"]
    for path in tmp_path.iterdir():
        kept = [line for line in path.read_bytes().splitlines(keepends=True) if json.loads(line)["position"] <= middle]
        path.write_bytes(b"".join(kept[:-1] if path == payments else kept))
    run(feed(), open_target(f"{tmp_path}/"), Pace(), resume=True)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_file_that_is_complete_is_left_as_it_is(tmp_path, whole):
    path = tmp_path / "whole.jsonl"
    assert run(feed(), open_target(str(path)), Pace(), resume=True).ended
    assert path.read_bytes() == whole


def test_a_file_with_events_is_not_appended_to_unless_it_is_resumed(tmp_path, whole):
    path = tmp_path / "whole.jsonl"
    with pytest.raises(ConfigError, match="holds events already; resume it with --resume, or give another file"):
        run(feed(), open_target(str(path)), Pace())
    assert path.read_bytes() == whole


def test_a_file_that_another_producer_writes_is_refused(tmp_path):
    path = tmp_path / "shared.jsonl"
    with LineFiles.file(path) as first:
        first._open(path)
        with pytest.raises(StorageError, match="is being written by another producer"):
            run(feed(), open_target(str(path)), Pace(), resume=True)


def test_a_folder_needs_a_slash(tmp_path):
    with pytest.raises(ConfigError, match="is a folder; give it with a slash at the end"):
        open_target(str(tmp_path))


@pytest.mark.parametrize("target", [NullTarget(), StdoutTarget()])
def test_what_keeps_nothing_cannot_be_resumed(target):
    with pytest.raises(ConfigError, match="give --from"):
        run(feed(), target, Pace(), resume=True)


def test_lines_are_json_only(tmp_path):
    with pytest.raises(ConfigError, match="only kafka:// and redis:// carry"):
        open_target(str(tmp_path / "x.jsonl"), encoding="avro")


def test_a_message_of_another_schema_is_not_read_as_this_one():
    with pytest.raises(ConfigError, match=r"is not of schema payments-1\.0"):
        decode_avro(MESSAGES["payments"], b"\xc3\x01" + bytes(8))


def test_every_message_can_be_read_back_from_avro():
    rows = batch("payments").with_columns(_position=0, _time=0)
    events = encoded(MESSAGES["payments"], rows, "avro")
    assert isinstance(events, Events)
    assert [decode_avro(MESSAGES["payments"], value) for value in events.value] == batch("payments").to_dicts()


def test_cells_are_a_quarter_of_an_hour():
    assert CELL == 15 * 60 * 1_000_000
