"""A policy in a file of ONNX: a model of the chance of fraud, and the action of least expected cost.

The model has one input of floats, rows by ``features.listing.FEATURES`` in their order (NaN for no value), and gives
the chance of fraud: as a vector, as one column, or as the last of two. Where it gives a label as well, as converters of
scikit-learn do, the output of floats counts.

Belongs here: reading and running such a file, with the optional extra ``policies``. Does not belong here: prices.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from fraudsim_assets.config.policies import Policies
from fraudsim_assets.errors import ConfigError, FraudsimError
from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.features.making import matrix
from fraudsim_assets.policies.scoring import cheapest
from fraudsim_assets.policies.sight import Choices, Sight
from fraudsim_assets.units import AnyArray, Floats


@dataclass(frozen=True)
class OnnxModel:
    """A model in ONNX.

    Attributes
    ----------
    name
        Of the file.
    session
        Of onnxruntime.
    path
        The file.
    """

    name: str
    session: Any
    policies: Policies
    path: Path

    @classmethod
    def read(cls, path: Path, policies: Policies) -> "OnnxModel":
        """Read a file.

        Raises
        ------
        ConfigError
            If it is no model of the features.
        FraudsimError
            If onnxruntime is not installed.
        """
        try:
            import onnxruntime
        except ImportError as error:
            raise FraudsimError(
                "onnxruntime is not installed; policies in ONNX need it: pip install 'fraudsim-assets[policies]'"
            ) from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        try:
            session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has exceptions of its own, without a common base
            raise ConfigError(f"policy {path}: not a model in ONNX: {error}") from error
        given = session.get_inputs()
        width = given[0].shape[-1] if given and given[0].shape else None
        if len(given) != 1 or given[0].type != "tensor(float)" or width not in (len(FEATURES), None, "N"):
            shapes = ", ".join(f"{each.name}: {each.type} {each.shape}" for each in given)
            raise ConfigError(
                f"policy {path}: its inputs are {shapes}; valid is one tensor(float) of {len(FEATURES)} columns, the "
                "features in their order"
            )
        if not any(each.type == "tensor(float)" for each in session.get_outputs()):
            told = ", ".join(f"{each.name}: {each.type}" for each in session.get_outputs())
            raise ConfigError(
                f"policy {path}: its outputs are {told}; valid is a tensor(float) of chances of fraud; "
                "converters of scikit-learn give one without zipmap"
            )
        return cls(path.stem, session, policies, path)

    def __reduce__(self) -> tuple[Any, ...]:
        """Travel to another process as a file: a session cannot."""
        return OnnxModel.read, (self.path.absolute(), self.policies)

    def chances(self, values: AnyArray) -> Floats:
        """Chances of fraud. (n,)

        Raises
        ------
        ConfigError
            If what the model gives are no chances.
        """
        (wanted,) = [each.name for each in self.session.get_outputs() if each.type == "tensor(float)"][-1:]
        found = np.asarray(self.session.run([wanted], {self.session.get_inputs()[0].name: values})[0], np.float64)
        chance = found.reshape(len(values), -1)[:, -1]
        if len(chance) and not (chance.min() >= 0.0 and chance.max() <= 1.0):
            raise ConfigError(
                f"policy {self.name}: gives {chance.min():g} to {chance.max():g}; valid are chances from 0 to 1"
            )
        return chance

    def decide(self, sight: Sight) -> Choices:
        """Choose by the chance of fraud."""
        return cheapest(self.chances(matrix(sight.features)), sight.features, self.policies)
