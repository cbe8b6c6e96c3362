"""``fraudsim validate``: any Parquet against the contracts, in flat memory.

Belongs here: finding files, guessing their table, and the report. Does not belong here: the checks
(``fraudsim_assets.quality``).
"""

from pathlib import Path
from typing import Annotated

import typer

from fraudsim_assets.cli.exit_codes import ExitCode
from fraudsim_assets.cli.options import JsonOption
from fraudsim_assets.cli.output import Output
from fraudsim_assets.errors import ContractError, StorageError

_BATCH_ROWS = 65_536
_FEWEST_SHARED = 3


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
    """Check Parquet files against the contracts of the tables.

    Files are read in chunks, so their size does not matter. Every column must be there, in order,
    of its declared type, within its bounds and closed lists.
    """
    output = Output(as_json)
    verdicts = [_verdict(path, table) for path in files_below(paths)]
    wrong = [verdict for verdict in verdicts if verdict["violations"]]
    if as_json:
        output.result({"valid": not wrong, "files": verdicts})
    else:
        for verdict in wrong:
            output.say(f"{verdict['file']} as {verdict['table']}:")
            for name, told in verdict["violations"].items():
                output.say(f"  {name}: {told}")
        rows = sum(verdict["rows"] for verdict in verdicts)
        output.say(f"{len(verdicts)} files, {rows:,} rows, {len(wrong)} files with violations")
    if wrong:
        raise typer.Exit(code=ExitCode.CHECK_FAILED)


def files_below(paths: list[Path]) -> list[Path]:
    """Find Parquet files named or lying below folders named, in order.

    Raises
    ------
    StorageError
        If a path does not exist or a folder holds no Parquet.
    """
    found: list[Path] = []
    for path in paths:
        here = sorted(path.rglob("*.parquet")) if path.is_dir() else [path]
        if not path.exists():
            raise StorageError(f"{path} does not exist; valid is a Parquet file or a folder of them")
        if not here:
            raise StorageError(f"{path} holds no Parquet files (*.parquet)")
        found += here
    return found


def _verdict(path: Path, table: str | None) -> dict:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from fraudsim_assets.quality.contract import ContractChecker
    from fraudsim_assets.tables import TABLES

    try:
        with pq.ParquetFile(path) as file:
            name = table or table_of(file.schema_arrow.names, path)
            if name not in TABLES:
                raise ContractError(f"{name!r} is no table; valid are {', '.join(TABLES)}")
            checker = ContractChecker(TABLES[name])
            checker.add(pa.RecordBatch.from_pylist([], schema=file.schema_arrow))
            for batch in file.iter_batches(batch_size=_BATCH_ROWS):
                checker.add(batch)
            rows = file.metadata.num_rows
    except (OSError, pa.ArrowInvalid) as error:
        raise StorageError(f"{path} cannot be read as Parquet: {error}") from error
    failed = [result for result in checker.results() if not result.passed]
    return {
        "file": str(path),
        "table": name,
        "rows": rows,
        "violations": {r.name: {"expected": r.description, **dict(r.metrics)} for r in failed},
    }


def table_of(names: list[str], path: Path) -> str:
    """Tell the table from its columns: the one that shares most of them.

    Raises
    ------
    ContractError
        If the columns are those of no table.
    """
    from fraudsim_assets.tables import TABLES, arrow_schema

    shared = {table: len(set(names) & set(arrow_schema(model).names)) for table, model in TABLES.items()}
    best = max(shared, key=lambda table: shared[table])
    if shared[best] < _FEWEST_SHARED:
        raise ContractError(f"{path} has the columns of no table ({', '.join(names[:8])}); say which with --table")
    return best
