"""Whatever is written into a configuration, the answer is a world or a ConfigError."""

import tempfile
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fraudsim_assets.config import Config, load_config
from fraudsim_assets.config.schema import leaves, types_of
from fraudsim_assets.errors import ConfigError

FAST = settings(max_examples=250, suppress_health_check=list(HealthCheck), derandomize=True)
LEAVES = list(leaves())
PATHS = [".".join(path) for path, _ in LEAVES]
FIRST = sorted(Config.model_fields)

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
keys = (
    st.sampled_from(FIRST) | st.sampled_from([path.rsplit(".", maxsplit=1)[-1] for path in PATHS]) | st.text(max_size=8)
)
trees = st.dictionaries(keys, anything | st.dictionaries(keys, anything, max_size=4), max_size=4)


def outcome(path=None, **layers) -> Config | str:
    try:
        return load_config(path, **{"env": {}, **layers})
    except ConfigError as error:
        return str(error) or "an error without words"


def outcome_of_file(data: bytes) -> Config | str:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "fuzz.yaml"
        path.write_bytes(data)
        return outcome(path)


@FAST
@given(trees)
def test_any_override_tree_gives_a_world_or_a_config_error(tree):
    outcome(overrides=tree)


@FAST
@given(trees)
def test_any_yaml_tree_gives_a_world_or_a_config_error(tree):
    outcome_of_file(yaml.safe_dump(tree).encode())


@FAST
@given(st.text(max_size=60) | st.text(alphabet="ab:-[]{}&*!|>'\"#%@,?\n\t ~0.1", max_size=60))
def test_any_text_gives_a_world_or_a_config_error(text):
    outcome_of_file(text.encode("utf-8", "surrogatepass"))


@FAST
@given(st.sampled_from(PATHS) | st.text(max_size=12), st.text(max_size=20))
def test_any_override_string_gives_a_world_or_a_config_error(name, value):
    outcome(overrides=[f"{name}={value}"])
    outcome(overrides=[name + value])


@FAST
@given(st.sampled_from(PATHS) | st.text(max_size=12), st.text(max_size=20))
def test_any_variable_gives_a_world_or_a_config_error(name, value):
    outcome(env={"FRAUDSIM_" + name.replace(".", "__").upper(): value})


def spoilt(path: str, node: dict) -> st.SearchStrategy:
    """Values that a setting cannot have."""
    types = types_of(node)
    wrong: list[st.SearchStrategy] = [st.just(float("nan"))]
    # a pair of whole numbers is what some settings want
    wrong += [] if "array" in types else [st.lists(st.integers(), min_size=1, max_size=3)]
    wrong += [] if "object" in types else [st.dictionaries(st.text(max_size=4), st.integers(), max_size=2)]
    if types & {"integer", "number"}:
        wrong += [st.integers(max_value=-1), st.text("abcxyz", min_size=1)]
    if "boolean" not in types:
        wrong.append(st.booleans())
    return st.tuples(st.just(path), st.one_of(wrong))


settable = st.sampled_from([(".".join(path), node) for path, node in LEAVES if path != ("seed",)])
SECTIONS = sorted({path[0] for path, _ in LEAVES if len(path) > 1})
unknown = st.tuples(st.sampled_from(SECTIONS), st.text("abcdef", min_size=13)).map(".".join)
bad = settable.flatmap(lambda leaf: spoilt(*leaf)) | st.tuples(unknown, st.integers())


@pytest.mark.parametrize("tree", [{"[key]": {}}, {"activity": {"[key]": 1}}])
def test_a_setting_called_like_a_mark_of_pydantic_is_unknown_like_any_other(tree):
    assert "[key]: no such setting" in outcome(overrides=tree)


def test_a_thousand_bad_configurations_are_each_told_with_the_field_and_what_to_do():
    told: list[str] = []

    @settings(FAST, max_examples=1000)
    @given(st.lists(bad, min_size=1, max_size=3, unique_by=lambda pair: pair[0]))
    def every_problem_is_named(pairs):
        answer = outcome(overrides=dict(pairs))
        assert isinstance(answer, str), pairs
        for name, _ in pairs:
            line = next((line for line in answer.splitlines() if name in line), None)
            assert line is not None, (pairs, answer)
            assert "valid" in line or "no such setting" in line, (pairs, answer)
        told.append(answer)

    every_problem_is_named()
    assert len(told) >= 1000


@pytest.mark.parametrize(("path", "node"), LEAVES, ids=PATHS)
def test_a_value_of_the_wrong_kind_is_told_for_every_setting(path, node):
    dotted = ".".join(path)
    types = types_of(node)
    wrong = [["list"], float("nan"), object()]
    wrong += [True] if "boolean" not in types else []
    wrong += [{"a": 1}] if "object" not in types else [5]
    wrong += ["words"] if not types & {"string", "object"} or "enum" in node else []
    wrong += [-1] if types & {"integer", "number"} else []
    for value in wrong:
        told = outcome(overrides={dotted: value})
        assert isinstance(told, str), (dotted, value)
        assert dotted in told
        assert "valid" in told
