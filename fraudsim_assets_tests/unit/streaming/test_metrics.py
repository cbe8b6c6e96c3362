"""What Prometheus is told of a stream."""

from collections import Counter

import numpy as np
from prometheus_client import CollectorRegistry

from fraudsim_assets.streaming import Pace, Span, open_target, run
from fraudsim_assets.streaming.metrics import StreamMetrics
from fraudsim_assets.streaming.running import Report
from fraudsim_assets.units import HOUR, SECOND
from fraudsim_assets_tests.unit.streaming.worlds import START, feed


def test_events_are_counted_once_however_often_they_are_told():
    registry = CollectorRegistry()
    metrics, report = StreamMetrics(registry), Report(START, position=START + SECOND)
    report.counts = Counter(payments=3, labels=1)
    metrics.record(report)
    metrics.record(report)
    report.counts["payments"] += 2
    metrics.record(report)
    counted = {
        topic: registry.get_sample_value("fraudsim_stream_events_total", {"topic": topic})
        for topic in ("payments", "labels")
    }
    assert counted == {"payments": 5.0, "labels": 1.0}
    assert registry.get_sample_value("fraudsim_stream_position_timestamp_seconds") == START / SECOND + 1


def test_lateness_is_told_where_anything_can_be_late():
    registry = CollectorRegistry()
    metrics, report = StreamMetrics(registry), Report(START)
    metrics.record(report)
    assert registry.get_sample_value("fraudsim_stream_lateness_seconds", {"quantile": "0.99"}) is None
    report.lateness.add(np.full(100, 0.01))
    metrics.record(report)
    told = registry.get_sample_value("fraudsim_stream_lateness_seconds", {"quantile": "0.99"})
    assert told is not None
    assert 0.01 <= told <= 0.0115


def test_a_run_tells_all_that_it_sent():
    registry = CollectorRegistry()
    metrics = StreamMetrics(registry)
    report = run(feed(span=Span(START, START + 3 * HOUR)), open_target("null"), Pace(), tell=metrics.record)
    for topic, count in report.counts.items():
        assert registry.get_sample_value("fraudsim_stream_events_total", {"topic": topic}) == count
