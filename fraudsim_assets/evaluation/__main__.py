"""``python -m fraudsim_assets.evaluation PAGE``: measure the demo and the presets, and write their figures to a page.

Belongs here: arguments and what is printed. Does not belong here: what the page says (``realism.documentation``).
"""

import argparse
import sys
from pathlib import Path

from fraudsim_assets.evaluation.realism.documentation import MAIN_CONFIG, PRESETS, measured, write_page


def main(arguments: list[str] | None = None) -> int:
    """Write the measured part of a page; 0 if the demo meets nine of ten measurable targets, else 1."""
    parser = argparse.ArgumentParser(prog="python -m fraudsim_assets.evaluation", description=__doc__)
    parser.add_argument("page", type=Path, help="a page with marks to write between, such as docs/realism.md")
    parser.add_argument("--days", type=int, default=30, help="number of days (default: 30)")
    options = parser.parse_args(arguments)
    demo = measured(MAIN_CONFIG, options.days)
    others = [measured(name, options.days, overrides) for name, overrides in PRESETS.items()]
    for path in write_page(options.page, demo, others):
        sys.stdout.write(f"wrote {path}\n")
    sys.stdout.write(f"{demo.card.met} of {demo.card.measured} measurable targets met\n")
    return 0 if demo.card.is_good else 1


if __name__ == "__main__":
    raise SystemExit(main())
