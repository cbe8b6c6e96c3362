"""What card and customer did before: pauses, places, first times, amounts, refusals.

Belongs here: features of the rows of one card or customer in the order of time. Does not belong here: who shares a
device, an address or a merchant (``graph``).
"""

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.windows import Windows, pairs
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.units import DAY, HOUR, Floats, Ints

MINUTES_10, HOURS = 1 / 144, 1 / 24
"""Short windows. [days]"""

SLOT_HOURS = 4
"""Width of a slot of the day in which a card has its habits. [hours]"""

FIRST = ("merchant_id", "mcc", "merchant_country", "device_id", "ip_address", "entry_mode", "currency")
"""Columns of which it is told whether card or customer had them before."""

LONGEST = 30
"""Longest memory of a habit. [days]"""


def sequence(payments: pl.DataFrame) -> pl.DataFrame:
    """Features of the card's and the customer's past."""
    time, euros = payments["time"].to_numpy(), payments["euros"].to_numpy().astype(np.float64)
    card, customer = payments["card_id"].to_numpy(), payments["customer_id"].to_numpy()
    declined = ~payments["is_approved"].to_numpy()
    columns = _firsts(payments) | _counts(card, customer, time, declined) | _amounts(card, time, euros)
    columns |= _travel(payments) | _slots(payments, card, time)
    made = pl.DataFrame([pl.Series(name, values).cast(pl.Float32) for name, values in columns.items()])
    return pl.concat([made, _previous(payments)], how="horizontal")


def _firsts(payments: pl.DataFrame) -> dict[str, pl.Series | Ints]:
    """Whether a value is new to the card and to the customer."""
    found: dict[str, pl.Series | Ints] = {}
    for name in FIRST:
        codes = payments[name].to_physical().cast(pl.Int64)
        for who in ("card", "customer"):
            pair = pairs(payments[f"{who}_id"], codes)
            found[f"new_{name.removesuffix('_id')}_of_{who}"] = pair.is_first_distinct() & codes.is_not_null()
        if name == "merchant_id":
            found["visits"] = pl.DataFrame({"pair": pair}).select(pl.int_range(pl.len()).over("pair")).to_series()
    return found


def _counts(card: Ints, customer: Ints, time: Ints, declined: np.ndarray) -> dict[str, Floats]:
    of_card, of_customer = (Windows.of(group, time, longest=LONGEST) for group in (card, customer))
    found = {
        "card_count_10min": of_card.sums(None, days=MINUTES_10),
        "card_count_1h": of_card.sums(None, days=HOURS),
        "customer_count_1h": of_customer.sums(None, days=HOURS),
        "customer_count_1d": of_customer.sums(None, days=1),
    }
    for name, days in (("1h", HOURS), ("1d", 1), ("7d", 7), ("30d", 30)):
        found[f"card_declines_{name}"] = of_card.sums(declined, days=days) - declined
        found[f"customer_declines_{name}"] = of_customer.sums(declined, days=days) - declined
    return found


def _amounts(card: Ints, time: Ints, euros: Floats) -> dict[str, Floats]:
    """The amount against the card's own: standard scores of its logarithm, and the sum of the day."""
    windows, size = Windows.of(card, time, longest=LONGEST), np.log(euros)
    count = windows.sums(None, days=LONGEST) - 1
    count[count < 1] = np.nan  # a first payment is like nothing
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (windows.sums(size, days=LONGEST) - size) / count
        spread = np.sqrt(np.maximum((windows.sums(size**2, days=LONGEST) - size**2) / count - mean**2, 0.01))
    return {
        "amount_score_30d": (size - mean) / spread,
        "amount_over_mean_30d": size - mean,
        "card_sum_1d": windows.sums(euros, days=1),
        "card_sum_1h": windows.sums(euros, days=HOURS),
    }


def _travel(payments: pl.DataFrame) -> dict[str, Floats]:
    """Distance and speed since the customer was last somewhere in person."""
    there = pl.col("latitude").is_not_null()
    last = payments.select(
        pl.when(there).then(name).forward_fill().shift(1).over("customer_id")
        for name in ("latitude", "longitude", "time")
    )
    here = [payments[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("latitude", "longitude")]
    before = [last[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("latitude", "longitude", "time")]
    km = great_circle_km(*before[:2], *here)
    hours = np.maximum((payments["time"].to_numpy() - before[2]) / HOUR, 1 / 60)
    return {"km_from_last": km, "kmh_from_last": km / hours, "hours_from_last_place": hours}


def _slots(payments: pl.DataFrame, card: Ints, time: Ints) -> dict[str, Floats]:
    """How usual slot of the day, channel and entry mode are to the card: their share of its last payments."""
    count = Windows.of(card, time, longest=LONGEST).sums(None, days=LONGEST)
    values = {
        "slot": payments["hour"] // SLOT_HOURS,
        "channel": payments["channel"].to_physical(),
        "entry_mode": payments["entry_mode"].to_physical().fill_null(255),
    }
    return {
        f"usual_{name}": (
            Windows.of(pairs(payments["card_id"], value).to_numpy(), time, longest=LONGEST).sums(None, days=LONGEST) - 1
        )
        / np.maximum(count - 1, 1)
        for name, value in values.items()
    }


def _previous(payments: pl.DataFrame) -> pl.DataFrame:
    """What the card's and the customer's last request was, and how it was answered."""

    def last(name: str, who: str = "card_id") -> pl.Expr:
        return pl.col(name).shift(1).over(who)

    def since(who: str) -> pl.Expr:
        return ((pl.col("time") - last("time", who)) / HOUR).cast(pl.Float32)

    return payments.select(
        hours_since_card=since("card_id"),
        hours_since_customer=since("customer_id"),
        amount_over_last=(pl.col("euros") / last("euros")).log().cast(pl.Float32),
        same_amount=(pl.col("euros") == last("euros")),
        same_merchant=(pl.col("merchant_id") == last("merchant_id")),
        same_channel=(pl.col("channel") == last("channel")),
        same_card_of_customer=(pl.col("card_id") == last("card_id", "customer_id")),
        same_device=(pl.col("device_id") == pl.col("device_id").forward_fill().shift(1).over("customer_id")),
        same_address=(pl.col("ip_address") == pl.col("ip_address").forward_fill().shift(1).over("customer_id")),
        last_was_declined=~last("is_approved"),
        last_answer=last("response_code"),
        last_gap_days=((pl.col("time") - last("time")) / DAY).clip(0, 60).cast(pl.Float32),
    )
