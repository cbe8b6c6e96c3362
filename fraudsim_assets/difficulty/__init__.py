"""How hard the fraud is to find, measured with the detectors that people really use.

The one idea: a simulator's fraud is worth learning from only if a default detector does about as
well on it as on real payments. So the project trains one, with the features and the split in time
that the literature on real payments uses, and compares its scores with a band around real ones.

Needs the optional extra ``evaluation`` (LightGBM and scikit-learn).

Belongs here: features, detectors, scores, tell-tales and their report. Does not belong here: how
fraud hides (``fraud``), and the realism of genuine payments (``scorecard``).
"""

from fraudsim_assets.difficulty.bands import BANDS, Band
from fraudsim_assets.difficulty.measurement import Difficulty, measure
from fraudsim_assets.difficulty.protocol import Protocol

__all__ = ["BANDS", "Band", "Difficulty", "Protocol", "measure"]
