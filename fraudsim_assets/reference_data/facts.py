"""What no single number of a table of ``Facts`` shows: sums that are not one, ranges that end before they begin.

Belongs here: conditions between the numbers of such tables. Does not belong here: conditions between entries of other
tables (``consistency``), and bounds of one number (the shape of its table).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fraudsim_assets.reference_data.banking import ContactTimes
from fraudsim_assets.reference_data.habits import ROUTINES, Habits
from fraudsim_assets.reference_data.markets import Exchange
from fraudsim_assets.reference_data.model import Facts
from fraudsim_assets.reference_data.people import BLOCK, Households, People
from fraudsim_assets.reference_data.places import Cities, Commerce
from fraudsim_assets.reference_data.reading import Keys
from fraudsim_assets.reference_data.requests import Declines, Encores
from fraudsim_assets.reference_data.thieves import Casework, Thieves

TOLERANCE = 1e-9
"""How far a sum of shares may be from one. [unitless]"""


def contradictory_facts(tables: Mapping[str, Any]) -> Iterator[tuple[Keys, str]]:
    """Tell what does not fit together, with the path of each: table, number.

    Parameters
    ----------
    tables
        Checked tables by name.
    """
    yield from _requests(tables["declines"], tables["encores"])
    yield from _fraudsters(tables["thieves"], tables["casework"])
    yield from _contacts(tables["contacts"])
    yield from _curves(tables["people"])
    yield from _divisions(tables["households"])
    yield from _places(tables["cities"], tables["commerce"])
    yield from _backwards("plastics", tables["plastics"], "renewal")
    fares = tables["prices"].fares
    if (fares[0], fares[-1]) != (0, 1) or sorted(set(fares)) != list(fares):
        yield ("prices", "fares"), f"{fares} is not valid; they rise from 0 to 1"
    yield from _habits(tables["habits"], tables["exchange"])
    attempts = tables["subscriptions"].attempts
    if attempts[0] != 0 or sorted(set(attempts)) != list(attempts):
        yield (
            ("subscriptions", "attempts"),
            f"{attempts} is not valid; the first is on day 0, and each later than the last",
        )
    delays = sum(tables["refunds"].delays)
    if abs(delays - 1) > TOLERANCE:
        yield ("refunds", "delays"), f"sum to {delays:g}; they must sum to one"
    if sum(tables["refunds"].part) > 1:
        yield ("refunds", "part"), f"is up to {sum(tables['refunds'].part):g} of a purchase; at most 1"


def _requests(declines: Declines, encores: Encores) -> Iterator[tuple[Keys, str]]:
    """Shares that do not sum to one, and ranges that end before they begin."""
    yield from _wrong_total("declines", "charges", declines.charges)
    yield from _backwards("declines", declines, "short_days")
    yield from _backwards("declines", declines, "load_days")
    yield from _backwards("encores", encores, "check_euros")


def _fraudsters(thieves: Thieves, casework: Casework) -> Iterator[tuple[Keys, str]]:
    """Shares that do not sum to one, and ranges that end before they begin."""
    for name in ("declined_remote", "declined_in_person", "declined_blocked"):
        yield from _wrong_total("thieves", name, getattr(thieves, name))
    yield from _backwards("thieves", thieves, "bearable_rows")
    yield from _backwards("thieves", thieves, "between_sittings")
    yield from _wrong_total("casework", "report_shares", dict(enumerate(casework.report_shares)))
    if sorted(set(casework.report_days)) != list(casework.report_days):
        yield ("casework", "report_days"), f"{casework.report_days} is not valid; each must be above the one before"
    days = ("chargeback_days", "disproved_days", "dismissed_days", "restored_days", "reissue_days", "alert_minutes")
    days += ("false_report_days", "alert_review_days", "report_review_days")
    for name in (*days, "office_hours"):
        yield from _backwards("casework", casework, name)


def _contacts(contacts: ContactTimes) -> Iterator[tuple[Keys, str]]:
    """What would not lie within the day of a contact."""
    before, after = sum(contacts.log_in_before), sum(contacts.resetting)
    after += contacts.most_failures * sum(contacts.between_attempts)
    for name, seconds, most in (("log_in_before", before, 600), ("resetting", after, 2400)):
        if seconds > most:
            yield ("contacts", name), f"takes up to {seconds:g} s with all before it; at most {most} s"


def _curves(people: People) -> Iterator[tuple[Keys, str]]:
    """Edges that do not rise, and values that are not as many as they should be."""
    for name in ("ages", "income_ages", "income_bands"):
        edges = getattr(people, name)
        if sorted(set(edges)) != list(edges):
            yield ("people", name), f"{edges} is not valid; each must be above the one before"
    for name, expected in (("age_shares", len(people.ages) - 1), ("income_by_age", len(people.income_ages))):
        if len(getattr(people, name)) != expected:
            yield ("people", name), f"has {len(getattr(people, name))} values; {expected} are expected"


def _wrong_total(table: str, name: str, shares: Mapping[Any, float]) -> Iterator[tuple[Keys, str]]:
    """Shares that do not sum to one."""
    total = sum(shares.values())
    if abs(total - 1) > TOLERANCE:
        yield (table, name), f"sum to {total:g}; they must sum to one"


def _backwards(table: str, facts: Facts, name: str) -> Iterator[tuple[Keys, str]]:
    """A range that ends before it begins."""
    least, most = getattr(facts, name)
    if least > most:
        yield (table, name), f"{least:g} to {most:g} is not valid; the first must not be above the second"


def _divisions(households: Households) -> Iterator[tuple[Keys, str]]:
    """Divisions that are not of all, or without a share."""
    for sizes in households.divisions:
        if sum(sizes) != BLOCK:
            yield (
                ("households", "divisions"),
                f"{sizes} is not valid; households of a division are of {BLOCK} customers",
            )
    if len(households.division_shares) != len(households.divisions) or not any(households.division_shares):
        yield ("households", "division_shares"), "is not valid; each division has a share, and one of them above 0"


def _habits(habits: Habits, exchange: Exchange) -> Iterator[tuple[Keys, str]]:
    """Ranges that end before they begin, windows longer than their cycle, and waves without a size."""
    yield from _backwards("habits", habits, "activity_bounds")
    if habits.rest_awake >= habits.rest_cycle:
        yield ("habits", "rest_awake"), f"is {habits.rest_awake}; it must be shorter than the cycle of rest_cycle"
    if sum(habits.errand_days) >= ROUTINES:
        yield ("habits", "errand_days"), f"sum to {sum(habits.errand_days):g}; they must leave something of {ROUTINES}"
    if len(exchange.wave_sizes) != len(exchange.wave_days):
        yield (
            ("exchange", "wave_sizes"),
            f"has {len(exchange.wave_sizes)} values; {len(exchange.wave_days)} are expected",
        )


def _places(cities: Cities, commerce: Commerce) -> Iterator[tuple[Keys, str]]:
    """Ranges that end before they begin, and chains that there are none of."""
    yield from _backwards("cities", cities, "radius_bounds")
    yield from _backwards("commerce", commerce, "life")
    for name, ranks in (
        ("national_chains", [commerce.national_chains - 1]),
        ("international_chains", commerce.international_chains),
    ):
        if max(ranks, default=0) >= commerce.chains:
            yield ("commerce", name), f"has a chain of rank {max(ranks)}; ranks are 0 to {commerce.chains - 1}"
