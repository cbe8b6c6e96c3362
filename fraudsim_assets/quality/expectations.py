"""What a day should look like on average, and which rows a missing value is counted among.

Belongs here: expected rates and how they follow from a configuration. Does not belong here: the
counting and the verdicts (``checks``).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fraudsim_assets.config import Config
from fraudsim_assets.quality.view import Rows
from fraudsim_assets.tables import ENTRY_MODES
from fraudsim_assets.units import Bools

_KEYED_ONLINE = ENTRY_MODES.index("ecommerce")


@dataclass(frozen=True)
class Expectations:
    """What a day should look like on average, and how far off it may be.

    Attributes
    ----------
    null_rates
        Share of missing values by column, among the rows that would have a value. [share]
    fraud_rate
        Share of fraud. [share of rows]
    rows
        Rows of an average day, or ``None`` not to judge them. [rows]
    z
        Width of tolerances. [standard errors]
    fraud_design_effect
        How many times the variance of the number of frauds exceeds that of independent rows,
        since frauds come in campaigns. [unitless]
    row_factor
        How many times busier or quieter than average a day may be. [unitless]
    """

    null_rates: Mapping[str, float]
    fraud_rate: float
    rows: float | None = None
    z: float = 4.5
    fraud_design_effect: float = 4.0
    row_factor: float = 3.0

    @classmethod
    def of(cls, config: Config, *, share: float = 1.0) -> "Expectations":
        """Expectations that a configuration raises.

        Parameters
        ----------
        config
            The world's configuration.
        share
            Part of the day's cards that will be looked at. [share]
        """
        nulls = config.nulls
        return cls(
            null_rates={
                "latitude": nulls.latitude,
                "entry_mode": nulls.entry_mode,
                "device_id": nulls.device_id,
                "ip_address": nulls.ip_address,
            },
            fraud_rate=config.fraud.rate,
            rows=config.activity.transactions_per_day * share,
            z=config.checks.z,
        )


def _at_terminal(rows: Rows) -> Bools:
    return ~rows.remote & ~rows.refund


def _ordered_online(rows: Rows) -> Bools:
    return (rows.entry_mode == _KEYED_ONLINE) & rows.remote & ~rows.refund


NULL_TARGETS: Mapping[str, Callable[[Rows], Bools]] = MappingProxyType(
    {
        "latitude": _at_terminal,
        "entry_mode": _at_terminal,
        "device_id": _ordered_online,
        "ip_address": _ordered_online,
    }
)
"""Columns with nulls made on purpose, and the rows that would have a value otherwise.

Longitude goes with latitude. At a terminal: not remote, not a refund. Ordered online: remote, keyed
by the customer, so neither a card on file nor a refund, where the merchant acts alone.
"""
