"""What is searched: columns cut into cells, from the request, from features, from ids, order and catalogs.

Belongs here: which columns, and their cells. Does not belong here: the search.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
import polars as pl

from fraudsim_assets.evaluation.difficulty.groups import GROUPS
from fraudsim_assets.evaluation.difficulty.payments import JOINED, RAW_COLUMNS
from fraudsim_assets.maths.sampling import great_circle_km
from fraudsim_assets.units import SECOND, AnyArray, Bools, Ints

CELLS = 24
"""Cells of a numeric column, half of them by all rows and half by fraud. [count]"""

MOST_LEVELS = 64
"""Values of a category told apart; the seldom ones beyond are one cell. [count]"""

NONE = "none"
"""Label of the cell of rows without a value."""

IDS = ("transaction_id", "card_id", "customer_id", "merchant_id", "device_id", "ip_address")
CODES = ("response_code", "is_approved", "currency", "billing_currency")
"""Columns of the request that are no features, since the issuer's answer comes after them or they repeat others."""


Kind = Literal["shipped", "derived", "mute"]

SHIPPED = frozenset(RAW_COLUMNS).union(*JOINED.values())
"""Columns of the request and of the catalogs."""


@dataclass(frozen=True)
class Column:
    """One thing to look at.

    Attributes
    ----------
    name
        Of the column, or of what follows from it.
    codes : (n,)
        Cell of each row, from 0.
    labels
        What each cell holds.
    kind
        ``shipped``; ``derived`` from what ships; or ``mute``, what should say nothing of fraud: an id, the order of
        rows, a link, a part of a second, the future.
    """

    name: str
    codes: Ints
    labels: tuple[str, ...]
    kind: Kind


def examined(payments: pl.DataFrame, futures: Mapping[str, pl.Series] | None = None) -> list[Column]:
    """All columns of some payments.

    Parameters
    ----------
    payments
        Of ``Payments.table``.
    futures
        Columns that come from after the row, such as the end of its card in a catalog that is not cut at the day.
    """
    fraud = payments["is_fraud"].to_numpy()
    found = [_cut(payments[name], fraud) for name in CODES]
    for group in GROUPS.values():
        found += [_cut(column, fraud) for column in group(payments).iter_columns()]
    found += [_cut(series.alias(name), fraud) for name, series in _more(payments)]
    found += [_cut(series.alias(name), fraud, "mute") for name, series in _mute(payments)]
    return found + [_cut(series.alias(name), fraud, "mute") for name, series in (futures or {}).items()]


def _more(payments: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    """Whether something is given at all, and where a terminal says it is against where its shop is."""
    for name in RAW_COLUMNS:
        if payments[name].null_count():
            yield f"{name} given", payments[name].is_not_null()
    places = [payments[name].to_numpy() for name in ("latitude", "longitude", "shop_lat", "shop_lon")]
    yield "km from shop to terminal", pl.Series(great_circle_km(*places))
    yield "cents", (payments["amount"] * 100).round().cast(pl.Int64) % 100


def _mute(payments: pl.DataFrame) -> Iterator[tuple[str, pl.Series]]:
    """Ids by size, parity and last digit, the order of rows, links and parts of a second."""
    for name in IDS:
        ids = payments[name].cast(pl.Int64)
        yield f"size of {name}", ids
        yield f"parity of {name}", ids % 2
        yield f"last digit of {name}", ids % 10
        yield f"leading digits of {name}", ids.cast(pl.String).str.slice(0, 1)
    yield "place in the day's rows", payments["position"].cast(pl.Int64)
    shipped = payments.select("day", "position", "card_id", "time").with_row_index("row").sort("day", "position")
    earlier = (pl.col("time") < pl.col("time").shift(1)) & (pl.col("card_id") == pl.col("card_id").shift(1))
    told = shipped.with_columns(earlier=earlier.fill_null(value=False)).sort("row")
    yield "out of the order of time", told["earlier"]
    before = payments.select(pl.col("transaction_id").shift(1).over("card_id")).to_series()
    linked = payments["previous_txn_id"]
    yield (
        "link to the row before",
        (linked == before).fill_null(value=False).cast(pl.Int8) + 2 * linked.is_null().cast(pl.Int8),
    )
    yield "part of a second", payments["time"] % SECOND
    yield "second of the minute", payments["time"] // SECOND % 60


def futures(payments: pl.DataFrame, catalogs: Mapping[str, pl.DataFrame]) -> dict[str, pl.Series]:
    """What catalogs that are not cut tell of the time after each row.

    Parameters
    ----------
    catalogs
        By name, as they are stored: with versions of the whole of the world's time.
    """
    found = {}
    day = pl.from_epoch("time", "us").dt.date()
    rows = payments.select("card_id", "customer_id", "merchant_id", day=day).with_row_index("row")
    for name, table in catalogs.items():
        key = f"{name[:-1]}_id"
        spans = table.select(key, "valid_from", "valid_to")
        held = rows.select("row", key, "day").join(spans, on=key)
        held = held.filter(
            pl.col("valid_from") <= pl.col("day"), pl.col("valid_to").is_null() | (pl.col("valid_to") > pl.col("day"))
        )
        left = held.select("row", left=(pl.col("valid_to") - pl.col("day")).dt.total_days())
        found[f"days that its {name[:-1]} has left"] = rows.join(left, "row", "left").sort("row")["left"]
    if "cards" in catalogs:
        later = catalogs["cards"].filter(pl.col("replaces_card_id").is_not_null())
        later = later.group_by(pl.col("replaces_card_id").alias("card_id")).agg(replaced=pl.col("valid_from").min())
        joined = rows.join(later, "card_id", "left").sort("row")
        found["its card will be replaced"] = joined.select(
            (pl.col("replaced") > pl.col("day")).fill_null(value=False)
        ).to_series()
    return found


def _cut(column: pl.Series, fraud: Bools, kind: Kind | None = None) -> Column:
    """Cells of a column: each value of a category or of few numbers, ranges of many numbers, and one for null."""
    kind = kind or ("shipped" if column.name in SHIPPED else "derived")
    if column.dtype == pl.Boolean or not column.dtype.is_numeric() or column.n_unique() <= CELLS:
        return _values(column, kind)
    numbers = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
    numbers = np.where(np.isinf(numbers), np.nan, numbers)
    there = ~np.isnan(numbers)
    edges = np.unique(np.concatenate([_quantiles(numbers[there]), _quantiles(numbers[there & fraud])]))
    codes = np.where(there, 1 + np.searchsorted(edges, numbers, side="right"), 0)
    ends = [-np.inf, *edges, np.inf]
    labels = (NONE, *(f"{low:.6g} to {high:.6g}" for low, high in pairwise(ends)))
    return Column(column.name, codes, labels, kind)


def _quantiles(numbers: AnyArray) -> AnyArray:
    return np.quantile(numbers, np.linspace(0, 1, CELLS // 2 + 1)[1:-1]) if len(numbers) else np.zeros(0)


def _values(column: pl.Series, kind: Kind) -> Column:
    text = column.cast(pl.String).fill_null(NONE)
    counts = text.value_counts().sort("count", text.name, descending=[True, False])[text.name].head(MOST_LEVELS)
    codes = text.replace_strict(counts, np.arange(len(counts)), default=len(counts), return_dtype=pl.Int64)
    return Column(column.name, codes.to_numpy(), (*counts, "other"), kind)
