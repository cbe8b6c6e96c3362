"""Fraud by strangers that is a setting of the general pattern.

Every default names its target or is an ASSUMPTION tuned so that the mix meets targets A14 to A22,
B01 to B08 and K01 to K13.

Belongs here: settings of :class:`~fraudsim_assets.fraud.pattern.Pattern`. Does not belong here:
kinds of fraud with a mechanism of their own.
"""

from fraudsim_assets.fraud.pattern import Pattern

STOLEN_CNP = Pattern(
    "stolen_cnp",
    share=0.34,
    # favourites of remote fraud: electronics 11, discount 10, computers and software 8 % (target I09)
    categories={
        "electronics": 0.10,
        "marketplace": 0.19,
        "digital_goods": 0.13,
        "gift_cards": 0.03,
        "clothing": 0.11,
        "department_discount": 0.09,
        "airline": 0.015,
        "travel_agency": 0.015,
        "money_transfer": 0.03,
        "specialty_retail": 0.10,
        "fast_food": 0.09,
        "grocery": 0.04,
        "transit": 0.03,
        "taxi": 0.03,
    },
)

LOST_STOLEN = Pattern(
    "lost_stolen",
    share=0.22,
    hours="leisure",
    remote=0.04,
    # the largest of in-person fraud: grocery 25, home supply 8 % (target I09)
    categories={
        "grocery": 0.25,
        "fast_food": 0.13,
        "cafe_bar": 0.07,
        "restaurant": 0.10,
        "fuel": 0.11,
        "pharmacy": 0.04,
        "specialty_retail": 0.09,
        "home_improvement": 0.05,
        "clothing": 0.06,
        "electronics": 0.02,
        "department_discount": 0.08,
    },
    steps=7.0,
    test=0.05,
    cash=0.10,
    new_sitting=0.10,
    days_between=0.8,
    gap_minutes=14.0,
    amount=55.0,
    aim=0.65,
    modest=0.35,
    escalation=0.05,
    abroad=0.15,
    gang=0.05,
    night=0.10,
    declined=0.24,
    detection=0.08,
)

ACCOUNT_TAKEOVER = Pattern(
    "account_takeover",
    share=0.09,
    categories={
        "gift_cards": 0.05,
        "marketplace": 0.28,
        "money_transfer": 0.08,
        "electronics": 0.14,
        "airline": 0.03,
        "digital_goods": 0.14,
        "clothing": 0.12,
        "specialty_retail": 0.08,
        "fast_food": 0.08,
    },
    steps=3.0,
    test=0.04,
    amount=140.0,
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
    share=0.03,
    categories={"digital_goods": 0.55, "gift_cards": 0.2, "money_transfer": 0.25},
    steps=5.0,
    test=0.15,
    amount=90.0,
    gap_minutes=5.0,
    abroad=0.6,
    gang=0.8,
)

LARGE_AMOUNT = Pattern(
    "large_amount_hotspot",
    share=0.03,
    categories={"electronics": 0.35, "jewelry": 0.15, "furniture": 0.1, "airline": 0.2, "travel_agency": 0.2},
    steps=1.5,
    most_steps=4,
    test=0.25,
    amount=350.0,
    aim=0.8,
    spread=0.8,
    abroad=0.45,
    declined=0.38,
    detection=0.2,
)

IMPOSSIBLE_TRAVEL = Pattern(
    "impossible_travel",
    share=0.03,
    hours="retail",
    remote=0.0,
    categories={
        "grocery": 0.2,
        "restaurant": 0.25,
        "clothing": 0.15,
        "electronics": 0.05,
        "fuel": 0.15,
        "specialty_retail": 0.2,
    },
    steps=2.8,
    test=0.05,
    cash=0.2,
    abroad=1.0,
    gang=0.2,
    gap_minutes=25.0,
    declined=0.3,
    detection=0.25,
)
