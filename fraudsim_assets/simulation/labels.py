"""`simulate_labels`: what the bank learns of fraud on one day.

Belongs here: rows of the ``fraud_labels`` contract. Does not belong here: when and how the bank
learns (``fraud.labels``).
"""

from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.fraud.labels import CHARGEBACK, FRIENDLY, NO_REASON, RowLabels, labels_on
from fraudsim_assets.simulation.alarms import alarm_labels_on
from fraudsim_assets.simulation.columns import boolean, coded, plain
from fraudsim_assets.simulation.day import accounts_of_part
from fraudsim_assets.simulation.plastics import cards_in_use
from fraudsim_assets.simulation.rows import transaction_ids
from fraudsim_assets.simulation.world import World
from fraudsim_assets.tables import FraudLabels, arrow_schema
from fraudsim_assets.tables.codes import CHARGEBACK_REASONS, LABEL_TYPES
from fraudsim_assets.units import DAY, day_number


@lru_cache(maxsize=1)
def labels_schema() -> pa.Schema:
    """Arrow schema of the fraud_labels table."""
    return arrow_schema(FraudLabels)


def simulate_labels(world: World, day: date, *, part: tuple[int, int] = (0, 1)) -> FrameStream:
    """Make the labels that become known on one UTC day.

    Labels of transactions before ``config.start_date`` are left out, since those rows were never
    made.

    Parameters
    ----------
    world
        Configuration with catalogs.
    day
        UTC day, from ``config.start_date`` to ``config.end_date``.
    part
        (i, k): labels of the i-th of k ranges of accounts, the same ranges as of ``simulate_day``.

    Returns
    -------
    FrameStream
        Rows that honour ``tables.FraudLabels``, by account and time of the transaction.

    Raises
    ------
    ConfigError
        If the day is outside the world's horizon or the part is none.
    """
    world.check_day(day)
    accounts = accounts_of_part(world, part)
    return FrameStream(labels_schema(), lambda: iter([_labels(world, day_number(day), accounts)]))


_KEPT = 4
# days whose labels are kept for worlds under other decisions


def _of_fraud(world: World, day: int) -> RowLabels:
    """Labels of fraud as if nothing were decided."""
    return labels_on(world.fraud, day)


def _labels(world: World, day: int, accounts: range) -> pa.RecordBatch:
    of_fraud = world.aftermath.labels(world.lasting(_of_fraud, most=_KEPT).get(day))
    labels = RowLabels.join([of_fraud, alarm_labels_on(world, day)])
    mine = (labels.account >= accounts.start) & (labels.account < accounts.stop)
    keep = np.flatnonzero(mine & (labels.when >= world.first_day * DAY))
    keep = keep[np.lexsort((labels.label[keep], labels.when[keep], labels.account[keep]))]
    latest = int(labels.when[keep].max(initial=0)) // DAY
    keep = keep[world.history.still_asked(labels.account[keep], labels.since[keep], labels.when[keep], latest)]
    account, when, slot = labels.account[keep], labels.when[keep], labels.slot[keep]
    made = when // DAY
    card, silent = cards_in_use(world, account=account, when=when)
    back = np.flatnonzero(labels.bought[keep] >= 0)
    silent[back] |= cards_in_use(world, account=account[back], when=labels.bought[keep][back])[1]
    if silent.any():
        # no money is claimed back that a blocked card did not pay, nor a refund of that
        paid = np.flatnonzero(~silent | ~np.isin(labels.label[keep], (CHARGEBACK, FRIENDLY)))
        keep, account, when, slot, made, card = (v[paid] for v in (keep, account, when, slot, made, card))
    schema = labels_schema()

    def code(column: str, values: np.ndarray, names: tuple[str, ...], valid: np.ndarray | None = None) -> pa.Array:
        return coded(values, pa.array(names, type=pa.string()), schema.field(column).type, valid)

    reason, scenario = labels.reason[keep], labels.scenario[keep]
    columns = {
        "transaction_id": plain(transaction_ids(world, accounts=account, slots=slot, day=made), pa.int64()),
        "card_id": plain(card, pa.int64()),
        "transaction_date": plain(made.astype(np.int32), pa.date32()),
        "label_date": plain(np.full(len(keep), day, dtype=np.int32), pa.date32()),
        "known_at": plain(labels.known[keep], schema.field("known_at").type),
        "label_type": code("label_type", labels.label[keep], LABEL_TYPES),
        "chargeback_reason": code("chargeback_reason", reason, CHARGEBACK_REASONS, reason != NO_REASON),
        "labelled_fraud": boolean(labels.fraud[keep]),
        "delay_days": plain((day - made).astype(np.int32), pa.int32()),
        "fraud_scenario": code("fraud_scenario", np.maximum(scenario, 0), world.scenario_names, scenario >= 0),
    }
    return pa.RecordBatch.from_arrays([columns[name] for name in schema.names], schema=schema)
