"""Other people's shapes: the same transactions as others expect to read them.

Every view is a pure function of transactions and catalogs, from lazy frame to lazy frame;
:func:`export` writes it to files in flat memory. What a view shows and where it had to make
something up is told in ``docs/exports.md``.

Belongs here: what a bank sees, training sets, the formats of well-known public data sets. Does
not belong here: making data, and the project's own storage.
"""

from fraudsim_assets.exports.bank import bank_events, bank_labels, bank_view
from fraudsim_assets.exports.events import events_table
from fraudsim_assets.exports.exporting import export
from fraudsim_assets.exports.graph import export_graph
from fraudsim_assets.exports.graph_arrays import load_graph
from fraudsim_assets.exports.handbook import handbook, handbook_web
from fraudsim_assets.exports.loading import load
from fraudsim_assets.exports.model import model_table
from fraudsim_assets.exports.sparkov import sparkov
from fraudsim_assets.exports.tabformer import tabformer
from fraudsim_assets.exports.training import training_set
from fraudsim_assets.exports.view import ExportReport, View
from fraudsim_assets.exports.views import VIEWS

__all__ = [
    "VIEWS",
    "ExportReport",
    "View",
    "bank_events",
    "bank_labels",
    "bank_view",
    "events_table",
    "export",
    "export_graph",
    "handbook",
    "handbook_web",
    "load",
    "load_graph",
    "model_table",
    "sparkov",
    "tabformer",
    "training_set",
]
