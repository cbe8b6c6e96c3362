"""Targets on what issuers answer: approval, codes of declines, 3-D Secure, retries, refunds.

Belongs here: declared targets and the measures only they need.
"""

import numpy as np

from fraudsim_assets.scorecard.evidence import Measure, View
from fraudsim_assets.scorecard.habits import refunds_with_original, retry_share
from fraudsim_assets.scorecard.measures import ratio
from fraudsim_assets.scorecard.model import NotMeasurableError, Target, around, between
from fraudsim_assets.scorecard.panel import ON_FILE
from fraudsim_assets.scorecard.tallies import POS, REMOTE
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
    billers = view.category("streaming", "telecom", "utilities", "insurance")
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
    low = np.full(len(times), 99)
    high = np.full(len(times), -1)
    np.minimum.at(low, number[often], of_month)
    np.maximum.at(high, number[often], of_month)
    seen = high >= 0
    return ratio((high - low)[seen] <= MONTH_END, np.ones(int(seen.sum())), "repeated charges")


TARGETS: tuple[Target, ...] = (
    Target(
        "D01.present",
        "Approved requests in shops",
        "share",
        _approved(POS),
        {"any": between(0.945, 0.995, "recalled", value=0.975)},
    ),
    Target(
        "D01.remote",
        "Approved remote requests",
        "share",
        _approved(REMOTE),
        {"any": between(0.85, 0.92, "secondary", "mypayadvisor")},
    ),
    Target(
        "D02",
        "Declined recurring charges",
        "share",
        _recurring_declined,
        {"any": between(0.10, 0.25, "secondary", "churnward", value=0.18)},
        note="Published as 15 to 25 % of recurring attempts, with a tolerance of five points.",
    ),
    Target(
        "D03.05",
        "Declines with code 05, do not honour",
        "share",
        _codes("05"),
        {"any": around(0.35, "secondary", "churnward", within=0.08)},
    ),
    Target(
        "D03.51",
        "Declines with code 51, insufficient funds",
        "share",
        _codes("51"),
        {"any": around(0.435, "secondary", "churnward", "spreedly_2018", "ebanx", within=0.08)},
    ),
    Target(
        "D03.sum",
        "Declines with code 05 or 51",
        "share",
        _codes("05", "51"),
        {"any": around(0.76, "secondary", "churnward", within=0.08)},
    ),
    Target(
        "D03.54",
        "Remote declines for an expired card (54)",
        "share",
        _codes("54", channel=REMOTE),
        {"any": between(0.05, 0.10, "secondary", "churnward")},
    ),
    Target(
        "D03.data",
        "Remote declines for wrong card data (14, 82)",
        "share",
        _codes("14", "82", channel=REMOTE),
        {"any": between(0.10, 0.20, "secondary", "churnward")},
    ),
    Target(
        "D03.technical",
        "Declines for technical reasons (91, 96)",
        "share",
        _codes("91", "96"),
        {"any": between(0.02, 0.08, "secondary", "churnward")},
    ),
    Target(
        "D05",
        "Remote requests with 3-D Secure",
        "share",
        _three_ds_share,
        {
            "eea": around(0.46, "secondary", "outseer_2021", within=0.07),
            "uk": around(0.46, "secondary", "outseer_2021", within=0.07),
            "us": between(0.020, 0.035, "secondary", "entersekt_2024", value=0.027),
        },
        note="The EEA is held against the UK's figure, under the same rules in 2021.",
    ),
    Target(
        "D06.frictionless",
        "Frictionless share of 3-D Secure",
        "share",
        _frictionless,
        {
            "eea": around(0.40, "secondary", "ravelin_2021", within=0.07),
            "uk": around(0.40, "secondary", "ravelin_2021", within=0.07),
        },
    ),
    Target(
        "D06.approved",
        "3-D Secure that succeeds",
        "share",
        _authenticated,
        {
            "eea": around(0.855, "primary", "netcetera_2021", within=0.07),
            "uk": around(0.855, "primary", "netcetera_2021", within=0.07),
            "any": around(0.89, "primary", "netcetera_2021", within=0.07),
        },
    ),
    Target(
        "D08",
        "Refunds per retail purchase",
        "share",
        _refunds(remote=None),
        {"any": around(0.049, "primary", "mastercard_2024", within=0.015)},
        note="Needs about six weeks before the range; days before the start of the world count as days like others.",
    ),
    Target(
        "D08.remote",
        "Refunds per remote retail purchase",
        "share",
        _refunds(remote=True),
        {"any": around(0.057, "primary", "mastercard_2024", within=0.015)},
    ),
    Target(
        "D08.store",
        "Refunds per retail purchase in a shop",
        "share",
        _refunds(remote=False),
        {"any": around(0.042, "primary", "mastercard_2024", within=0.015)},
    ),
    Target(
        "D08.original",
        "Refunds that match an earlier purchase: card, merchant, enough money",
        "share",
        _originals,
        {"any": between(1.0, 1.0, "exact")},
    ),
    Target(
        "D10.retry",
        "Declined requests tried again within ten minutes, same merchant and amount",
        "share",
        _retries,
        {"any": between(0.2, 0.6, "judged")},
    ),
    Target(
        "D10.monthly",
        "Repeated charges of one amount that keep their day of the month",
        "share",
        _same_every_month,
        {"any": between(0.9, 1.0, "judged")},
    ),
)
"""Targets on answers."""
