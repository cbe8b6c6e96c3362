"""What no single entry of the reference data shows: sums that are not one, codes with gaps, names that lead nowhere.

Belongs here: conditions between entries and between tables. Does not belong here: bounds of one value (``model``).
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from babel.core import get_global

from fraudsim_assets.bit_layouts import OCCASION
from fraudsim_assets.reference_data.account_events import AccountEvent, AccountEventType
from fraudsim_assets.reference_data.clocks import CountryClock
from fraudsim_assets.reference_data.days import CountryDays, DayPattern
from fraudsim_assets.reference_data.facts import TOLERANCE, contradictory_facts
from fraudsim_assets.reference_data.holders import CardProduct, CustomerSegment
from fraudsim_assets.reference_data.markets import Shopping
from fraudsim_assets.reference_data.model import Category, Country, Currency, Giant, Language
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.reference_data.reading import Keys, did_you_mean
from fraudsim_assets.reference_data.rings import Ring
from fraudsim_assets.reference_data.shocks import Shock


def contradictions(entries: Mapping[str, Any]) -> Iterator[tuple[Keys, str]]:
    """Tell what does not fit together, with the path of each: table, entry, field."""
    categories: Mapping[str, Category] = entries["categories"]
    yield from _calendar(entries)
    yield from _places(entries)
    yield from _clock(entries)
    yield from _clocks(entries["clocks"])
    yield from _pegs(entries["currencies"])
    yield from _words(entries["languages"], categories)
    yield from _wrong_codes(categories)
    yield from _needs(entries["needs"], categories)
    yield from _shocks(entries["shocks"], categories)
    yield from _on_the_way(entries["shopping"], categories)
    yield from _giants(entries["giants"], categories)
    yield from _kinds_of_events(entries["account_events"])
    yield from _rings(entries["rings"])
    yield from _wrong_sum({name: c.share for name, c in categories.items()}, ("categories",), "share")
    for channel in ("in_shops", "remote", "at_machines"):
        shares = {code: getattr(refusal, channel) for code, refusal in entries["refusals"].items()}
        yield from _wrong_sum(shares, ("refusals",), channel)
    yield from contradictory_facts(entries)
    yield from _holders(entries["segments"], entries["products"])
    for name, category in categories.items():
        yield from _wrong_sum(category.mcc_weights, ("categories", name, "mccs"), "weight")
        yield from _hours(name, category)
        yield from _instead(name, category, categories)
        if not category.is_sold_in_shops and not category.is_sold_online:
            yield ("categories", name, "merchants"), "neither merchants nor online_merchants; one must be above 0"


def _holders(
    segments: Mapping[str, CustomerSegment], products: Mapping[str, CardProduct]
) -> Iterator[tuple[Keys, str]]:
    """Shares that do not sum to one, and cards that no scheme issues."""
    yield from _wrong_sum({name: segment.payments for name, segment in segments.items()}, ("segments",), "payments")
    for column in ("first", "further", "minor"):
        yield from _wrong_sum({name: getattr(p, column) for name, p in products.items()}, ("products",), column)
    for name, product in products.items():
        for column, shares in (("networks", product.networks.values()), ("validity", product.validity)):
            if abs(sum(shares) - 1) > TOLERANCE:
                yield ("products", name, column), f"sum to {sum(shares):g}; they must sum to one"
        if name != "credit" and product.networks.get("amex", 0.0) > 0:
            yield ("products", name, "networks"), "amex issues credit cards only; its share must be 0"


def _clock(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Keys, str]]:
    """Shapes of the day and of the week that are named and that there are none of."""
    named = [
        ((table, name, column), getattr(entry, column), shapes)
        for table, column, shapes in (
            ("categories", "hours", "hour_curves"),
            ("categories", "online_hours", "hour_curves"),
            ("categories", "week", "week_shapes"),
            ("account_events", "hours", "hour_curves"),
        )
        for name, entry in entries[table].items()
    ]
    for place, shape, shapes in named:
        if shape not in entries[shapes]:
            yield place, f"no {shape!r} in {shapes}{did_you_mean(shape, list(entries[shapes]))}"


def _clocks(clocks: Mapping[str, CountryClock]) -> Iterator[tuple[Keys, str]]:
    """Countries that live by two clocks."""
    first: dict[str, str] = {}
    for name, clock in clocks.items():
        for country in clock.countries:
            if first.setdefault(country, name) != name:
                yield ("clocks", name, "countries"), f"{country} lives by {first[country]} already; it has one clock"


def _hours(name: str, category: Category) -> Iterator[tuple[Keys, str]]:
    """Opening hours that do not add up, end before they begin, or leave a code without any."""
    place = "categories", name, "opening_hours"
    hours = sum(opening.weight for opening in category.opening_hours)
    if abs(hours - 1) > TOLERANCE:
        yield place, f"weights sum to {hours:g}; they must sum to one"
    for opening in category.opening_hours:
        opens, closes = opening.minutes
        if not opens < closes <= opens + 1440:
            yield (
                place,
                f"{opening.opens} to {opening.closes} is not valid; closing is up to a day after opening",
            )
    for mcc in dict.fromkeys(mcc for opening in category.opening_hours for mcc in opening.mccs):
        if mcc not in category.mccs:
            yield (
                place,
                f"{mcc} is not a code of the category; valid are {', '.join(category.mccs)}",
            )
    for mcc in category.mccs:
        if not category.hours_of(mcc):
            yield place, f"no variant is for shops of {mcc}; one must be"


def _instead(name: str, category: Category, categories: Mapping[str, Category]) -> Iterator[tuple[Keys, str]]:
    """Categories that cannot stand in for another one in a small town."""
    for other in category.instead:
        if other == name or other not in categories or not categories[other].is_sold_in_shops:
            known = [each for each, entry in categories.items() if entry.is_sold_in_shops and each != name]
            yield (
                ("categories", name, "instead"),
                f"{other!r} is not another category that is sold in shops{did_you_mean(other, known)}",
            )


def _kinds_of_events(events: Mapping[str, AccountEvent]) -> Iterator[tuple[Keys, str]]:
    """Events that customers do not have, and outcomes of which there are more than events."""
    for name, event in events.items():
        if name not in get_args(AccountEventType):
            yield (
                ("account_events", name),
                f"no such kind of event{did_you_mean(name, list(get_args(AccountEventType)))}",
            )
        if event.failed + event.step_up > 1:
            yield ("account_events", name, "step_up"), "with failed it is above 1; together they are at most 1"


def _giants(giants: Mapping[str, Giant], categories: Mapping[str, Category]) -> Iterator[tuple[Keys, str]]:
    """Giants that sell what does not exist, and categories of which web shops would sell more than there is."""
    for name, giant in giants.items():
        for category in (giant.category, *giant.serves):
            if category not in categories or not categories[category].is_sold_online:
                known = [each for each, entry in categories.items() if entry.is_sold_online]
                yield (
                    ("giants", name, "category" if category == giant.category else "serves"),
                    f"{category!r} is no category that is sold online{did_you_mean(category, known)}",
                )
        codes = categories[giant.category].mccs if giant.category in categories else {}
        if codes and giant.mcc not in codes:
            yield ("giants", name, "mcc"), f"{giant.mcc} is no code of {giant.category}; valid are {', '.join(codes)}"
    for name, category in categories.items():
        served = sum(giant.serves[name] for giant in giants.values() if name in giant.serves)
        if served >= 1:
            yield ("giants",), f"sell {served:g} of {name} together; it must be less than 1"
        if sum(category.web_leaders) >= 1:
            yield (
                ("categories", name, "web_leaders"),
                f"sum to {sum(category.web_leaders):g}; the sum must be less than 1",
            )


def _rings(rings: Mapping[str, Ring]) -> Iterator[tuple[Keys, str]]:
    """Shares that leave nothing or take too much, and lives that end before they begin."""
    yield from _wrong_sum({name: ring.weight for name, ring in rings.items()}, ("rings",), "weight")
    for name, ring in rings.items():
        if ring.carrier + ring.proxy > 1:
            yield ("rings", name, "proxy"), f"carrier and proxy sum to {ring.carrier + ring.proxy:g}; at most 1"
        if ring.shortest_days > ring.longest_days:
            yield ("rings", name, "shortest_days"), f"is {ring.shortest_days:g}, above longest_days"


def _needs(needs: Mapping[str, Need], categories: Mapping[str, Category]) -> Iterator[tuple[Keys, str]]:
    """Categories and needs that do not exist, and channels in which no need takes what the others leave."""
    for remote in (False, True):
        takers = [name for name, need in needs.items() if need.others and need.remote == remote]
        if len(takers) != 1:
            channel = "remote" if remote else "present"
            yield ("needs",), f"{len(takers)} needs of channel {channel!r} take the others; exactly one must"
    journeys = [name for name, need in needs.items() if need.journeys and not need.remote]
    if len(journeys) != 1:
        yield ("needs",), f"{len(journeys)} needs of channel 'present' come up on journeys only; exactly one must"
    before: list[str] = []
    for name, need in needs.items():
        for category in need.serves:
            if category not in categories:
                yield (
                    ("needs", name, "serves"),
                    f"{category!r} is no category{did_you_mean(category, list(categories))}",
                )
        if need.absorbed is not None and need.absorbed not in before:
            yield (
                ("needs", name, "absorbed"),
                f"{need.absorbed!r} is no need before it{did_you_mean(need.absorbed, before)}",
            )
        if need.burst > 0 and need.longest != 1:
            yield ("needs", name, "longest"), f"is {need.longest}; needs that come in bursts have cells of 1 day"
        before.append(name)
    if len(before) > _MOST_NEEDS:
        yield ("needs",), f"{len(before)} needs; at most {_MOST_NEEDS} are possible"


def _shocks(shocks: Mapping[str, Shock], categories: Mapping[str, Category]) -> Iterator[tuple[Keys, str]]:
    """Categories that do not exist."""
    for name, shock in shocks.items():
        for part in ("present", "remote", "ticket"):
            for category in getattr(shock, part):
                if category not in categories:
                    told = f"{category!r} is no category{did_you_mean(category, list(categories))}"
                    yield ("shocks", name, part), told


def _on_the_way(shopping: Shopping, categories: Mapping[str, Category]) -> Iterator[tuple[Keys, str]]:
    """Categories that do not exist."""
    for category in shopping.on_the_way:
        if category not in categories:
            told = (
                f"{category!r} is no category{did_you_mean(category, list(categories))}; valid are names of categories"
            )
            yield ("shopping", "on_the_way"), told


_MOST_NEEDS = OCCASION.room("need")


def _places(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Keys, str]]:
    """Codes of countries and currencies that no standard has, and sellers that no world ever reaches."""
    countries: Mapping[str, Country] = entries["countries"]
    territories, currencies = get_global("territory_currencies"), get_global("all_currencies")
    for code, country in countries.items():
        if code != "other" and code not in territories:
            yield ("countries", code), "is no country of ISO 3166-1"
        if country.seller_weight > 0 and not country.travel_weight > 0:
            yield (
                ("countries", code, "seller_weight"),
                "needs a travel_weight above 0, or its shops are out of reach",
            )
        if country.language is not None and country.language not in entries["languages"]:
            known = list(entries["languages"])
            yield (
                ("countries", code, "language"),
                f"{country.language!r} has no words{did_you_mean(country.language, known)}",
            )
    for code in entries["currencies"]:
        if code not in currencies:
            yield ("currencies", code), "is no currency of ISO 4217"


def _pegs(currencies: Mapping[str, Currency]) -> Iterator[tuple[Keys, str]]:
    """Pegs that lack a part, lead nowhere, or lead back to where they began."""
    for code, currency in currencies.items():
        parts = {"anchor": currency.anchor, "parity": currency.parity, "band": currency.band}
        missing = [name for name, part in parts.items() if part is None]
        if 0 < len(missing) < len(parts):
            yield ("currencies", code, missing[0]), "is missing; a peg has an anchor, a parity and a band"
        chain = [code]
        while (anchor := currencies[chain[-1]].anchor) is not None:
            if anchor not in currencies:
                known = list(currencies)
                yield (
                    ("currencies", chain[-1], "anchor"),
                    f"{anchor!r} is none of the currencies{did_you_mean(anchor, known)}",
                )
                break
            if anchor in chain:
                yield ("currencies", code, "anchor"), f"is held to itself by way of {', '.join(chain)}"
                break
            chain.append(anchor)


def _words(languages: Mapping[str, Language], categories: Mapping[str, Category]) -> Iterator[tuple[Keys, str]]:
    """Words of codes and categories that are not there, and shops that would have no word at all."""
    codes = {mcc for category in categories.values() for mcc in category.mccs}
    for code, language in languages.items():
        for mcc in language.words.keys() - codes:
            yield ("languages", code, "words", mcc), "is a code of no category"
        for name, words in language.words_in.items():
            if name not in categories:
                yield ("languages", code, "words_in", name), f"is no category{did_you_mean(name, list(categories))}"
                continue
            for mcc in words.keys() - categories[name].mccs.keys():
                yield ("languages", code, "words_in", name, mcc), f"is no code of {name}"
    if "en" not in languages:
        yield ("languages",), "has no English, whose words stand in for those that others lack"
        return
    for name, category in categories.items():
        known = {*languages["en"].words, *languages["en"].words_in.get(name, {})}
        if category.is_sold_in_shops and not known & category.mccs.keys():
            yield (
                ("categories", name, "mccs"),
                "none of the codes has words in languages.en.words; one needs them",
            )


def _calendar(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[Keys, str]]:
    """Names of day patterns and events that lead nowhere, and pay days that are not everybody's."""
    patterns, events = list(entries["day_patterns"]), list(entries["day_events"])
    categories: Mapping[str, Category] = entries["categories"]
    for name, category in categories.items():
        for key, pattern in (("days", category.days), ("online_days", category.online_days)):
            yield from _unknown([pattern], patterns, ("categories", name, key), "day pattern")
    days: Mapping[str, DayPattern] = entries["day_patterns"]
    for name, pattern in days.items():
        yield from _unknown(pattern.events, events, ("day_patterns", name, "events"), "event")
    countries: Mapping[str, CountryDays] = entries["country_days"]
    for key in ("pay_profile", "journeys"):
        if countries.get("other") is None or not getattr(countries["other"], key):
            yield ("country_days", "other", key), "is missing; it holds for all countries that give none"
    for name, country in countries.items():
        path = ("country_days", name)
        for key in ("sunday", "sunday_hours", "trading_sunday", "months"):
            yield from _unknown(getattr(country, key), patterns, (*path, key), "day pattern")
        yield from _unknown(country.events, [*patterns, "all"], (*path, "events"), "day pattern")
        for pattern, factors in country.events.items():
            yield from _unknown(factors, events, (*path, "events", pattern), "event")
        total = sum(pay_day.share for pay_day in country.pay_days)
        if abs(total - 1) > TOLERANCE:
            yield (*path, "pay_days"), f"shares sum to {total:g}; they must sum to one"


def _unknown(names: Iterable[str], known: list[str], path: Keys, what: str) -> Iterator[tuple[Keys, str]]:
    for name in names:
        if name not in known:
            yield (*path, name), f"{name!r} is no {what}{did_you_mean(name, known)}"


def _wrong_codes(categories: Mapping[str, Category]) -> Iterator[tuple[Keys, str]]:
    holders: dict[int, str] = {}
    for name, category in categories.items():
        if category.code in holders:
            yield ("categories", name, "code"), f"{category.code} is already the code of {holders[category.code]!r}"
        elif category.code >= len(categories):
            yield ("categories", name, "code"), f"{category.code} is above the last code, {len(categories) - 1}"
        holders[category.code] = name


def _wrong_sum(numbers: Mapping[str, float], path: Keys, key: str) -> Iterator[tuple[Keys, str]]:
    total = sum(numbers.values())
    if abs(total - 1) > TOLERANCE:
        last = list(numbers)[-1]
        yield (*path, last, key), f"the numbers of all {path[-1]} sum to {total:g}; they must sum to one"
