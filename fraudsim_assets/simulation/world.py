"""`World`: a society and the fraud committed in it, ready to make days.

Belongs here: what every day reads and none decides. Does not belong here: anything that belongs
to one day (``day``, ``keys``, ``purchases``).
"""

from dataclasses import dataclass

from fraudsim_assets.spending.society import Society


@dataclass(frozen=True, eq=False)
class World(Society):
    """A configuration with its catalogs, ready to make days."""

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """Names of the fraud scenarios, in the order of their codes."""
        return ("none",)
