"""From a memory and the present day to the table of features.

Belongs here: what the features are, in their order, and their codes for models. Does not belong here: sums over days
(``memory``), and windows (``recent``).
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.policies.features.listing import FEATURES
from fraudsim_assets.policies.features.memory import REPORTED, Memory
from fraudsim_assets.policies.features.recent import COLUMNS, recent
from fraudsim_assets.policies.features.seen import PARTS
from fraudsim_assets.units import HOUR, AnyArray, Bools, Ints

YEAR = 365.25
"""Length of a year. [days]"""

CATEGORIES = {name: feature.values for name, feature in FEATURES.items() if feature.values}
"""Features that are categories, with their values."""


_SHARES = {"declines": "declined", "foreign": "foreign", "small": "small"}
# shares of a merchant's payments, and what they are sums of

OF_ACCOUNT = frozenset(
    {
        "card_count",
        "card_mean",
        "amount_score",
        "amount_over_mean",
        "card_declines",
        "card_remote_share",
        "card_night_share",
    }
)
"""Features that rest on sums of the account."""

OF_MERCHANT = frozenset({"merchant_count", *(f"merchant_{name}_share" for name in _SHARES)})
"""Features that rest on sums of the merchant."""

SINCE = (
    "hours_since_card",
    "amount_over_last",
    "last_was_declined",
    "same_merchant",
    "hours_since_place",
    "km_from_place",
    "kmh_from_place",
)
"""Features that hold a payment against the last one before the day."""


@dataclass(frozen=True)
class Moment:
    """A day as far as it has come.

    Attributes
    ----------
    memory
        Gives what is remembered of whole days before.
    others
        ``recent.COLUMNS`` of today's other payments so far, in any order.
    rows
        Payments that are decided about, of ``seen.Directory.see``, in the order of time.
    """

    memory: Callable[[], Memory]
    others: pl.DataFrame
    rows: pl.DataFrame

    @classmethod
    def of(cls, memory: Callable[[], Memory], today: pl.DataFrame, asked: Bools) -> "Moment":
        """A day of which some payments are decided about. (n,)"""
        return cls(memory, today.filter(pl.Series(~asked)).select(COLUMNS), today.filter(pl.Series(asked)))

    def features(self, names: Collection[str] | None = None) -> pl.DataFrame:
        """Features of the payments that are decided about: one column each, categories as text, null for no value.

        Parameters
        ----------
        names
            Of the features that are asked for; all of them if None. What others rest on is not looked up.
        """
        wanted = frozenset(FEATURES if names is None else names)
        rows, memory = self.rows, self.memory()
        columns = [_request(rows), _habits(memory, rows, wanted), _reports(memory, rows, wanted)]
        windows = recent(memory.yesterday, self.others, rows, wanted)
        made = pl.DataFrame([pl.Series(name, values, pl.Float32, nan_to_null=True) for name, values in windows.items()])
        table = pl.concat([each for each in (*columns, made) if each.width], how="horizontal")
        return table if names is None else table.select([name for name in table.columns if name in wanted])


def _request(rows: pl.DataFrame) -> pl.DataFrame:
    """What one request and the catalogs say."""
    km = great_circle_km(*(rows[name].to_numpy() for name in ("home_lat", "home_lon", "shop_lat", "shop_lon")))
    cents = (pl.col("amount") * 100).round().cast(pl.Int64)
    today = pl.col("timestamp").dt.date()
    return rows.select(
        *CATEGORIES,
        pl.col("euros").cast(pl.Float32).alias("amount"),
        "hour",
        "weekday",
        "foreign",
        "is_online",
        "replaced",
        pl.Series("home_km", km, pl.Float32),
        other_currency=pl.col("currency") != pl.col("billing_currency"),
        cents_are_round=cents % 500 == 0,
        cents_are_just_below=cents % 100 >= 95,
        age=((today - pl.col("birth_date")).dt.total_days() / YEAR).cast(pl.Float32),
        customer_days=(today - pl.col("opened_on")).dt.total_days().cast(pl.Float32),
        card_days=(today - pl.col("card_from")).dt.total_days().cast(pl.Float32),
        limit_share=(pl.col("billing_amount") / pl.col("credit_limit").cast(pl.Float64)).cast(pl.Float32),
        has_device=pl.col("device_id").is_not_null(),
        has_place=pl.col("latitude").is_not_null(),
    )


def _habits(memory: Memory, rows: pl.DataFrame, wanted: frozenset[str]) -> pl.DataFrame:
    """What account, merchant, device and address did on the days remembered."""
    found: dict[str, AnyArray] = {}
    with np.errstate(divide="ignore", invalid="ignore"):
        if wanted & OF_ACCOUNT:
            found |= _of_account(memory.look_up(rows, "account"), rows)
        if wanted & OF_MERCHANT:
            found |= _of_merchant(memory.look_up(rows, "merchant_id"))
    for pair in ("merchant", "mcc", "country"):
        if (name := f"customer_{pair}_count") in wanted:
            found[name] = memory.look_up(rows, f"customer_{pair}")["count"]
    for name, thing in (("device", "device_id"), ("address", "ip_address")):
        there = rows[thing].is_not_null()
        for each, values in _of_thing(memory, rows.filter(there), name, thing, wanted).items():
            found[each] = np.full(rows.height, np.nan)
            found[each][there.to_numpy()] = values
    if wanted & set(SINCE):
        found |= _since(memory, rows)
    return pl.DataFrame(
        [pl.Series(name, values, strict=False, nan_to_null=True).cast(pl.Float32) for name, values in found.items()]
    )


def _of_thing(memory: Memory, rows: pl.DataFrame, name: str, thing: str, wanted: frozenset[str]) -> dict[str, AnyArray]:
    """What devices or addresses did, of rows that have one."""
    counts: dict[str, AnyArray] = {}
    if (own := f"customer_{name}_count") in wanted:
        counts[own] = memory.look_up(rows, f"customer_{name}")["count"]
    if wanted & {f"{name}_count", f"{name}_declines"}:
        sums = memory.look_up(rows, thing)
        counts |= {f"{name}_count": sums["count"], f"{name}_declines": sums["declined"]}
    if (shared := f"{name}_customers") in wanted:
        counts[shared] = memory.sharers(rows, f"customer_{name}").to_numpy()
    return counts


def _of_account(card: Mapping[str, Ints], rows: pl.DataFrame) -> dict[str, AnyArray]:
    """What the account did."""
    count, size = card["count"], rows["size"].to_numpy() / PARTS
    mean = card["size"] / PARTS / count
    spread = np.sqrt(np.maximum(card["size_squared"] / PARTS / count - mean**2, 0.01))
    return {
        "card_count": count,
        "card_mean": card["cents"] / 100 / count,
        "amount_score": (size - mean) / spread,
        "amount_over_mean": size - mean,
        "card_declines": card["declined"],
        "card_remote_share": card["remote"] / count,
        "card_night_share": card["night"] / count,
    }


def _of_merchant(shop: Mapping[str, Ints]) -> dict[str, AnyArray]:
    """What the merchant did."""
    count = shop["count"]
    shares = {f"merchant_{name}_share": shop[column] / count for name, column in _SHARES.items()}
    return {"merchant_count": count, **shares}


def _since(memory: Memory, rows: pl.DataFrame) -> dict[str, AnyArray]:
    """Against the account's last payment on days before, and where the customer last was."""
    found: dict[str, AnyArray] = dict.fromkeys(SINCE, np.full(rows.height, np.nan))
    if memory.past:
        last = rows.select("account").join(memory.latest("payment"), "account", "left", maintain_order="left")
        found["hours_since_card"] = _hours(rows, last)
        cents = _floats(last["cents"])
        found["amount_over_last"] = np.log(np.maximum(rows["cents"].to_numpy(), 1) / np.maximum(cents, 1))
        found["last_was_declined"] = _floats(last["declined"])
        found["same_merchant"] = _floats(last["merchant_id"] == rows["merchant_id"])
        place = rows.select("customer_id").join(memory.latest("place"), "customer_id", "left", maintain_order="left")
        here = [_floats(rows[name]) for name in ("latitude", "longitude")]
        there = [_floats(place[name]) for name in ("latitude", "longitude")]
        hours = _hours(rows, place)
        found["hours_since_place"], found["km_from_place"] = hours, great_circle_km(*there, *here)
        found["kmh_from_place"] = found["km_from_place"] / np.maximum(hours, 1 / 60)
    return found


def _hours(rows: pl.DataFrame, last: pl.DataFrame) -> AnyArray:
    return (rows["time"].to_numpy() - _floats(last["time"])) / HOUR


def _floats(column: pl.Series) -> AnyArray:
    return column.cast(pl.Float64).fill_null(np.nan).to_numpy()


def _reports(memory: Memory, rows: pl.DataFrame, wanted: frozenset[str]) -> pl.DataFrame:
    """Fraud that became known on the days remembered, about payments of them."""
    named = {name: name.removesuffix("_id").removeprefix("merchant_").replace("ip_", "") for name in REPORTED}
    named["merchant_id"] = "merchant"
    return pl.DataFrame(
        [
            memory.reports_of(rows, name).cast(pl.Float32).alias(f"{told}_reports")
            for name, told in named.items()
            if f"{told}_reports" in wanted
        ]
    )


def matrix(features: pl.DataFrame) -> AnyArray:
    """Features as a model gets them: categories as positions in their values, -1 for others, NaN for none. (n, k)"""
    return np.stack([_numbers(features[name], feature.values) for name, feature in FEATURES.items()], axis=1)


def _numbers(column: pl.Series, values: tuple[str, ...]) -> AnyArray:
    if not values:
        return column.cast(pl.Float32).fill_null(np.nan).to_numpy()
    return column.replace_strict(list(values), range(len(values)), default=-1, return_dtype=pl.Float32).to_numpy()
