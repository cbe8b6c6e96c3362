"""`Directory`: payments as the bank sees them, with what it knows of customers, cards and merchants.

Belongs here: joining requests with the catalogs as of the day, and what follows from one request. Does not belong here:
other requests (``recent``, ``memory``).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from fraudsim_assets.policies.sight import BANK_COLUMNS
from fraudsim_assets.reference_data import packaged
from fraudsim_assets.simulation import World
from fraudsim_assets.units import DAY, HOUR, Ints

NIGHT_HOURS = 6
"""The night ends at this hour of the clock. [h]"""

SEEN = (*BANK_COLUMNS, "is_approved")
"""Columns of a payment that is over."""

SMALL_CENTS = 500
"""Payments below are small. [euro cents]"""

PARTS = 1_000_000
"""Logarithms of amounts are whole numbers of so many parts, so that sums are exact. [unitless]"""

_CUSTOMER = {"country": "home_country", "latitude": "home_lat", "longitude": "home_lon"}
_CUSTOMERS = ("birth_date", "opened_on", "segment", "income_band")
_CARD = {"valid_from": "card_from", "card_id": "regular_card"}
_CARDS = ("product", "network", "credit_limit")
_MERCHANT = {"latitude": "shop_lat", "longitude": "shop_lon"}
_MERCHANTS = ("is_online",)


@dataclass(frozen=True)
class Versions:
    """What is known of customers, accounts or merchants, and from which day on.

    Attributes
    ----------
    keys : (n,)
        Number of whom it is about, and day from which it holds, in one number; ascending.
    about
        What is known, in the same order.
    """

    keys: Ints
    about: pl.DataFrame

    @classmethod
    def of(cls, table: pl.DataFrame, by: str, kept: tuple[str, ...], named: Mapping[str, str]) -> "Versions":
        """Sort versions of a catalog; some columns are kept as they are, others under another name."""
        keys = _key(table[by].to_numpy(), table["valid_from"].to_physical().to_numpy())
        order = np.argsort(keys, kind="stable")
        about = table.select(*kept, *(pl.col(old).alias(new) for old, new in named.items()))
        return cls(keys[order], about.with_columns(pl.col(pl.Categorical).cast(pl.String))[order])

    def on(self, numbers: Ints, days: Ints) -> pl.DataFrame:
        """What holds of some on days, one each; nulls where nothing is known yet. (m,), (m,)"""
        at = np.searchsorted(self.keys, _key(numbers, days), side="right") - 1
        known = (at >= 0) & (self.keys[at] // _DAY_ROOM == numbers)
        if known.all():
            return self.about[at]
        return self.about.select(pl.all().gather(pl.Series(np.where(known, at, 0)).set(pl.Series(~known), None)))


_DAY_ROOM = 1 << 20
# more than there are day numbers


def _key(numbers: Ints, days: Ints) -> Ints:
    return numbers * _DAY_ROOM + days


@dataclass(frozen=True)
class Directory:
    """Catalogs as a bank looks things up in them.

    Attributes
    ----------
    customers, accounts, merchants
        Their versions; those to come are not looked at. Of accounts, the regular plastics: others are issued as days go
        by.
    n_accounts
        Card accounts: cards of one account differ by multiples of it. [count]
    rates
        Units of each currency per euro.
    """

    customers: Versions
    accounts: Versions
    merchants: Versions
    n_accounts: int
    rates: dict[str, float]

    @classmethod
    def of(cls, world: World) -> "Directory":
        """Directory of a world."""
        catalogs, n_accounts = world.catalogs, world.entities.n_accounts
        currencies = {code: packaged().currency(code).units_per_euro for code in world.entities.currencies}
        regular = pl.col("card_id").is_in(pl.Series(world.entities.plastic_id).implode())
        cards = pl.DataFrame(catalogs.cards).filter(regular).with_columns(account=_account(n_accounts))
        return cls(
            Versions.of(pl.DataFrame(catalogs.customers), "customer_id", _CUSTOMERS, _CUSTOMER),
            Versions.of(cards, "account", _CARDS, _CARD),
            Versions.of(pl.DataFrame(catalogs.merchants), "merchant_id", _MERCHANTS, _MERCHANT),
            n_accounts,
            currencies,
        )

    def see(self, payments: pl.DataFrame) -> pl.DataFrame:
        """Payments of one day with what the bank knows of their parties.

        Parameters
        ----------
        payments
            ``SEEN``, in the order of time. Those that no feature asks for may be missing.

        Returns
        -------
        pl.DataFrame
            In the same order: these, with the columns that groups of features ask for; times in microseconds since
            1970, amounts in euro cents.
        """
        local = pl.col("local_time").dt.epoch("us")
        rate = pl.col("billing_currency").replace_strict(self.rates, return_dtype=pl.Float64)
        rows = (
            payments.select(name for name in SEEN if name in payments.columns)
            .with_columns(
                pl.col(pl.Categorical).cast(pl.String),
                pl.col("amount", "billing_amount").cast(pl.Float64),
                pl.col("ip_address").cast(pl.Int64),
            )
            .with_columns(
                account=_account(self.n_accounts),
                time=pl.col("timestamp").dt.epoch("us"),
                hour=(local % DAY // HOUR).cast(pl.Int8),
                weekday=pl.col("local_time").dt.weekday(),
                euros=pl.col("billing_amount") / rate,
                remote=pl.col("channel") == "ecommerce",
                declined=~pl.col("is_approved"),
                today=pl.col("timestamp").dt.date(),
            )
            .with_columns(
                cents=(pl.col("euros") * 100).round().cast(pl.Int64),
                size=(pl.col("euros").clip(0.01).log() * PARTS).round().cast(pl.Int64),
                night=pl.col("hour") < NIGHT_HOURS,
            )
            .with_columns(size_squared=pl.col("size") ** 2 // PARTS, small=pl.col("cents") < SMALL_CENTS)
        )
        today = rows["today"].to_physical().cast(pl.Int64).to_numpy()
        for table, by in ((self.customers, "customer_id"), (self.accounts, "account"), (self.merchants, "merchant_id")):
            rows = rows.hstack(table.on(rows[by].to_numpy(), today))
        return rows.with_columns(
            foreign=pl.col("home_country") != pl.col("merchant_country"),
            replaced=pl.col("card_id") != pl.col("regular_card"),
        )


def _account(n_accounts: int) -> pl.Expr:
    return (pl.col("card_id") - 1) % n_accounts
