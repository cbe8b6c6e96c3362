"""``python -m fraudsim_assets.scorecard``: judge some days of a configuration and write the report.

With ``--markdown docs/realism.md`` the measured part of that page is written anew instead, for the demo
and the presets.

Belongs here: arguments and what is printed.
"""

import argparse
import sys
from datetime import date, timedelta
from pathlib import Path

from fraudsim_assets.config import load_config
from fraudsim_assets.scorecard.documentation import MAIN_CONFIG, PRESETS, measured, write_page
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
    parser.add_argument("--markdown", type=Path, metavar="PAGE", help="write the measured part of a page instead")
    options = parser.parse_args(arguments)
    if options.markdown is not None:
        return document(options.markdown, options.days)
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


def document(page: Path, days: int) -> int:
    """Write the measured part of a page; 0 if the demo meets nine of ten measurable targets, else 1."""
    demo = measured(MAIN_CONFIG, days)
    others = [measured(name, days, overrides) for name, overrides in PRESETS.items()]
    for path in write_page(page, demo, others):
        sys.stdout.write(f"wrote {path}\n")
    sys.stdout.write(text(demo.card))
    return 0 if demo.card.is_good else 1


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
