"""Types that a table format lacks, and those that take their place in files and logs.

Belongs here: schemas there and back. Does not belong here: which types a format lacks (``delta``,
``iceberg``).
"""

from collections.abc import Mapping

import pyarrow as pa

from fraudsim_assets.storage.layout import PARTITION_COLUMN


def with_types(schema: pa.Schema, wider: Mapping[pa.DataType, pa.DataType]) -> pa.Schema:
    """Schema with types that take the place of those that a format lacks."""
    return pa.schema([field.with_type(wider.get(field.type, field.type)) for field in schema])


def declared(schema: pa.Schema, wider: Mapping[pa.DataType, pa.DataType], *, daily: bool) -> pa.Schema:
    """Schema of a table as its log declares it: no dictionaries, types that the format has, and the day."""
    plain = [
        field.with_type(field.type.value_type if pa.types.is_dictionary(field.type) else field.type).remove_metadata()
        for field in with_types(schema, wider)
    ]
    return pa.schema([*plain, pa.field(PARTITION_COLUMN, pa.date32())] if daily else plain)


def as_declared(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Rows of a file with the integers that their table declares, without the day that the format may want in it."""
    named = [name for name in batch.schema.names if name != PARTITION_COLUMN or name in schema.names]
    batch = batch.select(named)
    fields = [
        field.with_type(schema.field(field.name).type)
        if field.name in schema.names and pa.types.is_integer(field.type)
        else field
        for field in batch.schema
    ]
    return batch.cast(pa.schema(fields))
