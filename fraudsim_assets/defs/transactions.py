"""The daily assets that are simulated: payments, what the bank comes to know of fraud, and what is no payment.

Belongs here: assets of one shape. Does not belong here: behaviour (``simulation``), checks
(``quality``) and the writing of days (``days``, ``io_managers``).
"""

from collections.abc import Iterator
from typing import Any

import dagster as dg
import pyarrow as pa

from fraudsim_assets.defs.check_groups import check_specs
from fraudsim_assets.defs.metadata import definition_metadata
from fraudsim_assets.defs.resources import simulation_of
from fraudsim_assets.defs.spec import CATALOGS, WorldSpec, once


def daily(table: str, group: str, spec: WorldSpec) -> dict[str, Any]:
    """What the daily assets of a world have in common."""
    return {
        "key": spec.key(table),
        "group_name": spec.name(group),
        "partitions_def": spec.days,
        "backfill_policy": spec.backfill,
        "owners": ["team:fraud-data"],
        "kinds": {"python", "parquet"},
        "tags": {"domain": "payments", "synthetic": "true"},
        "code_version": spec.label_version if table == "fraud_labels" else spec.day_version,
        "io_manager_key": spec.name("day_io_manager"),
        "required_resource_keys": {spec.name("simulation")},
        "metadata": definition_metadata(table),
        "check_specs": check_specs(table, spec, daily=True),
    }


def daily_assets(spec: WorldSpec) -> list[Any]:
    """Transactions, fraud labels and events of a world."""
    # a world that goes on gets each day when it is over; one with a last day is made by a backfill
    condition = once() if spec.is_open else None

    @dg.asset(ins=spec.inputs(*CATALOGS), automation_condition=condition, **daily("transactions", "activity", spec))
    def transactions(
        context: dg.AssetExecutionContext, customers: pa.Table, cards: pa.Table, merchants: pa.Table
    ) -> Iterator[Any]:
        """Every card payment of one UTC day: purchases, refunds and cash, approved or declined.

        A few rows are fraud, and say so (`is_fraud`, `fraud_scenario`, `campaign_id`). A day follows
        from configuration and seed alone: it reads no other day, and making it again, alone or in a
        range, gives the same rows. `previous_txn_id` links each card's payments, also across days.
        """
        from fraudsim_assets.defs.days import DayRun
        from fraudsim_assets.quality.catalog_reference import CatalogReference
        from fraudsim_assets.quality.checks import DayChecker
        from fraudsim_assets.quality.expectations import Expectations
        from fraudsim_assets.simulation import simulate_day

        simulation = simulation_of(context, spec)
        reference = CatalogReference.of(customers=customers, cards=cards, merchants=merchants)
        world = simulation.world(customers, merchants, cards)
        yield from DayRun(
            context,
            "transactions",
            simulation.config,
            make=lambda day: simulate_day(world, day),
            checker=lambda day: DayChecker(reference.on(day), Expectations.of(simulation.config)),
        ).outputs()

    @dg.asset(ins=spec.inputs(*CATALOGS), automation_condition=condition, **daily("fraud_labels", "labels", spec))
    def fraud_labels(
        context: dg.AssetExecutionContext, customers: pa.Table, cards: pa.Table, merchants: pa.Table
    ) -> Iterator[Any]:
        """What the bank comes to know of fraud on one day: reports, chargebacks, its own finds.

        Days or weeks pass between a fraud and its label, some fraud is never reported and some
        genuine payments are disputed: this is what a model would be trained on in life, while
        `transactions.is_fraud` is the truth. Partitioned by the day the label becomes known.
        """
        from fraudsim_assets.defs.days import DayRun
        from fraudsim_assets.quality.labels import LabelChecker
        from fraudsim_assets.simulation import simulate_labels

        simulation = simulation_of(context, spec)
        world = simulation.world(customers, merchants, cards)
        yield from DayRun(
            context,
            "fraud_labels",
            simulation.config,
            make=lambda day: simulate_labels(world, day),
            checker=LabelChecker,
        ).outputs()

    @dg.asset(ins=spec.inputs(*CATALOGS), automation_condition=condition, **daily("account_events", "activity", spec))
    def account_events(
        context: dg.AssetExecutionContext, customers: pa.Table, cards: pa.Table, merchants: pa.Table
    ) -> Iterator[Any]:
        """What customers do at the bank on one day without paying: log-ins, new devices, changes, disputes.

        Nearly all of it is honest. Fraud leaves some: an account that is taken over sees a strange device, a new
        password or another phone number before money goes, and says so in the columns of truth.
        """
        from fraudsim_assets.defs.days import DayRun
        from fraudsim_assets.quality.catalog_reference import CatalogReference
        from fraudsim_assets.quality.events import EventChecker
        from fraudsim_assets.simulation import simulate_events

        simulation = simulation_of(context, spec)
        reference = CatalogReference.of(customers=customers, cards=cards, merchants=merchants)
        world = simulation.world(customers, merchants, cards)
        yield from DayRun(
            context,
            "account_events",
            simulation.config,
            make=lambda day: simulate_events(world, day),
            checker=lambda day: EventChecker(reference.on(day)),
        ).outputs()

    return [transactions, fraud_labels, account_events]
