"""Authorisation: how payments are made, and when they are authenticated.

Belongs here: the shape of the table. Does not belong here: its numbers, and how a request comes to its entry mode
(``spending.authorisation``).
"""

from pydantic import Field

from fraudsim_assets.reference_data.model import CountryCode, Factor, Facts, PositiveFactor, Share
from fraudsim_assets.reference_data.refusals import ResponseCode


class Authorisation(Facts):
    """How card numbers are read, and which remote payments are authenticated."""

    on_file: Share = Field(description="Remote purchases with a card on file. [share]")
    magstripe: Share = Field(description="Requests in shops by magnetic stripe. [share]")
    manual: Share = Field(description="Requests in shops by key entry. [share]")
    foreign_magstripe: Share = Field(
        description="Requests by magnetic stripe with cards of another country, whose chips terminals do not always "
        "know. [share]"
    )
    atm_magstripe: Share = Field(
        description="Withdrawals by magnetic stripe with a card of the country, whose chip is worn. [share]"
    )
    atm_taps: Share = Field(
        description="Taps at cash machines, of which some have a reader, against those in shops. [unitless]"
    )
    tap_limit_euros: PositiveFactor = Field(description="Sum up to which cards are tapped without a PIN. [EUR]")
    above_limit: Share = Field(description="Payments in shops above that sum. [share]")
    phones: Share = Field(description="People who tap with a phone, which has no limit. [share]")
    phone_taps: Share = Field(description="Taps of those who pay by phone. [share]")
    usual_taps: PositiveFactor = Field(
        le=1.0, description="Share of taps in shops at which phones tap as often as phone_taps says. [share]"
    )
    tap_liking: Share = Field(
        description="Range over which people differ in how often they tap with a card. [unitless]"
    )
    low_value_euros: Factor = Field(description="Remote payments for less may do without authentication. [EUR]")
    low_value: Factor = Field(description="Authentication of remote payments for less, against the mean. [unitless]")
    high_value: Factor = Field(description="Authentication of the others, against the mean. [unitless]")
    challenged: Share = Field(
        description="3DS requests in which the holder is asked rather than let through unasked. [share]"
    )
    failed: dict[ResponseCode, Share] = Field(
        description="Authenticated requests in which authentication itself failed, by the code that refuses them; 0 "
        "for codes that are not named. [share]"
    )
    on_file_authenticated: Share = Field(
        description="Authentication of orders with a card on file, against those whose number is keyed. [unitless]"
    )
    one_leg_out: Share = Field(
        description="Authentication where card or shop is outside the countries of sca, against within. [unitless]"
    )
    sca: tuple[CountryCode, ...] = Field(
        min_length=1, description="Countries between which strong customer authentication is usual."
    )
