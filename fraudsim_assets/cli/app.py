"""The commands of ``fraudsim``, gathered.

Belongs here: their order and the top-level help. Does not belong here: their work.
"""

from typing import Annotated

import typer

from fraudsim_assets.cli import benchmark, config_commands, dataset
from fraudsim_assets.cli.config_hint import ConfigHint
from fraudsim_assets.cli.evaluate import evaluate
from fraudsim_assets.cli.exit_codes import epilog
from fraudsim_assets.cli.export import export
from fraudsim_assets.cli.generate import backfill, catalogs, generate
from fraudsim_assets.cli.inspect_command import inspect
from fraudsim_assets.cli.measuring import difficulty, leaks, scorecard
from fraudsim_assets.cli.options import examples
from fraudsim_assets.cli.replay import replay
from fraudsim_assets.cli.stream import stream
from fraudsim_assets.cli.validate import validate
from fraudsim_assets.config.provenance import package_version

app = typer.Typer(
    name="fraudsim",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=epilog(),
    help="Realistic synthetic card payments with labelled fraud: any day alone, in any order, identical.",
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"fraudsim {package_version()}")
        raise typer.Exit


@app.callback()
def _top(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_tell_version)
    ] = False,
) -> None:
    """What every command has in common: nothing but the option ``--version``."""


app.command(
    cls=ConfigHint,
    epilog=examples(
        "fraudsim generate --config tiny --date 2025-01-15",
        "fraudsim generate -c demo --start 2025-01-01 --end 2025-01-31",
        "fraudsim generate -c demo -d 2025-01-15 -s storage.kind=s3 -s storage.bucket=my-bucket",
    ),
)(generate)
app.command(
    cls=ConfigHint,
    epilog=examples(
        "fraudsim backfill --config demo --start 2025-01-01 --end 2025-12-31 --workers 8",
        "fraudsim backfill -c demo --start 2025-01-01 --end 2025-12-31 --missing",
    ),
)(backfill)
app.command(
    cls=ConfigHint,
    epilog=examples(
        "fraudsim catalogs --config demo",
        "fraudsim catalogs -c demo -s population.customers=50000 -s population.cards=80000",
    ),
)(catalogs)
app.command(
    epilog=examples(
        "fraudsim inspect --config demo --date 2025-01-15",
        "fraudsim inspect data/demo/transactions/date=2025-01-15 --html day.html",
    )
)(inspect)
app.command(
    epilog=examples(
        "fraudsim validate data/demo",
        "fraudsim validate elsewhere.parquet --table transactions --json",
    )
)(validate)
app.command(
    epilog=examples(
        "fraudsim replay data/demo/transactions/date=2025-01-15",
        "fraudsim replay data/demo --json",
    )
)(replay)
app.command(
    epilog=examples(
        "fraudsim export bank bank.parquet --config demo --start 2025-01-01 --end 2025-01-31",
        "fraudsim export sparkov fraudTrain.csv -c demo --start 2025-01-01 --end 2025-06-30",
        "fraudsim export training train.parquet -c demo --start 2025-01-01 --end 2025-03-31 --gap-days 7",
    )
)(export)
app.command(
    cls=ConfigHint,
    epilog=examples(
        "fraudsim stream --config demo --from 2025-03-01T08:00 --to stdout --speed 60",
        "fraudsim stream -c demo --from 2025-03-01 --to-time 2025-03-04 --to kafka://localhost:9092/payments --resume",
        "fraudsim stream -c demo --speed live --to redis://localhost:6379/payments --late 0.01 --disorder 2s",
    ),
)(stream)
app.command(
    cls=ConfigHint,
    epilog=examples("fraudsim scorecard", "fraudsim scorecard --config uk --days 180 --json"),
)(scorecard)
app.command(
    cls=ConfigHint,
    epilog=examples("fraudsim difficulty", "fraudsim difficulty --config demo -s fraud.difficulty=hard --json"),
)(difficulty)
app.command(
    cls=ConfigHint,
    epilog=examples("fraudsim leaks", "fraudsim leaks --config demo --days 79 --json"),
)(leaks)
app.command(
    cls=ConfigHint,
    epilog=examples(
        "fraudsim evaluate --policy rules --policy oracle --start 2025-03-01 --end 2025-03-30",
        "fraudsim evaluate -c demo -p trees -p mine.yaml -p my_model:decide --start 2025-04-01 --end 2025-04-30 "
        "--capacity 200 --html saved.html",
    ),
)(evaluate)
app.add_typer(benchmark.app, name="benchmark")
app.add_typer(dataset.app, name="dataset")
app.add_typer(config_commands.app, name="config")
