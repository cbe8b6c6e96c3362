"""Evaluation: how near simulated payments come to real ones, and how hard their fraud is to find.

The one idea: a target is a published number with a band, a source and the name of a measure (``targets``); both
halves run over days of payments through one view of rows (``rows``, ``days``) and are told in one report
(``report``). ``realism`` is the scorecard. ``difficulty`` trains the detectors that people really use, and needs
the optional extra ``evaluation`` (LightGBM and scikit-learn).

Belongs here: judging a world. Does not belong here: making the days.
"""
