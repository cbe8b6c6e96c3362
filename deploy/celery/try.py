"""Try the whole of it on one machine: Postgres, Redis, two Celery workers, a backfill, and two deaths.

    python deploy/celery/try.py [--days 6] [--batch 2] [--keep]

Needs ``redis-server`` and Postgres (``initdb``, ``postgres``) on the machine, and in the environment
of the interpreter: ``pip install . dagster-celery[redis]==0.29.27 dagster-postgres==0.29.27``.
Everything runs on loopback in one temporary folder and is ended by its own process number.

What happens: a backfill is launched in batches of days. In the first run that writes a day, its
process is killed in mid-file; in the next, the whole worker with all its processes is. Run monitoring
notices, run retries launch the batches again. Then all days are made once more by one process
without Dagster, and the content digests are compared. Prints a summary as JSON; exit code 0 means
that every day is there and identical.
"""

# ruff: noqa: INP001, S603, T201
import argparse
import getpass
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
BIN = Path(sys.executable).parent
TABLES = ("transactions", "fraud_labels", "daily_profile")
COMPARED = TABLES[:2]
"""What is made without Dagster too."""

FIRST_DAY = date(2025, 1, 15)
QUICK = {"poll_interval_seconds: 10": "poll_interval_seconds: 3"}
MINUTES = 8
_WRITER = re.compile(r"-(\d+)-\d+-\d+\.tmp$")
"""Process number in the name of a temporary file."""


WORLD = """\
extends: tiny
population: {{customers: 20_000, cards: 30_000, merchants: 3_000}}
activity: {{transactions_per_day: {rows}}}
fraud: {{rate: 0.002}}
storage: {{base_dir: {base}}}
orchestration: {{backfill: "multi_run:{batch}"}}
"""

LAUNCH = """
mutation($names: [String!], $assets: [AssetKeyInput!]) {
  launchPartitionBackfill(backfillParams: {partitionNames: $names, assetSelection: $assets, title: "try"}) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""


class Processes:
    """What was started here, each in a session of its own."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.folder, self.environment = folder, environment
        self.started: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *command: str | Path, user: str | None = None) -> subprocess.Popen[bytes]:
        """Start something; its output goes to a file of its name."""
        with (self.folder / f"{name}.log").open("wb") as log:
            self.started[name] = subprocess.Popen(
                [str(part) for part in command],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                user=user,
            )
        return self.started[name]

    def run(self, *command: str | Path, user: str | None = None) -> str:
        """Run something to its end; what it printed."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
            user=user,
        )
        if done.returncode:
            raise SystemExit(f"{command[0]} failed:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
        return done.stdout

    def end(self, name: str, number: signal.Signals) -> None:
        """Send a signal to one of them and to all processes of its session."""
        for entry in Path("/proc").iterdir():
            with suppress(ProcessLookupError, ValueError):
                if os.getsid(int(entry.name)) == self.started[name].pid:
                    os.kill(int(entry.name), number)

    def end_all(self) -> None:
        """End everything, the last first; quickly, since nothing here is kept."""
        for name in reversed(self.started):
            self.end(name, signal.SIGINT if name == "postgres" else signal.SIGTERM)
        for name, process in self.started.items():
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            self.end(name, signal.SIGKILL)
            process.wait()


def until(what: str, condition: Callable[[], Any], seconds: float = 60.0, pause: float = 0.2) -> Any:
    """Wait for something to become true; what it was."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        if time.monotonic() > end:
            raise SystemExit(f"waited {seconds:.0f} s in vain for {what}")
        time.sleep(pause)
    return found


def called(module: str, *arguments: str | Path) -> list[str | Path]:
    """Command that calls ``main`` of a module, wherever its script is installed."""
    return [sys.executable, "-c", f"from {module} import main; main()", *arguments]


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def listens(port: int) -> bool:
    """Whether somebody listens on a port."""
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def start_postgres(processes: Processes, port: int) -> None:
    """A Postgres of our own; it refuses to run as root and then takes the account ``postgres``."""
    user = "postgres" if os.geteuid() == 0 else None
    data = processes.folder / "postgres"
    data.mkdir()
    if user:
        shutil.chown(data, user)
    processes.run("initdb", "-D", data, "-A", "trust", "-U", "dagster", "--no-sync", user=user)
    settings = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={data}", "-c", "fsync=off"]
    processes.start("postgres", "postgres", "-D", data, "-p", str(port), *settings, user=user)
    create = ("psql", "-h", "127.0.0.1", "-p", str(port), "-U", "dagster", "-d", "postgres", "-c")
    until("Postgres", lambda: listens(port))

    def created() -> bool:
        return subprocess.run([*create, "create database dagster"], check=False, capture_output=True).returncode == 0

    until("Postgres", created)


def start_worker(processes: Processes, name: str) -> None:
    """A Celery worker that makes one run at a time."""
    app = ("-A", "dagster_celery.app", "worker", "-Q", "dagster", "--concurrency", "1", "-n", f"{name}@%h")
    processes.start(name, sys.executable, "-m", "celery", *app, "--without-gossip", "--without-mingle")


def prepared(folder: Path, days: int, batch: int, rows: int) -> tuple[Processes, list[str]]:
    """Folder with the world's settings, environment, and the names of the days."""
    pg, redis = free_port(), free_port()
    home = folder / "home"
    home.mkdir()
    settings = (HERE / "dagster.yaml").read_text()
    for usual, quick in (QUICK | {"max_runtime_seconds: 3600": "max_runtime_seconds: 180"}).items():
        settings = settings.replace(usual, quick)
    (home / "dagster.yaml").write_text(settings)
    (folder / "world.yaml").write_text(WORLD.format(base=folder / "data", batch=batch, rows=rows))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FRAUDSIM_", "DAGSTER_"))}
    environment = kept | {
        "DAGSTER_HOME": str(home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DAGSTER_PG_HOST": "127.0.0.1",
        "DAGSTER_PG_PORT": str(pg),
        "DAGSTER_PG_USER": "dagster",
        "DAGSTER_PG_PASSWORD": "only-for-a-try",
        "DAGSTER_PG_DB": "dagster",
        "CELERY_BROKER_URL": f"redis://127.0.0.1:{redis}/0",
        "FRAUDSIM_CONFIG": str(folder / "world.yaml"),
        "PYTHONPATH": f"{HERE}{os.pathsep}{ROOT}",
        "POLARS_MAX_THREADS": "1",
    }
    processes = Processes(folder, environment)
    try:
        start_postgres(processes, pg)
        processes.start("redis", "redis-server", "--port", str(redis), "--bind", "127.0.0.1", "--save", "")
        until("Redis", lambda: listens(redis))
        processes.run(BIN / "dagster", "instance", "migrate")
    except BaseException:
        processes.end_all()
        raise
    return processes, [(FIRST_DAY + timedelta(days=n)).isoformat() for n in range(days)]


class Backfill:
    """The backfill, seen through Dagster's own records."""

    def __init__(self, processes: Processes) -> None:
        os.environ.update(processes.environment)
        from dagster import DagsterInstance

        self.instance = DagsterInstance.from_config(str(processes.folder / "home"))
        self.data = processes.folder / "data"

    def launch(self, processes: Processes, days: list[str]) -> str:
        """Launch it as the UI does; its id."""
        variables = json.dumps({"names": days, "assets": [{"path": [name]} for name in TABLES]})
        command = called("dagster_graphql.cli", "-w", ROOT / "workspace.yaml")
        answer = processes.run(*command, "-t", LAUNCH, "-v", variables)
        found = json.JSONDecoder().raw_decode(answer[answer.index("{") :])[0]["data"]["launchPartitionBackfill"]
        if "backfillId" not in found:
            raise SystemExit(f"the backfill was refused: {found}")
        return found["backfillId"]

    def runs(self) -> list[Any]:
        """All runs, the oldest first."""
        return sorted(self.instance.get_run_records(), key=lambda record: record.create_timestamp)

    def writer(self, processes: Processes) -> tuple[int, str] | None:
        """Process that writes a day of transactions just now, and the worker it belongs to."""
        for path in self.data.glob("transactions/*/.part-0.parquet.*.tmp"):
            found = _WRITER.search(path.name)
            if found and (worker := owner(int(found[1]), processes)):
                return int(found[1]), worker
        return None

    def done(self, backfill: str) -> bool:
        """Whether the backfill has ended."""
        found = self.instance.get_backfill(backfill)
        return found is not None and found.status.value not in ("REQUESTED", "CANCELING", "FAILING")


def owner(pid: int, processes: Processes) -> str | None:
    """Worker to whose session a process belongs."""
    with suppress(ProcessLookupError):
        session = os.getsid(pid)
        for name, process in processes.started.items():
            if name.startswith("worker") and process.pid == session:
                return name
    return None


def digests(folder: Path, days: list[str], tables: tuple[str, ...] = TABLES) -> dict[str, str]:
    """Content digests by table and day, of what is there."""
    from fraudsim_assets.storage import LocalStore, PartKey

    store = LocalStore(folder)
    keys = [PartKey(table, day) for table in tables for day in days]
    return {
        f"{key.asset}/{key.partition}": str(store.metadata(key).content_digest) for key in keys if store.exists(key)
    }


def lived_through(processes: Processes, days: list[str]) -> dict[str, Any]:
    """Backfill with two deaths; what happened."""
    backfill = Backfill(processes)
    processes.run(
        BIN / "dagster", "asset", "materialize", "-m", "fraudsim_assets.definitions", "--select", "group:catalog"
    )
    start_worker(processes, "worker1")
    start_worker(processes, "worker2")
    processes.start("daemon", BIN / "dagster-daemon", "run", "-w", ROOT / "workspace.yaml")
    started = time.monotonic()
    identity = backfill.launch(processes, days)
    pid, first = until("a writer", lambda: backfill.writer(processes), 60.0 * MINUTES, 0.001)
    os.kill(pid, signal.SIGKILL)
    died = {"process": first, "after_seconds": round(time.monotonic() - started, 1)}
    # its worker starts another process; whoever writes next in the other worker loses all of it
    _, second = until("another writer", lambda: other(backfill.writer(processes), first), 60.0 * MINUTES, 0.001)
    processes.end(second, signal.SIGKILL)
    lost = {"worker": second, "after_seconds": round(time.monotonic() - started, 1)}
    left = [path.name for path in backfill.data.rglob("*.tmp")]
    until("the backfill", lambda: backfill.done(identity), 60.0 * MINUTES)
    return {
        "killed_process": died,
        "killed_worker": lost,
        "temporary_files_after_the_deaths": len(left),
        "temporary_files_at_the_end": len(list(backfill.data.rglob("*.tmp"))),
        "seconds": round(time.monotonic() - started, 1),
        "runs": [
            {
                "days": record.dagster_run.tags.get("dagster/asset_partition_range_start", ""),
                "status": record.dagster_run.status.value,
                "retry": record.dagster_run.tags.get("dagster/retry_number"),
            }
            for record in backfill.runs()
        ],
        "backfill": backfill.instance.get_backfill(identity).status.value,
    }


def other(found: tuple[int, str] | None, than: str) -> tuple[int, str] | None:
    """A writer of another worker."""
    return found if found is not None and found[1] != than else None


def main() -> int:
    """Try it, and say how it went."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=6)
    parser.add_argument("--batch", type=int, default=2, help="days per run")
    parser.add_argument("--rows", type=int, default=150_000, help="payments a day")
    parser.add_argument("--keep", action="store_true", help="keep the folder, to look at the logs")
    chosen = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="fraudsim-celery-"))
    folder.chmod(0o755)
    print(f"{getpass.getuser()}: everything is in {folder}", file=sys.stderr)
    processes, days = prepared(folder, chosen.days, chosen.batch, chosen.rows)
    try:
        summary = lived_through(processes, days)
    finally:
        processes.end_all()
    alone = ("--set", f"storage.base_dir={folder / 'alone'}", "--start", days[0], "--end", days[-1])
    processes.run(*called("fraudsim_assets.cli", "generate", "--config", folder / "world.yaml", *alone))
    expected, found = digests(folder / "alone", days, COMPARED), digests(folder / "data", days)
    same = sum(expected[name] == found.get(name) for name in expected)
    summary |= {"partitions": len(found), "compared": len(expected), "identical": same}
    print(json.dumps(summary, indent=2))
    if not chosen.keep:
        shutil.rmtree(folder, ignore_errors=True)
    whole = len(found) == len(days) * len(TABLES) and len(expected) == len(days) * len(COMPARED)
    return 0 if whole and same == len(expected) else 1


if __name__ == "__main__":
    sys.exit(main())
