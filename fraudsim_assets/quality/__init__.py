"""Checks of data that has been made: contracts, rules between columns and rows, rates, drift.

Belongs here: pure functions and accumulators over Arrow and polars data that end in
:class:`~fraudsim_assets.quality.results.CheckResult`. Does not belong here: reading or writing
files on behalf of others, and what an orchestrator does with a failed check.
"""
