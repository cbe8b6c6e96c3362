"""Fraud rings: how organised groups work.

Belongs here: the shape of an entry. Does not belong here: any entry, and which campaigns a ring commits
(``fraud.rings``).
"""

from pydantic import Field

from fraudsim_assets.reference_data.model import Entry, Factor, PositiveFactor, Share


class Ring(Entry):
    """A way in which groups work."""

    weight: Share = Field(description="Rings that work like this; the weights sum to one. [share of rings]")
    life_days: PositiveFactor = Field(description="Median life of a ring. [days]")
    life_spread: Factor = Field(description="Standard deviation of the logarithm of the life. [unitless]")
    shortest_days: PositiveFactor = Field(description="Shortest life. [days]")
    longest_days: float = Field(gt=0.0, le=400.0, strict=True, description="Longest life. [days]")
    size_exponent: PositiveFactor = Field(
        description="Exponent of the tail of sizes: P(size > s) ~ s^-e, the smallest being 1. [unitless]"
    )
    largest: float = Field(ge=1.0, le=1e4, strict=True, description="Largest size against the smallest. [unitless]")
    devices: PositiveFactor = Field(description="Devices in use at a time, per unit of size. [devices at a time]")
    device_days: float = Field(ge=1.0, le=400.0, strict=True, description="Time until a device is replaced. [days]")
    public: Share = Field(
        description="Of devices that innocents use as well, machines of the public; the others are phones and "
        "computers of people who do not know. [share of devices that innocents use as well]"
    )
    address_days: float = Field(ge=1.0, le=400.0, strict=True, description="Time until an address is changed. [days]")
    drops: PositiveFactor = Field(
        description="Postal addresses to which goods and cards are sent at a time, per unit of size. [addresses]"
    )
    drop_days: float = Field(ge=1.0, le=400.0, strict=True, description="Time until such an address is left. [days]")
    drop_shared: Share = Field(
        description="Of those, the ones in buildings that innocents move to as well. [share of addresses]"
    )
    phones: PositiveFactor = Field(description="Prepaid phone numbers in use at a time, per unit of size. [numbers]")
    phone_days: float = Field(ge=1.0, le=400.0, strict=True, description="Time until a number is left. [days]")
    carrier: Share = Field(description="Campaigns behind addresses of mobile carriers. [share of addresses]")
    patience: int = Field(
        ge=0,
        le=10_000,
        strict=True,
        description="Attempts that the bank stops by decisions until the ring leaves its customers alone; 0 is never. "
        "[count]",
    )
    shortest_absence: float = Field(ge=1.0, le=400.0, strict=True, description="Shortest time until it is back. [days]")
    longest_absence: float = Field(ge=1.0, le=400.0, strict=True, description="Longest such time. [days]")
    proxy: Share = Field(
        description="Campaigns behind addresses of households that relay for strangers; the others rent servers. "
        "[share of addresses]"
    )
