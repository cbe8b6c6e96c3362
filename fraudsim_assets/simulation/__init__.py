"""The world and its days: what is decided once, and how a day is read from it.

The world is decided once; a day only reads it, and never reads another day's output. Belongs
here: composition of catalogs, spending and fraud into transactions, labels and events. Does not belong
here: distributions, files and Dagster.
"""

from fraudsim_assets.simulation.account_events import simulate_events
from fraudsim_assets.simulation.catalogs import catalog_stream, with_reissues
from fraudsim_assets.simulation.day import simulate_day
from fraudsim_assets.simulation.deciding import DecidedDay, decide_day
from fraudsim_assets.simulation.labels import simulate_labels
from fraudsim_assets.simulation.scan import scan_events, scan_transactions
from fraudsim_assets.simulation.undecided import UndecidedDays
from fraudsim_assets.simulation.world import World, build_world

__all__ = [
    "DecidedDay",
    "UndecidedDays",
    "World",
    "build_world",
    "catalog_stream",
    "decide_day",
    "scan_events",
    "scan_transactions",
    "simulate_day",
    "simulate_events",
    "simulate_labels",
    "with_reissues",
]
