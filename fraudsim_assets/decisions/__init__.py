"""Decisions: what a bank does about payments, as an input of the world.

The one idea: a decision is a fact with an address. The log of decisions stands beside configuration, seed and day in
the one law: with the log given, any day is a pure function again.

Belongs here: actions, the log of them by day, and what it says of accounts. Does not belong here: what decisions change
(``fraud``, ``simulation``), who takes them, and what they cost anybody.
"""

from fraudsim_assets.decisions.log import DecisionLog, decisions_schema
from fraudsim_assets.tables.codes import Action

__all__ = ["Action", "DecisionLog", "decisions_schema"]
