"""Apache Spark for tests: whether it is there, and a session in this process alone."""

import shutil
from importlib import util
from pathlib import Path
from typing import Any

import pytest

IF_INSTALLED = pytest.mark.skipif(
    util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="Apache Spark is not installed; run: TEST_SERVERS=1 make test-servers",
)


def local_session(warehouse: Path) -> Any:
    """Start a session that listens on loopback alone."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.sql.shuffle.partitions": "1",
        "spark.sql.warehouse.dir": str(warehouse),
    }.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()
