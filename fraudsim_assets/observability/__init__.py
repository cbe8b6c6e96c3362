"""What a run says about itself: logs and metrics. Knows nothing of Dagster, and changes no value."""

from fraudsim_assets.observability.facts import Observed, PartitionFacts, observed
from fraudsim_assets.observability.logs import configure_logs, counted_retries, logger, run_context
from fraudsim_assets.observability.publishing import Publisher

__all__ = [
    "Observed",
    "PartitionFacts",
    "Publisher",
    "configure_logs",
    "counted_retries",
    "logger",
    "observed",
    "run_context",
]
