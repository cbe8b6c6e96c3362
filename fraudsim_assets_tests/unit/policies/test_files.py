"""Policies in files: models in ONNX, and logs of decisions given again."""

from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from fraudsim_assets.decisions.files import write_log
from fraudsim_assets.errors import ConfigError, WorldMismatchError
from fraudsim_assets.policies.baselines import rules
from fraudsim_assets.policies.contest import hold
from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.loading import load_policy
from fraudsim_assets.policies.onnx_model import OnnxModel
from fraudsim_assets.units import days_between
from fraudsim_assets_tests.unit.policies.conftest import FIRST, LAST


def model(folder: Path, *, width: int = len(FEATURES), scale: float = 1e4, kind: int = TensorProto.FLOAT) -> Path:
    """A model whose chance of fraud is the amount over a scale."""
    given = helper.make_tensor_value_info("features", kind, ["n", width])
    chance = helper.make_tensor_value_info("chance", TensorProto.FLOAT, ["n", 1])
    constants = [
        helper.make_tensor("at", TensorProto.INT64, [1], [list(FEATURES).index("amount")]),
        helper.make_tensor("scale", TensorProto.FLOAT, [1], [scale]),
    ]
    nodes = [
        helper.make_node("Cast", ["features"], ["numbers"], to=TensorProto.FLOAT),
        helper.make_node("Gather", ["numbers", "at"], ["amount"], axis=1),
        helper.make_node("Div", ["amount", "scale"], ["chance"]),
    ]
    graph = helper.make_graph(nodes, "chance", [given], [chance], constants)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    path = folder / "mine.onnx"
    onnx.save(made, path)
    return path


def test_a_model_is_given_the_features_in_their_order(tmp_path, world):
    found = OnnxModel.read(model(tmp_path), world.config.policies)
    values = np.full((3, len(FEATURES)), np.nan, dtype=np.float32)
    values[:, list(FEATURES).index("amount")] = [1, 10, 100]
    assert found.chances(values) == pytest.approx([1e-4, 1e-3, 1e-2])


def test_a_model_travels_to_another_process_as_its_file(tmp_path, world):
    found = OnnxModel.read(model(tmp_path), world.config.policies)
    again = ForkingPickler.loads(ForkingPickler.dumps(found))
    values = np.full((2, len(FEATURES)), 7, dtype=np.float32)
    assert again.name == found.name
    assert again.chances(values) == pytest.approx(found.chances(values))


def test_a_model_decides_by_what_actions_are_expected_to_cost(tmp_path, world):
    total = hold(world, [load_policy(str(model(tmp_path)), world.config)], [FIRST]).results["mine"].total
    assert total["refused"] + total["challenged"] > 0
    assert total["approved"] > 0


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"width": 3}, f"valid is one tensor\\(float\\) of {len(FEATURES)} columns"),
        ({"kind": TensorProto.DOUBLE}, "its inputs are features: tensor\\(double\\)"),
    ],
)
def test_a_model_of_something_else_is_refused(tmp_path, world, change, told):
    with pytest.raises(ConfigError, match=told):
        OnnxModel.read(model(tmp_path, **change), world.config.policies)


def test_what_are_no_chances_is_refused(tmp_path, world):
    with pytest.raises(ConfigError, match="valid are chances from 0 to 1"):
        OnnxModel.read(model(tmp_path, scale=1.0), world.config.policies).chances(
            np.full((1, len(FEATURES)), 7, dtype=np.float32)
        )


def test_a_file_that_is_no_model_is_refused(tmp_path, world):
    (tmp_path / "mine.onnx").write_text("nothing")
    with pytest.raises(ConfigError, match="not a model in ONNX"):
        OnnxModel.read(tmp_path / "mine.onnx", world.config.policies)


def test_a_log_given_again_makes_the_same_ledger(tmp_path, world, contest):
    mine, days = contest.results["rules"], days_between(FIRST, LAST)
    write_log(mine.log, tmp_path / "again", world.config, policy="rules", days=days)
    again = load_policy(str(tmp_path / "again"), world.config, days)
    found = hold(world, [again], days)
    assert found.results["again"].log.digest == mine.log.digest
    assert found.results["again"].total == pytest.approx(mine.total)
    with pytest.raises(ConfigError, match="says nothing of all days from 2025-04-01 to 2025-04-04"):
        load_policy(str(tmp_path / "again"), world.config, days_between(FIRST, LAST.replace(day=4)))
    with pytest.raises(WorldMismatchError, match="seed is 7 in the log and 8 in this run"):
        load_policy(str(tmp_path / "again"), world.config.model_copy(update={"seed": 8}), days)


def test_policies_are_not_tried_in_a_world_with_decisions(world, contest):
    with pytest.raises(ConfigError, match="policies are tried in the world as it is"):
        hold(world.under(contest.results["oracle"].log), [rules()], [FIRST])
