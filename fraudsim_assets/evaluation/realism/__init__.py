"""The scorecard: how near simulated payments come to published numbers about real ones.

The one idea: days are collected one by one in flat memory (``evidence``), and a measure is a function of a view of
what was collected; its sampling error follows from leaving groups of customers out.

Belongs here: measures, verdicts and pictures. Does not belong here: the shape of targets, and pages
(``evaluation``).
"""
