"""Measures of lives: what a banker sees on statements of people, month by month.

Belongs here: measures that only targets of this theme need. Does not belong here: the statistics that they are made
of (``realism.lives``).
"""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from fraudsim_assets.catalog.households import household_ids
from fraudsim_assets.evaluation.realism import lives
from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.measures.shared import ratio
from fraudsim_assets.evaluation.realism.tallies import POS, REMOTE
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.maths.estimation import gini
from fraudsim_assets.tables.codes import PRODUCTS, RESPONSE_CODES
from fraudsim_assets.units import DAY, HOUR, MINUTE, Bools, Floats, Ints, day_date

FEWEST_ROWS = 100
"""Rows from which a share is told. [count]"""

FEWEST_GAPS = 200
"""Gaps from which their spread is told. [count]"""

FEWEST_DAYS = 28
"""Days from which a month is told. [days]"""

SERIES_DAYS = 70
"""Days from which monthly series are told. [days]"""

ACTIVE = 20
"""People with fewer rows say nothing about their merchants. [count]"""

MEALS = ("restaurant", "fast_food")

_REFUND = 1
_SHORT = RESPONSE_CODES.index("51")
_OUT = [RESPONSE_CODES.index(code) for code in ("91", "96")]


def _enough(rows: np.ndarray, what: str, fewest: int = FEWEST_ROWS) -> np.ndarray:
    if len(rows) < fewest:
        raise NotMeasurableError(f"the sample has fewer than {fewest} {what}")
    return rows


def _in_person(view: View) -> np.ndarray:
    """Genuine requests in person, refunds apart, person by person."""
    rows = view.people
    return _enough(rows[(rows["channel"] != REMOTE) & (rows["kind"] != _REFUND) & ~rows["fraud"]], "payments in person")


def _bought(view: View, *names: str, remote: bool = False) -> np.ndarray:
    """Approved genuine payments of some trades, person by person; of all if none is named."""
    rows = view.people
    chosen = ((rows["channel"] == REMOTE) == remote) & rows["approved"] & ~rows["fraud"] & (rows["kind"] != _REFUND)
    if names:
        chosen &= np.isin(rows["category"], view.category(*names))
    return _enough(rows[chosen], f"payments of {', '.join(names) or 'all trades'}")


def _too_fast(view: View) -> float:
    return float(lives.too_fast(_in_person(view))[1].mean())


def _fast_people(view: View) -> float:
    rows = _in_person(view)
    at, fast = lives.too_fast(rows)
    return len(np.unique(rows["customer"][at[fast]])) / len(np.unique(rows["customer"]))


def _at_once(view: View) -> float:
    return lives.two_places_at_once(_in_person(view), within=15 * MINUTE)


def _same_shop(view: View) -> float:
    return lives.followed_within(_bought(view), 60 * MINUTE, same_shop=True)


def _two_shops(view: View) -> float:
    return lives.followed_within(_bought(view), 2 * MINUTE, same_shop=False)


def _again(span: int, *names: str) -> Measure:
    def measure(view: View) -> float:
        if len(view.days) * DAY < 2 * span:
            raise NotMeasurableError(f"the range is shorter than {2 * span // DAY} days")
        return lives.followed_within(_bought(view, *names), span)

    return measure


def _crowded(view: View) -> float:
    """Days with a supermarket trip that have three or more."""
    return float((lives.per_day(_bought(view, "grocery")) > 2).mean())


def _monthly(view: View) -> Ints:
    rows = view.people
    counts = lives.per_month(rows[~rows["fraud"]])
    if len(view.days) < lives.MONTH_DAYS or len(counts) < FEWEST_ROWS:
        raise NotMeasurableError(f"the range has fewer than {lives.MONTH_DAYS} days")
    return counts


def _month_quantile(q: float) -> Measure:
    return lambda view: float(np.quantile(_monthly(view), q))


def _fullest_day(view: View) -> float:
    rows = view.people
    return float(lives.per_day(_enough(rows[~rows["fraud"]], "payments")).max())


def _names(view: View) -> float:
    """Share of remote payments to names that stand for several trades."""
    shops = pl.DataFrame(view.world.catalogs.merchants).select("name", "mcc", "slot").unique()
    several = shops.group_by("name").agg((pl.col("mcc").n_unique() > 1).alias("several"))
    slots = shops.join(several, on="name").filter("several")["slot"].unique().to_numpy()
    sold = view.evidence.tallies.merchants[:, 1]
    return ratio(sold[slots], sold, "remote payments")


def _remote_refunds(view: View) -> float:
    rows = view.people
    back = _enough(rows[(rows["kind"] == _REFUND) & (rows["channel"] == REMOTE)], "remote refunds", 20)
    return float(((back["device"] >= 0) | (back["address"] >= 0) | (back["three_ds"] >= 0)).mean())


def _charged(view: View) -> np.ndarray:
    """Approved charges by merchants, person by person."""
    rows = _bought(view, remote=True)
    return _enough(rows[rows["charged"]], "charges by merchants")


def _charged_at_night(view: View) -> float:
    return float((_charged(view)["local"] % DAY < 7 * HOUR).mean())


def _streaming_with_device(view: View) -> float:
    return float((_bought(view, "streaming", remote=True)["device"] >= 0).mean())


def _series(view: View) -> tuple[np.ndarray, np.ndarray]:
    """Charges by merchants that follow one of the same account, merchant and amount; and those before them."""
    if len(view.days) < SERIES_DAYS:
        raise NotMeasurableError(f"the range is shorter than {SERIES_DAYS} days, and subscriptions are monthly")
    rows = _charged(view)
    rows = rows[np.lexsort((rows["moment"], rows["amount"], rows["merchant"], rows["account"]))]
    same = np.ones(len(rows) - 1, dtype=bool)
    for name in ("account", "merchant", "amount"):
        same &= rows[name][1:] == rows[name][:-1]
    at = np.flatnonzero(same) + 1
    return rows[at], rows[at - 1]


def _moved(view: View) -> float:
    """Share of monthly gaps that are not to the day of the month."""
    after, before = _series(view)
    days = np.stack([before["local"] // DAY, after["local"] // DAY])
    dates = days.astype("datetime64[D]")
    of_month = (dates - dates.astype("datetime64[M]")).astype(np.int64)
    near = np.abs(days[1] - days[0] - 30) <= 6
    return float((of_month[0] != of_month[1])[near].mean())


def _streaming_series(view: View) -> float:
    """Streaming charges of people seen throughout that have a twin a month before or after."""
    after, before = _series(view)
    streaming = _charged(view)
    streaming = streaming[np.isin(streaming["category"], view.category("streaming"))]
    middle = day_span(view)
    inner = streaming[(streaming["moment"] // DAY >= middle[0] + 33) & (streaming["moment"] // DAY <= middle[1] - 33)]
    twins = np.concatenate([after["transaction"], before["transaction"]])
    return float(np.isin(_enough(inner, "streaming charges")["transaction"], twins).mean())


def day_span(view: View) -> tuple[int, int]:
    """First and last day seen. [day number]"""
    return min(view.evidence.days), max(view.evidence.days)


def _lines(view: View) -> tuple[Floats, Floats, Floats]:
    """Spending of lines of credit by month, their limits, and the largest single payment in each. [billing currency]"""
    rows = view.people
    credit = view.world.entities.account_product == PRODUCTS.index("credit")
    rows = rows[credit[rows["account"]] & rows["approved"] & (rows["kind"] != _REFUND)]
    months = rows["moment"].astype("datetime64[us]").astype("datetime64[M]").astype(np.int64)
    key, row = np.unique(np.stack([rows["account"], months]), axis=1, return_inverse=True)
    row = _enough(row.ravel(), "payments on credit")
    spent, largest = np.zeros((2, key.shape[1]))
    np.add.at(spent, row, rows["billed"])
    np.maximum.at(largest, row, rows["billed"])
    return spent, limits(view)[key[0]], largest


def limits(view: View) -> Floats:
    """Lines of credit by account on the last day. (accounts,) [billing currency]"""
    cards = pl.DataFrame(view.world.catalogs.cards).select("account_id", "valid_from", "credit_limit")
    known = cards.filter(pl.col("valid_from") <= day_date(max(view.evidence.days))).drop_nulls("credit_limit")
    newest = known.sort("valid_from").unique("account_id", keep="last")
    found = np.full(view.world.entities.n_accounts, np.inf)
    found[newest["account_id"].to_numpy() - 1] = newest["credit_limit"].cast(pl.Float64).to_numpy()
    return found


def _over_limit(view: View) -> float:
    spent, limit, _ = _lines(view)
    return float((spent > limit).mean())


def _single_over_limit(view: View) -> float:
    _, limit, largest = _lines(view)
    return float((largest > limit).mean())


def _use_of_lines(view: View) -> float:
    if len(view.days) < FEWEST_DAYS:
        raise NotMeasurableError(f"the range is shorter than {FEWEST_DAYS} days")
    spent, limit, _ = _lines(view)
    return float(np.median(spent / limit))


def _beyond_price(view: View) -> float:
    known, beyond = lives.given_back_beyond_price(view.people)
    return ratio(beyond, known, "refunds whose purchase is in the range")


def _closed(chosen: Callable[[np.ndarray], Bools], what: str) -> Measure:
    def measure(view: View) -> float:
        rows = view.people[view.people["channel"] == POS]
        return float((~_enough(rows[chosen(rows)], what, 20)["open"]).mean())

    return measure


def _shared(name: str) -> Measure:
    def measure(view: View) -> float:
        rows = view.people
        return lives.shared_by_people(_enough(rows[~rows["fraud"] & (rows["channel"] == REMOTE)], "orders"), name)

    return measure


def _spread(*names: str, remote: bool = False) -> Measure:
    def measure(view: View) -> float:
        spread, gaps = lives.spread_of_gaps(_bought(view, *names, remote=remote))
        if gaps < FEWEST_GAPS:
            raise NotMeasurableError(f"the range is too short: fewer than {FEWEST_GAPS} gaps of people with several")
        return spread

    return measure


def _main_shops(view: View) -> float:
    """Spread of gaps between a person's large purchases of groceries: above their own mean."""
    rows = _bought(view, "grocery")
    _, person = np.unique(rows["customer"], return_inverse=True)
    mean = np.bincount(person, rows["euros"]) / np.bincount(person)
    spread, gaps = lives.spread_of_gaps(rows[rows["euros"] > mean[person]])
    if gaps < FEWEST_GAPS:
        raise NotMeasurableError(f"fewer than {FEWEST_GAPS} gaps between large purchases of groceries")
    return spread


def _known_people(values: Floats, what: str) -> Floats:
    if len(values) < 30:
        raise NotMeasurableError(f"fewer than 30 people of the sample {what}")
    return values


def _top(number: int) -> Measure:
    def measure(view: View) -> float:
        shares = lives.shares_of_spending(view.bought, fewest=ACTIVE, top=number)
        return float(np.mean(_known_people(shares, "paid often enough")))

    return measure


def _entropy(view: View) -> float:
    return float(np.mean(_known_people(lives.entropies(view.bought, fewest=2 * ACTIVE), "paid often enough")))


def _repeats(view: View) -> float:
    return lives.repeats_against_chance(view.bought)


def _unicity(view: View) -> float:
    if len(view.days) < FEWEST_DAYS:
        raise NotMeasurableError(f"the range is shorter than {FEWEST_DAYS} days")
    return lives.unicity(_enough(view.bought, "payments"))


def _weekly(view: View) -> float:
    return lives.weekly_returns(_bought(view, "grocery", "fuel", "personal_services", "cash_machine"))


def _merchants_per_month(view: View) -> float:
    if len(view.days) < FEWEST_DAYS:
        raise NotMeasurableError(f"the range is shorter than {FEWEST_DAYS} days")
    rows = view.bought
    rows = rows[rows["moment"] // DAY < day_span(view)[0] + lives.MONTH_DAYS]
    pair = np.unique(np.stack([rows["customer"], rows["merchant"]]), axis=1)
    _, distinct = np.unique(pair[0], return_counts=True)
    _, visits = np.unique(rows["customer"], return_counts=True)
    return float(np.median(_known_people(distinct[visits >= ACTIVE].astype(np.float64), "paid often enough")))


def _visitors(view: View) -> float:
    pair = np.unique(np.stack([view.bought["merchant"], view.bought["customer"]]), axis=1)
    _, visitors = np.unique(pair[0], return_counts=True)
    return gini(_enough(visitors, "merchants"))


def _clustering(view: View) -> float:
    return lives.clustering(_bought(view))


def _household(view: View) -> float:
    rows = view.bought
    entities = view.world.entities
    day = day_span(view)[0]
    city = entities.customer_city.take(entities.customer_versions.rows(rows["customer"], day))
    return lives.household_correlation(
        rows, household_ids(view.world.streams, view.world.reference.households, rows["customer"], city)
    )


def _short_again(view: View) -> float:
    """Refusals for want of money that are followed by another one of the person within ten days, not at once."""
    rows = view.people
    rows = _enough(rows[(rows["response"] == _SHORT) & ~rows["fraud"]], "refusals for want of money")
    days = rows["moment"] // DAY
    _, first = np.unique(np.stack([rows["customer"], days]), axis=1, return_index=True)
    return lives.followed_within(rows[np.sort(first)], 10 * DAY)


def _outages(view: View) -> float:
    """Refusals for a technical reason with one of another person within a quarter of an hour."""
    rows = view.evidence.panel_rows
    rows = rows[np.isin(rows["response"], _OUT) & ~rows["fraud"]]
    rows = _enough(rows[np.argsort(rows["moment"])], "technical refusals", 30)
    near = (np.diff(rows["moment"]) <= 15 * MINUTE) & (rows["customer"][1:] != rows["customer"][:-1])
    return float((np.append(near, False) | np.append(False, near)).mean())


MEASURES: Mapping[str, Measure] = {
    "journeys_too_fast": _too_fast,
    "people_too_fast": _fast_people,
    "two_places_at_once": _at_once,
    "same_shop_within_the_hour": _same_shop,
    "two_shops_within_two_minutes": _two_shops,
    "fuel_within_a_day": _again(DAY, "fuel"),
    "cash_within_the_hour": _again(HOUR, "cash_machine"),
    "meals_within_ninety_minutes": _again(90 * MINUTE, *MEALS),
    "hairdresser_within_a_week": _again(7 * DAY, "personal_services"),
    "supermarket_three_times_a_day": _crowded,
    "month_p99": _month_quantile(0.99),
    "fullest_month": _month_quantile(1.0),
    "fullest_day": _fullest_day,
    "names_of_several_trades": _names,
    "remote_refunds_with_device": _remote_refunds,
    "charges_at_night": _charged_at_night,
    "streaming_with_device": _streaming_with_device,
    "charges_moved_within_the_month": _moved,
    "streaming_in_series": _streaming_series,
    "months_over_the_limit": _over_limit,
    "payments_over_the_limit": _single_over_limit,
    "use_of_lines": _use_of_lines,
    "given_back_beyond_price": _beyond_price,
    "closed_genuine": _closed(lambda rows: ~rows["fraud"] & (rows["kind"] != _REFUND), "payments in shops"),
    "closed_refunds": _closed(lambda rows: rows["kind"] == _REFUND, "refunds in shops"),
    "closed_fraud": _closed(lambda rows: rows["fraud"], "fraudulent payments in shops"),
    "shared_devices": _shared("device"),
    "shared_addresses": _shared("address"),
    "spread_of_fuel": _spread("fuel"),
    "spread_of_hairdresser": _spread("personal_services"),
    "spread_of_main_shop": _main_shops,
    "spread_of_web_orders": _spread(remote=True),
    "top_merchant_by_value": _top(1),
    "top_five_by_value": _top(5),
    "entropy_of_merchants": _entropy,
    "repeats_against_chance": _repeats,
    "unicity_of_four_points": _unicity,
    "weekly_returns": _weekly,
    "merchants_per_month": _merchants_per_month,
    "inequality_of_visitors": _visitors,
    "clustering_of_people": _clustering,
    "correlation_in_households": _household,
    "short_of_money_again": _short_again,
    "outages_strike_several": _outages,
}
"""Measures by the name of the quantity in ``data/lives.toml``."""
