"""`World`: genuine life and the fraud committed in it, ready to make days.

Belongs here: the parts that every day reads and none decides. Does not belong here: what the parts do, and anything
that belongs to one day (``day``, ``keys``, ``purchases``).
"""

from collections.abc import Callable
from copy import copy
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from fraudsim_assets.caching import NO_SHELF, DayCache, Shelf
from fraudsim_assets.catalog.bundle import Catalogs, build_catalogs
from fraudsim_assets.config.loading import as_config
from fraudsim_assets.config.model import Config
from fraudsim_assets.decisions.files import decisions_of
from fraudsim_assets.decisions.log import DecisionLog
from fraudsim_assets.decisions.verdicts import Verdicts
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.fraud.aftermath import Aftermath
from fraudsim_assets.fraud.history import FraudHistory
from fraudsim_assets.fraud.schedule import FraudSchedule
from fraudsim_assets.fraud.trail import Trail
from fraudsim_assets.simulation.recollection import Recollection
from fraudsim_assets.spending.contacts.model import ContactHabits
from fraudsim_assets.spending.resting import Resting
from fraudsim_assets.spending.society import Society
from fraudsim_assets.units import day_number

T = TypeVar("T")

OPEN_HORIZON_DAYS = 1095
"""Days that the catalogs list where the configuration has no end date. [days]"""


class World:
    """A configuration with its catalogs, ready to make days.

    Parameters
    ----------
    config
        With a seed.
    catalogs
        Customers, cards and merchants made from the same configuration, or what makes them: it is asked only where
        the tables are to be kept, or the shelf does not have what is made of them.
    decisions
        What was decided about payments; None is the log that the configuration names, and without one nothing was
        decided.
    keep_catalogs
        Whether to hold on to the tables. Days are made from arrays and do without; checks, exports and the cards
        issued after fraud need them.
    shelf
        Where what the world is made of outlasts this process; a matter of speed and memory only.

    Attributes
    ----------
    config
        The configuration; its seed is set.
    reference
        Tables of reference data, as the configuration has them.
    decisions, verdicts
        What was decided about payments: the log, and as days look it up.
    streams
        All randomness of the world.
    entities
        The catalogs as arrays.
    landscape, habits, prices, services, timing, lives
        Genuine life: where people shop, for what, for how much, what they subscribe to, when, and with which card.
    resting
        Which shops of home countries stay closed on which dates.
    contacts
        What people do at their bank without paying.
    epochs
        What the timeline changes in it.
    fraud
        Campaigns over time.
    trail
        Events that are no payments, left by fraud.
    aftermath
        What decisions leave of fraud, and add to it.
    history
        Fraud by day.
    recollection
        When accounts last paid, as far as days made so far have shown: it spares looking back, and changes no value.

    Raises
    ------
    ConfigError
        If the seed is missing or the geography cannot be laid out.
    CatalogMismatchError
        If the catalogs were made from another configuration.
    StorageError, WorldMismatchError
        If the log that the configuration names is not there or not whole, or is of another world.
    """

    def __init__(
        self,
        config: Config,
        catalogs: Catalogs | Callable[[], Catalogs],
        decisions: DecisionLog | None = None,
        *,
        keep_catalogs: bool = True,
        shelf: Shelf = NO_SHELF,
    ) -> None:
        tables = catalogs() if keep_catalogs and callable(catalogs) else catalogs
        society = shelf.keep("society", lambda: Society.of(config, tables() if callable(tables) else tables))
        self.config, self.reference, self.streams = config, society.reference, society.streams
        self.entities = society.entities
        self.landscape, self.habits = society.landscape, society.habits
        self.prices, self.services, self.timing, self.lives = (
            society.prices,
            society.services,
            society.timing,
            society.lives,
        )
        self.resting = Resting(self.streams, self.entities, self.lives.weights.rates)
        self.contacts = ContactHabits(society)
        self.epochs = society.epochs
        self.fraud = FraudSchedule(society, shelf)
        self.trail = Trail(self.fraud)
        self._planned = FraudHistory(self.fraud, self.entities.n_accounts)
        self.recollection = Recollection(self.entities.n_accounts)
        self._catalogs = tables if keep_catalogs and not callable(tables) else None
        self._lasting: dict[Callable, DayCache] = {}
        self.take_in(decisions_of(config) if decisions is None else decisions)

    def under(self, decisions: DecisionLog) -> "World":
        """The same world with other decisions; what no decision changes is shared with this one."""
        other = copy(self)
        other.take_in(decisions)
        first = decisions.first_difference(self.decisions)
        for make, cache in self._daily.items():
            # what days before are like, no later decision changes
            other.daily(make, most=cache.most).keep(cache.values_below(first))
        return other

    def take_in(self, decisions: DecisionLog) -> None:
        """Find what decisions change. For worlds in the making: one that makes days must stay as it is."""
        self.decisions, self.verdicts = decisions, Verdicts.of(decisions, self.streams)
        self.aftermath = Aftermath(self.fraud, self.verdicts, self._planned.reckonings)
        self.history = self._planned.under(self.aftermath)
        self._daily: dict[Callable, DayCache] = {}

    def daily(self, make: "Callable[[World, int], T]", *, most: int) -> DayCache[T]:
        """What is worked out once for a day and kept.

        Parameters
        ----------
        make
            A function of the world and a day number: the same function always gets the same cache.
        most
            How many days are kept, a matter of speed only. [days]
        """
        return self._daily.setdefault(make, DayCache(partial(make, self), most=most))

    def lasting(self, make: "Callable[[World, int], T]", *, most: int) -> DayCache[T]:
        """As :meth:`daily`, of what no decision changes: kept once for this world under all decisions.

        Parameters
        ----------
        make
            A function of the world and a day number, which asks for nothing that hangs on decisions.
        most
            How many days are kept, a matter of speed only. [days]
        """
        return self._lasting.setdefault(make, DayCache(partial(make, self), most=most))

    @property
    def catalogs(self) -> Catalogs:
        """The tables that the world was made from.

        Raises
        ------
        LookupError
            If the world was told not to keep them.
        """
        if self._catalogs is None:
            raise LookupError("this world was made with keep_catalogs=False; make one that keeps its catalogs")
        return self._catalogs

    @property
    def first_day(self) -> int:
        """First day that can be made. [day number]"""
        return day_number(self.config.start_date)

    @property
    def scenario_names(self) -> tuple[str, ...]:
        """Names of the fraud scenarios, in the order of their codes."""
        return self.fraud.scenario_names

    def check_day(self, day: date) -> None:
        """Make sure a day belongs to the world.

        Raises
        ------
        ConfigError
            If it is before ``start_date``, after ``end_date``, or beyond what the catalogs list.
        """
        start, end = self.config.start_date, self.config.end_date
        last = end or start + timedelta(days=OPEN_HORIZON_DAYS)
        if not start <= day <= last:
            hint = "" if end else "; set end_date to go further"
            raise ConfigError(
                f"day {day} is outside the world: valid are days from start_date {start} to {end or last}{hint}"
            )


def build_world(config: Config | str | Path) -> World:
    """Make the catalogs of a configuration and the world that they describe.

    Parameters
    ----------
    config
        With a seed, or the name or path of one, as :func:`load_config` takes it.

    Raises
    ------
    ConfigError
        If there is no such configuration, the seed is missing or the geography cannot be laid out.
    """
    config = as_config(config)
    return World(config, build_catalogs(config))
