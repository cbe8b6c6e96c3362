"""Rings: organised groups of fraudsters, and which of them commits a campaign.

The one idea: rings begin evenly on the operational clock, as campaigns do, and everything about one follows from its
number. Time is cut into weeks; a campaign belongs to one of the rings at work in the week in which it starts, drawn by
their sizes. So no campaign needs to know another, and a ring's campaigns are found without a list of members.

Belongs here: lives and sizes of rings, and who belongs to them. Does not belong here: what rings share
(``hideouts``), how each kind works (``reference_data/data/rings.toml``), and what campaigns do.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.config.fraud import Rings as RingSettings
from fraudsim_assets.fraud.campaigns import Campaigns
from fraudsim_assets.maths.sampling import QUANTILE_BITS, normal_quantiles
from fraudsim_assets.reference_data.rings import Ring
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import AnyArray, Floats, Ints

ALONE = -1
"""Stands for: of no ring."""

MOST_RINGS = 1 << 24
"""Numbers of rings lie below this, so that what a ring has in one place after another fits into a word. [count]"""

WEEK = 7.0
"""Rings begin and end with weeks. [operational days]"""

_WEEKS_KEPT = 256


@dataclass(frozen=True, eq=False)
class Rings:
    """Rings of a world.

    Attributes
    ----------
    streams
        Randomness of the world.
    kinds
        How rings work, in alphabetical order of their names.
    settings
        What the configuration says of rings.
    rows_per_day
        Fraudulent rows of all kinds. [1/operational day]
    least
        Rings at work on average, at the least. [count]
    """

    streams: Streams
    kinds: tuple[Ring, ...]
    settings: RingSettings
    rows_per_day: float
    least: float

    @cached_property
    def density(self) -> float:
        """Rings that begin per operational day. [1/day]"""
        at_work = max(self.rows_per_day / self.settings.rows_per_ring, self.least)
        pilots = np.arange(1 << 12)
        return at_work / float(self.life_weeks(pilots).mean() * WEEK)

    def law(self, field: str, ring: Ints) -> Floats:
        """A number of the kind that rings are of. (n,) [unit of the field of ``Ring``]"""
        return np.array([getattr(kind, field) for kind in self.kinds], dtype=np.float64).take(self.kind(ring))

    def kind(self, ring: Ints) -> Ints:
        """Which kind rings are of. (n,)"""
        shares = np.cumsum([kind.weight for kind in self.kinds])
        kind = np.searchsorted(shares, self.uniforms("kind", ring), side="right")
        return np.minimum(kind, len(self.kinds) - 1)

    def uniforms(self, decision: str, ring: Ints) -> Floats:
        """One uniform in (0, 1) per ring. (n,) [unitless]"""
        return self.streams.draw(f"fraud.ring.{decision}").uniforms(ring)

    def words(self, decision: str, ids: AnyArray) -> AnyArray:
        """Random words of a decision of rings. (n,) uint64"""
        return self.streams.draw(f"fraud.ring.{decision}").words(ids)

    def life_weeks(self, ring: Ints) -> Ints:
        """How many weeks rings work, the first and the last included. (n,) [weeks]"""
        level = (self.uniforms("life", ring) * (1 << QUANTILE_BITS)).astype(np.int64)
        spread = self.law("life_spread", ring) * normal_quantiles().take(level)
        days = self.law("life_days", ring) * np.exp(spread)
        days = np.clip(days, self.law("shortest_days", ring), self.law("longest_days", ring))
        return np.maximum(np.rint(days / WEEK), 1).astype(np.int64)

    def size(self, ring: Ints) -> Floats:
        """Sizes of rings, a Pareto law that is cut off: a ring gets campaigns in proportion. (n,) [unitless]"""
        exponent, largest = self.law("size_exponent", ring), self.law("largest", ring)
        least = largest**-exponent
        u = self.uniforms("size", ring)
        return (least + (1 - least) * u) ** (-1 / exponent)

    def first_week(self, ring: Ints) -> Ints:
        """Week in which rings begin to work. (n,) [weeks]"""
        return ((ring + self.uniforms("start", ring)) / self.density // WEEK).astype(np.int64)

    def at_work(self, week: int) -> tuple[Ints, Floats]:
        """Rings at work in a week, and their sizes summed up. Two of (rings,)"""
        return self._at_work.get(week)

    @cached_property
    def _at_work(self) -> KeyedCache[int, tuple[Ints, Floats]]:
        return KeyedCache(self._find_at_work, most=_WEEKS_KEPT)

    def _find_at_work(self, week: int) -> tuple[Ints, Floats]:
        longest = max(kind.longest_days for kind in self.kinds) + 2 * WEEK
        first = max(int((week * WEEK - longest) * self.density) - 1, 0)
        ring = np.arange(first, int((week + 1) * WEEK * self.density) + 2)
        begins = self.first_week(ring)
        ring = ring[(begins <= week) & (week < begins + self.life_weeks(ring))]
        return ring, np.cumsum(self.size(ring))

    def of(self, campaigns: Campaigns, share: float) -> Ints:
        """Which ring commits each campaign.

        Parameters
        ----------
        share
            Campaigns that rings commit, before ``fraud.rings.share``. [share]

        Returns
        -------
        (n,)
            Numbers of rings; ``ALONE`` for campaigns that no ring commits, and in weeks without any.
        """
        ring = np.full(len(campaigns), ALONE, dtype=np.int64)
        mine = np.flatnonzero(campaigns.uniforms("in_ring") < share * self.settings.share)
        week = (campaigns.start[mine] // WEEK).astype(np.int64)
        u = campaigns.uniforms("which_ring")[mine]
        for one in np.unique(week).tolist():
            rings, size = self.at_work(one)
            some = np.flatnonzero(week == one)
            if len(rings):
                ring[mine[some]] = rings[np.searchsorted(size, u[some] * size[-1], side="right")]
        return ring
