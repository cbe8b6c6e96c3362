"""``python -m fraudsim_assets.scorecard``: judge some days of a configuration and write the report.

Belongs here: arguments and what is printed.
"""

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path

from fraudsim_assets.config import load_config
from fraudsim_assets.scorecard.evaluation import Scorecard
from fraudsim_assets.scorecard.writing import REPORT, write_scorecard


def main(arguments: list[str] | None = None) -> int:
    """Run; 0 if nine of ten measurable targets are met, else 1."""
    parser = argparse.ArgumentParser(prog="python -m fraudsim_assets.scorecard", description=__doc__)
    parser.add_argument("--config", default="demo", help="file or name of a configuration")
    parser.add_argument("--start", type=date.fromisoformat, help="first day; default: that of the configuration")
    parser.add_argument("--days", type=int, default=30, help="number of days")
    parser.add_argument("--data", type=Path, help="folder of a local store to read days from; others are made")
    parser.add_argument("--out", type=Path, default=Path("scorecard"), help="folder to write to")
    options = parser.parse_args(arguments)
    config = load_config(options.config)
    first = options.start or config.start_date
    days = [first + timedelta(days=i) for i in range(options.days)]
    found = {}
    if options.data is not None:
        folders = {day: options.data / "transactions" / f"date={day}" for day in days}
        found = {day: folder for day, folder in folders.items() if folder.is_dir()}
    scorecard = write_scorecard(config, days, options.out, sources=found)
    sys.stdout.write(text(scorecard) + f"{options.out / REPORT}\n")
    return 0 if scorecard.is_good else 1


def text(scorecard: Scorecard) -> str:
    """The misses, and how many targets are met."""
    lines = [
        f"{verdict.target.id}: {verdict.measured:.4g}, not {verdict.aim.low:.4g} to {verdict.aim.high:.4g} "
        f"({verdict.target.name})\n"
        for verdict in scorecard.misses
    ]
    return "".join(lines) + f"{scorecard.met} of {scorecard.measured} measurable targets met\n"


if __name__ == "__main__":
    raise SystemExit(main())
