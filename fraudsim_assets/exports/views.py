"""All views by name.

Belongs here: the registry. Does not belong here: what a view shows.
"""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports.bank import bank_view
from fraudsim_assets.exports.entities import ENTITIES
from fraudsim_assets.exports.events import EVENTS, MODEL_EVENTS
from fraudsim_assets.exports.handbook import HANDBOOK, HANDBOOK_WEB
from fraudsim_assets.exports.model import MODEL
from fraudsim_assets.exports.sparkov import SPARKOV
from fraudsim_assets.exports.tabformer import TABFORMER
from fraudsim_assets.exports.training import training_set
from fraudsim_assets.exports.view import Options, View
from fraudsim_assets.tables import Transactions, columns


def _training(transactions: pl.LazyFrame, options: Options) -> pl.LazyFrame:
    if options.labels is None or options.known_on is None:
        raise ConfigError("the view 'training' needs labels and known_on, the day on which they are known")
    return training_set(transactions, options.labels, options.known_on, gap_days=options.gap_days)


_NULLABLE = frozenset(name for name, declared in columns(Transactions).items() if declared.nullable)

BANK = View(
    name="bank",
    description="Transactions as an issuer sees them: every column but ground truth.",
    formats=("parquet", "csv"),
    source=lambda transactions, _options: bank_view(transactions),
    nullable=_NULLABLE,
    weighted=True,
)
TRAINING = View(
    name="training",
    description="The bank's view up to a day D, with the labels known on D; what is unknown counts as genuine.",
    formats=("parquet", "csv"),
    source=_training,
    nullable=_NULLABLE,
    labelled=True,
    weighted=True,
)

VIEWS: Mapping[str, View] = MappingProxyType(
    {
        view.name: view
        for view in (BANK, TRAINING, *ENTITIES, EVENTS, MODEL, MODEL_EVENTS, SPARKOV, HANDBOOK, HANDBOOK_WEB, TABFORMER)
    }
)
"""Every view by name."""
