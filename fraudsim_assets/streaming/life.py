"""`Life`: what happens to payments between the till and the stream.

Late arrivals, duplicates, disorder and outages are keyed like everything else: a payment is late
in every run, for every number of producers, from every start. All of it is off by default.

Every disturbance only ever holds back, so a position in the stream is never before the event, and
what is sent in a stretch of time is found from the events of that stretch and of the ``reach``
before it.

Belongs here: when an event enters the stream. Does not belong here: order and sending.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.streams import Streams, halves, words_of
from fraudsim_assets.units import DAY, HOUR, MINUTE, SECOND, Ints

POSITION, EVENT_TIME = "_position", "_time"
"""Columns beside those of a message: when it enters the stream, and when it happened. [microseconds since 1970]"""

DUPLICATE_WITHIN = MINUTE
"""A copy follows within this time. ASSUMPTION. [microseconds]"""

CATCH_UP = 20.0
"""After an outage, what was held back is sent this many times as fast as it happened. ASSUMPTION. [unitless]"""

_LONGEST_OUTAGE = 1.5
# of the mean length; the shortest is half of it


@dataclass(frozen=True)
class Life:
    """Disturbances of a stream.

    Attributes
    ----------
    late_share, late_by
        Share of payments that arrive late, as from a terminal that was offline, and the most they
        are late. [share], [microseconds]
    duplicate_share
        Share of payments that are sent twice. [share]
    disorder
        Payments are held back by up to this much, each card by a slowly changing amount of its
        own: cards get out of order with each other, a card's payments never. [microseconds]
    outages_per_day, outage_length
        Mean number of outages of the whole stream, and their mean length; after one, what was
        held back comes in a burst. [count], [microseconds]
    """

    late_share: float = 0.0
    late_by: int = 6 * HOUR
    duplicate_share: float = 0.0
    disorder: int = 0
    outages_per_day: float = 0.0
    outage_length: int = 10 * MINUTE

    def __post_init__(self) -> None:
        for name, most in (("late_share", 1.0), ("duplicate_share", 1.0)):
            value = getattr(self, name)
            if not 0.0 <= value <= most:
                raise ConfigError(f"{name} is {value}; valid are numbers from 0 to {most:g}")
        for name, least, most in (
            ("late_by", SECOND, DAY),
            ("disorder", 0, HOUR),
            ("outage_length", SECOND, 6 * HOUR),
        ):
            value = getattr(self, name)
            if not least <= value <= most:
                raise ConfigError(
                    f"{name} is {value / SECOND:g} seconds; valid are {least / SECOND:g} to {most / SECOND:g} seconds"
                )
        if not 0.0 <= self.outages_per_day <= DAY / self._block:
            raise ConfigError(
                f"outages_per_day is {self.outages_per_day}; valid are numbers from 0 to {DAY / self._block:g}, "
                f"so that one of {self.outage_length / SECOND:g} seconds on average is over before the next"
            )

    @property
    def reach(self) -> int:
        """The most that anything is held back. [microseconds]"""
        held = self.disorder
        held += self.late_by if self.late_share else 0
        held += DUPLICATE_WITHIN if self.duplicate_share else 0
        return held + (round(_LONGEST_OUTAGE * self.outage_length) if self.outages_per_day else 0)

    def payments(self, streams: Streams, rows: pl.DataFrame) -> pl.DataFrame:
        """Say when payments enter the stream.

        Parameters
        ----------
        rows
            With ``transaction_id``, ``card_id`` and ``timestamp``.

        Returns
        -------
        pl.DataFrame
            The rows, and again those that are sent twice, with :data:`POSITION`, :data:`EVENT_TIME`
            and the columns of ``tables.messages.Journey``; of two copies the second has ``copies``
            0.
        """
        when = rows["timestamp"].dt.epoch("us").to_numpy()
        ids = rows["transaction_id"].to_numpy()
        late = self._lateness(streams, ids)
        disorder = self._disorder(streams, rows["card_id"].to_numpy(), when)
        before = when + late + disorder
        position = self._after_outages(streams, before)
        twice = streams.draw("stream.twice").happens(ids, self.duplicate_share)
        told = rows.with_columns(
            pl.Series(POSITION, position),
            pl.Series(EVENT_TIME, when),
            pl.Series("sent_at", position).cast(pl.Datetime("us", "UTC")),
            pl.Series("late_us", late),
            pl.Series("disorder_us", disorder),
            pl.Series("outage_us", position - before),
            pl.Series("copies", 1 + twice.astype(np.int16)),
        )
        if not twice.any():
            return told
        gap = (streams.draw("stream.copy").uniforms(ids[twice]) * DUPLICATE_WITHIN).astype(np.int64)
        again = self._after_outages(streams, before[twice] + gap)
        copies = told.filter(pl.Series(twice)).with_columns(
            pl.Series(POSITION, again), pl.lit(0, dtype=pl.Int16).alias("copies")
        )
        return pl.concat([told, copies])

    def labels(self, streams: Streams, rows: pl.DataFrame) -> pl.DataFrame:
        """Say when labels enter the stream: never before the payment that they are about.

        Parameters
        ----------
        rows
            With ``transaction_id`` and ``known_at``.
        """
        when = rows["known_at"].dt.epoch("us").to_numpy()
        # a label waits as long as its payment does at most, whose time and card's disorder it does not know
        held = self._lateness(streams, rows["transaction_id"].to_numpy()) + self.disorder
        return self._placed(streams, rows, when, when + held)

    def events(self, streams: Streams, rows: pl.DataFrame) -> pl.DataFrame:
        """Say when events that are no payments enter the stream: when they happen, or after an outage.

        Parameters
        ----------
        rows
            With ``timestamp``.
        """
        when = rows["timestamp"].dt.epoch("us").to_numpy()
        return self._placed(streams, rows, when, when)

    def changes(self, streams: Streams, rows: pl.DataFrame, when: int) -> pl.DataFrame:
        """Say when changes of a catalog enter the stream, all of one moment. [microseconds since 1970]"""
        moment = np.full(rows.height, when, dtype=np.int64)
        return self._placed(streams, rows, moment, moment)

    def _placed(self, streams: Streams, rows: pl.DataFrame, when: Ints, before: Ints) -> pl.DataFrame:
        position = self._after_outages(streams, before)
        return rows.with_columns(pl.Series(POSITION, position), pl.Series(EVENT_TIME, when))

    def _lateness(self, streams: Streams, ids: Ints) -> Ints:
        """How late payments arrive: most of the late ones by little, evenly on a logarithmic scale. (n,)"""
        late = np.zeros(len(ids), dtype=np.int64)
        if self.late_share == 0.0:
            return late
        struck = np.flatnonzero(streams.draw("stream.late").happens(ids, self.late_share))
        u = streams.draw("stream.late_by").uniforms(ids[struck])
        late[struck] = np.exp(np.log(SECOND) + u * (np.log(self.late_by) - np.log(SECOND))).astype(np.int64)
        return late

    def _disorder(self, streams: Streams, cards: Ints, when: Ints) -> Ints:
        """Delay of each card at a time, between knots twice the bound apart, so that no payment overtakes. (n,)"""
        if self.disorder == 0:
            return np.zeros(len(when), dtype=np.int64)
        knot, into = np.divmod(when, 2 * self.disorder)
        draw = streams.draw("stream.disorder")
        own = draw.words(cards)
        low, high = (draw.uniforms(own ^ words_of(knot + n)) for n in (0, 1))
        share = into / (2 * self.disorder)
        return ((low + (high - low) * share) * self.disorder).astype(np.int64)

    def _after_outages(self, streams: Streams, when: Ints) -> Ints:
        """Moments after the outages that they fall into; in the same order. (n,)"""
        if self.outages_per_day == 0.0 or len(when) == 0:
            return when
        # one block of time holds at most one outage and all of its catching up
        block = self._block
        blocks = np.arange(int(when.min()) // block, int(when.max()) // block + 1)
        chance, u = halves(streams.draw("stream.outage").words(blocks))
        length, _ = halves(streams.draw("stream.outage_length").words(blocks))
        there = np.flatnonzero(chance < self.outages_per_day * block / DAY)
        lasts = ((0.5 + length[there]) * self.outage_length).astype(np.int64)
        room = block - (lasts * CATCH_UP / (CATCH_UP - 1.0)).astype(np.int64) - SECOND
        begins = blocks[there] * block + (u[there] * room).astype(np.int64)
        if not there.size:
            return when
        latest = np.searchsorted(begins, when, side="right") - 1
        since = when - begins[latest]
        caught_up = begins[latest] + lasts[latest] + (since / CATCH_UP).astype(np.int64)
        return np.where(latest >= 0, np.maximum(when, caught_up), when)

    @property
    def _block(self) -> int:
        return max(HOUR, 4 * self.outage_length)
