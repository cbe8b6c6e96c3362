"""The configuration of a world: one frozen pydantic model, with a default for everything.

Belongs here: what a user may set, its bounds, unit and meaning. Does not belong here: where
values come from (``loading``) and what is done with them.

Every default that is a number about the real world names its source in its description, by the
id of ``reference_data/data/sources.toml``, or says ASSUMPTION.
"""

from datetime import date
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from fraudsim_assets.config.account_events import AccountEvents
from fraudsim_assets.config.fraud import Fraud
from fraudsim_assets.config.places import Storage
from fraudsim_assets.config.policies import Policies
from fraudsim_assets.config.scaling import LARGEST, to_scale
from fraudsim_assets.config.section import Count, Positive, Rate, Section
from fraudsim_assets.config.timeline import Change
from fraudsim_assets.reference_data import ReferenceSettings

EARLIEST_START, LATEST_START = date(1990, 1, 1), date(2099, 12, 31)
"""Between them lie the first days of worlds."""

ERA_YEARS = 10
"""People are placed in time by the decade in which their world starts. [years]"""

LONGEST_YEARS = 60
"""Last days lie within so many years from the beginning of the decade in which their world starts, however far its
history grows backwards: catalogs list every version of everybody over all of them. A limit of this package. [years]"""

MONTH_DAYS = 365.25 / 12
"""Days of an average month. [days]"""


def decade_of(day: date) -> int:
    """First year of the decade of a day."""
    return day.year // ERA_YEARS * ERA_YEARS


class Population(Section):
    """How many entities there are."""

    scale: Positive = Field(
        default=1.0,
        le=LARGEST,
        description=(
            "Multiplies customers, cards, merchants and transactions_per_day when the configuration is read, and is 1 "
            "afterwards: the demo at 0.1 is the same as a configuration with a tenth of each. [unitless]"
        ),
    )
    customers: Count = Field(default=18_000, le=50_000_000, description="Customers. [count]")
    cards: Count = Field(
        default=37_800,
        le=100_000_000,
        description=(
            "Card accounts, at least one per customer; renewals and reissues come on top. Default: 2.1 per "
            "customer. Source: ecb_2025_h2 (target C05). [count]"
        ),
    )
    cards_spread: float = Field(
        default=1.0,
        ge=0.0,
        le=2.0,
        description=(
            "How unequal the numbers of further cards of customers are, as sigma of a lognormal, cut off at three. "
            "ASSUMPTION. [unitless]"
        ),
    )
    merchants: int = Field(
        default=10_000, ge=200, le=5_000_000, description="Merchants open at any one time. ASSUMPTION. [count]"
    )


class Geography(Section):
    """Where customers and merchants are."""

    countries: dict[str, Positive] = Field(
        default={
            "DE": 83.5,
            "FR": 66.4,
            "IT": 59.0,
            "ES": 48.6,
            "NL": 17.9,
            "PL": 36.6,
            "SE": 10.6,
            "IE": 5.3,
        },
        min_length=1,
        description=(
            "Home countries (ISO 3166-1 alpha-2) and their share of customers, as relative weights. "
            "Default: populations in millions, Eurostat 2024 (rounded), for eight countries of the EEA."
        ),
    )
    cities_per_country: Count = Field(
        default=150, le=5_000, description="Largest cities used per home country. ASSUMPTION. [count]"
    )
    foreign_share_of_merchants: Rate = Field(
        default=0.18, description="Merchants outside the home countries. ASSUMPTION. [share of merchants]"
    )
    merchant_zipf_exponent: float = Field(
        default=1.06,
        ge=0.2,
        le=3.0,
        description="Zipf exponent of merchant popularity within a city and category. Source: axtell2001. [unitless]",
    )


class Activity(Section):
    """How often people pay."""

    transactions_per_day: Positive = Field(
        default=20_000.0,
        le=1e9,
        description="Mean number of genuine transactions per day, averaged over a year. [rows per day]",
    )
    card_sigma: float = Field(
        default=0.9,
        ge=0.0,
        le=2.5,
        description=(
            "Standard deviation of log activity between cards; 0.9 gives a Gini coefficient of about 0.48. "
            "Source: judged band 0.45 to 0.70 (target C11). [unitless]"
        ),
    )
    weekly_sigma: float = Field(
        default=0.55,
        ge=0.0,
        le=2.0,
        description=(
            "Standard deviation of a card's log activity from week to week. ASSUMPTION, tuned to target E14. [unitless]"
        ),
    )
    dormant_share: float = Field(
        default=0.30,
        ge=0.0,
        le=0.8,
        allow_inf_nan=False,
        description=(
            "Cards that lie unused for months. Source: pulse_2024, two thirds of cards are used in a month "
            "(target C04). [share]"
        ),
    )
    trip_extra_purchases: float = Field(
        default=0.55,
        ge=0.0,
        le=5.0,
        description="Mean number of further purchases on one shopping trip. ASSUMPTION, tuned to target E14. [count]",
    )


class Spending(Section):
    """What, where and how people buy."""

    mean_ticket_euros: Positive = Field(
        default=39.0,
        le=10_000.0,
        description="Mean purchase over the home countries. Source: ecb_2025_h2 (target B13). [EUR]",
    )
    ecommerce_share: Rate = Field(
        default=0.22,
        description="Share of purchases made remotely (CNP). Source: eba_ecb_2025, target A15. [share of purchases]",
    )
    cash_share: float = Field(
        default=0.045,
        ge=0.0,
        le=0.5,
        allow_inf_nan=False,
        description="Withdrawals among payments and withdrawals. Source: pulse_2024, 1.9 of 34.6 (target C01). [share]",
    )
    contactless_share: Rate = Field(
        default=0.84,
        description=(
            "Share of in-store purchases tapped. Source: thefintechtimes_2021, more than 80 % (target C08), and two "
            "thirds of all card payments by ecb_2025_h2. [share]"
        ),
    )
    foreign_trips_per_year: float = Field(
        default=1.05,
        ge=0.0,
        le=12.0,
        description="Trips abroad per customer and year. ASSUMPTION, tuned to targets G05 and A20. [1/year]",
    )
    foreign_ecommerce_share: Rate = Field(
        default=0.145,
        description=(
            "Share of remote purchases at a merchant abroad. Source: judged band 0.08 to 0.15 (target G05). [share]"
        ),
    )
    refund_rate: Rate = Field(
        default=0.049,
        description="Refunds per retail purchase. Source: mastercard_2024 (target D08). [share]",
    )
    decline_rate_present: Rate = Field(
        default=0.025, description="Share of card-present requests declined. Recalled, target D01. [share]"
    )
    decline_rate_remote: Rate = Field(
        default=0.105,
        description="Share of remote requests declined. Source: mypayadvisor (target D01). [share]",
    )
    retry_rate: Rate = Field(
        default=0.45,
        description="Share of declined genuine requests tried again within minutes. ASSUMPTION. [share]",
    )
    subscriptions_per_card: float = Field(
        default=1.0,
        ge=0.0,
        le=8.0,
        description="Mean number of monthly subscriptions of a card. ASSUMPTION. [count]",
    )
    three_ds_share: Rate = Field(
        default=0.46,
        description="Share of remote purchases with 3DS. Source: outseer_2021 (target D05). [share]",
    )


class Nulls(Section):
    """Missing values injected on purpose, as a share of the rows that would have a value."""

    latitude: Rate = Field(default=0.003, description="Missing terminal position. ASSUMPTION. [share]")
    device_id: Rate = Field(default=0.02, description="Missing device on remote rows. ASSUMPTION. [share]")
    ip_address: Rate = Field(default=0.01, description="Missing IP address on remote rows. ASSUMPTION. [share]")
    entry_mode: Rate = Field(default=0.001, description="Missing POS entry mode. ASSUMPTION. [share]")


class Generation(Section):
    """How the work is cut. Nothing here changes a value."""

    chunk_rows: int = Field(default=98_304, ge=1, le=4_194_304, description="Rows made at a time, about. [rows]")
    threads: int = Field(
        default=1,
        ge=1,
        le=64,
        description=(
            "Threads that make rows, besides the one that writes them. Each holds a chunk of rows; processes "
            "(--workers) scale further. [count]"
        ),
    )
    row_group_rows: int = Field(default=98_304, ge=1, le=16_777_216, description="Rows per Parquet row group. [rows]")


class Orchestration(Section):
    """How Dagster cuts the work into runs and processes. Nothing here changes a value."""

    backfill: str = Field(
        default="single_run",
        pattern=r"^(per_day|single_run|multi_run:[1-9][0-9]{0,3})$",
        description=(
            "How a range of days becomes runs: one run per day ('per_day'), one for all of them ('single_run'), "
            "or one per batch of n days ('multi_run:n'; 20 to 50 suits long histories)."
        ),
    )
    executor: Literal["in_process", "multiprocess"] = Field(
        default="in_process",
        description="Steps of a run in one process, or each in its own (slower to start, needs shared storage).",
    )
    window_days: Count = Field(
        default=31,
        le=3_660,
        description="Latest days that an asset without partitions is given of a daily one. [days]",
    )
    schedule_hour: int = Field(
        default=2, ge=0, le=23, description="Hour of the night, UTC, at which the schedule makes the day before. [h]"
    )


class Checks(Section):
    """How strict the checks are."""

    z: Positive = Field(
        default=4.5,
        description=(
            "Width of statistical tolerances in standard errors; 4.5 errs once in about 150,000 tests. [unitless]"
        ),
    )


class Observability(Section):
    """What a run says about itself. Nothing here changes a value."""

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least important messages that are still logged."
    )
    log_format: Literal["auto", "console", "json"] = Field(
        default="auto", description="auto is console on a terminal and JSON lines elsewhere."
    )
    metrics_dir: str | None = Field(
        default=None, description="Folder for Prometheus text files, read by node_exporter's textfile collector."
    )
    pushgateway_url: str | None = Field(default=None, description="Prometheus Pushgateway to push metrics to.")
    metrics_keep: Count = Field(
        default=62, le=10_000, description="Latest partitions of a table whose metrics are kept. [partitions]"
    )
    metrics_port: int | None = Field(
        default=None, ge=1, le=65_535, description="Port on which /metrics is served while a process runs."
    )
    metrics_address: str = Field(
        default="127.0.0.1", min_length=1, description="Address the port is opened on; 0.0.0.0 is every interface."
    )


class Config(Section):
    """A whole world."""

    seed: int | None = Field(
        default=None,
        ge=0,
        lt=2**63,
        description="Seed; without one, a seed is drawn once and stored with the data. [unitless]",
    )
    start_date: date = Field(default=date(2025, 1, 1), description="First day that can be made.")
    end_date: date | None = Field(
        default=None,
        description=(
            "Last day that can be made; without one, a new day opens every midnight UTC. It lies in one of the "
            f"{LONGEST_YEARS} years from the beginning of the decade of start_date."
        ),
    )
    reference: ReferenceSettings = ReferenceSettings()
    population: Population = Population()
    geography: Geography = Geography()
    activity: Activity = Activity()
    spending: Spending = Spending()
    nulls: Nulls = Nulls()
    account_events: AccountEvents = AccountEvents()
    fraud: Fraud = Fraud()
    policies: Policies = Policies()
    decisions: str | None = Field(
        default=None,
        min_length=1,
        description=(
            "Folder of a log of decisions, FOLDER/POLICY of `fraudsim evaluate --log FOLDER`: days are made under it, "
            "and are of another world; without one, nothing is decided."
        ),
    )
    timeline: dict[str, Change] = Field(default={}, description="Dated changes, by name.")
    generation: Generation = Generation()
    storage: Storage = Storage()
    orchestration: Orchestration = Orchestration()
    checks: Checks = Checks()
    observability: Observability = Observability()

    @model_validator(mode="before")
    @classmethod
    def _at_scale(cls, values: Any) -> Any:
        return to_scale(values, {"population": Population, "activity": Activity})

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.end_date is not None and self.end_date < self.start_date:
            msg = f"end_date {self.end_date} is before start_date {self.start_date}; it must be the same day or later"
            raise ValueError(msg)
        decade = decade_of(self.start_date)
        if self.end_date is not None and self.end_date.year >= decade + LONGEST_YEARS:
            msg = (
                f"end_date is {self.end_date}; valid for a world that starts in the {decade}s are days until "
                f"{decade + LONGEST_YEARS - 1}-12-31"
            )
            raise ValueError(msg)
        if self.population.cards < self.population.customers:
            msg = (
                f"population.cards is {self.population.cards}, below population.customers "
                f"({self.population.customers}); every customer has at least one card"
            )
            raise ValueError(msg)
        charges = self.population.cards * self.spending.subscriptions_per_card / MONTH_DAYS
        if charges > self.activity.transactions_per_day:
            msg = (
                f"activity.transactions_per_day is {self.activity.transactions_per_day:g}, but the monthly "
                f"subscriptions of population.cards ({self.population.cards}) with spending.subscriptions_per_card "
                f"{self.spending.subscriptions_per_card:g} alone make up to {charges:.1f} a day; raise the first above "
                "that, or lower one of the others"
            )
            raise ValueError(msg)
        if not EARLIEST_START <= self.start_date <= LATEST_START:
            msg = f"start_date is {self.start_date}; valid are days from {EARLIEST_START} to {LATEST_START}"
            raise ValueError(msg)
        return self
