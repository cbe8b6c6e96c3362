"""``fraudsim benchmark``: worlds with hidden seeds that policies are compared in.

Belongs here: options and what is printed. Does not belong here: commitments (``policies.sealed``) and trials.
"""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from fraudsim_assets.cli.options import JsonOption, examples
from fraudsim_assets.cli.output import Output

if TYPE_CHECKING:
    from fraudsim_assets.policies.sealed import SealedWorld

app = typer.Typer(
    no_args_is_help=True,
    help="Worlds with hidden seeds that policies are compared in.",
    epilog=examples("fraudsim benchmark list", "fraudsim benchmark reveal amber 123:0f0f0f0f0f0f0f0f"),
)


@app.command("list", epilog=examples("fraudsim benchmark list", "fraudsim benchmark list --json"))
def list_worlds(*, as_json: JsonOption = False) -> None:
    """Tell which worlds there are, and the SHA-256 that commits to the seed of each."""
    from fraudsim_assets.policies.sealed import worlds

    output = Output(as_json)
    if as_json:
        output.result({name: world.model_dump(mode="json") for name, world in worlds().items()})
        return
    head = ("name", "config", "scale", "start", "days", "sha256 of seed:salt")
    output.table("worlds", head, [(name, w.config, w.scale, w.start, w.days, w.sha256) for name, w in worlds().items()])


@app.command("reveal", epilog=examples("fraudsim benchmark reveal amber 123:0f0f0f0f0f0f0f0f"))
def reveal(
    name: Annotated[str, typer.Argument(help="See `fraudsim benchmark list`.")],
    revealed: Annotated[str, typer.Argument(metavar="SEED:SALT", help="What was published when the round was over.")],
    *,
    as_json: JsonOption = False,
) -> None:
    """Check that a revealed seed is the one that was committed to, and say how to make the scores again."""
    from fraudsim_assets.policies import sealed

    output, seal = Output(as_json), sealed.revealed(name, revealed)
    command = _again(sealed.worlds()[name], seal.seed)
    output.say(f"{seal.sha256} is the SHA-256 of what was revealed, and was committed to")
    output.say(f"the scores again: {command}")
    if as_json:
        output.result({"world": name, "seed": seal.seed, "sha256": seal.sha256, "command": command})


def _again(world: "SealedWorld", seed: int) -> str:
    start = date.fromisoformat(world.start)
    end = start + timedelta(days=world.days - 1)
    return (
        f"fraudsim evaluate --config {world.config} --scale {world.scale:g} --set seed={seed} --start {start} "
        f"--end {end} --policy rules --policy trees --policy oracle"
    )
