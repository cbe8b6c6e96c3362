"""What a Parquet file tells pandas, so that whole numbers with missing values stay whole numbers.

Without a word from the file, pandas reads such a column as floating point, which keeps 53 bits: an id of 63
bits that went through it finds no row again. Readers other than pandas do not look at this.

Belongs here: the one key of a schema that pandas knows. Does not belong here: our own facts (``facts``).

References
----------
.. [1] pandas developer guide, "Storing pandas DataFrame objects in Apache Parquet format".
"""

import json
from collections.abc import Collection

import pyarrow as pa

KEY = b"pandas"
"""Key of the metadata of a schema."""

_LEAST_VERSION = "1.0.0"
"""pandas knows nullable types of these names since then."""


def with_pandas_metadata(schema: pa.Schema, names: Collection[str] | None = None) -> pa.Schema:
    """Tell pandas to read whole numbers and booleans that may be missing as its nullable types.

    Parameters
    ----------
    schema
        Schema of a file to be written.
    names
        Columns in which a value may be missing; None are those that the schema declares nullable.

    Returns
    -------
    pa.Schema
        The same columns; the same schema where no column needs it.
    """
    missing = {field.name for field in schema if field.nullable} if names is None else names
    told = [_column(field) for field in schema if field.name in missing and _loses(field.type)]
    if not told:
        return schema
    words = {"index_columns": [], "column_indexes": [], "columns": told, "pandas_version": _LEAST_VERSION}
    return schema.with_metadata({**(schema.metadata or {}), KEY: json.dumps(words).encode()})


def _loses(kind: pa.DataType) -> bool:
    return pa.types.is_integer(kind) or pa.types.is_boolean(kind)


def _column(field: pa.Field) -> dict[str, str | None]:
    plain = "bool" if pa.types.is_boolean(field.type) else str(field.type)
    nullable = "boolean" if plain == "bool" else plain.replace("uint", "UInt") if plain[0] == "u" else plain.title()
    return {
        "name": field.name,
        "field_name": field.name,
        "pandas_type": plain,
        "numpy_type": nullable,
        "metadata": None,
    }
