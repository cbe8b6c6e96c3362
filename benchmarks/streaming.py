"""How fast a stream is, how late, and how much it holds; kills on demand. ``python -m benchmarks.streaming``.

Belongs here: the figures of docs/how-to-stream.md. Does not belong here: the benchmarks of making
days (``benchmarks.cases``).
"""

import argparse
import ctypes
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from fraudsim_assets.cli.catalogs import make_catalogs
from fraudsim_assets.config import load_config
from fraudsim_assets.simulation import World, simulate_day
from fraudsim_assets.streaming import Feed, Pace, Span, open_target, run
from fraudsim_assets.tables.messages import MESSAGES
from fraudsim_assets.units import DAY, HOUR, day_date, day_number

START = day_number(date(2025, 3, 1)) * DAY
TOPICS = ("payments", "labels")


def world_of(rows_per_day: int) -> Feed:
    """Make the demo world at a size, and a feed of nothing but a start."""
    config = load_config("demo", overrides=[f"activity.transactions_per_day={rows_per_day}"], env={})
    catalogs = make_catalogs(config)
    return Feed(World(config, catalogs), catalogs, Span(START, START + DAY), TOPICS)


def measured(feed: Feed, address: str, days: int) -> dict[str, Any]:
    """Send days as fast as the target takes them, after a day that fills the world's notes."""
    run(Feed(feed.world, feed.catalogs, Span(START, START + HOUR), TOPICS), open_target("null"), Pace())
    span = Span(START, START + days * DAY)
    report = run(Feed(feed.world, feed.catalogs, span, TOPICS), open_target(address), Pace())
    return {
        "events": report.total,
        "cpu_seconds": round(report.cpu_seconds, 2),
        "events_per_cpu_second": round(report.total / report.cpu_seconds),
        "seconds": round(report.seconds, 2),
    }


def row_by_row(feed: Feed, days: int) -> dict[str, Any]:
    """The reference: the same payments, one ``json.dumps`` each, put in order in memory."""
    begun, rows = time.process_time(), 0
    for day in range(START // DAY, START // DAY + days):
        frame = pl.DataFrame(simulate_day(feed.world, day_date(day)).read())
        for row in frame.select(MESSAGES["payments"].names).sort("timestamp").iter_rows(named=True):
            json.dumps(row, default=str).encode()
            rows += 1
    seconds = time.process_time() - begun
    return {"events": rows, "cpu_seconds": round(seconds, 2), "events_per_cpu_second": round(rows / seconds)}


def lateness(feed: Feed, speed: float, seconds: float) -> dict[str, Any]:
    """Send at a speed from before midnight on, so that a day begins on the way.

    Where it may, the process asks to be scheduled before all ordinary ones: what is late then is late by its own doing,
    however busy the machine is.
    """
    with suppress(AttributeError, PermissionError):
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    half = int(seconds * speed / 2 * 1_000_000)
    span = Span(START + DAY - half, START + DAY + half)
    report = run(Feed(feed.world, feed.catalogs, span, TOPICS), open_target("null"), Pace.of(str(speed)))
    quantiles = {f"p{share * 100:g}_ms": _milliseconds(report.lateness.quantile(share)) for share in (0.5, 0.99, 0.999)}
    first = hasattr(os, "SCHED_FIFO") and os.sched_getscheduler(0) == os.SCHED_FIFO
    return {
        "speed": speed,
        "events": report.total,
        **quantiles,
        "load_average": os.getloadavg()[0],
        "scheduled_first": first,
    }


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 2)


def memory(feed: Feed, days: int) -> dict[str, Any]:
    """Memory of the process after each eighth of the days, without what the C library holds for later."""
    peaks: list[float] = []

    def tell(report: Any) -> None:
        if report.position >= START + (len(peaks) + 1) * days * DAY // 8 - HOUR:
            with suppress(OSError, AttributeError):
                ctypes.CDLL("libc.so.6").malloc_trim(0)
            peaks.append(round(resident_megabytes(), 1))

    span = Span(START, START + days * DAY)
    run(Feed(feed.world, feed.catalogs, span, TOPICS), open_target("null"), Pace(), tell=tell)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"days": days, "resident_mb": peaks, "peak_mb": round(peak, 1)}


def resident_megabytes() -> float:
    """Memory of this process that is in use now. [MB]"""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def kills(count: int) -> dict[str, Any]:
    """Kill producers of each target at so many random moments, and compare what arrived with the days."""
    from fraudsim_assets.streaming.events import cell_start
    from fraudsim_assets_tests.streaming import reading, servers
    from fraudsim_assets_tests.streaming.killing import killed_and_restarted
    from fraudsim_assets_tests.unit.streaming import worlds

    found = {}

    def told(name: str, address: str, arrived: Callable[[], list[reading.Arrived]], **options: Any) -> None:
        hits = killed_and_restarted(address, kills=count, **options)
        events = arrived()
        reading.assert_the_days_arrived(events, repeated=True)
        paid = [one.value for one in events if one.topic == "payments"]
        found[name] = {
            "kills_while_sending": hits,
            "payments": len(set(paid)),
            "sent_twice": len(paid) - len(set(paid)),
        }
        print(name, found[name], file=sys.stderr, flush=True)

    with _folder() as folder:
        told("folder", f"{folder}/lines/", lambda: reading.of_lines(*(folder / "lines").iterdir()))
    with _folder() as folder, servers.broker(folder) as port:
        address = f"kafka://127.0.0.1:{port}/pay?partitions=3"
        told("kafka", address, lambda: reading.of_kafka(f"127.0.0.1:{port}", "pay"))
    with _folder() as folder, servers.redis(folder) as port:
        told("redis", f"redis://127.0.0.1:{port}/pay", lambda: reading.of_redis(port, "pay"))
    with servers.receiver() as (url, kept):

        def reached() -> int:
            return max((cell_start(line["position"]) for line in kept.lines), default=worlds.START)

        told("http", url, lambda: [reading.of_line(line) for line in kept.lines], restart_at=reached)
    return found


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def main() -> None:
    """Measure what is asked for and print it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=200_000, help="payments a day")
    parser.add_argument("--days", type=int, default=3)
    parser.add_argument("--kills", type=int, default=0, help="kill producers this often, and measure nothing else")
    parser.add_argument("--skip", nargs="*", default=[], choices=["speed", "lateness", "memory"])
    options = parser.parse_args()
    if options.kills:
        print(json.dumps(kills(options.kills), indent=1))
        return
    found: dict[str, Any] = {}
    feed = world_of(options.rows)
    if "speed" not in options.skip:
        from fraudsim_assets_tests.streaming.servers import broker

        found["null"] = measured(feed, "null", options.days)
        found["json row by row"] = row_by_row(feed, options.days)
        with _folder() as folder, broker(folder) as port:
            found["kafka"] = measured(feed, f"kafka://127.0.0.1:{port}/pay", options.days)
    if "memory" not in options.skip:
        found["memory"] = memory(feed, 80)
    if "lateness" not in options.skip:
        found["lateness"] = [lateness(world_of(rows), 60.0, 60.0) for rows in (20_000, 2_000_000)]
    print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
