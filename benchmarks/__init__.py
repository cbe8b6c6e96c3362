"""Benchmarks: scripts that print figures; nothing here is a test and nothing is asserted.

``python -m benchmarks --help`` says how to run them. Belongs here: measuring the project and its
peers in the same way on the same machine. Does not belong here: promises about speed
(``docs/performance.md`` reports what was measured).
"""
