"""Fraud by strangers that is a setting of the general pattern.

Every default names its target or is an ASSUMPTION tuned so that the mix meets targets A14 to A22,
B01 to B08 and K01 to K13.

Belongs here: settings of :class:`~fraudsim_assets.fraud.pattern.Pattern`. Does not belong here:
kinds of fraud with a mechanism of their own.
"""

from fraudsim_assets.fraud.pattern import Pattern

STOLEN_CNP = Pattern(
    "stolen_cnp",
    share=0.285,
    # favourites of remote fraud: electronics 11, discount 10, computers and software 8 % (target I09)
    categories={
        "electronics": 0.08,
        "marketplace": 0.17,
        "digital_goods": 0.13,
        "gift_cards": 0.02,
        "clothing": 0.11,
        "department_discount": 0.08,
        "airline": 0.015,
        "travel_agency": 0.015,
        "money_transfer": 0.02,
        "specialty_retail": 0.10,
        "fast_food": 0.12,
        "grocery": 0.07,
        "transit": 0.04,
        "taxi": 0.04,
        "telecom": 0.03,
        "pharmacy": 0.02,
    },
    test=0.55,
    amount=350.0,
    aim=0.72,
    modest=0.36,
    abroad=0.30,
    night=0.24,
    gap_minutes=4.0,
    declined=0.62,
)

LOST_STOLEN = Pattern(
    "lost_stolen",
    share=0.245,
    hours="leisure",
    remote=0.04,
    # the largest of in-person fraud: grocery 25, home supply 8 % (target I09)
    categories={
        "grocery": 0.25,
        "home_improvement": 0.09,
        "department_discount": 0.12,
        "specialty_retail": 0.11,
        "clothing": 0.10,
        "fuel": 0.11,
        "electronics": 0.03,
        "gift_cards": 0.02,
        "pharmacy": 0.04,
        "fast_food": 0.06,
        "restaurant": 0.04,
    },
    steps=14.0,
    most_steps=9,
    test=0.05,
    cash=0.10,
    new_sitting=0.06,
    days_between=0.6,
    gap_minutes=8.0,
    amount=46.0,
    aim=0.8,
    modest=0.30,
    abroad=0.12,
    gang=0.05,
    night=0.21,
    mimicry=0.15,
    own_merchant=0.1,
    declined=0.55,
    detection=0.05,
)

ACCOUNT_TAKEOVER = Pattern(
    "account_takeover",
    share=0.08,
    categories={
        "gift_cards": 0.03,
        "marketplace": 0.28,
        "grocery": 0.06,
        "money_transfer": 0.08,
        "electronics": 0.08,
        "airline": 0.03,
        "digital_goods": 0.14,
        "clothing": 0.12,
        "specialty_retail": 0.08,
        "fast_food": 0.08,
    },
    steps=3.0,
    test=0.04,
    amount=220.0,
    modest=0.3,
    abroad=0.26,
    gang=0.25,
    entry="credential_on_file",
    authenticated=0.40,
    declined=0.40,
    detection=0.08,
    gap_minutes=14.0,
    new_sitting=0.45,
)

MCC_HOTSPOT = Pattern(
    "mcc_hotspot",
    share=0.03,
    categories={"digital_goods": 0.65, "gift_cards": 0.1, "money_transfer": 0.25},
    steps=5.0,
    test=0.15,
    amount=90.0,
    gap_minutes=5.0,
    abroad=0.45,
    gang=0.8,
    declined=0.60,
)

LARGE_AMOUNT = Pattern(
    "large_amount_hotspot",
    share=0.03,
    categories={
        "electronics": 0.25,
        "jewelry": 0.1,
        "furniture": 0.15,
        "airline": 0.2,
        "travel_agency": 0.15,
        "clothing": 0.15,
    },
    steps=1.5,
    most_steps=4,
    test=0.25,
    amount=350.0,
    aim=0.8,
    spread=0.8,
    abroad=0.45,
    declined=0.65,
    detection=0.2,
)

IMPOSSIBLE_TRAVEL = Pattern(
    "impossible_travel",
    share=0.05,
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
    cash=0.12,
    abroad=1.0,
    gang=0.2,
    gap_minutes=25.0,
    amount=90.0,
    declined=0.5,
    detection=0.25,
)
