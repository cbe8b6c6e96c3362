"""``python -m fraudsim_assets.difficulty``: make days in memory and measure how hard their fraud is to find.

Belongs here: the command. Does not belong here: the measuring.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from fraudsim_assets.catalog import build_catalogs
from fraudsim_assets.config import Config, ensure_seed, load_config
from fraudsim_assets.difficulty.measurement import Difficulty, measure
from fraudsim_assets.difficulty.protocol import Protocol
from fraudsim_assets.difficulty.report import as_json, as_text
from fraudsim_assets.errors import FraudsimError
from fraudsim_assets.simulation import World, simulate_day


def measure_world(
    config: Config, *, days: int | None = None, start: date | None = None, threads: int = 1
) -> Difficulty:
    """Make days of a world in memory and measure them.

    Parameters
    ----------
    config
        The world; without a seed it is given one.
    days
        How many days; the default is that of the protocol. [days]
    start
        First day; the default is the world's first.
    threads
        Threads for boosting. [count]
    """
    seeded = ensure_seed(config)
    world = World(seeded, build_catalogs(seeded))
    protocol = Protocol() if days is None else Protocol.of_days(days)
    dates = protocol.dates(start or seeded.start_date)
    customers = pl.DataFrame(pl.from_arrow(world.catalogs.customers))
    return measure(_frames(world, dates), customers, protocol=protocol, threads=threads)


def _frames(world: World, dates: Sequence[date]) -> Iterator[pl.DataFrame]:
    for day in dates:
        yield pl.DataFrame(pl.from_arrow(simulate_day(world, day).read()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 0 if all scores are in their bands, 1 if not, 2 on an error."""
    parser = argparse.ArgumentParser(prog="python -m fraudsim_assets.difficulty", description=__doc__)
    parser.add_argument("-c", "--config", default="demo", help="name or file of a world (default: demo)")
    parser.add_argument("-s", "--set", action="append", default=[], metavar="KEY=VALUE", help="override a setting")
    parser.add_argument("--days", type=int, help="days to make; the default is 79")
    parser.add_argument("--start", type=date.fromisoformat, help="first day; the default is the world's first")
    parser.add_argument("--threads", type=int, default=1, help="threads for boosting (default: 1)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything measured as JSON as well")
    given = parser.parse_args(arguments)
    try:
        config = load_config(given.config, overrides=given.set)
        measured = measure_world(config, days=given.days, start=given.start, threads=given.threads)
    except FraudsimError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    sys.stdout.write(as_text(measured))
    if given.json is not None:
        given.json.write_text(as_json(measured), encoding="utf-8")
    return 0 if all(accepted for _, _, accepted in measured.verdicts()) else 1


if __name__ == "__main__":
    sys.exit(main())
