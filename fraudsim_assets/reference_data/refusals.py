"""Refusals: why issuers say no to honest people, and what these do about it.

Belongs here: the shape of an entry. Does not belong here: any entry, and which request is refused
(``spending.causes``, ``simulation.answers``).
"""

from typing import Literal

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Factor, Share

ResponseCode = Literal["05", "14", "51", "54", "55", "57", "59", "61", "62", "65", "75", "82", "91", "96"]
"""Response codes of refused genuine requests (ISO 8583, data element 39)."""


class Refusal(Entry):
    """One response code: how often it is given, and what the holder does next."""

    in_shops: Share = Field(default=0.0, description="Share of refusals in shops; 0 if not given. [share of refusals]")
    remote: Share = Field(
        default=0.0, description="Share of refusals of remote orders; 0 if not given. [share of refusals]"
    )
    at_machines: Share = Field(
        default=0.0, description="Share of refusals at cash machines; 0 if not given. [share of refusals]"
    )
    again: Share = Field(description="Requests that are tried again. [share]")
    helps: Share = Field(description="Such tries that are granted with the same card for the same sum. [share]")
    other_card: Share = Field(
        description="Such tries with another card of the same person, if one pays on the day. [share]"
    )
    less: Share = Field(default=0.0, description="Other such tries for half the sum; 0 if not given. [share]")
    patient: Share = Field(default=0.0, description="Such tries that come after an hour or so; 0 if not given. [share]")
    wait: Factor = Field(description="Least time until a next try at once. [seconds]")
    wait_spread: Factor = Field(description="Mean of the time beyond it, doubled. [seconds]")
