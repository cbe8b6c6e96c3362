"""The slowly changing world: customers, their cards, and the merchants they may meet.

Every table is made from the configuration and the seed alone; versions of an entity begin and end
on an absolute time axis, so the first and last simulated day decide which versions are listed and
change none.

Belongs here: who exists, where, and from when to when. Does not belong here: what anybody does.
"""

from fraudsim_assets.catalog.bundle import Catalogs, build_catalogs, catalogs_for_days
from fraudsim_assets.catalog.cards import build_cards
from fraudsim_assets.catalog.customers import build_customers
from fraudsim_assets.catalog.merchants import build_merchants
from fraudsim_assets.catalog.places import Places, build_places

__all__ = [
    "Catalogs",
    "Places",
    "build_cards",
    "build_catalogs",
    "build_customers",
    "build_merchants",
    "build_places",
    "catalogs_for_days",
]
