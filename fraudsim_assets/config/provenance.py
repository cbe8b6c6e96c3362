"""Where data comes from, as facts that travel with it: enough to make the same data again.

Belongs here: the facts, and the way back from them to a configuration. Does not belong here:
where facts are kept (``storage``).
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

from pydantic import ValidationError

from fraudsim_assets.config.digest import config_digest, digested_settings, reference_digest
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.scenarios import resolved_scenarios
from fraudsim_assets.errors import ConfigError

PREFIX = "fraudsim."
"""Before every fact's key in a file, so that other tools' metadata is left alone."""
SEED = "seed"
CONFIG_DIGEST = "config_digest"
WORLD_DIGEST = "world_digest"
"""Digest of the whole world, in the file of a catalog that depends on more than catalogs do."""
CONFIG = "config"
REFERENCE_DIGEST = "reference_digest"
"""Digest of the reference data that the table rests on: categories, countries and so on."""
DECISIONS_DIGEST = "decisions_digest"
"""Digest of the log of decisions that a table was made under; absent where nothing was decided."""
PACKAGE_VERSION = "package_version"
PLUGINS = "plugins"
"""Packages whose fraud scenarios the configuration names, such as ``{"sim_swap": "fraudsim-sim-swap 0.1.0"}``."""


@cache
def package_version() -> str:
    """Version of this package; ``"unknown"`` where it runs without being installed."""
    try:
        return version("fraudsim-assets")
    except PackageNotFoundError:
        return "unknown"


def provenance(
    config: Config, *, scope: Literal["catalogs", "cards", "transactions"], decisions: str = ""
) -> dict[str, str]:
    """Facts about the origin of a table: seed, digests, the settings themselves, and the package's version.

    Parameters
    ----------
    config
        With a seed.
    scope
        ``"catalogs"`` for customers and merchants, ``"cards"`` for cards, some of which are replaced
        after fraud and so depend on the whole world, ``"transactions"`` for daily tables. How far
        catalogs list entities follows from the end date, so theirs names it too.
    decisions
        Digest of the log of decisions that the world was made under; empty without any. Customers and merchants do not
        depend on it.

    Raises
    ------
    ConfigError
        If the configuration has no seed yet.
    """
    if config.seed is None:
        raise ConfigError("seed is not set; data needs one, any whole number from 0 (see ensure_seed)")
    settings = digested_settings(config, scope="catalogs" if scope == "catalogs" else "all")
    if scope != "transactions":
        settings["end_date"] = None if config.end_date is None else config.end_date.isoformat()
    facts = {
        SEED: str(config.seed),
        CONFIG_DIGEST: config_digest(config, scope="transactions" if scope == "transactions" else "catalogs"),
        CONFIG: json.dumps(settings, sort_keys=True, separators=(",", ":")),
        REFERENCE_DIGEST: reference_digest(config, scope="transactions" if scope == "transactions" else "catalogs"),
        PACKAGE_VERSION: package_version(),
    }
    if scope == "catalogs":
        return facts
    if decisions:
        facts[DECISIONS_DIGEST] = decisions
    if plugins := {each.name: each.plugin.package for each in resolved_scenarios(config) if each.plugin}:
        facts[PLUGINS] = json.dumps(plugins, sort_keys=True)
    return facts if scope == "transactions" else {**facts, WORLD_DIGEST: config_digest(config)}


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
