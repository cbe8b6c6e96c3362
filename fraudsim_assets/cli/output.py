"""What a command prints: a table or a report for people, one JSON document for machines, or a page.

Belongs here: printing, pages as files, and progress. Does not belong here: what is printed.
"""

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fraudsim_assets.errors import StorageError

if TYPE_CHECKING:
    from rich.console import Console

Advance = Callable[[str], None]
_FILE_WIDTH = 160


@dataclass(frozen=True)
class Output:
    """Where a command's results and progress go.

    Attributes
    ----------
    as_json
        Results are one JSON document on standard output.
    verbose
        Progress is told by log lines instead of a bar.
    """

    as_json: bool = False
    verbose: bool = False

    @cached_property
    def console(self) -> "Console":
        """Standard output for people."""
        from rich.console import Console

        return Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)

    @property
    def shows_progress(self) -> bool:
        """Whether a progress bar makes sense: a person is watching a terminal."""
        return sys.stderr.isatty() and not self.as_json and not self.verbose

    def result(self, document: Any) -> None:
        """Print the JSON document."""
        print(json.dumps(document, default=plain))

    def say(self, text: str) -> None:
        """Print a line for people; nothing for machines."""
        if not self.as_json:
            self.console.print(printable(text), markup=False)

    def table(self, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Print a table for people; numbers flush right."""
        from rich.table import Table

        table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
        for number, name in enumerate(columns):
            numeric = bool(rows) and all(isinstance(row[number], int | float) for row in rows)
            table.add_column(name, justify="right" if numeric else "left", no_wrap=number == 0)
        for row in rows:
            table.add_row(*(printable(shown(value)) for value in row))
        self.console.print(table)

    @contextmanager
    def progress(self, text: str, total: int) -> Iterator[Advance]:
        """Show a bar while many things are made; gives what to call after each."""
        if not self.shows_progress:
            yield lambda _: None
            return
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task(text, total=total)
            yield lambda done: bar.update(task, advance=1, description=f"{text} {done}")


def write_page(path: Path, text: str) -> None:
    """Write a page.

    Raises
    ------
    StorageError
        If it cannot be written.
    """
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"{path} cannot be written: {error.strerror}") from error


def printable(text: str) -> str:
    """Write out what a terminal would obey instead of showing: control characters, escapes, changes of direction."""
    return "".join(c if c.isprintable() or c == "\n" else c.encode("unicode_escape").decode() for c in text)


def plain(value: Any) -> Any:
    """See a value as JSON: exact decimals and days as text."""
    if isinstance(value, Decimal | date):
        return str(value)
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def shown(value: Any) -> str:
    """Write a value for people."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 100 else f"{value:.4g}"
    return str(value)


def sized(count: float) -> str:
    """Write a number of bytes for people."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
