"""What the features are, in the order in which models get them.

Belongs here: names, units and meanings. Does not belong here: how they are made (``making``); a test holds that against
this list.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from fraudsim_assets.reference_data import packaged
from fraudsim_assets.tables.codes import (
    CHANNELS,
    ENTRY_MODES,
    INCOME_BANDS,
    NETWORKS,
    PRODUCTS,
    SEGMENTS,
    THREE_DS_RESULTS,
    TRANSACTION_TYPES,
)


@dataclass(frozen=True)
class Feature:
    """A feature.

    Attributes
    ----------
    about
        What it says of a payment, with its unit.
    values
        Its values, if it is a category; a model is given the position, and -1 for none and for others.
    """

    about: str
    values: tuple[str, ...] = ()


_SHORT = "; the payment itself is counted [count]"
_LONG = " on the days remembered [count]"

FEATURES: Mapping[str, Feature] = MappingProxyType(
    {
        "transaction_type": Feature("purchase, refund or withdrawal", TRANSACTION_TYPES),
        "channel": Feature("where the card is used", CHANNELS),
        "entry_mode": Feature("how the card number is read", ENTRY_MODES),
        "three_ds": Feature("result of 3-D Secure", THREE_DS_RESULTS),
        "product": Feature("kind of card", PRODUCTS),
        "network": Feature("network of the card", NETWORKS),
        "segment": Feature("stage of life of the customer", SEGMENTS),
        "income_band": Feature("income of the customer", INCOME_BANDS),
        "mcc": Feature("category code of the merchant", packaged().mccs),
        "amount": Feature("amount on the bill [EUR]"),
        "hour": Feature("hour of the clock at the merchant [h]"),
        "weekday": Feature("day of the week at the merchant, Monday is 1 [1 to 7]"),
        "foreign": Feature("the merchant is abroad"),
        "is_online": Feature("the merchant sells online"),
        "replaced": Feature("the card was issued in place of a blocked one"),
        "home_km": Feature("from the customer's home to the merchant [km]"),
        "other_currency": Feature("paid in another currency than billed in"),
        "cents_are_round": Feature("the amount is a multiple of five units"),
        "cents_are_just_below": Feature("the amount ends in 95 to 99 hundredths"),
        "age": Feature("age of the customer [years]"),
        "customer_days": Feature("since the customer joined [days]"),
        "card_days": Feature("since the card was issued [days]"),
        "limit_share": Feature("of the card's limit [share]"),
        "has_device": Feature("a device is known"),
        "has_place": Feature("a place is known"),
        "card_count": Feature("the card account's payments" + _LONG),
        "card_mean": Feature("their mean amount [EUR]"),
        "amount_score": Feature("log of the amount against theirs, in standard deviations [unitless]"),
        "amount_over_mean": Feature("log of the amount over their geometric mean [unitless]"),
        "card_declines": Feature("those declined" + _LONG),
        "card_remote_share": Feature("those remote [share]"),
        "card_night_share": Feature("those before six in the morning [share]"),
        "merchant_count": Feature("the merchant's payments" + _LONG),
        "merchant_declines_share": Feature("those declined [share]"),
        "merchant_foreign_share": Feature("those of customers from abroad [share]"),
        "merchant_small_share": Feature("those below five euros [share]"),
        "customer_merchant_count": Feature("the customer's payments at the merchant" + _LONG),
        "customer_mcc_count": Feature("the customer's payments in the category" + _LONG),
        "customer_country_count": Feature("the customer's payments in the merchant's country" + _LONG),
        "customer_device_count": Feature("the customer's payments from the device" + _LONG),
        "device_count": Feature("all payments from the device" + _LONG),
        "device_declines": Feature("those declined" + _LONG),
        "device_customers": Feature("customers who used the device" + _LONG),
        "customer_address_count": Feature("the customer's payments from the IP address" + _LONG),
        "address_count": Feature("all payments from the IP address" + _LONG),
        "address_declines": Feature("those declined" + _LONG),
        "address_customers": Feature("customers who used the IP address" + _LONG),
        "hours_since_card": Feature("since the account's last payment before the day [h]"),
        "amount_over_last": Feature("log of the amount over that payment's [unitless]"),
        "last_was_declined": Feature("that payment was declined"),
        "same_merchant": Feature("it was at the same merchant"),
        "hours_since_place": Feature("since the customer last paid in person, before the day [h]"),
        "km_from_place": Feature("from there [km]"),
        "kmh_from_place": Feature("speed from there [km/h]"),
        "merchant_reports": Feature("frauds known at the merchant" + _LONG),
        "mcc_reports": Feature("frauds known in the category" + _LONG),
        "country_reports": Feature("frauds known in the merchant's country" + _LONG),
        "device_reports": Feature("frauds known from the device" + _LONG),
        "address_reports": Feature("frauds known from the IP address" + _LONG),
        "customer_reports": Feature("frauds known of the customer" + _LONG),
        "account_reports": Feature("frauds known of the card account" + _LONG),
        "card_count_10min": Feature("the account's payments within ten minutes" + _SHORT),
        "card_declines_10min": Feature("those declined, the payment itself left out [count]"),
        "card_count_1h": Feature("the account's payments within an hour" + _SHORT),
        "card_declines_1h": Feature("those declined, the payment itself left out [count]"),
        "card_count_1d": Feature("the account's payments within a day" + _SHORT),
        "card_declines_1d": Feature("those declined, the payment itself left out [count]"),
        "card_sum_1h": Feature("the account's amounts within an hour, this one included [EUR]"),
        "card_sum_1d": Feature("the account's amounts within a day, this one included [EUR]"),
        "card_merchants_1d": Feature("merchants that the account came to within a day, not the day before [count]"),
        "customer_count_1h": Feature("the customer's payments within an hour" + _SHORT),
        "merchant_count_1h": Feature("the merchant's payments within an hour" + _SHORT),
        "merchant_declines_1h": Feature("those declined, the payment itself left out [count]"),
        "merchant_declines_1d": Feature("the merchant's payments declined within a day, this one left out [count]"),
        "merchant_small_1h": Feature("the merchant's payments below five euros within an hour" + _SHORT),
        "device_count_1h": Feature("payments from the device within an hour" + _SHORT),
        "device_declines_1d": Feature("those declined within a day, the payment itself left out [count]"),
        "device_customers_1d": Feature("customers who came to it within a day, not the day before [count]"),
        "address_count_1h": Feature("payments from the IP address within an hour" + _SHORT),
        "address_declines_1d": Feature("those declined within a day, the payment itself left out [count]"),
        "address_customers_1d": Feature("customers who came to it within a day, not the day before [count]"),
    }
)
"""All features, in order."""
