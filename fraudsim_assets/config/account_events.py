"""The section of events that are no payments.

Belongs here: what a user may set of them. Does not belong here: rates kind by kind, which are reference data.
"""

from pydantic import Field

from fraudsim_assets.config.section import Section


class AccountEvents(Section):
    """What customers do at the bank without paying: log-ins, new devices, changes, disputes."""

    enabled: bool = Field(default=True, description="Off leaves the table account_events empty.")
    level: float = Field(
        default=1.0,
        ge=0.0,
        le=20.0,
        description="Factor on how often honest customers do so; rates kind by kind are reference data. [unitless]",
    )
