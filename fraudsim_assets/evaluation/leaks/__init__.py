"""The search for leaks: what would tell fraud at a glance, in columns, pairs of columns, ids, order and catalogs.

The one idea: real fraud is never certain from one or two columns. So everything that ships, and everything simple that
follows from it, is cut into cells; a cell with rows enough in which most are fraud is a leak, whatever the cell means.

Belongs here: the search and its findings. Does not belong here: features (``difficulty.groups``), and detectors.
"""
