"""Habits: how often people pay and for what, as a configuration sets it.

Belongs here: the models of genuine behaviour that all days share. Does not belong here: where people shop
(``landscape``), at what time (``timing``) and for how much (``prices``).
"""

from dataclasses import dataclass

import numpy as np

from fraudsim_assets.catalog.accounts import opened_lately
from fraudsim_assets.catalog.entities import Entities
from fraudsim_assets.catalog.layout import Layout, home_country_weights
from fraudsim_assets.catalog.lifetimes import era_of
from fraudsim_assets.config.model import Config
from fraudsim_assets.spending.kinds import Kinds, Shares
from fraudsim_assets.spending.money import price_levels
from fraudsim_assets.spending.purses import Purses
from fraudsim_assets.spending.refusals import Refusals
from fraudsim_assets.spending.slumber import Slumber
from fraudsim_assets.spending.subscriptions import Subscriptions
from fraudsim_assets.spending.wallet import WEB, fitness_of
from fraudsim_assets.spending.where import Cells
from fraudsim_assets.streams import Streams
from fraudsim_assets.units import Bools, Floats


@dataclass(frozen=True, eq=False)
class Habits:
    """Models of genuine behaviour.

    Attributes
    ----------
    kinds
        Kinds of purchase that the world's merchants can serve.
    remote_shares : (categories,)
        Each category's part of remote payments, subscriptions included. [share]
    purses
        The money behind accounts.
    subscriptions
        Subscriptions of all people.
    dormancy
        Accounts that rest for most of the year.
    three_ds_factor
        Share of authenticated requests among those keyed against that among all remote ones. [unitless]
    rows_per_day
        Expected genuine rows of an average day, refunds included. [1/day]
    occasions_per_day
        Expected occasions of an average day: payments without subscriptions and retries. [1/day]
    refusals
        Chances that requests are refused. Of remote requests as many are as a configuration says: charges of
        subscriptions more often, orders less.
    """

    kinds: Kinds
    remote_shares: Floats
    purses: Purses
    subscriptions: Subscriptions
    dormancy: Slumber
    three_ds_factor: float
    rows_per_day: float
    occasions_per_day: float
    refusals: Refusals

    @classmethod
    def of(
        cls, config: Config, streams: Streams, entities: Entities, *, purses: Purses, layout: Layout, cells: Cells
    ) -> "Habits":
        """Set the models up."""
        spending, payments = config.spending, config.activity.transactions_per_day
        accounts, charging = np.arange(entities.n_accounts), entities.reference.subscriptions
        further = np.diff(entities.account_customer, prepend=-1) == 0
        dormancy = Slumber.of(
            streams,
            entities.reference.habits,
            activity=entities.account_activity,
            opened=opened_lately(
                entities.reference.people,
                streams,
                era_of(config),
                ordinal=accounts,
                further=further,
                product=entities.account_product,
            ),
            dormant_share=config.activity.dormant_share,
        )
        subscriptions = Subscriptions.of(
            streams,
            entities.reference.categories,
            charging,
            customer=entities.account_customer,
            weight=entities.account_activity
            * fitness_of(entities.reference.products, entities.account_product)[WEB]
            * ~dormancy.rests,
            mean=spending.subscriptions_per_card,
            refusal=min(charging.refusal_factor * spending.decline_rate_remote, 1.0),
            purses=purses,
        )
        least = entities.reference.shopping.least_refused
        charges = subscriptions.per_day() * entities.n_accounts
        prices = price_levels(entities.reference, entities.countries)[: layout.places.n_home_countries]
        mean_price = float(np.average(prices, weights=home_country_weights(config, layout.places)))
        kinds = Kinds.of(
            spending,
            entities.reference,
            available=_available(cells, n_categories=len(entities.reference.categories)),
            shares=Shares.of(spending, charged=charges / payments),
            mean_euros=spending.mean_ticket_euros / mean_price,
        )
        remote = spending.ecommerce_share * (1 - spending.cash_share) * payments
        ordered = max(remote - charges, 0.0)
        made = entities.reference.authorisation
        keyed = ordered * (1 - made.on_file + made.on_file * made.on_file_authenticated)
        refundable = float((kinds.share * (1 - kinds.decline) * kinds.refundable).sum())
        ordered = kinds.share[1::2] * (1 - charges / payments)
        return cls(
            kinds,
            _parts(ordered + subscriptions.category_shares * charges / payments),
            purses,
            subscriptions,
            dormancy,
            three_ds_factor=remote / max(keyed, 1e-9),
            rows_per_day=payments * (1 + spending.refund_rate * refundable),
            refusals=Refusals.of(
                entities.reference,
                spending,
                short_share=purses.share,
                most=purses.most,
                remote=_ordered_rate(spending.decline_rate_remote, charges / max(remote, 1e-9), subscriptions, least),
            ),
            occasions_per_day=max(payments - charges, 0.0) / (1 + kinds.decline_rate * spending.retry_rate),
        )


def _ordered_rate(rate: float, charged: float, subscriptions: Subscriptions, least: float) -> float:
    """Share of refusals among orders, given the rate and the share of charges among all remote requests. [share]

    They are at least ``least`` of the rate.
    """
    charged = min(charged, 0.95)
    return float(np.clip((rate - charged * subscriptions.refused_share) / (1 - charged), least * rate, 1.0))


def _parts(amounts: Floats) -> Floats:
    """Parts of a whole. (n,) [share]"""
    return amounts / max(float(amounts.sum()), 1e-300)


def _available(cells: Cells, *, n_categories: int) -> Bools:
    """Kinds that some merchant sells. (kinds,)"""
    available = np.zeros((n_categories, 2), dtype=bool)
    available[cells.category, cells.online.astype(np.int64)] = True
    return available.ravel()
