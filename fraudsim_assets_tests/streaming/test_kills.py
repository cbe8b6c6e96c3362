"""A producer that is killed at any moment and started again loses nothing, and keeps no state of its own.

Twenty kills over the four kinds of targets; ``python -m benchmarks.streaming --kills 20`` has twenty for each.
"""

import pytest

from fraudsim_assets.streaming.events import cell_start
from fraudsim_assets_tests.streaming.killing import killed_and_restarted
from fraudsim_assets_tests.streaming.reading import assert_the_days_arrived, of_kafka, of_line, of_lines, of_redis
from fraudsim_assets_tests.streaming.servers import broker, needs_redis, receiver, redis
from fraudsim_assets_tests.unit.streaming.worlds import START

pytestmark = pytest.mark.server
KILLS = 5


def test_files_hold_everything_once(tmp_path):
    assert killed_and_restarted(f"{tmp_path}/", kills=KILLS) > 0
    assert_the_days_arrived(of_lines(*tmp_path.iterdir()))


def test_kafka_holds_everything_at_least_once_with_the_same_content(tmp_path):
    with broker(tmp_path) as port:
        assert killed_and_restarted(f"kafka://127.0.0.1:{port}/pay?partitions=3", kills=KILLS) > 0
        assert_the_days_arrived(of_kafka(f"127.0.0.1:{port}", "pay"), repeated=True)


@needs_redis
def test_redis_holds_everything_once(tmp_path):
    with redis(tmp_path) as port:
        assert killed_and_restarted(f"redis://127.0.0.1:{port}/pay", kills=KILLS) > 0
        assert_the_days_arrived(of_redis(port, "pay"))


def test_a_receiver_over_http_that_says_from_where_gets_everything_at_least_once():
    with receiver() as (url, kept):

        def reached() -> int:
            return max((cell_start(line["position"]) for line in kept.lines), default=START)

        assert killed_and_restarted(url, kills=KILLS, restart_at=reached) > 0
        assert_the_days_arrived([of_line(line) for line in kept.lines], repeated=True)
