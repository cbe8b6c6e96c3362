"""`Dossier`: one campaign as its calendar has it, and how to find campaigns.

Belongs here: look-ups in the calendar of fraud for people who want to see one case. Does not belong
here: rows of payments, and pictures of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.fraud.campaigns import LAYER
from fraudsim_assets.fraud.scenario import Casting
from fraudsim_assets.fraud.schedule import FraudSchedule, lifetime
from fraudsim_assets.fraud.timetable import NEVER, Timetable
from fraudsim_assets.units import DAY, Ints

PHASES = ("test", "spend", "cash", "bad faith", "deceived")
"""Names of the phases of steps, by their numbers in ``campaigns``."""


@dataclass(frozen=True)
class Dossier:
    """One campaign.

    Attributes
    ----------
    campaign
        Campaign id, as in ``transactions.campaign_id``.
    scenario
        Name of the kind of fraud.
    accounts : (cards,)
        Accounts it strikes, the first one struck first.
    when : (steps,)
        Time of each step. [microseconds since 1970]
    step, account, phase : (steps,)
        Number within the campaign, account and phase of each step.
    known
        When the bank learns of it; None if it never does. [microseconds since 1970]
    told
        How the bank learns of it: detected, reported or not at all.
    """

    campaign: int
    scenario: str
    accounts: Ints
    when: Ints
    step: Ints
    account: Ints
    phase: Ints
    known: int | None
    told: str


def campaigns_between(schedule: FraudSchedule, first: int, last: int, *, scenario: str | None = None) -> list[Dossier]:
    """Campaigns with a step on the days from ``first`` to ``last``, in the order of their first steps.

    Parameters
    ----------
    first, last
        Day numbers; both are included.
    scenario
        Only this kind of fraud.

    Raises
    ------
    ConfigError
        If no enabled scenario has that name.
    """
    found = []
    for casting in _castings(schedule, scenario):
        for table in schedule.spans(casting, first - lifetime(casting), last):
            inside = (table.day >= first) & (table.day <= last)
            found.extend(_dossier(table, int(at)) for at in np.unique(table.plan.steps.campaign[inside]))
    return sorted(found, key=lambda dossier: (int(dossier.when.min()), dossier.campaign))


def find_campaign(schedule: FraudSchedule, campaign: int) -> Dossier:
    """Find a campaign by its id.

    Raises
    ------
    ConfigError
        If there is none, or none of its steps is taken.
    """
    number, code = CAMPAIGN.unpack(campaign)
    for casting in schedule.castings:
        if casting.code == code and campaign > 0:
            time = np.array([(number % LAYER + 0.5) / schedule.densities[code]])
            day = int(schedule.clock.days_of(time)[0])
            margin = 3 + int(2 / schedule.densities[code])
            for table in schedule.spans(casting, day - margin, day + margin):
                at = np.flatnonzero(table.campaigns.number == number)
                if at.size and (table.plan.steps.campaign == at[0]).any():
                    return _dossier(table, int(at[0]))
    raise ConfigError(f"campaign {campaign} does not exist; valid are values of transactions.campaign_id")


def _castings(schedule: FraudSchedule, scenario: str | None) -> Iterator[Casting]:
    names = [casting.name for casting in schedule.castings]
    if scenario is not None and scenario not in names:
        raise ConfigError(f"scenario is {scenario!r}; valid are {', '.join(names) or 'none: fraud.rate is 0'}")
    yield from (casting for casting in schedule.castings if scenario in (None, casting.name))


def _dossier(table: Timetable, at: int) -> Dossier:
    rows = np.flatnonzero(table.plan.steps.campaign == at)
    rows = rows[np.argsort(table.day[rows] * DAY + table.moment[rows], kind="stable")]
    steps, outcome, known = table.plan.steps, table.plan.outcome, int(table.known[at])
    told = "detected" if outcome.detected[at] else "reported" if outcome.reported[at] else "not at all"
    account = steps.account[rows]
    _, first = np.unique(account, return_index=True)
    return Dossier(
        campaign=CAMPAIGN.pack(int(table.campaigns.number[at]), table.casting.code),
        scenario=table.casting.name,
        accounts=account[np.sort(first)],
        when=table.day[rows] * DAY + table.moment[rows],
        step=steps.order[rows],
        account=account,
        phase=steps.phase[rows],
        known=known if known < NEVER else None,
        told=told if known < NEVER else "not at all",
    )
