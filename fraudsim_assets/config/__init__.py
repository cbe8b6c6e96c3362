"""What a world is made of: the model, and how values reach it."""

from fraudsim_assets.config.model import Config

__all__ = ["Config"]
