"""The bands in which scores should fall, around those of detectors on real payments.

Belongs here: the declared bands with their sources. Does not belong here: how scores come about.
"""

from dataclasses import dataclass
from math import isnan


@dataclass(frozen=True)
class Band:
    """Where a score should be.

    Attributes
    ----------
    target
        Identifier of the target.
    score
        Name of the score.
    meaning
        What it says.
    low, high
        Ends of the accepted band, included.
    reference
        What detectors reach on real payments, with the source.
    """

    target: str
    score: str
    meaning: str
    low: float
    high: float
    reference: str

    def accepts(self, value: float) -> bool:
        """Whether a value lies in the band."""
        return not isnan(value) and bool(self.low <= value <= self.high)


ANY = float("inf")

BANDS = (
    Band("K01", "roc_auc", "ROC-AUC of boosted trees", 0.90, 0.97, "0.928 handbook_2022, 0.94 vesta_2019"),
    Band("K02", "average_precision", "average precision", 0.08, 0.45, "0.095 handbook_2022"),
    Band("K03", "lift", "average precision over prevalence", 25, 150, "38 handbook_2022"),
    Band("K04", "recall_at_1pct", "fraud found at 1 % false alarms", 0.40, 0.70, "0.43 to 0.59 vesta_2019"),
    Band("K05", "recall_at_5pct", "fraud found at 5 % false alarms", 0.60, 0.85, "0.754 baf_2022"),
    Band("K06", "card_precision", "precision among the top cards of a day", 0.15, 0.40, "0.235 handbook_2022"),
    Band("K07", "gain_over_linear", "ROC-AUC gained over a linear model", 0.03, 0.12, "0.112 handbook_2022"),
    Band("K08", "depth_2_roc_auc", "ROC-AUC of a tree of depth 2", 0.60, 0.78, "0.626 handbook_2022"),
    Band("K08", "depth_2_lift", "its average precision over prevalence", 0, 15, "10 handbook_2022"),
    Band("K09", "best_column_roc_auc", "ROC-AUC of the best single column", 0, 0.75, "judged"),
    Band("K10", "tree_depth", "best depth of a single tree", 5, 9, "6 to 8 handbook_2022"),
    Band("K13", "spread", "recall at 1 %, easiest kind minus hardest", 0.3, 1, "judged"),
    Band("L", "highest_category_rate", "highest fraud rate of a category", 0, 0.10, "judged; 0.95 in BankSim"),
    Band("L", "amount_overlap", "common area of amounts", 0.6, 1, "judged"),
    Band("L", "hour_overlap", "common area of hours", 0.7, 1, "judged"),
    Band("L", "cards_mostly_fraud", "cards with more fraud than payments", 0, 0, "judged"),
    Band("L", "genuine_goes_on", "genuine rate during fraud over before", 0.6, 1.7, "judged"),
    Band("A14", "remote_share_value", "remote share of fraud by value", 0.70, 0.90, "0.83 eba_ecb_2025"),
    Band("B01", "value_ratio", "mean fraud over mean payment", 1.5, 3.0, "2.07 eba_ecb_2024"),
    Band("E07", "night_rate_ratio", "remote fraud rate 2 to 6 h over 14 to 18 h", 4, 12, "10 forter_2015"),
    Band("E08", "busiest_fraud_hour", "hour with most remote fraud", 10, 21, "12 to 13 feedzai_2013"),
    Band("I01", "rows_per_card_day", "frauds per struck card and day", 2, 5, "3.3 handbook_2022"),
)
"""Bands of the default difficulty. Those named judged have no published number."""
