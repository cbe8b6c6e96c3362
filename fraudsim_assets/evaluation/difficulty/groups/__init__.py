"""Features in groups, so that what each group adds can be told.

The one idea: whatever ships in the bank's view is a feature, and nothing else is. A group is a function from payments,
in the order of time, to one column per feature; a feature of a row uses that row's request and what was there before
it. The issuer's own answer to the row is no feature of it, and a label counts from the moment the bank learned of it.

Belongs here: the groups and their order. Does not belong here: the table that detectors get (``features``).
"""

from collections.abc import Callable, Mapping

import polars as pl

from fraudsim_assets.evaluation.difficulty.groups.graph import graph
from fraudsim_assets.evaluation.difficulty.groups.labels import labels
from fraudsim_assets.evaluation.difficulty.groups.reference import reference
from fraudsim_assets.evaluation.difficulty.groups.request import request
from fraudsim_assets.evaluation.difficulty.groups.sequence import sequence

Group = Callable[[pl.DataFrame], pl.DataFrame]

GROUPS: Mapping[str, Group] = {
    "reference": reference,
    "request": request,
    "sequence": sequence,
    "graph": graph,
    "labels": labels,
}
"""Groups in the order in which a detector is given them."""
