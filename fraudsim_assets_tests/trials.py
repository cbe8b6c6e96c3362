"""Races for one store and kills of commands with a reader beside, as often as asked.

``python -m fraudsim_assets_tests.trials races 200 --s3`` and ``... kills 100 backfill`` run many of
them and say how they went; tests run a few.

Belongs here: processes that race or are killed, and what must hold afterwards. Does not belong here:
servers (``storage.servers``).
"""

import argparse
import collections
import contextlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import pyarrow.parquet as pq

from fraudsim_assets.cli import main
from fraudsim_assets.config import load_config
from fraudsim_assets.errors import StorageError, WorldMismatchError
from fraudsim_assets.storage import LocalStore, ParquetStore, PartKey, PartMetadata, content_digest, open_store
from fraudsim_assets.storage.identity import WORLD
from fraudsim_assets.storage.world import same_world
from fraudsim_assets_tests.forked import Forked
from fraudsim_assets_tests.storage.accounts import ACCESS_KEY, BUCKET, SECRET_KEY, client_for
from fraudsim_assets_tests.storage.servers import S3Server

DAY = "2025-01-15"
SMALL = (
    "population.customers=60",
    "population.cards=80",
    "population.merchants=200",
    "activity.transactions_per_day=80",
)
SEEDS = (7, 8)
GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it are spread evenly over a circle, however many there are. [unitless]"""

GONE_SECONDS = 10.0
"""Within this time of a kill, no process of a command is left. [s]"""


def settings_of(*settings: str) -> list[str]:
    return [argument for setting in settings for argument in ("-s", setting)]


# --- races -----------------------------------------------------------------------------------------


class Racer:
    """A process that runs commands on a sign."""

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "fraudsim_assets_tests.trials", "racer"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
            cwd=Path(__file__).parents[1],
            env={**os.environ, "AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY},
        )
        return self

    def __exit__(self, *raised: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)

    def start(self, arguments: Sequence[str]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(list(arguments)) + "\n")

    def end(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        return json.loads(self._process.stdout.readline())


def race_of(line: str) -> None:
    """Run a command in a racer and say how it went."""
    said, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        try:
            main([*json.loads(line), "--json"])
        except SystemExit as ended:
            code = int(ended.code or 0)
    print(json.dumps({"code": code, "said": said.getvalue(), "told": told.getvalue()}), flush=True)


def race(racers: Sequence[Racer], place: Sequence[str], seeds: Sequence[object]) -> list[dict[str, Any]]:
    """Let two processes make the first day of a store at the same time."""
    for racer, seed in zip(racers, seeds, strict=True):
        racer.start(["generate", "-c", "tiny", "-d", DAY, *settings_of(*SMALL, f"seed={seed}", *place)])
    return [racer.end() for racer in racers]


def demand_one_world(store: ParquetStore) -> None:
    """Make sure that a store holds one world, whole."""
    identity = store.identity()
    assert identity is not None
    keys = [PartKey(part.asset, part.partition) for part in store.all_parts()]
    assert {key.asset for key in keys} == {
        "customers",
        "cards",
        "merchants",
        "transactions",
        "account_events",
        "fraud_labels",
    }
    for key in keys:
        assert store.metadata(key).facts[WORLD] == identity.id, key
        assert digest_of(store, key) == store.metadata(key).content_digest, key


def digest_of(store: ParquetStore, key: PartKey) -> str:
    """Digest of the rows that are read, whatever the footer says."""
    if isinstance(store, LocalStore):
        return content_digest(pq.ParquetFile(store.uri(key)).read())
    return str(store.metadata(key).content_digest)


def demand_one_winner(ran: Sequence[dict[str, Any]], store: ParquetStore) -> None:
    """Make sure that of two worlds one is there, whole, and the other was refused clearly."""
    assert sorted(each["code"] for each in ran) == [0, 4], ran
    loser, winner = sorted(ran, key=lambda each: -each["code"])
    refusal = json.loads(loser["told"].splitlines()[-1])
    assert refusal["error"] == "WorldMismatchError", refusal
    assert "seed is" in refusal["message"]
    assert "--replace-world" in refusal["message"]
    stored = store.identity()
    assert stored is not None
    assert stored.seed == json.loads(winner["said"])["seed"]
    demand_one_world(store)


def demand_one_seed(ran: Sequence[dict[str, Any]], store: ParquetStore) -> None:
    """Make sure that two processes without a seed made one world together."""
    assert [each["code"] for each in ran] == [0, 0], ran
    stored = store.identity()
    assert stored is not None
    assert {json.loads(each["said"])["seed"] for each in ran} == {stored.seed}
    demand_one_world(store)


def races(
    count: int, folder: Path, racers: Sequence[Racer], *, url: str | None = None, seeds: Sequence[object] = SEEDS
) -> int:
    """Race for as many fresh stores as asked, on disk or on S3; gives how many the first racer won."""
    won = 0
    for number in range(count):
        place = [f"storage.base_dir={folder / str(number)}"]
        if url is not None:
            place = ["storage.kind=s3", f"storage.bucket={BUCKET}", f"storage.prefix=race-{number}"]
            place += [f"storage.endpoint_url={url}"]
        ran = race(racers, place, seeds)
        client = None if url is None else client_for(url)
        store = open_store(load_config("tiny", overrides=place, env={}).storage, client=client)
        (demand_one_seed if seeds[0] == "null" else demand_one_winner)(ran, store)
        won += ran[0]["code"] == 0
        if url is None:
            shutil.rmtree(folder / str(number))
    return won


# --- kills -----------------------------------------------------------------------------------------


@dataclass
class Reader:
    """Reads all that is visible in a store, over and over, and keeps count of what it must never see."""

    folder: Path
    reads: int = 0
    wrong: list[str] = field(default_factory=list)
    refused: collections.Counter[str] = field(default_factory=collections.Counter)

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read_on, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._ended.set()
        self._thread.join()

    def _read_on(self) -> None:
        try:
            while not self._ended.is_set():
                for seed in SEEDS:
                    self.read(seed)
        except Exception as error:  # noqa: BLE001 - whatever it was, it is told at the end
            self.wrong.append(f"the reader ended with {type(error).__name__}: {error}")

    def read(self, seed: int) -> None:
        """Read a world, if it is there: every file is of it, and holds the rows it was written with."""
        store = LocalStore(self.folder)
        if same_world(store, _config(seed)) is None:
            return
        for part in store.all_parts():
            key = PartKey(part.asset, part.partition)
            seen: list[PartMetadata] = []
            try:
                frame = store.scan([key], demand=seen.append)
                table = frame.select(seen[0].schema.names).collect().to_arrow().cast(seen[0].schema)
            except (StorageError, WorldMismatchError) as error:
                self.refused[type(error).__name__] += 1
                continue
            self.reads += 1
            if seen[-1].facts["seed"] != str(seed) or content_digest(table) != seen[-1].content_digest:
                self.wrong.append(f"{key} of seed {seed}: {seen[-1].facts}")


def _config(seed: int) -> Any:
    return load_config("tiny", overrides=[*SMALL, f"seed={seed}"], env={})


def command_of(kind: str, folder: Path, number: int) -> list[str]:
    """Arguments of the command that is killed in a trial."""
    store, span = folder / "store", ("--start", "2025-01-01", "--end", "2025-01-20")
    seed = SEEDS[number % 2] if kind == "replace" else SEEDS[0]
    settings = settings_of(*SMALL, f"seed={seed}", f"storage.base_dir={store}")
    return {
        "generate": ["generate", "-c", "tiny", *span, *settings],
        "backfill": ["backfill", "-c", "tiny", *span, "--workers", "2", *settings],
        "replace": ["generate", "-c", "tiny", *span, "--replace-world", *settings],
        "export": ["export", "bank", str(folder / "out.parquet"), "-c", "tiny", *span, *settings],
    }[kind]


def left_running(group: int) -> list[str]:
    """Processes of a session that are still there."""
    listed = subprocess.run(["ps", "-eo", "pgid=,stat=,pid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 3) for line in listed.splitlines()]
    return [" ".join(row) for row in rows if row[0] == str(group) and not row[1].startswith("Z")]


def started(arguments: Sequence[str]) -> Forked:
    """Start a command in a session of its own, which minds signals even where this process ignores them."""
    return Forked("fraudsim", arguments, environment={**os.environ, "FRAUDSIM_OBSERVABILITY__LOG_LEVEL": "error"})


def wait_until_gone(process: Forked) -> list[str]:
    """Wait for all processes of a command to end; what is left of them."""
    end = time.monotonic() + GONE_SECONDS
    while left_running(process.pid) and time.monotonic() < end:
        time.sleep(0.1)
    return left_running(process.pid)


def kills(
    count: int, kind: str, folder: Path, *, signals: Sequence[signal.Signals] = (signal.SIGKILL,)
) -> dict[str, int]:
    """Kill a command as often as asked, at moments spread over its run, with a reader beside."""
    told = collections.Counter[str]()
    first = started(command_of("generate" if kind == "export" else kind, folder, 0))
    assert first.wait() == 0, first.communicate()
    begun = time.monotonic()
    assert started(command_of(kind, folder, 0)).wait() == 0
    span = time.monotonic() - begun
    with Reader(folder / "store") as reader:
        for number in range(count):
            running = started(command_of(kind, folder, number))
            time.sleep((number + 1) * GOLDEN % 1.0 * span)
            ended = running.poll() is not None
            running.send_signal(signals[number % len(signals)])
            running.wait()
            left = wait_until_gone(running)
            assert not left, left
            told["ended before the kill" if ended else "killed"] += 1
            demand_nothing_mixed(kind, folder)
    assert not reader.wrong, reader.wrong[:3]
    return {**told, "reads beside": reader.reads, **reader.refused}


def demand_nothing_mixed(kind: str, folder: Path) -> None:
    """Make sure that what is visible after a kill is whole and of one world."""
    store = LocalStore(folder / "store")
    identity = store.identity()
    of = {store.metadata(PartKey(part.asset, part.partition)).facts[WORLD] for part in store.all_parts()}
    if identity is not None:
        assert of <= {identity.id}, (of, identity.id)
    else:
        assert store.replacement() is not None
    out = folder / "out.parquet"
    if kind == "export" and out.exists():
        assert pq.ParquetFile(out).read().num_rows > 0


# --- by hand ---------------------------------------------------------------------------------------


@contextlib.contextmanager
def _bucket(*, wanted: bool) -> Iterator[str | None]:
    if not wanted:
        yield None
        return
    with S3Server() as server:
        client_for(server.url).create_bucket(Bucket=BUCKET)
        yield server.url


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["races", "kills", "racer"])
    parser.add_argument("count", type=int, nargs="?", default=10)
    parser.add_argument("kind", nargs="?", default="generate")
    parser.add_argument("--s3", action="store_true")
    parser.add_argument("--url", help="a server that runs already, with the account of the tests")
    asked = parser.parse_args()
    if asked.what == "racer":
        for line in sys.stdin:
            race_of(line)
        return
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder, _bucket(wanted=asked.s3) as url:
        if asked.what == "races":
            seeds = ("null", "null") if asked.kind == "seedless" else SEEDS
            with Racer() as first, Racer() as second:
                won = races(asked.count, Path(folder), (first, second), url=url, seeds=seeds)
            told: Any = {"races": asked.count, "won by the first": won}
        else:
            told = kills(asked.count, asked.kind, Path(folder))
    print(json.dumps({**told, "seconds": round(time.monotonic() - begun)}))


if __name__ == "__main__":
    _main()
