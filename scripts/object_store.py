#!/usr/bin/env python3
"""A real object store on loopback: Ceph's S3 gateway, with one monitor and one disk held in memory.

    scripts/object_store.py install     install the packages of Debian or Ubuntu (as root, or with sudo)
    scripts/object_store.py start       start it and wait until it answers; prints its address
    scripts/object_store.py status      exit code 0 if it answers
    scripts/object_store.py stop        end it, by its own process numbers, and remove its folder

Needs nothing but Python's standard library. Everything lives in one folder (``--folder``): settings,
data, logs, process numbers. The keys are fixed, public and good for nothing but this store, which
listens on 127.0.0.1 only and forgets everything when it ends.
"""

import argparse
import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path

ACCESS_KEY = "TESTINGTESTINGTESTNG"
SECRET_KEY = "testing-testing-testing-testing-testing0"  # noqa: S105 - public on purpose
PACKAGES = ("ceph-mon", "ceph-osd", "radosgw")
PROGRAMS = ("ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin")
DAEMONS = ("radosgw", "osd", "mon")
"""In the order in which they are ended."""

FOLDER = Path(tempfile.gettempdir()) / f"fraudsim-object-store-{os.getuid()}"
PATIENCE_SECONDS = 120.0
MEMORY_BYTES = 8 * 1024**3
"""Limit of the disk in memory; only what is stored is taken. [bytes]"""

SETTINGS = """\
[global]
fsid = {fsid}
mon host = [v2:127.0.0.1:{mon_port}/0]
mon initial members = a
public network = 127.0.0.0/8
public addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
keyring = {folder}/keyring
run dir = {folder}
admin socket = {folder}/$name.sock
pid file = {folder}/$type.pid
log file = {folder}/$name.log
crash dir = {folder}
osd objectstore = memstore
memstore device bytes = {memory}
osd data = {folder}/osd-data
mon data = {folder}/mon-data
osd crush chooseleaf type = 0
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pgp num = 4
osd pool default pg autoscale mode = off
mon allow pool size one = true
mon max pg per osd = 1000
mon data avail crit = 1
mon data avail warn = 1
ms bind ipv6 = false
ms bind msgr1 = false
ms mon client mode = crc
ms client mode = crc
[client.rgw]
pid file = {folder}/radosgw.pid
rgw data = {folder}/rgw-data
rgw frontends = beast endpoint=127.0.0.1:{port}
rgw enable usage log = false
rgw enable ops log = false
rgw dynamic resharding = false
rgw override bucket index max shards = 1
rgw run sync thread = false
"""


class ObjectStore:
    """One store, known by its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.settings = self.folder / "ceph.conf"

    @property
    def url(self) -> str:
        """Address of the S3 gateway."""
        return json.loads((self.folder / "address.json").read_text())["url"]

    def answers(self) -> bool:
        """Whether the gateway answers over HTTP, whatever it says."""
        try:
            with urllib.request.urlopen(self.url, timeout=5):  # noqa: S310 - our own address
                return True
        except urllib.error.HTTPError:
            return True
        except (OSError, ValueError):
            return False

    def start(self) -> str:
        """Make and start everything; the address of the gateway."""
        missing = missing_programs()
        if missing:
            raise SystemExit(f"{', '.join(missing)} not found; run: {Path(__file__).name} install")
        if self.answers():
            return self.url
        self.stop()
        for name in ("mon-data", "osd-data", "rgw-data"):
            (self.folder / name).mkdir(parents=True)
        fsid, port, mon_port = str(uuid.uuid4()), free_port(), free_port()
        values = {"fsid": fsid, "port": port, "mon_port": mon_port, "folder": self.folder, "memory": MEMORY_BYTES}
        self.settings.write_text(SETTINGS.format(**values))
        (self.folder / "keyring").touch()
        (self.folder / "address.json").write_text(json.dumps({"url": f"http://127.0.0.1:{port}"}))
        try:
            self._start_monitor(fsid, mon_port)
            self._start_disk()
            self._start_gateway()
        except BaseException:
            self._tell_logs()
            self.stop()
            raise
        return self.url

    def _start_monitor(self, fsid: str, port: int) -> None:
        plan = str(self.folder / "monmap")
        self._run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v2:127.0.0.1:{port}/0]", plan)
        self._run("ceph-mon", "--mkfs", "-i", "a", "--monmap", plan)
        self._run("ceph-mon", "-i", "a")
        self._until("the monitor", lambda: self._ceph("mon", "stat") is not None)

    def _start_disk(self) -> None:
        identity = str(uuid.uuid4())
        self._run("ceph", "osd", "new", identity, "0")
        self._run("ceph-osd", "-i", "0", "--mkfs", "--osd-uuid", identity)
        self._run("ceph-osd", "-i", "0")
        self._until("the disk", lambda: "1 up" in (self._ceph("osd", "stat") or ""))

    def _start_gateway(self) -> None:
        keys = ("--access-key", ACCESS_KEY, "--secret-key", SECRET_KEY)
        self._run("radosgw-admin", "-n", "client.rgw", "user", "create", "--uid=t", "--display-name=tests", *keys)
        self._run("radosgw", "-n", "client.rgw")
        self._until("the gateway", self.answers)

    def _run(self, program: str, *arguments: str, seconds: float = PATIENCE_SECONDS) -> str:
        command = [program, "-c", str(self.settings), *arguments]
        if program == "monmaptool":
            command = [program, *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=seconds, check=False, stdin=subprocess.DEVNULL
        )
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _ceph(self, *arguments: str) -> str | None:
        try:
            return self._run("ceph", "--connect-timeout", "5", *arguments, seconds=20)
        except (SystemExit, subprocess.TimeoutExpired):
            return None

    def _until(self, what: str, condition: Callable[[], object]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            if time.monotonic() > end:
                raise SystemExit(f"{what} did not come up within {PATIENCE_SECONDS:.0f} s")
            time.sleep(0.3)

    def _tell_logs(self) -> None:
        for log in sorted(self.folder.glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()[-5:]
            print(f"--- {log.name}", *lines, sep="\n", file=sys.stderr)

    def stop(self) -> None:
        """End what was started here, by its process numbers, and remove the folder."""
        for name in DAEMONS:
            with contextlib.suppress(OSError, ValueError):
                end_process(int((self.folder / f"{name}.pid").read_text()), self.settings)
        shutil.rmtree(self.folder, ignore_errors=True)


def end_process(pid: int, settings: Path) -> None:
    """End a daemon, if the number still belongs to one that runs with our settings."""
    command = Path(f"/proc/{pid}/cmdline")
    for number, seconds in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 5.0)):
        if not command.exists() or str(settings).encode() not in command.read_bytes():
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        end = time.monotonic() + seconds
        while command.exists() and time.monotonic() < end:
            time.sleep(0.05)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def missing_programs() -> list[str]:
    """Programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


def install() -> None:
    """Install the packages of the distribution; their services are not started."""
    if not missing_programs():
        return
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    quiet = ["env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*sudo, "apt-get", "update", "-q"], check=True)
    packages = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *PACKAGES]
    subprocess.run([*sudo, *quiet, *packages], check=True)


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("verb", choices=["install", "start", "status", "stop"])
    parser.add_argument("--folder", type=Path, default=FOLDER)
    chosen = parser.parse_args()
    store = ObjectStore(chosen.folder)
    if chosen.verb == "install":
        install()
    elif chosen.verb == "start":
        print(store.start())
    elif chosen.verb == "stop":
        store.stop()
    else:
        return 0 if store.settings.exists() and store.answers() else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
