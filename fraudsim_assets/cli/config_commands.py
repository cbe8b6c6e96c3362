"""``fraudsim config``: look at a configuration, check it, and give other tools what is declared.

Belongs here: the commands. Does not belong here: loading (``fraudsim_assets.config``), and what is
written (``quality.suites``).
"""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml

from fraudsim_assets.cli.config_hint import ConfigHint
from fraudsim_assets.cli.options import ConfigOption, JsonOption, ScaleOption, SetOption, examples
from fraudsim_assets.cli.output import Output, printable
from fraudsim_assets.cli.session import all_overrides
from fraudsim_assets.config import Config, bundled_configs, config_digest, load_config
from fraudsim_assets.errors import ConfigError, FraudsimError, StorageError

app = typer.Typer(
    no_args_is_help=True, help="Look at a configuration, check it, and give other tools what is declared."
)

ChangedOption = Annotated[bool, typer.Option("--changed", help="Only what differs from the defaults.")]


@app.command(
    cls=ConfigHint,
    epilog=examples("fraudsim config show --config demo", "fraudsim config show -c demo -s fraud.rate=0.01 --changed"),
)
def show(
    config: ConfigOption = None,
    settings: SetOption = None,
    scale: ScaleOption = None,
    *,
    changed: ChangedOption = False,
    as_json: JsonOption = False,
) -> None:
    """Show the configuration in force: all layers laid over one another."""
    loaded = load_config(config, overrides=all_overrides(settings, scale))
    values = changed_values(loaded) if changed else loaded.model_dump(mode="json")
    digests = {scope: config_digest(loaded, scope=scope) for scope in ("catalogs", "transactions")}
    if as_json:
        Output(as_json=True).result({"config": values, "digests": digests})
        return
    print(yaml.safe_dump(values, sort_keys=False, allow_unicode=True), end="")
    print(f"# digest of the catalogs {digests['catalogs']}, of the days {digests['transactions']}")


def changed_values(config: Config) -> dict[str, Any]:
    """Settings that differ from the defaults, nested, in plain values."""

    def differing(values: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
        found = {}
        for key, value in values.items():
            default = defaults.get(key)
            if isinstance(value, dict) and isinstance(default, dict) and set(default) <= set(value):
                below = differing(value, default)
                if below:
                    found[key] = below
            elif value != default:
                found[key] = value
        return found

    return differing(config.model_dump(mode="json"), Config().model_dump(mode="json"))


@app.command(epilog=examples("fraudsim config check my.yaml other.yaml", "fraudsim config check demo --json"))
def check(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FILE|NAME]...", help="Default: the configuration in force.", show_default=False),
    ] = None,
    settings: SetOption = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Check configurations and tell everything that is wrong with them."""
    results = {name or "configuration in force": _problems(name, settings) for name in (names or [None])}
    wrong = {name: told for name, told in results.items() if told}
    if as_json:
        Output(as_json=True).result({name: {"valid": not told, "problems": told} for name, told in results.items()})
    else:
        for name, told in results.items():
            print(*map(printable, [f"{name}: {'fine' if not told else ''}", *told]), sep="\n  ")
    if wrong:
        raise typer.Exit(code=2)


def _problems(name: str | None, settings: list[str] | None) -> list[str]:
    try:
        loaded = load_config(name, overrides=settings)
    except ConfigError as error:
        lines = str(error).splitlines()
        return lines if len(lines) == 1 else [line.removeprefix("  - ") for line in lines[1:]]
    return _world_problems(loaded)


def _world_problems(config: Config) -> list[str]:
    """What only shows when the world is laid out: countries without cities, plugins that only declare."""
    from fraudsim_assets.catalog.layout import build_layout
    from fraudsim_assets.fraud.cast import cast_scenarios

    seeded = config if config.seed is not None else config.model_copy(update={"seed": 0})
    found = []
    for attempt in (build_layout, cast_scenarios):
        try:
            attempt(seeded)
        except FraudsimError as error:
            found.append(str(error))
    return found


@app.command(epilog=examples("fraudsim config schema > fraudsim.schema.json"))
def schema() -> None:
    """Print the JSON schema of configuration files, for completion and checks in an editor."""
    document = Config.model_json_schema()
    document["properties"]["extends"] = {
        "type": "string",
        "description": "A configuration to build on: a bundled name, or a path beside the file.",
        "examples": list(bundled_configs()),
    }
    document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    print(json.dumps(document, indent=2))


def _complete_table(incomplete: str) -> list[str]:
    from fraudsim_assets.tables import TABLES

    return [name for name in TABLES if name.startswith(incomplete)]


@app.command(epilog=examples("fraudsim config expectations suites", "fraudsim config expectations -t transactions ."))
def expectations(
    folder: Annotated[Path, typer.Argument(help="Folder to write to; made if it is not there.")],
    table: Annotated[
        str | None,
        typer.Option(
            "--table",
            "-t",
            metavar="NAME",
            help="Only this table. Default: all of them.",
            autocompletion=_complete_table,
            show_default=False,
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
) -> None:
    """Write the contracts of the tables as Great Expectations suites, one JSON file each.

    Great Expectations itself is not needed for writing them; see docs/validation.md.
    """
    from fraudsim_assets.quality.suites import expectation_suite
    from fraudsim_assets.tables import TABLES

    if table is not None and table not in TABLES:
        raise ConfigError(f"{table!r} is no table; valid are {', '.join(TABLES)}")
    output = Output(as_json)
    written = {}
    for name in [table] if table else TABLES:
        suite = expectation_suite(name)
        path = folder / f"{suite['name']}.json"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(suite, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror}") from error
        written[name] = {"file": str(path), "expectations": len(suite["expectations"])}
        output.say(f"{path}: {len(suite['expectations'])} expectations")
    if as_json:
        output.result(written)
