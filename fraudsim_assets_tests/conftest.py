"""What all tests share: an environment without settings of this machine, no deadlines, and a line on what was skipped.

The environment is set before anything is imported, since Dagster's definitions look at it when they are loaded.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

for _name in [name for name in os.environ if name.startswith(("FRAUDSIM_", "DAGSTER_", "AWS_"))]:
    del os.environ[_name]
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"

# how busy the machine is must not decide: no deadlines, and no complaint that data are made slowly
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "dev")

_PLANNED_EACH_TIME = ("golden/", "invariants/", "storage/test_shelf", "unit/fraud/", "unit/simulation/")
# folders whose tests are about plans of fraud, or about worlds that share nothing


@pytest.fixture(scope="module", autouse=True)
def _shared_plans(request: pytest.FixtureRequest) -> Iterator[None]:
    """Worlds of the same settings share their plan of fraud, but for tests of just that."""
    if request.path.relative_to(Path(__file__).parent).as_posix().startswith(_PLANNED_EACH_TIME):
        yield
        return
    from fraudsim_assets_tests.sharing import shared_plans

    with shared_plans():
        yield


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say in one line how many tests were skipped, and for want of what."""
    reasons = Counter(_reason(report) for report in terminalreporter.stats.get("skipped", []))
    told = "; ".join(f"{count} x {reason}" for reason, count in sorted(reasons.items())) or "none"
    terminalreporter.write_line(f"skipped {reasons.total()}: {told}")


def _reason(report: Any) -> str:
    where = report.longrepr
    return (where[2] if isinstance(where, tuple) else str(where)).removeprefix("Skipped: ")
