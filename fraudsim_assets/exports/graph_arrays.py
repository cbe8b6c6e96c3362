"""A graph that was written as Parquet, as arrays of numbers for graph neural networks.

The one idea: a node is its row's number, so that an edge is two numbers; the arrays are what ``torch.from_numpy`` and
``HeteroData`` of PyTorch Geometric take, and neither of them is needed to make them.

Belongs here: numbering, and numbers for words. Does not belong here: files (``graph``), and models.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from polars import selectors as cs

from fraudsim_assets.errors import StorageError
from fraudsim_assets.exports.graph import EDGES, NODES, TRUTH

NONE = -1.0
"""What stands for a missing value."""

_IDS = frozenset({nodes.key for nodes in NODES.values()} | {"transaction_id", "campaign_id", "name", "city"})
"""Columns that name something, and are no features."""


@dataclass(frozen=True)
class NodeArrays:
    """Nodes of one type.

    Attributes
    ----------
    ids : (n,)
        Ids in the tables, ascending; a node's number is its place here.
    x : (n, k)
        Features: numbers as they are, words as numbers of ``words``, dates as days since 1970, -1 for what is missing.
    columns : k names
        What the columns of ``x`` are.
    words
        Words of each column of words; the number of a word is its place.
    """

    ids: np.ndarray
    x: np.ndarray
    columns: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class EdgeArrays:
    """Edges of one type.

    Attributes
    ----------
    index : (2, m)
        Numbers of the nodes that each edge joins.
    x, columns, words
        Features, as of :class:`NodeArrays`, without moments, which 32 bits cannot tell to the second.
    rows
        The edges as they were written, with ids, words and moments.
    """

    index: np.ndarray
    x: np.ndarray
    columns: tuple[str, ...]
    words: Mapping[str, tuple[str, ...]]
    rows: pl.DataFrame


@dataclass(frozen=True)
class Graph:
    """Nodes by type, and edges by (source, relation, target).

    What is known of fraud, and the truth about it, is not among the features of payments; it is in their ``rows``.
    """

    nodes: Mapping[str, NodeArrays]
    edges: Mapping[tuple[str, str, str], EdgeArrays]

    @property
    def payments(self) -> EdgeArrays:
        """Edges that are payments."""
        return self.edges["cards", "payments", "merchants"]


def load_graph(folder: Path) -> Graph:
    """Read a graph that ``export_graph`` wrote as Parquet.

    Parameters
    ----------
    folder
        The folder of the graph.

    Returns
    -------
    Graph
        Arrays of float32 and int64, all in memory.

    Raises
    ------
    StorageError
        If a file is missing.
    """
    nodes = {}
    for name, of in NODES.items():
        rows = _read(folder, name)
        nodes[name] = NodeArrays(rows[of.key].to_numpy(), *_features(rows))
    edges = {}
    for name, of in EDGES.items():
        rows = _read(folder, name)
        ends = [
            np.searchsorted(nodes[end].ids, rows[NODES[end].key].to_numpy()).astype(np.int64)
            for end in (of.source, of.target)
        ]
        edges[of.source, name, of.target] = EdgeArrays(np.stack(ends), *_features(rows), rows)
    return Graph(nodes, edges)


def _read(folder: Path, name: str) -> pl.DataFrame:
    path = Path(folder) / f"{name}.parquet"
    if not path.is_file():
        raise StorageError(
            f"{path} is not there; write the graph with: fraudsim export graph {folder} --format parquet"
        )
    return pl.read_parquet(path)


def _features(rows: pl.DataFrame) -> tuple[np.ndarray, tuple[str, ...], Mapping[str, tuple[str, ...]]]:
    words: dict[str, tuple[str, ...]] = {}
    columns: list[np.ndarray] = []
    apart = {*_IDS, *TRUTH, "known_fraud", *rows.select(cs.datetime()).columns}
    names = tuple(name for name in rows.columns if name not in apart)
    for name in names:
        values = rows[name]
        if values.dtype == pl.String:
            words[name] = tuple(values.drop_nulls().unique().sort())
            values = _numbered(values, words[name])
        columns.append(values.cast(pl.Float64).fill_null(NONE).to_numpy().astype(np.float32))
    return np.stack(columns, axis=1) if columns else np.empty((rows.height, 0), np.float32), names, words


def _numbered(values: pl.Series, words: Sequence[str]) -> pl.Series:
    return values.cast(pl.Enum(words)).to_physical()
