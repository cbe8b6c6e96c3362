"""Features as of then: what a bank can tell of a payment by the moment it decides.

The one idea: three spans of time. The request itself; the hours before it, row by row; and whole days before the
present one, as sums that are added to and taken from day by day. All sums are of whole numbers, so that a memory that
has come along is bit by bit the one that is made again from the days it holds.

Belongs here: features and their names. Does not belong here: who uses them.
"""
