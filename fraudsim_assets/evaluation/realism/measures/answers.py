"""Measures of what issuers answer: approval, codes of declines, 3-D Secure, retries, refunds.

Belongs here: measures that only targets of this theme need.
"""

from collections.abc import Mapping

import numpy as np

from fraudsim_assets.evaluation.realism.evidence import Measure, View
from fraudsim_assets.evaluation.realism.habits import refunds_with_original, retry_share
from fraudsim_assets.evaluation.realism.measures.shared import ratio
from fraudsim_assets.evaluation.realism.panel import ON_FILE
from fraudsim_assets.evaluation.realism.tallies import POS, REMOTE
from fraudsim_assets.evaluation.targets import NotMeasurableError
from fraudsim_assets.tables.codes import RESPONSE_CODES, THREE_DS_RESULTS

_FRICTIONLESS, _CHALLENGE, _FAILED = (THREE_DS_RESULTS.index(r) for r in ("frictionless", "challenge", "failed"))


def _approved(channel: int) -> Measure:
    def measure(view: View) -> float:
        counts = view.sum("response")[channel]
        return ratio(counts[0], counts, "requests")

    return measure


def _codes(*codes: str, channel: int | None = None) -> Measure:
    positions = [RESPONSE_CODES.index(code) for code in codes]

    def measure(view: View) -> float:
        counts = view.sum("response")
        counts = counts.sum(axis=0) if channel is None else counts[channel]
        return ratio(counts[positions], counts[1:], "declines")

    return measure


def _three_ds_share(view: View) -> float:
    counts = view.sum("three_ds")
    return ratio(counts[:, :-1], counts, "remote requests")


def _frictionless(view: View) -> float:
    counts = view.sum("three_ds").sum(axis=0)
    return ratio(counts[_FRICTIONLESS], counts[[_FRICTIONLESS, _CHALLENGE]], "authentications")


def _authenticated(view: View) -> float:
    counts = view.sum("three_ds").sum(axis=0)
    return 1.0 - ratio(counts[_FAILED], counts[:-1], "authentications")


def _refunds(*, remote: bool | None) -> Measure:
    def measure(view: View) -> float:
        bought, back = view.sum("number")[view.retail], view.sum("refunds")[view.retail]
        if remote is None:
            return ratio(back, bought[:, :2], "retail purchases")
        return ratio(back[:, int(remote)], bought[:, int(remote)], "retail purchases")

    return measure


def _retries(view: View) -> float:
    return retry_share(view.panel)


def _originals(view: View) -> float:
    there, right = refunds_with_original(view.panel)
    if there == 0:
        raise NotMeasurableError("no refund's original is in the range")
    return right / there


MONTH_END = 3
"""A charge due on the 31st comes as early as the 28th. [days]"""


def recurring(view: View) -> np.ndarray:
    """Charges to a card on file by billers, in the sample."""
    billers = view.category("streaming", "telecom", "utilities")
    rows = view.panel[~view.panel["fraud"] & (view.panel["kind"] == 0)]
    return rows[(rows["entry"] == ON_FILE) & np.isin(rows["category"], billers)]


def _recurring_declined(view: View) -> float:
    rows = recurring(view)
    return ratio(~rows["approved"], np.ones(len(rows)), "charges to a card on file")


def _same_every_month(view: View) -> float:
    if (view.days[-1] - view.days[0]).days < 75:
        raise NotMeasurableError("the range is shorter than 75 days, and subscriptions are monthly")
    rows = recurring(view)
    key = np.stack([rows["account"], rows["merchant"], rows["amount"]])
    _, number, times = np.unique(key, axis=1, return_inverse=True, return_counts=True)
    often = np.flatnonzero(times[number] >= 3)
    day = (rows["moment"][often].astype("datetime64[us]").astype("datetime64[D]")).astype("datetime64[D]")
    of_month = (day - day.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64)
    order = np.lexsort((of_month, number[often]))
    series, begins, count = np.unique(number[often][order], return_index=True, return_counts=True)
    usual = np.zeros(len(times), dtype=np.int64)
    usual[series] = of_month[order][begins + count // 2]
    kept = np.abs(of_month - usual[number[often]]) <= MONTH_END
    return ratio(kept, np.ones(len(often)), "repeated charges")


MEASURES: Mapping[str, Measure] = {
    "approved_in_shops": _approved(POS),
    "approved_remote": _approved(REMOTE),
    "declined_recurring": _recurring_declined,
    "do_not_honour": _codes("05"),
    "insufficient_funds": _codes("51"),
    "do_not_honour_or_insufficient_funds": _codes("05", "51"),
    "expired_card_remote": _codes("54", channel=REMOTE),
    "wrong_card_data_remote": _codes("14", "82", channel=REMOTE),
    "technical_declines": _codes("91", "96"),
    "three_ds_share": _three_ds_share,
    "frictionless_share": _frictionless,
    "authenticated_share": _authenticated,
    "refunds": _refunds(remote=None),
    "refunds_remote": _refunds(remote=True),
    "refunds_in_shops": _refunds(remote=False),
    "refunds_with_original": _originals,
    "retried_declines": _retries,
    "monthly_on_the_same_day": _same_every_month,
}
"""Measures by the name of the quantity in ``data/answers.toml``."""
