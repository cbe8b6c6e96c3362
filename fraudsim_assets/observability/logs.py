"""Structured logs: one event per line, with the run it belongs to.

Belongs here: setting up how this package's loggers write, and the context every line carries.
Does not belong here: what is worth logging.

Modules below this one log through the standard library (``logging.getLogger(__name__)``); here
those records and structlog's take the same shape. Only loggers of this package are touched, so
that a host program (Dagster, a notebook) keeps its own set-up.
"""

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO

import structlog

from fraudsim_assets.config.model import Observability

_ROOT = "fraudsim_assets"
_RETRIES = "fraudsim_assets.storage.retry"
_SHARED: tuple[structlog.typing.Processor, ...] = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


class _Handler(logging.StreamHandler[TextIO]):
    """Writes to the stream given, or to whatever standard error is at that moment."""

    def __init__(self, stream: TextIO | None) -> None:
        super().__init__(stream)
        self._fixed = stream

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = self._fixed or sys.stderr
        super().emit(record)


def logger(name: str, **context: Any) -> structlog.stdlib.BoundLogger:
    """Structured logger of a module; works, quietly, when nothing was set up.

    Parameters
    ----------
    name
        Dotted name below ``fraudsim_assets``.
    context
        Fields every line of this logger carries.
    """
    processors = [*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter]
    level_first: list[structlog.typing.Processor] = [structlog.stdlib.filter_by_level]
    wrapped = structlog.wrap_logger(
        logging.getLogger(name),
        processors=level_first + processors,
        wrapper_class=structlog.stdlib.BoundLogger,
        context_class=dict,
    )
    return wrapped.bind(**context)


def configure_logs(settings: Observability, *, stream: TextIO | None = None) -> None:
    """Set up the package's logs; calling it again replaces the earlier set-up.

    Parameters
    ----------
    settings
        Level and format.
    stream
        Where lines go; None is standard error.
    """
    target = stream or sys.stderr
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not target.isatty())
    handler = _Handler(stream)
    handler.setLevel(settings.log_level.upper())
    handler.setFormatter(_formatter(as_json=as_json, colors=target.isatty()))
    package = logging.getLogger(_ROOT)
    for old in [known for known in package.handlers if isinstance(known, _Handler)]:
        package.removeHandler(old)
    package.addHandler(handler)
    package.setLevel(settings.log_level.upper())
    package.propagate = False


def _formatter(*, as_json: bool, colors: bool) -> structlog.stdlib.ProcessorFormatter:
    closing: list[structlog.typing.Processor]
    if as_json:
        closing = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(default=str)]
    else:
        closing = [structlog.dev.ConsoleRenderer(colors=colors)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_SHARED, structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *closing],
    )


@contextmanager
def counted_retries() -> Iterator["RetryCount"]:
    """Count the storage operations that are tried again inside.

    The storage layer tells of each further try in one log record, whatever the level that is
    shown; so it needs to know nothing of metrics.
    """
    counter, retries = RetryCount(), logging.getLogger(_RETRIES)
    level = retries.level
    retries.addHandler(counter)
    retries.setLevel(logging.WARNING)
    try:
        yield counter
    finally:
        retries.setLevel(level)
        retries.removeHandler(counter)


class RetryCount(logging.Handler):
    """Counts records instead of writing them.

    Attributes
    ----------
    count
        Tries beyond the first so far. [count]
    """

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Count a record."""
        self.count += record.levelno >= logging.WARNING


@contextmanager
def run_context(
    *, run_id: str | None = None, partition: str | None = None, seed: int | None = None, digest: str | None = None
) -> Iterator[None]:
    """Give every line logged inside the run, partition, seed and configuration digest it belongs to."""
    given = {"run_id": run_id, "partition": partition, "seed": seed, "digest": digest}
    with structlog.contextvars.bound_contextvars(**{key: value for key, value in given.items() if value is not None}):
        yield
