"""The command line ``fraudsim``: the same core and store as the Dagster assets, without Dagster.

Belongs here: options, progress, and what is printed. Does not belong here: how data is made,
written or checked. Heavy packages are imported by the commands that need them, so that help and
configuration answer at once.
"""

from fraudsim_assets.cli.entry import main

__all__ = ["main"]
