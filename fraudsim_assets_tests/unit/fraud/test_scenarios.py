"""Every scenario keeps the protocol's promises; each does what its name says."""

from dataclasses import fields
from typing import get_args

import numpy as np
import pytest

from fraudsim_assets.catalog.accounts import LONG_OPEN
from fraudsim_assets.config import load_config, scenarios
from fraudsim_assets.config.scenarios import PatternParameters, parameters
from fraudsim_assets.fraud import cast
from fraudsim_assets.fraud.campaigns import CASH, DECEIVED, LURE, NO_REFUND, SPEND, TEST, Plan, Steps
from fraudsim_assets.fraud.deeds import AS_USUAL
from fraudsim_assets.fraud.discovery import report_delays
from fraudsim_assets.fraud.pattern import Pattern
from fraudsim_assets.fraud.scenarios.first_party import PREPAID
from fraudsim_assets.fraud.scenarios.skimming import CopiedCards
from fraudsim_assets.fraud.scene import ticket_levels
from fraudsim_assets.fraud.timetable import LONGEST_QUEUE_DAYS
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import World, build_world
from fraudsim_assets.tables.codes import ENTRY_MODES, THREE_DS_RESULTS
from fraudsim_assets.units import DAY
from fraudsim_assets_tests.unit.fraud import worlds

NAMES = sorted(scenarios.packaged())
THIEVES = packaged().thieves
STRANGERS = [
    "account_takeover",
    "impossible_travel",
    "large_amount_hotspot",
    "lost_stolen",
    "mcc_hotspot",
    "stolen_cnp",
]
IN_BAD_FAITH = ["application_fraud", "bust_out", "friendly_fraud", "refund_abuse"]
NEVER_PAID = ["application_fraud", "bust_out"]


def deeds_of(name: str, n: int = 300):
    """Steps of some campaigns, as they are given to events(), with the answers."""
    campaigns = worlds.campaigns_of(name, n)
    steps = worlds.plan_of(name, campaigns).steps
    deeds = worlds.castings()[name].deeds(campaigns.take(steps.campaign), steps, worlds.world().fraud.scene, worlds.DAY)
    return campaigns, steps, deeds


def first_of(steps: Steps, values: np.ndarray, n: int) -> np.ndarray:
    """Smallest value over the steps of each campaign. (n,)"""
    result = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(result, steps.campaign, values)
    return result


def share_error(share: float, n: int) -> float:
    """Four and a half standard errors of a share."""
    return 4.5 * np.sqrt(max(share * (1 - share), 1 / n) / n)


@pytest.mark.parametrize("name", NAMES)
def test_a_campaign_is_planned_the_same_alone_and_among_others(name):
    campaigns = worlds.campaigns_of(name, 120)
    whole = worlds.plan_of(name, campaigns)
    chosen = np.array([3, 17, 99])
    alone = worlds.plan_of(name, campaigns.take(chosen))
    mine = whole.steps.take(np.isin(whole.steps.campaign, chosen))
    for field in fields(Steps):
        if field.name != "campaign":
            assert np.array_equal(getattr(mine, field.name), getattr(alone.steps, field.name)), field.name
    for field in fields(whole.outcome):
        assert np.array_equal(getattr(whole.outcome, field.name)[chosen], getattr(alone.outcome, field.name))


@pytest.mark.parametrize("name", NAMES)
def test_a_step_is_done_the_same_alone_and_among_others(name):
    campaigns, steps, deeds = deeds_of(name, 60)
    scene, casting = worlds.world().fraud.scene, worlds.castings()[name]
    rows = np.arange(len(steps))[::-5].copy()
    alone = casting.deeds(campaigns.take(steps.campaign[rows]), steps.take(rows), scene, worlds.DAY)
    for field, values in deeds.arrays().items():
        assert np.array_equal(values[rows], getattr(alone, field)), field


@pytest.mark.parametrize("name", NAMES)
def test_no_campaigns_have_no_steps(name):
    campaigns = worlds.campaigns_of(name, 4).take(np.zeros(0, dtype=np.int64))
    plan = worlds.plan_of(name, campaigns)
    assert len(plan.steps) == 0
    deeds = worlds.castings()[name].deeds(campaigns, plan.steps, worlds.world().fraud.scene, worlds.DAY)
    assert all(len(values) == 0 for values in deeds.arrays().values())


@pytest.mark.parametrize("name", NAMES)
def test_time_goes_forward_within_a_campaign(name):
    steps = worlds.plan_of(name, worlds.campaigns_of(name)).steps
    same = np.diff(steps.campaign) == 0
    if name != "card_testing":  # where the second part goes over other cards, each at its own time
        assert (np.diff(steps.offset)[same] >= 0).all()
        assert (np.diff(steps.order)[same] == 1).all()
    sitting = same & (np.diff(steps.offset) == 0)
    assert (np.diff(steps.minute)[sitting] >= 0).all()
    assert steps.offset.max() <= worlds.castings()[name].scenario.horizon


@pytest.mark.parametrize("name", NAMES)
def test_after_the_block_everything_is_declined(name):
    steps = worlds.plan_of(name, worlds.campaigns_of(name)).steps
    assert steps.declined[steps.blocked].all()
    same = np.diff(steps.campaign) == 0
    assert not (steps.blocked[:-1] & ~steps.blocked[1:])[same].any(), "what is blocked stays blocked"


@pytest.mark.parametrize("name", NAMES)
def test_amounts_are_written_as_their_merchants_write_them(name):
    _, _, deeds = deeds_of(name)
    world = worlds.world()
    currency = world.entities.seats.codes.take(deeds.merchant).currency
    rate, digits = world.prices.rates_on(worlds.DAY).take(currency), world.prices.money.digits.take(currency)
    assert deeds.euros == pytest.approx(deeds.minor / 10.0**digits / rate)
    cash = deeds.kind >> 1 == packaged().category_code("cash_machine")
    euro = rate == 1.0
    assert (deeds.minor[cash & euro] % 1_000 == 0).all()


@pytest.mark.parametrize("name", STRANGERS)
def test_strangers_follow_their_parameters(name):
    p = worlds.castings()[name].parameters
    n = 4_000
    campaigns = worlds.campaigns_of(name, n)
    plan = worlds.plan_of(name, campaigns)
    steps, outcome = plan.steps, plan.outcome
    tests = np.bincount(steps.campaign[steps.phase == TEST], minlength=n)
    assert (tests > 0).mean() == pytest.approx(p.test, abs=share_error(p.test, n))
    assert tests.max() <= 2
    first_test = steps.phase[steps.order == 0] == TEST
    assert np.array_equal(first_test, tests > 0), "tests come first"
    assert (np.bincount(steps.campaign)[tests == 0] <= p.most_steps).all()
    plain = ~steps.blocked & (steps.phase != TEST)
    scene, each = worlds.world().fraud.scene, campaigns.take(steps.campaign)
    ids = Pattern.sums(each, steps, scene)
    discreet = Pattern.usual(p, each, steps, scene, ids, share=THIEVES.usual_sums) | Pattern.modest(p, campaigns, ids)
    for rows, share in ((plain & ~discreet, p.declined), (plain & discreet, p.declined * THIEVES.discreet_declines)):
        assert steps.declined[rows].mean() == pytest.approx(share, abs=share_error(share, int(rows.sum())))
    reported = outcome.reported[~outcome.detected].mean()
    undetected = int((~outcome.detected).sum())
    assert 1 - reported == pytest.approx(p.never_reported, abs=share_error(p.never_reported, undetected))
    assert np.array_equal(outcome.blocks, outcome.detected | outcome.reported)
    assert not (outcome.detected & outcome.reported).any()
    blocked = np.bincount(steps.campaign[steps.blocked], minlength=n)
    assert (blocked[~outcome.detected] == 0).all(), "only detection stops a campaign that still runs"
    assert (blocked > 0).any()


@pytest.mark.parametrize("name", STRANGERS)
def test_what_hides_less_is_detected_more(name):
    shares = []
    for difficulty in ("easy", "realistic", "hard"):
        schedule = worlds.make_world(difficulty=difficulty).fraud
        casting = next(c for c in schedule.castings if c.name == name)
        plan = casting.plan(worlds.campaigns_of(name, 2_000, schedule), schedule.scene)
        shares.append(plan.outcome.detected.mean())
    assert shares[0] > shares[1] > shares[2]


@pytest.mark.parametrize("name", ["stolen_cnp", "account_takeover", "mcc_hotspot"])
def test_hiding_steps_use_the_holders_own_devices(name):
    campaigns, steps, deeds = deeds_of(name, 2_000)
    hides = deeds.device == AS_USUAL
    scene, ringed = worlds.world().fraud.scene, campaigns.ring >= 0
    for some, lent in ((~ringed, 1.0), (ringed, 1.0 - scene.thieves.undisguised)):
        share = scene.stealth * lent
        found = hides[some.take(steps.campaign)].mean()
        assert found == pytest.approx(share, abs=share_error(share, int(some.sum()))), "rings have devices of their own"
    assert np.array_equal(hides, deeds.address == 0)
    fraudsters = np.unique(np.stack([steps.campaign[~hides], deeds.device[~hides]]), axis=1)
    assert fraudsters.shape[1] == len(np.unique(steps.campaign[~hides])), "one device per campaign"
    alone = campaigns.ring[fraudsters[0]] < 0
    assert len(np.unique(fraudsters[1, alone])) == alone.sum(), "whoever is of no ring shares with nobody"


@pytest.mark.parametrize("name", STRANGERS)
def test_tests_are_small_and_purchases_are_not(name):
    _, steps, deeds = deeds_of(name, 2_000)
    tests = deeds.euros[steps.phase == TEST]
    assert (tests <= 5).mean() > 0.6, "target I05"
    assert tests.max() <= 13
    assert deeds.euros[steps.phase != TEST].mean() > 5 * tests.mean()


def test_in_person_fraud_stays_in_the_holders_country_unless_it_travels():
    world = worlds.world()
    for name, away in (("lost_stolen", None), ("impossible_travel", 1.0)):
        _, steps, deeds = deeds_of(name, 1_500)
        home = world.fraud.scene.country_of(world.fraud.scene.home_city(steps.account, worlds.DAY))
        in_person = deeds.kind % 2 == 0
        abroad = world.entities.seats.codes.take(deeds.merchant).country != home
        if away is None:
            # shoppers near a border cross it now and then
            assert 0.05 < abroad[in_person].mean() < 0.4
        else:
            assert in_person.all()
            assert abroad.mean() > 0.95


def test_whoever_hides_does_so_at_most_steps_and_takes_more_time():
    campaigns = worlds.campaigns_of("stolen_cnp", 2_000)
    steps = worlds.plan_of("stolen_cnp", campaigns).steps
    p, scene = worlds.castings()["stolen_cnp"].parameters, worlds.world().fraud.scene
    hides = Pattern.hides(p, campaigns.take(steps.campaign), scene, steps.ids(campaigns))
    follows = np.flatnonzero((np.diff(steps.campaign) == 0) & (np.diff(steps.offset) == 0)) + 1
    alone = scene.stealth**2 + (1 - scene.stealth) ** 2
    assert (hides[follows] == hides[follows - 1]).mean() > alone + 0.1, "more alike than if each were on its own"
    pause = np.diff(steps.minute)[follows - 1]
    assert np.median(pause[hides[follows]]) > 2 * np.median(pause[~hides[follows]])


def test_whoever_is_refused_tries_again_soon():
    campaigns = worlds.campaigns_of("stolen_cnp", 2_000)
    steps = worlds.plan_of("stolen_cnp", campaigns).steps
    follows = np.flatnonzero((np.diff(steps.campaign) == 0) & (np.diff(steps.offset) == 0)) + 1
    follows = follows[~steps.blocked[follows]]
    refused = steps.declined[follows - 1]
    pause = np.diff(steps.minute)[follows - 1]
    assert min(refused.sum(), (~refused).sum()) > 300
    assert np.median(pause[refused]) < 0.5 * np.median(pause[~refused])


def test_some_thieves_wait_after_a_refusal():
    campaigns = worlds.campaigns_of("stolen_cnp", 2_000)
    steps, p = worlds.plan_of("stolen_cnp", campaigns).steps, worlds.castings()["stolen_cnp"].parameters
    each = campaigns.take(steps.campaign)
    elsewhere = ~Pattern._stays(each, steps, worlds.world().fraud.scene)
    follows = np.flatnonzero((np.diff(steps.campaign) == 0) & (np.diff(steps.offset) == 0)) + 1
    refused = follows[steps.declined[follows - 1] & elsewhere[follows]]
    pause = steps.minute[refused] - steps.minute[refused - 1]
    hurries = each.draw("hurries").uniforms(steps.ids(campaigns))[refused] < THIEVES.at_once
    assert hurries.mean() == pytest.approx(THIEVES.at_once, abs=share_error(THIEVES.at_once, len(refused)))
    assert np.median(pause[~hurries]) > 3 * np.median(pause[hurries])
    assert np.median(pause[hurries]) < p.gap_minutes


def test_the_largest_bold_sums_are_refused_most():
    """Target A28: what is stopped weighs more by value than by number."""
    campaigns, steps, deeds = deeds_of("stolen_cnp", 4_000)
    p, scene = worlds.castings()["stolen_cnp"].parameters, worlds.world().fraud.scene
    each = campaigns.take(steps.campaign)
    ids = Pattern.sums(each, steps, scene)
    discreet = Pattern.usual(p, each, steps, scene, ids, share=THIEVES.usual_sums) | Pattern.modest(p, campaigns, ids)
    bold = np.flatnonzero((steps.phase == SPEND) & ~steps.blocked & ~discreet)
    level = ticket_levels(each.draw("deed").words(ids))[bold] >> 14
    refused = np.array([steps.declined[bold[level == quarter]].mean() for quarter in range(4)])
    expected = p.declined + THIEVES.large_declines * (np.arange(4) / 2 - 0.75)
    assert refused == pytest.approx(expected, abs=share_error(p.declined, len(bold) // 4))
    value = deeds.euros[bold]
    assert value[steps.declined[bold]].sum() / value.sum() > steps.declined[bold].mean() + 0.05


@pytest.mark.parametrize("name", STRANGERS)
def test_no_thief_aims_far_above_what_a_trade_takes(name):
    _, steps, deeds = deeds_of(name, 2_000)
    p, kinds = worlds.castings()[name].parameters, worlds.world().habits.kinds
    bought = steps.phase == SPEND
    median, sigma = kinds.median.take(deeds.kind[bought]), kinds.sigma.take(deeds.kind[bought])
    # tickets spread around aims, and shops differ in their prices
    most = np.log(median) + THIEVES.boldest * sigma**2 + 3.1 * p.spread * sigma + 0.5
    assert (np.log(deeds.euros[bought]) < most).mean() > 0.995
    fuel = deeds.kind[bought] == 2 * packaged().category_code("fuel")
    assert (deeds.euros[bought][fuel] < 400).all(), "no tank holds more"


def test_holders_dispute_what_is_dear():
    """Chargebacks are for three to four times the usual ticket. Target B03."""
    kinds = worlds.world().habits.kinds
    for name in ("friendly_fraud", "refund_abuse", "purchase_scam"):
        _, _, deeds = deeds_of(name, 2_000)
        assert 1.4 < np.median(deeds.euros / kinds.median.take(deeds.kind)) < 6, name


def test_web_shops_abroad_sell_what_people_buy_abroad():
    scene = worlds.world().fraud.scene
    meals = 2 * packaged().category_code("fast_food") + 1
    at_home, abroad = (
        scene.wares.kind_table({"fast_food": 0.5, "digital_goods": 0.5}, remote=True, abroad=web)
        for web in (False, True)
    )
    assert (at_home == meals).mean() == pytest.approx(0.5, abs=0.01)
    assert (abroad == meals).mean() < 0.03


def test_campaigns_in_shops_abroad_keep_to_the_day():
    schedule, casting = worlds.world().fraud, worlds.castings()["skimming"]
    tables = schedule.spans(casting, worlds.DAY, worlds.DAY + 60)
    by_day = np.concatenate([casting.by_day(t.campaigns).take(t.plan.steps.campaign) for t in tables])
    hour = np.concatenate([t.moment for t in tables]) // (DAY // 24)
    # where the holders live it is one or two hours later
    night = np.isin(hour, [23, 0, 1, 2, 3])
    p = casting.parameters
    assert by_day.mean() == pytest.approx(p.abroad * (1 - p.remote), abs=0.08)
    assert night[by_day].mean() < 0.4 * night[~by_day].mean()


def test_gangs_keep_using_one_merchant_of_a_kind_and_place():
    scene, cells = worlds.world().fraud.scene, worlds.world().landscape.reach.cells
    some = np.arange(0, cells.size.sum(), 7)
    gang = some % 3
    cell = np.searchsorted(cells.start, some, side="right") - 1
    kind = 2 * cells.category[cell] + cells.online[cell]
    careless = scene.careless_merchants(some, gang, kind)
    where = np.searchsorted(cells.start, careless, side="right") - 1
    assert np.array_equal(where, cells.others[cell]), "the same kind and place, and no large web shop"
    pairs = np.unique(np.stack([gang, where, careless]), axis=1)
    assert pairs.shape[1] == np.unique(pairs[:2], axis=1).shape[1]
    largest = int(cells.size.argmax())
    many, sold = np.full(200, cells.start[largest]), np.full(200, 2 * cells.category[largest] + cells.online[largest])
    assert len(np.unique(scene.careless_merchants(many, np.arange(200), sold))) > 1, "gangs differ"


def test_card_testing_goes_over_many_cards_at_one_merchant():
    campaigns, steps, deeds = deeds_of("card_testing", 200)
    tests = steps.phase == TEST
    for what in (deeds.merchant, deeds.kind):
        pairs = np.unique(np.stack([steps.campaign[tests], what[tests]]), axis=1)
        assert pairs.shape[1] == len(campaigns)
    cards = np.unique(np.stack([steps.campaign[tests], steps.account[tests]]), axis=1)
    assert cards.shape[1] > 0.95 * tests.sum()
    assert deeds.euros[tests].max() < 8
    devices = np.unique(np.stack([steps.campaign[tests], deeds.device[tests]]), axis=1).shape[1] / tests.sum()
    assert devices > worlds.castings()["card_testing"].parameters.masked - 0.05, "each number has a face of its own"
    spent = ~tests
    assert spent.any()
    # whoever is used later was tested and passed
    passed = steps.order[spent] - 128
    key = steps.campaign * 1_000 + steps.order
    source = np.searchsorted(key, steps.campaign[spent] * 1_000 + passed)
    assert np.array_equal(steps.account[source], steps.account[spent])
    assert not steps.declined[source].any()
    assert (steps.offset[spent] > 0).all()
    assert (steps.offset[spent] <= 5.0).all()


def test_runs_of_card_testing_are_declined_and_followed_as_published():
    p = worlds.castings()["card_testing"].parameters
    steps = worlds.plan_of("card_testing", worlds.campaigns_of("card_testing", 2_000)).steps
    tests = steps.phase == TEST
    assert steps.declined[tests].mean() == pytest.approx(p.declined, abs=share_error(p.declined, int(tests.sum())))
    passed = int((tests & ~steps.declined).sum())
    assert (~tests).sum() / passed == pytest.approx(p.follow_on, abs=share_error(p.follow_on, passed))


def test_victims_of_skimming_share_a_merchant_they_go_to():
    campaigns, steps, deeds = deeds_of("skimming", 900)
    source = np.full(len(campaigns), -1)
    source[steps.campaign] = deeds.source
    assert (source >= 0).all()
    season = campaigns.start // packaged().thieves.season_days
    places = np.unique(np.stack([season, source]), axis=1)
    assert places.shape[1] <= worlds.castings()["skimming"].parameters.points * len(np.unique(season))
    world = worlds.world()
    scene, kinds = world.fraud.scene, world.entities.seats.category
    people = scene.customers(campaigns.account)
    favourite = world.landscape.reach.choose(
        people=people,
        place=world.entities.customer_city.take(world.entities.customer_versions.first.take(people)),
        kind=2 * kinds.take(source).astype(np.int64),
        ranks=np.ones(len(people), dtype=np.int64),
        favourites=world.streams.draw("where.favourite"),
    )
    found = favourite == source
    assert found.mean() > 0.8, "the merchant is the favourite of nearly all victims"


def test_copied_cards_are_used_in_turn():
    campaigns = worlds.campaigns_of("skimming", 900)
    season = (campaigns.start // packaged().thieves.season_days).astype(np.int64)
    p = worlds.castings()["skimming"].parameters
    for one in np.unique(season):
        struck = campaigns.account[season == one]
        copied = CopiedCards.of(worlds.world().fraud.scene, int(one), p.points, p.copied_at)
        times = np.unique(struck, return_counts=True)[1]
        # at most one round more than others: nobody is struck twice before everybody was struck once
        assert times.max() <= np.ceil(len(struck) / len(copied.account))
        assert set(struck) <= set(copied.account)
        assert len(np.unique(copied.account)) == len(copied.account)


def test_only_skimming_says_where_data_were_stolen():
    for name in NAMES:
        _, _, deeds = deeds_of(name, 40)
        assert (deeds.source >= 0).all() == (name == "skimming")


def test_a_refund_gives_back_what_was_bought_where_it_was_bought():
    campaigns, steps, deeds = deeds_of("refund_abuse")
    bought, back = steps.order == 0, steps.order == 1
    assert bought.sum() == back.sum() == len(campaigns)
    assert np.array_equal(deeds.merchant[bought], deeds.merchant[back])
    assert np.array_equal(deeds.minor[bought], deeds.minor[back])
    assert (steps.refunds[bought] == NO_REFUND).all()
    assert (steps.refunds[back] == 0).all()
    assert (steps.offset[back] >= 3).all()
    assert not steps.declined.any()


@pytest.mark.parametrize("name", IN_BAD_FAITH)
def test_nobody_detects_bad_faith_while_it_lasts(name):
    plan: Plan = worlds.plan_of(name, worlds.campaigns_of(name))
    assert set(plan.steps.phase) == {LURE}
    assert not plan.outcome.detected.any()
    assert plan.outcome.reported.all()
    assert plan.outcome.delay.min() >= 10
    assert plan.outcome.blocks.all() == (name in NEVER_PAID)
    assert plan.outcome.blocks.any() == (name in NEVER_PAID)
    assert not plan.steps.blocked.any()


def test_holders_in_bad_faith_use_their_own_devices():
    for name in ("friendly_fraud", "refund_abuse"):
        _, _, deeds = deeds_of(name)
        assert (deeds.device == AS_USUAL).all()


def test_nothing_is_drawn_from_prepaid_cards_that_the_bank_lends_nothing_on():
    product = worlds.world().entities.account_product
    usual, bust_out = (product.take(worlds.campaigns_of(name).account) for name in ("friendly_fraud", "bust_out"))
    assert (usual == PREPAID).sum() > 10
    assert not (bust_out == PREPAID).any()


def test_a_bust_out_is_longer_and_dearer_than_a_dispute():
    spree, dispute = worlds.plan_of("bust_out", worlds.campaigns_of("bust_out")).steps, deeds_of("friendly_fraud")
    assert len(spree) / 600 > 3 * len(dispute[1]) / 300
    assert deeds_of("bust_out")[2].euros.mean() > 1.2 * dispute[2].euros.mean()


def test_cash_is_drawn_in_person_only():
    _, steps, deeds = deeds_of("lost_stolen", 1_500)
    drawn = deeds.kind == 2 * packaged().category_code("cash_machine")
    # where no machine is near, something else is bought
    assert drawn[steps.phase == CASH].mean() > 0.7
    assert (deeds.kind[steps.phase == CASH] % 2 == 0).all()
    assert 0.05 < drawn.mean() < 0.3


def test_copied_stripes_are_swiped_and_stolen_credentials_come_from_files():
    _, steps, deeds = deeds_of("skimming")
    in_person = deeds.kind % 2 == 0
    stripe, phone = ENTRY_MODES.index("magstripe"), ENTRY_MODES.index("contactless")
    assert set(deeds.entry[in_person]) == {stripe, phone}
    world = worlds.world()
    home = world.fraud.scene.home_city(steps.account, worlds.DAY)
    abroad = world.entities.seats.codes.take(deeds.merchant).country != world.fraud.scene.country_of(home)
    assert (deeds.entry[in_person & abroad] == stripe).mean() > 0.9
    mine = np.stack([steps.campaign[in_person], deeds.entry[in_person]])
    assert np.unique(mine, axis=1).shape[1] == len(np.unique(mine[0])), "one way of paying per campaign"
    assert set(deeds.entry[~in_person]) == {AS_USUAL}
    assert set(deeds_of("account_takeover")[2].entry) == {ENTRY_MODES.index("credential_on_file")}


def test_reports_arrive_as_the_mixture_says():
    campaigns = worlds.campaigns_of("stolen_cnp", 8_000)
    delays = report_delays(packaged().casework, campaigns)
    for days, share in ((1, 0.62), (7, 0.85), (30, 0.95), (120, 1.0)):
        assert (delays <= days).mean() == pytest.approx(share, abs=share_error(share, len(delays)) + 1e-9)
    assert delays.min() >= 0.02


def test_parameters_of_a_pattern_are_checked_against_their_bounds():
    assert PatternParameters(steps=2.5).steps == 2.5
    for field, value in (("steps", 0.5), ("amount", 0), ("night", 1.2), ("most_steps", 0), ("nothing", 1)):
        with pytest.raises(ValueError, match=field):
            PatternParameters(**{field: value})


def test_every_mechanism_with_parameters_has_code_and_every_code_has_parameters():
    assert {name: code.parameters_model for name, code in cast.MECHANISMS.items()} == dict(parameters.MECHANISMS)


def test_names_that_parameters_accept_are_those_that_exist():
    assert get_args(parameters.EntryMode) == ENTRY_MODES


def test_deceived_holders_pay_themselves_with_their_own_devices_and_pass_authentication():
    campaigns, steps, deeds = deeds_of("purchase_scam", 2_000)
    plan, p = worlds.plan_of("purchase_scam", campaigns), worlds.castings()["purchase_scam"].parameters
    assert set(steps.phase) == {DECEIVED}
    assert (deeds.device == AS_USUAL).all()
    assert (deeds.address == 0).all()
    passed = deeds.three_ds == THREE_DS_RESULTS.index("challenge")
    assert passed.mean() == pytest.approx(p.authenticated, abs=share_error(p.authenticated, len(steps)))
    assert not plan.outcome.detected.any()
    assert not plan.outcome.blocks.any()
    told = plan.outcome.reported.mean()
    assert told == pytest.approx(1 - p.never_reported, abs=share_error(p.never_reported, 2_000))
    assert plan.outcome.delay.min() >= p.delivery_days


def test_campaigns_of_a_ring_keep_using_the_same_merchants():
    campaigns, casting = worlds.campaigns_of("stolen_cnp", 1_000), worlds.castings()["stolen_cnp"]
    gang, _ = casting.scenario._gang(casting.parameters, campaigns, worlds.world().fraud.scene, np.zeros(1_000))
    mine = campaigns.ring >= 0
    rings = np.unique(campaigns.ring[mine])
    pairs = np.unique(np.stack([campaigns.ring[mine], gang[mine]]), axis=1)
    assert pairs.shape[1] == len(rings) == len(np.unique(pairs[1])), "one pattern of merchants for each ring"


def test_cards_not_received_were_issued_days_before():
    campaigns = worlds.campaigns_of("card_not_received", 900)
    world, p = worlds.world(), worlds.castings()["card_not_received"].parameters
    day = world.fraud.clock.days_of(campaigns.start)
    versions = world.entities.account_versions
    wait = day - versions.valid_from.take(versions.rows(campaigns.account, day - 1))
    # a tiny world issues a card every third day, so that the latest of four may be older
    assert wait.min() >= 1
    assert (wait <= p.within_days).mean() > 0.4
    assert wait.max() < 60
    assert len(np.unique(campaigns.account)) > 15, "as many as a tiny world issues in two months"


@pytest.fixture(scope="module")
def lending() -> World:
    """A world in which a line of credit is opened every few days."""
    overrides = {"population": {"scale": 0.1}, "fraud": {"rate": 0.02}}
    return build_world(load_config("demo", overrides=overrides, env={}))


def test_lines_applied_for_are_drawn_in_their_first_weeks_and_written_off_after_some_bills(lending):
    opened, fraud = lending.habits.dormancy.opened, lending.fraud
    for casting in fraud.castings:
        if casting.name != "application_fraud":
            continue
        p = casting.parameters
        (table,) = fraud.spans(casting, worlds.DAY, worlds.DAY)
        age = fraud.clock.days_of(table.campaigns.start) - opened.take(table.campaigns.account)
        soonest = p.post_days + int(np.ceil(p.lead_days[1]))
        assert age.min() >= soonest
        # without a line that is new enough, the newest one
        assert (age <= p.within_days + soonest).mean() > 0.8
        assert len(np.unique(table.campaigns.account)) > 0.4 * len(age)
        last = np.full(len(age), 0)
        np.maximum.at(last, table.plan.steps.campaign, table.day * DAY + table.moment)
        wait = (table.known - last)[last > 0] / DAY
        assert p.unpaid_days <= wait.min() <= wait.max() <= 2 * p.unpaid_days + LONGEST_QUEUE_DAYS


def test_no_fraud_strikes_an_account_before_it_is_opened(lending):
    opened, there = lending.habits.dormancy.opened, 0
    for casting in lending.fraud.castings:
        for table in lending.fraud.spans(casting, worlds.DAY, worlds.DAY):
            since = opened.take(table.plan.steps.account)
            assert (table.day > since).all()
            there += int((since > LONG_OPEN).sum())
    assert there > 50
