"""What the simulation does not know, and other people's formats ask for.

The one idea: a value that is made up is a hash of the entity it belongs to, so it is the same in
every row, file and run, and tells nothing about anything, least of all about fraud.

Belongs here: card numbers that are none, streets, jobs, postal codes, the gender that a given
name suggests. Does not belong here: anything that the catalogs know.
"""

import numpy as np
import polars as pl

from fraudsim_assets.catalog.columns import hex_strings
from fraudsim_assets.catalog.names import locale_of, name_lists
from fraudsim_assets.errors import CatalogMismatchError
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Ints, Words

_STREAMS = Streams(0)
# not the world's: the same person lives in the same street whatever the seed

STREETS = (
    "Alder", "Amber", "Ash", "Aspen", "Bay", "Beech", "Birch", "Bramble", "Brook", "Canal", "Castle", "Cedar",
    "Chapel", "Cherry", "Church", "Clover", "Copper", "Crescent", "Dale", "East", "Elder", "Elm", "Falcon", "Fern",
    "Field", "Fir", "Forest", "Fountain", "Garden", "Glen", "Granite", "Grove", "Harbour", "Hawthorn", "Hazel",
    "Heath", "Heron", "High", "Hill", "Holly", "Iron", "Ivy", "Juniper", "Lake", "Larch", "Laurel", "Lime",
    "Linden", "Maple", "Market", "Meadow", "Mill", "Mint", "Moss", "North", "Oak", "Old", "Olive", "Orchard",
    "Park", "Pine", "Plum", "Poplar", "Quarry", "Quay", "River", "Rose", "Rowan", "Saffron", "Sandy", "School",
    "South", "Spring", "Spruce", "Station", "Stone", "Summer", "Swan", "Sycamore", "Thistle", "Tower", "Valley",
    "Vine", "Walnut", "Water", "West", "Willow", "Winter", "Wood", "Yew",
)  # fmt: skip
STREET_KINDS = (
    "Street", "Road", "Avenue", "Lane", "Way", "Close", "Drive", "Place", "Square", "Row", "Court", "Walk", "Rise",
    "Terrace",
)  # fmt: skip
JOBS = (
    "Accountant", "Actor", "Architect", "Baker", "Bookseller", "Bricklayer", "Bus driver", "Carpenter", "Chef",
    "Chemist", "Civil engineer", "Cleaner", "Dentist", "Designer, graphic", "Electrician", "Engineer, electrical",
    "Engineer, mechanical", "Farmer", "Firefighter", "Florist", "Gardener", "Geologist", "Hairdresser", "Historian",
    "IT consultant", "Journalist", "Lawyer", "Lecturer", "Librarian", "Logistics planner", "Mechanic", "Midwife",
    "Musician", "Nurse", "Optician", "Painter", "Pharmacist", "Photographer", "Physiotherapist", "Pilot", "Plumber",
    "Police officer", "Postal worker", "Programmer", "Psychologist", "Sales assistant", "Scientist, research",
    "Secretary", "Social worker", "Surveyor", "Teacher, primary", "Teacher, secondary", "Technician, laboratory",
    "Translator", "Veterinarian", "Waiter", "Web developer", "Writer",
)  # fmt: skip

CARD_PREFIX = 9999
"""First digits of made-up card numbers.

Numbers that begin with 9 are for assignment by national standards bodies, the next three digits
being the country (ISO/IEC 7812-1); 999 is set aside for private use and is no country
(ISO 3166-1, 900 to 999). No issuer has or can get this range.
"""

_CARD_SPACE, _CARD_FACTOR, _CARD_SHIFT = 10**11, 38_459_273_617, 71_828_182_845
# the factor has no divisor in common with the space, so different cards get different numbers
_HALF = 10**6
_WRONG_BY = 5


def _words(decision: str, ids: pl.Series) -> Words:
    return _STREAMS.draw(f"exports.{decision}").words(ids.to_numpy())


def card_numbers(card_ids: pl.Series) -> pl.Series:
    """Numbers that look like those of cards and are none. (n,) Int64, 16 digits

    They begin with :data:`CARD_PREFIX` and end in a check digit that is wrong, so that no system
    which looks at either takes them for a card. Different cards have different numbers.

    Raises
    ------
    CatalogMismatchError
        If a card id is too large for the digits there are.
    """
    ids = card_ids.to_numpy()
    if ids.size and int(ids.max()) >= _CARD_SPACE:
        raise CatalogMismatchError(f"card_id {int(ids.max())} is too large for a made-up card number of 16 digits")
    upper = (ids // _HALF) * (_CARD_FACTOR * _HALF % _CARD_SPACE) % _CARD_SPACE
    body = (upper + (ids % _HALF) * _CARD_FACTOR % _CARD_SPACE + _CARD_SHIFT) % _CARD_SPACE
    fifteen = CARD_PREFIX * _CARD_SPACE + body
    return pl.Series(card_ids.name, fifteen * 10 + (luhn_digits(fifteen) + _WRONG_BY) % 10)


def luhn_digits(numbers: Ints) -> Ints:
    """Check digits that numbers without one would get (ISO/IEC 7812-1, annex B). (n,)"""
    total, rest, doubled = np.zeros_like(numbers), numbers.copy(), True
    while rest.any():
        digit = rest % 10
        digit = digit * 2 if doubled else digit
        total += digit - 9 * (digit > 9)
        rest, doubled = rest // 10, not doubled
    return -total % 10


def streets(customer_ids: pl.Series) -> pl.Series:
    """House number and street of customers. (n,) String"""
    words = _words("street", customer_ids)
    name, kind = _pick(STREETS, words >> np.uint64(16)), _pick(STREET_KINDS, words >> np.uint64(40))
    number = pl.Series(1 + (words & np.uint64(0xFFFF)) % np.uint64(999)).cast(pl.String)
    return (number + " " + name + " " + kind).alias(customer_ids.name)


def jobs(customer_ids: pl.Series) -> pl.Series:
    """Jobs of customers. (n,) String"""
    return _pick(JOBS, _words("job", customer_ids)).alias(customer_ids.name)


def postal_codes(city_ids: pl.Series) -> pl.Series:
    """One postal code of five digits for each city. (n,) Int64"""
    codes = 10_000 + (_words("postal_code", city_ids) % np.uint64(90_000)).astype(np.int64)
    return pl.Series(city_ids.name, codes)


def digests(transaction_ids: pl.Series) -> pl.Series:
    """Transaction ids as 32 hexadecimal digits, all different. (n,) String"""
    ids = transaction_ids.to_numpy().view(np.uint64)
    first, second = (pl.Series(hex_strings(words)) for words in (ids, _words("digest", transaction_ids)))
    return (first + second).alias(transaction_ids.name)


def merchant_hashes(merchant_ids: pl.Series) -> pl.Series:
    """Opaque signed numbers, all different. (n,) Int64"""
    return pl.Series(merchant_ids.name, _words("merchant", merchant_ids).view(np.int64))


def _pick(values: tuple[str, ...], words: Words) -> pl.Series:
    return pl.Series(values).gather(words % np.uint64(len(values)))


def genders(people: pl.DataFrame) -> pl.DataFrame:
    """Tell the gender that given names suggest.

    Parameters
    ----------
    people
        Columns ``country`` and ``first_name``.

    Returns
    -------
    pl.DataFrame
        One row per country and name, with ``gender``: F or M, whichever the name is more often
        given to in the country's list of names; where the list does not tell, a hash of the name.
    """
    pairs = people.select(pl.col("country").cast(pl.String), "first_name").unique().sort("country", "first_name")
    told = [_gender(country, name) for country, name in pairs.iter_rows()]
    return pairs.with_columns(pl.Series("gender", told, dtype=pl.String))


def _gender(country: str, name: str) -> str:
    women, men = name_lists(locale_of(country)).first
    more = women.get(name, 0.0) / sum(women.values()) - men.get(name, 0.0) / sum(men.values())
    if more == 0.0:
        return "FM"[_STREAMS.draw(f"exports.gender.{name}").word() & 1]
    return "F" if more > 0 else "M"
