"""`ConfigHint`: commands that know a configuration that was given without ``--config``.

Belongs here: that hint. Does not belong here: any command.
"""

from typing import Any

from typer.core import TyperCommand

from fraudsim_assets.config.resources import bundled_configs


class ConfigHint(TyperCommand):
    """A command without arguments of its own: what stands there by itself is likely a configuration."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the command line; an error about a name left over says what may have been meant."""
        try:
            return super().parse_args(ctx, args)
        except Exception as error:
            told = str(getattr(error, "message", ""))
            words = told.rpartition("(")[2].rstrip(")").split() if "extra argument" in told else []
            named = [word for word in words if word in bundled_configs() or word.endswith((".yaml", ".yml"))]
            if named:
                error.message = f"{told}; did you mean --config {named[0]}?"  # pyright: ignore[reportAttributeAccessIssue]
            raise
