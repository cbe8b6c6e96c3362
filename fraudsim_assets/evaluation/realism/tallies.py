"""Tallies: counts and sums of fixed size, whatever the number of rows.

Customers fall into eleven groups, and every tally is kept per group, so that the sampling error of
anything computed from tallies follows by leaving one group out at a time (``evidence``).

Belongs here: what is counted. Does not belong here: what is concluded from it.
"""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from fraudsim_assets.evaluation.rows import SAME_REGION, Rows
from fraudsim_assets.simulation import World
from fraudsim_assets.tables.codes import ENTRY_MODES, RESPONSE_CODES, THREE_DS_RESULTS
from fraudsim_assets.units import AnyArray, Floats, Ints

GROUPS = 11
"""Groups of customers, by customer index modulo this: a number that shares no factor with other cycles."""

AMOUNT_LOW, AMOUNT_HIGH, AMOUNT_BINS = -2.0, 6.0, 800
"""Bins of log10 EUR."""

KM_LOW, KM_HIGH, KM_BINS = -2.0, 4.5, 260
"""Bins of log10 km."""

BIG_CITY = 300_000.0
"""Homes in cities of at least this many people count as urban. ASSUMPTION. [people]"""

POS, REMOTE, CASH = range(3)
WEEK_HOURS = 168

_CATEGORIES = -1
# stands for as many as the world has

SHAPES: dict[str, tuple[int, ...]] = {
    # genuine approved payments and withdrawals, unless said otherwise
    "number": (_CATEGORIES, 3),
    "value": (_CATEGORIES, 3),
    "amounts": (_CATEGORIES, 2, AMOUNT_BINS),
    "week_number": (_CATEGORIES, 2, WEEK_HOURS),
    "week_value": (_CATEGORIES, 2, WEEK_HOURS),
    "region_number": (3, 3),
    "region_value": (3, 3),
    "home_km": (2, KM_BINS),
    "distance_amount": (6,),
    "entry": (3, len(ENTRY_MODES) + 1),
    "three_ds": (2, len(THREE_DS_RESULTS) + 1),
    "response": (3, len(RESPONSE_CODES)),
    "refunds": (_CATEGORIES, 2),
    "refund_value": (_CATEGORIES, 2),
    "cents": (_CATEGORIES, 100),
    "whole_ten": (_CATEGORIES, 2),
    "fraction": (2,),
    "opening": (2,),
    "clock": (2,),
    # fraudulent rows, approved and declined
    "fraud_number": (_CATEGORIES, 3, 2),
    "fraud_value": (_CATEGORIES, 3, 2),
    "fraud_region": (3, 3, 2),
    "fraud_amounts": (2, AMOUNT_BINS),
    "fraud_week": (3, WEEK_HOURS),
}
"""Tallies and their shapes, before the leading axis of groups."""


@dataclass(frozen=True)
class Tallies:
    """Arrays by name, each with a leading axis of groups, and counts by merchant and by account.

    Attributes
    ----------
    arrays
        Tallies of ``SHAPES``.
    merchants
        (slots, 2) approved genuine payments, in store and remote. [count]
    months
        Approved genuine payments by account and calendar month ``(year, month)``. [count]
    days
        By day number: (home countries, 2) payments in store and remote. [count]
    billed
        (currencies, 2) number and sum of bills of approved genuine purchases.
    """

    arrays: dict[str, Floats]
    merchants: Ints
    months: dict[tuple[int, int], Ints]
    days: dict[int, Ints]
    billed: Floats

    @classmethod
    def empty(cls, world: World) -> "Tallies":
        """Nothing counted yet."""
        n = len(world.reference.categories)
        sizes = {name: [n if size == _CATEGORIES else size for size in shape] for name, shape in SHAPES.items()}
        arrays = {name: np.zeros((GROUPS, *shape)) for name, shape in sizes.items()}
        merchants = np.zeros((world.entities.n_slots, 2), dtype=np.int64)
        return cls(arrays, merchants, {}, {}, np.zeros((len(world.entities.currencies), 2)))

    def _add(self, name: str, rows: AnyArray, *codes: AnyArray, weights: AnyArray | None = None) -> None:
        """Count rows by (group, code, code, ...); a missing code, -1, counts in the last cell."""
        array = self.arrays[name]
        known = [np.where(code < 0, size - 1, code) for code, size in zip(codes, array.shape[1:], strict=True)]
        flat = np.ravel_multi_index((rows, *known), array.shape)
        np.add.at(array.reshape(-1), flat, 1.0 if weights is None else weights)

    def count(self, rows: Rows, month: tuple[int, int]) -> None:
        """Count a batch."""
        self._count_answers(rows)
        good = np.flatnonzero(~rows.fraud & (rows.response == 0) & (rows.kind != 1))
        self._count_payments(rows, good)
        self._count_places(rows, good)
        self._count_prices(rows, good)
        self._count_refunds(rows)
        self._count_fraud(rows)
        self._count_entities(rows, good, month)

    def _count_answers(self, rows: Rows) -> None:
        asked = np.flatnonzero(~rows.fraud & (rows.kind != 1))
        group, channel = rows.customer[asked] % GROUPS, rows.channel[asked]
        self._add("response", group, channel, rows.response[asked])
        self._add("entry", group, channel, rows.entry[asked])
        remote = asked[channel == REMOTE]
        approved = (rows.response[remote] == 0).astype(np.int64)
        self._add("three_ds", rows.customer[remote] % GROUPS, approved, rows.three_ds[remote])
        open_, clock = rows.shop_is_open, rows.clock_is_right
        shops = asked[channel == POS]
        self._add("opening", rows.customer[shops] % GROUPS, open_[shops].astype(np.int64))
        self._add("clock", group, clock[asked].astype(np.int64))

    def _count_payments(self, rows: Rows, good: Ints) -> None:
        group, category, channel = rows.customer[good] % GROUPS, rows.category[good], rows.channel[good]
        remote, euros = (channel == REMOTE).astype(np.int64), rows.euros[good]
        self._add("number", group, category, channel)
        self._add("value", group, category, channel, weights=euros)
        self._add("amounts", group, category, remote, amount_bins(euros))
        self._add("region_number", group, channel, rows.region[good])
        self._add("region_value", group, channel, rows.region[good], weights=euros)
        # hours are those of people; merchants charge their batches at night
        made = ~rows.charged[good]
        week = (group[made], category[made], remote[made], rows.week_hour[good][made])
        self._add("week_number", *week)
        self._add("week_value", *week, weights=euros[made])

    def _count_places(self, rows: Rows, good: Ints) -> None:
        shops = good[rows.channel[good] == POS]
        group, km = rows.customer[shops] % GROUPS, rows.home_km[shops]
        urban = (rows.home_population[shops] >= BIG_CITY).astype(np.int64)
        self._add("home_km", group, urban, km_bins(km))
        inland = rows.region[shops] < SAME_REGION
        x, y = np.log(km[inland] + 1.0), np.log(np.maximum(rows.euros[shops][inland], 0.01))
        for i, term in enumerate((np.ones(len(x)), x, y, x * x, y * y, x * y)):
            self._add("distance_amount", group[inland], np.full(len(x), i), weights=term)

    def _count_prices(self, rows: Rows, good: Ints) -> None:
        group, category = rows.customer[good] % GROUPS, rows.category[good]
        digits, amount = rows.world.prices.money.digits.take(rows.currency[good]), rows.amount[good]
        whole = amount % (10 ** (3 - digits)) == 0
        self._add("fraction", group, whole.astype(np.int64))
        two = digits == 2
        self._add("cents", group[two], category[two], amount[two] // 10 % 100)
        unit = 10.0 ** np.rint(np.log10(rows.world.prices.money.base)) * 10_000.0
        ten = amount % unit.take(rows.currency[good]).astype(np.int64) == 0
        self._add("whole_ten", group, category, ten.astype(np.int64))

    def _count_refunds(self, rows: Rows) -> None:
        back = np.flatnonzero(~rows.fraud & (rows.kind == 1))
        group, remote = rows.customer[back] % GROUPS, (rows.channel[back] == REMOTE).astype(np.int64)
        self._add("refunds", group, rows.category[back], remote)
        self._add("refund_value", group, rows.category[back], remote, weights=rows.euros[back])

    def _count_fraud(self, rows: Rows) -> None:
        bad = np.flatnonzero(rows.fraud)
        if bad.size == 0:
            return
        group, channel = rows.customer[bad] % GROUPS, rows.channel[bad]
        approved, euros = (rows.response[bad] == 0).astype(np.int64), rows.euros[bad]
        self._add("fraud_number", group, rows.category[bad], channel, approved)
        self._add("fraud_value", group, rows.category[bad], channel, approved, weights=euros)
        self._add("fraud_region", group, channel, rows.region[bad], approved)
        self._add("fraud_amounts", group, approved, amount_bins(euros))
        self._add("fraud_week", group, channel, rows.week_hour[bad])

    def _count_entities(self, rows: Rows, good: Ints, month: tuple[int, int]) -> None:
        remote = (rows.channel[good] == REMOTE).astype(np.int64)
        np.add.at(self.merchants.reshape(-1), rows.slot[good] * 2 + remote, 1)
        if month not in self.months:
            self.months[month] = np.zeros(rows.world.entities.n_accounts, dtype=np.int64)
        np.add.at(self.months[month], rows.account[good], 1)
        homes = rows.world.landscape.layout.places.n_home_countries
        day = self.days.setdefault(rows.day, np.zeros((homes, 2), dtype=np.int64))
        np.add.at(day.reshape(-1), np.minimum(rows.home_country[good], homes - 1) * 2 + remote, 1)
        bought = good[rows.kind[good] == 0]
        np.add.at(self.billed[:, 0], rows.billing_currency[bought], 1.0)
        np.add.at(self.billed[:, 1], rows.billing_currency[bought], rows.billed[bought])

    def merge(self, other: "Tallies") -> None:
        """Add what another process or range of days has counted."""
        for name, array in self.arrays.items():
            np.add(array, other.arrays[name], out=array)
        self.merchants[:] += other.merchants
        self.billed[:] += other.billed
        _add_counts(self.months, other.months)
        _add_counts(self.days, other.days)


Key = TypeVar("Key", int, tuple[int, int])


def _add_counts(mine: dict[Key, Ints], theirs: dict[Key, Ints]) -> None:
    for key, counts in theirs.items():
        mine[key] = mine[key] + counts if key in mine else counts.copy()


def amount_bins(euros: Floats) -> Ints:
    """Bins of amounts. (n,)"""
    x = (np.log10(np.maximum(euros, 1e-9)) - AMOUNT_LOW) * (AMOUNT_BINS / (AMOUNT_HIGH - AMOUNT_LOW))
    return np.clip(x.astype(np.int64), 0, AMOUNT_BINS - 1)


def km_bins(km: Floats) -> Ints:
    """Bins of distances. (n,)"""
    x = (np.log10(np.maximum(km, 1e-9)) - KM_LOW) * (KM_BINS / (KM_HIGH - KM_LOW))
    return np.clip(x.astype(np.int64), 0, KM_BINS - 1)


AMOUNT_EDGES = np.linspace(AMOUNT_LOW, AMOUNT_HIGH, AMOUNT_BINS + 1) * np.log(10.0)
KM_EDGES = np.linspace(KM_LOW, KM_HIGH, KM_BINS + 1) * np.log(10.0)
"""Edges of the bins, as natural logarithms of EUR and km."""
