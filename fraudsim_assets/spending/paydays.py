"""Pay days of people: when each is paid, by country and employer.

The one idea: who shops on the same weekdays is paid on the same days. So a pay day needs no word of a person's own and
no tables beyond those of routines, and all of a country are paid as its pay days say, to a sixth.

Belongs here: who is paid when, and how much of it shows in a person's days. Does not belong here: rules for pay days
(``calendar.pay``), and what the crowd spends (``calendar.rates``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, partial

import numpy as np

from fraudsim_assets.caching import NO_SHELF, KeyedCache, Shelf
from fraudsim_assets.calendar import CalendarData
from fraudsim_assets.calendar.pay import fortnightly, pay_days, strength
from fraudsim_assets.reference_data.days import PayDay
from fraudsim_assets.spending.routines import ROUTINES, routines
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Bools, Floats, Ints, day_date, day_number

_LONGEST = 45
# the next pay day is not further away. [days]

Employer = tuple[str, int, str]
# a rule for pay days, which of two fortnights, and the country whose working days count


@dataclass(frozen=True, eq=False)
class PayDays:
    """Pay days of all countries.

    Attributes
    ----------
    employers
        Employers: each is a rule for pay days with its fortnight and its country.
    slots : (countries, ROUTINES)
        Employer of people of each routine.
    profiles
        How strongly a pay day is felt on it and on the days after it, by country. [unitless]
    own
        How strongly people's own pay days stand out, against what the crowd's show. [unitless]
    shelf
        Where pay days outlast this process.
    """

    streams: Streams
    employers: tuple[Employer, ...]
    slots: Ints
    profiles: tuple[tuple[float, ...], ...]
    own: float
    shelf: Shelf = NO_SHELF

    @classmethod
    def of(cls, streams: Streams, calendar: CalendarData, countries: Sequence[str], *, own: float) -> "PayDays":
        """Share the employers of countries out."""
        found = [shared_out(calendar.country(code).pay_days, country=code) for code in countries]
        employers = sorted({employer for of_country in found for employer in of_country})
        slots = np.array([[employers.index(employer) for employer in of_country] for of_country in found])
        return cls(streams, tuple(employers), slots, tuple(calendar.pay_profile(code) for code in countries), own)

    def employer_of(self, people: Ints, country: Ints) -> Ints:
        """Employers of people who live in countries. (n,)"""
        return self.slots[country, routines(self.streams, people)]

    def paid_on(self, day: int) -> Bools:
        """Which employers pay on a day. (employers,)"""
        return self.next_after(day)[1] == day

    def next_after(self, day: int) -> tuple[Ints, Ints]:
        """Next pay day of each employer after a day, and the one before it. Two of (employers,) [day numbers]"""
        on = day_date(day)
        coming, gone = self._years.get(on.year)[:, on.timetuple().tm_yday - 1]
        return coming, gone

    def around(self, day: Ints | int, employer: Ints) -> tuple[Ints, Ints]:
        """Next pay day of employers after a day or one each, and the one before it. Two of (n,) [day numbers]"""
        days, at = np.unique(day, return_inverse=True)
        found = np.empty((2, len(days), len(self.employers)), dtype=np.int64)
        for place, one in enumerate(days.tolist()):
            found[:, place] = self.next_after(one)
        coming, gone = found[:, np.broadcast_to(at.reshape(np.shape(day)), employer.shape), employer]
        return coming, gone

    @cached_property
    def _years(self) -> KeyedCache[int, Ints]:
        """Pay days after each day of a year, and until it. (2, days of year, employers) [day numbers]"""

        def make(year: int) -> Ints:
            days = np.arange(day_number(date(year, 1, 1)), day_number(date(year + 1, 1, 1)))
            first, last = int(days[0]) - _LONGEST, int(days[-1]) + _LONGEST
            found = []
            for rule, phase, country in self.employers:
                near = np.array(pay_days(rule, first, last, country=country, phase=phase))
                at = np.searchsorted(near, days, side="right")
                found.append((near[at], near[at - 1]))
            return np.moveaxis(np.array(found), 0, 2)

        return KeyedCache(lambda year: self.shelf.keep(f"pay-days-{year}", partial(make, year)), most=16)

    def felt(self, first: int, n_days: int) -> Floats:
        """How much stronger pay days are felt by each routine than by the crowd. (countries, ROUTINES, n_days)"""
        rows = []
        for profile, slots in zip(self.profiles, self.slots, strict=True):
            employers = [self.employers[e] for e in slots]
            rows.append([_strength(employer, profile, first, n_days) for employer in employers])
        felt = np.array(rows)
        return self.own * (felt - felt.mean(axis=1, keepdims=True))

    def factors(self, first: int, n_days: int, *, country: Ints, pay: Floats) -> Floats:
        """What people need near pay days of their own, against the crowd. (n_days, needs, homes * ROUTINES) [unitless]

        Parameters
        ----------
        country : (homes,)
            Countries of homes.
        pay : (needs,)
            Logarithm of how much more often each need comes up on a day on which all are paid. [unitless]
        """
        felt = self.felt(first, n_days)[country].transpose(2, 0, 1)
        factor = np.exp(pay[None, :, None, None] * felt[:, None])
        return (factor / factor.mean(axis=3, keepdims=True)).reshape(n_days, len(pay), -1)


def _strength(employer: Employer, profile: tuple[float, ...], first: int, n_days: int) -> Floats:
    rule, phase, country = employer
    return strength(rule, phase, profile, first, n_days, country=country)


def shared_out(rules: Sequence[PayDay], *, country: str) -> list[Employer]:
    """Share routines out among the pay days of a country, by largest remainder. ``ROUTINES`` of them"""
    either = [(rule.on, phase, rule.share / 2) for rule in rules for phase in range(2) if fortnightly(rule.on)]
    shares = either + [(rule.on, 0, rule.share) for rule in rules if not fortnightly(rule.on)]
    whole = [int(share * ROUTINES) for _, _, share in shares]
    order = sorted(range(len(shares)), key=lambda i: (whole[i] - shares[i][2] * ROUTINES, i))
    for i in order[: ROUTINES - sum(whole)]:
        whole[i] += 1
    return [(rule, phase, country) for (rule, phase, _), count in zip(shares, whole, strict=True) for _ in range(count)]
