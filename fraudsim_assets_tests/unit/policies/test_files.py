"""Policies in files: models in ONNX, and logs of decisions given again."""

from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from fraudsim_assets.errors import ConfigError, ContractError, StorageError
from fraudsim_assets.policies.contest import hold
from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.loading import load_policy
from fraudsim_assets.policies.logs import Replayed, read_log, write_log
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


def test_a_model_decides_by_what_actions_are_expected_to_cost(tmp_path, world):
    total = hold(world, [load_policy(str(model(tmp_path)), world.config.policies)], [FIRST]).results["mine"].total
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
    rules = contest.results["rules"]
    write_log(rules.log, tmp_path / "again")
    assert read_log(tmp_path / "again").digest == rules.log.digest
    found = hold(world, [load_policy(str(tmp_path / "again"), world.config.policies)], days_between(FIRST, LAST))
    assert found.results["again"].log.digest == rules.log.digest
    assert found.results["again"].total == pytest.approx(rules.total)


def test_a_folder_without_decisions_and_one_with_are_refused(tmp_path, contest):
    with pytest.raises(StorageError, match="holds no decisions"):
        read_log(tmp_path)
    write_log(contest.results["oracle"].log, tmp_path)
    with pytest.raises(StorageError, match="has decisions already"):
        write_log(contest.results["oracle"].log, tmp_path)
    day = next(tmp_path.glob("date=*"))
    day.rename(tmp_path / "date=2025-12-24")
    with pytest.raises(ContractError, match="decisions of 2025-12-24"):
        Replayed.of(tmp_path)
