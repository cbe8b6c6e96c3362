"""Apache Spark for tests: whether it is there, and a session in this process alone.

Java runs on when a session stops and keeps the environment that it was started in: what a worker must know goes
through settings and options, so that tests of Spark can share a process.
"""

import os
import shutil
import sys
from importlib import util
from pathlib import Path
from typing import Any

import pytest

IF_INSTALLED = pytest.mark.skipif(
    util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Apache Spark is not installed; run: TEST_SERVERS=1 make test-servers",
)
ROOT = Path(__file__).parents[1]


def local_session(warehouse: Path) -> Any:
    """Start a session that listens on loopback alone."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[1]")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.executorEnv.PYTHONPATH": str(ROOT),
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(warehouse),
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
