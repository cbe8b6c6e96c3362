"""How often people pay: the number of shopping trips of an account on a day.

The one idea: trips are Poisson given a rate that varies from account to account, week to week
and day to day; a trip holds one purchase or several. The variation of the rate and the purchases
of a trip make payments burstier than any Poisson process.

Belongs here: rates and counts. Does not belong here: moments within the day (``rhythm``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.config.model import Config
from fraudsim_assets.maths.integers import remainders
from fraudsim_assets.maths.sampling import lognormal_mean_one, poisson_counts
from fraudsim_assets.spending.calendar import pay_groups, payday_factors
from fraudsim_assets.spending.slumber import Slumber
from fraudsim_assets.streams import Streams, combine, to_uniforms
from fraudsim_assets.units import Bools, Floats, Ints

MOST_EXTRA = 7
"""Most further purchases on one trip. [count]"""

MOST_TRIPS_RATE = 400.0
"""Cap on the rate of trips of one account, far above any person's. [1/day]"""

WEEK = 7


def mean_extra(mean: float) -> float:
    """Mean of the cut geometric number of further purchases. [count]"""
    if mean <= 0:
        return 0.0
    q = mean / (1 + mean)
    return float(sum(q**k for k in range(1, MOST_EXTRA + 1)))


@dataclass(frozen=True)
class ActivityModel:
    """Rates of trips.

    Attributes
    ----------
    trips
        Mean trips per day of an account of activity one that is awake. [1/day]
    weekly_sigma
        Standard deviation of log activity between weeks. [unitless]
    rows_per_trip
        Mean purchases on a trip, retries included. [count]
    slumber
        When accounts are awake.
    """

    trips: float
    weekly_sigma: float
    rows_per_trip: float
    slumber: Slumber

    @classmethod
    def of(
        cls, config: Config, slumber: Slumber, *, accounts: int, decline_rate: float, subscriptions_per_day: float
    ) -> "ActivityModel":
        """Find the rate of trips that yields the configured number of transactions.

        Parameters
        ----------
        slumber
            When accounts are awake.
        accounts
            Number of card accounts. [count]
        decline_rate
            Probability that a genuine request is declined. [share]
        subscriptions_per_day
            Expected subscription payments per account. [1/day]
        """
        rows_per_trip = 1 + mean_extra(config.activity.trip_extra_purchases)
        rows_per_trip *= 1 + decline_rate * config.spending.retry_rate
        wanted = config.activity.transactions_per_day / accounts - subscriptions_per_day
        trips = max(wanted, 0.0) / (rows_per_trip * max(slumber.awake_activity, 1e-6))
        return cls(trips, config.activity.weekly_sigma, rows_per_trip, slumber)

    def rates(
        self, streams: Streams, *, accounts: Ints, activity: Floats, people: Ints, volume: Floats, day: int
    ) -> Floats:
        """Expected trips of accounts on a day.

        Parameters
        ----------
        accounts, people : (n,)
            Account and customer indices.
        activity : (n,)
            Relative activity of the account, mean one. [unitless]
        volume : (n,)
            Volume of the day in the account's zone, mean one over a year. [unitless]
        day
            Day number.

        Returns
        -------
        (n,)
            Rates. [1/day]
        """
        week = (day + remainders(accounts * 5, WEEK)) // WEEK
        words = streams.draw("activity.week").words(combine(accounts, week))
        frailty = lognormal_mean_one((words >> np.uint64(48)).view(np.int64), self.weekly_sigma)
        payday = np.array(payday_factors(day)).take(pay_groups(people))
        rates = activity * volume
        rates *= frailty
        rates *= payday
        rates *= self.trips
        rates *= self.slumber.awake(accounts, day)
        return np.minimum(rates, MOST_TRIPS_RATE, out=rates)

    def counts(self, streams: Streams, *, accounts: Ints, rates: Floats, day: int) -> Ints:
        """Trips of accounts on a day. (n,) [count]"""
        return poisson_counts(count_uniforms(streams, accounts, day), rates)

    def any(self, streams: Streams, *, accounts: Ints, rates: Floats, day: int) -> Bools:
        """Whether accounts make any trip on a day: exactly where :meth:`counts` is positive. (n,)"""
        return count_uniforms(streams, accounts, day) > np.exp(-rates)


def count_uniforms(streams: Streams, accounts: Ints, day: int) -> Floats:
    """Uniforms that decide the number of trips. (n,) [unitless]"""
    return to_uniforms(streams.draw("activity.count", day).words(accounts))
