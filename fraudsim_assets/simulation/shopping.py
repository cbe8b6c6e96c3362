"""Shopping: which shop each occasion in person is met at, and how opening hours and earlier visits change that.

Belongs here: choices among a person's favourites in a town. Does not belong here: which town it is (``purchases``), and
where favourites are (``spending.towns``).
"""

from dataclasses import dataclass, replace

import numpy as np

from fraudsim_assets.maths.ordered import places_of
from fraudsim_assets.simulation.opening import all_resting_at, closed_at, local_minutes, resting_at
from fraudsim_assets.simulation.world import World
from fraudsim_assets.spending.kinds import TABLE_BITS, at_another_level
from fraudsim_assets.spending.rhythm import SLOT_MINUTES, SLOTS
from fraudsim_assets.units import DAY_MINUTES, AnyArray, Bools, Complexes32, Floats, Ints

OTHER_ATTEMPTS = 3
"""How many further favourites are tried by who was at the first one that day. [count]"""

ELSE_ATTEMPTS = 6
"""How often those who were at the only shop of the trade that day look for something else to buy. [count]"""

CLOSED_ATTEMPTS = 3
"""How many further favourites are tried while the shop is closed. [count]"""

REST_ATTEMPTS = 12
"""How many further favourites are tried while the shop rests for the whole day. [count]"""

_MERCHANT_BITS = 32
# room for the slot of a merchant beside a person's place in a block


@dataclass(frozen=True)
class Shopping:
    """Who looks for a shop where, one entry per occasion."""

    world: World
    people: Ints
    town: Ints
    kind: Ints
    ranks: Ints
    compared: Ints
    home: Complexes32

    def take(self, rows: Ints) -> "Shopping":
        """Choose occasions."""
        return Shopping(
            self.world,
            people=self.people.take(rows),
            town=self.town.take(rows),
            kind=self.kind.take(rows),
            ranks=self.ranks.take(rows),
            compared=self.compared.take(rows),
            home=self.home.take(rows),
        )

    def shops(self, further: int) -> Ints:
        """Favourites at the drawn ranks, or so many ranks further. (n,)"""
        return self.world.lives.towns.choose(
            people=self.people,
            town=self.town,
            kind=self.kind,
            ranks=self.ranks + further,
            compared=self.compared,
            home=self.home,
            favourites=self.world.streams.draw("where.favourite"),
        )


def once_a_day(shopping: Shopping, who: Ints) -> Ints:
    """Shops for the occasions of a day: who was at one already goes to the next favourite of the trade. (n,)"""
    merchant = shopping.shops(0)
    once = np.flatnonzero(~shopping.world.habits.kinds.revisited.take(shopping.kind))
    again = once[_seen_before(who[once], merchant[once])]
    for further in range(1, OTHER_ATTEMPTS + 1):
        if again.size == 0:
            break
        found = shopping.take(again).shops(further)
        other = found != merchant[again]
        merchant[again[other]] = found[other]
        again = again[~other]
    return merchant


def nothing_twice(shopping: Shopping, who: Ints, *, merchant: Ints, row: Ints, ids: AnyArray, day: int) -> Shopping:
    """Let those who have been at the only shop of a trade on the day buy something else in the town, if there is such.

    Changes the shops given; returns who looks for what then.

    Parameters
    ----------
    who, merchant : (n,)
        Whose occasions they are; shops.
    row : (n,)
        Rows of the table of kinds for what is bought at the time, whatever the need.
    ids : (n,)
        Words that name occasions.
    """
    lives, kinds, reference = shopping.world.lives, shopping.world.habits.kinds, shopping.world.reference
    codes = [reference.category_code(name) for name in reference.shopping.on_the_way]
    on_the_way = np.isin(np.arange(len(kinds.share)) >> 1, codes)
    kind, known = shopping.kind.copy(), np.sort((who << _MERCHANT_BITS) + merchant)
    again = np.flatnonzero(~kinds.revisited.take(kind))
    again = again[_seen_before(who[again], merchant[again])]
    for attempt in range(ELSE_ATTEMPTS):
        if again.size == 0:
            break
        words = shopping.world.streams.draw("purchase.again", day).sub(attempt).words(ids[again])
        left = shopping.take(again)
        other = lives.table.take(at_another_level(row[again] << TABLE_BITS, words)).astype(np.int64)
        sold = lives.towns.has(left.town, other >> 1) & on_the_way.take(other)
        left = replace(left, kind=np.where(sold, other, left.kind))
        found = left.shops(0)
        new = sold & ~places_of(known, (who[again] << _MERCHANT_BITS) + found)[1]
        merchant[again[new]], kind[again[new]] = found[new], other[new]
        again = again[~new]
    return replace(shopping, kind=kind)


def _seen_before(who: Ints, merchant: Ints) -> Bools:
    """Occasions at a shop at which an earlier one of the same person is, in the order given. (n,)"""
    pair = (who << _MERCHANT_BITS) + merchant
    order = np.argsort(pair, kind="stable")
    pair = pair[order]
    before = np.zeros(len(pair), dtype=bool)
    before[order[1:]] = pair[1:] == pair[:-1]
    return before


def keep_rest(world: World, day: int, shopping: Shopping, *, merchant: Ints, minute: Floats) -> Shopping:
    """Pass over shops that rest for the whole day; where all of a trade do, buy what its category names instead.

    Changes the shops given; returns who looks for what then.
    """
    if world.resting.is_usual(day):
        return shopping
    kind = shopping.kind.copy()
    pending = np.flatnonzero(resting_at(world, day, merchant, minute))
    for instead in (None, *world.lives.instead):
        if pending.size == 0:
            break
        left = shopping.take(pending)
        if instead is not None:
            other = instead.take(left.kind >> 1)
            sold = (other >= 0) & world.lives.towns.has(left.town, np.maximum(other, 0))
            left = replace(left, kind=np.where(sold, 2 * other, left.kind))
        met, trying, first = np.zeros(len(pending), dtype=bool), np.arange(len(pending)), int(instead is None)
        for attempt in range(first, REST_ATTEMPTS + 1):
            if trying.size == 0:
                break
            found, when = left.shops(attempt), minute.take(pending[trying])
            rests = resting_at(world, day, found, when)
            opens = np.flatnonzero(~rests)
            here = pending[trying[opens]]
            merchant[here], kind[here], met[trying[opens]] = found[opens], left.kind[opens], True
            # where all shops of the trade rest, further ones do too
            hopeless = all_resting_at(world, day, found, when) if attempt == first else np.zeros(len(found), dtype=bool)
            again = np.flatnonzero(rests & ~hopeless)
            trying, left = trying[again], left.take(again)
        pending = pending[~met]
    return replace(shopping, kind=kind)


def keep_hours(world: World, day: int, shopping: Shopping, *, merchant: Ints, minute: Floats, words: AnyArray) -> None:
    """Pass over closed shops for the next favourites; where all are closed, come when the first one is open."""
    merchants, codes = world.entities.merchants_on(day), world.entities.seats.codes
    offsets = world.timing.rhythm_on(day).offset_minutes.ravel()

    def closed(when: Floats, shops: Ints) -> Bools:
        return closed_at(world, day, shops, when)

    pending = np.flatnonzero(closed(minute, merchant))
    left = shopping.take(pending)
    for attempt in range(1, CLOSED_ATTEMPTS + 1):
        if pending.size == 0:
            return
        found = left.shops(attempt)
        shut = closed(minute.take(pending), found)
        merchant[pending[~shut]] = found[~shut]
        pending, left = pending[shut], left.take(np.flatnonzero(shut))
    shops = merchant[pending]
    zone = codes.take(shops).zone * np.int64(SLOTS)
    own = world.entities.occupants.opening_hours[merchants.hours.take(shops)].T
    apart = world.reference.shopping.safe_opening
    opens, closes = _of_same_date(
        *_by_law(world, day, shops, own, minute=minute[pending]),
        minute=minute[pending],
        offset=offsets.take(zone + SLOTS // 2),
        apart=apart,
    )
    # who waits for a shop to open comes before the night
    night = 60.0 * world.reference.itinerary.night[0]
    closes = np.where(opens + 4 * apart < night, np.minimum(closes, night), closes)
    part = ((words[pending] >> np.uint64(50)).astype(np.float64) + 0.5) / (1 << 14)
    local = opens + apart + part * np.maximum(closes - opens - 2 * apart, 0.0)
    about = (local - offsets.take(zone + SLOTS // 2)) % DAY_MINUTES
    # clocks may change between noon and then
    exact = offsets.take(zone + (about * (1 / SLOT_MINUTES)).astype(np.int64))
    minute[pending] = (local - exact) % DAY_MINUTES


def _by_law(world: World, day: int, shops: Ints, own: Ints, *, minute: Floats) -> tuple[Floats, Floats]:
    """Opening hours within those of the law on the local date of moments, if there is such time. Two of (n,)"""
    date = local_minutes(world, day, shops, minute) // DAY_MINUTES
    first, last = world.resting.hours(shops, date, day)
    first, last = np.maximum(own[0], first), np.where(last < DAY_MINUTES, np.minimum(own[1], last), own[1])
    fits = last - first > 4 * world.reference.shopping.safe_opening
    return np.where(fits, first, own[0]).astype(np.float64), np.where(fits, last, own[1]).astype(np.float64)


def _of_same_date(
    opens: Floats, closes: Floats, *, minute: Floats, offset: Ints, apart: float
) -> tuple[Floats, Floats]:
    """Opening hours on the local date of moments, as far as the UTC day has them; else on either date. Two of (n,)"""
    midnight = offset % DAY_MINUTES
    earlier = (minute + offset) % DAY_MINUTES >= midnight
    first = np.where(earlier, np.maximum(opens, midnight), opens)
    last = np.where(earlier, closes, np.minimum(closes, midnight))
    fits = last - first > 4 * apart
    return np.where(fits, first, opens), np.where(fits, last, closes)
