"""Loading a configuration: defaults, then a YAML file, the environment and overrides.

Belongs here: the order of the layers and the one error that tells everything wrong at once.
Does not belong here: the fields and their bounds (``model``).
"""

import logging
import os
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from fraudsim_assets.config.layers import CONFIG_VARIABLE, Layers, environment_layer, file_layers, override_layer
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.problems import model_problems, name_problems, value_problems
from fraudsim_assets.errors import ConfigError

MOST_TOLD = 100
"""Problems that are told one by one. [count]"""

_log = logging.getLogger("fraudsim_assets.config")


def load_config(
    path: str | Path | None = None,
    *,
    overrides: Mapping[str, Any] | Sequence[str] | None = None,
    env: Mapping[str, str] | None = None,
) -> Config:
    """Load a configuration; each layer wins over those before it.

    1. the defaults of the model;
    2. a YAML file (after the one it ``extends``): ``path``, or else the variable ``FRAUDSIM_CONFIG``;
    3. environment variables ``FRAUDSIM_SECTION__FIELD``, such as ``FRAUDSIM_FRAUD__RATE=0.01``;
    4. ``overrides``.

    Parameters
    ----------
    path
        A file, or the name of a bundled configuration such as ``"demo"``. None takes the
        variable ``FRAUDSIM_CONFIG``, and without that no file.
    overrides
        A mapping, nested or with dotted keys, or strings such as ``"fraud.rate=0.01"``.
    env
        The environment; None is that of the process.

    Returns
    -------
    Config
        Checked and frozen; ``seed`` may still be None (see :func:`ensure_seed`).

    Raises
    ------
    ConfigError
        If anything is wrong; the message has one line per problem.

    Examples
    --------
    >>> load_config(overrides=["fraud.rate=0.01"], env={}).fraud.rate
    0.01
    """
    environment = os.environ if env is None else env
    layers = Layers()
    chosen = path if path is not None else environment.get(CONFIG_VARIABLE) or None
    if chosen is not None:
        file_layers(chosen, layers)
    environment_layer(environment, layers)
    if overrides:
        override_layer(overrides, layers)
    return _checked(layers)


def as_config(config: Config | str | Path) -> Config:
    """Take a configuration as it is, or load the one that is named.

    Raises
    ------
    ConfigError
        If it is neither, there is no configuration of that name, or anything in it is wrong.
    """
    if isinstance(config, Config):
        return config
    if isinstance(config, str | Path):
        return load_config(config)
    raise ConfigError(
        f"config is of type {type(config).__name__}; valid are a Config, as load_config gives it, the name of a "
        "bundled configuration, such as 'demo', and the path of a file"
    )


def _checked(layers: Layers) -> Config:
    found: dict[tuple[str, ...], str] = value_problems(layers)
    config = None
    try:
        config = Config.model_validate(layers.tree)
    except ValidationError as error:
        told = model_problems(error, layers)
        if found:  # how settings fit together can be judged only once each is valid
            told = {path: text for path, text in told.items() if not "".join(path[:1]).startswith("#")}
        found = {**told, **found}
    if config is not None and not found:
        found = name_problems(config, layers)
    problems = [*layers.problems, *found.values()]
    if config is None or problems:
        raise ConfigError(_message(problems))
    return config


def _message(problems: list[str]) -> str:
    if len(problems) == 1:
        return problems[0]
    more = [f"  and {len(problems) - MOST_TOLD} more"] if len(problems) > MOST_TOLD else []
    lines = [f"  - {line}" for line in problems[:MOST_TOLD]]
    return "\n".join([f"{len(problems)} problems in the configuration:", *lines, *more])


def ensure_seed(config: Config) -> Config:
    """Return the configuration with a seed: its own, or one drawn once from the operating system.

    The only place in the package where anything is drawn from outside. The caller stores the seed
    with the data, and passes it on to everything else it makes.
    """
    if config.seed is not None:
        return config
    seed = secrets.randbits(53)  # every JSON reader keeps 53 bits
    _log.warning("seed %d drawn; set it in the configuration to make the same data again", seed, extra={"seed": seed})
    return config.model_copy(update={"seed": seed})
