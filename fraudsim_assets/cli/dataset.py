"""``fraudsim dataset``: data sets with a name, made again anywhere.

Belongs here: options and the report. Does not belong here: what a data set is (``exports.datasets``), and its card.
"""

import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fraudsim_assets.cli.options import JsonOption, examples
from fraudsim_assets.cli.output import Output, sized
from fraudsim_assets.errors import ConfigError

if TYPE_CHECKING:
    from fraudsim_assets.exports.card import Scores
    from fraudsim_assets.exports.datasets import Made

app = typer.Typer(
    no_args_is_help=True,
    help="Data sets with a name that anybody can make again and cite.",
    epilog=examples("fraudsim dataset list", "fraudsim dataset make small small"),
)


ScaleOption = Annotated[
    float,
    typer.Option(metavar="RATIO", help="People, cards, merchants and payments in another number.", show_default=False),
]


def _complete_name(incomplete: str) -> list[str]:
    from fraudsim_assets.exports.datasets import datasets

    return [name for name in datasets() if name.startswith(incomplete)]


@app.command("list", epilog=examples("fraudsim dataset list", "fraudsim dataset list --json"))
def list_datasets(*, as_json: JsonOption = False) -> None:
    """Tell which data sets there are."""
    from fraudsim_assets.exports.datasets import datasets

    output = Output(as_json)
    if as_json:
        output.result({name: one.model_dump(mode="json") for name, one in datasets().items()})
        return
    output.table("data sets", ("name", "what for"), [(name, one.purpose) for name, one in datasets().items()])


@app.command("config", epilog=examples("fraudsim dataset config handbook > handbook.yaml"))
def dataset_config(
    name: Annotated[str, typer.Argument(help="See `fraudsim dataset list`.", autocompletion=_complete_name)],
    *,
    scale: ScaleOption = 1.0,
) -> None:
    """Show the configuration of a data set's world, so that other commands make the same world.

    Such as: fraudsim export handbook_web days --config handbook.yaml --start 2018-04-01 --end 2018-09-30
    """
    import yaml

    from fraudsim_assets.cli.config_commands import changed_values
    from fraudsim_assets.exports.datasets import dataset

    values = changed_values(dataset(name).world_config(scale)) | {"storage": {"base_dir": f"data/{name}"}}
    print(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), end="")


@app.command(
    "make",
    epilog=examples("fraudsim dataset make small small", "fraudsim dataset make sparkov sparkov --scale 0.1"),
)
def make_dataset(
    name: Annotated[str, typer.Argument(help="See `fraudsim dataset list`.", autocompletion=_complete_name)],
    folder: Annotated[Path, typer.Argument(help="Where it goes: a folder that is not there, or empty.")],
    *,
    scale: ScaleOption = 1.0,
    scores: Annotated[bool, typer.Option(help="Work out baseline scores (needs the extra evaluation).")] = True,
    as_json: JsonOption = False,
) -> None:
    """Make a data set: its files, a data card, Croissant metadata and baseline scores.

    The folder appears when everything is there. Hugging Face's load_dataset reads it.
    """
    from fraudsim_assets.exports.card import write_card
    from fraudsim_assets.exports.datasets import known_digest, making

    if scale <= 0:
        raise ConfigError(f"--scale is {scale:g}; valid are numbers above 0")
    begun = time.perf_counter()
    with making(name, folder, scale=scale) as made:
        write_card(made, _scores(made) if scores else None)
        told = {
            "name": name,
            "folder": str(folder),
            "digest": made.digest,
            "known_digest": known_digest(name, scale),
            "files": [
                {"file": part.part.file, "rows": part.rows, "fraud": part.frauds, "bytes": part.size}
                for part in made.parts
            ],
        }
    output = Output(as_json)
    if as_json:
        output.result(told)
        return
    for part in made.parts:
        output.say(f"{folder / part.part.file}: {part.rows:,} rows, {part.frauds:,} of fraud, {sized(part.size)}")
    output.say(f"{name} in {time.perf_counter() - begun:.1f} s, digest of the content {told['digest']}{_known(told)}")


def _known(told: Mapping[str, Any]) -> str:
    if told["known_digest"] is None:
        return ""
    if told["known_digest"] == told["digest"]:
        return ", as this version is known to make it"
    return f"; this version is known to make {told['known_digest']}; a package of another version may be why"


def _scores(made: "Made") -> "Scores | None":
    if made.dataset.view != "model" or find_spec("lightgbm") is None or find_spec("sklearn") is None:
        return None
    import polars as pl

    from fraudsim_assets.evaluation.baseline import baseline_scores

    train, test = (pl.scan_parquet(part.path) for part in made.parts)
    return baseline_scores(train, test)
