"""An S3 server on loopback, and a proxy before it that injects faults."""

import re
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server

_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


class S3Server:
    """moto in a thread, one request at a time, so that conditional writes are as atomic as in real S3.

    A server of before conditional writes ``ignores`` the condition of a write, or ``refuses`` such requests.
    """

    def __init__(self, conditions: Literal["keeps", "ignores", "refuses"] = "keeps") -> None:
        application, turn = DomainDispatcherApplication(create_backend_app), threading.Lock()

        def serialised(environ: Any, start_response: Any) -> Any:
            if conditions != "keeps" and environ.pop("HTTP_IF_NONE_MATCH", None) and conditions == "refuses":
                environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
                start_response("501 Not Implemented", [("Content-Type", "application/xml")])
                return [b"<?xml version='1.0'?><Error><Code>NotImplemented</Code></Error>"]
            with turn:
                return application(environ, start_response)

        self._server = make_server("127.0.0.1", 0, serialised, threaded=True, request_handler=_Silent)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Silent(MotoRequestHandler):
    def log(self, *_: Any, **__: Any) -> None:
        """Say nothing about requests."""


@dataclass
class Fault:
    """What happens to requests whose first line matches.

    ``kind`` is ``status`` (answer with ``status`` and ``code`` and do not forward), ``reset`` (cut the
    connection after ``after`` bytes of the body), ``lose`` (forward, then cut the connection in place
    of the answer), ``garble`` (flip a bit of the body, then forward), ``delay`` (wait ``seconds``, then
    forward) or ``hang`` (never answer).
    """

    match: str
    kind: str
    status: int = 503
    code: str = "SlowDown"
    extra: str = ""
    after: int = 0
    seconds: float = 0.0
    times: int = 1
    met: int = field(default=0, init=False)


class FaultProxy:
    """HTTP proxy on loopback with faults to order; the request is forwarded as it came, signature and all."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._listener = self._listening(0)
        self.port = int(self._listener.getsockname()[1])
        self.faults: list[Fault] = []
        self.requests: list[str] = []
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._accept()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._ended.set()
        self.down()

    def add(self, match: str, kind: str, **settings: Any) -> Fault:
        """Order a fault."""
        fault = Fault(match, kind, **settings)
        self.faults.append(fault)
        return fault

    def count(self, match: str) -> int:
        """Requests seen whose first line matches."""
        return sum(bool(re.search(match, line)) for line in self.requests)

    def down(self) -> None:
        """Begin an outage: refuse connections, and cut those that are open."""
        _shut(self._listener)
        with self._lock:
            for connection in list(self._open):
                _cut(connection)

    def up(self) -> None:
        """End an outage."""
        self._listener = self._listening(self.port)
        self._accept()

    def _listening(self, port: int) -> socket.socket:
        return socket.create_server(("127.0.0.1", port), reuse_port=False)

    def _accept(self) -> None:
        threading.Thread(target=self._accept_all, args=(self._listener,), daemon=True).start()

    def _accept_all(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with self._lock:
                self._open.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        try:
            while self._one_request(connection):
                pass
        except OSError:
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            _shut(connection)

    def _one_request(self, connection: socket.socket) -> bool:
        head, body = _head(connection)
        if not head:
            return False
        line = head.split(b"\r\n", 1)[0].decode()
        self.requests.append(line)
        fault = self._fault_for(line)
        if re.search(rb"\r\nexpect: 100-continue", head, re.IGNORECASE):
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            head = re.sub(rb"\r\nexpect: [^\r]*", b"", head, flags=re.IGNORECASE)
        found = _LENGTH.search(head)
        length = int(found[1]) if found else 0
        if fault is not None and fault.kind == "reset":
            _exactly(connection, min(fault.after, length) - len(body))
            _cut(connection)
            return False
        body += _exactly(connection, length - len(body))
        if fault is not None and fault.kind == "garble":
            body = body[:-1] + bytes([body[-1] ^ 1])
        return self._answer(connection, head + body, line, fault)

    def _answer(self, connection: socket.socket, request: bytes, line: str, fault: Fault | None) -> bool:
        kind = "" if fault is None else fault.kind
        if fault is not None and kind == "status":
            connection.sendall(_refusal(fault, with_body=not line.startswith("HEAD")))
            return False
        if fault is not None and kind in ("delay", "hang"):
            self._ended.wait(fault.seconds if kind == "delay" else 60.0)
            if kind == "hang":
                return False
        with socket.create_connection(("127.0.0.1", self._upstream)) as upstream:
            upstream.sendall(re.sub(rb"\r\nconnection: [^\r]*", b"", request, count=1, flags=re.IGNORECASE))
            answer = _whole_answer(upstream, with_body=not line.startswith("HEAD"))
        if kind == "lose":
            _cut(connection)
            return False
        connection.sendall(answer)
        return False

    def _fault_for(self, line: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.met < fault.times and re.search(fault.match, line):
                    fault.met += 1
                    return fault
        return None


def wait_until(condition: Callable[[], bool], seconds: float = 10.0) -> bool:
    """Poll until something is true; False if it does not happen in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.002)
    return True


def _refusal(fault: Fault, *, with_body: bool) -> bytes:
    body = f"<?xml version='1.0'?><Error><Code>{fault.code}</Code><Message>as ordered</Message>{fault.extra}</Error>"
    head = f"HTTP/1.1 {fault.status} Ordered\r\nContent-Type: application/xml\r\n"
    head += f"Content-Length: {len(body)}\r\nConnection: close"
    return (head + _END.decode() + (body if with_body else "")).encode()


def _head(connection: socket.socket) -> tuple[bytes, bytes]:
    data = b""
    while _END not in data:
        piece = connection.recv(65_536)
        if not piece:
            return b"", b""
        data += piece
    head, _, body = data.partition(_END)
    return head + _END, body


def _exactly(connection: socket.socket, count: int) -> bytes:
    data = bytearray()
    while len(data) < count:
        piece = connection.recv(min(count - len(data), 65_536))
        if not piece:
            raise ConnectionError("the client went away")
        data += piece
    return bytes(data)


def _whole_answer(upstream: socket.socket, *, with_body: bool) -> bytes:
    head, body = _head(upstream)
    found = _LENGTH.search(head)
    if with_body and found:
        body += _exactly(upstream, int(found[1]) - len(body))
    elif with_body:
        while piece := upstream.recv(65_536):
            body += piece
    head = re.sub(rb"\r\nconnection: [^\r]*", b"", head, flags=re.IGNORECASE)
    return head.removesuffix(_END) + b"\r\nConnection: close" + _END + body


def _cut(connection: socket.socket) -> None:
    """Close with a reset."""
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        return
    _shut(connection)


def _shut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.close()
