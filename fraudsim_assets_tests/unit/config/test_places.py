"""Places that cannot be are refused by the configuration; what is somebody else's is left alone."""

import time

import pytest

from fraudsim_assets.config import load_config
from fraudsim_assets.errors import ConfigError


def refusal(*overrides, env=None):
    with pytest.raises(ConfigError) as refused:
        load_config("tiny", overrides=list(overrides) or None, env=env or {})
    return str(refused.value)


@pytest.mark.parametrize(
    ("setting", "value", "valid"),
    [
        ("endpoint_url", "localhost:9000", "http://localhost:9000"),
        ("endpoint_url", "http://", "http://localhost:9000"),
        ("endpoint_url", "http://localhost:port", "http://localhost:9000"),
        ("endpoint_url", "ftp://localhost", "http://localhost:9000"),
        ("endpoint_url", "http://local host", "http://localhost:9000"),
        ("region", "eu central 1", "eu-central-1"),
        ("region", "eu_central_1!", "eu-central-1"),
        ("bucket", "s3://bucket", "my-bucket"),
        ("bucket", "a/b", "my-bucket"),
        ("prefix", "a//b/", "worlds/demo"),
        ("prefix", "../..", "worlds/demo"),
        ("prefix", "a/./b", "worlds/demo"),
        ("base_dir", "s3://bucket/below/it", "kind 's3', bucket 'bucket', prefix 'below/it'"),
        ("base_dir", "gs://bucket", "a local folder"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_a_valid_one(setting, value, valid):
    said = refusal(f"storage.{setting}={value}")
    assert f"storage.{setting} is {value!r}" in said
    assert valid in said


def test_a_folder_with_a_nul_is_refused():
    with pytest.raises(ConfigError, match="control characters"):
        load_config(overrides={"storage": {"base_dir": "a\0b"}}, env={})


@pytest.mark.parametrize(
    ("given", "kept"), [("a/b/", "a/b"), ("/a", "a"), ("", ""), ("date=2020-01-01/x", "date=2020-01-01/x")]
)
def test_slashes_at_the_ends_of_a_prefix_do_not_matter(given, kept):
    assert load_config(overrides={"storage.prefix": given}, env={}).storage.prefix == kept


def test_a_history_beyond_what_catalogs_can_list_is_refused():
    assert "valid for a world that starts in the 2020s are days until 2079-12-31" in refusal("end_date=9999-12-31")
    load_config("tiny", overrides=["end_date=2079-12-31"], env={})


def test_very_many_unknown_keys_are_told_soon_and_not_all(tmp_path):
    path = tmp_path / "many.yaml"
    path.write_text("".join(f"key{number}: 1\n" for number in range(50_000)))
    began = time.process_time()
    with pytest.raises(ConfigError) as refused:
        load_config(path, env={})
    assert time.process_time() - began < 60  # 3 s by itself; it was minutes
    lines = str(refused.value).splitlines()
    assert lines[0] == "50000 problems in the configuration:"
    assert lines[-1].strip() == "and 49900 more"
    assert len(lines) == 102


@pytest.mark.parametrize("name", ["FRAUDSIM_HOME", "FRAUDSIM_WORKERS", "FRAUDSIM_URL"])
def test_a_variable_that_is_somebody_elses_is_left_alone(name):
    assert load_config("tiny", env={name: "/opt/x"}) == load_config("tiny", env={})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("FRAUDSIM_SEDE", "did you mean seed?"),
        ("FRAUDSIM_CONFG", "no such setting"),
        ("FRAUDSIM_FRAUD__HOME", "no such setting"),
    ],
)
def test_a_variable_that_looks_like_a_setting_is_an_error(name, hint):
    assert hint in refusal(env={name: "1"})
