"""Requests of honest people: what lies behind refusals, what follows them, and requests that come in series.

Belongs here: the shapes of the tables. Does not belong here: their numbers, and which request it befalls
(``spending.causes``, ``simulation.answers``, ``simulation.oddities``, ``simulation.encores``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Factor, Facts, PositiveFactor, Range, Share
from fraudsim_assets.reference_data.refusals import ResponseCode

Days = Annotated[int, Field(ge=0, le=28, strict=True)]
PositiveDays = Annotated[int, Field(ge=1, le=365, strict=True)]


class Declines(Facts):
    """What lies behind refusals of honest requests."""

    tight: Share = Field(description="People whose money tends to be short. [share]")
    tight_lines: Share = Field(description="Lines of credit that tend to be used up before the bill is paid. [share]")
    tight_loads: Share = Field(description="Prepaid cards that tend to be used up before they are loaded. [share]")
    tight_short: Share = Field(description="Months in which theirs is. [share]")
    others_short: Share = Field(description="Months in which that of the others is. [share]")
    own_income: Share = Field(
        description="People whose money comes in on a date of their own, not on a pay day of their country. [share]"
    )
    load_days: tuple[PositiveDays, PositiveDays] = Field(
        description="From one load of a prepaid card to the next, at least and at most. [days]"
    )
    short_days: tuple[Days, Days] = Field(
        description="Money is short for so many days of a month before it comes in, at least and at most; fewer where "
        "it comes in more often. [days]",
    )
    sum_in_shops: PositiveFactor = Field(
        description="Where money is short, the most that is left, times the squared chance that a request in a shop is "
        "refused then: so that as many are, at what people pay there. [EUR]",
    )
    sum_remote: PositiveFactor = Field(
        description="The same for remote requests: how many are refused follows from it. [EUR]"
    )
    sum_at_machines: PositiveFactor = Field(description="The same for withdrawals. [EUR]")
    sum_charged: PositiveFactor = Field(description="The same for charges of subscriptions. [EUR]")
    shrinks: Share = Field(
        description="Until pay day the root of what is left falls, from so much above its mean to as much below it. "
        "[share]",
    )
    unaware_days: PositiveFactor = Field(
        description="Mean time until people know that their money is short, of one whose cards are used as often as "
        "the mean card; who pays more often knows sooner. [days]",
    )
    hopes: Share = Field(description="What is beyond it and asked for all the same by who knows. [share]")
    limit_euros: Factor = Field(
        description="No request for less meets the limit of a card for one payment or one day. [EUR]",
    )
    largest_part: PositiveFactor = Field(
        le=1.0,
        description="Largest part of a credit line that one payment may take. [share]",
    )
    limit_said: Share = Field(
        description="Refusals beyond it that name the limit (61) instead of the money (51). [share]",
    )
    renewed_days: int = Field(
        ge=1,
        le=365,
        strict=True,
        description="Time for which a renewed card is refused for its old expiry date. [days]",
    )
    outages: Factor = Field(le=4.0, description="Outages of the issuer for one network. [1/day]")
    outage_minutes: Range = Field(
        description="Least length of an outage, and how much longer it may be. [minutes]",
    )
    outage_refused: Share = Field(description="Requests that an outage strikes. [share]")
    terminal_outages: Factor = Field(lt=1.0, description="Outages of the terminals of a merchant. [1/day]")
    terminal_minutes: Range = Field(
        description="Least length of such an outage, and how much longer it may be. [minutes]",
    )
    timeouts: Share = Field(
        description="Technical refusals (91, 96) that are single ones and not parts of an outage, against the "
        "shares of codes. [share]",
    )
    charges: dict[ResponseCode, Share] = Field(
        description="Answers to charges of subscriptions that are refused though there is money, by response code; "
        "they sum to one. "
        "[share of refusals]",
    )
    suspected: Share = Field(description="False alerts of the issuer (59) on any request. [share]")
    suspected_abroad: Share = Field(
        description="False alerts on requests in person abroad, in addition. [share]",
    )
    suspected_border: Share = Field(
        description="False alerts on remote requests across a border, in addition. [share]",
    )
    suspected_fresh: Share = Field(
        description="False alerts on devices without a history, in addition. [share]",
    )
    suspected_night: Share = Field(
        description="False alerts on remote requests in the small hours, in addition. [share]",
    )
    suspected_dear: Share = Field(description="False alerts on dear requests, in addition. [share]")
    small_hours: int = Field(
        ge=0,
        le=24,
        strict=True,
        description="The small hours end at this hour. [local hour]",
    )
    dear_euros: Factor = Field(description="A dear request is for at least so much. [EUR]")
    dear_times: Factor = Field(description="It is for so many times the usual ticket of its kind. [unitless]")
    mistyped_code: Share = Field(
        description="Wrong security codes (82) on a device without a history, in addition to those of anybody. [share]",
    )
    mistyped_number: Share = Field(description="Wrong card numbers (14) there, in addition. [share]")
    unwanted_abroad: Share = Field(
        description="Refusals without a reason (05) in person abroad, in addition to those of anybody. [share]",
    )
    unwanted_border: Share = Field(description="The same of remote requests across a border. [share]")
    forgotten_pin: Share = Field(description="Wrong PINs (55) abroad, in addition. [share]")


class Retries(Facts):
    """What follows a refusal, whatever its code is."""

    later: tuple[Share, Share, Share, Share] = Field(
        description="Trying again after the first, second, third and fourth refusal in a row, against what the "
        "code of the refusal says. [unitless]",
    )
    usual_rate: PositiveFactor = Field(
        le=1.0,
        description="The share of tries that those of codes are for: the default of spending.retry_rate. [share]",
    )
    spread: Factor = Field(
        description="Standard deviation of the logarithm of the time until the next try. [unitless]",
    )
    patient_minutes: Factor = Field(
        description="Mean time until the next try of those who come back after a while. [minutes]",
    )
    elsewhere: Share = Field(
        description="Next tries of remote orders that go to another shop of the trade. [share]",
    )
    other_card_helps: Share = Field(description="Next tries with another card that are granted. [share]")
    less_helps: Share = Field(description="Next tries for half the sum that are granted. [share]")
    least_minor_units: int = Field(
        ge=0,
        strict=True,
        description="Sums up to here are not halved. [minor units]",
    )
    pin_tries: int = Field(
        ge=2,
        le=9,
        strict=True,
        description="Wrong PINs in a row after which the card is locked (75). [count]",
    )


class ByChannel(Entry):
    """A share for each channel."""

    pos: Share = Field(description="In shops.")
    ecommerce: Share = Field(description="Remote.")
    atm: Share = Field(description="At cash machines.")


class MeanByChannel(Entry):
    """A mean number for each channel."""

    pos: Factor = Field(description="In shops.")
    ecommerce: Factor = Field(description="Remote.")
    atm: Factor = Field(description="At cash machines.")


class Encores(Facts):
    """Occasions that are more than one request."""

    chance: ByChannel = Field(description="Occasions that are paid in several requests. [share]")
    more: MeanByChannel = Field(description="Mean number of further requests beyond the first. [count]")
    across_borders: Factor = Field(
        le=20.0,
        description="Remote occasions across a border that are paid in several requests, against others. [unitless]",
    )
    standing: Share = Field(
        description="Remote payments that are charges of subscriptions, which no further request follows. [share]",
    )
    elsewhere: Share = Field(description="Further remote requests at another shop of the trade and country. [share]")
    minutes: Factor = Field(description="Mean time from one request to the next. [minutes]")
    spread: Factor = Field(description="Standard deviation of its logarithm. [unitless]")
    part: MeanByChannel = Field(description="Mean of a further amount against the first one. [unitless]")
    size: Factor = Field(
        description="Standard deviation of the logarithm of a further amount against the first one. [unitless]",
    )
    checked: Share = Field(
        description="Remote occasions before which the card is checked, on a known device. [share]",
    )
    checked_fresh: Share = Field(description="The same on a device without a history. [share]")
    check_unit: Share = Field(
        description="Checks for one unit of money; the others are for any sum in the range. [share]",
    )
    check_euros: tuple[PositiveFactor, PositiveFactor] = Field(
        description="Least and largest sum of a check. [EUR]",
    )

    def occasions_across(self, requests: float) -> float:
        """Remote occasions across a border, of all remote ones, such that a share of the requests is. [share]"""
        chances = self.chance.ecommerce, min(self.chance.ecommerce * self.across_borders, 1.0)
        at_home, across = (1.0 + (1.0 - self.standing) * chance * (1.0 + self.more.ecommerce) for chance in chances)
        return requests * at_home / (requests * at_home + (1.0 - requests) * across)
