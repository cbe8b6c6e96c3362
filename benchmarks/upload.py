"""Uploads to an object store, beside boto3's own: ``python -m benchmarks.upload``.

The same Parquet file goes up in turns: by ``upload_file`` of boto3 with its defaults (ten threads,
parts of 8 MiB), and through this package's upload, which is given the bytes piece by piece as the
encoder gives them. Then the whole way is compared: rows encoded and sent while they are made,
against rows written to a disk and sent with boto3 afterwards. Last, a large object, for the memory.
Each upload is a process of its own; figures are medians.

Talks to the store that ``AWS_ENDPOINT_URL`` names, or starts one with ``scripts/object_store.py``.

Belongs here: these measurements. Does not belong here: whether what arrives is right (the tests).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import boto3
import pyarrow as pa
from botocore.config import Config

from benchmarks.meters import Seconds, run_command
from benchmarks.worlds import day, world_config
from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config.model import Storage
from fraudsim_assets.frames import FrameStream
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.storage import LocalStore, PartKey, S3Store
from fraudsim_assets.storage.opening import s3_client
from fraudsim_assets.storage.retry import RetryPolicy
from fraudsim_assets.storage.upload import Upload

BUCKET = "fraudsim-benchmark"
PIECE = 256 * 1024
"""Size of the pieces in which an encoder gives bytes away, roughly. [bytes]"""

SCRIPT = Path(__file__).parents[1] / "scripts" / "object_store.py"
KEY = PartKey("transactions", "2025-06-19")


def client(name: str) -> Any:
    """The client that the store makes for itself, or for boto3's own uploads one with boto3's defaults."""
    if name in ("by_upload", "streamed"):
        return s3_client(Storage(kind="s3", bucket=BUCKET, endpoint_url=os.environ["AWS_ENDPOINT_URL"]))
    return boto3.client("s3", config=Config(s3={"addressing_style": "path"}))


def by_boto3(path: Path, s3: Any) -> None:
    """Send a file as boto3 does."""
    s3.upload_file(str(path), BUCKET, "boto3")


def by_upload(path: Path, s3: Any) -> None:
    """Send a file piece by piece through the upload of this package."""
    upload = Upload(s3, BUCKET, "upload", RetryPolicy(), mark="benchmark")
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            upload.write(piece)
    upload.commit()


def streamed(path: Path, s3: Any) -> None:
    """Encode the rows of an Arrow file and send them on the way."""
    S3Store(s3, BUCKET, "streamed").write(KEY, rows_of(path))


def spooled(path: Path, s3: Any) -> None:
    """Encode the rows of an Arrow file to a disk, then send the file as boto3 does."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        report = LocalStore(folder).write(KEY, rows_of(path))
        s3.upload_file(report.uri, BUCKET, "spooled")


WAYS: dict[str, Callable[[Path, Any], None]] = {way.__name__: way for way in (by_boto3, by_upload, streamed, spooled)}


def rows_of(path: Path, times: int = int(os.environ.get("BENCH_TIMES", "1"))) -> FrameStream:
    """Rows of an Arrow file, read as they are asked for, over and over."""
    with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
        schema = reader.schema

    def batches() -> Iterator[pa.RecordBatch]:
        for _ in range(times):
            with pa.OSFile(str(path)) as file, pa.ipc.open_stream(file) as reader:
                yield from reader

    return FrameStream(schema, batches)


def make(folder: Path, rows: int) -> None:
    """Write a day as Arrow, and as the Parquet that would be sent."""
    config = world_config(rows)
    stream = simulate_day(World(config, build_catalogs(config)), day(1))
    with pa.OSFile(str(folder / "rows.arrow"), "wb") as file, pa.ipc.new_stream(file, stream.schema) as writer:
        for batch in stream.batches():
            writer.write_batch(batch)
    report = LocalStore(folder / "disk").write(KEY, rows_of(folder / "rows.arrow"))
    Path(report.uri).rename(folder / "rows.parquet")


@contextmanager
def object_store() -> Iterator[dict[str, str]]:
    """Environment of a client: that of the caller, or of a store of our own with an empty bucket."""
    if "AWS_ENDPOINT_URL" in os.environ:
        yield {}
        return
    with tempfile.TemporaryDirectory(prefix="fraudsim-upload-") as parent:
        command = [sys.executable, str(SCRIPT), "--folder", f"{parent}/store"]
        url = subprocess.run([*command, "start"], check=True, capture_output=True, text=True).stdout.strip()
        try:
            yield {
                "AWS_ENDPOINT_URL": url,
                "AWS_ACCESS_KEY_ID": "TESTINGTESTINGTESTNG",
                "AWS_SECRET_ACCESS_KEY": "testing-testing-testing-testing-testing0",
                "AWS_DEFAULT_REGION": "us-east-1",
            }
        finally:
            subprocess.run([*command, "stop"], check=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.upload", description=__doc__)
    parser.add_argument("--rows", type=int, default=5_000_000, help="payments in the file")
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--large", type=int, default=0, help="how many times the rows the large object holds")
    parser.add_argument("--files", action="store_true", help="only the uploads of a file")
    parser.add_argument("--one", choices=WAYS, help=argparse.SUPPRESS)
    parser.add_argument("--make", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, default=None, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.make:
        make(chosen.folder, chosen.rows)
        return
    if chosen.one:
        send(chosen.one, chosen.folder)
        return
    with tempfile.TemporaryDirectory() as folder, object_store() as environment:
        module = [sys.executable, "-m", "benchmarks.upload", "--folder", folder]
        run_command([*module, "--make", "--rows", str(chosen.rows)])
        size = Path(folder, "rows.parquet").stat().st_size
        ways = [name for name in WAYS if name.startswith("by_") or not chosen.files]
        found: dict[str, list[dict[str, float]]] = {name: [] for name in ways}
        for turn in range(chosen.repeat + 1):
            for name in ways:
                used = told([*module, "--one", name], environment)
                if turn:  # the first turn warms the store up
                    found[name].append(used)
        report(size, found)
        if chosen.large:
            used = told([*module, "--one", "streamed"], {**environment, "BENCH_TIMES": str(chosen.large)})
            gigabytes, seconds = used["bytes"] / 1e9, used["seconds"]
            print(f"\nlarge object: {gigabytes:.2f} GB in {seconds:.0f} s, peak {used['peak_mb']:.0f} MB")


def send(name: str, folder: Path) -> None:
    """Send once, in this process, and print seconds and the size of what arrived."""
    path = folder / ("rows.parquet" if name.startswith("by_") else "rows.arrow")
    s3 = client(name)
    with_bucket(s3)
    begun = Seconds()
    with begun.running():
        WAYS[name](path, s3)
    arrived = s3.list_objects_v2(Bucket=BUCKET)["Contents"]
    print(json.dumps({"seconds": begun.wall, "cpu": begun.cpu, "bytes": arrived[0]["Size"]}))
    for one in arrived:
        s3.delete_object(Bucket=BUCKET, Key=one["Key"])


def with_bucket(s3: Any) -> None:
    """Make the bucket if it is not there."""
    if BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=BUCKET)


def told(command: list[str], environment: dict[str, str]) -> dict[str, float]:
    """Run a command that prints JSON; what it printed, and its peak memory."""
    with tempfile.NamedTemporaryFile("r") as output:
        used = run_command(["sh", "-c", 'exec "$@" > "$0"', output.name, *command], environment)
        return json.loads(output.read()) | {"peak_mb": used["peak_mb"]}


def report(size: int, found: dict[str, list[dict[str, float]]]) -> None:
    """Print medians and ratios."""
    seconds = {name: median(one["seconds"] for one in some) for name, some in found.items()}
    print(f"{size / 1e6:.0f} MB, load {os.getloadavg()[0]:.1f}\n")
    print("| way | s | processor s | MB/s | against boto3 | peak MB |\n|---|---|---|---|---|---|")
    for name, some in found.items():
        other = "by_boto3" if name.startswith("by_") else "spooled"
        ratio = median(theirs["seconds"] / ours["seconds"] for ours, theirs in zip(some, found[other], strict=True))
        peak = median(one["peak_mb"] for one in some)
        cpu = median(one["cpu"] for one in some)
        speed = f"{size / 1e6 / seconds[name]:.0f}"
        print(f"| {name} | {seconds[name]:.2f} | {cpu:.2f} | {speed} | {ratio:.2f} | {peak:.0f} |")


if __name__ == "__main__":
    main()
