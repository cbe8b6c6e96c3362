"""Rings: who belongs to one follows from seed, ring and week alone; sizes have a heavy tail; innocents share."""

from dataclasses import fields, replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.catalog.households import household_ids
from fraudsim_assets.config import load_config
from fraudsim_assets.fraud.deeds import AS_USUAL
from fraudsim_assets.fraud.rings import ALONE, WEEK, Rings
from fraudsim_assets.fraud.rows import FraudRows
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import World, scan_transactions
from fraudsim_assets.spending.dwellings import buildings, dwellings
from fraudsim_assets.spending.networks import own_devices
from fraudsim_assets.spending.phones import LINES, phone_numbers
from fraudsim_assets.streams import Streams
from fraudsim_assets_tests.unit.fraud import worlds

MANY = np.arange(1_000, 9_000)


def rings() -> Rings:
    return worlds.world().fraud.scene.rings


def test_a_ring_is_found_the_same_alone_and_among_others():
    campaigns = worlds.campaigns_of("stolen_cnp", 400)
    some = np.array([3, 77, 399])
    alone = rings().of(campaigns.take(some), 0.65)
    fresh = replace(rings(), settings=rings().settings)  # nothing that was looked up before
    assert np.array_equal(fresh.of(campaigns.take(some[::-1]), 0.65)[::-1], alone)
    assert np.array_equal(rings().of(campaigns, 0.65)[some], alone)


def test_campaigns_belong_to_rings_at_work_when_they_start():
    campaigns = worlds.campaigns_of("stolen_cnp", 3_000)
    mine = campaigns.ring >= 0
    week = campaigns.start[mine] // WEEK
    begins, life = rings().first_week(campaigns.ring[mine]), rings().life_weeks(campaigns.ring[mine])
    assert (begins <= week).all()
    assert (week < begins + life).all()
    share = worlds.castings()["stolen_cnp"].parameters.ring
    assert mine.mean() == pytest.approx(share, abs=4.5 * np.sqrt(share * (1 - share) / 3_000))


def test_rings_live_for_weeks_to_months_and_sizes_have_a_heavy_tail():
    days, size = rings().life_weeks(MANY) * WEEK, np.sort(rings().size(MANY))[::-1]
    assert days.min() >= 14
    assert days.max() <= 210
    assert 30 < np.median(days) < 60
    assert size.min() >= 1
    assert size[:800].sum() > 0.3 * size.sum(), "a tenth of the rings commits a third of what rings commit"
    kinds = packaged().rings
    for number, name in enumerate(sorted(kinds)):
        mine = rings().kind(MANY) == number
        weight = kinds[name].weight
        assert mine.mean() == pytest.approx(weight, abs=4.5 * np.sqrt(weight * (1 - weight) / len(MANY)))
        assert rings().size(MANY)[mine].max() <= kinds[name].largest
        # a Pareto law: the share above 4 times the smallest
        least = kinds[name].largest ** -kinds[name].size_exponent
        above = (4.0 ** -kinds[name].size_exponent - least) / (1 - least)
        found = (rings().size(MANY)[mine] > 4).mean()
        assert found == pytest.approx(above, abs=4.5 * np.sqrt(above * (1 - above) / mine.sum()))


def test_as_many_rings_are_at_work_as_the_rows_of_fraud_ask_for():
    config = worlds.world().config.fraud.rings
    for rows in (1.0, 400.0):
        found = Rings(Streams(5), rings().kinds, config, rows, 3.0)
        expected = max(rows / config.rows_per_ring, 3.0)
        at_work = np.array([len(found.at_work(week)[0]) for week in range(2_800, 2_960)])
        # rings stay for weeks, so about one week in six is a sample of its own
        assert at_work.mean() == pytest.approx(expected, abs=4.5 * np.sqrt(expected / (160 / 6)) + 0.03 * expected)


def test_a_world_without_rings_has_none():
    world = worlds.make_world(rings={"share": 0.0})
    rows = world.fraud.rows_on(worlds.DAY)
    assert len(rows) > 0
    assert (rows.ring == ALONE).all()


def test_campaigns_of_a_ring_share_devices_and_those_of_different_rings_do_not():
    campaigns = worlds.campaigns_of("stolen_cnp", 2_000)
    # without machines of the public, which several rings may find
    device = worlds.make_world(rings={"innocents": 0.0}).fraud.scene.hideouts.devices(campaigns)
    mine = campaigns.ring >= 0
    per_device = np.unique(device[mine], return_counts=True)[1]
    assert per_device.mean() > 1.5
    pairs = np.unique(np.stack([campaigns.ring[mine], device[mine]]), axis=1)
    assert len(np.unique(pairs[1])) == pairs.shape[1]


@pytest.mark.parametrize(("rate", "scale", "days"), [(0.05, 0.06, 24), (0.02, 0.12, 20), (0.0025, 1.0, 30)])
def test_most_rows_on_devices_that_customers_share_are_genuine_and_not_a_few_are_fraud(rate, scale, days):
    config = load_config("demo", overrides={"population": {"scale": scale}, "fraud": {"rate": rate}}, env={})
    world = World(config, build_catalogs(config))
    first = config.start_date + timedelta(days=30)
    made = scan_transactions(config, first, first + timedelta(days=days - 1), world=world)
    rows = made.filter(pl.col("device_id").is_not_null()).select("card_id", "device_id", "is_fraud").collect()
    account = (rows["card_id"].to_numpy() - 1) % world.entities.n_accounts
    rows = rows.with_columns(customer=world.entities.account_customer.take(account))
    people = rows.group_by("device_id").agg(people=pl.col("customer").n_unique())
    shared = rows.join(people, on="device_id").filter(pl.col("people") > 1)
    assert shared.height > 200
    assert 0.05 < shared["is_fraud"].mean() < 0.4
    # whoever is struck on a shared device is a small part of all
    assert shared["is_fraud"].sum() > 0.03 * rows["is_fraud"].sum()


def test_innocents_own_devices_that_rings_use():
    world = worlds.world()
    campaigns = worlds.campaigns_of("stolen_cnp", 2_000)
    campaigns = campaigns.take(campaigns.ring >= 0)
    device = world.fraud.scene.hideouts.devices(campaigns)
    people = np.arange(world.entities.n_customers)
    day = int(campaigns.start[0])
    home = world.fraud.scene.hideouts._homes(people, np.full(len(people), day))
    known = [
        own_devices(
            world.streams,
            world.reference,
            people=people,
            city=home,
            second=np.full(len(people), second),
            day=day,
        )[0]
        for second in (False, True)
    ]
    borrowed = np.isin(device, np.concatenate(known)).mean()
    law = rings().law("public", campaigns.ring)
    expected = float((rings().settings.innocents * (1 - law)).mean())
    # devices are replaced and people move between the first campaign and the last
    assert 0.6 * expected < borrowed < 1.4 * expected
    none = worlds.make_world(rings={"innocents": 0.0})
    alone = none.fraud.scene.hideouts.devices(campaigns)
    assert not np.isin(alone, np.concatenate(known)).any()


def test_campaigns_of_rings_may_hide_in_habits_and_still_come_from_the_devices_of_the_ring():
    found = []
    for share in (0.0, 1.0):
        changes = {"fraud": {"rate": 0.05}, "reference": {"thieves": {"undisguised": share}}}
        config = load_config("tiny", overrides=changes, env={})
        fraud = World(config, build_catalogs(config)).fraud
        found.append(FraudRows.join([fraud.rows_on(worlds.DAY + n) for n in range(5)]))
    disguised, plain = found
    for field in fields(plain):
        if field.name not in {"device", "address"}:
            assert np.array_equal(getattr(plain, field.name), getattr(disguised, field.name)), field.name
    names = worlds.world().fraud.scenario_names
    ours = (plain.scenario == names.index("stolen_cnp")) & (plain.ring != ALONE)
    assert ours.sum() > 5
    assert (plain.device[ours] != AS_USUAL).all()
    assert (disguised.device[ours] == AS_USUAL).any()
    others = (plain.ring == ALONE) | (plain.scenario == names.index("purchase_scam"))
    assert np.array_equal(plain.device[others], disguised.device[others])
    some = ours & (disguised.device != AS_USUAL)
    assert np.array_equal(plain.device[some], disguised.device[some])


def test_what_a_ring_has_changes_with_time():
    campaigns = worlds.campaigns_of("stolen_cnp", 1)
    one = replace(campaigns, ring=np.array([2_669]))
    days = [replace(one, start=one.start + 4.0 * n) for n in range(30)]
    devices = [int(worlds.world().fraud.scene.hideouts.devices(later)[0]) for later in days]
    assert 5 < len(set(devices)) < 20, "ten to twelve days each"


def test_victims_of_a_ring_share_drops_and_innocents_live_in_some_of_their_buildings():
    campaigns = worlds.campaigns_of("account_takeover", 4_000)
    society, hideouts = worlds.world().fraud.society, worlds.world().fraud.scene.hideouts
    drop = hideouts.drops(campaigns)
    alone = np.array([0, 7, 3_999])
    assert np.array_equal(hideouts.drops(campaigns.take(alone)), drop[alone])
    mine = campaigns.ring >= 0
    assert len(np.unique(drop[~mine])) == (~mine).sum(), "whoever works alone has a drop of their own"
    assert len(np.unique(drop[mine])) < 0.5 * mine.sum()
    assert not np.isin(drop[~mine], drop[mine]).any()
    # all buildings of the world, and the dwellings of people who move
    people = np.arange(society.entities.n_customers)
    words = (np.full(len(people), n, dtype=np.uint64) for n in range(society.reference.households.buildings))
    known = np.unique(
        [buildings(society.streams, society.reference.households, people=people, words=each) for each in words]
    )
    share = rings().law("drop_shared", campaigns.ring[mine]).mean()
    assert 0.3 * share < np.isin(drop[mine], known).mean() < 2 * share
    home = society.entities.customer_city.take(society.entities.customer_versions.rows(people, worlds.DAY))
    moved = np.concatenate(
        [
            dwellings(society.streams, society.reference.households, people=people, city=home, day=worlds.DAY + n)
            for n in range(20)
        ]
    )
    share = society.reference.households.in_buildings
    assert np.isin(moved, known).mean() == pytest.approx(share, abs=4.5 * np.sqrt(share / len(moved)))
    # private homes of movers are no drops
    assert not np.isin(moved[~np.isin(moved, known)], drop).any()
    assert len(np.unique(drop[mine])) > 50


def test_victims_of_a_ring_share_prepaid_numbers_that_lie_side_by_side():
    campaigns = worlds.campaigns_of("account_takeover", 4_000)
    world = worlds.world()
    table = world.reference.networks
    country = np.zeros(len(campaigns), dtype=np.int64)
    phone = world.fraud.scene.hideouts.phones(campaigns, country)
    alone = np.array([0, 7, 3_999])
    assert np.array_equal(world.fraud.scene.hideouts.phones(campaigns.take(alone), country[alone]), phone[alone])
    assert (phone // LINES < table.prepaid_ranges).all()
    mine = campaigns.ring >= 0
    assert len(np.unique(phone[mine])) < 0.5 * mine.sum()
    assert len(np.unique(phone[~mine])) > 0.8 * (~mine).sum(), "thousands of numbers are few, so some meet by chance"
    ring, start = campaigns.ring[mine], campaigns.start[mine]
    ours = phone[mine][(ring == ring[0]) & (np.abs(start - start[0]) < 3)]
    apart = np.abs(ours - ours[0]) % LINES
    assert (np.minimum(apart, LINES - apart) < 40).mean() > 0.5, "one batch"


def test_honest_numbers_are_spread_over_ranges_and_shared_within_households():
    world = worlds.world()
    people = np.arange(world.entities.n_customers)
    home = world.entities.customer_city.take(world.entities.customer_versions.rows(people, worlds.DAY))
    country = world.entities.city_country.take(home)
    table, streams = world.reference.networks, world.streams
    days = [
        phone_numbers(streams, world.reference, people=people, city=home, country=country, day=worlds.DAY + n)
        for n in range(40)
    ]
    per_country = table.prepaid_ranges + table.contract_ranges
    assert (days[0] // LINES // per_country == country).all()
    prepaid = np.concatenate(days) // LINES % per_country < table.prepaid_ranges
    # a household's number is the same every day, so households are the sample
    assert prepaid.mean() == pytest.approx(table.prepaid, abs=4.5 * np.sqrt(0.25 / len(people)))
    same = np.mean([np.isin(one, days[0]).mean() for one in days[1:]])
    assert 0.5 * table.family_numbers < same < 1.5 * table.family_numbers
    household = household_ids(streams, world.reference.households, people, home)
    given, pairs = np.stack(days), np.flatnonzero(household[1:] == household[:-1])
    assert len(pairs) > 50
    assert all(np.isin(given[:, one], given[:, one + 1]).any() for one in pairs.tolist()), "partners share a number"
