# ruff: noqa: INP001
"""Settings of the Celery workers: the folder of this file must be on their PYTHONPATH.

``celery -A dagster_celery.app worker -Q dagster --concurrency 1`` reads it by its name.
"""

import os

broker_url = os.environ["CELERY_BROKER_URL"]
result_backend = broker_url

task_track_started = True
"""Without it a running task looks unknown, and run monitoring fails healthy runs."""

worker_prefetch_multiplier = 1
"""A busy worker must not hold back tasks that an idle one could take."""

worker_max_tasks_per_child = 1
"""A fresh process per run: memory goes back to the machine."""
