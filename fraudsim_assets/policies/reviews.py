"""Reviews: analysts take up payments that a policy sent to them, the most urgent first, and come to a verdict.

Analysts know more than a detector, since they can ask the holder, and err at given rates; whether they do about a
payment is a function of the world's seed and the payment.

Belongs here: who is looked at when, and with which verdict. Does not belong here: what reviews cost (``ledger``), and
numbers about analysts (``config.policies``).
"""

from dataclasses import dataclass
from heapq import heappop, heappush

import numpy as np

from fraudsim_assets.config.policies import Reviews
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import DAY, HOUR, MINUTE, Bools, Floats, Ints


@dataclass(frozen=True)
class Waiting:
    """Payments that wait for a review.

    Attributes
    ----------
    transaction : (n,)
        Ids.
    since : (n,)
        When they were sent to review, which is the time of the payment. [microseconds since 1970]
    urgency : (n,)
        The highest is taken up first. [unitless]
    fraud : (n,)
        Ground truth, which decides how often analysts are right.
    """

    transaction: Ints
    since: Ints
    urgency: Floats
    fraud: Bools

    @classmethod
    def empty(cls) -> "Waiting":
        """An empty queue."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, np.zeros(0), np.zeros(0, dtype=np.bool_))

    def take(self, rows: Ints | Bools) -> "Waiting":
        """Some of them."""
        return Waiting(self.transaction[rows], self.since[rows], self.urgency[rows], self.fraud[rows])

    def and_also(self, others: "Waiting") -> "Waiting":
        """These and others."""
        pairs = zip(vars(self).values(), vars(others).values(), strict=True)
        return Waiting(*(np.concatenate(pair) for pair in pairs))

    def still_there(self, day: int, reviews: Reviews) -> "Waiting":
        """Those that are not dropped as a day begins, for having waited longer than ``patience_days``."""
        return self.take(self.since >= (day - reviews.patience_days) * DAY)

    def __len__(self) -> int:
        return len(self.transaction)


@dataclass(frozen=True)
class Verdicts:
    """Reviews that have ended.

    Attributes
    ----------
    about
        What was looked at, in the order in which it was.
    ended : (n,)
        When. [microseconds since 1970]
    found : (n,)
        What was taken for fraud.
    """

    about: Waiting
    ended: Ints
    found: Bools


def shift(day: int, reviews: Reviews) -> Ints:
    """Moments of a day at which an analyst can take up a payment: as many as can be reviewed. (n,)"""
    start, length = day * DAY + reviews.first_hour * HOUR, (reviews.last_hour - reviews.first_hour) * HOUR
    return start + np.arange(reviews.capacity, dtype=np.int64) * length // max(reviews.capacity, 1)


def work(queue: Waiting, moments: Ints, reviews: Reviews, streams: Streams) -> tuple[Verdicts, Waiting, Ints]:
    """Take up payments: at each moment the most urgent that is there by then.

    Parameters
    ----------
    queue
        What waits, or comes in later on the day.
    moments
        At which an analyst is free. [microseconds since 1970]

    Returns
    -------
    Verdicts
        Each falls ``reviews.minutes`` after its payment is taken up.
    Waiting
        What still waits.
    moments
        At which there was nothing to take up.
    """
    chosen, used = _in_turn(queue, moments)
    about = queue.take(chosen)
    errs = np.where(
        about.fraud,
        streams.draw("policies.missed").happens(about.transaction, reviews.missed),
        streams.draw("policies.mistaken").happens(about.transaction, reviews.mistaken),
    )
    ended = moments[used] + round(reviews.minutes * MINUTE)
    rest = np.setdiff1d(np.arange(len(queue)), chosen)
    return Verdicts(about, ended, about.fraud != errs), queue.take(rest), np.delete(moments, used)


def _in_turn(queue: Waiting, moments: Ints) -> tuple[Ints, Ints]:
    """Positions in the queue that are taken up, and of the moments at which they are."""
    order = np.lexsort((queue.transaction, queue.since))
    heap: list[tuple[float, int, int]] = []
    chosen, used, at = [], [], 0
    for number, moment in enumerate(moments.tolist()):
        while at < len(order) and queue.since[order[at]] <= moment:
            row = int(order[at])
            heappush(heap, (-float(queue.urgency[row]), int(queue.transaction[row]), row))
            at += 1
        if heap:
            chosen.append(heappop(heap)[2])
            used.append(number)
    return np.array(chosen, dtype=np.int64), np.array(used, dtype=np.int64)
