"""The section ``reference`` of a configuration: what a user replaces in the tables of reference data.

The fields of an entry are those of its table, each of which may be left out.

Belongs here: the shape of the section. Does not belong here: how its values are joined with the tables
(``joining``).
"""

import json
from functools import cache, lru_cache
from typing import Annotated, Any, Literal, Self, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    create_model,
    model_serializer,
    model_validator,
)

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.reference_data.account_events import AccountEvent, AccountEventType
from fraudsim_assets.reference_data.authorisation import Authorisation
from fraudsim_assets.reference_data.banking import ContactTimes
from fraudsim_assets.reference_data.clocks import CountryClock
from fraudsim_assets.reference_data.days import CountryDays, DayEvent, DayPattern
from fraudsim_assets.reference_data.devices import Networks
from fraudsim_assets.reference_data.habits import Habits
from fraudsim_assets.reference_data.holders import CardProduct, CreditLines, CustomerSegment, Plastics, Product
from fraudsim_assets.reference_data.hours import HourCurve, WeekShape
from fraudsim_assets.reference_data.itinerary import Itinerary
from fraudsim_assets.reference_data.joining import EXTENDS, joined
from fraudsim_assets.reference_data.later_rows import Charges, Refunds, SubscriptionHabits
from fraudsim_assets.reference_data.markets import Exchange, Shopping
from fraudsim_assets.reference_data.model import (
    Brands,
    Category,
    Country,
    CountryCode,
    Currency,
    CurrencyCode,
    Facts,
    Giant,
    Language,
    LanguageCode,
    Name,
    Romanisation,
    Segment,
)
from fraudsim_assets.reference_data.needs import Need
from fraudsim_assets.reference_data.people import Households, People
from fraudsim_assets.reference_data.places import Cities, Commerce
from fraudsim_assets.reference_data.prices import Prices
from fraudsim_assets.reference_data.reactions import Reaction
from fraudsim_assets.reference_data.reading import nested_model
from fraudsim_assets.reference_data.reference import Reference
from fraudsim_assets.reference_data.refusals import Refusal, ResponseCode
from fraudsim_assets.reference_data.requests import Declines, Encores, Retries
from fraudsim_assets.reference_data.rings import Ring
from fraudsim_assets.reference_data.shocks import Shock
from fraudsim_assets.reference_data.tables import packaged
from fraudsim_assets.reference_data.thieves import Casework, Thieves


class _Given(BaseModel):
    """Base of settings: frozen, an unknown key is an error, and what is not given is not written either."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_serializer(mode="wrap")
    def _only_what_is_given(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in handler(self).items() if value is not None}


@cache
def changes_of(model: type[BaseModel], *, top: bool = True) -> type[_Given]:
    """Shape of changes to an entry: every field of the entry, none of them required."""
    fields: dict[str, Any] = {}
    if top and not issubclass(model, Facts):
        fields[EXTENDS] = (
            str,
            Field(default=None, description=f"For a new entry: the {model.__name__.lower()} it begins as a copy of."),
        )
    for name, info in model.model_fields.items():
        if name == "name":
            continue
        annotation: Any = info.annotation
        inner = nested_model(annotation)
        if inner is not None and get_origin(annotation) is dict:
            annotation = dict[get_args(annotation)[0], changes_of(inner, top=False)]
        if info.metadata:
            annotation = Annotated[(annotation, *info.metadata)]
        fields[name] = (annotation, Field(default=None, description=info.description))
    name = f"{model.__name__}Changes"
    created = create_model(name, __base__=_Given, __module__=__name__, __doc__=model.__doc__, **fields)
    # other processes find a class of a configuration by its name
    created.__qualname__ = name if name not in globals() else f"{name}{len(globals())}"
    globals()[created.__qualname__] = created
    return created


class ReferenceSettings(_Given):
    """What replaces the reference data that travels with the package; each change is part of the digest."""

    categories: dict[Name, changes_of(Category)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={},
        description="Changes by spending category. Categories whose share is not given here share what the others "
        "leave; a new category extends another and says its share.",
    )
    countries: dict[CountryCode | Literal["other"], changes_of(Country)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by country (ISO 3166-1 alpha-2); 'other' is every country that is not listed."
    )
    currencies: dict[CurrencyCode, changes_of(Currency)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by currency (ISO 4217)."
    )
    languages: dict[LanguageCode, changes_of(Language)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by language (ISO 639-1) of the names of shops."
    )
    brands: dict[Name, changes_of(Brands)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes to the syllables of invented brands."
    )
    romanisations: dict[LanguageCode, changes_of(Romanisation)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by language (ISO 639-1) of how names are written in Latin letters."
    )
    giants: dict[Name, changes_of(Giant)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by web giant: what it sells, and from where."
    )
    hour_curves: dict[Name, changes_of(HourCurve)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by shape of the day: how payments are spread over its hours."
    )
    week_shapes: dict[Name, changes_of(WeekShape)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by shape of the week."
    )
    clocks: dict[Name, changes_of(CountryClock)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by clock of countries: when people eat, and when shops close."
    )
    day_patterns: dict[Name, changes_of(DayPattern)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by day pattern: how a kind of spending is spread over the year."
    )
    day_events: dict[Name, changes_of(DayEvent)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by event: feasts, sales and seasons."
    )
    country_days: dict[str, changes_of(CountryDays)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by country: Sundays, holidays, pay days; 'other' is every other country."
    )
    needs: dict[Name, changes_of(Need)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by need: what people pay for again and again, and in what rhythm."
    )
    account_events: dict[AccountEventType, changes_of(AccountEvent)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by kind of event: how often, and what leads to it."
    )
    rings: dict[Name, changes_of(Ring)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={},
        description="Changes by kind of fraud ring: how long it lives, how large it is, what it hides behind.",
    )
    shocks: dict[Name, changes_of(Shock)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by shock to spending: which trades fall and which rise."
    )
    reactions: dict[Name, changes_of(Reaction)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={},
        description="Changes by who reacts to decisions of the bank: 'holder', a kind of fraud, or 'other'.",
    )
    refusals: dict[ResponseCode, changes_of(Refusal)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={},
        description="Changes by response code of refused genuine requests: how often it is given, and what follows.",
    )
    authorisation: changes_of(Authorisation) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Authorisation)(), description="Changes to how payments are made and authenticated."
    )
    declines: changes_of(Declines) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Declines)(), description="Changes to what lies behind refusals of genuine requests."
    )
    retries: changes_of(Retries) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Retries)(), description="Changes to what follows a refusal, whatever its code is."
    )
    encores: changes_of(Encores) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Encores)(), description="Changes to occasions that are more than one request."
    )
    itinerary: changes_of(Itinerary) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Itinerary)(), description="Changes to a day of people, and to how long ways take."
    )
    refunds: changes_of(Refunds) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Refunds)(), description="Changes to when goods come back, and how much of a purchase."
    )
    charges: changes_of(Charges) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Charges)(), description="Changes to when merchants charge cards on file."
    )
    thieves: changes_of(Thieves) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Thieves)(), description="Changes to how fraudsters work, whatever the scenario."
    )
    casework: changes_of(Casework) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Casework)(), description="Changes to what the bank and holders do about fraud."
    )
    networks: changes_of(Networks) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Networks)(), description="Changes to devices and addresses of holders."
    )
    contacts: changes_of(ContactTimes) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(ContactTimes)(), description="Changes to how customers meet their bank."
    )
    subscriptions: changes_of(SubscriptionHabits) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(SubscriptionHabits)(), description="Changes to how much people subscribe to."
    )
    people: changes_of(People) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(People)(), description="Changes to who customers are: ages, incomes, households, names."
    )
    households: changes_of(Households) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Households)(), description="Changes to who lives with whom."
    )
    shopping: changes_of(Shopping) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Shopping)(), description="Changes to how people shop, whatever the trade."
    )
    habits: changes_of(Habits) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Habits)(), description="Changes to how often and on which days people pay."
    )
    prices: changes_of(Prices) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Prices)(), description="Changes to how tickets spread and prices are written."
    )
    exchange: changes_of(Exchange) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Exchange)(), description="Changes to how exchange rates wander."
    )
    segments: dict[Segment, changes_of(CustomerSegment)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by customer segment: what tells it from the others."
    )
    products: dict[Product, changes_of(CardProduct)] = Field(  # pyright: ignore[reportInvalidTypeForm]
        default={}, description="Changes by product of cards: what it is good for, and who has it."
    )
    plastics: changes_of(Plastics) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Plastics)(), description="Changes to how long plastics last."
    )
    credit_lines: changes_of(CreditLines) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(CreditLines)(), description="Changes to how much issuers lend."
    )
    cities: changes_of(Cities) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Cities)(), description="Changes to how large cities are."
    )
    commerce: changes_of(Commerce) = Field(  # pyright: ignore[reportInvalidTypeForm]
        default=changes_of(Commerce)(), description="Changes to what merchants there are."
    )

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if any(self.model_dump().values()):
            try:
                _ = self.resolved
            except ConfigError as error:
                raise ValueError(str(error)) from error
        return self

    @property
    def resolved(self) -> Reference:
        """All tables, with these values in place of those that travel with the package.

        Raises
        ------
        ConfigError
            If a name is unknown, or the tables no longer fit together; names the key.
        """
        return _resolved(self.model_dump_json())


@lru_cache(maxsize=16)
def _resolved(text: str) -> Reference:
    changes = json.loads(text)
    return joined(changes) if any(changes.values()) else packaged()
