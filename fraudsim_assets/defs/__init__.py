"""The Dagster adapter: assets, checks, resources, IO managers and jobs.

The only package that imports Dagster. An asset body reads its inputs, makes one call into the
core, hands the result on and says what it made. Does not belong here: how anything is computed.
"""

import warnings

import dagster as dg

for _announcement in (dg.BetaWarning, dg.PreviewWarning):
    # parts of Dagster that work, and are announced as new each time this package uses them
    warnings.filterwarnings("ignore", category=_announcement, module=r"fraudsim_assets\.defs\.")
