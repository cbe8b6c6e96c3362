"""A real object store for tests, its account, and a writer that waits in the middle of an upload to be killed.

``python -m fraudsim_assets_tests.storage.real_store URL`` is that writer.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import util
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pyarrow as pa
from botocore.config import Config

from fraudsim_assets.frames import FrameStream
from fraudsim_assets.storage import S3Store
from fraudsim_assets_tests.storage.samples import KEY, VERSIONED, options, versioned

SCRIPT = Path(__file__).parents[2] / "scripts" / "object_store.py"
BUCKET = "fraudsim-tests"
PART_BYTES = 5 * 1024**2
"""Real servers refuse smaller parts. [bytes]"""

ROWS = 1_500_000
"""Enough for two parts and a bit, since a third of the columns does not compress."""


def _script() -> ModuleType:
    spec = util.spec_from_file_location("object_store", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPTED = _script()


@contextmanager
def running() -> Iterator[str]:
    """Address of a store of its own, in a folder of its own, ended afterwards."""
    with tempfile.TemporaryDirectory(prefix="fraudsim-ceph-") as parent:
        command = [sys.executable, str(SCRIPT), "--folder", f"{parent}/store"]
        started = subprocess.run([*command, "start"], capture_output=True, text=True, check=False)
        assert started.returncode == 0, started.stderr
        try:
            yield started.stdout.strip()
        finally:
            subprocess.run([*command, "stop"], check=True)


def client_of(url: str, *, secret: str = SCRIPTED.SECRET_KEY) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id=SCRIPTED.ACCESS_KEY,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}, read_timeout=30, s3={"addressing_style": "path"}),
    )


def store_of(client: Any, prefix: str, bucket: str = BUCKET, **settings: Any) -> S3Store:
    return S3Store(client, bucket, prefix, options(row_group_rows=150_000, **settings), part_bytes=PART_BYTES)


def large(version: int) -> FrameStream:
    """Stream of several parts."""
    return versioned(version, rows=ROWS, batch_rows=100_000)


def _dawdle(url: str, prefix: str) -> None:
    """Begin to write and then wait for the end."""

    def batches() -> Iterator[pa.RecordBatch]:
        yield from large(2).batches()
        time.sleep(120)

    store_of(client_of(url), prefix).write(KEY, FrameStream(VERSIONED, batches))


if __name__ == "__main__":
    _dawdle(sys.argv[1], sys.argv[2])
