"""Parameters of fraud scenarios: what may be set under ``fraud.scenarios.NAME.parameters``.

Every mechanism of fraud has a model of its parameters; a scenario is a mechanism with values for them.

Belongs here: names, bounds, units and meaning of parameters, and which of them ``fraud.difficulty`` moves.
Does not belong here: values of scenarios (``reference_data/data/scenarios``) and what mechanisms do with them
(``fraudsim_assets.fraud``).
"""

from collections.abc import Callable, Collection, Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationInfo

from fraudsim_assets.config.model import Rate
from fraudsim_assets.config.scenarios.dial import Movement, moved
from fraudsim_assets.reference_data import Reference
from fraudsim_assets.reference_data.account_events import AccountEventType, EventChannel, EventOutcome
from fraudsim_assets.reference_data.reading import did_you_mean

EntryMode = Literal["chip", "contactless", "magstripe", "manual", "ecommerce", "credential_on_file"]
"""How the card number reached the merchant, as ``tables.codes`` lists it."""


def _known(what: str, names: Callable[[Reference], Collection[str]]) -> Callable[[str, ValidationInfo], str]:
    def check(name: str, info: ValidationInfo) -> str:
        reference: Reference | None = info.context
        if reference is not None and name not in names(reference):
            msg = f"no such {what}{did_you_mean(name, list(names(reference)))}"
            raise ValueError(msg)
        return name

    return check


Category = Annotated[str, AfterValidator(_known("category", lambda reference: reference.category_names))]
"""Name of a spending category; checked where the validation context is the reference data."""

HourCurve = Annotated[str, AfterValidator(_known("shape of the day", lambda reference: reference.hour_curves))]
"""Name of a shape of the day in ``hour_curves``; checked likewise."""


def _some_weight(weights: dict[str, float]) -> dict[str, float]:
    if weights and not any(weights.values()):
        msg = "all weights are 0; at least one must be above"
        raise ValueError(msg)
    return weights


CategoryWeights = Annotated[dict[Category, Annotated[float, Field(ge=0.0)]], AfterValidator(_some_weight)]


class ScenarioParameters(BaseModel):
    """Base of a scenario's parameters: frozen, and an unknown key is an error.

    Attributes
    ----------
    movements
        How ``fraud.difficulty`` moves parameters, by name; those not named stay.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True, allow_inf_nan=False)

    movements: ClassVar[Mapping[str, Movement]] = {}

    hours: HourCurve = Field(default="online", description="Curve of the local day on which sittings begin. [name]")
    night: Rate = Field(default=0.1, description="Sittings in the small hours. ASSUMPTION. [share]")
    ring: Rate = Field(default=0.0, description="Campaigns that a ring commits. ASSUMPTION. [share]")

    def at(self, difficulty: str, *, fixed: Collection[str] = ()) -> Self:
        """Parameters at a setting of the dial.

        Parameters
        ----------
        difficulty
            A value of ``fraud.difficulty``.
        fixed
            Parameters that stay, because the user has set them.
        """
        values = {name: value for name, value in self if name in self.movements and name not in fixed}
        changed = moved(values, self.movements, difficulty)
        return self.model_copy(update=changed) if changed else self


LeadDays = Annotated[float, Field(gt=0, le=60)]


def _rising(days: tuple[float, float]) -> tuple[float, float]:
    if days[0] > days[1]:
        msg = f"{list(days)} is not in order; valid are the shortest and the longest time"
        raise ValueError(msg)
    return days


MOST_TRACES = 20
"""A trace is left no more often than this by one campaign. [count]"""


class Trace(BaseModel):
    """An event that is no payment, left by campaigns before their first step."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    event: AccountEventType = Field(description="Kind of event.")
    share: Rate = Field(description="Campaigns that leave it. [share]")
    most: int = Field(default=1, ge=1, le=MOST_TRACES, description="How often it happens, at most. [count]")
    channel: EventChannel = Field(default="app", description="Where the bank is met.")
    outcome: EventOutcome = Field(default="success", description="How it ends.")
    device: Literal["stranger", "holder"] = Field(
        default="stranger", description="Whose device and address it comes from."
    )


class PatternParameters(ScenarioParameters):
    """What a fraudster does with a stolen card."""

    movements: ClassVar[Mapping[str, Movement]] = {
        "mimicry": "hides",
        "usual": "hides",
        "own_merchant": "hides",
        "modest": "hides",
        "new_sitting": "hides",
        "test": "reveals",
        "aim": "reveals",
        "night": "reveals",
        "abroad": "reveals",
        "gang": "reveals",
        "ring": "reveals",
        "declined_test": "reveals",
        "declined": "reveals",
        "gap_minutes": "longer",
        "days_between": "longer",
        "escalation": "fewer",
        "persistence": "fewer",
    }

    remote: Rate = Field(default=1.0, description="Campaigns committed remotely; the others are in person. [share]")
    categories: CategoryWeights = Field(
        default={}, description="What is bought, weights by category; without any, what people usually buy. [unitless]"
    )
    test_categories: CategoryWeights = Field(
        default={
            "digital_goods": 0.6,
            "parking_toll": 0.6,
            "cafe_bar": 0.3,
            "fuel": 0.1,
        },
        description="Where cards are tested, weights by category. ASSUMPTION. [unitless]",
    )
    steps: float = Field(default=5.0, ge=1.0, le=60.0, description="Mean purchases tried per campaign. [count]")
    most_steps: int = Field(default=8, ge=1, le=200, description="Most purchases tried per campaign. [count]")
    test: Rate = Field(default=0.42, description="Campaigns that begin with a test. Source: judged target I08. [share]")
    cash: Rate = Field(default=0.0, description="In-person steps that draw cash. [share]")
    new_sitting: Rate = Field(default=0.15, description="Steps that wait for another day. [share]")
    days_between: float = Field(default=1.6, gt=0, le=30, description="Mean time between sittings. [days]")
    gap_minutes: float = Field(
        default=15.0, gt=0, le=600, description="Mean time between steps of a sitting. [minutes]"
    )
    amount: float = Field(default=95.0, gt=0, le=100_000, description="What one purchase is meant to bring. [EUR]")
    aim: Rate = Field(default=0.6, description="Weight of that aim against the usual ticket of the kind. [share]")
    modest: Rate = Field(default=0.4, description="Purchases kept small, to pass unnoticed. [share]")
    spread: float = Field(default=0.85, gt=0, le=5, description="Factor on the spread of tickets. [unitless]")
    escalation: float = Field(default=0.08, ge=0, le=2, description="Growth of log amount per step. [unitless]")
    hours: HourCurve = Field(
        default="remote_fraud", description="Curve of the local day on which sittings begin. [name]"
    )
    night: Rate = Field(
        default=0.45, description="Sittings in the small hours, of campaigns that are not abroad. [share]"
    )
    abroad: Rate = Field(default=0.35, description="Campaigns at merchants abroad. [share]")
    gang: Rate = Field(default=0.2, description="Steps at merchants that the gang keeps using. [share]")
    entry: EntryMode | None = Field(default=None, description="Entry mode; null follows genuine requests.")
    wallet: Rate = Field(
        default=0.0, description="In-person campaigns at home that pay contactless, copied data in a phone. [share]"
    )
    mimicry: Rate | None = Field(
        default=None, description="Steps that hide in the holder's habits; null follows fraud.difficulty. [share]"
    )
    usual: Rate = Field(default=0.8, description="Hiding steps that buy what people usually buy. [share]")
    own_merchant: Rate = Field(
        default=0.5, description="Of steps that buy what is usual, those at the holder's own merchants. [share]"
    )
    authenticated: Rate = Field(
        default=0.3,
        description="Remote steps in shops that ask for 3DS as others do; the rest never ask. [share]",
    )
    declined_test: Rate = Field(default=0.42, description="Tests declined. Source: target I05. [share]")
    declined: Rate = Field(
        default=0.22,
        description="Bold purchases declined before any block; small and usual ones an eighth as often. [share]",
    )
    detection: Rate = Field(default=0.12, description="Chance that an approved step is detected. [share]")
    persistence: float = Field(default=1.2, ge=0, le=20, description="Mean attempts after the block. [count]")
    traces: tuple[Trace, ...] = Field(
        default=(),
        max_length=12,
        strict=False,
        description="Events that are no payments, left before the first step, in their order.",
    )
    lead_days: Annotated[tuple[LeadDays, LeadDays], AfterValidator(_rising)] = Field(
        default=(0.02, 2.0),
        strict=False,
        description="Shortest and longest time from the first of them to the first step, up to 60. [days]",
    )
    never_reported: Rate = Field(
        default=0.02, description="Undetected campaigns that are never reported. Target D14. [share]"
    )


class SkimmingParameters(PatternParameters):
    """Use of cards that were copied at a merchant."""

    points: int = Field(default=8, ge=1, le=1000, description="Points of compromise at a time. [count]")
    copied_at: tuple[Category, ...] = Field(
        default=("fuel", "cash_machine", "restaurant", "grocery"),
        min_length=1,
        strict=False,
        description="Categories in which cards are copied. ASSUMPTION after target I11.",
    )
    copied_online: bool = Field(
        default=False, description="Cards are copied at web shops of the categories, not at tills."
    )
    incident: str | None = Field(
        default=None, description="Name of a breach whose points never change; null looks for new ones each season."
    )


class DeceptionParameters(PatternParameters):
    """Holders who pay for what never comes."""

    movements: ClassVar[Mapping[str, Movement]] = {**PatternParameters.movements, "notice_days": "longer"}

    delivery_days: float = Field(
        default=3.0, ge=0, le=60, description="Time for which nothing need have come yet. [days]"
    )
    notice_days: float = Field(
        default=12.0, gt=0, le=120, description="Mean time from then until the holder complains. [days]"
    )


class InterceptionParameters(PatternParameters):
    """Use of cards that never reached their holders."""

    within_days: float = Field(
        default=8.0, ge=1, le=60, description="Cards issued within so many days are on their way. [days]"
    )


class ApplicationParameters(PatternParameters):
    """Use of lines that were opened with a stolen or made-up identity."""

    within_days: float = Field(
        default=45.0, ge=1, le=365, description="Lines opened within so many days before, post and traces apart. [days]"
    )
    post_days: int = Field(default=4, ge=1, le=30, description="Time until the card has come. [days]")
    unpaid_days: float = Field(
        default=55.0,
        ge=1,
        le=60,
        description="Least time until the bank writes the line off, and half of the most. [days]",
    )


class CardTestingParameters(ScenarioParameters):
    """A run of tests."""

    movements: ClassVar[Mapping[str, Movement]] = {
        "declined": "reveals",
        "night": "reveals",
        "ring": "reveals",
        "gap_minutes": "longer",
        "masked": "hides",
        "follow_on": "hides",
        "follow_on_gang": "reveals",
    }

    cards: int = Field(default=60, ge=2, le=200, description="Most cards per run. [count]")
    share_of_day: Rate = Field(
        default=0.09, description="A run takes at most this share of a day's fraudulent rows. [share]"
    )
    declined: Rate = Field(default=0.6, description="Tests declined. Source: target I05, 40 to 90 %. [share]")
    follow_on: Rate = Field(default=0.33, description="Passed cards used within five days. Target I07. [share]")
    follow_on_gang: Rate = Field(
        default=0.75, description="Of those purchases, the ones at merchants that the gang keeps using. [share]"
    )
    follow_on_categories: CategoryWeights = Field(
        default={}, description="What passed cards buy, weights by category. [unitless]"
    )
    test_categories: CategoryWeights = Field(
        default={"digital_goods": 1.0}, description="Where cards are tested, weights by category. [unitless]"
    )
    masked: Rate = Field(
        default=0.75,
        description=(
            "Tests from a device and an address that are seen once: fingerprints made up and connections hired for "
            "each number. ASSUMPTION. [share]"
        ),
    )
    gap_minutes: float = Field(default=0.7, gt=0, le=60, description="Mean time between tests. [minutes]")
    night: Rate = Field(default=0.2, description="Runs in the small hours. [share]")
    incident: str | None = Field(
        default=None, description="Name of a wave that goes through one BIN; null tries numbers near each other."
    )


MECHANISMS: Mapping[str, type[ScenarioParameters]] = {
    "stolen_card": PatternParameters,
    "skimming": SkimmingParameters,
    "card_testing": CardTestingParameters,
    "friendly_fraud": PatternParameters,
    "refund_abuse": PatternParameters,
    "bust_out": PatternParameters,
    "purchase_scam": DeceptionParameters,
    "card_not_received": InterceptionParameters,
    "application_fraud": ApplicationParameters,
}
"""Mechanisms that come with the package, with the model of their parameters."""
