"""What all tests share: an environment without settings of this machine.

Set before anything is imported, since Dagster's definitions look at it when they are loaded.
"""

import os

for _name in [name for name in os.environ if name.startswith(("FRAUDSIM_", "DAGSTER_", "AWS_"))]:
    del os.environ[_name]
os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"
