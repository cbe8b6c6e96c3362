"""Devices and addresses: a person's own, a household's, an office's, a carrier's."""

import numpy as np
import pytest

from fraudsim_assets.catalog.households import heads
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.reference_data.people import BLOCK
from fraudsim_assets.spending import networks
from fraudsim_assets.spending.networks import (
    addresses,
    exploring_sessions,
    fresh_sessions,
    mobile_addresses,
    public_sessions,
)
from fraudsim_assets.streams import Streams

N = 60_000
IDS = np.arange(N)
STREAMS = Streams(31)
TABLE, HOUSEHOLDS = packaged().networks, packaged().households
HERE = np.zeros(N, dtype=np.int64)


def devices(*, people: np.ndarray, city: np.ndarray, choice: np.ndarray, day: int, session: np.ndarray | None = None):
    """Devices of sessions on devices of people's own, as most are; of given sessions all."""
    own = {"people": people, "city": city, "choice": choice, "exploring": np.zeros(len(people), dtype=bool), "day": day}
    if session is not None:
        return networks.devices(STREAMS, packaged(), session=session, **own)
    session = HERE
    for number in range(1, 40):
        again = fresh_sessions(STREAMS, TABLE, people=people, session=session, day=day)
        again |= public_sessions(STREAMS, TABLE, people=people, session=session, day=day)
        session = np.where(again, number, session)
    return networks.devices(STREAMS, packaged(), session=session, **own)


def uniforms(name: str) -> np.ndarray:
    return STREAMS.draw(name).uniforms(IDS)


def ordered_from(people: np.ndarray, u: np.ndarray) -> np.ndarray:
    return addresses(
        STREAMS,
        packaged(),
        people=people,
        home=HERE,
        city=HERE,
        country=HERE,
        away=np.zeros(N, dtype=bool),
        works=people % 2 == 0,
        u=u,
        noise=STREAMS.draw("noise").words(IDS),
        day=20_000,
    )


def test_households_lie_within_their_block_and_the_head_is_its_own():
    head = heads(STREAMS, HOUSEHOLDS, IDS)
    assert np.array_equal(head // BLOCK, IDS // BLOCK)
    assert np.array_equal(heads(STREAMS, HOUSEHOLDS, head), head)
    assert len(np.unique(head)) / N == pytest.approx(1 / 1.55, abs=0.06)


def test_people_keep_their_devices_for_years_and_have_two():
    people = IDS // 20
    now, later = (devices(people=people, city=HERE, choice=uniforms("choice"), day=d) for d in (20_100, 20_130))
    assert (now == later).mean() > 0.93
    assert now.min() >= 0
    assert max(len(np.unique(now[people == p])) for p in range(200)) <= 2
    assert len(np.unique(now)) > 1.5 * len(np.unique(people))


def test_some_sessions_are_on_a_device_without_a_history_which_holds_all_requests_of_the_session():
    session = IDS % 2_000
    first, again, other = (
        devices(people=IDS, city=HERE, choice=uniforms(name), day=20_000, session=number)
        for name, number in (("choice", session), ("again", session), ("choice", session + 2_000))
    )
    fresh = fresh_sessions(STREAMS, TABLE, people=IDS, session=session, day=20_000)
    assert fresh.mean() == pytest.approx(TABLE.fresh, abs=4.5 * np.sqrt(TABLE.fresh / N))
    assert np.array_equal(first[fresh], again[fresh])
    assert len(np.unique(first[fresh])) == fresh.sum()
    assert not np.isin(first[fresh], other).any()


def test_who_comes_across_a_shop_is_often_on_a_device_without_a_history():
    explores = exploring_sessions(STREAMS, people=IDS, session=HERE, exploration=np.full(N, 0.3), day=20_000)
    assert explores.mean() == pytest.approx(0.3, abs=4.5 * np.sqrt(0.3 * 0.7 / N))
    fresh = fresh_sessions(STREAMS, TABLE, people=IDS, session=HERE, day=20_000, exploring=explores)
    for some, chance in ((explores, TABLE.fresh_exploring), (~explores, TABLE.fresh)):
        assert fresh[some].mean() == pytest.approx(chance, abs=4.5 * np.sqrt(chance * (1 - chance) / some.sum()))
    assert np.array_equal(
        fresh_sessions(STREAMS, TABLE, people=IDS, session=HERE, day=20_000)[~explores], fresh[~explores]
    )


def test_second_devices_are_shared_within_households_and_never_beyond():
    found = devices(people=IDS, city=HERE, choice=np.zeros(N), day=20_000)
    owners = [np.unique(heads(STREAMS, HOUSEHOLDS, IDS[found == device])) for device in np.unique(found)[:2_000]]
    assert max(len(some) for some in owners) == 1
    assert len(np.unique(found)) < 0.95 * N


def test_who_lives_in_another_city_shares_no_device():
    away = devices(people=IDS, city=IDS, choice=np.zeros(N), day=20_000)
    assert len(np.unique(away)) == N


def test_addresses_are_of_reserved_networks_and_home_is_stable():
    people = IDS // 10
    u = uniforms("home")
    found = ordered_from(people, u)
    at_home = u < TABLE.from_home
    assert np.all(found[at_home] >> 24 == 10)
    assert set((found[~at_home] >> 24).tolist()) <= {10, 100}
    for person in range(50):
        assert len(np.unique(found[at_home & (people == person)])) <= 1


def test_offices_and_carriers_share_addresses_among_strangers():
    office = ordered_from(IDS * 2, np.full(N, TABLE.from_home + 0.01))
    assert 5 < N / len(np.unique(office)) < 20
    carrier = mobile_addresses(STREAMS, TABLE, country=HERE, noise=STREAMS.draw("n").words(IDS), day=20_000)
    assert len(np.unique(carrier)) < 100
