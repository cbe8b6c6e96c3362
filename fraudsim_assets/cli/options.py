"""Options that many commands share, each declared once.

Belongs here: declarations, parsing and completion of options. Does not belong here: what they do.
"""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from fraudsim_assets.config import bundled_configs


def parse_day(text: str) -> date:
    """Read a day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no day; valid is YYYY-MM-DD, such as 2025-01-31") from error


def examples(*lines: str) -> str:
    """Write the examples below a command's help, one per line."""
    return "\n\n".join(("Examples:", *lines))


def _complete_config(incomplete: str) -> list[str]:
    return [name for name in bundled_configs() if name.startswith(incomplete)]


def _complete_setting(incomplete: str) -> list[str]:
    from fraudsim_assets.config.schema import leaves

    return [f"{'.'.join(path)}=" for path, _ in leaves() if ".".join(path).startswith(incomplete)]


ConfigOption = Annotated[
    str | None,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE|NAME",
        help="YAML file or bundled configuration. Default: the variable FRAUDSIM_CONFIG, or the built-in defaults.",
        autocompletion=_complete_config,
        show_default=False,
    ),
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        metavar="SETTING=VALUE",
        help="Override one setting, such as fraud.rate=0.01. May be repeated.",
        autocompletion=_complete_setting,
        show_default=False,
    ),
]
ScaleOption = Annotated[
    float | None,
    typer.Option(
        "--scale",
        metavar="NUMBER",
        help="Make the world so many times as large: people, cards, merchants and payments. Short for "
        "--set population.scale=NUMBER.",
        show_default=False,
    ),
]
DecisionsOption = Annotated[
    Path | None,
    typer.Option(
        "--decisions",
        metavar="FOLDER",
        help="Log of decisions that days are made under, FOLDER/POLICY of evaluate --log: another world. Short for "
        "--set decisions=FOLDER.",
        show_default=False,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document, for machines.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Log every chunk instead of showing progress.")]
CheckOption = Annotated[
    bool,
    typer.Option("--check/--no-check", help="Check each day while it is made; a day that fails is not written."),
]


def day_option(*names: str, text: str) -> typer.models.OptionInfo:
    """Declare an option that takes a day."""
    return typer.Option(*names, parser=parse_day, metavar="YYYY-MM-DD", help=text, show_default=False)


DateOption = Annotated[date | None, day_option("--date", "-d", text="One UTC day.")]
StartOption = Annotated[date | None, day_option("--start", text="First UTC day.")]
EndOption = Annotated[date | None, day_option("--end", text="Last UTC day, included.")]
