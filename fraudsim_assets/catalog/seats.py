"""Merchants as arrays: what a slot is for ever, and who occupies it on a day.

Belongs here: the shape of these arrays. Does not belong here: how they are read from the catalog
(``entities``).
"""

from dataclasses import dataclass

from fraudsim_assets.units import AnyArray, Bools, Floats, Floats32, Ints


@dataclass(frozen=True)
class Seats:
    """Merchant slots, whoever occupies them. Codes index the lists of ``Entities``."""

    category: Ints
    mcc: Ints
    country: Ints
    currency: Ints
    zone: Ints
    online: Bools
    latitude: Floats32
    longitude: Floats32


@dataclass(frozen=True)
class Merchants:
    """Merchants of one day; every array is indexed by slot.

    Attributes
    ----------
    seats
        What does not depend on the day; its arrays are reachable from here as well.
    merchant_id
        Merchant ids.
    ticket
        Factor on tickets. [unitless]
    opens, closes
        Opening hours. [local minutes of the day]
    """

    seats: Seats
    merchant_id: Ints
    ticket: Floats
    opens: AnyArray
    closes: AnyArray

    @property
    def category(self) -> Ints:
        """Category codes."""
        return self.seats.category

    @property
    def mcc(self) -> Ints:
        """Codes of ``Entities.mccs``."""
        return self.seats.mcc

    @property
    def country(self) -> Ints:
        """Country indices."""
        return self.seats.country

    @property
    def currency(self) -> Ints:
        """Currency indices."""
        return self.seats.currency

    @property
    def zone(self) -> Ints:
        """Zone indices."""
        return self.seats.zone

    @property
    def online(self) -> Bools:
        """Web shops."""
        return self.seats.online

    @property
    def latitude(self) -> Floats32:
        """Latitudes. [degrees]"""
        return self.seats.latitude

    @property
    def longitude(self) -> Floats32:
        """Longitudes. [degrees]"""
        return self.seats.longitude
