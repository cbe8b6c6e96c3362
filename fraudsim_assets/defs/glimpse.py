"""A glimpse of a table as it passes by: its volume over the hours, what kinds of rows it has, and its first rows.

Belongs here: what only the UI wants to see. Does not belong here: counts that others need too
(``observability.facts``).
"""

from collections import Counter
from typing import Any

import numpy as np
import pyarrow as pa

from fraudsim_assets.frames import FrameStream

SAMPLE_ROWS = 5
KINDS = ("transaction_type", "label_type", "event_type")
"""Columns that tell what kind of row it is; a daily table has one of them at most."""

READ_FIRST = (
    "timestamp",
    *KINDS,
    "merchant_id",
    "mcc",
    "merchant_country",
    "amount",
    "currency",
    "channel",
    "response_code",
    "outcome",
    "is_fraud",
    "fraud_scenario",
)
"""Columns that tell a person what happened; they come before the others, ids above all."""

_PLACES = {name: place for place, name in enumerate(READ_FIRST)}
_HOUR = 3_600_000_000
# microseconds


class Glimpse:
    """Rows by hour of the day, and the first rows.

    Attributes
    ----------
    hours : (24,)
        Rows by hour UTC. [count]
    kinds
        Rows by kind. [count]
    first_rows
        The first rows, as dictionaries: the same on every run; what people read first comes first.
    dated
        Whether the table has a ``timestamp``.
    """

    def __init__(self) -> None:
        self._restart()

    def _restart(self) -> None:
        self.hours = [0] * 24
        self.kinds: Counter[str] = Counter()
        self.first_rows: list[dict[str, Any]] = []
        self.dated = False

    def observe(self, stream: FrameStream) -> FrameStream:
        """Pass a stream through, looking at it on the way; a second pass starts afresh."""

        def restart() -> None:
            self._restart()
            self.dated = "timestamp" in stream.schema.names

        return stream.watched(restart, self._add)

    def _add(self, batch: pa.RecordBatch) -> None:
        missing = SAMPLE_ROWS - len(self.first_rows)
        if missing > 0:
            ordered = sorted(batch.schema.names, key=lambda name: _PLACES.get(name, len(_PLACES)))
            self.first_rows.extend(batch.slice(0, missing).select(ordered).to_pylist())
        if self.dated and batch.num_rows:
            instants = batch.column("timestamp").cast(pa.int64()).to_numpy()
            hours = np.bincount((instants // _HOUR) % 24, minlength=24)
            self.hours = [seen + int(new) for seen, new in zip(self.hours, hours, strict=True)]
        for name in KINDS:
            if name in batch.schema.names:
                found = batch.column(name).value_counts()
                counts = found.field("counts").to_pylist()
                self.kinds.update(dict(zip(found.field("values").to_pylist(), counts, strict=True)))
