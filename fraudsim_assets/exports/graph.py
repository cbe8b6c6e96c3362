"""A world as a graph: people, cards, merchants, devices, addresses, dwellings and phones, and their payments.

The one idea: a type of node or edge is a file, in the tables' own ids, so that files can be loaded in any order; CSV
has the headers that ``neo4j-admin database import`` reads, and Parquet becomes arrays by ``graph_arrays.load_graph``.

Belongs here: which nodes and edges there are, and writing them. Does not belong here: arrays of numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from fraudsim_assets.errors import CatalogMismatchError, ConfigError
from fraudsim_assets.exports.files import KINDS, SUFFIXES, ExportFile
from fraudsim_assets.exports.lookups import Catalogs, catalog
from fraudsim_assets.exports.training import with_known_labels
from fraudsim_assets.exports.view import ExportReport, Format
from fraudsim_assets.folders import new_folder
from fraudsim_assets.tables.versions import as_of

NAME = "graph"
"""What the command line calls it."""

FORMATS: tuple[Format, ...] = ("csv", "parquet")
READ_ROWS = 1 << 16
"""Rows read at a time. [rows]"""


@dataclass(frozen=True)
class Nodes:
    """A type of node: the name of its file, what a graph calls one, its id, and the columns beside it."""

    name: str
    label: str
    key: str
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edges:
    """A type of edge: the name of its file, and the names of the nodes that it joins."""

    name: str
    source: str
    target: str


NODES: Mapping[str, Nodes] = {
    nodes.name: nodes
    for nodes in (
        Nodes(
            "people", "Person", "customer_id",
            ("segment", "income_band", "birth_date", "opened_on", "country", "city", "latitude", "longitude"),
        ),
        Nodes("cards", "Card", "card_id", ("product", "network", "credit_limit", "currency", "valid_from", "expiry")),
        Nodes(
            "merchants", "Merchant", "merchant_id",
            ("name", "mcc", "category", "country", "city", "latitude", "longitude", "is_online"),
        ),
        Nodes("devices", "Device", "device_id"),
        Nodes("addresses", "Address", "ip_address"),
        Nodes("dwellings", "Dwelling", "address_id"),
        Nodes("phones", "Phone", "phone_id"),
    )
}  # fmt: skip
"""Types of nodes by name."""

EDGES: Mapping[str, Edges] = {
    edges.name: edges
    for edges in (
        Edges("holds", "people", "cards"),
        Edges("payments", "cards", "merchants"),
        Edges("ordered_on", "cards", "devices"),
        Edges("ordered_from", "cards", "addresses"),
        Edges("met_on", "people", "devices"),
        Edges("met_from", "people", "addresses"),
        Edges("moved_to", "people", "dwellings"),
        Edges("reached_on", "people", "phones"),
    )
}
"""Types of edges by name; ``payments`` has an edge for each request, the others one for each pair. ``met_on`` and
``met_from`` are of events that are no payments: where the bank was met in a customer's name; ``moved_to`` is of the
changes of address among them: several customers at one dwelling are a building, or a drop; ``reached_on`` of changes of
phone: several customers of one number are a family, or victims."""

TRUTH = ("is_fraud", "fraud_scenario", "campaign_id")
"""Columns of ``payments`` that only the generator knows: to be scored with, never to learn from."""

_CATALOGS = {"people": "customers", "cards": "cards", "merchants": "merchants"}
_PAYMENTS = (
    "card_id", "merchant_id", "transaction_id", "timestamp", "transaction_type", "channel", "entry_mode", "three_ds",
    "device_id", "ip_address", "billing_amount", "billing_currency", "response_code", "is_approved", "known_fraud",
    *TRUTH,
)  # fmt: skip
_EVENTS = ("customer_id", "device_id", "ip_address", "address_id", "phone_id", "timestamp", "outcome")
_PAIRS = {
    "ordered_on": ("payments",),
    "ordered_from": ("payments",),
    "met_on": ("events", "failed"),
    "met_from": ("events", "failed"),
    "moved_to": ("events", "failed"),
    "reached_on": ("events", "failed"),
}
# what is counted of each pair


def export_graph(
    *,
    transactions: pl.LazyFrame,
    catalogs: Catalogs,
    labels: pl.LazyFrame,
    events: pl.LazyFrame,
    end: date,
    folder: Path,
    fmt: Format,
    known_on: date | None = None,
) -> ExportReport:
    """Write a graph of transactions, one file for each type of node and edge.

    Parameters
    ----------
    transactions
        Rows that honour ``tables.Transactions``; they are read once, in pieces.
    catalogs
        ``customers``, ``cards`` with those reissued after fraud, and ``merchants`` of the same world.
    labels
        Rows that honour ``tables.FraudLabels``.
    events
        Rows that honour ``tables.AccountEvents``, of the same days.
    end
        Last day of the transactions; nodes have the facts known on its evening, and no later ones are there. [UTC]
    folder
        Where files go; it appears only when all of them are complete.
    fmt
        ``csv`` or ``parquet``.
    known_on
        The day whose knowledge the column ``known_fraud`` of payments shows; None is ``end``. [UTC]

    Returns
    -------
    ExportReport
        The rows written are those of payments.

    Raises
    ------
    ConfigError
        If there is no such format.
    CatalogMismatchError
        If a catalog is missing, or a payment or event is of an entity that it does not list.
    StorageError
        If the folder holds something already, or cannot be written.
    """
    if fmt not in FORMATS:
        raise ConfigError(f"fmt is {fmt!r}; a graph is written as {' or '.join(FORMATS)}")
    nodes = {name: _entities(catalog(catalogs, table), NODES[name], end) for name, table in _CATALOGS.items()}
    held = (
        as_of(catalog(catalogs, "cards"), end).select("customer_id", "card_id").unique().sort("customer_id", "card_id")
    )
    with new_folder(folder) as hidden:
        writing = _Writing(hidden, fmt)
        met = _Met()
        known = with_known_labels(transactions, labels, known_on or end).select(_PAYMENTS)
        with writing.file("payments") as file:
            for rows in known.collect_batches(chunk_size=READ_ROWS, maintain_order=True, engine="streaming"):
                met.pay(rows)
                file.write(writing.edges(EDGES["payments"], rows))
        for rows in events.select(_EVENTS).collect_batches(
            chunk_size=READ_ROWS, maintain_order=True, engine="streaming"
        ):
            met.meet(rows)
        for name, frame in nodes.items():
            met.check(frame, NODES[name].key)
            writing.write(name, writing.nodes(NODES[name], frame))
        writing.write("holds", writing.edges(EDGES["holds"], held.collect(engine="streaming")))
        for target in ("devices", "addresses", "dwellings", "phones"):
            writing.write(target, writing.nodes(NODES[target], met.nodes(NODES[target].key)))
        for name, pairs in met.pairs.items():
            writing.write(name, writing.edges(EDGES[name], pairs))
    files = tuple(folder / name for name in writing.names)
    size = sum(path.stat().st_size for path in files)
    return ExportReport(NAME, fmt, files, met.payments, met.payments, size)


def _entities(table: pl.LazyFrame, nodes: Nodes, end: date) -> pl.DataFrame:
    """The latest version of each entity that is known on a day, by id."""
    known = as_of(table, end).sort(nodes.key, "valid_from").group_by(nodes.key, maintain_order=True).last()
    return known.select(nodes.key, *nodes.columns).collect(engine="streaming").sort(nodes.key)


class _Met:
    """Cards, people, merchants, devices, addresses, dwellings and phones that payments and events have shown so far."""

    def __init__(self) -> None:
        self.payments = 0
        self._ids = {key: pl.Series(key, [], pl.Int64) for key in ("card_id", "merchant_id", "customer_id")}
        self.pairs = {
            name: pl.DataFrame(
                schema={
                    NODES[EDGES[name].source].key: pl.Int64,
                    NODES[EDGES[name].target].key: pl.Int64,
                    **dict.fromkeys(counts, pl.Int64),
                    **dict.fromkeys(("first_at", "last_at"), pl.Datetime("us", "UTC")),
                }
            )
            for name, counts in _PAIRS.items()
        }

    def pay(self, rows: pl.DataFrame) -> None:
        self.payments += rows.height
        self._see(rows, "card_id", "merchant_id")
        for name in ("ordered_on", "ordered_from"):
            self._join(name, rows.with_columns(payments=pl.lit(1, pl.Int64)))

    def meet(self, rows: pl.DataFrame) -> None:
        self._see(rows, "customer_id")
        failed = pl.col("outcome").cast(pl.String) == "failed"
        for name in ("met_on", "met_from", "moved_to", "reached_on"):
            self._join(name, rows.with_columns(events=pl.lit(1, pl.Int64), failed=failed.cast(pl.Int64)))

    def _see(self, rows: pl.DataFrame, *keys: str) -> None:
        for key in keys:
            self._ids[key] = pl.concat([self._ids[key], rows[key]]).unique()

    def _join(self, name: str, rows: pl.DataFrame) -> None:
        """Add rows to pairs of nodes."""
        before, ends = self.pairs[name], [NODES[end].key for end in (EDGES[name].source, EDGES[name].target)]
        new = rows.with_columns(pl.col(ends).cast(pl.Int64), first_at="timestamp", last_at="timestamp")
        both = pl.concat([before, new.select(before.columns).drop_nulls(ends)])
        sums = (pl.col(_PAIRS[name]).sum(), pl.col("first_at").min(), pl.col("last_at").max())
        self.pairs[name] = both.group_by(ends).agg(*sums).sort(ends)

    def nodes(self, key: str) -> pl.DataFrame:
        """All devices, all addresses, all dwellings, or all phones."""
        return (
            pl.concat([pairs.select(key) for pairs in self.pairs.values() if key in pairs.columns]).unique().sort(key)
        )

    def check(self, frame: pl.DataFrame, key: str) -> None:
        """Make sure that all that pay, are paid, and meet the bank, are nodes."""
        missing = self._ids[key].filter(~self._ids[key].is_in(frame[key].implode()))
        if len(missing):
            raise CatalogMismatchError(
                f"payments and events are of {len(missing):,} values of {key} that the catalogs do not list, such as "
                f"{missing.min()}; give the catalogs of the same world, cards reissued after fraud included"
            )


@dataclass
class _Writing:
    """Files in a folder, in the words of a format."""

    folder: Path
    fmt: Format

    def __post_init__(self) -> None:
        self.names: list[str] = []

    def file(self, name: str) -> ExportFile:
        self.names.append(f"{name}{SUFFIXES[self.fmt]}")
        return KINDS[self.fmt](self.folder / self.names[-1])

    def write(self, name: str, rows: pl.DataFrame) -> None:
        with self.file(name) as file:
            file.write(rows)

    def nodes(self, nodes: Nodes, frame: pl.DataFrame) -> pl.DataFrame:
        """Nodes as the format has them."""
        return self._told(frame, {nodes.key: f"{nodes.key}:ID({nodes.label})"})

    def edges(self, edges: Edges, frame: pl.DataFrame) -> pl.DataFrame:
        """Edges as the format has them, their two ends first."""
        source, target = NODES[edges.source], NODES[edges.target]
        ends = {source.key: f":START_ID({source.label})", target.key: f":END_ID({target.label})"}
        return self._told(frame.select(*ends, pl.exclude(*ends)), ends)

    def _told(self, frame: pl.DataFrame, ids: Mapping[str, str]) -> pl.DataFrame:
        plain = frame.with_columns(pl.col(pl.Decimal).cast(pl.Float64), pl.col(pl.Enum, pl.Categorical).cast(pl.String))
        if self.fmt != "csv":
            return plain
        moments = pl.col(pl.Datetime).dt.to_string("%Y-%m-%dT%H:%M:%S%.6fZ")
        names = {name: ids.get(name, f"{name}:{_NEO4J[kind]}") for name, kind in _kinds(plain)}
        return plain.with_columns(moments).rename(names)


_NEO4J = {
    pl.String: "string", pl.Int64: "long", pl.UInt32: "long", pl.Int32: "int", pl.Float64: "double",
    pl.Float32: "float", pl.Boolean: "boolean", pl.Date: "date", pl.Datetime: "datetime",
}  # fmt: skip


def _kinds(frame: pl.DataFrame) -> list[tuple[str, type[pl.DataType]]]:
    return [(name, kind.base_type()) for name, kind in frame.schema.items()]
