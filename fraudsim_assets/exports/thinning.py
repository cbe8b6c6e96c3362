"""Thinning: few of the genuine accounts, all of those with fraud, and a weight that makes up for it.

The one idea: an account is kept whole or not at all, so that what is known of its past stays true; which ones are kept
is a hash of the account, so that a larger share keeps all that a smaller one keeps.

Belongs here: which accounts are kept, and what their rows weigh. Does not belong here: what a view shows of them.
"""

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.exports.lookups import Catalogs, catalog
from fraudsim_assets.exports.view import Options, View
from fraudsim_assets.streams import Streams

WEIGHT = "weight"
"""Column of weights: how many rows of the whole a row stands for."""

_STREAMS = Streams(0)


@dataclass(frozen=True)
class Thinning:
    """Accounts that are kept, by their cards.

    Attributes
    ----------
    struck
        Cards of accounts with fraud, all of them kept.
    spared
        Cards of the genuine accounts that are kept.
    share
        How many of the genuine accounts are kept. [share of accounts]
    """

    struck: pl.Series
    spared: pl.Series
    share: float

    def rows(self, transactions: pl.LazyFrame) -> pl.LazyFrame:
        """Transactions of the accounts that are kept, in their order."""
        return transactions.filter(pl.col("card_id").is_in(pl.concat([self.struck, self.spared]).implode()))

    def weighed(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Rows with their weight as a last column; they have a ``card_id``."""
        struck = pl.col("card_id").is_in(self.struck.implode())
        return rows.with_columns(pl.when(struck).then(1.0).otherwise(1.0 / self.share).alias(WEIGHT))

    def view(self, view: View) -> View:
        """The view with a column of weights.

        Raises
        ------
        ConfigError
            If the view has no place for one.
        """
        if not view.weighted:
            raise ConfigError(
                f"keep_genuine thins accounts and gives each row a weight, which the view {view.name!r} has no column "
                "for; valid are the views bank, training and model"
            )

        def widen(rows: pl.LazyFrame, tables: Catalogs, options: Options) -> pl.LazyFrame:
            return self.weighed(view.widen(rows, tables, options))

        return replace(view, widen=widen)


def thinning(transactions: pl.LazyFrame, catalogs: Catalogs, share: float) -> Thinning:
    """Choose the accounts that are kept: those with fraud in these rows, and a share of all others.

    Parameters
    ----------
    transactions
        Rows that honour ``tables.Transactions``: all that the export is about.
    catalogs
        ``cards``, with those reissued after fraud.
    share
        Share of genuine accounts to keep, in (0, 1].

    Returns
    -------
    Thinning
        The choice. Every account of one choice is in that of any larger share, unless it has fraud in other rows.

    Raises
    ------
    ConfigError
        If the share is not in (0, 1].
    """
    if not 0.0 < share <= 1.0:
        raise ConfigError(f"keep_genuine is {share}; valid are shares above 0, up to 1")
    cards, fraud = pl.collect_all(
        [
            catalog(catalogs, "cards").select("card_id", "account_id").unique().sort("card_id"),
            transactions.filter("is_fraud").select(pl.col("card_id").unique()),
        ],
        engine="streaming",
    )
    struck_accounts = cards.join(fraud, on="card_id", how="semi")["account_id"]
    struck = cards["account_id"].is_in(struck_accounts.implode())
    uniforms = _STREAMS.draw("exports.keep_genuine").uniforms(cards["account_id"].to_numpy().astype(np.int64))
    kept = pl.Series(uniforms < share) if share < 1.0 else pl.repeat(value=True, n=cards.height, eager=True)
    return Thinning(cards.filter(struck)["card_id"], cards.filter(~struck & kept)["card_id"], share)
