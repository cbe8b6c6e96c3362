"""How fraudsters work, and what the bank makes of it: numbers that all scenarios share.

Belongs here: the shapes of the tables. Does not belong here: their numbers, the parameters of one scenario
(``data/scenarios``) and of rings (``rings``), and what follows from them (``fraudsim_assets.fraud``).
"""

from typing import Annotated, Literal

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Factor, Facts, PositiveFactor, Share
from fraudsim_assets.reference_data.refusals import ResponseCode

BlockedCode = Literal[ResponseCode, "41", "43", "62"]
"""Response codes of refusals of any card, those of lost and stolen ones and of blocked ones included."""

Numbers = Annotated[int, Field(ge=1, le=1_000_000, strict=True)]
Late = Annotated[float, Field(gt=0.0, le=60.0, strict=True)]
Rows = Annotated[int, Field(ge=1, le=20, strict=True)]
Wait = Annotated[int, Field(ge=0, le=120, strict=True)]
Term = Annotated[float, Field(ge=0.0, le=14.0, strict=True)]
Hour = Annotated[float, Field(ge=0.0, le=24.0, strict=True)]


class Stealth(Entry):
    """A share for each difficulty."""

    easy: Share = Field(description="Where fraud is easy to find.")
    realistic: Share = Field(description="As it is.")
    hard: Share = Field(description="Where it is hard to find.")


class Thieves(Facts):
    """How fraudsters work, whatever the scenario."""

    surroundings_km: PositiveFactor = Field(
        description="A thief goes shopping within so far of a city's centre, where something is sold. [km]",
    )
    runs_abroad: Share = Field(
        description="Runs of tests at merchants abroad, and tests of campaigns that buy abroad. [share]",
    )
    season_days: PositiveFactor = Field(
        description="Points at which cards are copied stay for so long. [operational days]",
    )
    rounding: PositiveFactor = Field(
        le=1.0,
        description=(
            "Sums that would go beyond the largest part of a line are written at so much of it, so that the way "
            "in which shops write prices stays below it. [unitless]"
        ),
    )
    least_rings: PositiveFactor = Field(description="Rings at work on average, at the least. [count]")
    use_exponent: Factor = Field(description="Risk of an account grows with its use to this power. [unitless]")
    most_use: PositiveFactor = Field(description="Use beyond this many times the mean adds no risk. [unitless]")
    seldom_used: PositiveFactor = Field(
        description=(
            "Use below this many times the mean lowers risk once more: a card in a drawer is neither lost nor "
            "copied. [unitless]"
        ),
    )
    resting: Factor = Field(
        description=(
            "Risk of a card that rests for most of the year against one of equal use that never does. Its number "
            "is seldom at a merchant's, and hardly anybody carries it about. [unitless]"
        ),
    )
    least_risk: PositiveFactor = Field(
        le=1.0,
        description="Every card can be struck: the least risk against the largest. [unitless]",
    )
    bearable_days: PositiveFactor = Field(
        description="A campaign takes at most as many rows of an account as its holder makes in so many days. [days]",
    )
    bearable_rows: tuple[Rows, Rows] = Field(
        description="But always the first number of rows, and never more than the second. [count]",
    )
    stealth: Stealth = Field(description="Steps that hide in the holder's own habits, by difficulty. [share]")
    undisguised: Share = Field(
        description=(
            "Campaigns of rings that keep to the holder's habits, but from devices and addresses of the ring: the "
            "holder's own can be neither used nor imitated. Of scenarios that leave ``mimicry`` to ``stealth``. [share]"
        ),
    )
    exposure: PositiveFactor = Field(
        description=(
            "Chance that a ring borrows a person's device or address, by the power of how often the person pays. "
            "[unitless]"
        ),
    )
    part_of_numbers: Numbers = Field(
        description="A run of tests goes through one in so many of all numbers: enumeration counts upwards. [count]"
    )
    least_numbers: Numbers = Field(description="And through at least so many. [count]")
    gang_days: Annotated[int, Field(ge=1, le=10_000, strict=True)] = Field(
        description="A gang works with the same merchants for so long. [operational days]"
    )
    rows_of_a_gang: PositiveFactor = Field(description="Fraudulent rows of all kinds for every gang at work. [1/day]")
    modest_factor: PositiveFactor = Field(
        description="Purchases kept small, against the usual ticket of their kind. [unitless]"
    )
    boldest: PositiveFactor = Field(
        description=(
            "Purchases are aimed at no more than what a choice among all tickets of their kind brings, by a weight of "
            "so high a power of their sums: where sums are alike, as those of tanks and baskets, little is gained. "
            "[unitless]"
        ),
    )
    usual_sums: Share = Field(
        description=(
            "Of steps that buy what people usually buy, those that cost as much as usual; the others are kept small or "
            "are bold. [share]"
        ),
    )
    discreet_declines: Share = Field(
        description="Declines of small or usual purchases against those of bold ones. [unitless]"
    )
    large_declines: Share = Field(
        description=(
            "Declines of the largest bold sums above those of middling ones, and of the smallest below: limits and "
            "scores look at the sum. [share]"
        ),
    )
    constancy: Share = Field(description="Steps at which a thief is as careful as at others of the campaign. [share]")
    stays: Share = Field(description="Every other step that is tried at the merchant of the step before. [share]")
    repeats: Share = Field(description="Of those, the ones that try the same sum again. [share]")
    careless_of_3ds: Share = Field(
        description=("Remote steps of thieves who hide in shops that ask for authentication as others do. [share]"),
    )
    unhurried: PositiveFactor = Field(description="Time between steps of those who hide, against others. [unitless]")
    far_from_haste: PositiveFactor = Field(
        description="Time between steps in shops abroad, against others. [unitless]",
    )
    sprees_abroad: PositiveFactor = Field(
        description=(
            "Time between remote steps abroad, against others: honest orders there come in sprees as well. [unitless]"
        ),
    )
    hurried: PositiveFactor = Field(
        description=(
            "Time until the next step after a refusal, against others, of those who try again at once. [unitless]"
        ),
    )
    at_once: Share = Field(
        description=(
            "Refusals after which a thief goes to another web shop at once; the others know that haste is noticed. "
            "[share]"
        ),
    )
    in_person_minutes: Factor = Field(
        description=(
            "Least time between two tries in person, as the shop may have closed and another is near. [minutes]"
        ),
    )
    traces_abroad: Annotated[float, Field(gt=0.0, le=1.0, strict=True)] = Field(
        description="Campaigns whose traces come from an address in another country than the holder's. [share]"
    )
    traces_apart: Annotated[int, Field(ge=1, le=600, strict=True)] = Field(
        description="Time between repetitions of one trace. [seconds]"
    )
    gap_spread: Factor = Field(
        le=3.0, description="Spread of the time between steps: standard deviation of its logarithm. [unitless]"
    )
    longest_sitting: Annotated[float, Field(gt=0.0, le=1440.0, strict=True)] = Field(
        description=(
            "Steps of a sitting lie within so long; whoever is not done by then goes on another day. [minutes]"
        ),
    )
    between_sittings: tuple[Factor, Factor] = Field(
        description="Between sittings of a campaign that fall on one day: least and most. [minutes]"
    )
    small_hours: int = Field(
        ge=1,
        le=24,
        strict=True,
        description="The small hours end at this hour: sittings that begin in them stay in the night. [local hour]",
    )
    earlier: Factor = Field(
        description=(
            "A sitting that would reach into the next UTC day begins so much earlier than it must, at most. [minutes]"
        ),
    )
    declined_remote: dict[ResponseCode, Share] = Field(
        description=(
            "Answers to remote fraud that is declined, by response code; they sum to one. [share of refusals]"
        ),
    )
    declined_in_person: dict[ResponseCode, Share] = Field(description="The same in person. [share of refusals]")
    declined_blocked: dict[BlockedCode, Share] = Field(
        description="Answers to any request with a card that is blocked. [share of refusals]",
    )


class Casework(Facts):
    """What the bank and holders do about fraud, and how long it takes."""

    report_days: tuple[PositiveFactor, PositiveFactor, PositiveFactor, PositiveFactor, PositiveFactor] = Field(
        description="Edges of classes of delay of a holder's report, within which it is log-uniform. [days]"
    )
    report_shares: tuple[Share, Share, Share, Share] = Field(
        description="Reports in these classes; they sum to one. [share]"
    )
    chargebacks: Share = Field(description="Approved payments of strangers that come back as a chargeback. [share]")
    chargeback_days: tuple[Wait, Wait] = Field(
        description="A chargeback follows the report by so long: least and most. [days]",
    )
    disproved: Share = Field(description="Disputes in bad faith that the merchant disproves. [share]")
    disproved_days: tuple[Wait, Wait] = Field(description="And after how long: least and most. [days]")
    dismissed_days: tuple[Wait, Wait] = Field(
        description="From a report to its dismissal by mistake: least and most. [days]",
    )
    restored_days: tuple[Wait, Wait] = Field(
        description="From a report to the review that restores what was dismissed: least and most. [days]",
    )
    office_hours: tuple[Hour, Hour] = Field(
        description=(
            "When chargebacks and disproved claims reach the bank, by its own clock: from and until. [hours of the day]"
        ),
    )
    reissue_days: tuple[Term, Term] = Field(description="Time until the new plastic arrives: least and most. [days]")
    fall_together_days: Term = Field(
        description="Cards that fall together are blocked within so long of the bank's knowledge. [days]",
    )
    tried_by_merchants: Share = Field(
        description=(
            "Charges of merchants that have a card's number on file which are tried though it is blocked. [share]"
        ),
    )
    tried_by_holders: Share = Field(
        description=(
            "Payments that are tried with a blocked card by holders who have not heard, or hope; the others wait "
            "for the new card. [share]"
        ),
    )
    mistaken_block_days: Term = Field(
        description="A card is blocked within so long after the day of the payment that was taken for fraud. [days]",
    )
    call_before: tuple[Factor, Factor] = Field(
        description=(
            "A holder's call begins so long before the bank has taken the case down: least and spread. [minutes]"
        ),
    )
    call_hours: tuple[Factor, Factor, Factor] = Field(
        description=(
            "Time until a holder who was blocked over an honest payment calls: least, mean beyond it, longest. [hours]"
        ),
    )
    alert_minutes: tuple[PositiveFactor, PositiveFactor] = Field(
        description="From a genuine payment to a false alert on it: least and most. [minutes]",
    )
    false_report_days: tuple[Late, Late] = Field(
        description="From a genuine payment to its holder's report: least and most. [days]",
    )
    alert_review_days: tuple[Late, Late] = Field(
        description="From a false alert to its withdrawal: least and most. [days]",
    )
    report_review_days: tuple[Late, Late] = Field(
        description="From a false report to its withdrawal: least and most. [days]",
    )
