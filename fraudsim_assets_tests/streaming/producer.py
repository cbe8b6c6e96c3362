"""A producer in a process of its own, to be killed: ``python producer.py TARGET FROM I/K [--resume]``.

It prints a line when it is about to send, so that a test can choose its moment after that.
"""

import sys
import time
from threading import Event

from fraudsim_assets.streaming import Pace, Span, open_target, run
from fraudsim_assets_tests.unit.streaming.worlds import SPAN, feed

SPEED = 3 * 86_400 / 6.0
"""Three days take six seconds, so that a kill finds the producer at work. [seconds of the stream per second]"""


def main() -> None:
    target, start, part = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    index, parts = map(int, part.split("/"))
    some = feed(span=Span(start, SPAN.end), part=(index, parts))
    told = Event()

    def tell(_report):
        if not told.is_set():
            print("sending", flush=True)
            told.set()

    report = run(
        some,
        open_target(target, part=(index, parts)),
        Pace(SPEED, clock=time.monotonic),
        resume="--resume" in sys.argv,
        tell=tell,
    )
    sys.exit(0 if report.ended else 1)


if __name__ == "__main__":
    main()
