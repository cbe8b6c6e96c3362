"""`Traces`: events that are no payments, as campaigns leave them.

Belongs here: the arrays between a scenario and the events of a day, and the check of them. Does not belong here: who
leaves which (``pattern`` and the scenarios), and where they lie in time (``trail``).
"""

from dataclasses import dataclass, fields

import numpy as np

from fraudsim_assets.bit_layouts import CAMPAIGN_STEP
from fraudsim_assets.errors import ScenarioError
from fraudsim_assets.fraud.deeds import AS_USUAL
from fraudsim_assets.tables.codes import EVENT_CHANNELS, EVENT_OUTCOMES, EVENT_TYPES
from fraudsim_assets.units import AnyArray, Floats, Ints

LONGEST_LEAD = 60.0
"""No trace lies longer before the first step of its campaign, nor longer after it. [days]"""


@dataclass(frozen=True)
class Traces:
    """Events that campaigns leave. One entry per event.

    Attributes
    ----------
    campaign
        Position of the campaign among those given.
    order
        Number of the event among those of its campaign.
    kind, channel, outcome
        Codes of ``tables.EVENT_TYPES``, ``tables.EVENT_CHANNELS`` and ``tables.EVENT_OUTCOMES``.
    offset
        Time from the campaign's first step: negative before it. [days]
    device
        Device id; ``AS_USUAL`` for the holder's own. Without meaning by phone and in branches, as are the others.
    address, country
        IPv4 address and the position of its country among those of the world; 0 and ``AS_USUAL`` for the holder's own.
    drop
        Postal address that is given as the new one, such as ``Hideouts.drops`` has; ``AS_USUAL`` for one of the
        holder's. Without meaning but in changes of address.
    phone
        Phone number that is given as the new one, such as ``Hideouts.phones`` has; ``AS_USUAL`` for one of the
        holder's. Without meaning but in changes of phone.
    """

    campaign: Ints
    order: Ints
    kind: Ints
    channel: Ints
    outcome: Ints
    offset: Floats
    device: Ints
    address: Ints
    country: Ints
    drop: Ints
    phone: Ints

    def __len__(self) -> int:
        return len(self.campaign)

    def take(self, some: AnyArray) -> "Traces":
        """Choose some by index or mask."""
        return Traces(*(getattr(self, f.name)[some] for f in fields(self)))

    @classmethod
    def none(cls) -> "Traces":
        """No traces at all."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, none, none, none, np.zeros(0), none, none, none, none, none)


def check_traces(name: str, traces: Traces, n_campaigns: int, n_countries: int) -> Traces:
    """Make sure that traces belong to campaigns and say what exists.

    Raises
    ------
    ScenarioError
        If they do not.
    """
    about = f"traces() of scenario {name!r} gave "
    if not isinstance(traces, Traces):
        raise ScenarioError(f"{about}{type(traces).__name__}, not Traces")
    ranges = {
        "campaign": (0, n_campaigns - 1),
        "order": (0, CAMPAIGN_STEP.room("step") - 1),
        "kind": (0, len(EVENT_TYPES) - 1),
        "channel": (0, len(EVENT_CHANNELS) - 1),
        "outcome": (0, len(EVENT_OUTCOMES) - 1),
        "offset": (-LONGEST_LEAD, LONGEST_LEAD),
        "device": (AS_USUAL, 2**62),
        "address": (0, 2**32 - 1),
        "country": (AS_USUAL, n_countries - 1),
        "drop": (AS_USUAL, 2**62),
        "phone": (AS_USUAL, 2**62),
    }
    for field, (low, high) in ranges.items():
        values = getattr(traces, field)
        kinds = "fiu" if field == "offset" else "iu"
        if not isinstance(values, np.ndarray) or values.ndim != 1 or values.dtype.kind not in kinds:
            raise ScenarioError(f"{about}{field} that is no array of one dimension of numbers of its kind")
        if len(values) != len(traces.campaign):
            raise ScenarioError(f"{about}{len(values)} values of {field} where {len(traces.campaign)} are needed")
        wrong = np.flatnonzero(~((values >= low) & (values <= high)))
        if wrong.size:
            raise ScenarioError(f"{about}{values[wrong[0]]} for {field}; valid are {low:g} to {high:g}")
    numbers = CAMPAIGN_STEP.pack(traces.campaign, traces.order)
    if len(np.unique(numbers)) < len(numbers):
        raise ScenarioError(f"{about}two events of one campaign with the same order")
    return traces
