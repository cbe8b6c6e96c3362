"""The section ``policies``: what decisions about payments cost, and how alerts are reviewed.

Belongs here: unit costs and the work of analysts, each with its source. Does not belong here: what is done with them
(``fraudsim_assets.policies``), and how people answer to decisions. Nothing here changes a row of a world.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fraudsim_assets.config.section import Count, Positive, Rate, Section

Payer = Literal["issuer", "merchant"]
"""Who bears a fraud."""

Euros = Annotated[float, Field(ge=0.0, allow_inf_nan=False)]


class Liability(Section):
    """Who bears an approved fraud, by how the payment was made.

    ASSUMPTION after the rules of the card schemes, simplified: 3-D Secure shifts the liability of remote payments from
    merchant to issuer, and a chip that of copied cards from the issuer to the merchant who reads stripes.
    """

    authenticated: Payer = Field(
        default="issuer",
        description="Remote, with 3-D Secure passed. ASSUMPTION after the rules of the card schemes.",
    )
    remote: Payer = Field(default="merchant", description="Remote, without 3-D Secure. ASSUMPTION, likewise.")
    present: Payer = Field(
        default="issuer", description="In shops and at cash machines, by chip or contactless. ASSUMPTION, likewise."
    )
    stripe: Payer = Field(
        default="merchant",
        description="In shops by magnetic stripe or by hand. ASSUMPTION, likewise.",
    )


class Costs(Section):
    """What things cost, per unit: replace them by your own."""

    interchange_debit: Rate = Field(
        default=0.002,
        description="Interchange of debit and prepaid cards. Source: eu_2015_751, the cap. [share of the amount]",
    )
    interchange_credit: Rate = Field(
        default=0.003, description="Interchange of credit cards. Source: eu_2015_751, the cap. [share of the amount]"
    )
    margin: Rate = Field(
        default=0.25, description="What a merchant earns on a genuine sale. ASSUMPTION. [share of the amount]"
    )
    sales_kept: Rate = Field(
        default=0.7,
        description=(
            "Of genuine sales lost to the cards of this world, those that are paid in another way, such as in cash: "
            "the merchant loses nothing by them, and the issuer its interchange. ASSUMPTION. [share]"
        ),
    )
    chargeback_fee: Euros = Field(
        default=20.0, description="Fee of a chargeback, borne by the merchant who bears the fraud. ASSUMPTION. [EUR]"
    )
    dispute: Euros = Field(
        default=15.0, description="The issuer's work on a fraud that went through, whoever bears it. ASSUMPTION. [EUR]"
    )
    review: Euros = Field(default=4.0, description="An analyst's look at a payment. ASSUMPTION. [EUR]")
    step_up: Euros = Field(
        default=0.05, description="Sending and checking a challenge of strong authentication. ASSUMPTION. [EUR]"
    )
    insult: Euros = Field(
        default=2.0,
        description=(
            "Calls and goodwill after a genuine request was refused or a genuine card blocked, on average over all "
            "such, most of whom do not call. ASSUMPTION. [EUR]"
        ),
    )
    card: Euros = Field(default=6.0, description="A new plastic after a block: made and sent. ASSUMPTION. [EUR]")
    attrition: Rate = Field(
        default=0.01,
        description="Of insulted customers, those who leave the bank for good, once per customer. ASSUMPTION. [share]",
    )
    customer: Euros = Field(
        default=150.0, description="What a customer who leaves would have been worth to the issuer. ASSUMPTION. [EUR]"
    )


class Reviews(Section):
    """How analysts work on payments that a policy sends to review, which go through meanwhile."""

    capacity: Annotated[int, Field(ge=0, le=10_000_000)] = Field(
        default=200, description="Reviews that can be finished on a day. ASSUMPTION. [count per day]"
    )
    first_hour: Annotated[int, Field(ge=0, le=23)] = Field(
        default=7, description="Hour, UTC, at which analysts begin. ASSUMPTION. [h]"
    )
    last_hour: Annotated[int, Field(ge=1, le=24)] = Field(
        default=21, description="Hour, UTC, at which they end. ASSUMPTION. [h]"
    )
    minutes: Positive = Field(default=10.0, description="From taking up a review to its end. ASSUMPTION. [minutes]")
    patience_days: Count = Field(
        default=3, le=60, description="A review that is not taken up for so long is dropped. ASSUMPTION. [days]"
    )
    recovered: Rate = Field(
        default=0.5,
        description=(
            "Of the amount of a remote fraud that an analyst finds, what is still stopped, since it has not been sent. "
            "ASSUMPTION. [share]"
        ),
    )
    missed: Rate = Field(default=0.1, description="Frauds that an analyst takes for genuine. ASSUMPTION. [share]")
    mistaken: Rate = Field(
        default=0.03, description="Genuine payments that an analyst takes for fraud. ASSUMPTION. [share]"
    )

    @model_validator(mode="after")
    def _some_hours(self) -> Self:
        if self.first_hour >= self.last_hour:
            msg = f"first_hour is {self.first_hour}; valid are hours before last_hour, which is {self.last_hour}"
            raise ValueError(msg)
        return self


class Expected(Section):
    """What a bank expects of its actions; the baseline trees and models in ONNX choose by it."""

    fraud_passes: Rate = Field(
        default=0.15, description="Challenged frauds that pass all the same. ASSUMPTION. [share]"
    )
    holder_fails: Rate = Field(default=0.08, description="Challenged holders who do not pass. ASSUMPTION. [share]")
    to_come: Euros = Field(
        default=60.0,
        description="What a fraudster takes with a card after a fraud if it is not blocked. ASSUMPTION. [EUR]",
    )
    silence: Euros = Field(
        default=10.0,
        description="What issuer and merchants lose while a genuine card is blocked and replaced. ASSUMPTION. [EUR]",
    )


class Policies(Section):
    """What decisions about payments cost, and how alerts are reviewed. Nothing here changes a row of a world."""

    costs: Costs = Costs()
    liability: Liability = Liability()
    reviews: Reviews = Reviews()
    expected: Expected = Expected()
    memory_days: Annotated[int, Field(ge=1, le=120)] = Field(
        default=28, description="How far back the features of a policy look. Source: handbook_2022. [days]"
    )
    batch_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        default=1440,
        description=(
            "Payments of so much time are shown to a policy together; what it refused in earlier batches of the day "
            "counts in features of later ones. Shorter is nearer to life and slower. [minutes]"
        ),
    )
