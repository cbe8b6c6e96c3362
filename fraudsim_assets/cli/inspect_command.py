"""``fraudsim inspect``: the profile of a day, months of people or one case of fraud, on the terminal or as a page.

Belongs here: finding the day and showing its profile. Does not belong here: the numbers
(``fraudsim_assets.quality.profile``) and the page (``profile_page``).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fraudsim_assets.cli.options import ConfigOption, DateOption, JsonOption, ScaleOption, SetOption
from fraudsim_assets.cli.output import Output, write_page
from fraudsim_assets.cli.session import Session, open_session
from fraudsim_assets.errors import ConfigError, ContractError, StorageError

if TYPE_CHECKING:
    import polars as pl
    import pyarrow as pa

    from fraudsim_assets.cli.profile_page import Portrait

_BARS = "▁▂▃▄▅▆▇█"
_BATCH_ROWS = 65_536


def inspect(  # noqa: PLR0913 - one argument per option
    path: Annotated[
        Path | None,
        typer.Argument(
            metavar="[PATH]", help="A Parquet file of transactions, or a folder of them.", show_default=False
        ),
    ] = None,
    config: ConfigOption = None,
    day: DateOption = None,
    settings: SetOption = None,
    scale: ScaleOption = None,
    html: Annotated[
        Path | None, typer.Option("--html", metavar="FILE", help="Write one self-contained page.", show_default=False)
    ] = None,
    *,
    card: Annotated[
        int | None, typer.Option("--card", metavar="ID", help="Show a card and its first campaign.", show_default=False)
    ] = None,
    campaign: Annotated[
        str | None,
        typer.Option("--campaign", metavar="ID|any", help="Show a campaign and a card it strikes.", show_default=False),
    ] = None,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", metavar="NAME", help="Only campaigns of this kind of fraud.", show_default=False),
    ] = None,
    campaigns: Annotated[bool, typer.Option("--campaigns", help="List the campaigns with a step on the day.")] = False,
    ring: Annotated[
        str | None,
        typer.Option("--ring", metavar="ID|any", help="Show a fraud ring as a graph.", show_default=False),
    ] = None,
    customer: Annotated[
        str | None,
        typer.Option(
            "--customer", metavar="ID|any", help="Show a month of a person, as a bank would.", show_default=False
        ),
    ] = None,
    month: Annotated[
        str | None,
        typer.Option(
            "--month", metavar="YYYY-MM", help="Month of --customer. Default: the first whole one.", show_default=False
        ),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(
            "--count", min=1, max=1000, help="How many people for --customer any. Default: 10.", show_default=False
        ),
    ] = None,
    timeline: Annotated[
        bool, typer.Option("--timeline", help="List what changes when, and the kinds of fraud by month.")
    ] = False,
    truth: Annotated[bool, typer.Option("--truth", help="Say which payments of --customer are fraud.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the profile of a day, a month of a person, or one case of fraud before, during and after it.

    A day's profile is about rows, fraud, amounts, hours, shares and missing values. A month is that of
    --customer, with an id or any. A case is one card over some weeks: --card, or --campaign with an id of
    --campaigns, or any. A fraud ring, drawn as a graph, is that of --ring, with a value of ring_id, or any. What is
    not in the store is made in memory and looked at without being written.
    """
    output = Output(as_json)
    if timeline:
        from fraudsim_assets.cli.timeline_command import inspect_timeline

        if (path, day, card, campaign, scenario, ring, customer, month, count) != (None,) * 9 or campaigns or truth:
            raise ConfigError(
                "--timeline is about a whole world; it goes with --config, --set, --scale, --html and --json"
            )
        inspect_timeline(open_session(config, settings, output, scale=scale), html)
        return
    if ring is not None:
        from fraudsim_assets.cli.ring_command import inspect_ring

        if (path, card, campaign, scenario, customer, month, count) != (None,) * 7 or campaigns or truth:
            raise ConfigError("--ring stands alone; it goes with --config, --date, --html and --json")
        inspect_ring(open_session(config, settings, output, scale=scale), ring, day, html)
        return
    if customer is not None or month is not None or count is not None or truth:
        from fraudsim_assets.cli.statement_command import Asked, inspect_customers

        if path is not None or day is not None or campaigns or (card, campaign, scenario) != (None, None, None):
            raise ConfigError(
                "--customer, --month, --count and --truth are about months of people; they go with --config, --set, "
                "--scale, --html and --json, and --month 2025-03 chooses the month"
            )
        asked = Asked(customer=customer, month=month, count=count, truth=truth)
        inspect_customers(open_session(config, settings, output, scale=scale), asked, html)
        return
    if campaigns or card is not None or campaign is not None:
        from fraudsim_assets.cli.case_command import Wanted, inspect_case

        if path is not None:
            raise ConfigError("a case is looked up in a world; give --config instead of a PATH")
        inspect_case(
            open_session(config, settings, output, scale=scale),
            Wanted(card=card, campaign=campaign, scenario=scenario, day=day, listed=campaigns),
            html,
        )
        return
    _check_profile(path, day, scenario)
    portrait = _of_path(path) if path is not None else _of_day(open_session(config, settings, output, scale=scale), day)
    _tell(output, portrait, html)


def _check_profile(path: Path | None, day: date | None, scenario: str | None) -> None:
    if scenario is not None:
        raise ConfigError("--scenario goes with --campaign any or --campaigns")
    if (path is None) == (day is None):
        raise ConfigError("give either a PATH or --date 2025-01-31")


def _tell(output: Output, portrait: "Portrait", html: Path | None) -> None:
    if html is not None:
        from fraudsim_assets.cli.profile_page import page

        write_page(html, page(portrait))
        output.say(f"{html} written")
    if output.as_json:
        output.result(vars(portrait))
    elif html is None:
        _show(output, portrait)


def _of_path(path: Path) -> "Portrait":
    import polars as pl

    from fraudsim_assets.quality.stored_files import files_below, table_of

    # a folder of all tables holds one of transactions
    path = below if (below := path / "transactions").is_dir() else path
    files = files_below([path])
    try:
        frame = pl.scan_parquet(files, hive_partitioning=False)
        names = frame.collect_schema().names()
    except (OSError, pl.exceptions.PolarsError) as error:
        raise StorageError(f"{path} cannot be read as Parquet: {error}") from error
    if table_of(names, path) != "transactions":
        raise ContractError(f"{path} holds {table_of(names, path)}; a profile is of transactions")
    return _portrait(_batches(frame, str(path)), title="Transactions", source=str(path))


def _of_day(session: Session, day: date | None) -> "Portrait":
    from fraudsim_assets.cli.catalogs import catalogs_in_memory
    from fraudsim_assets.cli.days import requested_days
    from fraudsim_assets.simulation import World, simulate_day
    from fraudsim_assets.storage import PartKey

    config = session.seeded
    (wanted,) = requested_days(config, day, None, None)
    key = PartKey("transactions", wanted.isoformat())
    title = f"Transactions of {wanted}"
    if session.found is not None and session.store.exists(key):
        facts, uri = session.store.metadata(key).facts, session.store.uri(key)
        return _portrait(_batches(session.store.scan([key]), uri), title=title, source=uri, facts=facts)
    stream = simulate_day(World(config, catalogs_in_memory(session)), wanted)
    return _portrait(
        stream.batches(), title=title, source="not stored; made in memory", facts={"seed": str(config.seed)}
    )


def _batches(frame: "pl.LazyFrame", source: str) -> Iterator["pa.RecordBatch"]:
    """Stored rows in their declared types, chunk by chunk and in any order."""
    import pyarrow as pa

    from fraudsim_assets.tables import Transactions, arrow_schema

    schema = arrow_schema(Transactions)
    missing = [name for name in schema.names if name not in frame.collect_schema().names()]
    if missing:
        raise ContractError(f"{source} lacks the columns {', '.join(missing)}; see fraudsim validate")
    for part in frame.select(schema.names).collect_batches(
        chunk_size=_BATCH_ROWS, maintain_order=False, engine="streaming"
    ):
        try:
            yield from part.to_arrow().cast(schema).to_batches()
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
            raise ContractError(f"{source} is not as declared: {error}; see fraudsim validate") from error


def _portrait(
    batches: Iterable["pa.RecordBatch"], *, title: str, source: str, facts: Mapping[str, str] | None = None
) -> "Portrait":
    from fraudsim_assets.cli.profile_page import Portrait
    from fraudsim_assets.quality.profile import DayProfiler

    profiler = DayProfiler()
    for batch in batches:
        profiler.add(batch)
    profile, said = profiler.profile(), facts or {}
    return Portrait(
        title, source, said.get("seed", ""), said.get("config_digest", ""), profile.metrics(), profile.histograms
    )


def _show(output: Output, portrait: "Portrait") -> None:
    from fraudsim_assets.cli.profile_page import hours_of, mixes_of

    output.table(f"{portrait.title} ({portrait.source})", ("", ""), list(portrait.metrics.items()))
    output.say(f"\nrows by hour of the merchant's day, 0 to 23\n{sparkline(hours_of(portrait))}")
    for name, found in mixes_of(portrait).items():
        total = max(sum(count for _, count in found), 1)
        bars = [(value, n, f"{n / total:.2%}", "█" * round(30 * n / total)) for value, n in found]
        output.say("")
        output.table(name, ("", "rows", "share", ""), bars)


def sparkline(counts: list[int]) -> str:
    """Bars of text, one character each."""
    tallest = max(counts, default=0) or 1
    return "".join(_BARS[round((len(_BARS) - 1) * count / tallest)] for count in counts)
