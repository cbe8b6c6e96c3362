"""Bibliography: where numbers about the real world come from, and how sure they are.

A constant says its source by an id of :data:`SOURCES`, or says ASSUMPTION. Calibration targets
have short names of a letter and two digits (A02, F01); several targets may share a source. A
title in square brackets describes a page or preprint whose own title is not recorded here.

Belongs here: references. Does not belong here: the numbers themselves.
"""

from collections.abc import Mapping
from types import MappingProxyType

from fraudsim_assets.sources.behaviour import BEHAVIOUR
from fraudsim_assets.sources.fraud import FRAUD
from fraudsim_assets.sources.model import Certainty, Source
from fraudsim_assets.sources.payments import PAYMENTS
from fraudsim_assets.sources.peers import PEERS

SOURCES: Mapping[str, Source] = MappingProxyType({**FRAUD, **PAYMENTS, **BEHAVIOUR, **PEERS})
"""All sources by id."""

__all__ = ["SOURCES", "Certainty", "Source"]
