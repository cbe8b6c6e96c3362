"""Where data comes from, as facts that travel with it: enough to make the same data again.

Belongs here: the facts, and the way back from them to a configuration. Does not belong here:
where facts are kept (``storage``).
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version

from pydantic import ValidationError

from fraudsim_assets.config.digest import Scope, config_digest, digested_settings
from fraudsim_assets.config.model import Config
from fraudsim_assets.errors import ConfigError

SEED = "seed"
CONFIG_DIGEST = "config_digest"
CONFIG = "config"
PACKAGE_VERSION = "package_version"


@cache
def package_version() -> str:
    """Version of this package; ``"unknown"`` where it runs without being installed."""
    try:
        return version("fraudsim-assets")
    except PackageNotFoundError:
        return "unknown"


def provenance(config: Config, *, scope: Scope) -> dict[str, str]:
    """Facts about the origin of a table: seed, digest, the settings themselves, and the package's version.

    Parameters
    ----------
    config
        With a seed.
    scope
        ``"catalogs"`` for customers, cards and merchants, ``"transactions"`` for daily tables. How
        far catalogs list entities follows from the end date, so theirs names it too.

    Raises
    ------
    ConfigError
        If the configuration has no seed yet.
    """
    if config.seed is None:
        raise ConfigError("seed is not set; data needs one, any whole number from 0 (see ensure_seed)")
    settings = digested_settings(config, scope=scope)
    if scope == "catalogs":
        settings["end_date"] = None if config.end_date is None else config.end_date.isoformat()
    return {
        SEED: str(config.seed),
        CONFIG_DIGEST: config_digest(config, scope=scope),
        CONFIG: json.dumps(settings, sort_keys=True, separators=(",", ":")),
        PACKAGE_VERSION: package_version(),
    }


def stored_config(facts: Mapping[str, str]) -> Config:
    """Configuration from which a table was made; settings that never mattered to it have their defaults.

    Raises
    ------
    ConfigError
        If the facts do not tell, or are of another version of the model.
    """
    text = facts.get(CONFIG)
    if text is None:
        raise ConfigError("the data does not say from which configuration it was made")
    try:
        return Config.model_validate_json(text)
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, item["loc"])) or item["msg"] for item in error.errors())
        made = facts.get(PACKAGE_VERSION, "unknown")
        raise ConfigError(
            f"the stored configuration is of package version {made}, not {package_version()}; it differs in {fields}"
        ) from error
