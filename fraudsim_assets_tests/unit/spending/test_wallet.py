"""Wallets: one card serves a need for weeks, in proportion to use and fitness, and only while it is awake."""

import numpy as np

from fraudsim_assets.catalog.accounts import LONG_OPEN
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.spending.slumber import NEVER_RESTS, Slumber
from fraudsim_assets.spending.wallet import CASH, NO_CARD, STORE, WEB, Wallet, fitness_of
from fraudsim_assets.streams import Streams

STREAMS, TABLE = Streams(4), packaged().habits
PEOPLE = 9_000
CUSTOMER = np.repeat(np.arange(PEOPLE), 1 + np.arange(PEOPLE) % 3)
FIRST = np.searchsorted(CUSTOMER, np.arange(PEOPLE + 1))
RANK = np.arange(len(CUSTOMER)) - FIRST[CUSTOMER]
ALWAYS = Slumber(np.full(len(CUSTOMER), NEVER_RESTS, dtype=np.int16), np.full(len(CUSTOMER), LONG_OPEN), 1.0, TABLE)


def wallet(slumber: Slumber = ALWAYS) -> Wallet:
    """A debit card first, then a credit card, then another one that is used as much."""
    product = np.minimum(RANK, 1)
    activity = np.where(RANK == 0, 2.0, 1.0)
    fitness = fitness_of(packaged().products, product)
    return Wallet.of(
        customer=CUSTOMER,
        activity=activity,
        fitness=fitness,
        slumber=slumber,
        n_customers=PEOPLE,
        window_days=TABLE.card_days,
    )


def chosen(role: int, day: int = 20_000, need: int = 3, which: Wallet | None = None) -> np.ndarray:
    people = np.arange(PEOPLE)
    codes = np.full(PEOPLE, need), np.full(PEOPLE, role)
    return (wallet() if which is None else which).choose(STREAMS, people=people, need=codes[0], role=codes[1], day=day)


def test_a_card_is_the_persons_own():
    for role in (STORE, WEB, CASH):
        assert np.array_equal(CUSTOMER[chosen(role)], np.arange(PEOPLE))


def test_cards_are_chosen_by_use_and_fitness():
    two = np.arange(1, PEOPLE, 3)
    for role, debit in ((STORE, 2 / 2.6), (WEB, 1.5 / 3.0), (CASH, 2 / 2.03)):
        share = (RANK[chosen(role)[two]] == 0).mean()
        assert abs(share - debit) < 4.5 * np.sqrt(debit * (1 - debit) / len(two)) + 1e-3


def test_a_choice_lasts_for_its_window_and_changes_with_the_next():
    days = np.stack([chosen(WEB, 20_000 + d) for d in range(0, 2 * TABLE.card_days, 7)])
    changes = (np.diff(days, axis=0) != 0).sum(axis=0)
    assert changes.max() <= 2
    assert 0.2 < (changes[FIRST[1:] - FIRST[:-1] > 1] > 0).mean() < 0.9


def test_a_card_that_rests_gives_way_to_one_that_is_awake_or_to_none():
    phase = np.where(RANK == 0, 100, NEVER_RESTS).astype(np.int16)
    slumber = Slumber(phase, np.full(len(phase), LONG_OPEN), 1.0, TABLE)
    day = next(d for d in range(20_000, 20_400) if not slumber.awake(np.array([0]), d)[0])
    account = chosen(STORE, day, which=wallet(slumber))
    alone = FIRST[1:] - FIRST[:-1] == 1
    assert np.all(account[alone] == NO_CARD)
    assert np.all(RANK[account[~alone]] > 0)
