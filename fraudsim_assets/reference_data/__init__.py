"""Reference data: facts about the real world that payments rest on, each with its unit and its source.

Facts stand in data files below ``data``: one file per spending category, and one per other table. They are
read and checked once; a configuration may replace any of them in its section ``reference``. Code asks the
configuration for the tables (``config.reference.resolved``), never this package for a constant.

Belongs here: files, their shape, and joining them with what a user sets. Does not belong here: what is made
of the facts.
"""

from fraudsim_assets.reference_data.model import Category, Country, Currency
from fraudsim_assets.reference_data.reference import Reference
from fraudsim_assets.reference_data.settings import ReferenceSettings
from fraudsim_assets.reference_data.sources import sources
from fraudsim_assets.reference_data.tables import packaged

__all__ = ["Category", "Country", "Currency", "Reference", "ReferenceSettings", "packaged", "sources"]
