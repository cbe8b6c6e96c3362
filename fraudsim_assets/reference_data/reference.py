"""`Reference`: all tables of reference data as one configuration has them.

Belongs here: looking entries up, and the digest of all of them. Does not belong here: how tables are read
(``tables``) and joined with a user's values (``joining``).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data.account_events import AccountEvent
from fraudsim_assets.reference_data.authorisation import Authorisation
from fraudsim_assets.reference_data.banking import ContactTimes
from fraudsim_assets.reference_data.clocks import CountryClock
from fraudsim_assets.reference_data.days import CountryDays, DayEvent, DayPattern
from fraudsim_assets.reference_data.devices import Networks
from fraudsim_assets.reference_data.habits import Habits
from fraudsim_assets.reference_data.holders import CardProduct, CreditLines, CustomerSegment, Plastics
from fraudsim_assets.reference_data.hours import HourCurve, WeekShape
from fraudsim_assets.reference_data.itinerary import Itinerary
from fraudsim_assets.reference_data.later_rows import Charges, Refunds, SubscriptionHabits
from fraudsim_assets.reference_data.markets import Exchange, Shopping
from fraudsim_assets.reference_data.model import (
    Brands,
    Category,
    Country,
    Currency,
    Entry,
    Facts,
    Giant,
    Language,
    Romanisation,
)
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.reference_data.people import Households, People
from fraudsim_assets.reference_data.places import Cities, Commerce
from fraudsim_assets.reference_data.prices import Prices
from fraudsim_assets.reference_data.reactions import HOLDER, Reaction
from fraudsim_assets.reference_data.reading import did_you_mean
from fraudsim_assets.reference_data.refusals import Refusal
from fraudsim_assets.reference_data.requests import Declines, Encores, Retries
from fraudsim_assets.reference_data.rings import Ring
from fraudsim_assets.reference_data.shocks import Shock
from fraudsim_assets.reference_data.thieves import Casework, Thieves

MODELS: Mapping[str, type[Entry]] = {
    "categories": Category,
    "countries": Country,
    "currencies": Currency,
    "languages": Language,
    "brands": Brands,
    "romanisations": Romanisation,
    "giants": Giant,
    "hour_curves": HourCurve,
    "week_shapes": WeekShape,
    "clocks": CountryClock,
    "day_patterns": DayPattern,
    "day_events": DayEvent,
    "country_days": CountryDays,
    "needs": Need,
    "account_events": AccountEvent,
    "rings": Ring,
    "shocks": Shock,
    "reactions": Reaction,
    "refusals": Refusal,
    "authorisation": Authorisation,
    "declines": Declines,
    "retries": Retries,
    "encores": Encores,
    "itinerary": Itinerary,
    "refunds": Refunds,
    "charges": Charges,
    "thieves": Thieves,
    "casework": Casework,
    "networks": Networks,
    "contacts": ContactTimes,
    "subscriptions": SubscriptionHabits,
    "people": People,
    "households": Households,
    "shopping": Shopping,
    "habits": Habits,
    "prices": Prices,
    "exchange": Exchange,
    "segments": CustomerSegment,
    "products": CardProduct,
    "plastics": Plastics,
    "credit_lines": CreditLines,
    "cities": Cities,
    "commerce": Commerce,
}
"""Tables by name, with the shape of their entries."""

OTHER = "other"
"""Entry that stands for all that are not listed."""

FALLBACK_LANGUAGE = "en"
"""Language of trades in countries whose own language has no words here."""

_DIGITS = 16


@dataclass(frozen=True, eq=False)
class Reference:
    """All tables as one configuration has them.

    Attributes
    ----------
    categories
        In the order of their codes.
    countries, currencies, languages, brands
        By ISO 3166-1 alpha-2, ISO 4217 and ISO 639-1 code, and by name.
    romanisations, giants
        By ISO 639-1 code, and by name.
    hour_curves, week_shapes
        Shapes of the day and of the week, by name.
    clocks
        When people of countries eat and shops there close, by name; the clock of all shapes stands under ``other``.
    day_patterns, day_events, country_days
        What the calendar knows of days, by name; what holds for a country that is not named stands under ``other``.
    needs
        What people pay for again and again, by name, in the order of their codes.
    account_events
        What customers do at the bank without paying, by name.
    rings
        How organised groups of fraudsters work, by name.
    shocks
        What people pay for less and more while something holds, by name.
    reactions
        What follows when the bank asks, refuses or blocks: of holders, and by kind of fraud; kinds that are not named
        stand under ``other``.
    refusals
        Why issuers say no to honest people, and what these do about it, by response code.
    authorisation
        How payments are made and authenticated.
    declines, retries
        What lies behind refusals of honest requests, and what follows them, whatever the code.
    encores
        Occasions that are more than one request.
    itinerary
        A day of people, and how long ways take.
    refunds, charges
        When goods come back, and when merchants charge cards on file.
    thieves
        How fraudsters work, whatever the scenario.
    casework
        What the bank and holders do about fraud.
    networks
        Devices and addresses of holders, and how many share them.
    contacts
        How customers meet their bank, whatever the kind of event.
    subscriptions
        How much people subscribe to, and what becomes of refused charges.
    people, households
        Who customers are, and who lives with whom.
    shopping, habits
        How people shop, whatever the trade; how often and on which days they pay.
    prices, exchange
        How tickets spread and how prices are written; how exchange rates wander.
    segments, products
        What tells customer segments and products of cards apart, by name.
    plastics, credit_lines
        How long plastics last, and how much issuers lend.
    cities, commerce
        How large cities are, and what merchants there are.
    """

    categories: tuple[Category, ...]
    countries: dict[str, Country]
    currencies: dict[str, Currency]
    languages: dict[str, Language]
    brands: dict[str, Brands]
    romanisations: dict[str, Romanisation]
    giants: dict[str, Giant]
    hour_curves: dict[str, HourCurve]
    week_shapes: dict[str, WeekShape]
    clocks: dict[str, CountryClock]
    day_patterns: dict[str, DayPattern]
    day_events: dict[str, DayEvent]
    country_days: dict[str, CountryDays]
    needs: dict[str, Need]
    account_events: dict[str, AccountEvent]
    rings: dict[str, Ring]
    shocks: dict[str, Shock]
    reactions: dict[str, Reaction]
    refusals: dict[str, Refusal]
    authorisation: Authorisation
    declines: Declines
    retries: Retries
    encores: Encores
    itinerary: Itinerary
    refunds: Refunds
    charges: Charges
    thieves: Thieves
    casework: Casework
    networks: Networks
    contacts: ContactTimes
    subscriptions: SubscriptionHabits
    people: People
    households: Households
    shopping: Shopping
    habits: Habits
    prices: Prices
    exchange: Exchange
    segments: dict[str, CustomerSegment]
    products: dict[str, CardProduct]
    plastics: Plastics
    credit_lines: CreditLines
    cities: Cities
    commerce: Commerce

    @cached_property
    def category_names(self) -> tuple[str, ...]:
        """Names of categories by code."""
        return tuple(category.name for category in self.categories)

    def category(self, name: str) -> Category:
        """Category of a name.

        Raises
        ------
        ConfigError
            If there is no such category; names the closest one.
        """
        return self.categories[self.category_code(name)]

    def category_code(self, name: str) -> int:
        """Code of the category of a name; errors as :meth:`category`."""
        if name not in self.category_names:
            raise ConfigError(f"{name!r} is no category{did_you_mean(name, list(self.category_names))}")
        return self.category_names.index(name)

    @cached_property
    def trades(self) -> tuple[tuple[str, str], ...]:
        """All pairs of category and merchant category code."""
        return tuple((category.name, mcc) for category in self.categories for mcc in category.mccs)

    @cached_property
    def mccs(self) -> tuple[str, ...]:
        """All merchant category codes, ascending."""
        return tuple(sorted({mcc for _, mcc in self.trades}))

    def country(self, code: str) -> Country:
        """A country, or what stands for those that are not listed."""
        return self.countries[code if code in self.countries else OTHER]

    @property
    def usual_clock(self) -> CountryClock:
        """The clock that shapes of the day and opening hours are given by."""
        return self.clocks[OTHER]

    def clock_of(self, country: str) -> int:
        """Position among ``clocks`` of the one that a country lives by."""
        names = list(self.clocks)
        return next((at for at, c in enumerate(self.clocks.values()) if country in c.countries), names.index(OTHER))

    @cached_property
    def destinations(self) -> tuple[str, ...]:
        """Countries that people travel to, in alphabetical order."""
        return tuple(
            sorted(code for code, country in self.countries.items() if code != OTHER and country.travel_weight > 0)
        )

    def currency(self, code: str) -> Currency:
        """A currency.

        Raises
        ------
        ConfigError
            If its worth is not known.
        """
        if code not in self.currencies:
            known = ", ".join(sorted(self.currencies))
            raise ConfigError(
                f"geography.countries leads to currency {code!r}, whose worth is not known; known are {known}; "
                f"reference.currencies.{code}.units_per_euro sets it"
            )
        return self.currencies[code]

    @property
    def holder(self) -> Reaction:
        """How honest holders react."""
        return self.reactions[HOLDER]

    def reaction(self, scenario: str) -> Reaction:
        """How whoever commits a kind of fraud reacts, or what stands for those that are not listed."""
        return self.reactions[scenario if scenario in self.reactions else OTHER]

    def trade_words(self, language: str, category: str, mcc: str) -> tuple[str, ...]:
        """Words for a trade: its own, else those of the leading code of its category, else the English ones.

        Parameters
        ----------
        language
            ISO 639-1 code.
        category, mcc
            The trade.

        Returns
        -------
        tuple of str
            Alternatives; none for what is only sold online and has no words.
        """
        weights = self.category(category).mcc_weights
        leading = sorted(weights, key=lambda code: -weights[code])
        for spoken in (language, FALLBACK_LANGUAGE):
            known = self.languages[spoken]
            words = known.words | known.words_in.get(category, {})
            for code in (mcc, *leading):
                if code in words:
                    return words[code]
        return ()

    def digest(self, *tables: str) -> str:
        """Digest of tables, or of all: 16 hexadecimal digits of the BLAKE2b hash of canonical JSON.

        Parameters
        ----------
        tables
            Names from ``MODELS``.
        """
        content = {name: self._contents[name] for name in tables or MODELS}
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return hashlib.blake2b(text.encode(), digest_size=_DIGITS // 2).hexdigest()

    @cached_property
    def _contents(self) -> Mapping[str, Any]:
        """All tables as JSON has them: several digests rest on them."""
        return {name: self._content(name) for name in MODELS}

    def _content(self, table: str) -> Any:
        entries = getattr(self, table)
        if isinstance(entries, Facts):
            return entries.model_dump(mode="json")
        if isinstance(entries, tuple):
            return [entry.model_dump(mode="json") for entry in entries]
        return {name: entry.model_dump(mode="json") for name, entry in entries.items()}

    @classmethod
    def of(cls, entries: Mapping[str, Any]) -> "Reference":
        """Put tables together.

        Parameters
        ----------
        entries
            Checked entries by table and name, or by table where a table is one entry.
        """
        tables = {table: entries[table] for table in MODELS}
        by_code = sorted(tables.pop("categories").values(), key=lambda category: category.code)
        return cls(categories=tuple(by_code), **tables)
