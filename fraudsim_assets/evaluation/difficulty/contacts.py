"""Features from events that are no payments: what a customer did at the bank before a payment.

Belongs here: the features, which come from a table of their own. Does not belong here: features from payments
(``groups``), and what they add to a detector, which a benchmark measures.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.features import Features
from fraudsim_assets.evaluation.difficulty.windows import counts_before
from fraudsim_assets.tables.codes import EVENT_TYPES
from fraudsim_assets.units import AnyArray

SPANS = (1, 7, 30)
"""How far back events count. [days]"""

GROUP = "contacts"
"""Group of these features."""

_REFUSED = "failed_log_in"


def with_contacts(features: Features, payments: pl.DataFrame, events: pl.DataFrame) -> Features:
    """Features of payments, and those of their customers' events beside them.

    Parameters
    ----------
    features
        Of ``build_features``.
    payments
        Of ``Payments.table``: in the order of time.
    events
        Rows that honour ``tables.AccountEvents`` as a bank sees them, of the same days.

    Returns
    -------
    Features
        With seconds since the last event of each kind and counts of them before the payment, and the same of the
        payment's device among those that the customer met the bank with.
    """
    columns = contact_features(payments, events)
    return replace(
        features,
        names=(*features.names, *columns),
        values=np.column_stack([features.values, *columns.values()]),
        groups=features.groups | dict.fromkeys(columns, GROUP),
    )


def contact_features(payments: pl.DataFrame, events: pl.DataFrame) -> dict[str, AnyArray]:
    """One column of float32 per feature by name; arguments as of :func:`with_contacts`."""
    kind, refused = pl.col("event_type").cast(pl.String), pl.col("outcome").cast(pl.String) == "failed"
    told = events.select(
        "customer_id",
        "device_id",
        time=pl.col("timestamp").dt.epoch("us"),
        kind=pl.when((kind == "log_in") & refused).then(pl.lit(_REFUSED)).otherwise(kind),
    ).sort("time")
    customer, time = payments["customer_id"].to_numpy(), payments["time"].to_numpy()
    columns: dict[str, AnyArray] = {}
    for name in (*EVENT_TYPES, _REFUSED):
        some = told.filter(pl.col("kind") == name)
        columns[f"since_{name}"] = _since(payments, some, ["customer_id"])
        for days in SPANS:
            counted = counts_before(customer, time, some["customer_id"].to_numpy(), some["time"].to_numpy(), days=days)
            columns[f"{name}_{days}d"] = counted.astype(np.float32)
    on_device = told.filter(pl.col("device_id").is_not_null())
    columns["since_device"] = _since(payments, on_device, ["customer_id", "device_id"])
    first = on_device.group_by("customer_id", "device_id").agg(pl.col("time").min()).sort("time")
    columns["since_first_device"] = _since(payments, first, ["customer_id", "device_id"])
    return columns


def _since(payments: pl.DataFrame, events: pl.DataFrame, keys: list[str]) -> AnyArray:
    """Time since the last event of the same keys; not a number before the first. (n,) float32 [seconds]"""
    last = events.select(*keys, "time", then="time")
    rows = payments.select(*keys, "time").join_asof(last, on="time", by=keys, check_sortedness=False)
    return (
        rows.select((pl.col("time") - pl.col("then")) / 1e6).to_series().cast(pl.Float32).fill_null(np.nan).to_numpy()
    )
