"""Fraud by strangers that is a setting of the general pattern.

Every default names its target or is an ASSUMPTION tuned so that the mix meets targets A14 to A22,
B01 to B08 and K01 to K13.

Belongs here: settings of :class:`~fraudsim_assets.fraud.pattern.Pattern`. Does not belong here:
kinds of fraud with a mechanism of their own.
"""

from fraudsim_assets.fraud.pattern import Pattern

STOLEN_CNP = Pattern(
    "stolen_cnp",
    share=0.50,
    # favourites of remote fraud: electronics 11, discount 10, computers and software 8 % (target I09)
    categories={
        "electronics": 0.13,
        "marketplace": 0.20,
        "digital_goods": 0.12,
        "gift_cards": 0.08,
        "clothing": 0.12,
        "department_discount": 0.10,
        "airline": 0.03,
        "travel_agency": 0.03,
        "money_transfer": 0.04,
        "specialty_retail": 0.08,
        "fast_food": 0.04,
        "taxi": 0.04,
    },
)

LOST_STOLEN = Pattern(
    "lost_stolen",
    share=0.14,
    hours="leisure",
    remote=0.08,
    categories={
        "grocery": 0.25,
        "specialty_retail": 0.16,
        "home_improvement": 0.08,
        "fuel": 0.13,
        "clothing": 0.12,
        "electronics": 0.06,
        "department_discount": 0.12,
        "restaurant": 0.08,
    },
    steps=4.2,
    test=0.05,
    cash=0.22,
    new_sitting=0.12,
    days_between=0.8,
    gap_minutes=21.0,
    amount=1.5,
    escalation=0.05,
    abroad=0.22,
    gang=0.05,
    night=0.10,
    declined=0.24,
    detection=0.12,
)

ACCOUNT_TAKEOVER = Pattern(
    "account_takeover",
    share=0.09,
    categories={
        "gift_cards": 0.14,
        "marketplace": 0.26,
        "money_transfer": 0.14,
        "electronics": 0.18,
        "airline": 0.05,
        "digital_goods": 0.13,
        "clothing": 0.10,
    },
    steps=3.0,
    test=0.04,
    amount=2.3,
    abroad=0.30,
    gang=0.25,
    entry="credential_on_file",
    authenticated=0.40,
    declined=0.10,
    detection=0.08,
    gap_minutes=14.0,
    new_sitting=0.45,
)

MCC_HOTSPOT = Pattern(
    "mcc_hotspot",
    share=0.04,
    categories={"digital_goods": 0.5, "gift_cards": 0.3, "money_transfer": 0.2},
    steps=5.0,
    test=0.15,
    amount=1.4,
    gap_minutes=5.0,
    abroad=0.6,
    gang=0.8,
)

LARGE_AMOUNT = Pattern(
    "large_amount_hotspot",
    share=0.025,
    categories={"electronics": 0.35, "jewelry": 0.15, "furniture": 0.1, "airline": 0.2, "travel_agency": 0.2},
    steps=1.5,
    most_steps=4,
    test=0.25,
    amount=3.2,
    spread=0.8,
    abroad=0.45,
    declined=0.38,
    detection=0.2,
)

IMPOSSIBLE_TRAVEL = Pattern(
    "impossible_travel",
    share=0.02,
    hours="retail",
    remote=0.0,
    categories={"grocery": 0.2, "specialty_retail": 0.25, "clothing": 0.2, "electronics": 0.15, "fuel": 0.2},
    steps=2.8,
    test=0.05,
    cash=0.25,
    abroad=1.0,
    gang=0.2,
    entry="magstripe",
    gap_minutes=25.0,
    declined=0.3,
    detection=0.25,
)
