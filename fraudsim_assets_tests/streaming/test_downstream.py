"""A consumer that computes features online gets what a batch over Parquet gets, to the cent."""

import runpy
from pathlib import Path

import polars as pl

from fraudsim_assets.streaming import Pace, open_target, run
from fraudsim_assets_tests.unit.streaming.worlds import batch, feed

EXAMPLE = runpy.run_path(str(Path(__file__).parents[2] / "examples" / "card_velocity.py"))


def test_velocity_online_equals_velocity_in_batch_to_the_cent(tmp_path):
    run(feed(), open_target(str(tmp_path / "events.jsonl")), Pace())
    batch("payments").write_parquet(tmp_path / "bank.parquet")
    online = EXAMPLE["online"]((tmp_path / "events.jsonl").read_bytes().splitlines())
    offline = EXAMPLE["batch"](str(tmp_path / "bank.parquet"))
    assert online.num_rows == offline.num_rows == batch("payments").height
    assert EXAMPLE["differences"](online, offline) == 0
    features = pl.DataFrame(online)
    assert (features["count_24h"] > 1).sum() > 100
    assert features.filter(pl.col("count_1h") > 0)["sum_1h"].min() > 0


def test_a_cent_is_noticed(tmp_path):
    batch("payments").write_parquet(tmp_path / "bank.parquet")
    offline = EXAMPLE["batch"](str(tmp_path / "bank.parquet"))
    cent = pl.when(pl.int_range(pl.len()) == 7).then(pl.lit("0.01")).otherwise(pl.lit("0")).cast(pl.Decimal(38, 3))
    wrong = pl.DataFrame(offline).with_columns(pl.col("sum_24h") + cent)
    assert EXAMPLE["differences"](wrong.to_arrow(), offline) == 1
