"""From what a user names to a policy: a baseline, a file or a function.

Belongs here: the ways to name a policy. Does not belong here: policies.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TypeAlias, cast

from fraudsim_assets.config import Config
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.policies.baselines import Nothing, Oracle, rules
from fraudsim_assets.policies.learning import Learner
from fraudsim_assets.policies.logs import Replayed
from fraudsim_assets.policies.onnx_model import OnnxModel
from fraudsim_assets.policies.rules import Rules
from fraudsim_assets.policies.sight import Choices, Insider, Policy, Sight
from fraudsim_assets.policies.trees import Trees

Entrant: TypeAlias = Policy | Insider | Learner
"""Whatever can be tried."""

BASELINES = ("nothing", "rules", "trees", "oracle")
"""Policies with a name."""

VALID = (
    f"valid are {', '.join(BASELINES)}, a file of rules (.yaml), a model (.onnx), module:function, "
    "or a folder of decisions"
)


@dataclass(frozen=True)
class Function:
    """A policy that is a function of a sight."""

    name: str
    function: Callable[[Sight], Choices | Sequence[str]]

    def decide(self, sight: Sight) -> Choices | Sequence[str]:
        """Ask the function."""
        return self.function(sight)


def load_policy(text: str, config: Config, days: Sequence[date] = (), *, threads: int = 1) -> Entrant:
    """Load a policy.

    Parameters
    ----------
    text
        A name of ``BASELINES``, a path that ends in .yaml or .onnx, a folder that ``decisions.files`` has written, or
        ``module:function``; modules of the working directory are found too.
    config
        Of the world: what actions cost, for policies that choose by it, and which world a log must be of.
    days
        On which it is to be tried, ascending.
    threads
        Threads of training. [count]

    Raises
    ------
    ConfigError
        If there is no such policy; says what is valid.
    StorageError, WorldMismatchError
        If it is a log that is not whole, or of another world.
    """
    policies = config.policies
    named: dict[str, Callable[[], Entrant]] = {
        "nothing": Nothing,
        "rules": rules,
        "trees": lambda: Trees(policies, threads),
        "oracle": Oracle,
    }
    if text in named:
        return named[text]()
    if text.endswith((".yaml", ".yml")):
        return Rules.read(Path(text))
    if text.endswith(".onnx"):
        return OnnxModel.read(Path(text), policies)
    if Path(text).is_dir():
        return Replayed.of(Path(text), config, days)
    module, _, function = text.partition(":")
    if not module or not function:
        raise ConfigError(f"policy {text!r} is none; {VALID}")
    return _imported(text, module, function)


def _imported(text: str, module: str, function: str) -> Entrant:
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    try:
        found = getattr(import_module(module), function)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"policy {text!r} cannot be loaded: {error}; {VALID}") from error
    if not isinstance(found, type) and isinstance(found, (Policy, Insider, Learner)):
        return found
    if not callable(found):
        raise ConfigError(f"policy {text!r} is a {type(found).__name__}; valid is a function of a Sight, or a Policy")
    return Function(text, cast("Callable[[Sight], Choices | Sequence[str]]", found))
