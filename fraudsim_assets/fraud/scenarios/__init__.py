"""Mechanisms of fraud that come with the package; ``fraud.cast`` lists them.

Belongs here: mechanisms. Does not belong here: the machinery they share (``pattern``, ``scene``), and scenarios
that are only settings (``reference_data/data/scenarios``).
"""
