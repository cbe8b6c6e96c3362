"""``fraudsim validate``: Parquet files against the contracts of their tables and against each other.

Belongs here: the report. Does not belong here: the checks (``fraudsim_assets.quality``).
"""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.exit_codes import ExitCode
from fraudsim_assets.cli.options import JsonOption
from fraudsim_assets.cli.output import Output

if TYPE_CHECKING:
    from fraudsim_assets.quality.one_store import FileVerdict
    from fraudsim_assets.quality.results import CheckResult


def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Parquet files, or folders of them.")],
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            "-t",
            metavar="NAME",
            help="Table they should be. Default: told from the columns.",
            show_default=False,
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check Parquet files against the contracts of the tables, and those of one store against each other.

    Every column must be there, in order, of its declared type, within its bounds and closed lists.
    Files of one store must be of one world; where the catalogs are among them, the keys of all rows
    must exist and be valid on their day, and each transaction must name the card's one before it,
    also on the day before. Files are read in chunks, so their size and number do not matter.
    """
    from fraudsim_assets.quality.folder import FolderChecker
    from fraudsim_assets.quality.stored_files import StoredFile, files_below

    output = Output(as_json)
    folders: dict[Path, list[StoredFile]] = {}
    for path in files_below(paths):
        file = StoredFile.of(path, table)
        folders.setdefault(file.root, []).append(file)
    checkers = {root: FolderChecker(files) for root, files in folders.items()}
    for checker in checkers.values():
        checker.run()
    verdicts = [verdict for checker in checkers.values() for verdict in checker.verdicts]
    wrong = [verdict for verdict in verdicts if verdict.failed]
    unjudged = {str(root): checker.unjudged for root, checker in checkers.items() if checker.unjudged}
    if as_json:
        output.result({"valid": not wrong, "files": [_document(each) for each in verdicts], "not_checked": unjudged})
    else:
        for verdict in wrong:
            output.say(f"{verdict.file.path} as {verdict.file.table}:")
            for result in verdict.failed:
                output.say(f"  {_told(result)}")
        for root, sentences in unjudged.items():
            output.say(f"not checked in {root}: {'; '.join(sentences)}")
        rows = sum(verdict.file.rows for verdict in verdicts)
        output.say(f"{len(verdicts)} files, {rows:,} rows, {len(wrong)} files with violations")
    if wrong:
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def _document(verdict: "FileVerdict") -> dict[str, Any]:
    return {
        "file": str(verdict.file.path),
        "table": verdict.file.table,
        "rows": verdict.file.rows,
        "violations": {r.name: {"expected": r.description, **dict(r.metrics)} for r in verdict.failed},
    }


def _told(result: "CheckResult") -> str:
    found = result.metrics
    count = f"{found['violations']:,} violations" if "violations" in found else "violated"
    example = f", such as {found['example']}" if "example" in found else ""
    return f"{result.name}: {count}{example}; expected: {result.description}"
