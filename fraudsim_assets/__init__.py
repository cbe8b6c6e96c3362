"""Realistic synthetic card payments with labelled fraud, as a Dagster asset graph.

The one idea: the data set exists before anyone generates it. Every value is a pure function of
(config, seed, entity, day), so any day can be made alone, in any order, on any worker, with any
chunk size, and comes out identical.
"""
