"""A world as a data source of Apache Spark: ``spark.read.format("fraudsim")``.

Options, all of them text: ``config`` (a bundled configuration or a file that workers see), ``table``,
``start``, ``end``, ``partitions``, ``columns`` (joined by commas), ``decisions`` (a folder with a log of them), and
``rowsPerBatch`` for streams.

Spark tells a Python data source which filters a query has, but not which columns it uses: name those
by the option ``columns`` or by ``.schema(...)``, and no others are made.

Belongs here: Spark's protocol. Does not belong here: pieces and rows (``table``).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import reduce
from typing import Any

import polars as pl
import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql import datasource as api
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.streaming.datasource import ReadAllAvailable, ReadLimit, ReadMaxRows
from pyspark.sql.types import StructType

from fraudsim_assets.config import Config
from fraudsim_assets.engines.table import DATE, Piece, WorldTable, world_table
from fraudsim_assets.errors import ConfigError
from fraudsim_assets.units import days_between

FORMAT = "fraudsim"
_OPTIONS = ("config", "table", "start", "end", "partitions", "columns", "decisions", "rowsPerBatch")
_COMPARED = {
    api.EqualTo: pl.Expr.__eq__,
    api.GreaterThan: pl.Expr.__gt__,
    api.GreaterThanOrEqual: pl.Expr.__ge__,
    api.LessThan: pl.Expr.__lt__,
    api.LessThanOrEqual: pl.Expr.__le__,
}


def register(spark: SparkSession) -> None:
    """Make the format known to a session, and let it push filters down, which Spark has off by default."""
    spark.conf.set("spark.sql.python.filterPushdown.enabled", "true")
    spark.dataSource.register(FraudsimSource)


class FraudsimSource(api.DataSource):
    """Tables of a world; see the options in the module."""

    def __init__(self, options: dict[str, str]) -> None:
        super().__init__(options)
        wrong = [name for name in options if name.lower() not in {known.lower() for known in _OPTIONS}]
        if wrong:
            raise ConfigError(f"option {wrong[0]!r} is unknown; valid are {', '.join(_OPTIONS)}")
        given: Any = self.options
        columns = given.get("columns")
        self._table = world_table(
            given.get("config"),
            given.get("table", "transactions"),
            given.get("start"),
            given.get("end"),
            columns=None if columns is None else [name.strip() for name in columns.split(",")],
            decisions=given.get("decisions"),
        )
        self._partitions = _count("partitions", given.get("partitions"))
        self._rows = _count("rowsPerBatch", given.get("rowsPerBatch"))

    @classmethod
    def name(cls) -> str:
        """Name of the format."""
        return FORMAT

    def schema(self) -> StructType:
        """Columns asked for, or all."""
        return from_arrow_schema(self._table.schema)

    def reader(self, schema: StructType) -> "Reader":
        """Reader of all rows."""
        return Reader(self._table.select(schema.names), schema, self._partitions)

    def streamReader(self, schema: StructType) -> "StreamReader":  # noqa: N802 - Spark's name
        """Reader of one stretch of days after the other."""
        return StreamReader(self._table.select(schema.names), schema, self._partitions, self._rows)


@dataclass
class Partition(api.InputPartition):
    """What one task makes."""

    pieces: Sequence[Piece]

    def __post_init__(self) -> None:
        self.value = self.pieces


class Reader(api.DataSourceReader):
    """Rows that pass the filters of a query, one task for each partition."""

    def __init__(self, table: WorldTable, schema: StructType, partitions: int | None) -> None:
        self._table, self._schema, self._partitions = table, schema, partitions
        self._filters: list[api.Filter] = []

    def pushFilters(self, filters: list[api.Filter]) -> Iterable[api.Filter]:  # noqa: N802 - Spark's name
        """Take the filters that can be told exactly in terms of columns; give the others back."""
        for one in filters:
            if expression(one) is None:
                yield one
            else:
                self._filters.append(one)

    def partitions(self) -> Sequence[Partition]:
        """Cut the days that may have rows; filters on the day leave the others out."""
        table = self._table
        for one in self._filters:
            table = _narrowed(table, one)
        return [Partition(pieces) for pieces in table.cut(self._partitions)]

    def read(self, partition: api.InputPartition) -> Iterator[pa.RecordBatch]:
        """Make rows, on a worker."""
        if isinstance(partition, Partition):  # without days Spark asks for the rows of None
            told = [found for one in self._filters if (found := expression(one)) is not None]
            where = reduce(pl.Expr.__and__, told) if told else None
            yield from _as_asked(self._table.batches(partition.pieces, where), self._schema)


class StreamReader(api.DataSourceStreamReader):
    """Days in order: an offset is the next day that has not been given yet."""

    def __init__(self, table: WorldTable, schema: StructType, partitions: int | None, rows: int | None) -> None:
        self._table, self._schema, self._partitions, self._rows = table, schema, partitions, rows

    def initialOffset(self) -> dict:  # noqa: N802 - Spark's name
        """Begin with the first day."""
        return {DATE: self._table.start.isoformat()}

    def getDefaultReadLimit(self) -> ReadLimit:  # noqa: N802 - Spark's name
        """One day, or as many as have about the wanted rows."""
        return ReadMaxRows(self._rows or 1)

    def latestOffset(self, start: dict, limit: ReadLimit) -> dict:  # noqa: N802 - Spark's name
        """Go on by as many whole days as the limit allows, one at least, and never beyond the last."""
        end = self._table.end + timedelta(days=1)
        if isinstance(limit, ReadAllAvailable):
            return {DATE: end.isoformat()}
        per_day = Config.model_validate_json(self._table.config).activity.transactions_per_day
        days = max(1, int(getattr(limit, "max_rows", 1) / per_day))
        return {DATE: min(end, date.fromisoformat(start[DATE]) + timedelta(days=days)).isoformat()}

    def partitions(self, start: dict, end: dict) -> Sequence[Partition]:
        """Cut the days from one offset to the next."""
        first, after = date.fromisoformat(start[DATE]), date.fromisoformat(end[DATE])
        table = self._table.between(first, after - timedelta(days=1))
        return [Partition(pieces) for pieces in table.cut(self._partitions)]

    def read(self, partition: api.InputPartition) -> Iterator[pa.RecordBatch]:
        """Make rows, on a worker."""
        if isinstance(partition, Partition):
            yield from _as_asked(self._table.batches(partition.pieces), self._schema)


def _as_asked(batches: Iterable[pa.RecordBatch], schema: StructType) -> Iterator[pa.RecordBatch]:
    """Batches whose columns may be null where the schema of the query lets them: Spark compares that as well."""
    for batch in batches:
        fields = [field.with_nullable(schema[field.name].nullable) for field in batch.schema]
        yield pa.RecordBatch.from_arrays(batch.columns, schema=pa.schema(fields))


def expression(told: api.Filter) -> pl.Expr | None:
    """A filter of Spark as an expression with the same meaning; None where that cannot be said."""
    if isinstance(told, api.Not):
        inner = expression(told.child)
        return None if inner is None else ~inner
    attribute = getattr(told, "attribute", ())
    if len(attribute) != 1:
        return None
    column = pl.col(attribute[0])
    if isinstance(told, api.IsNull):
        return column.is_null()
    if isinstance(told, api.IsNotNull):
        return column.is_not_null()
    if isinstance(told, api.In):
        return column.is_in([value for value in told.value if value is not None])
    compare, value = _COMPARED.get(type(told)), getattr(told, "value", None)
    return None if compare is None or value is None else compare(column, pl.lit(value))


def _narrowed(table: WorldTable, told: api.Filter) -> WorldTable:
    """The days that pass a filter on the day; all where it is about something else."""
    if getattr(told, "attribute", ()) != (DATE,) or isinstance(told, api.IsNull | api.IsNotNull):
        return table
    days = days_between(table.start, table.end)
    told_exactly = expression(told)
    if told_exactly is None:
        return table
    passing = pl.DataFrame({DATE: days}, schema={DATE: pl.Date}).filter(told_exactly)[DATE].to_list()
    return table.between(min(passing, default=date.max), max(passing, default=date.min))


def _count(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise ConfigError(f"option {name!r} is {text!r}; valid are whole numbers from 1")
    return int(text)
