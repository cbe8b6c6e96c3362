"""Books held against the world: days made again from a policy's log alone, and what that log itself says of costs.

Belongs here: sums by another way than ``books`` takes. Does not belong here: the ledger.
"""

import polars as pl

from fraudsim_assets.decisions import Action, DecisionLog
from fraudsim_assets.policies.contest import Contest
from fraudsim_assets.policies.features.seen import Directory
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.units import day_number

OF_ROWS = ("payments", "approved", "frauds", "fraud_passed", "fraud_value")
"""Counts of the books that rows of a day tell [count], and the value of fraud that went through [EUR]."""

OF_LOG = {"step_ups": Action.STEP_UP, "cards": Action.BLOCK}
"""Lines of the ledger that are the costs of one action. [EUR]"""


def gaps(world: World, contest: Contest) -> pl.DataFrame:
    """What books differ by from the days of the world under each policy's log.

    Parameters
    ----------
    world
        That the policies were tried in.
    contest
        Its results.

    Returns
    -------
    pl.DataFrame
        ``policy``, ``day`` and the differences in ``OF_ROWS`` and ``OF_LOG``: all of them 0 if the books are right.
    """
    rates, found = Directory.of(world).rates, []
    for name, result in contest.results.items():
        under, spent = world.under(result.log), _spent(result.log)
        for booked in result.days.select("day", *OF_ROWS, *OF_LOG).iter_rows(named=True):
            day = booked.pop("day")
            made = _told(pl.DataFrame(simulate_day(under, day).read()), rates)
            costs = {line: -spent.get((day_number(day), action), 0.0) for line, action in OF_LOG.items()}
            right = made | costs
            found.append({"policy": name, "day": day} | {each: booked[each] - right[each] for each in booked})
    return pl.DataFrame(found)


def _told(rows: pl.DataFrame, rates: dict[str, float]) -> dict[str, float]:
    """What rows of a day say."""
    passed = rows.filter("is_fraud", "is_approved")
    worth = passed.filter(pl.col("transaction_type").cast(pl.String) != "refund").select(
        pl.col("billing_amount").cast(pl.Float64)
        / pl.col("billing_currency").cast(pl.String).replace_strict(rates, return_dtype=pl.Float64)
    )
    told = (rows.height, rows["is_approved"].sum(), rows["is_fraud"].sum(), passed.height, worth.sum().item())
    return dict(zip(OF_ROWS, map(float, told), strict=True))


def _spent(log: DecisionLog) -> dict[tuple[int, str], float]:
    """Costs by day of the payment and action. [EUR]"""
    tables = [pl.DataFrame(log.on(day)).cast({"action": pl.String, "cost": pl.Float64}) for day in log.days]
    if not tables:
        return {}
    day = pl.col("timestamp").dt.epoch("d").cast(pl.Int64)
    sums = pl.concat(tables).group_by(day.alias("day"), "action").agg(pl.col("cost").sum())
    return {(number, action): cost for number, action, cost in sums.iter_rows()}
