"""The Dagster adapter: assets, checks, resources, IO managers and jobs.

The only package that imports Dagster. An asset body reads its inputs, makes one call into the
core, hands the result on and says what it made. Does not belong here: how anything is computed.
"""
