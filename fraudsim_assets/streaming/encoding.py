"""Rows to bytes: JSON by columns, Avro by rows.

JSON is written by polars for all rows at once: money as decimal text, times in ISO 8601. Avro is
single-object encoding (two bytes of mark, eight of the schema's fingerprint, then the record): a
message says which schema it has, and no registry is needed.

Belongs here: the two encodings. Does not belong here: schemas, which follow from the contracts
(``tables.messages``).

References
----------
.. [1] Apache Avro specification, "Single-object encoding".
"""

from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from io import BytesIO
from typing import Any, Literal

import numpy as np
import polars as pl

from fraudsim_assets.errors import ConfigError
from fraudsim_assets.streaming.events import TOPICS, Events
from fraudsim_assets.streaming.life import EVENT_TIME, POSITION
from fraudsim_assets.tables.messages import Message, avro_schema
from fraudsim_assets.units import AnyArray

Encoding = Literal["json", "avro"]

GONE = "_gone"
"""Column that is true for rows that end their key."""

_AVRO_MARK = b"\xc3\x01"


def check_encoding(encoding: str) -> Encoding:
    """Make sure that there is an encoding and that its package is installed.

    Raises
    ------
    ConfigError
        If there is not, or it is not.
    """
    if encoding == "json":
        return "json"
    if encoding != "avro":
        raise ConfigError(f"format is {encoding!r}; valid are json and avro")
    if find_spec("fastavro") is None:
        raise ConfigError("format is 'avro', and fastavro is not installed; run: pip install 'fraudsim-assets[stream]'")
    return "avro"


def encoded(message: Message, rows: pl.DataFrame, encoding: Encoding) -> Events:
    """Encode rows of one topic.

    Parameters
    ----------
    rows
        With the message's columns, ``POSITION`` and ``EVENT_TIME``, and :data:`GONE` where rows end
        their key.
    """
    values = _objects((_json if encoding == "json" else _avro)(message, rows.select(message.names)))
    if GONE in rows.columns:
        values[rows[GONE].to_numpy()] = None
    return Events(
        topic=np.full(rows.height, TOPICS.index(message.name), dtype=np.int64),
        position=rows[POSITION].to_numpy(),
        time=rows[EVENT_TIME].to_numpy(),
        key=_objects(rows[message.key].cast(pl.String).cast(pl.Binary).to_list()),
        value=values,
    )


def _objects(values: list[Any]) -> AnyArray:
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _json(_message: Message, rows: pl.DataFrame) -> list[bytes]:
    times = {name: kind for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)}
    shown = rows.with_columns(
        pl.col(name).dt.strftime(f"%Y-%m-%dT%H:%M:%S%.6f{'Z' if kind.time_zone else ''}")
        for name, kind in times.items()
    )
    return shown.select(pl.struct(pl.all()).struct.json_encode().cast(pl.Binary)).to_series().to_list()


def _avro(message: Message, rows: pl.DataFrame) -> list[bytes]:
    write = _writer(message)
    return [write(row) for row in rows.iter_rows(named=True)]


@lru_cache(maxsize=16)
def _writer(message: Message) -> Callable[[dict[str, Any]], bytes]:
    from fastavro import parse_schema, schemaless_writer

    schema, head = parse_schema(avro_schema(message)), _AVRO_MARK + avro_fingerprint(message)

    def write(row: dict[str, Any]) -> bytes:
        buffer = BytesIO()
        buffer.write(head)
        schemaless_writer(buffer, schema, row)
        return buffer.getvalue()

    return write


@lru_cache(maxsize=16)
def avro_fingerprint(message: Message) -> bytes:
    """CRC-64-AVRO of a message's schema in canonical form. (8 bytes, little-endian)"""
    from fastavro.schema import fingerprint, to_parsing_canonical_form

    text = fingerprint(to_parsing_canonical_form(avro_schema(message)), "CRC-64-AVRO")
    return bytes.fromhex(text)


def decode_avro(message: Message, value: bytes) -> dict[str, Any]:
    """Read a message back.

    Raises
    ------
    ConfigError
        If it is of another schema.
    """
    from fastavro import parse_schema, schemaless_reader

    if value[:10] != _AVRO_MARK + avro_fingerprint(message):
        raise ConfigError(f"the message is not of schema {message.version}, whose fingerprint it lacks")
    schema = parse_schema(avro_schema(message))
    row: Any = schemaless_reader(BytesIO(value[10:]), schema, schema)
    return row
