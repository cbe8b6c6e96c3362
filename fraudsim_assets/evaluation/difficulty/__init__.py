"""How hard the fraud is to find, measured with the detectors that people really use.

The one idea: a simulator's fraud is worth learning from only if a default detector does about as
well on it as on real payments. So the project trains one, with the features and the split in time
that the literature on real payments uses, and compares its scores with a band around real ones.

Belongs here: features, detectors, scores and leakage checks. Does not belong here: how fraud hides (``fraud``),
and the realism of genuine payments (``realism``).
"""
