"""The scorecard: how near simulated payments come to published numbers about real ones.

The one idea: a target is a published number with a band, a source and a function that measures the
same number in simulated days; days are collected one by one in flat memory, and may be collected
apart and merged.

Belongs here: measuring and reporting. Does not belong here: making the days, and how hard fraud is to
find (``difficulty``).
"""

from fraudsim_assets.scorecard.charts import draw
from fraudsim_assets.scorecard.evaluation import Scorecard, evaluate, summary
from fraudsim_assets.scorecard.evidence import DaySource, Evidence
from fraudsim_assets.scorecard.model import Aim, NotMeasurableError, Target, Verdict
from fraudsim_assets.scorecard.report import report_html
from fraudsim_assets.scorecard.targets import TARGETS, THEMES
from fraudsim_assets.scorecard.writing import collect, documents, verdict_table, write_report, write_scorecard

__all__ = [
    "TARGETS",
    "THEMES",
    "Aim",
    "DaySource",
    "Evidence",
    "NotMeasurableError",
    "Scorecard",
    "Target",
    "Verdict",
    "collect",
    "documents",
    "draw",
    "evaluate",
    "report_html",
    "summary",
    "verdict_table",
    "write_report",
    "write_scorecard",
]
