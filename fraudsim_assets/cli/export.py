"""``fraudsim export``: transactions in other people's shapes.

Belongs here: finding the rows, in the store or from the generator, and the report. Does not belong
here: the shapes (``fraudsim_assets.exports``).
"""

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.options import (
    ConfigOption,
    DateOption,
    EndOption,
    JsonOption,
    SetOption,
    StartOption,
    day_option,
)
from fraudsim_assets.cli.output import Output, sized
from fraudsim_assets.cli.session import Session, open_session
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    import polars as pl

    from fraudsim_assets.exports import ExportReport
    from fraudsim_assets.simulation import World


def _complete_view(incomplete: str) -> list[str]:
    from fraudsim_assets.exports import VIEWS

    return [name for name in VIEWS if name.startswith(incomplete)]


def export(
    view: Annotated[
        str,
        typer.Argument(
            help="The shape: bank, training, sparkov, handbook or tabformer (see docs/exports.md).",
            autocompletion=_complete_view,
        ),
    ],
    target: Annotated[Path, typer.Argument(help="File to write; for handbook a folder.")],
    *,
    config: ConfigOption = None,
    day: DateOption = None,
    start: StartOption = None,
    end: EndOption = None,
    settings: SetOption = None,
    file_format: Annotated[
        str | None,
        typer.Option(
            "--format", "-f", metavar="FORMAT", help="parquet, csv or, for handbook, pickle.", show_default=False
        ),
    ] = None,
    known_on: Annotated[
        date | None,
        day_option("--known-on", text="For training: the day whose knowledge the labels show. Default: the last day."),
    ] = None,
    gap_days: Annotated[int, typer.Option(min=0, help="For training: last days left out.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Write transactions in another shape: a bank's view, a training set, or a public data set's format.

    Days that are all in the store are read from there; otherwise they are made on the way, and
    nothing but the export is written.
    """
    from fraudsim_assets.cli.days import requested_days
    from fraudsim_assets.exports import VIEWS
    from fraudsim_assets.exports import export as write_export

    if view not in VIEWS:
        raise ConfigError(f"{view!r} is no view; valid are {', '.join(VIEWS)}")
    session = open_session(config, settings, Output(as_json))
    days = requested_days(session.seeded, day, start, end)
    source = _Source(session, days)
    begun = time.perf_counter()
    report = write_export(
        view,
        transactions=source.transactions(),
        catalogs=source.catalogs(VIEWS[view].catalogs),
        target=target,
        fmt=_format(view, file_format, target),
        labels=source.labels(known_on or days[-1]) if view == "training" else None,
        known_on=known_on or days[-1],
        gap_days=gap_days,
    )
    _report(session.output, report, seconds=time.perf_counter() - begun)


def _format(view: str, asked: str | None, target: Path) -> Any:
    """Format asked for, or told by the file's name, or the view's first."""
    from fraudsim_assets.exports import VIEWS

    formats = VIEWS[view].formats
    told = target.suffix.removeprefix(".")
    return asked or (told if told in formats else formats[0])


class _Source:
    """Rows of some days: from the store if all of them are there, else from the generator."""

    def __init__(self, session: Session, days: Sequence[date]) -> None:
        self._session = session
        self._days = days
        self._world: World | None = None

    def transactions(self) -> "pl.LazyFrame":
        """Transactions of all days."""
        from fraudsim_assets.simulation.scan import scan_transactions

        if self._stored("transactions", self._days):
            return self._scan("transactions", self._days)
        config = self._session.seeded
        return scan_transactions(config, self._days[0], self._days[-1], world=self.world)

    def catalogs(self, names: Sequence[str]) -> "dict[str, pl.LazyFrame]":
        """Catalogs by name."""
        import polars as pl

        return {name: pl.DataFrame(getattr(self.world.catalogs, name)).lazy() for name in names}

    def labels(self, until: date) -> "pl.LazyFrame":
        """Labels that became known from the first day on, up to a day."""
        import polars as pl

        from fraudsim_assets.cli.days import requested_days
        from fraudsim_assets.simulation import simulate_labels

        days = requested_days(self._session.seeded, None, self._days[0], until)
        if self._stored("fraud_labels", days):
            return self._scan("fraud_labels", days)
        return pl.concat([pl.DataFrame(simulate_labels(self.world, day).read()) for day in days]).lazy()

    @property
    def world(self) -> "World":
        """World of the configuration, made when it is first needed."""
        if self._world is None:
            from fraudsim_assets.cli.catalogs import ready_in_memory
            from fraudsim_assets.simulation import World

            config = self._session.seeded
            self._world = World(config, ready_in_memory(self._session.store, config))
        return self._world

    def _stored(self, table: str, days: Sequence[date]) -> bool:
        """Whether all days are in the store, made from the configuration in force."""
        from fraudsim_assets.config import config_digest
        from fraudsim_assets.config.provenance import CONFIG_DIGEST
        from fraudsim_assets.storage import PartKey

        store, digest = self._session.store, config_digest(self._session.seeded)
        there = set(store.list_partitions(table))
        keys = [PartKey(table, day.isoformat()) for day in days]
        return all(key.partition in there for key in keys) and all(
            store.metadata(key).facts.get(CONFIG_DIGEST) == digest for key in keys
        )

    def _scan(self, table: str, days: Sequence[date]) -> "pl.LazyFrame":
        from fraudsim_assets.storage import PARTITION_COLUMN, PartKey

        keys = [PartKey(table, day.isoformat()) for day in days]
        return self._session.store.scan(keys).drop(PARTITION_COLUMN)


def _report(output: Output, report: "ExportReport", *, seconds: float) -> None:
    if output.as_json:
        output.result(
            {**vars(report), "files": [str(path) for path in report.files], "rows_left_out": report.rows_left_out}
        )
        return
    for path in report.files[:20]:
        output.say(str(path))
    if len(report.files) > 20:
        output.say(f"and {len(report.files) - 20} more")
    left_out = f", {report.rows_left_out:,} rows left out" if report.rows_left_out else ""
    size = sized(report.written_bytes)
    output.say(f"{report.view} as {report.fmt}: {report.rows_written:,} rows, {size} in {seconds:.1f} s{left_out}")
