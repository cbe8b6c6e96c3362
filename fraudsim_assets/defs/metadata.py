"""What the Dagster UI is told about a table: columns, sample rows and one small picture.

Belongs here: turning declarations and numbers into Dagster metadata. Does not belong here:
counting anything.

A picture is shown in line only while its Markdown stays under 1000 characters; beyond that the
UI hides it behind a link. So the sparkline is one SVG path and its length is checked.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any

import dagster as dg

from fraudsim_assets.config import resource_path
from fraudsim_assets.pages import drawing

if TYPE_CHECKING:
    from fraudsim_assets.storage.report import WriteReport

INLINE_LIMIT = 1000
"""Characters of Markdown that the UI still shows in line."""


def sparkline(counts: Sequence[float], *, label: str) -> dg.MarkdownMetadataValue:
    """Draw a bar chart small enough to be shown in line.

    Parameters
    ----------
    counts : (n,)
        Heights of the bars, at least 0; up to 24 of them always fit. [count]
    label
        Alternative text; letters, digits and blanks.

    Raises
    ------
    ValueError
        If the Markdown would be too long to be shown in line.
    """
    text = f"![{label}](data:image/svg+xml;base64,{base64.b64encode(drawing.sparkline(counts).encode()).decode()})"
    if len(text) >= INLINE_LIMIT:
        raise ValueError(f"{len(counts)} bars make {len(text)} characters; the UI shows at most {INLINE_LIMIT - 1}")
    return dg.MetadataValue.md(text)


def picture(svg: str, *, label: str) -> dg.MarkdownMetadataValue:
    """Show a drawing: behind a link, since only the smallest are shown in line."""
    return dg.MetadataValue.md(f"![{label}](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})")


def markdown_table(rows: Sequence[Mapping[str, Any]]) -> str:
    """Write rows as a table in Markdown, or nothing where there are none."""
    if not rows:
        return ""
    lines = [list(rows[0]), ["---"] * len(rows[0]), *([str(_plain(value)) for value in row.values()] for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def rows_table(rows: Iterable[Mapping[str, Any]]) -> dg.TableMetadataValue | None:
    """Show rows as a table, or nothing where there are none; values Dagster cannot show become text."""
    records = [dg.TableRecord({name: _plain(value) for name, value in row.items()}) for row in rows]
    return dg.MetadataValue.table(records) if records else None


def _plain(value: Any) -> str | float | bool:
    if value is None:
        return ""
    if isinstance(value, datetime | date | Decimal):
        return str(value)
    # a 64-bit id would lose its last digits in a browser
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and abs(value) > 2**53 else value


def report_metadata(report: "WriteReport", *, daily: bool = False) -> dict[str, Any]:
    """What a write did, under the names that the UI knows."""
    return {
        "dagster/partition_row_count" if daily else "dagster/row_count": report.rows,
        "dagster/uri": report.uri,
        "bytes": report.bytes,
        "seconds": round(report.seconds, 3),
        "content_digest": report.content_digest or "",
        "left_alone": report.skipped,
    }


def definition_metadata(table: str) -> dict[str, Any]:
    """What is known of a table before it is made: its columns."""
    return {"dagster/column_schema": column_schema(table)}


@cache
def column_schema(table: str) -> dg.TableSchema:
    """Columns of a table with type, description and constraints, from its published contract.

    Reads ``schema/<table>.json`` rather than the declarations themselves, which would load the
    validation library into every Dagster process.
    """
    contract = json.loads(resource_path("schema", f"{table}.json").read_text(encoding="utf-8"))
    return dg.TableSchema(columns=[_column(facts, contract) for facts in contract["columns"]])


_DICTIONARY = re.compile(r"dictionary<values=(\w+), indices=\w+, ordered=0>")


def _column(facts: Mapping[str, Any], contract: Mapping[str, Any]) -> dg.TableColumn:
    name = facts["name"]
    promises = [_promise(kind, argument) for kind, argument in facts.get("constraints", {}).items()]
    if name in contract["foreign_keys"]:
        promises.append(f"refers to {contract['foreign_keys'][name]}")
    return dg.TableColumn(
        name,
        type=_DICTIONARY.sub(r"\1, dictionary", facts["arrow_type"]),
        description=facts["description"],
        constraints=dg.TableColumnConstraints(
            nullable=facts["nullable"], unique=contract["primary_key"] == [name], other=promises
        ),
    )


def _promise(kind: str, argument: Any) -> str:
    words = {"ge": ">=", "gt": ">", "le": "<=", "lt": "<", "isin": "one of", "matches": "matches"}
    shown = ", ".join(map(str, argument)) if isinstance(argument, list) else argument
    return f"{words.get(kind, kind)} {shown}"
