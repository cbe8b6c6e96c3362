"""`Reckonings`: what decisions make of campaigns over time, each timetable worked out once under the same decisions.

The one idea: what becomes of the campaigns of a timetable follows from decisions about their accounts alone. A decision
more leaves all other timetables as they were, so most of what was worked out for one log holds for the next one.

Belongs here: keeping what was reckoned. Does not belong here: the law (``reckoning``), and what it makes of rows
(``aftermath``).
"""

from dataclasses import fields

import numpy as np

from fraudsim_assets.caching import KeyedCache
from fraudsim_assets.decisions.verdicts import Verdicts
from fraudsim_assets.fraud.blocks import decided_blocks
from fraudsim_assets.fraud.reckoning import Reckoned, reckoned
from fraudsim_assets.fraud.schedule import FraudSchedule, lifetime
from fraudsim_assets.units import DAY, Bools

KEPT = 1024
"""Timetables under some decisions that are kept. [count]"""

_Key = tuple[int, int, bytes]
# position of the casting, number of the span of days, and decisions about accounts of that timetable


class Reckonings:
    """What decisions make of campaigns.

    Parameters
    ----------
    schedule
        Campaigns over time, as they are without decisions.
    """

    def __init__(self, schedule: FraudSchedule) -> None:
        self._schedule = schedule
        self._found: KeyedCache[_Key, Reckoned] = KeyedCache(self._reckon, most=KEPT)

    def of(self, verdicts: Verdicts) -> Reckoned:
        """What decisions make of all campaigns, but for those of rings that are away."""
        if len(verdicts) == 0:
            return Reckoned.none()
        schedule, known = self._schedule, self._mask(verdicts)
        first, last = int(verdicts.when.min()) // DAY, int(verdicts.decided.max()) // DAY
        parts = []
        for position, casting in enumerate(schedule.castings):
            since = first - lifetime(casting)
            for number, table in enumerate(schedule.spans(casting, since, last), since // schedule.span_days):
                accounts = table.plan.steps.account
                mine = accounts[known.take(accounts)]
                if mine.size:
                    some = np.isin(verdicts.account, mine)
                    words = np.stack([getattr(verdicts, field.name)[some] for field in fields(Verdicts)])
                    parts.append(self._found.get((position, number, words.tobytes())))
        return Reckoned.join(parts)

    def _mask(self, verdicts: Verdicts) -> Bools:
        known = np.zeros(self._schedule.society.entities.n_accounts, dtype=bool)
        known[verdicts.account] = True
        return known

    def _reckon(self, key: _Key) -> Reckoned:
        position, number, words = key
        schedule, society = self._schedule, self._schedule.society
        casting, first = schedule.castings[position], number * schedule.span_days
        verdicts = Verdicts(*np.frombuffer(words, dtype=np.int64).reshape(len(fields(Verdicts)), -1))
        return reckoned(
            schedule.spans(casting, first, first)[0],
            verdicts,
            decided_blocks(society, verdicts),
            known=self._mask(verdicts),
            reaction=society.reference.reaction(casting.name),
            streams=society.streams,
        )
