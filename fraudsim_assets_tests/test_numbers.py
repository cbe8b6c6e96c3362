"""Numbers about the world are data: constants in the modules that make worlds are listed here with a reason."""

import ast
from collections.abc import Iterator
from pathlib import Path

import fraudsim_assets

PACKAGES = ("calendar", "catalog", "fraud", "simulation", "spending")
"""Packages that make worlds and days."""

TECHNICAL = {
    "codes, ranks and what stands for nothing": """
        catalog.accounts.LONG_OPEN catalog.entities.FOREVER fraud.blocks.DECIDED fraud.blocks.MISTAKEN
        fraud.campaigns.TEST fraud.campaigns.SPEND fraud.campaigns.CASH fraud.campaigns.LURE fraud.campaigns.DECEIVED
        fraud.campaigns.UNPLACED fraud.campaigns.NO_REFUND fraud.deeds.AS_USUAL fraud.labels.NO_REASON
        fraud.orders.NOWHERE spending.amount._ANY
        fraud.rings.ALONE
        fraud.timetable.NEVER fraud.trail._CALL
        simulation.answering.NOT_ASKED simulation.answering.PROVEN
        simulation.answering.UNPROVEN simulation.encores._CHECK simulation.rows.OCCASION simulation.rows.ENCORE
        simulation.rows.SUBSCRIPTION simulation.rows.REFUND simulation.rows.FRAUD simulation.rows.NONE
        spending.authorisation.NO_THREE_DS spending.contacts.model.OWN_ACCORD spending.contacts.model.FOLLOWING
        spending.contacts.model.RENEWED spending.contacts.model.REISSUED spending.contacts.model.NO_ACCOUNT
        spending.contacts.model.NO_DEVICE spending.lodging.BILL spending.slumber.NEVER_RESTS spending.wallet.STORE
        spending.wallet.WEB spending.wallet.CASH spending.wallet.ABROAD spending.wallet.NO_CARD
    """,
    "room for numbers in words, where they begin, and salts that keep them apart": """
        catalog.cards.PLASTICS_PER_TERM catalog.chains._LEVEL_SHIFT catalog.people.LEVEL_SHIFT
        fraud.blocks._ACCOUNT_ROOM fraud.campaigns.LAYER fraud.hideouts._HOST_BITS fraud.moving._DAY_BITS
        fraud.reckoning._SECOND_BITS fraud.rings.MOST_RINGS fraud.schedule.PILOT_NUMBER
        spending.purses._CREDIT_HOLDER spending.purses._PREPAID_HOLDER
        simulation.errands._MINUTE_BITS simulation.errands._FRACTION simulation.shocks.ADDED
        simulation.shocks.ADDED_ROOM
        simulation.shopping._MERCHANT_BITS spending.cells.PHASE_BITS spending.cells.LIKING_LEVELS
        spending.cells.START_BITS spending.cells._LANES spending.contacts.log_ins.SESSION_NUMBERS
        spending.contacts.log_ins._ATTEMPT_BITS spending.kinds.AWAY_ROWS spending.networks.HOME_NETWORK
        spending.networks.MOBILE_NETWORK spending.networks._HOME_BITS spending.networks._MOBILE_BITS
        spending.phones.LINES
        spending.subscriptions.GOLDEN spending.subscriptions.FAVOURITE_RANK spending.where.FAVOURITE_LIMIT
        spending.where._PHASES spending.where._NEXT_LIST catalog.layout._GOLDEN catalog.plastics._LAST_4
        fraud.plastics.DAYS_PER_REPLACEMENT
    """,
    "resolution of tables and of closed forms": """
        catalog.accounts._APPETITE_UNIT catalog.accounts._LEVELS catalog.chains._LEVELS catalog.merchants._CELLS
        catalog.names._LEVELS fraud.campaigns._FINENESS fraud.curves.LEVELS fraud.scene._LEVELS fraud.schedule.PILOTS
        fraud.schedule._NEXT_TO_NOTHING fraud.schedule._ROUNDS fraud.wares._LEVELS spending.amount._ROUNDED
        spending.amount._COINS_IN_NOTE spending.amount._SERVICE_STEPS
        spending.amount._TENS spending.cells.STEPS spending.cells.LEVELS spending.cells.MIDDLE spending.cells.MOOD_BITS
        spending.cells._ONE spending.cells._MARGIN spending.contacts.model.LEVELS spending.dayweights.QUANTILES
        spending.kinds.TABLE_BITS spending.kinds.DAY_TYPES spending.lives.SAMPLE spending.lodging._LEAST
        spending.mixes.HOUR_ROWS spending.spans._PARTS spending.spans.LENGTHS
        spending.travel.DESTINATION_SLOTS spending.travel.WINDOW_DAYS spending.where.REACH_SLOTS
        simulation.purchases.WORTH_KM simulation.refunds.DELAY_EDGES fraud.fashions.WEEK fraud.rings.WEEK
        spending.refusals._LEAST spending.resting._WEEK spending.resting._FIRST_WEEKDAY spending.resting._SUNDAY
        spending.lives.USUAL_SIGMA spending.lives.USUAL_EXTRA
        spending.refusals._LEAST spending.causes._LEAST spending.subscriptions._LEAST spending.resting._LEAST
        spending.dayweights.NEAR_UTC
    """,
    "how much is worked out or kept at once: no value depends on it": """
        catalog.accounts.CHUNK catalog.cards._NULLS catalog.customers.CHUNK catalog.merchants.CHUNK
        fraud.fashions._WEEKS_KEPT fraud.history.FEW fraud.history._WINDOW_DAYS fraud.reckonings.KEPT
        fraud.rings._WEEKS_KEPT fraud.scenarios.intercepted._AT_ONCE fraud.scenarios.skimming.SEASONS_KEPT
        fraud.orders._KEPT fraud.schedule._ROWS_AT_ONCE fraud.schedule._SPANS_KEPT fraud.wares._TABLES_KEPT
        simulation.account_events._EVENTS_PER_PERSON simulation.day._STRETCH_ROWS simulation.day._STRETCH_PEOPLE
        simulation.keys.FEW simulation.keys.SOME simulation.previous._BLOCK simulation.recharges._KEPT_DAYS
        simulation.alarms._KEPT simulation.labels._KEPT simulation.lookback.MOST_FEW
        simulation.refunds.AT_ONCE simulation.refunds._ROWS_AT_ONCE simulation.scan._FIRST_ROWS
        simulation.scan._MOST_ROWS simulation.scan._GROWTH spending.cells._AT_ONCE spending.lives.SPAN_DAYS
        spending.lodging._MOST_DAYS spending.where._CITIES_AT_ONCE
    """,
    "how long a search goes on": """
        calendar.pay._MOST_FREE catalog.giants.SPARE catalog.names._SHORTEST_LIST catalog.places._CANDIDATE_FACTOR
        fraud.hours.SAME_TRADE fraud.hours.OTHER_TRADES fraud.reckoning.MOST_TRIES fraud.scenarios.skimming.RESIDENTS
        fraud.scenarios.intercepted.LETTERS fraud.scenarios.testing.CANDIDATES fraud.victims.CANDIDATES
        simulation.alarms.CANDIDATES simulation.errands.KM_DIGITS
        simulation.purchases.SATED_ATTEMPTS spending.services.OTHER_SERVICES
        simulation.shocks.ATTEMPTS simulation.shopping.OTHER_ATTEMPTS simulation.shopping.CLOSED_ATTEMPTS
        simulation.shopping.REST_ATTEMPTS simulation.shopping.ELSE_ATTEMPTS
    """,
    "how far back or ahead a day looks, and the most that its layouts hold": """
         catalog.lifetimes.LOOK_BACK_DAYS catalog.lifetimes.OPEN_ENDED_YEARS
        fraud.history.LOOK_BACK_DAYS fraud.history.TERM_DAYS fraud.labels.LONGEST_REPORT_DAYS
        fraud.timetable.LONGEST_QUEUE_DAYS fraud.traces.LONGEST_LEAD fraud.verification.LONGEST_SITTING
        simulation.encores.MOST_ENCORES simulation.shocks.BORROWED_DAYS
        simulation.world.OPEN_HORIZON_DAYS spending.causes.OUTAGE_SLOTS spending.contacts.model.EARLIEST
        spending.contacts.model.LATEST spending.paydays._LONGEST spending.refusals.MOST_CHANCE
        spending.routines._SUREST spending.slumber.MOST_LIKELY spending.spans.SEASON_DAYS spending.spans.REACH_DAYS
        spending.subscriptions.MOST spending.lodging.MOST_CHANCE
    """,
    "the calendar, the clock and the globe": """
        calendar.pay._SATURDAY calendar.rates._SATURDAY calendar.rates._SUNDAY calendar.rates._ANY_YEAR
        calendar.rates._MIDDLE catalog.geography.KM_PER_DEGREE catalog.people.YEAR catalog.places.MIN_POPULATION
        fraud.schedule._SATURDAY simulation.pushdown._NOON spending.causes._SHORT_OF spending.rhythm.HOURS
        spending.rhythm.NIGHT_HOURS spending.rhythm.WEEK_HOURS spending.rhythm.SLOT_MINUTES spending.rhythm.SLOTS
        spending.subscriptions.LAST_DAY_OF_MONTH
        spending.purses._DATES spending.subscriptions.LAST_COMMON_DAY spending.subscriptions._SATURDAY
    """,
}
"""Constants that say nothing about the world, by what they are."""


def is_numeric(value: ast.expr) -> bool:
    """Whether a number is written in an expression."""
    return any(
        isinstance(node, ast.Constant) and isinstance(node.value, int | float) and not isinstance(node.value, bool)
        for node in ast.walk(value)
    )


def constants(source: str) -> Iterator[str]:
    """Names of the constants of a module that have a number in them."""
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None or not is_numeric(node.value):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            yield from (name.id for name in names if isinstance(name, ast.Name) and name.id.isupper())


def found() -> set[str]:
    """All constants of the packages that make worlds, by module."""
    root = Path(fraudsim_assets.__file__).parent
    return {
        f"{'.'.join(path.relative_to(root).with_suffix('').parts)}.{name}"
        for package in PACKAGES
        for path in (root / package).rglob("*.py")
        for name in constants(path.read_text())
    }


def test_every_constant_of_the_packages_that_make_worlds_is_technical():
    technical = {name for names in TECHNICAL.values() for name in names.split()}
    more = found() - technical
    assert not more, f"numbers about the world belong into reference_data/data, technical ones into this list: {more}"
    gone = technical - found()
    assert not gone, f"take what is gone from the lists: {gone}"


def test_a_constant_is_found_however_it_is_written():
    source = "A = 1\nB, C = 2.0, (3, 4)\nD: int = 1 << 4\nE = {'x': 5}\nF = True\nG = 'text'\nh = 3\n_I = f(6)\n"
    assert list(constants(source)) == ["A", "B", "C", "D", "E", "_I"]
