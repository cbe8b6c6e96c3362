"""The job `replay` sends a day that is in the store, whole and in order, and says so at the asset."""

import json

import dagster as dg

from fraudsim_assets.config.model import Storage
from fraudsim_assets.defs.io_managers import LocalParquetIOManager
from fraudsim_assets.storage import PartKey, open_store
from fraudsim_assets_tests.defs.tiny import DEFINITIONS, tiny_resources

DAY = "2025-01-15"


def test_a_day_is_replayed_to_a_target(run, base, instance, tmp_path):
    assert run("transactions", first=DAY).success
    target = tmp_path / "events.jsonl"
    job = DEFINITIONS.resolve_job_def("replay")
    done = job.execute_in_process(
        run_config={"ops": {"send_day": {"config": {"to": str(target), "truth": True}}}},
        partition_key=DAY,
        instance=instance,
        resources=tiny_resources(LocalParquetIOManager(base_dir=str(base))),
    )
    assert done.success
    events = [json.loads(line) for line in target.read_bytes().splitlines()]
    sent = [event["value"]["transaction_id"] for event in events if event["topic"] == "payments"]
    store = open_store(Storage(base_dir=str(base)))
    stored = store.scan([PartKey("transactions", DAY)]).sort("timestamp").collect()
    assert sent == stored["transaction_id"].to_list()
    assert [event["position"] for event in events] == sorted(event["position"] for event in events)
    found = instance.fetch_observations(dg.AssetKey("transactions"), limit=1).records[0].asset_observation
    assert found is not None
    assert found.partition == DAY
    assert found.metadata["events/payments"].value == found.metadata["events/truth"].value == len(sent)
