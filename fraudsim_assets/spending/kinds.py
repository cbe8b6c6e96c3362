"""Kinds of purchase: a category in store or remote, chosen given the hour.

The one idea: each kind has its own curve over the week; the sum of the curves times the payments,
and given the moment of a payment its kind follows in proportion to the curves. A declined request
has its kind in proportion to curve times decline rate, so declines can be decided first.

Belongs here: shares, curves and tables of kinds. Does not belong here: merchants and amounts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.config.model import Spending
from fraudsim_assets.maths.sampling import choice_table
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.clocks import CountryClock
from fraudsim_assets.reference_data.holders import CustomerSegment
from fraudsim_assets.spending.amount import PRICE_STYLES, mean_ticket
from fraudsim_assets.spending.authorisation import ATM, ECOMMERCE, POS
from fraudsim_assets.spending.rhythm import HOURS, share_of_hours, week_curve
from fraudsim_assets.spending.where import personal_ranks, ranks_on
from fraudsim_assets.tables.codes import SEGMENTS
from fraudsim_assets.units import AnyArray, Bools, Floats, Ints

MEALS = frozenset({"lunch", "meals"})
"""Shapes of the day of categories that are meals."""

TABLE_BITS = 10
"""Resolution of the choice of a kind: 2**10 equally likely levels."""

DAY_TYPES = 3
"""Working day, Saturday (first weekend day), Sunday (last weekend day and public holidays)."""

REMOTE_ROWS = len(SEGMENTS) * DAY_TYPES * HOURS
"""How far rows of remote purchases are below those of purchases in shops. [rows]"""

AWAY_ROWS = 2 * REMOTE_ROWS
"""How far rows of purchases on journeys are below those of others. [rows]"""


@dataclass(frozen=True)
class Shares:
    """How rows divide between channels.

    Attributes
    ----------
    remote, cash
        Shares of remote purchases and of withdrawals in all rows; the rest is in shops. [share]
    """

    remote: float
    cash: float

    @classmethod
    def of(cls, spending: Spending, *, charged: float = 0.0) -> "Shares":
        """Shares in the rows that are no subscriptions, such that all rows have the configured shares.

        Parameters
        ----------
        charged
            Share of subscriptions in all rows, all of them remote. [share]
        """
        rest = max(1 - charged, 1e-6)
        remote = (spending.ecommerce_share * (1 - spending.cash_share) - charged) / rest
        return cls(float(np.clip(remote, 0.01, 0.99)), min(spending.cash_share / rest, 0.99))


@dataclass(frozen=True)
class Kinds:
    """All kinds of purchase. A kind is category * 2 + remote.

    Attributes
    ----------
    share : (k,)
        Share of genuine purchases, averaged over the week; sums to one. [share]
    curve : (k, 168)
        Intensity over the local working week by the usual clock, mean one. [unitless]
    by_clock : (clocks, k, 168)
        The same by each clock of countries. [unitless]
    median : (k,)
        Median ticket at price level one. [EUR]
    sigma, tail : (k,)
        Spread of tickets [unitless]; whether they have a power-law tail.
    least : (k,)
        Cheapest ticket. [EUR]
    exploration : (k,)
        Share of purchases at merchants that a person hardly knows. [share]
    loyalty : (k,)
        Zipf exponent of a person's favourites. [unitless]
    lasts : (k,)
        How long a favourite lasts that is not the first one; 0 is for good. [days]
    style, channel : (k,)
        Codes of price styles and channels.
    refundable : (k,)
        Whether goods can be brought back.
    revisited : (k,)
        Whether people come back to the same shop on the same day.
    travel : (k,)
        Odds of the category on a journey against at home. [unitless]
    taste : (segments, k)
        Likelihood of the category against the average, by segment. [unitless]
    decline : (k,)
        Probability that a genuine request is declined. [share]
    meal : (k,)
        Whether it is a meal, in person or sent.
    lodging : (k,)
        Whether it is paid in person on journeys only.
    stay : (k,)
        Median time from coming to a shop to paying there. [minutes]
    usual : (k,)
        Payments for the sum that a person always pays at the shop; none of those made remotely. [share]
    """

    share: Floats
    curve: Floats
    by_clock: Floats
    median: Floats
    sigma: Floats
    tail: Bools
    least: Floats
    exploration: Floats
    loyalty: Floats
    lasts: Ints
    style: Ints
    channel: AnyArray
    refundable: Bools
    revisited: Bools
    travel: Floats
    taste: Floats
    decline: Floats
    meal: Bools
    lodging: Bools
    stay: Floats
    usual: Floats

    @classmethod
    def of(
        cls,
        spending: Spending,
        reference: Reference,
        *,
        available: Bools | None = None,
        shares: "Shares | None" = None,
        mean_euros: float | None = None,
    ) -> "Kinds":
        """Combine categories with the configured shares.

        Parameters
        ----------
        spending
            Configured shares and rates.
        reference
            Categories, in the order of their codes, and shapes of the day and of the week.
        available : (k,)
            Kinds that some merchant serves; the others get no share.
        shares
            Shares of remote purchases and withdrawals; the configured ones if not given.
        mean_euros
            Mean purchase, withdrawals apart, at price level one; the configured one if not given. [EUR]
        """
        shares = Shares.of(spending) if shares is None else shares
        categories = reference.categories
        n = len(categories)
        total = np.array([c.share for c in categories])
        cash = np.array([c.withdrawal for c in categories])
        online = np.array([c.online_share if c.is_sold_online else 0.0 for c in categories])
        shops = np.array([1.0 if c.is_sold_in_shops else 0.0 for c in categories])
        remote = total * np.where(shops > 0, online, 1.0)
        present = total * shops * (1 - online)
        if available is not None:
            present *= available[0::2]
            remote *= available[1::2]
        remote *= shares.remote / remote.sum()
        present[cash] *= shares.cash / max(float(present[cash].sum()), 1e-300)
        present[~cash] *= max(1 - shares.remote - shares.cash, 0.0) / present[~cash].sum()
        share = np.stack([present, remote], axis=1).ravel()
        by_clock = np.stack([_curves(reference, clock) for clock in reference.clocks.values()])
        channel = np.array([[ATM if c.withdrawal else POS, ECOMMERCE] for c in categories], dtype=np.int8).ravel()
        sigma = _twice([c.sigma for c in categories])
        tail = _twice([float(c.heavy_tail) for c in categories]).astype(bool)
        ratio = _twice([c.ticket_ratio for c in categories])
        bought = share * (channel != ATM)
        average = float((ratio * bought).sum() / bought.sum())
        mean = ratio / average * (spending.mean_ticket_euros if mean_euros is None else mean_euros)
        decline = np.where(channel == ECOMMERCE, spending.decline_rate_remote, spending.decline_rate_present)
        return cls(
            share=share,
            curve=by_clock[list(reference.clocks.values()).index(reference.usual_clock)],
            by_clock=by_clock,
            median=mean / mean_ticket(reference.prices, np.ones(2 * n), sigma, tail),
            sigma=sigma,
            tail=tail,
            least=np.array([[c.least, c.online_least] for c in categories]).ravel(),
            exploration=np.outer([c.exploration for c in categories], reference.shopping.exploration).ravel(),
            loyalty=_twice([c.loyalty for c in categories]),
            lasts=_twice([c.favourites_last for c in categories]).astype(np.int64),
            style=_twice([PRICE_STYLES.index(c.price_style) for c in categories]).astype(np.int64),
            channel=channel,
            refundable=_twice([float(c.refundable) for c in categories]).astype(bool),
            revisited=_twice([float(c.revisited) for c in categories]).astype(bool),
            travel=_twice([c.travel_factor for c in categories]),
            taste=np.stack([_twice([c.taste_of(segment) for c in categories]) for segment in SEGMENTS]),
            decline=decline.astype(np.float64),
            meal=_twice([float(c.hours in MEALS) for c in categories]).astype(bool),
            lodging=np.outer([c.travel_factor >= reference.itinerary.journeys_only for c in categories], [True, False])
            .ravel()
            .astype(bool),
            stay=_twice([c.stay for c in categories]),
            usual=np.outer([c.usual for c in categories], [1.0, 0.0]).ravel(),
        )

    def ranks(self, u: Floats, *, people: Ints, kind: Ints, day: Ints | int) -> Ints:
        """Ranks on people's lists of favourites as they stand on a day, or on one each. (n,)

        Parameters
        ----------
        u : (n,)
            Uniforms that choose; those below the share of exploration choose any. [unitless]
        """
        found = personal_ranks(u, exploration=self.exploration.take(kind), loyalty=self.loyalty.take(kind))
        return ranks_on(found, people=people, kind=kind, lasts=self.lasts.take(kind), day=day)

    @property
    def is_remote(self) -> Bools:
        """Whether a kind is remote. (k,)"""
        return np.arange(len(self.share)) % 2 == 1

    @cached_property
    def decline_rate(self) -> float:
        """Overall probability that a genuine request is declined. [share]"""
        return float((self.share * self.decline).sum())

    @cached_property
    def table(self) -> AnyArray:
        """Kinds by (at home or travelling, remote, segment, day type, hour) and level. Flat uint8.

        Index: ``((((away * 2 + remote) * segments + segment) * 3 + day type) * 24 + hour) << 10 | level``.
        """
        weighted = self.share[:, None] * self.curve
        days = (range(5), (5,), (6,))
        rows = []
        for away in (False, True):
            for remote in (False, True):
                members = self.is_remote == remote
                for liking in self.taste:
                    taste = liking * (self.travel if away and not remote else 1.0) * members
                    for day_type in range(DAY_TYPES):
                        for hour in range(HOURS):
                            hours = [d * HOURS + hour for d in days[day_type]]
                            weights = weighted[:, hours].sum(axis=1) * taste
                            if not weights.sum() > 0:
                                weights = self.share * members
                            rows.append(choice_table(weights, 1 << TABLE_BITS))
        return np.concatenate(rows)

    @staticmethod
    def rows(*, week_hour: Ints, remote: int, segment: Ints, away: Ints | int) -> Ints:
        """Rows of :attr:`table`: those of remote purchases are ``REMOTE_ROWS`` further down, of journeys ``AWAY_ROWS``.

        Parameters
        ----------
        week_hour : (n,)
            Hour of the local working week, 0 to 167.
        remote, away : (n,)
            1 where paid remotely, 1 on a journey, else 0.
        segment : (n,)
            Codes of ``SEGMENTS``.
        """
        day = week_hour // HOURS
        day_type = np.maximum(day - 4, 0)
        index = (away * 2 + remote) * len(SEGMENTS) + segment
        return (index * DAY_TYPES + day_type) * HOURS + (week_hour - day * HOURS)

    def choose(self, rows: Ints, level: Ints) -> Ints:
        """Choose kinds.

        Parameters
        ----------
        rows : (n,)
            Rows of :attr:`table`, as :meth:`rows` gives them.
        level : (n,)
            Uniform integers below ``2**TABLE_BITS``.
        """
        return self.table.take((rows << TABLE_BITS) | level).astype(np.int64)


def at_another_level(places: Ints, words: AnyArray) -> Ints:
    """Places in a table of kinds whose level is that of words, the row staying. (n,)"""
    return places >> TABLE_BITS << TABLE_BITS | (words & np.uint64((1 << TABLE_BITS) - 1)).view(np.int64)


def _curves(reference: Reference, clock: CountryClock) -> Floats:
    """Intensities over the week by a clock of countries. (k, 168)"""
    usual, rows = reference.usual_clock, []
    for c in reference.categories:
        week, later = reference.week_shapes[c.week], reference.habits.later_weekends
        hours, online = reference.hour_curves[c.hours], reference.hour_curves[c.online_hours]
        open_share = open_shares(clock.opening_hours(usual, c.opens_with, c.shop_hours))
        if c.opens_with == "shops":
            open_share = open_share * (1 - clock.break_share * share_of_hours(*clock.midday))
        rows.append(
            week_curve(hours, week, later=later, open_share=open_share, anchors=clock.anchors(usual, hours.follows))
        )
        rows.append(
            week_curve(
                online,
                reference.week_shapes["online"] if c.online_hours == "online" else week,
                later=later,
                open_share=open_share if c.hours in MEALS else None,
                anchors=clock.anchors(usual, online.follows),
            )
        )
    return np.stack(rows)


def _twice(values: list[float]) -> Floats:
    """The same value for the in-store and the remote kind of each category."""
    return np.repeat(np.array(values, dtype=np.float64), 2)


def open_shares(shop_hours: tuple[tuple[float, int, int], ...]) -> Floats:
    """Share of shops that are open in each hour of the day, by variants of opening hours. (24,) [share]"""
    minute = np.arange(HOURS * 60)
    open_ = np.zeros(HOURS * 60)
    for weight, opens, closes in shop_hours:
        open_ += weight * (((minute >= opens) & (minute < closes)) | (minute + HOURS * 60 < closes))
    return open_.reshape(HOURS, 60).mean(axis=1) / sum(weight for weight, _, _ in shop_hours)


def segment_odds(segments: Mapping[str, CustomerSegment], share: float) -> Floats:
    """Odds factors of segments, scaled so that the mean remote share stays what it is. (segments,)"""
    factor = np.array([segments[name].remote_odds for name in SEGMENTS])
    weight = np.array([segments[name].payments for name in SEGMENTS])
    odds = share / (1 - share) if share < 1 else 1.0
    low, high = 0.2, 5.0
    for _ in range(50):
        middle = (low * high) ** 0.5
        mean = float((weight * odds * factor * middle / (1 + odds * factor * middle)).sum() / weight.sum())
        low, high = (middle, high) if mean < share else (low, middle)
    return factor * (low * high) ** 0.5
