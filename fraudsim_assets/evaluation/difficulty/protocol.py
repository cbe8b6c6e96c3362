"""The split in time: history, training, a gap for labels, and the test.

Belongs here: which days serve what. Does not belong here: what is computed on them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from fraudsim_assets.errors import ConfigError

WINDOWS = (1, 7, 30)
"""Windows of the rolling features. Source: handbook_2022 (target D16). [days]"""


@dataclass(frozen=True)
class Protocol:
    """How many days serve as history, training, gap and test, one after the other.

    Attributes
    ----------
    history
        Days that only fill the rolling windows. [days]
    train
        Days a detector learns from. [days]
    gap
        Days whose labels are not known yet when the test begins; also the delay of a merchant's
        known risk. Source: handbook_2022 (target D16). [days]
    test
        Days that are scored. [days]
    folds
        Parts of the test, for each of which a detector is trained again. [count]
    """

    history: int = 30
    train: int = 28
    gap: int = 7
    test: int = 14
    folds: int = 2

    def __post_init__(self) -> None:
        for name in ("train", "test"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; a detector needs at least 1 day to {name}")
        if not 1 <= self.folds <= self.test:
            raise ConfigError(f"folds is {self.folds}; valid are 1 to {self.test}, the days of the test")
        for name in ("history", "gap"):
            if getattr(self, name) < 0:
                raise ConfigError(f"{name} is {getattr(self, name)}; valid are days from 0")

    @classmethod
    def of_days(cls, days: int) -> "Protocol":
        """Split a number of days as the default does its 79.

        Raises
        ------
        ConfigError
            If there are too few days.
        """
        if days < MIN_DAYS:
            raise ConfigError(f"{days} days are too few to measure difficulty; valid are {MIN_DAYS} or more")
        gap = cls.gap
        rest = days - gap
        test = max(round(rest * cls.test / (cls.history + cls.train + cls.test)), 3)
        history = min(max(round(rest * cls.history / (cls.history + cls.train + cls.test)), 4), max(WINDOWS) + gap)
        return cls(history=history, train=rest - test - history, gap=gap, test=test, folds=min(cls.folds, test))

    @property
    def days(self) -> int:
        """All days. [days]"""
        return self.history + self.train + self.gap + self.test

    def dates(self, first: date) -> Sequence[date]:
        """All days in order, from the first on."""
        return [first + timedelta(days=n) for n in range(self.days)]

    @property
    def spans(self) -> Sequence[tuple[tuple[int, int], tuple[int, int]]]:
        """Training and test of each fold: first day and the day after the last, counted from the first. [days]"""
        starts = [self.days - self.test + self.test * fold // self.folds for fold in range(self.folds + 1)]
        return [((low - self.gap - self.train, low - self.gap), (low, high)) for low, high in pairwise(starts)]


MIN_DAYS = 18
"""Fewest days that leave some for every purpose. [days]"""
