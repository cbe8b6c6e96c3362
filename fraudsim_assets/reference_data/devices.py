"""Devices and addresses that people order with, and how many share them.

Belongs here: the shape of the table. Does not belong here: its numbers, and who has which (``spending.networks``).
"""

from typing import Annotated

from pydantic import Field

from fraudsim_assets.reference_data.model import Facts, Share

Count = Annotated[int, Field(ge=1, le=10_000, strict=True)]


class Networks(Facts):
    """Devices and addresses of holders, and how many share them."""

    device_days: tuple[Count, Count] = Field(
        description="Life of the first and of the second device: phones, tablets, computers. [days]",
    )
    second_device: Share = Field(description="Orders from the second device. [share]")
    shared_second: Share = Field(
        description="Second devices that belong to the household: a tablet on the sofa. [share]",
    )
    fresh: Share = Field(
        description=(
            "Orders on a device without a history: private windows, cleared cookies, browsers of hotels and "
            "friends. Such a session may hold several requests. [share]"
        ),
    )
    fresh_exploring: Share = Field(
        description=(
            "The same of orders at shops that people come across: browsers inside other applications, links of "
            "advertisements. [share]"
        ),
    )
    public: Share = Field(
        description=(
            "Orders on machines of the public: libraries, internet cafes, a desk at work that several use, and "
            "devices that fingerprints do not tell apart. [share]"
        ),
    )
    public_neighbours: Count = Field(description="People who share machines of the public. [count]")
    public_machines: Count = Field(description="Machines of the public among so many people. [count]")
    public_days: Count = Field(description="Life of a machine of the public. [days]")
    address_days: Count = Field(description="How long a household keeps its public address. [days]")
    from_home: Share = Field(description="Orders from home; on journeys, from the hotel. [share]")
    from_office: Share = Field(
        description="Orders of those who work from their offices; all others are by mobile network. [share]",
    )
    office_neighbours: Count = Field(description="People who share offices. [count]")
    offices: Count = Field(description="Offices among so many people. [count]")
    office_days: Count = Field(description="How long an office keeps its public address. [days]")
    carrier_addresses: Count = Field(
        description="Addresses of mobile carriers by country and day: many subscribers behind each. [count]",
    )
    prepaid: Share = Field(description="New mobile numbers that are of prepaid cards. [share]")
    prepaid_ranges: Count = Field(description="Ranges of a thousand numbers for prepaid cards, by country. [count]")
    contract_ranges: Count = Field(description="Those for contracts. [count]")
    family_numbers: Share = Field(
        description="New numbers that are the household's, where partners or carers give the same. [share]"
    )
    hotspots: Count = Field(description="Addresses of hotels and the like by city and week. [count]")
