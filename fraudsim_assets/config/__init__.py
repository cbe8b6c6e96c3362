"""What a world is made of: the model, and how values reach it."""

from fraudsim_assets.config.digest import config_digest, digested_settings, lasting_digest
from fraudsim_assets.config.loading import as_config, ensure_seed, load_config
from fraudsim_assets.config.model import Config
from fraudsim_assets.config.provenance import provenance, stored_config
from fraudsim_assets.config.resources import bundled_configs, resource_path

__all__ = [
    "Config",
    "as_config",
    "bundled_configs",
    "config_digest",
    "digested_settings",
    "ensure_seed",
    "lasting_digest",
    "load_config",
    "provenance",
    "resource_path",
    "stored_config",
]
