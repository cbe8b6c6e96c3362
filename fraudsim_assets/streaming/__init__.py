"""The same world, live: payments in order of time, labels when the bank learns them, catalogs as they change.

Nothing is generated twice: a stream is the days of the batch, put in order and sent. A position in
it is a time, so that any second is a start and a restart needs no state.

Belongs here: order, disturbances, encoding, pace and targets. Does not belong here: making days.
"""

from fraudsim_assets.streaming.feed import Feed, Span
from fraudsim_assets.streaming.life import Life
from fraudsim_assets.streaming.pace import Pace
from fraudsim_assets.streaming.running import Report, run
from fraudsim_assets.streaming.targets import open_target

__all__ = ["Feed", "Life", "Pace", "Report", "Span", "open_target", "run"]
